"""The player: play and pause, step, reset, new start, and the frames of a run that plays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from eigfit.engine.protocols import Experiment
from eigfit.engine.run import Run
from eigfit.results.history import History
from eigfit.results.status import Status
from eigfit.results.step import Step
from eigfit.web import runs
from eigfit.web.session import change, forget_earlier

BUTTON_WIDTH: Final = 120  # pixels, so that Play and Pause take the same room
FRAME: Final = 0.12  # seconds from one frame to the next
WAIT: Final = 1.0  # seconds between two looks whether the engine is warm

IN_WORDS: Final = {Status.step_limit: "at the step limit"}
ICONS: Final = {
    Status.converged: ":material/check_circle:",
    Status.stalled: ":material/trending_flat:",
    Status.diverged: ":material/error:",
    Status.step_limit: ":material/timer_off:",
}


def player(
    row: DeltaGenerator, key: str, experiment: Experiment, seed: int, members: int = 1
) -> Run[History]:
    """Draw the buttons and give the session's run of the experiment.

    Streamlit may call a click back twice, when a frame interrupts the script that answers it. So
    what a click asks for is fixed when its button is drawn.

    Args:
        row: what to draw them in.
        key: of the run in the session, one for each page.
        experiment: what the page makes of the setup.
        seed: the first of the seeds it uses.
        members: how many it uses, which a new start leaves behind.
    """
    run = runs.live_run(key, experiment)
    with row:
        st.button(
            "Pause" if run.playing else "Play",
            key="play",
            width=BUTTON_WIDTH,
            type="primary",
            icon=":material/pause:" if run.playing else ":material/play_arrow:",
            shortcut="P",
            on_click=_pause if run.playing else _play,
            args=(key, run),
        )
        st.button(
            "Step",
            key="step",
            icon=":material/skip_next:",
            shortcut="S",
            on_click=_step,
            args=(run, run.reached + 1),
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
            args=(seed + members,),
            help="The start of the next seed.",
        )
    return run


def frames(
    run: Run[History],
    steps: int,
    draw: Callable[[Step, int | None], None],
    blank: Callable[[bool], None],
) -> None:
    """Draw the run now, and again and again while it plays or is being made ready.

    Args:
        run: what to advance and draw.
        steps: from one frame to the next.
        draw: draws a step; its second argument is the step number to mark, if any.
        blank: draws what stands there before the first step; its argument says whether one will
            come.
    """
    interval = WAIT if not run.ready(0) else FRAME if run.moving else None
    st.fragment(_frame, run_every=interval, key="frame")(run, steps, draw, blank, interval)


def _frame(
    run: Run[History],
    steps: int,
    draw: Callable[[Step, int | None], None],
    blank: Callable[[bool], None],
    interval: float | None,
) -> None:
    ready = run.ready(0)
    if ready and interval == WAIT:
        st.rerun()  # a fragment cannot stop its own timer
    if arrived := runs.arrival(run):
        st.toast(arrived)
    if ready and run.behind:
        run.follow()  # a control was moved while the engine was busy
        st.rerun()  # what is shared of the run says since when it holds
    elif ready and run.moving:
        run.advance(steps)
        if not run.moving:
            st.rerun()
    if run.failure:
        st.error(run.failure, icon=":material/info:")
    if not run.begun:
        blank(not run.failure)
        return
    step = _scrubbed(run)
    draw(step, None if step is run.record.last else step.number)


def status_line(run: Run[History], step: Step | None) -> str:
    """The sentence that says how the run stands; with several starts, how many stand how.

    Args:
        run: the one.
        step: the step shown, if there is one yet.
    """
    if step is None:
        return ":material/hourglass_top: Getting ready…" if not run.failure else ""
    last = run.record.last
    statuses = np.atleast_1d(last.status)
    kinds = [status for status in Status if (statuses == status).any()]
    paused = f"Paused at step {last.number:,}. Play goes on, Reset goes back to the start."
    words = {Status.running: "Running." if run.playing else paused}
    if len(statuses) == 1:
        sentence = words.get(kinds[0], kinds[0].value)
    else:
        counts = [f"{(statuses == kind).sum()} {IN_WORDS.get(kind, kind)}" for kind in kinds]
        sentence = f"{words.get(kinds[0], 'Ended.')} Members: {', '.join(counts)}."
    if run.changed_at is not None:
        sentence += (
            f" Settings changed at step {run.changed_at:,}; Reset runs the whole way with the new "
            "ones."
        )
    if step is not last:
        sentence += f" Shown is step {step.number:,}."
    moving = ":material/play_circle:" if run.playing else ":material/pause_circle:"
    return f"{ICONS.get(kinds[0], moving)} {sentence}"


def _scrubbed(run: Run[History]) -> Step:
    """The step the slider under the player chooses, the latest unless moved."""
    kept, last = run.record.kept, run.record.last.number
    still = not run.playing and len(kept) > 1
    number = st.select_slider(
        "Step shown",
        [step.number for step in kept] if still else [0, 1],
        value=last if still else 1,
        format_func="{:,}".format if still else lambda _: "–",
        key=f"scrub-{id(run)}-{last}" if still else "scrub",
        disabled=not still,
    )
    return run.record.nearest(number) if still else run.record.last


def _play(key: str, run: Run[History]) -> None:
    if run.failure or (run.ready(0) and run.final):
        runs.restart(key, run.wanted, playing=True)
    else:
        run.playing = True


def _pause(key: str, run: Run[History]) -> None:
    run.playing = False


def _reset(key: str, experiment: Experiment) -> None:
    """The whole way under what holds now."""
    forget_earlier()
    runs.restart(key, experiment.anew())


def _step(run: Run[History], number: int) -> None:
    run.step_to(number)


def _new_start(seed: int) -> None:
    if st.session_state["setup"].distribution == "explicit":
        change("distribution", "uniform")
    change("seed", seed)
