"""The card of the landscape: the loss about the present point of a run that stands still."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np
import streamlit as st

from eigfit.engine.run import Run
from eigfit.experiment.setup import Setup
from eigfit.figures import landscape as figures
from eigfit.figures.style import SUBSCRIPTS
from eigfit.results.history import History
from eigfit.results.landscape import Landscape, Space
from eigfit.study.landscape import Outlook, outlook
from eigfit.web import runs
from eigfit.web.background import when_ready
from eigfit.web.controls import PageDrawn, switch, tied
from eigfit.web.frames import screen
from eigfit.web.live import again, live_chart
from eigfit.web.session import change, sentence, take

RUN: Final = "run_fit"
LOOK: Final = 1.0  # seconds between two looks at a run that will stand still by itself
PLANES: Final = {
    "steepest": "Gradient & strongest curvature",
    "flattest": "Gradient & weakest curvature",
    "way": "The run's way",
    "parameters": "Two parameters",
}
GOES_ON: Final = "The landscape is drawn when the run stands still."
SPACE: Final = (
    "Every symmetric 2×2 matrix [[m + u, v], [v, m − u]] has its place here, so this is the whole "
    "truth: the orange circle are all matrices with the target, every point of the blue tube has "
    "the present loss, and on the dashed axis the two eigenvalues are equal. Drag to turn it."
)


class Asked(NamedTuple):
    """The run that was seen when it last stood still.

    Attributes:
        number: counted in the session.
        relevant: what the landscape hangs on.
        setup: of the run.
        way: the points of the steps kept, shape [T, p].
        numbers: of these steps.
        losses: at these steps.
    """

    number: int
    relevant: tuple[Any, ...]
    setup: Setup
    way: np.ndarray
    numbers: np.ndarray
    losses: np.ndarray


def landscape(setup: Setup, run: Run[History]) -> None:
    """The card, computed and drawn only where it is open and when the run stands still."""
    box = st.expander(
        "Landscape: the loss around the present point",
        icon=":material/landscape:",
        key="landscape",
        on_change="rerun",
    )
    if not box.open:
        return
    screen().depends_on("playing")
    with box:
        _controls(setup)
        asked = _asked(setup, run)
        if asked is None:
            st.fragment(_wait, key="landscape_wait")(run, PageDrawn.now())
            return
        when_ready(
            "landscape_numbers",
            (asked.setup, asked.way),
            outlook,
            partial(_draw, asked, run),
            asked.relevant,
            figures.HEIGHT,
        )


def started_at(setup: Setup, seen: Landscape, place: tuple[float, float]) -> Setup:
    """The experiment begun at a place of the plane.

    Its numbers are rounded to less than can be seen, so that a link with them is short.

    Raises:
        ValueError: the place is not on the picture, or its numbers are none that a start may have.
    """
    at, middle = np.array(place), np.array([seen.x.mean(), seen.y.mean()])
    if (np.abs(at - middle) > 1.001 * seen.reach).any():
        raise ValueError("the place lies beside the picture")
    decimals = int(np.ceil(-np.log10(seen.reach / 2000)))
    start = np.round(seen.plane.point(at), decimals) + 0.0  # no −0
    return setup.changed("distribution", "explicit").changed("start", tuple(start.tolist()))


def _controls(setup: Setup) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        switch("plane", setup.plane, "Plane", PLANES)
        if setup.plane == "parameters" and setup.parameters > 1:
            axes = setup.axes or (0, 1)
            for i, label in enumerate(("Across", "Up")):
                st.selectbox(
                    label,
                    range(setup.parameters),
                    format_func=lambda k: f"r{k}".translate(SUBSCRIPTS),
                    label_visibility="collapsed",
                    width=90,
                    key=tied(f"axis_{i}", axes[i], partial(_take_axis, axes, i)),
                )


def _take_axis(axes: tuple[int, ...], i: int, k: int) -> None:
    """One axis is another parameter; if that is the other's, the two change places."""
    other = axes[1 - i] if axes[1 - i] != k else axes[i]
    change("axes", (k, other) if i == 0 else (other, k))


