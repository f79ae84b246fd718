"""What a chart shows, in words: its text alternative, which changes with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from eigfit.figures.style import SUBSCRIPTS
from eigfit.results.history import History

LARGEST_READ_OUT: Final = 5  # rows of a matrix; more is no help to the ear
MOST_READ_OUT: Final = 12  # numbers, likewise


def of_eigenvalues(
    history: History, target: tuple[float, ...], tolerance: float, cursor: int | None
) -> str:
    """The eigenvalues of the step shown, and which are at their targets."""
    place = _place(history, cursor)
    values = history.eigenvalues[place]
    reached = (np.sort(target) - values) ** 2 <= tolerance
    wanted = f"of the targets {listed(np.sort(target))}, {reached.sum()} of {len(values)} reached"
    if reached.all():
        wanted = "all at their targets"
    return f"Eigenvalues after {_steps(history, place)}: {listed(values)}; {wanted}."


def of_loss(history: History, tolerance: float, cursor: int | None) -> str:
    """The loss of the step shown, beside the first one and the tolerance."""
    place = _place(history, cursor)
    first, now = float(history.losses[0]), float(history.losses[place])
    below = ", below the tolerance" if now <= tolerance else ""
    return f"Loss {now:.2g} after {_steps(history, place)}{below}; it began at {first:.2g}."


def of_matrix(name: str, values: np.ndarray) -> str:
    """A matrix row by row, or its size and range where it is large."""
    rows, columns = values.shape
    if max(rows, columns) > LARGEST_READ_OUT:
        return (
            f"{name}, a matrix of {rows} × {columns} entries from {number(values.min())} to "
            f"{number(values.max())}."
        )
    return f"{name}, rows {'; '.join(listed(row) for row in values)}."


def of_members(history: History, titles: Sequence[str], cursor: int | None) -> str:
    """The eigenvalues of each member at the step shown."""
    place = _place(history, cursor)
    members = history.eigenvalues[place]
    said = [f"{title}: {listed(values)}" for title, values in zip(titles, members, strict=True)]
    return f"Eigenvalues after {_steps(history, place)}. {'; '.join(said)}."


def of_losses(history: History, titles: Sequence[str], tolerance: float, cursor: int | None) -> str:
    """The range of the members' losses at the step shown, and the lowest."""
    place = _place(history, cursor)
    losses = history.losses[place]
    best = titles[int(np.argmin(losses))]
    return (
        f"Losses of {len(titles)} members after {_steps(history, place)}: from "
        f"{losses.min():.2g}, {best}, to {losses.max():.2g}; {(losses <= tolerance).sum()} below "
        "the tolerance."
    )


def of_path(s: np.ndarray, eigenvalues: np.ndarray) -> str:
    """Where the levels begin and end, and where two come nearest."""
    gaps = np.diff(eigenvalues, axis=1)
    point, k = np.unravel_index(np.argmin(gaps), gaps.shape)
    pair = f"λ{k} and λ{k + 1}".translate(SUBSCRIPTS)
    return (
        f"Eigenvalues from {listed(eigenvalues[0])} at s = {number(s[0])} to "
        f"{listed(eigenvalues[-1])} at s = {number(s[-1])}; {pair} come nearest, within "
        f"{number(gaps[point, k])}, at s = {number(s[point])}."
    )


def of_converged(steps: np.ndarray) -> str:
    """When how many starts had converged.

    Args:
        steps: of the starts that have converged, ascending.
    """
    if not len(steps):
        return "No start has converged."
    middle = int(np.median(steps))
    return (
        f"{len(steps):,} starts converged, the first in {steps[0]:,} steps, half of them in "
        f"{middle:,}, the last in {steps[-1]:,}."
    )


def listed(values: np.ndarray) -> str:
    """Numbers in a row, as far as they are worth reading out."""
    said = ", ".join(map(number, values[:MOST_READ_OUT]))
    more = len(values) - MOST_READ_OUT
    return said if more <= 0 else f"{said} and {more} more"


def number(value: float) -> str:
    """A number in three digits, nothing written as minus nothing."""
    return f"{value:.3g}" if 0 < abs(value) < 0.01 or abs(value) >= 1000 else f"{value + 0.0:.2f}"


def _place(history: History, cursor: int | None) -> int:
    """Where the step shown stands in the history."""
    if cursor is None:
        return -1
    return int(np.searchsorted(history.numbers, cursor, side="right")) - 1


def _steps(history: History, place: int) -> str:
    count = int(history.numbers[place])
    return f"{count:,} step{'' if count == 1 else 's'}"
