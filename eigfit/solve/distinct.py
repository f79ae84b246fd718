"""Which ends are the same solution."""

from __future__ import annotations

from typing import Final

import numpy as np

from eigfit.solve.symmetries import Symmetries, alike

# Two ends are one solution where they differ by less in every parameter's unit.
SAME: Final = 1e-5


def groups(
    ends: np.ndarray, order: np.ndarray, symmetries: Symmetries, units: np.ndarray
) -> list[np.ndarray]:
    """The ends [B, p] in groups of one solution each, as arrays of their numbers.

    Args:
        ends: parameters.
        order: the numbers of those to group, best first: the first of each group stands for it.
        symmetries: which make no other solution.
        units: a size of each parameter, [p].
    """
    scaled = ends[order] / units
    left = np.arange(len(order))
    found = []
    while len(left):
        first = scaled[left[0]]
        within = SAME * max(1.0, float(np.abs(first).max()))
        same = np.zeros(len(left), bool)
        for image in ends[order[left[0]]][symmetries.orders] / units:
            same |= alike(symmetries.signs, image, scaled[left], within)
        same[0] = True
        found.append(order[left[same]])
        left = left[~same]
    return found
