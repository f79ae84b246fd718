"""The player: play and pause, step, reset, new start."""

from __future__ import annotations

from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from eigfit.engine.protocols import Experiment
from eigfit.engine.run import Run
from eigfit.experiment.setup import Setup
from eigfit.results.history import History
from eigfit.web import frames, live, runs
from eigfit.web.controls import PageDrawn
from eigfit.web.session import change, forget_earlier

BUTTON_WIDTH: Final = 145  # pixels, so that Play, Play again and Pause take the same room


def player(row: DeltaGenerator, key: str, experiment: Experiment, members: int = 1) -> Run[History]:
    """Draw the buttons and give the session's run of the experiment.

    Streamlit may answer a click with what the button does by then, so Play and Pause are two.

    Args:
        row: what to draw them in.
        key: of the run in the session, one for each page.
        experiment: what the page makes of the setup.
        members: how many seeds it uses, which a new start leaves behind.
    """
    run = runs.live_run(key, experiment)
    frames.screen().hold(run)
    with row:
        with st.container(key="toggle", width="content"):
            st.fragment(_toggle)(key, run, PageDrawn.now())
        st.button(
            "Step",
            key="step",
            icon=":material/skip_next:",
            shortcut="S",
            on_click=_step,
            args=(run,),
            disabled=run.final,
            help="One step of the optimiser, then stand still.",
        )
        st.button(
            "Reset",
            key="reset",
            icon=":material/replay:",
            shortcut="Z",
            on_click=_reset,
            args=(key, experiment),
            help="Back to step 0 of the same start.",
        )
        st.button(
            "New start",
            key="new_start",
            icon=":material/casino:",
            shortcut="N",
            on_click=_new_start,
            args=(members,),
            help="The start of the next seed.",
        )
    return run


def _toggle(key: str, run: Run[History], drawn: PageDrawn) -> None:
    """Play or Pause; pressed, it is drawn anew alone where nothing else on the page hangs on it.

    A run of the whole page takes ten times as long, for which many visitors wait for each other.
    """
    screen = frames.screen()
    context = get_script_run_ctx()
    by_itself = context is not None and bool(context.fragment_ids_this_run)
    if by_itself and (drawn.outdated() or live.plain() or not screen.take_press()):
        st.rerun()
    if run.playing:
        words, name, icon, press, about = "Pause", "pause", "pause", _pause, (run,)
    else:
        words = "Play again" if run.final else "Play"
        name, icon, press, about = "play", "play_arrow", _play, (key, run)
    st.button(
        words,
        key=name,
        width=BUTTON_WIDTH,
        type="primary",
        icon=f":material/{icon}:",
        shortcut="P",
        on_click=press,
        args=about,
    )
    live.wake(screen.presses)


def _play(key: str, run: Run[History]) -> None:
    if run.failure or (run.ready(0) and run.final):
        runs.restart(key, run.wanted, playing=True)
    else:
        run.playing = True


def _pause(run: Run[History]) -> None:
    run.playing = False


def _step(run: Run[History]) -> None:
    """One step on from where it is seen, or from where steps asked for already end."""
    watched = run.playing or run.gently
    run.gently = False
    run.step_to((run.reached if watched else int(run.until)) + 1)
    run.advance(1)


def _reset(key: str, experiment: Experiment) -> None:
    """The whole way under what holds now."""
    forget_earlier()
    runs.restart(key, experiment.anew())


def _new_start(members: int) -> None:
    setup: Setup = st.session_state["setup"]
    if setup.distribution == "explicit":
        change("distribution", "uniform")
    change("seed", setup.seed + members)
