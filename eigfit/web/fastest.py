"""Jump to the fastest learning rate: a button, and the wait for what a trial of all rates gives."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import streamlit as st

from eigfit.engine.trying import fastest_in_slices
from eigfit.experiment.setup import Setup
from eigfit.study.fastest import MOST_STEPS, RATES, Fastest
from eigfit.web import address
from eigfit.web.background import when_ready
from eigfit.web.session import change

KEY: Final = "fastest"
ASKED: Final = f"{KEY}_asked"
SAID: Final = f"{KEY}_said"
HEIGHT: Final = 24  # pixels, of a line
GIVEN_UP: Final = "The experiment has changed, so its trial was given up."


def fastest_rate(setup: Setup, at: str = "") -> None:
    """The button; below it the trial that it has asked for, and then what came out.

    It is about the run of the first page.

    Args:
        setup: the experiment.
        at: where it stands, if not in the sidebar, which alone waits for the trial.
    """
    if address.path():
        return
    trial = trial_of(setup)
    asked = st.session_state.get(ASKED)
    if asked is not None and asked != trial:
        _give_up()  # it would come out long after something else is wanted
        st.session_state[SAID] = trial, GIVEN_UP
        asked = None
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
    if asked is not None:
        st.caption(f"Trying {len(RATES)} rates…")
        if not at:
            one = setup.changed("learning_rate", RATES[0])
            when_ready(KEY, (one,), fastest_in_slices, partial(_take, one, trial), trial, HEIGHT)
    about, words = st.session_state.get(SAID, (None, ""))
    if about == trial:
        st.caption(words)


def trial_of(setup: Setup) -> Any:
    """What a trial hangs on: neither how it is looked at, nor the rate one has now."""
    conditions = setup.conditions() | {"learning_rate": None}
    return setup.identity(), tuple(sorted(conditions.items()))


def _ask(trial: Any) -> None:
    _give_up()  # one that may have failed
    st.session_state[ASKED] = trial
    st.session_state.pop(SAID, None)


def _give_up() -> None:
    """Let the trial that was asked for go no further."""
    st.session_state.pop(ASKED, None)
    if held := st.session_state.pop(KEY, None):
        held[1].cancel()


def _take(setup: Setup, trial: Any, found: Fastest | None) -> None:
    if st.session_state.pop(ASKED, None) != trial:
        return
    if found is None:
        words = f"None of {len(RATES)} rates from {RATES[0]:g} to {RATES[-1]:g} arrives within "
        words += f"{min(setup.max_steps, MOST_STEPS):,} steps."
    else:
        change("learning_rate", found.rate)
        words = f"{found.rate:g} is the fastest of {len(RATES)} rates: from the start it arrives "
        words += f"at step {found.steps:,} (Reset, then Play)."
    st.session_state[SAID] = (trial, words)
    st.rerun()