def _relevant(setup: Setup, run: Run[History]) -> tuple[Any, ...]:
    return (run, run.reached, setup.n, setup.structure, setup.target, setup.plane, setup.axes)


def _asked(setup: Setup, run: Run[History]) -> Asked | None:
    """How the run stands; while it moves, how it stood or the one before it, if that fits."""
    held: Asked | None = st.session_state.get("landscape_asked")
    if run.moving or not run.begun:
        fits = held and (held.setup.n, held.setup.structure) == (setup.n, setup.structure)
        return held if fits else None
    relevant = _relevant(setup, run)
    if held is not None and held.relevant == relevant:
        return held
    kept = run.standing_still(lambda record: record.kept)
    asked = Asked(
        1 if held is None else held.number + 1,
        relevant,
        setup,
        np.array([step.parameters for step in kept], dtype=float),
        np.array([step.number for step in kept]),
        np.array([step.loss for step in kept], dtype=float),
    )
    st.session_state["landscape_asked"] = asked
    return asked


def _wait(run: Run[History], drawn: PageDrawn) -> None:
    if drawn.outdated() or (run.begun and not run.moving):
        st.rerun()
    st.caption(GOES_ON)
    if run.moving and not run.playing:
        again("landscape_again", LOOK)


def _draw(asked: Asked, run: Run[History], found: Outlook) -> None:
    setup: Setup = st.session_state["setup"]
    if run.moving and not run.playing:
        again("landscape_again", LOOK)
    elif run.begun and not run.moving and asked.relevant != _relevant(setup, run):
        st.rerun()
    left, right = st.columns([1, 1] if found.space else [3, 2])
    with left:
        if found.plane is None:
            st.caption("One parameter fills this matrix, and a landscape needs two.")
        else:
            _plane(asked, found.plane)
    # Beside the plane, or where the space stands beside it, below.
    with left if found.space else right:
        if run.moving:
            st.caption(
                f"The run goes on. This is how it stood at step {asked.numbers[-1]:,}; it is drawn "
                "anew when the run stands still."
            )
        if setup.start and setup.start == st.session_state.get("landscape_start"):
            st.caption(":material/flag: The run has started at the place that was chosen here.")
        if found.plane is not None:
            st.caption(_words(asked, found.plane))
            with st.container(key="keys_of_the_landscape"):
                st.caption("By keyboard: the arrow keys move a crosshair, and Enter starts there.")
    if found.space is not None:
        with right:
            _space(asked, found.space)


def _plane(asked: Asked, seen: Landscape) -> None:
    figure = figures.plane(seen, asked.numbers, asked.losses)
    place = live_chart(figure, "landscape_plane", "The loss on a plane, as colours", asked.number)
    if place is None:
        return
    try:
        begun = started_at(st.session_state["setup"], seen, place)
    except ValueError as error:
        st.toast(sentence(error), icon=":material/info:")
        return
    take(begun)
    st.session_state["landscape_start"] = begun.start
    runs.restart(RUN, begun, playing=True)
    st.rerun()


def _space(asked: Asked, seen: Space) -> None:
    figure = figures.space(seen, asked.numbers, asked.losses)
    live_chart(figure, "landscape_space", "The space of all symmetric 2×2 matrices")
    st.caption(SPACE)


def _words(asked: Asked, seen: Landscape) -> str:
    """What is seen on the plane."""
    words = (
        f"The plane goes through the present point, of step {asked.numbers[-1]:,}. Its colours are "
        "the loss. White: the way of the run, fainter where it lies farther beside the plane. "
    )
    if seen.plane.remark:
        words += f"{seen.plane.remark} "
    if not seen.ridged:
        words += "All targets are equal, so that the loss is smooth even where eigenvalues meet. "
    elif not len(seen.meetings):
        words += "No two eigenvalues with different targets were found to meet on it. "
    else:
        many = len(seen.meetings) > figures.FEW_MEETINGS
        mark = "Pink lines of dots" if many else "Pink crosses"
        words += (
            f"{mark}: two eigenvalues with different targets are equal, the loss has a kink, and "
            "no minimum. "
        )
    return f"{words}**Click a place to start a run from there.**"
