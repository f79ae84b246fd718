"""The solver beside SciPy's `least_squares`, which knows nothing of spectra, and beside JAX.

The additive problem of order 8 is that of Friedland, Nocedal and Overton (1987), example 1, whose
matrix is repeated here so that peers work on plain arrays; each start of SciPy's is a call of its
own, with the exact Jacobian or with finite differences. JAX takes the solver's own iterations.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np

import eigfit as ef
from benchmarks.options import Options
from benchmarks.peers import installed
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
CONVERGED = 1e-7
LONGEST = 60  # seconds, in which there are more rounds than two
ONE_CORE, EXACT = "eigfit.solve, one core", "SciPy lm, exact Jacobian"


def problem() -> ef.Problem:
    """A₀ + diag(r), all eight eigenvalues told."""
    index = np.where(np.eye(8, dtype=bool), np.arange(8), -1)
    return ef.Problem(ef.pattern(index, A0), TARGET)


def starts(count: int) -> np.ndarray:
    """Starts [count, 8] within ±15 of the published solution."""
    return SOLUTION + np.random.default_rng(0).uniform(-AROUND, AROUND, (count, 8))


def by_eigfit(cores: int) -> int:
    """How many starts reach the target through `eigfit.solve`, which tells solutions apart too."""
    with ThreadPoolExecutor(cores) as pool:
        solutions = ef.solve(problem(), start=starts(STARTS), executor=pool)
    return int(solutions.converged.sum())


def by_scipy(exact: bool) -> int:
    """How many do, start by start, through `scipy.optimize.least_squares(method="lm")`."""
    from scipy.optimize import least_squares

    def residuals(r: np.ndarray) -> np.ndarray:
        return np.linalg.eigvalsh(A0 + np.diag(r)) - TARGET

    def jacobian(r: np.ndarray) -> np.ndarray:
        return (np.linalg.eigh(A0 + np.diag(r))[1] ** 2).T

    given: Any = jacobian if exact else "2-point"
    ends = [least_squares(residuals, r, given, method="lm") for r in starts(STARTS)]
    return sum(bool(np.abs(end.fun).max() < CONVERGED) for end in ends)


def in_jax() -> Callable[[], int]:
    """What counts those that the same iterations in JAX bring there, compiled at the first call."""
    from benchmarks.inverse_jax import prepare

    run = prepare(A0, TARGET, starts(STARTS))
    return lambda: int((run() < CONVERGED).sum())


# What makes each run ready.
RUNS: dict[str, Callable[[], Callable[[], int]]] = {
    ONE_CORE: lambda: partial(by_eigfit, 1),
    "eigfit.solve, two cores": lambda: partial(by_eigfit, 2),
    EXACT: lambda: partial(by_scipy, True),
    "SciPy lm, differences": lambda: partial(by_scipy, False),
}
if installed("jax"):
    RUNS["JAX vmap"] = in_jax


def report(options: Options) -> tuple[str, bool]:
    """The table, and whether eigfit reached the target at least as often as SciPy."""
    timings = interleaved(RUNS, options.rounds, LONGEST)
    scipy = timings[EXACT].steady
    rows = [
        [
            name,
            f"{1e3 * timing.steady / STARTS:.3f}",
            f"{scipy / timing.steady:.2f}",
            f"{timing.result / STARTS:.1%}",
        ]
        for name, timing in timings.items()
    ]
    head = [
        "additive problem of order 8, within ±15",
        "ms a start",
        "times SciPy's speed",
        "converged",
    ]
    return table(head, rows), timings[ONE_CORE].result >= timings[EXACT].result
