"""A loss seen on a plane through the parameters of a run, and in the space of all 2×2 matrices."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Plane(NamedTuple):
    """A plane of parameters: the points origin + x d₀ + y d₁.

    Attributes:
        origin: where x = y = 0, shape [p].
        directions: d₀ and d₁, orthonormal, shape [2, p].
        names: of the two directions.
        remark: a sentence where the directions are not those asked for, else empty.
    """

    origin: np.ndarray
    directions: np.ndarray
    names: tuple[str, str]
    remark: str = ""

    def point(self, places: np.ndarray) -> np.ndarray:
        """The parameters [..., p] at places [..., 2] of the plane."""
        return self.origin + places @ self.directions

    def places(self, points: np.ndarray) -> np.ndarray:
        """The places [..., 2] at the feet of the perpendiculars from parameters [..., p]."""
        return (points - self.origin) @ self.directions.T


class Landscape(NamedTuple):
    """A loss on a square of a plane about the last point of a run.

    Attributes:
        plane: the one.
        x: places along its first direction, evenly spaced about the run's last point; shape [G].
        y: along its second one, likewise.
        losses: finite, shape [G, G], a row for each y.
        way: the places of the run's points, the first its start, the last its last; shape [T, 2].
        offsets: how far these points lie beside the plane, shape [T].
        ridged: whether targets differ, so that eigenvalues that meet make a kink.
        meetings: where eigenvalues with different targets are equal, shape [M, 2].
    """

    plane: Plane
    x: np.ndarray
    y: np.ndarray
    losses: np.ndarray
    way: np.ndarray
    offsets: np.ndarray
    ridged: bool
    meetings: np.ndarray

    @property
    def reach(self) -> float:
        """From the run's last point to each side of the square."""
        return float(self.x[-1] - self.x[0]) / 2


class Space(NamedTuple):
    """A loss in the space of all symmetric 2×2 matrices [[m + u, v], [v, m − u]], as (u, v, m).

    Attributes:
        tube: the surface of the last point's loss, shape [a, b, 3].
        solutions: the circle of the matrices that have the target, shape [c, 3].
        way: of a run, shape [T, 3].
        reach: half the width of what is worth seeing.
    """

    tube: np.ndarray
    solutions: np.ndarray
    way: np.ndarray
    reach: float
