"""What a solver is asked for, checked as it enters."""

from __future__ import annotations

import numbers
from typing import Any, NamedTuple

import numpy as np

from eigfit.checks import real_array, whole_number
from eigfit.problem.joint import Joint
from eigfit.problem.problem import Problem
from eigfit.solve.rules import RULES, majorant


class Options(NamedTuple):
    """How to iterate; see `solve`.

    Attributes:
        rule: a name in `RULES`.
        tolerance: of the data, relative.
        max_iterations: of one start.
        patient: whether each start is followed to its very end, also one that hardly goes on.
    """

    rule: str = "majorised"
    tolerance: float = 1e-10
    max_iterations: int = 100
    patient: bool = True


def checked_ranges(problem: Problem | Joint, low: Any, high: Any) -> tuple[np.ndarray, np.ndarray]:
    """Between which ends each parameter starts, both [p]."""
    p = problem.parameters
    ends = []
    for name, end, bound in (("low", low, problem.bounds.low), ("high", high, problem.bounds.high)):
        given = real_array(name, float(name == "high") if end is None else end)
        if given.shape not in ((), (p,)) or not np.isfinite(given).all():
            raise ValueError(
                f"{name} must be one finite number, or one for each of {p} parameters; got {end!r}"
            )
        if end is not None:
            _refuse_outside(problem, name, given)
        outside = np.isfinite(bound) & (end is None)
        ends.append(np.where(outside, bound, problem.bounds.inside(given)))
    if high is None:  # one end alone is given: as far from it as it is from 0, at least 1
        ends[1] = np.where(
            ends[1] <= ends[0],
            problem.bounds.inside(ends[0] + np.maximum(1, np.abs(ends[0]))),
            ends[1],
        )
    if low is None:
        ends[0] = np.where(
            ends[0] >= ends[1],
            problem.bounds.inside(ends[1] - np.maximum(1, np.abs(ends[1]))),
            ends[0],
        )
    if (ends[0] > ends[1]).any():
        k = int(np.argmax(ends[0] > ends[1]))
        raise ValueError(
            f"low must not exceed high; got {ends[0][k]:g} and {ends[1][k]:g} for parameter {k}"
        )
    return ends[0], ends[1]


def _refuse_outside(problem: Problem | Joint, name: str, end: np.ndarray) -> None:
    """A low end above the bounds, or a high one below them, would put all starts into one place."""
    low, high = problem.bounds
    beyond = (end > high if name == "low" else end < low) & (low < high)
    # One number for all parameters may suit some of them alone.
    if beyond.any() and (end.ndim or beyond[low < high].all()):
        k = int(np.argmax(beyond))
        raise ValueError(
            f"{name} leaves no room for starts: parameter {problem.names[k]} lies between "
            f"{low[k]:g} and {high[k]:g}; got {np.broadcast_to(end, low.shape)[k]:g}"
        )


def checked_options(problem: Any, rule: str, tolerance: float, max_iterations: int) -> Options:
    """How to iterate, or an error that says what is wrong with it."""
    if not isinstance(problem, Problem | Joint):
        raise TypeError(
            f"problem must be an eigfit.Problem or from eigfit.joint; got {type(problem).__name__}"
        )
    if rule not in RULES:
        raise ValueError(f"rule must be one of {', '.join(RULES)}; got {rule!r}")
    if rule == "lift_and_project" and majorant(problem, problem.parameters) is None:
        raise ValueError(
            "lift_and_project needs all eigenvalues, equally well known, of matrices that are "
            "affine in the parameters; use majorised, which does without where it must"
        )
    if not isinstance(tolerance, numbers.Real) or not 0 <= tolerance < 1:
        raise ValueError(f"tolerance must be a number from 0 to below 1; got {tolerance!r}")
    whole_number("max_iterations", max_iterations, 0)
    return Options(rule, float(tolerance), int(max_iterations))


def checked_starts(start: Any, p: int) -> np.ndarray:
    """The starts as a batch [B, p], or an error that says what is wrong with them."""
    given = np.atleast_2d(real_array("start", start))
    if given.ndim != 2 or given.shape[1] != p or not len(given):
        raise ValueError(
            f"start has shape {list(np.shape(start))} but there are {p} parameters; give {p} "
            f"numbers, or a batch of shape [starts, {p}]"
        )
    if not np.isfinite(given).all():
        raise ValueError(f"start must be finite, but holds {given[~np.isfinite(given)][0]}")
    return given
