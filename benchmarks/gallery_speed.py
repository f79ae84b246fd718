"""The published problems of the gallery beside SciPy's `least_squares`, from the same starts.

SciPy is given the very functions that the solver iterates on, residuals in units of σ and their
exact derivatives, one start after the other; what it lacks is to know that many starts can be
taken at once, and what the problem is about. A start counts where it comes as near to the data as
the best of all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

import eigfit as ef
from benchmarks.options import Options
from benchmarks.table import table
from benchmarks.timing import interleaved
from eigfit.solve.iterations import size
from eigfit.solve.options import checked_ranges
from eigfit.solve.residuals import Residuals, residuals
from eigfit.solve.solve import random_starts

STARTS = 10
OURS, EXACT, DIFFERENCES = "eigfit.solve", "SciPy, exact Jacobian", "SciPy, differences"
NEAR = 1e-7  # of the data, relative


class Race(NamedTuple):
    """A problem, and where everybody begins, [B, p]."""

    problem: ef.Problem | ef.Joint
    starts: np.ndarray

    @classmethod
    def of(cls, name: str) -> Race:
        """That of the gallery's problem of that name."""
        posed = ef.gallery(name)
        if not isinstance(posed, ef.Posed):
            raise ValueError(f"{name} is not to be solved")
        ranges = checked_ranges(posed.problem, posed.low, posed.high)
        return cls(posed.problem, random_starts(0, STARTS, *ranges))

    def losses(self, ends: np.ndarray) -> np.ndarray:
        """Those of ends [B, p], shape [B]."""
        return residuals(self.problem, ends).loss

    def by_eigfit(self) -> np.ndarray:
        """Where the solver ends, all starts at once."""
        return ef.solve(self.problem, start=self.starts).ends

    def by_scipy(self, exact: bool) -> np.ndarray:
        """Where SciPy ends, start by start, within the bounds."""
        from scipy.optimize import least_squares

        low, high = self.problem.bounds
        free = low < high

        def at(x: np.ndarray) -> Residuals:
            r = low.copy()  # which a fixed parameter has
            r[free] = x
            return residuals(self.problem, r[None])

        def values(x: np.ndarray) -> np.ndarray:
            return at(x).residuals[0]

        def slopes(x: np.ndarray) -> np.ndarray:
            return at(x).jacobian[0][:, free]

        ends = np.clip(self.starts, low, high)
        given: Any = slopes if exact else "2-point"
        for end in ends:
            end[free] = least_squares(
                values, end[free], given, bounds=(low[free], high[free]), x_scale="jac",
                xtol=1e-14, ftol=1e-14, gtol=1e-14,
            ).x  # fmt: skip
        return ends


def report(options: Options) -> tuple[str, bool]:
    """The table, and whether eigfit comes as near to the data as SciPy, wherever that is."""
    rows, good = [], True
    for name in ef.gallery():
        if not isinstance(ef.gallery(name), ef.Posed):
            continue
        race = Race.of(name)
        runs: dict[str, Callable[[], np.ndarray]] = {
            OURS: race.by_eigfit,
            EXACT: partial(race.by_scipy, True),
            DIFFERENCES: partial(race.by_scipy, False),
        }
        timings = interleaved(
            {who: partial(lambda run: run, run) for who, run in runs.items()}, options.rounds, 10
        )
        losses = {who: race.losses(timing.result) for who, timing in timings.items()}
        best = min(float(np.nanmin(of)) for of in losses.values())
        enough = best * (1 + 1e-6) + (NEAR * size(race.problem)) ** 2
        reached = {who: int((of <= enough).sum()) for who, of in losses.items()}
        good = good and (reached[OURS] > 0 or not any(reached.values()))
        row = [name]
        for who, timing in timings.items():
            row += [f"{1e3 * timing.steady / STARTS:.2f}", f"{reached[who]}"]
        ratio = timings[EXACT].steady / timings[OURS].steady
        rows.append([*row, f"{ratio:.1f}"])
    head = [f"{STARTS} starts each, ms a start and how many reach the best"]
    for who in (OURS, EXACT, DIFFERENCES):
        head += [who, "reach"]
    return table([*head, "times SciPy's speed"], rows), good
