"""Charts over the steps of a run: the eigenvalues and the loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from eigfit.figures import words
from eigfit.figures.figure import Figure
from eigfit.figures.steps import (
    FAR,
    FEW_STEPS,
    LOWEST_LOSS,
    cursor_line,
    curve,
    drawn_losses,
    level,
    levels,
    loss_axis,
    places,
    step_axis,
    thinned,
    window,
)
from eigfit.figures.style import MARGIN, RAMP, SUBSCRIPTS, quiet, ramp
from eigfit.results.history import History
from eigfit.results.outcomes import at_target
from eigfit.results.status import Status

HEIGHT: Final = 320
ROOM_FOR_NAMES: Final = 56  # pixels to the right of the eigenvalues
APART: Final = 0.06  # of the axis: names of lines that end nearer to each other share a place
TICK: Final = " ✓"
AHEAD: Final = "\u2002"  # of a name, so that it does not touch the line's handle
ONE_OF_SEVERAL: Final = "{} = %{{y:.6g}}<extra></extra>"
THIN: Final = 1.5  # pixels


def spectrum(
    history: History,
    target: tuple[float, ...],
    tolerance: float = 0.0,
    *,
    former: Sequence[tuple[int, tuple[float, ...]]] = (),
    handles: bool = False,
    cursor: int | None = None,
    log_x: bool = False,
) -> Figure:
    """Eigenvalues over steps, one named line each, with the target as dashed lines.

    A line whose eigenvalue has reached its target has a tick and is thin: what still moves stands
    out. A diverging run is drawn until it leaves the axis.

    Args:
        history: of a single start.
        target: the eigenvalues asked for.
        tolerance: of the loss; an eigenvalue has reached its target when its own share is no more.
        former: what was asked for before, each with the step at which it was given up.
        handles: whether the browser draws handles by which a target is moved.
        cursor: the step to mark, if any.
        log_x: whether the steps run logarithmically.
    """
    shown = thinned(history.numbers)
    steps, eigenvalues = history.numbers[shown], history.eigenvalues[shown]
    reach = window(np.append(eigenvalues[0], target))
    inside = np.abs(eigenvalues).max(axis=1) <= reach
    if not inside.all():
        leaves = int(np.argmin(inside)) + 1
        steps, eigenvalues = steps[:leaves], eigenvalues[:leaves]
    reached = at_target(eigenvalues[-1], target, tolerance)
    traces = levels(history.last.number, target, former, log_x)
    span = np.ptp([*target, *eigenvalues[0]])
    # A frame continues the traces of the one before by their order: none may come or go.
    named = eigenvalues[-1] if inside.all() else np.empty(0)
    traces.append(_names(steps[-1], named, reached, span, log_x))
    for k, colour in enumerate(ramp(eigenvalues.shape[1])):
        line = curve(steps, eigenvalues[:, k], _name(k), colour, log_x)
        line["line"]["width"] = THIN if reached[k] else line["line"]["width"]
        traces.append(line)
    bounds = {"autorangeoptions": {"clipmin": -reach, "clipmax": reach}}
    figure = _over_steps(traces, history, cursor, log_x, bounds, ROOM_FOR_NAMES)
    meta = {"targets": sorted(target)} if handles else {}
    said = words.of_eigenvalues(history, target, tolerance, cursor)
    return figure._replace(layout=figure.layout | {"meta": meta}, words=said)


def loss(
    history: History,
    tolerance: float,
    *,
    cursor: int | None = None,
    log_x: bool = False,
    log_y: bool = True,
) -> Figure:
    """The loss over steps, with the tolerance as a dashed line.

    Args:
        history: of a single start.
        tolerance: of the loss.
        cursor: the step to mark, if any.
        log_x: whether the steps run logarithmically.
        log_y: whether the loss does.
    """
    shown = thinned(history.numbers)
    losses = drawn_losses(history.losses[shown]) if log_y else history.losses[shown]
    traces = [level(history.last.number, tolerance, "tolerance", log_x)] if tolerance > 0 else []
    traces.append(curve(history.numbers[shown], losses, "loss", RAMP[0], log_x))
    y = loss_axis(losses, tolerance, log_y)
    figure = _over_steps(traces, history, cursor, log_x, y)
    return figure._replace(words=words.of_loss(history, tolerance, cursor))


def _name(k: int) -> str:
    return f"λ{k}".translate(SUBSCRIPTS)


def _names(
    step: int, values: np.ndarray, reached: np.ndarray, scale: float, log_x: bool
) -> dict[str, Any]:
    """The names of the lines where they end, one for those that end in the same place."""
    span = max(scale, float((values[-1:] - values[:1]).sum()))
    far = np.diff(values) >= APART * span
    groups = np.split(np.arange(len(values)), np.flatnonzero(far) + 1) if len(values) else []
    labels = [
        AHEAD
        + (_name(group[0]) if len(group) == 1 else f"{_name(group[0])}…{_name(group[-1])[1:]}")
        + TICK * bool(reached[group].all())
        for group in groups
    ]
    return {
        "type": "scatter",
        "x": places(np.full(len(groups), max(step, 1)), log_x),
        "y": [float(values[group].mean()) for group in groups],
        "text": labels,
        "mode": "text",
        "textposition": "middle right",
        "textfont": {"size": 12},
        "cliponaxis": False,
        "hoverinfo": "skip",
        "name": "names",
        "showlegend": False,
    }


def _horizon(history: History) -> int:
    """The step to which both axes run: the last, or soon after a diverged run is out of sight."""
    if history.last.status is not Status.diverged:
        return history.last.number
    highest = FAR * max(float(history.losses[0]), LOWEST_LOSS)
    seen = np.flatnonzero(history.losses <= highest)[-1]
    lost = int(history.numbers[min(seen + 1, len(history.numbers) - 1)])
    return min(history.last.number, max(2 * lost, FEW_STEPS))


def _title(end: int, last: int) -> str:
    return "step" if end >= last else f"step, of {last:,}: the rest is out of sight"


def _over_steps(
    traces: list[dict[str, Any]],
    history: History,
    cursor: int | None,
    log_x: bool,
    y: dict[str, Any],
    right: int = 10,
) -> Figure:
    last = _horizon(history)
    x = step_axis(last, log_x) | {
        "title": {"text": _title(last, history.last.number), "standoff": 4},
        "unifiedhovertitle": {"text": "step %{x:,d}"},
        "autorangeoptions": {"clipmax": max(last, 1)},  # names stand outside
    }
    shapes = cursor_line(cursor, log_x)
    # One box tells all values of a step; the step stands above them, and the dashed lines keep out.
    said = [
        trace | {"hovertemplate": ONE_OF_SEVERAL.format(trace["name"])}
        if "customdata" in trace
        else trace | {"hoverinfo": "skip", "hovertemplate": None}
        for trace in traces
    ]
    figure = quiet(said, HEIGHT, x, y, hovermode="x unified", shapes=shapes)
    return figure._replace(layout=figure.layout | {"margin": MARGIN | {"r": right}})
