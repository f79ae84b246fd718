"""Jump to the fastest learning rate: a button, and the wait for what a trial of all rates gives."""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from eigfit.experiment.setup import Setup
from eigfit.study.fastest import MOST_STEPS, RATES, Fastest, fastest
from eigfit.web import address
from eigfit.web.background import when_ready
from eigfit.web.session import change

KEY: Final = "fastest"
ASKED: Final = f"{KEY}_asked"
SAID: Final = f"{KEY}_said"
HEIGHT: Final = 24  # pixels, of a line


def fastest_rate(setup: Setup, at: str = "") -> None:
    """The button; below it the trial that it has asked for, and then what came out.

    Args:
        setup: the experiment.
        at: where it stands, if not in the sidebar, which alone waits for the trial.
    """
    if address.path() == "compare" and setup.vary == "learning_rates":
        return  # there all rates are chosen
    # With whatever rate it is asked for, the trial is the same.
    trial = setup.changed("learning_rate", RATES[0])
    st.button(
        "Fastest rate",
        key=f"ask_fastest{at}",
        type="tertiary",
        icon=":material/bolt:",
        on_click=_ask,
        args=(trial,),
        help=f"Tries {len(RATES)} learning rates side by side from the start, and takes the one "
        "that is first to reach the tolerance.",
    )
    if st.session_state.get(ASKED) == trial:
        st.caption(f"Trying {len(RATES)} rates…")
        if not at:
            when_ready(KEY, (trial,), fastest, partial(_take, trial), trial, HEIGHT)
    about, words = st.session_state.get(SAID, (None, ""))
    if about == trial:
        st.caption(words)


def _ask(trial: Setup) -> None:
    st.session_state[ASKED] = trial
    st.session_state.pop(SAID, None)


def _take(trial: Setup, found: Fastest | None) -> None:
    del st.session_state[ASKED]
    if found is None:
        words = f"None of {len(RATES)} rates from {RATES[0]:g} to {RATES[-1]:g} arrives within "
        words += f"{MOST_STEPS:,} steps."
    else:
        change("learning_rate", found.rate)
        words = f"Reset, then Play: {found.rate:g} arrives at step {found.steps:,}, the first of "
        words += f"{len(RATES)} rates."
    st.session_state[SAID] = (trial, words)
    st.rerun()
