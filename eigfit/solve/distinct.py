"""Which ends are the same solution."""

from __future__ import annotations

from typing import Final

import numpy as np

# Two ends are one solution where they differ by less in every parameter's unit.
SAME: Final = 1e-5


def groups(
    ends: np.ndarray, order: np.ndarray, signs: np.ndarray, units: np.ndarray
) -> list[np.ndarray]:
    """The ends [B, p] in groups of one solution each, as arrays of their numbers.

    Args:
        ends: parameters.
        order: the numbers of those to group, best first: the first of each group stands for it.
        signs: the symmetries of the parameters, [e, p].
        units: a size of each parameter, [p].
    """
    scaled = ends[order] / units
    left = np.arange(len(order))
    found = []
    while len(left):
        images = signs * scaled[left[0]]
        near = SAME * max(1.0, float(np.abs(images).max()))
        same = np.arange(len(left)) == 0
        for image in images:
            same |= np.abs(scaled[left] - image).max(axis=-1) <= near
        found.append(order[left[same]])
        left = left[~same]
    return found
