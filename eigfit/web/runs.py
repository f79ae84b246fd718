"""The live runs of a session."""

from __future__ import annotations

from typing import Final, NamedTuple

import streamlit as st

from eigfit.engine.protocols import Experiment
from eigfit.engine.run import Run
from eigfit.experiment.setup import Setup
from eigfit.fitting.optimisers import OPTIMISERS
from eigfit.results.history import History
from eigfit.web.session import come_to

# A visitor's first picture moves this far by itself, so that there is something to see.
OPENING_STEPS: Final = 300


class Expected(NamedTuple):
    """A run that was loaded, and the step it had come to when it was saved."""

    run: Run[History]
    step: int

    def words(self) -> str:
        """What is to be said once it has come as far as it comes, nothing before."""
        run = self.run
        if not run.begun or (run.moving and run.reached < self.step):
            return ""
        words = f"Loaded, at step {run.reached:,}."
        if run.reached < self.step:
            words += f" It was saved at step {self.step:,}, "
            words += "but here it has ended." if run.final else "to which Play goes on."
        return words


def live_run(key: str, experiment: Experiment) -> Run[History]:
    """The session's run of this experiment, on the page of that key.

    That is the one under way, also under changed conditions; a new one where another experiment is
    asked for, or the one under way could not begin. An address that was gone to opens as for a new
    visitor, and what plays goes on playing.
    """
    run: Run[History] | None = st.session_state.get(key)
    if run is None or (_another(run, experiment) and come_to(experiment.setup)):
        plays = experiment.setup.play == "yes" or (run is not None and run.playing)
        run = Run(experiment, History(thinned=True), OPENING_STEPS, gently=True)
        if plays:
            run.playing = True
        run = _held(key, run)
    elif _another(run, experiment) or (run.failure and not run.begun and run.wanted != experiment):
        words = begun_anew(run.wanted.setup, experiment.setup)
        run = restart(key, experiment, playing=run.playing)
        if words:
            st.toast(words, icon=":material/replay:")
    else:
        run.wanted = experiment
        run.follow()
    run.ready()
    return run


def _another(run: Run[History], experiment: Experiment) -> bool:
    """Whether a run is not one of this experiment, under whatever conditions."""
    return run.experiment.identity() != experiment.identity()


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


def begun_anew(before: Setup, now: Setup) -> str:
    """What is to be said where a run cannot go on, as nothing of it fits: one sentence, or none."""
    if before.n != now.n:
        return f"The run begins anew with a {now.n}×{now.n} matrix."
    if before.structure != now.structure:
        return "The run begins anew with a matrix of another structure."
    if before.optimiser != now.optimiser:
        rate, was = now.rule.learning_rate, before.rule.learning_rate
        words = f"The run begins anew with {OPTIMISERS[now.optimiser].title}"
        return f"{words}, at {'its' if rate != was else 'the same'} learning rate {rate:.3g}."
    return ""


def load(key: str, experiment: Experiment, steps: int) -> None:
    """Begin a run that was saved at that step; it is expected until it has come there."""
    st.session_state["expected"] = Expected(restart(key, experiment, steps), steps)


def expected(run: Run[History]) -> Expected | None:
    """That run, if it was loaded and `arrived` has not been called since."""
    loaded: Expected | None = st.session_state.get("expected")
    return loaded if loaded is not None and loaded.run is run else None


def arrived() -> None:
    """It has been said that the loaded run is there."""
    st.session_state.pop("expected", None)


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
