"""The parts a page is laid out from: its first lines, cards for charts, a line of figures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from eigfit.engine.run import Run
from eigfit.experiment.setup import Setup
from eigfit.results.history import History
from eigfit.results.outcomes import largest_error
from eigfit.results.step import Step
from eigfit.web.player import status_line
from eigfit.web.session import remark


def introduction(title: str, text: str) -> None:
    """What the page is, and what is to be said of the visitor's link."""
    st.markdown(f"#### {title}\n{text}")
    if remark():
        st.caption(remark())


def row() -> DeltaGenerator:
    """A row of buttons, which wraps where it is narrow."""
    return st.container(horizontal=True, vertical_alignment="center", gap="small")


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


def blank(place: DeltaGenerator, height: int, coming: bool) -> None:
    """What stands in a chart's place: a skeleton while the chart is coming, else a word."""
    if coming:
        place.skeleton(height)
    else:
        place.caption("There is nothing to draw.")


def figures_line(run: Run[History], step: Step | None, setup: Setup) -> None:
    """How the run stands, and the figures of the step shown, if there is one yet."""
    figures = dict.fromkeys(("Step", "Loss", "Largest error", "Gradient norm", "Smallest gap"), "–")
    if step is not None:
        error = largest_error(step.eigenvalues, setup.target)
        values = (step.loss, error, np.linalg.norm(step.gradient), np.diff(step.eigenvalues).min())
        written = [f"{step.number:,}", *(f"{value:.2e}" for value in values)]
        figures = dict(zip(figures, written, strict=True))
    with st.container(horizontal=True, key="figures", gap="medium"):
        for name, value in figures.items():
            st.metric(name, value, width="content")
    st.markdown(status_line(run, step))
