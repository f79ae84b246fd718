"""Which ends are the same solution."""

from __future__ import annotations

from typing import Final

import numpy as np

from eigfit.solve.symmetries import alike

# Two ends are one solution where they differ by less in every parameter's unit.
SAME: Final = 1e-5


def groups(
    ends: np.ndarray, order: np.ndarray, generators: np.ndarray, units: np.ndarray
) -> list[np.ndarray]:
    """The ends [B, p] in groups of one solution each, as arrays of their numbers.

    Args:
        ends: parameters.
        order: the numbers of those to group, best first: the first of each group stands for it.
        generators: of the signs that make no other solution, bits [g, p].
        units: a size of each parameter, [p].
    """
    scaled = ends[order] / units
    left = np.arange(len(order))
    found = []
    while len(left):
        first = scaled[left[0]]
        within = SAME * max(1.0, float(np.abs(first).max()))
        same = alike(generators, first, scaled[left], within)
        same[0] = True
        found.append(order[left[same]])
        left = left[~same]
    return found
