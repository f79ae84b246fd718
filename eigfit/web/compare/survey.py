"""Many starts at once: hundreds of fits in batches, with progress, a way out and statistics."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from eigfit.engine.surveying import Surveying
from eigfit.experiment.setup import Setup
from eigfit.figures import survey as figures
from eigfit.results.outcomes import Outcomes
from eigfit.results.status import Status
from eigfit.study.survey import Survey
from eigfit.web.controls import PageDrawn, stops
from eigfit.web.live import again, live_chart

TICK: Final = 0.3  # seconds between two looks at the progress
STARTS: Final = (16, 32, 64, 128, 256, 512, 1024)


def survey(setup: Setup) -> None:
    """The section: how many starts, Run or Cancel, and what came out."""
    asked = Survey(setup)
    run: Surveying | None = st.session_state.get("survey")
    moving = run is not None and run.moving
    with st.container(border=True):
        st.markdown("**Many starts** &nbsp; :small[:gray[how long does it take, and how often?]]")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            with st.container(width=320):
                stops("starts", setup.starts, "Starts", STARTS, "{:,}")
            # Two buttons: a click that Streamlit answers twice must not do the opposite.
            if run is not None and moving:
                st.button("Cancel", key="cancel_survey", icon=":material/close:", width=120,
                          on_click=_cancel, args=(run,))  # fmt: skip
            else:
                st.button("Run", key="run_survey", icon=":material/play_arrow:", width=120,
                          type="primary", on_click=_start, args=(asked,))  # fmt: skip
        if setup.distribution == "explicit":
            st.caption("A survey draws uniform random starts in place of the explicit one.")
        if run is not None:
            st.fragment(_progress, key="survey_frame")(run, PageDrawn.now(), asked, moving)


def _start(asked: Survey) -> None:
    st.session_state["survey"] = Surveying(asked)


def _cancel(run: Surveying) -> None:
    run.give_up()


def _progress(run: Surveying, drawn: PageDrawn, asked: Survey, moving: bool) -> None:
    run.advance()
    if drawn.outdated() or run.moving != moving:
        st.rerun()  # the button beside it says something else now
    outcomes = run.outcomes
    count, ended = len(outcomes.ended), int((outcomes.ended >= 0).sum())
    if run.failure:
        st.error(run.failure, icon=":material/info:")
    elif run.moving:
        st.progress(
            ended / count, f"{ended:,} of {count:,} starts have ended. The figures count these."
        )
    elif ended < count:
        st.caption(f"Cancelled after {ended:,} of {count:,} starts.")
    if run.survey.identity() != asked.identity():
        st.caption("The sidebar has changed since; Run asks anew.")
    if ended:
        _statistics(outcomes, ended)
    if run.moving:
        again("survey_again", TICK)


def _statistics(outcomes: Outcomes, ended: int) -> None:
    steps = outcomes.steps_to_tolerance()
    figures_shown = {
        str(status).replace("_", " ").capitalize(): f"{share:.1%}"
        for status in Status
        if status.final and (share := (outcomes.statuses == status).sum() / ended)
    }
    if len(steps):
        low, middle, high = np.quantile(steps, [0.1, 0.5, 0.9])
        figures_shown |= {
            "10 % of the converged within": f"{low:,.0f} steps",
            "Half of the converged within": f"{middle:,.0f} steps",
            "90 % of the converged within": f"{high:,.0f} steps",
        }
    with st.container(horizontal=True, gap="medium", key="survey_figures"):
        for name, value in figures_shown.items():
            st.metric(name, value, width="content")
    if len(steps):
        left, right = st.columns(2)
        with left:
            live_chart(figures.histogram(steps), "histogram", "Histogram of steps to convergence")
        with right:
            figure = figures.convergence_curve(steps, ended)
            live_chart(figure, "convergence", "Share of starts converged by each step")
