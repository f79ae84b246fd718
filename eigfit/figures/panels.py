"""Members of a comparison: their eigenvalues in panels side by side, their losses in one chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from eigfit.figures import words
from eigfit.figures.figure import Figure
from eigfit.figures.steps import (
    an_octave,
    cursor_line,
    curve,
    drawn_losses,
    level,
    loss_axis,
    step_axis,
    thinned,
)
from eigfit.figures.style import AXIS, GREY, SUBSCRIPTS, quiet, ramp
from eigfit.results.history import History

PANEL_HEIGHT: Final = 260
LOSSES_HEIGHT: Final = 340
MOST_COLUMNS: Final = 4
FEWEST_FOR_BAND: Final = 3


def panels(
    history: History,
    targets: Sequence[tuple[float, ...]],
    titles: Sequence[str],
    *,
    cursor: int | None = None,
    log_x: bool = False,
) -> Figure:
    """The eigenvalues of each member over steps, all panels on the same axes.

    Args:
        history: of a batch of B members.
        targets: of each member.
        titles: of each member.
        cursor: the step to mark, if any.
        log_x: whether the steps run logarithmically.
    """
    members, n = history.eigenvalues.shape[1:]
    shown = thinned(history.numbers, an_octave(members * n))
    traces, shapes, headings, axes = [], [], [], {}
    x = step_axis(history.last.number, log_x) | {"nticks": 4, "tickangle": 0}
    for member, (target, title) in enumerate(zip(targets, titles, strict=True)):
        panel = str(member + 1) if member else ""
        steps, stop = _moving(history, member, shown)
        lines = [
            level(history.last.number, value, "target", log_x) for value in sorted(set(target))
        ]
        for k, colour in enumerate(ramp(n)):
            values = history.eigenvalues[shown[:stop], member, k]
            lines.append(curve(steps, values, f"λ{k}".translate(SUBSCRIPTS), colour, log_x))
        traces += [line | {"xaxis": f"x{panel}", "yaxis": f"y{panel}"} for line in lines]
        shapes += cursor_line(cursor, log_x, panel)
        headings.append(_heading(f"<b>{title}</b><br>{_standing(history, member)}", panel))
        axes[f"xaxis{panel}"] = AXIS | x | ({"matches": "x"} if panel else {})
        axes[f"yaxis{panel}"] = AXIS | ({"matches": "y"} if panel else {})
    rows, columns = _grid(members)
    return quiet(
        traces,
        height(members),
        axes.pop("xaxis"),
        axes.pop("yaxis"),
        **axes,
        grid={"rows": rows, "columns": columns, "pattern": "independent", "ygap": 0.4},
        margin={"l": 36, "r": 18, "t": 40, "b": 24},
        annotations=headings,
        shapes=shapes,
        hovermode="closest",
    )._replace(words=words.of_members(history, titles, cursor))


def height(members: int) -> int:
    """Of the panels of so many members, in pixels."""
    return _grid(members)[0] * PANEL_HEIGHT


def losses(
    history: History,
    titles: Sequence[str],
    tolerance: float,
    *,
    cursor: int | None = None,
    log_x: bool = False,
) -> Figure:
    """The losses of all members, with their median and the band from 10 to 90 %."""
    shown = thinned(history.numbers, an_octave(len(titles)))
    values, steps = drawn_losses(history.losses[shown]), history.numbers[shown]
    traces: list[dict[str, Any]] = []
    named = {"showlegend": True}
    if values.shape[1] >= FEWEST_FOR_BAND:
        low, middle, high = np.quantile(values, [0.1, 0.5, 0.9], axis=1)
        edge = {"line": {"width": 0}, "hoverinfo": "skip", "hovertemplate": None}
        traces = [
            curve(steps, low, "10 %", GREY, log_x) | edge,
            curve(steps, high, "90 %", GREY, log_x)
            | edge
            | {"fill": "tonexty", "fillcolor": "rgba(138, 143, 152, 0.18)"},
        ]
    if tolerance > 0:
        traces.append(level(history.last.number, tolerance, "tolerance", log_x))
    for member, (title, colour) in enumerate(zip(titles, ramp(len(titles)), strict=True)):
        moving, stop = _moving(history, member, shown)
        line = curve(moving, values[:stop, member], title, colour, log_x)
        traces.append(line | {"line": {"color": colour, "width": 1.5}} | named)
    if values.shape[1] >= FEWEST_FOR_BAND:
        line = curve(steps, middle, "median", GREY, log_x)
        traces.append(line | {"line": {"color": GREY, "width": 4}} | named)
    x = step_axis(history.last.number, log_x) | {"title": {"text": "step", "standoff": 4}}
    return quiet(
        traces,
        LOSSES_HEIGHT,
        x,
        loss_axis(values),
        hovermode="closest",
        shapes=cursor_line(cursor, log_x),
        margin={"l": 46, "r": 10, "t": 8, "b": 84},
        showlegend=True,
        legend={"orientation": "h", "y": -0.22, "yanchor": "top", "traceorder": "normal"},
    )._replace(words=words.of_losses(history, titles, tolerance, cursor))


def _grid(members: int) -> tuple[int, int]:
    columns = min(members, MOST_COLUMNS)
    return -(-members // columns), columns


def _moving(history: History, member: int, shown: np.ndarray) -> tuple[np.ndarray, int]:
    """The steps shown until the member ended, and how many these are."""
    steps = history.numbers[shown]
    ended = history.ended[member]
    if ended < 0:
        return steps, len(steps)
    stop = int(np.searchsorted(steps, ended)) + 1
    return np.minimum(steps[:stop], ended), min(stop, len(steps))


def _standing(history: History, member: int) -> str:
    status = history.last.status[member]
    ended = int(history.ended[member])
    number = history.last.number if ended < 0 else ended
    name = "" if not status.final else f" · {status}".replace("_", " ")
    return f"step {number:,}{name}"


def _heading(text: str, panel: str) -> dict[str, Any]:
    return {
        "text": text,
        "xref": f"x{panel} domain",
        "yref": f"y{panel} domain",
        "x": 0,
        "y": 1,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "align": "left",
        "font": {"size": 12},
    }
