"""The solver: every distinct answer, what the data determine of it, or the proof there is none."""

from __future__ import annotations

import numbers
import os
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from typing import Any, Final

import numpy as np

from eigfit.checks import real_array, whole_number
from eigfit.problem.joint import Joint
from eigfit.problem.problem import Problem
from eigfit.results.solutions import Solutions
from eigfit.solve.answers import answers
from eigfit.solve.iteration import Ends, Options, ends
from eigfit.solve.rules import RULES, majorant

# Starts go out in batches of this size whoever computes them, so that the same seeds give the same
# numbers to the last bit.
BATCH: Final = 128


def solve(
    problem: Problem | Joint,
    *,
    start: Any = None,
    starts: int = 1,
    seed: int = 0,
    low: Any = 0.0,
    high: Any = 1.0,
    rule: str = "majorised",
    tolerance: float = 1e-10,
    max_iterations: int = 100,
    budget: int | None = None,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Solutions:
    """Every distinct solution that the starts reach, best first, with a verdict and its proof.

    Args:
        problem: a `Problem`, or several from `joint`.
        start: parameters to begin from, [p] or [B, p]; random ones unless given.
        starts: how many random starts, uniform between low and high; each depends on its own seed
            alone.
        seed: of the first of them; the others have seed + 1, seed + 2, …
        low: lower ends of random starts, a number or one per parameter; the problem's bounds, where
            they are finite, come before these.
        high: upper ends.
        rule: a name in `RULES`, how steps are taken.
        tolerance: a start has reached the data when ‖(y − t)/σ‖ is at most this share of ‖t/σ‖, or
            no larger than rounding.
        max_iterations: of one start, each of which costs one eigendecomposition of every matrix.
        budget: go on, with as many starts again, while the last half of them found further
            solutions, to at most so many starts; `starts` are all unless given.
        executor: any `concurrent.futures.Executor`, to which batches of starts go; threads on all
            cores unless given. The answer does not depend on it.
        progress: called as progress(done, all) when a batch has ended.

    Raises:
        TypeError: an argument is of the wrong kind.
        ValueError: a number is out of range, or the rule unknown or not for this problem.
    """
    options = _checked_options(problem, rule, tolerance, max_iterations)
    p = problem.parameters
    whole_number("starts", starts, 1)
    whole_number("seed", seed, 0)
    if start is not None:
        given = _checked_start(start, p)
        return answers(problem, given, _run(problem, given, options, executor, progress), options)
    most = starts if budget is None else max(starts, whole_number("budget", budget, 1))
    ranges = _ranges(problem, low, high)
    began = random_starts(seed, starts, *ranges)
    found = _run(problem, began, options, executor, progress)
    solutions = answers(problem, began, found, options)
    while len(began) < most:
        further = random_starts(seed + len(began), min(len(began), most - len(began)), *ranges)
        found = _joined(found, _run(problem, further, options, executor, progress))
        began = np.concatenate([began, further])
        known, solutions = len(solutions), answers(problem, began, found, options)
        if len(solutions) == known and solutions.converged.any():
            break
    return solutions


def random_starts(seed: int, count: int, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Starts [count, p] uniform between low and high [p], of seeds seed, seed + 1, …"""
    drawn = [np.random.default_rng(seed + i).random(len(low)) for i in range(count)]
    return low + np.array(drawn) * (high - low)


def _run(
    problem: Problem | Joint,
    began: np.ndarray,
    options: Options,
    executor: Executor | None,
    progress: Callable[[int, int], None] | None,
) -> Ends:
    """Where the starts end, batch by batch."""
    batches = [began[first : first + BATCH] for first in range(0, len(began), BATCH)]
    if len(batches) == 1 and executor is None:
        found = [ends(problem, began, options)]
        if progress:
            progress(len(began), len(began))
        return found[0]
    own = ThreadPoolExecutor(os.cpu_count()) if executor is None else nullcontext(executor)
    with own as pool:
        futures: list[Future[Ends]] = [
            pool.submit(ends, problem, batch, options) for batch in batches
        ]
        try:
            done = 0
            for future in as_completed(futures):
                done += len(future.result().loss)
                if progress:
                    progress(done, len(began))
        except BaseException:
            for future in futures:
                future.cancel()
            raise
    return _joined(*(future.result() for future in futures))


def _joined(*parts: Ends) -> Ends:
    return Ends(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def _ranges(problem: Problem | Joint, low: Any, high: Any) -> tuple[np.ndarray, np.ndarray]:
    """Between which ends each parameter starts, both [p]."""
    p = problem.parameters
    ends = []
    for name, end, bound in (("low", low, problem.bounds.low), ("high", high, problem.bounds.high)):
        given = real_array(name, end)
        if given.shape not in ((), (p,)) or not np.isfinite(given).all():
            raise ValueError(
                f"{name} must be one finite number, or one for each of {p} parameters; got {end!r}"
            )
        ends.append(np.where(np.isfinite(bound), bound, given))
    if (ends[0] > ends[1]).any():
        k = int(np.argmax(ends[0] > ends[1]))
        raise ValueError(
            f"low must not exceed high; got {ends[0][k]:g} and {ends[1][k]:g} for parameter {k}"
        )
    return ends[0], ends[1]


def _checked_options(problem: Any, rule: str, tolerance: float, max_iterations: int) -> Options:
    if not isinstance(problem, Problem | Joint):
        raise TypeError(
            f"problem must be an eigfit.Problem or from eigfit.joint; got {type(problem).__name__}"
        )
    if rule not in RULES:
        raise ValueError(f"rule must be one of {', '.join(RULES)}; got {rule!r}")
    if rule == "lift_and_project" and majorant(problem, problem.parameters) is None:
        raise ValueError(
            "lift_and_project needs eigenvalues of matrices that are affine in the parameters; "
            "use majorised, which does without where it must"
        )
    if not isinstance(tolerance, numbers.Real) or not 0 <= tolerance < 1:
        raise ValueError(f"tolerance must be a number from 0 to below 1; got {tolerance!r}")
    whole_number("max_iterations", max_iterations, 0)
    return Options(rule, float(tolerance), int(max_iterations))


def _checked_start(start: Any, p: int) -> np.ndarray:
    given = np.atleast_2d(real_array("start", start))
    if given.ndim != 2 or given.shape[1] != p or not len(given):
        raise ValueError(
            f"start has shape {list(np.shape(start))} but there are {p} parameters; give {p} "
            f"numbers, or a batch of shape [starts, {p}]"
        )
    if not np.isfinite(given).all():
        raise ValueError(f"start must be finite, but holds {given[~np.isfinite(given)][0]}")
    return given
