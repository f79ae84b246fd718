"""Figures: from histories and steps to Plotly figures; no TensorFlow, no Streamlit."""
