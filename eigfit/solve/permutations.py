"""Which permutations of the parameters leave every spectrum as it is, as somebody declares them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from eigfit.checks import whole_of
from eigfit.problem.joint import Joint
from eigfit.problem.problem import Problem
from eigfit.solve.residuals import residuals

MOST: Final = 4_096  # permutations, each of which every solution is looked for under
LOOKED_AT: Final = 8  # starts
ROUNDING: Final = 1e-9  # a share of a spectrum's size by which permuted parameters may change it


def permutations(problem: Problem | Joint, declared: Any, r: np.ndarray) -> np.ndarray:
    """All that the declared permutations make one after another; ints [g, p], the plain one first.

    Args:
        problem: a `Problem`, or several from `joint`.
        declared: permutations π of the p parameters counted from 0, after which r[π] stands for r;
            None for none.
        r: parameters [B, p] at some of which the spectra are looked at.

    Raises:
        TypeError: a declared one holds something else than whole numbers.
        ValueError: one does not hold each parameter once, or changes a spectrum, or they make too
            many.
    """
    p = problem.parameters
    rows = [_checked(row, p, i) for i, row in enumerate(() if declared is None else declared)]
    for number, row in enumerate(rows):
        _check_spectra(problem, row, r[:LOOKED_AT], number)
    made = [tuple(range(p))]
    known = set(made)
    for before in made:
        for row in rows:
            after = tuple(before[k] for k in row)
            if after not in known:
                known.add(after)
                made.append(after)
        if len(made) > MOST:
            raise ValueError(f"symmetries make more than {MOST:,} permutations; declare fewer")
    return np.array(made)


def _checked(row: Sequence[int], p: int, number: int) -> tuple[int, ...]:
    ends = f"0 to {p - 1}"
    if not isinstance(row, Sequence | np.ndarray) or isinstance(row, str):
        raise TypeError(f"symmetries must hold lists of parameters, {ends}; got {row!r}")
    places = tuple(whole_of("a parameter in symmetries", k, ends) for k in row)
    if sorted(places) != list(range(p)):
        raise ValueError(
            f"symmetries[{number}] must hold each of {p} parameters once, {ends}; got {list(row)}"
        )
    return places


def _check_spectra(
    problem: Problem | Joint, row: tuple[int, ...], r: np.ndarray, number: int
) -> None:
    plain, permuted = residuals(problem, r).values, residuals(problem, r[:, row]).values
    for before, after in zip(plain, permuted, strict=True):
        change = np.abs(after - before).max(axis=-1)
        if (change > ROUNDING * np.abs(before).max(axis=-1)).any():
            raise ValueError(
                f"symmetries[{number}] changes the spectrum, by {np.nanmax(change):.3g} at one of "
                "the starts, so it is none"
            )
