"""The live runs of a session."""

from __future__ import annotations

from typing import Final

import streamlit as st

from eigfit.engine.run import Experiment, Run
from eigfit.results.history import History

# A visitor's first picture shows the run this far, so that there is something to see.
OPENING_STEPS: Final = 300


def live_run(key: str, experiment: Experiment) -> Run[History]:
    """The session's run of this experiment, on the page of that key.

    That is the one under way, also under changed conditions; a new one where another experiment is
    asked for, or the one under way could not begin.
    """
    run: Run[History] | None = st.session_state.get(key)
    if run is None:
        run = Run(experiment, History(), OPENING_STEPS)
    elif run.experiment.identity() != experiment.identity() or (
        run.failure and not run.begun and run.experiment != experiment
    ):
        playing = run.playing
        run.give_up()
        run = Run(experiment, History())
        run.playing = playing
    else:
        run.wanted = experiment
        if run.ready():
            run.follow()
    run.ready()
    st.session_state[key] = run
    return run


def restart(key: str, experiment: Experiment, steps: int = 0, *, playing: bool = False) -> None:
    """Begin again from the start, with so many steps taken at once."""
    if key in st.session_state:
        st.session_state[key].give_up()
    st.session_state[key] = Run(experiment, History(), steps)
    st.session_state[key].playing = playing
