"""The player: play and pause, step, reset, new start, and the frames of a run that plays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from eigfit.history import Status, Step
from eigfit.setup import Setup
from eigfit.web import runs
from eigfit.web.runs import Run
from eigfit.web.sidebar import change

FRAME: Final = 0.12  # seconds from one frame to the next
WAIT: Final = 0.5  # seconds between two looks whether the engine is warm

ICONS: Final = {
    Status.running: ":material/pause_circle:",
    Status.converged: ":material/check_circle:",
    Status.stalled: ":material/trending_flat:",
    Status.diverged: ":material/error:",
    Status.step_limit: ":material/timer_off:",
}


def player(setup: Setup) -> Run:
    """Draw the buttons and give the session's run of the experiment."""
    run = runs.live_run(setup)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Pause" if run.playing else "Play",
            key="play",
            type="primary",
            icon=":material/pause:" if run.playing else ":material/play_arrow:",
            shortcut="P",
            on_click=_play_or_pause,
            args=(run,),
        )
        st.button(
            "Step",
            key="step",
            icon=":material/skip_next:",
            shortcut="S",
            on_click=_step,
            args=(run,),
            help="One step of the optimiser, then stand still.",
        )
        st.button(
            "Reset",
            key="reset",
            icon=":material/replay:",
            shortcut="Z",
            on_click=runs.restart,
            args=(setup,),
            help="Back to step 0 of the same start.",
        )
        st.button(
            "New start",
            key="new_start",
            icon=":material/casino:",
            shortcut="N",
            on_click=_new_start,
            args=(setup,),
            help="The start of the next seed.",
        )
    return run


def frames(
    run: Run, setup: Setup, draw: Callable[[Step, int | None], None], wait: Callable[[], None]
) -> None:
    """Draw the run now, and again and again while it plays or is being made ready.

    Args:
        run: what to advance and draw.
        setup: its experiment.
        draw: draws a step; its second argument is the step number to mark, if any.
        wait: draws what stands there until the first step is ready.
    """
    interval = FRAME if run.playing else None if run.ready(0) else WAIT
    st.fragment(_frame, run_every=interval, key="frame")(run, setup, draw, wait, interval)


def _frame(
    run: Run,
    setup: Setup,
    draw: Callable[[Step, int | None], None],
    wait: Callable[[], None],
    interval: float | None,
) -> None:
    if not run.ready(0):
        wait()
        return
    if interval == WAIT:
        st.rerun()
    if run.failure:
        st.error(run.failure, icon=":material/info:")
        return
    if run.playing:
        run.advance(setup.steps_per_frame)
        if not run.playing:
            st.rerun()  # a fragment cannot stop its own timer
    step = _scrubbed(run)
    draw(step, None if step is run.history.last else step.number)


def status_line(run: Run) -> str:
    """The sentence that says how the run stands."""
    status = run.history.last.status
    sentence = status.value
    if status is Status.running:
        sentence = "Running." if run.playing else "Paused."
    if run.changed_at is not None:
        sentence += (
            f" Settings changed at step {run.changed_at:,}; Reset runs the whole way with the new "
            "ones."
        )
    return f"{ICONS[status]} {sentence}"


def _scrubbed(run: Run) -> Step:
    """The step the slider under the player chooses, the latest unless moved."""
    kept, last = run.history.kept, run.history.last.number
    still = not run.playing and len(kept) > 1
    number = st.select_slider(
        "Step shown",
        [step.number for step in kept] if still else [0, 1],
        value=last if still else 1,
        format_func="{:,}".format,
        key=f"scrub-{id(run)}-{last}" if still else "scrub",
        disabled=not still,
        label_visibility="collapsed",
    )
    return run.history.nearest(number) if still else run.history.last


def _play_or_pause(run: Run) -> None:
    if not run.playing and run.ready(0) and not run.failure and run.final:
        runs.restart(run.setup)
        run = st.session_state["run"]
    run.playing = not run.playing


def _step(run: Run) -> None:
    run.playing = False
    if run.ready() and not run.failure:
        run.advance(1)


def _new_start(setup: Setup) -> None:
    if setup.distribution == "explicit":
        change("distribution", "uniform")
    change("seed", setup.seed + 1)
