"""The solver's iterations to watch: the steps of a start, as `fit` gives those of an optimiser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from eigfit.problem.problem import Problem
from eigfit.results.step import Step
from eigfit.solve.iterations import Running, iterations
from eigfit.solve.options import checked_options, checked_starts


def iterate(
    problem: Problem,
    start: Any,
    *,
    rule: str = "majorised",
    tolerance: float = 1e-10,
    max_iterations: int = 100,
) -> Iterator[Step]:
    """The iterations from a start towards the data, computed when asked for.

    Args:
        problem: what to solve.
        start: parameters [p], or a batch [B, p] whose members freeze as they end.
        rule: a name in `RULES`, how steps are taken.
        tolerance: relative, of ‖(y − t)/σ‖; see `solve`.
        max_iterations: number of the last step.

    Yields:
        A `Step` each, the start itself first, for `History` and the charts. Within its first ten
        steps the loss may rise; a start ends as `converged`, `stalled` where no step lowers the
        loss, `diverged`, or at the `step_limit`.

    Raises:
        TypeError: the problem is one of several matrices, which no single Step can tell, or an
            argument is of the wrong kind.
        ValueError: a number is out of range, or the rule unknown or not for this problem.
    """
    if not isinstance(problem, Problem):
        raise TypeError(f"problem must be an eigfit.Problem; got {type(problem).__name__}")
    options = checked_options(problem, rule, tolerance, max_iterations)
    starts = checked_starts(start, problem.parameters)
    return _steps(problem, iterations(problem, starts, options), np.ndim(start) == 2)


def _steps(problem: Problem, states: Iterator[Running], batched: bool) -> Iterator[Step]:
    known: tuple[np.ndarray, ...] = ()
    for running in states:
        at = running.at
        news = running.r, at.values[0], at.loss, 2 * at.gradient, running.status
        # Who has ended keeps what it ended with.
        known = tuple(
            _replaced(before, running.starts, new)
            for before, new in zip(known or news, news, strict=True)
        )
        r, values, loss, gradient, status = known if batched else (array[0] for array in known)
        yield Step(running.number, r, values, loss, gradient, status, problem.structure.filled)


def _replaced(before: np.ndarray, which: np.ndarray, new: np.ndarray) -> np.ndarray:
    if before is new:
        return new
    after = before.copy()
    after[which] = new
    return after
