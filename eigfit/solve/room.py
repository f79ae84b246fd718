"""Where parameters may go: a bound at 0 that only chooses a sign holds no step up.

Where spectra stay as they are when a parameter changes its sign, perhaps together with others, the
loss is even in it: at 0 it has no slope, and a start that was held there would stay for ever. So
steps go on beyond 0, and in the place of what they reach its mirror image is told.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eigfit.problem.bounds import Bounds
from eigfit.problem.joint import Joint
from eigfit.problem.problem import Problem
from eigfit.solve.symmetries import sign_symmetries, supported


class Room(NamedTuple):
    """Where p parameters may go.

    Attributes:
        bounds: of a step.
        chosen: parameters of which a bound at 0 only chooses the sign, ints [f].
        signs: what makes each of them change its sign and leaves every spectrum as it is, ±1,
            shape [f, p]; none changes the sign of another one of them.
        sides: the sign that each shall have, shape [f].
    """

    bounds: Bounds
    chosen: np.ndarray
    signs: np.ndarray
    sides: np.ndarray

    def told(self, r: np.ndarray) -> np.ndarray:
        """The mirror images of r [S, p] with the signs that the problem's bounds choose."""
        for k, signs, side in zip(self.chosen, self.signs, self.sides, strict=True):
            r = np.where(side * r[:, k, None] < 0, signs * r, r)
        return r


def room(problem: Problem | Joint) -> Room:
    """Where the parameters of the problem may go on their way."""
    low, high = problem.bounds
    p = problem.parameters
    chooses = (low < high) & ((low == 0) | (high == 0))
    if not chooses.any():
        return Room(problem.bounds, np.empty(0, int), np.empty((0, p)), np.empty(0))
    # Only what may have either sign, or is to have its sign chosen, may change it.
    rows = supported(sign_symmetries(problem, p), chooses | (low == -high), chooses)
    chosen = np.array([np.flatnonzero(row & chooses)[0] for row in rows], int)
    farthest = np.maximum(np.abs(low[chosen]), np.abs(high[chosen]))
    low, high = low.copy(), high.copy()
    sides = np.where(low[chosen] == 0, 1.0, -1.0)
    low[chosen], high[chosen] = -farthest, farthest
    return Room(Bounds(low, high), chosen, 1.0 - 2 * rows, sides)
