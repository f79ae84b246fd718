"""A Plotly chart that is updated in place: no flicker, and the zoom survives streaming.

Streamlit's own chart is rebuilt on every change of data. This component keeps its element and
calls `Plotly.react`; Plotly's script comes from the server, once. A browser that cannot load it
gets Streamlit's chart.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import plotly.graph_objects as go
import streamlit as st
from streamlit.components.v2 import component

HERE: Final = Path(__file__).parent

_chart = component(
    "eigfit.live_chart",
    html='<div class="eigfit-chart" role="img"></div>',
    css=".eigfit-chart { width: 100%; }",
    js=(HERE / "live.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def live_chart(figure: go.Figure, key: str, alt: str) -> None:
    """Show the figure, moving the chart of that key if it is on the page already.

    Args:
        figure: what to draw.
        key: the chart's identity.
        alt: one sentence for those who cannot see it.
    """
    if st.session_state.get("plain_charts"):
        st.plotly_chart(figure, key=f"plain-{key}", theme=None)
        return
    _chart(
        key=key,
        data={
            "figure": figure.to_json(),
            "alt": alt,
            "name": f"eigfit-{key}",
            "height": int(figure.layout.height),
        },
        on_failed_change=_fall_back,
    )


def _fall_back() -> None:
    st.session_state["plain_charts"] = True
