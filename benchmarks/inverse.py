"""The solver beside SciPy's `least_squares`, which knows nothing of spectra.

The additive problem of order 8 is that of Friedland, Nocedal and Overton (1987), example 1, whose
matrix is repeated here so that SciPy works on plain arrays; each start of SciPy's is a call of its
own, with the exact Jacobian or with finite differences.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import numpy as np

import eigfit as ef
from benchmarks.options import Options
from benchmarks.table import table
from benchmarks.timing import interleaved

A0 = np.array(
    [
        [0, 4, -1, 1, 1, 5, -1, 1],
        [4, 0, -1, 2, 1, 4, -1, 2],
        [-1, -1, 0, 3, 1, 3, -1, 3],
        [1, 2, 3, 0, 1, 2, -1, 4],
        [1, 1, 1, 1, 0, 1, -1, 5],
        [5, 4, 3, 2, 1, 0, -1, 6],
        [-1, -1, -1, -1, -1, -1, 0, 7],
        [1, 2, 3, 4, 5, 6, 7, 0],
    ],
    float,
)
TARGET = np.arange(10.0, 90, 10)
SOLUTION = np.array(
    [11.90787610, 19.70552151, 30.54549819, 40.06265745, 51.58714029, 64.70213143, 70.17067582,
     71.31849917]
)  # fmt: skip
AROUND = 15.0
STARTS = 1_000
# SciPy's starts are timed on so many, as each costs the same.
SAMPLE = 100
CONVERGED = 1e-7


class Ended(NamedTuple):
    """How many of the starts reached the target, and how many were tried."""

    converged: int
    starts: int


def problem() -> ef.Problem:
    """A₀ + diag(r), all eight eigenvalues told."""
    index = np.where(np.eye(8, dtype=bool), np.arange(8), -1)
    return ef.Problem(ef.pattern(index, A0), TARGET)


def starts(count: int) -> np.ndarray:
    """Starts [count, 8] within ±15 of the published solution."""
    return SOLUTION + np.random.default_rng(0).uniform(-AROUND, AROUND, (count, 8))


def by_eigfit(cores: int) -> Ended:
    """All starts through `eigfit.solve`."""
    with ThreadPoolExecutor(cores) as pool:
        solutions = ef.solve(problem(), start=starts(STARTS), executor=pool)
    return Ended(int(solutions.converged.sum()), STARTS)


def by_scipy(exact: bool) -> Ended:
    """Start by start through `scipy.optimize.least_squares(method="lm")`."""
    from scipy.optimize import least_squares

    def residuals(r: np.ndarray) -> np.ndarray:
        return np.linalg.eigvalsh(A0 + np.diag(r)) - TARGET

    def jacobian(r: np.ndarray) -> np.ndarray:
        return (np.linalg.eigh(A0 + np.diag(r))[1] ** 2).T

    given: Any = jacobian if exact else "2-point"
    ends = [least_squares(residuals, r, given, method="lm") for r in starts(SAMPLE)]
    return Ended(sum(bool(np.abs(end.fun).max() < CONVERGED) for end in ends), SAMPLE)


RUNS: dict[str, Callable[[], Ended]] = {
    "eigfit.solve, one core": partial(by_eigfit, 1),
    "eigfit.solve, two cores": partial(by_eigfit, 2),
    "SciPy lm, exact Jacobian": partial(by_scipy, True),
    "SciPy lm, differences": partial(by_scipy, False),
}


def report(options: Options) -> tuple[str, bool]:
    """The table, and whether eigfit reached the target at least as often as SciPy."""
    timings = interleaved(
        {name: partial(lambda run: run, run) for name, run in RUNS.items()}, options.rounds
    )
    peer = timings["SciPy lm, exact Jacobian"]
    each = peer.steady / peer.result.starts
    rows = []
    for name, timing in timings.items():
        ended: Ended = timing.result
        own = timing.steady / ended.starts
        share = ended.converged / ended.starts
        rows.append([name, f"{1e3 * own:.3f}", f"{each / own:.2f}", f"{share:.1%}"])
    head = [
        "additive problem of order 8, within ±15",
        "ms a start",
        "times SciPy's speed",
        "converged",
    ]
    shares = {
        name: timing.result.converged / timing.result.starts for name, timing in timings.items()
    }
    good = shares["eigfit.solve, one core"] >= shares["SciPy lm, exact Jacobian"] - 1e-9
    return table(head, rows), good
