"""The live runs of a session."""

from __future__ import annotations

from typing import Final, NamedTuple

import streamlit as st

from eigfit.engine.protocols import Experiment
from eigfit.engine.run import Run
from eigfit.results.history import History

# A visitor's first picture moves this far by itself, so that there is something to see.
OPENING_STEPS: Final = 300


class Expected(NamedTuple):
    """A run that was loaded, and the step it had come to when it was saved."""

    run: Run[History]
    step: int


def live_run(key: str, experiment: Experiment) -> Run[History]:
    """The session's run of this experiment, on the page of that key.

    That is the one under way, also under changed conditions; a new one where another experiment is
    asked for, or the one under way could not begin.
    """
    run: Run[History] | None = st.session_state.get(key)
    if run is None:
        run = Run(experiment, History(thinned=True), OPENING_STEPS, gently=True)
        if experiment.setup.play == "yes":
            run.playing = True
        run = _held(key, run)
    elif run.experiment.identity() != experiment.identity() or (
        run.failure and not run.begun and run.wanted != experiment
    ):
        run = restart(key, experiment, playing=run.playing)
    else:
        run.wanted = experiment
        run.follow()
    run.ready()
    return run


def turn(key: str, experiment: Experiment) -> None:
    """Where something else is to vary from now on, go back to the run in which it did.

    That stands where it was left; without one, or where another is asked for, a new one begins.
    Of each kind one run is kept, and what plays goes on playing.
    """
    run: Run[History] | None = st.session_state.get(key)
    kind = experiment.setup.vary
    if run is None or run.experiment.setup.vary == kind:
        return
    kept: dict[str, Run[History]] = st.session_state.setdefault("kept_runs", {})
    kept[run.experiment.setup.vary] = run
    other = kept.get(kind)
    if other is None or other.experiment.identity() != experiment.identity():
        other = Run(experiment, History(thinned=True), OPENING_STEPS, gently=True)
    if run.playing:
        other.playing = True
    # As in `_held`: the session holds the one before anything is taken from the other.
    st.session_state[key] = other
    kept.pop(kind, None)
    if run.playing:
        run.playing = False


def load(key: str, experiment: Experiment, steps: int) -> None:
    """Begin a run that was saved at that step; `arrival` tells when it has come there."""
    st.session_state["expected"] = Expected(restart(key, experiment, steps), steps)


def arrival(run: Run[History]) -> str:
    """What is to be said of a loaded run once it has come as far as it comes, else nothing.

    It holds until `arrived` is called, as what says it may be interrupted.
    """
    expected: Expected | None = st.session_state.get("expected")
    if expected is None or expected.run is not run or not run.begun:
        return ""
    if run.moving and run.reached < expected.step:
        return ""
    words = f"Loaded, at step {run.reached:,}."
    if run.reached < expected.step:
        words += f" It was saved at step {expected.step:,}, "
        words += "but here it has ended." if run.final else "to which Play goes on."
    return words


def arrived() -> None:
    """It has been said that the loaded run is there."""
    del st.session_state["expected"]


def restart(
    key: str, experiment: Experiment, steps: int = 0, *, playing: bool = False
) -> Run[History]:
    """Begin again from the start, with so many steps taken at once."""
    run = Run(experiment, History(thinned=True), steps)
    if playing:
        run.playing = True
    return _held(key, run)


def forget(key: str) -> None:
    """Let the page of that key begin as it does for a new visitor."""
    run: Run[History] | None = st.session_state.pop(key, None)
    if run is not None:
        run.give_up()


def _held(key: str, run: Run[History]) -> Run[History]:
    """The run, once the session holds it in the place of the one before.

    Streamlit may end a script at any look at the session: until it holds the new one, the one
    before must be as it was.
    """
    before: Run[History] | None = st.session_state.get(key)
    st.session_state[key] = run
    if before is not None:
        before.give_up()
    return run
