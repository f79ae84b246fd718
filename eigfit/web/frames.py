"""The frames of a run: each is asked for by the browser that has the one before.

A frame is what the browser lacks. It says on which base it builds, the figures that a run of the
whole page sends, and after which step its points begin. So it does no harm when a frame is lost,
repeated or overtaken, and a page that has been drawn anew gets everything.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import streamlit as st

from eigfit.engine import workplace
from eigfit.engine.run import Run
from eigfit.figures.figure import Figure
from eigfit.figures.steps import settled
from eigfit.results.history import History
from eigfit.results.step import Step
from eigfit.web import live, runs
from eigfit.web.controls import PageDrawn, caught_up
from eigfit.web.runs import OPENING_STEPS
from eigfit.web.standing import standing

OPENING_WAY: Final = 25  # steps from one frame to the next while a visitor's first run opens
PLAIN_PAUSE: Final = 1.0  # seconds between two frames where Streamlit draws the charts
LONG_WAIT: Final = 3.0  # seconds for the engine, then the page says why
MANY_ARE_WATCHING: Final = " Many are watching just now; it goes on when its turn comes."
ENGINE_IS_BUSY: Final = " The engine is getting ready for this; the first time that takes a while."


class Members(NamedTuple):
    """The members of a comparison beside their charts, each in the order of all.

    Attributes:
        words: what it comes to, in a sentence.
        columns: the headings of the table.
        texts: its rows; below a line break stands how a member compares with the baseline.
        values: what the rows are sorted by.
        matrices: A of each as numbers of colours, shape [B, n, n].
        colours: of their curves.
        baseline: the member that is pinned, None for none.
    """

    words: str
    columns: tuple[str, ...]
    texts: list[list[str]]
    values: list[list[Any]]
    matrices: np.ndarray
    colours: Sequence[str]
    baseline: int | None


class Picture(NamedTuple):
    """What a page shows of a step.

    Attributes:
        charts: the figures, by the keys of their places.
        figures: numbers in words, under their names.
        members: of a comparison.
    """

    charts: dict[str, Figure]
    figures: dict[str, str]
    members: Members | None = None


class LiveView(NamedTuple):
    """What the live view of a page is made of.

    Attributes:
        run: what is advanced and drawn.
        steps: from one frame to the next.
        draw: the picture of a step, None before there is one; its second argument is the step
            number to mark, if any.
        open: what is done with the member whose row is opened.
        pin: what is done with the number of the member that is to be the baseline, counted from 1,
            0 for none.
    """

    run: Run[History]
    steps: int
    draw: Callable[[Step | None, int | None], Picture]
    open: Callable[[int], None] | None = None
    pin: Callable[[int], None] | None = None


class Base(NamedTuple):
    """The figures of a run that the browser has in full."""

    number: int
    run: Run[History]
    charts: dict[str, Figure]
    drawn: PageDrawn


class Shown(NamedTuple):
    """An earlier step that the visitor looks at, as long as the run stands there."""

    run: Run[History]
    reached: int
    step: int


def frames(view: LiveView) -> None:
    """The live view: how the run stands now, and frames as long as the browser asks for them."""
    st.fragment(_frame, key="frame")(view, PageDrawn.now(), _around(view.run))


def _around(run: Run[History]) -> tuple:
    """What the page says of the run outside of its frames."""
    return run.playing, run.final, run.begun, run.failure, run.changed_at


def _frame(view: LiveView, drawn: PageDrawn, around: tuple) -> None:
    run, asked, pinned = view.run, live.asked(), live.whole(live.said("pin"))
    if pinned is not None and view.pin is not None:
        view.pin(pinned)
    base: Base | None = st.session_state.get("base")
    if asked and base and base.drawn is drawn and base.number == asked.base:
        caught_up()  # this frame's base came after the controls
    if drawn.outdated():
        st.rerun()
    if run.moving and (asked or live.plain() or run.begun):
        run.advance(_way(view, asked))
    if _around(run) != around:
        st.rerun()
    if words := runs.arrival(run):
        st.toast(words)
        runs.arrived()
    if run.failure:
        st.error(run.failure, icon=":material/info:")
    if asked and not run.moving:
        _choose(run, asked.show)
    step = _step_shown(run)
    picture = view.draw(step, None if step is None or step is run.record.last else step.number)
    if live.plain():
        _draw_plainly(run, step, picture)
        return
    stands = standing(run, step)
    happened = live.view(
        _written(run, step, picture.charts, asked, drawn)
        | {
            "icon": stands.icon,
            "status": f"{stands.sentence}{_waiting(run)}",
            "figures": picture.figures,
            "members": picture.members and picture.members._asdict(),
            "more": run.moving,
            "coming": not run.failure,
            "kept": [] if run.moving else [kept.number for kept in run.record.kept],
            "shown": step and step.number,
        }
    )
    row = live.whole(happened.open)
    if row is not None and view.open is not None:
        view.open(row)


def _way(view: LiveView, asked: live.Ask | None) -> int:
    """How many steps the next frame may take."""
    if view.run.playing:
        return view.steps
    moves = not live.plain() and (asked is None or not asked.still)
    return OPENING_WAY if moves else OPENING_STEPS


def _written(
    run: Run[History],
    step: Step | None,
    charts: dict[str, Figure],
    asked: live.Ask | None,
    drawn: PageDrawn,
) -> dict[str, Any]:
    """The figures of a frame: in full as a new base, or what differs from the browser's base."""
    count = st.session_state.get("frames", 0) + 1
    st.session_state["frames"] = count
    base: Base | None = st.session_state.get("base")
    after = None
    if base and asked and base.run is run and base.number == asked.base:
        after = asked.step if base.charts.keys() == charts.keys() else None
    if base is None or after is None:
        base = Base(count, run, charts, drawn)
        st.session_state["base"] = base
    else:
        charts = {key: figure.after(after).without(base.charts[key])
                  for key, figure in charts.items()}  # fmt: skip
    return {
        "count": count,
        "base": base.number,
        "after": after,
        "settled": settled(run.record.numbers) if step else 0,
        "charts": {key: figure._asdict() for key, figure in charts.items()},
    }


