"""The parts a page is laid out from: its first lines, cards for charts, a line of figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from eigfit.figures import heatmaps, lines
from eigfit.history import Step
from eigfit.setup import Setup
from eigfit.web.player import status_line
from eigfit.web.runs import Run
from eigfit.web.sidebar import ignored

CHART_HEIGHTS: Final = (lines.HEIGHT, lines.HEIGHT, heatmaps.HEIGHT, heatmaps.HEIGHT)


def introduction() -> None:
    """What the page is, and what of the visitor's link could not be used."""
    st.markdown(
        "#### Find a matrix that has the eigenvalues you ask for\n"
        "A few numbers fill a symmetric matrix. An optimiser moves them, step by step, until the "
        "matrix has the target spectrum."
    )
    if ignored():
        names = ", ".join(sorted({name[:30] for name in ignored()})[:5]).replace("`", "")
        st.caption(f"The link asked for something that cannot be; ignored: `{names}`.")


def card(
    place: DeltaGenerator, title: str, caption: str, controls: Callable[[], None] | None = None
) -> DeltaGenerator:
    """A bordered box with a title row and its controls; the box below them, to draw into."""
    box = place.container(border=True, height="stretch")
    with box.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{title}** &nbsp; :small[:gray[{caption}]]")
        if controls is not None:
            controls()
    return box.container()


def figures_line(run: Run, step: Step, setup: Setup) -> None:
    """How the run stands, and the figures of the step shown."""
    target = np.sort(setup.target)
    figures = {
        "Step": f"{step.number:,}",
        "Loss": f"{step.loss:.2e}",
        "Largest error": f"{np.abs(step.eigenvalues - target).max():.2e}",
        "Gradient norm": f"{np.linalg.norm(step.gradient):.2e}",
        "Smallest gap": f"{np.diff(step.eigenvalues).min():.2e}",
    }
    with st.container(horizontal=True, key="figures", gap="medium"):
        for name, value in figures.items():
            st.metric(name, value, width="content")
    st.markdown(status_line(run))
