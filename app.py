"""The app: its pages. A new page is one file in `pages/` and one line here."""

import streamlit as st

st.set_page_config(page_title="eigfit", page_icon="static/icon.svg", layout="wide")

st.navigation(
    [
        st.Page("pages/fit.py", title="Fit", icon=":material/play_circle:", default=True),
        st.Page("pages/compare.py", title="Compare", icon=":material/view_column:"),
        st.Page("pages/derivatives.py", title="Derivatives", icon=":material/function:"),
        st.Page("pages/article.py", title="Article", icon=":material/article:"),
    ],
    position="top",
).run()
