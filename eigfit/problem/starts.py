"""Random starts."""

from __future__ import annotations

import math
import numbers
from typing import Final

import numpy as np

from eigfit.checks import whole_number
from eigfit.problem.problem import Problem

DISTRIBUTIONS: Final = ("uniform", "normal")


def random_start(
    problem: Problem,
    seed: int,
    count: int | None = None,
    distribution: str = "uniform",
    low: float = 0.0,
    high: float = 1.0,
) -> np.ndarray:
    """Random parameters; each start depends on its own seed alone.

    Args:
        problem: what the parameters are for.
        seed: a whole number, 0 or above.
        count: how many starts, of the seeds seed, seed + 1, …; one start without the leading
            axis unless given.
        distribution: "uniform" on [low, high), or "normal" about their middle with half their
            distance as standard deviation.
        low: lower end.
        high: upper end.

    Returns:
        float64, shape [p], or [count, p].

    Raises:
        TypeError: seed or count is not a whole number, or an end none at all.
        ValueError: the distribution is unknown, or seed, count or the ends are out of range.
    """
    whole_number("seed", seed, 0)
    if distribution not in DISTRIBUTIONS:
        raise ValueError(
            f"distribution must be one of {', '.join(DISTRIBUTIONS)}; got {distribution!r}"
        )
    for name, end in (("low", low), ("high", high)):
        if not isinstance(end, numbers.Real):
            raise TypeError(f"{name} must be a number; got {end!r}")
    if not (low <= high and math.isfinite(high - low)):
        raise ValueError(f"low must not exceed high, both finite; got low {low} and high {high}")
    if count is not None:
        whole_number("count", count, 1)
        starts = [
            random_start(problem, seed + i, None, distribution, low, high) for i in range(count)
        ]
        return np.stack(starts)
    random = np.random.default_rng(seed)
    if distribution == "normal":
        return random.normal((low + high) / 2, (high - low) / 2, problem.structure.parameters)
    return random.uniform(low, high, problem.structure.parameters)
