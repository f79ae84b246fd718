"""What a chart shows, in words: its text alternative, which changes with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from eigfit.figures.style import SUBSCRIPTS
from eigfit.results.history import History
from eigfit.results.landscape import Landscape, Space
from eigfit.results.outcomes import at_target

LARGEST_READ_OUT: Final = 5  # rows of a matrix; more is no help to the ear
MOST_READ_OUT: Final = 12  # numbers, likewise


def of_eigenvalues(
    history: History, target: tuple[float, ...], tolerance: float, cursor: int | None
) -> str:
    """The eigenvalues of the step shown, and which are at their targets."""
    place = _place(history, cursor)
    values = history.eigenvalues[place]
    reached = at_target(values, target, tolerance)
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


def of_landscape(seen: Landscape, numbers: np.ndarray, losses: np.ndarray) -> str:
    """The loss at the present point and over the plane, and where eigenvalues meet.

    Args:
        seen: the landscape.
        numbers: of the steps of its way.
        losses: at these steps.
    """
    across, up = (name[:1].lower() + name[1:] for name in seen.plane.names)
    row, column = np.unravel_index(np.argmin(seen.losses), seen.losses.shape)
    meet = ""
    if seen.ridged and len(seen.meetings):
        nearest = float(np.linalg.norm(seen.meetings - seen.way[-1], axis=1).min())
        meet = (
            f" Eigenvalues with different targets meet on it, the nearest {number(nearest)} away."
        )
    return (
        f"Loss on a plane through the point of step {numbers[-1]:,}, {across} across and {up} up: "
        f"{losses[-1]:.2g} there, from {seen.losses.min():.2g} at {number(seen.x[column])}, "
        f"{number(seen.y[row])} to {seen.losses.max():.2g}; the run began at "
        f"{listed(seen.way[0])} with {losses[0]:.2g} and is now at {listed(seen.way[-1])}.{meet}"
    )


def of_space(seen: Space, numbers: np.ndarray, losses: np.ndarray) -> str:
    """Where the way of a run through all 2×2 matrices begins and ends, and what it is led to.

    Args:
        seen: the space.
        numbers: of the steps of its way.
        losses: at these steps.
    """
    radius = float(np.linalg.norm(seen.solutions[0, :2]))
    far = np.linalg.norm(seen.way[-1, :2]) - radius
    return (
        f"All symmetric 2×2 matrices as points (u, v, m). The solutions are a circle of radius "
        f"{number(radius)} about the axis of equal eigenvalues, at m = "
        f"{number(seen.solutions[0, 2])}. The run leads from {listed(seen.way[0])}, loss "
        f"{losses[0]:.2g}, to {listed(seen.way[-1])} at step {numbers[-1]:,}, loss "
        f"{losses[-1]:.2g}, {number(float(np.hypot(far, seen.way[-1, 2] - seen.solutions[0, 2])))} "
        "from the circle."
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
