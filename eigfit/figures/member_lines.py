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
    levels,
    loss_axis,
    step_axis,
    thinned,
)
from eigfit.figures.style import AXIS, GREY, MEMBERS, SUBSCRIPTS, quiet, ramp
from eigfit.results.history import History

# Of a panel in pixels: its heading, its axes, and its foot, where the page draws its matrix.
HEADING: Final = 40
TICKS: Final = 24
FOOT: Final = 78
PANEL_HEIGHT: Final = HEADING + 176 + TICKS + FOOT
LOSSES_HEIGHT: Final = 340
GAP: Final = (HEADING + TICKS + FOOT) / PANEL_HEIGHT  # between the axes of two rows
MOST_COLUMNS: Final = 4
FEWEST_FOR_BAND: Final = 3
# With more members than these, the others are dotted: colour and line together tell all apart.
SOLID: Final = len(MEMBERS) // 2


def panels(
    history: History,
    targets: Sequence[tuple[float, ...]],
    titles: Sequence[str],
    *,
    former: Sequence[Sequence[tuple[int, tuple[float, ...]]]] | None = None,
    baseline: int | None = None,
    cursor: int | None = None,
    log_x: bool = False,
) -> Figure:
    """The eigenvalues of each member over steps, all panels on the same axes.

    Args:
        history: of a batch of B members.
        targets: of each member.
        titles: of each member.
        former: what each was asked for before, with the step at which it was given up.
        baseline: the member whose lines stand thinly in all other panels, if any.
        cursor: the step to mark, if any.
        log_x: whether the steps run logarithmically.
    """
    members, n = history.eigenvalues.shape[1:]
    lines_drawn = members * n * (1 if baseline is None else 2)
    shown = thinned(history.numbers, an_octave(lines_drawn))
    against = [] if baseline is None else _thin(history, baseline, shown, log_x)
    traces, shapes, headings, axes = [], [], [], {}
    x = step_axis(history.last.number, log_x) | {"nticks": 4, "tickangle": 0}
    for member, (target, title) in enumerate(zip(targets, titles, strict=True)):
        panel = str(member + 1) if member else ""
        steps, stop = _moving(history, member, shown)
        lines = levels(history.last.number, target, former[member] if former else (), log_x)
        lines += against if member != baseline else []
        for k, colour in enumerate(ramp(n)):
            values = history.eigenvalues[shown[:stop], member, k]
            lines.append(curve(steps, values, f"λ{k}".translate(SUBSCRIPTS), colour, log_x))
        traces += [line | {"xaxis": f"x{panel}", "yaxis": f"y{panel}"} for line in lines]
        shapes += cursor_line(cursor, log_x, panel)
        dot = f'<span style="color: {MEMBERS[member]}">●</span>'
        named = f"{dot} <b>{title}</b>{' · baseline' if member == baseline else ''}"
        headings.append(_heading(f"{named}<br>{_standing(history, member)}", panel))
        axes[f"xaxis{panel}"] = AXIS | x | ({"matches": "x"} if panel else {})
        axes[f"yaxis{panel}"] = AXIS | ({"matches": "y"} if panel else {})
    rows, columns = _grid(members)
    return quiet(
        traces,
        height(members),
        axes.pop("xaxis"),
        axes.pop("yaxis"),
        **axes,
        grid={"rows": rows, "columns": columns, "pattern": "independent", "ygap": GAP},
        margin={"l": 36, "r": 18, "t": HEADING, "b": TICKS + FOOT},
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
    baseline: int | None = None,
    band: bool = False,
    cursor: int | None = None,
    log_x: bool = False,
) -> Figure:
    """The losses of all members; the trace of member i has the `uid` `member-i`.

    Args:
        history: of a batch of B members.
        titles: of each member.
        tolerance: of the loss.
        baseline: the member that stands out, if any.
        band: whether to draw the median and the band from 10 to 90 %, where members are enough.
        cursor: the step to mark, if any.
        log_x: whether the steps run logarithmically.
    """
    shown = thinned(history.numbers, an_octave(len(titles)))
    values, steps = drawn_losses(history.losses[shown]), history.numbers[shown]
    traces: list[dict[str, Any]] = []
    named = {"showlegend": True}
    band = band and len(titles) >= FEWEST_FOR_BAND
    if band:
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
    for member, title in enumerate(titles):
        moving, stop = _moving(history, member, shown)
        colour = MEMBERS[member]
        line = curve(moving, values[:stop, member], title, colour, log_x)
        drawn = {
            "color": colour,
            "width": 3 if member == baseline else 1.5,
            "dash": "solid" if member < SOLID else "dot",
        }
        traces.append(line | {"line": drawn, "uid": f"member-{member}"} | named)
    if band:
        line = curve(steps, middle, "median", GREY, log_x)
        traces.append(line | {"line": {"color": GREY, "width": 4}} | named)
    x = step_axis(history.last.number, log_x) | {"title": {"text": "step", "standoff": 4}}
    return quiet(
        traces,
        LOSSES_HEIGHT,
        x,
        loss_axis(values, tolerance),
        hovermode="closest",
        shapes=cursor_line(cursor, log_x),
        margin={"l": 46, "r": 10, "t": 8, "b": 84},
        showlegend=True,
        legend={"orientation": "h", "y": -0.22, "yanchor": "top", "traceorder": "normal"},
    )._replace(words=words.of_losses(history, titles, tolerance, cursor))


def _grid(members: int) -> tuple[int, int]:
    columns = min(members, MOST_COLUMNS)
    return -(-members // columns), columns


def _thin(history: History, member: int, shown: np.ndarray, log_x: bool) -> list[dict[str, Any]]:
    """The eigenvalues of a member as what others are seen against."""
    steps, stop = _moving(history, member, shown)
    thin = {"line": {"color": GREY, "width": 1, "dash": "dot"}, "hoverinfo": "skip"}
    values = history.eigenvalues[shown[:stop], member]
    return [
        curve(steps, line, "baseline", GREY, log_x) | thin | {"hovertemplate": None}
        for line in values.T
    ]


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
    name = f" · {status.brief}" if status.final else ""
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