def _waiting(run: Run[History]) -> str:
    """What is to be said where the engine has not had its turn for this run for long."""
    since = run.waiting_since
    if not since or time.monotonic() - since <= LONG_WAIT:
        return ""
    return MANY_ARE_WATCHING if workplace.crowded() else ENGINE_IS_BUSY


def _choose(run: Run[History], number: int | None) -> None:
    """Look at that step from now on, the latest if there is no number."""
    st.session_state["shown"] = None if number is None else Shown(run, run.reached, number)


def _step_shown(run: Run[History]) -> Step | None:
    """The step that is looked at, None before there is one."""
    if not run.begun:
        return None
    shown: Shown | None = st.session_state.get("shown")
    if shown is None or shown.run is not run or shown.reached != run.reached or run.moving:
        return run.record.last
    return run.record.nearest(shown.step)


def _draw_plainly(run: Run[History], step: Step | None, picture: Picture) -> None:
    """The same with Streamlit's own elements, which are rebuilt with every frame."""
    stands = standing(run, step)
    with st.container(horizontal=True, gap="medium"):
        for name, value in picture.figures.items():
            st.metric(name, value, width="content")
    st.markdown(f":material/{stands.icon}: {stands.sentence}" if stands.icon else "")
    for key, figure in picture.charts.items():
        live.plain_chart(figure, key)
    if picture.members:
        st.markdown(picture.members.words)
        st.table([dict(zip(picture.members.columns, row, strict=True))
                  for row in picture.members.texts])  # fmt: skip
    if run.moving:
        live.again("plain_frame", PLAIN_PAUSE)
