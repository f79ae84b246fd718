"""Any derivative beside finite differences of its function."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from eigfit.checks import real_array


class Check(NamedTuple):
    """A derivative beside its finite differences."""

    differences: np.ndarray  # by central differences, in the derivative's shape
    error: float  # the largest deviation, as a share of the largest entry
    step: float  # the step of the differences


def check(function: Callable[[np.ndarray], Any], derivative: Any, x: Any) -> Check:
    """A derivative compared with central differences of its function.

    Of the steps 1e-1, 1e-2, … of the largest number in x the one is taken at which the differences,
    extrapolated after Richardson from a step and its half, change least, so that neither curvature
    nor rounding rules.

    Args:
        function: from an array like x to numbers of any shape.
        derivative: its derivative at x, shape [*shape of the function, *shape of x].
        x: where.
    """
    x = real_array("x", x)
    derivative = np.asarray(derivative, dtype=float)
    scale = float(np.abs(x).max()) or 1.0
    steps = [scale * 10.0**-digits for digits in range(1, 9)]
    tried = [_differences(function, x, step) for step in steps]
    changes = [np.abs(a - b).max() for a, b in itertools.pairwise(tried)]
    best = int(np.argmin(changes)) + 1
    found = tried[best].reshape(derivative.shape)
    size = max(float(np.abs(found).max()), float(np.finfo(float).tiny))
    return Check(found, float(np.abs(found - derivative).max()) / size, steps[best])


def _differences(function: Callable, x: np.ndarray, step: float) -> np.ndarray:
    """Richardson's (4 D(h/2) − D(h)) / 3 of central differences, right to h⁴."""

    def central(h: float) -> np.ndarray:
        columns = []
        for place in np.ndindex(x.shape):
            ahead, behind = x.copy(), x.copy()
            ahead[place] += h
            behind[place] -= h
            difference = np.asarray(function(ahead), float) - np.asarray(function(behind), float)
            columns.append(difference / (ahead[place] - behind[place]))
        return np.stack(columns, axis=-1)

    return (4 * central(step / 2) - central(step)) / 3
