"""Any derivative beside finite differences of its function."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from eigfit.checks import real_array


class Differences(NamedTuple):
    """Finite differences of a function, and how far a derivative is from them."""

    values: np.ndarray  # by central differences, in the derivative's shape
    error: float  # the largest deviation, as a share of the largest entry
    step: np.ndarray  # the step taken in each coordinate, in x's shape


def compare_with_differences(
    function: Callable[[np.ndarray], Any], derivative: Any, x: Any
) -> Differences:
    """A derivative compared with central differences of its function.

    For each coordinate steps of 1e-1, 1e-2, … of its own size are tried, and of the largest number
    in x. The one is taken at which the differences, extrapolated after Richardson from a step and
    its half, change least and rounding can do least, so that neither curvature nor rounding rules.
    Steps that lead to no finite numbers are passed over.

    Args:
        function: from an array like x to numbers of any shape.
        derivative: its derivative at x, shape [*shape of the function, *shape of x].
        x: where.

    Raises:
        TypeError: x holds something else than real numbers.
        ValueError: x is empty, the derivative has not that shape, or at every step along some
            coordinate the function is not finite.
    """
    x = real_array("x", x)
    if not x.size:
        raise ValueError(f"x must hold a number to differentiate by; got shape {list(x.shape)}")
    derivative = np.asarray(derivative, dtype=float)
    columns, step = [], np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        column, step[place] = _along(function, x, place)
        columns.append(column)
    found = np.stack(columns, axis=-1).reshape(*np.shape(columns[0]), *x.shape)
    if derivative.shape != found.shape:
        raise ValueError(
            f"derivative must have shape {list(found.shape)}, the function's and then x's; got "
            f"{list(derivative.shape)}"
        )
    size = max(float(np.abs(found).max()), float(np.finfo(float).tiny))
    error = float(np.abs(found - derivative).max()) / size
    return Differences(found, error if np.isfinite(error) else float("inf"), step)


def _along(function: Callable, x: np.ndarray, place: tuple[int, ...]) -> tuple[np.ndarray, float]:
    """The derivative by one coordinate, and the step it was taken at."""
    largest = float(np.abs(x).max()) or 1.0
    best, found, taken = np.inf, np.empty(0), np.nan
    for size in {abs(float(x[place])) or largest, largest}:
        steps = [size * 10.0**-digits for digits in range(1, 9)]
        tried = [_difference(function, x, place, step) for step in steps]
        for step, ((before, _), (here, rounding)) in zip(
            steps[1:], itertools.pairwise(tried), strict=True
        ):
            with np.errstate(invalid="ignore"):
                doubt = float(np.abs(here - before).max()) + rounding / step
            if doubt < best:  # never true of NaN
                best, found, taken = doubt, here, step
    if not np.isfinite(taken):
        raise ValueError(
            f"differences along coordinate {list(place)} of x, {x[place]:g}, are finite at no "
            "step; compare where the function is finite on both sides"
        )
    return found, taken


def _difference(
    function: Callable, x: np.ndarray, place: tuple[int, ...], step: float
) -> tuple[np.ndarray, float]:
    """Richardson's (4 D(h/2) − D(h)) / 3, right to h⁴, and a rounding of the function."""

    def central(h: float) -> np.ndarray:
        ahead, behind = x.copy(), x.copy()
        ahead[place] += h
        behind[place] -= h
        values = [np.asarray(function(at), float) for at in (ahead, behind)]
        sizes.extend(float(np.abs(value).max()) for value in values)
        return (values[0] - values[1]) / (ahead[place] - behind[place])

    sizes: list[float] = []
    with np.errstate(all="ignore"):
        extrapolated = (4 * central(step / 2) - central(step)) / 3
    return extrapolated, float(np.finfo(float).eps) * max(sizes)
