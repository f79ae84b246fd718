"""The solver: every distinct answer, what the data determine of it, or the proof there is none."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from typing import Any, Final

import numpy as np

from eigfit.checks import whole_number
from eigfit.problem.joint import Joint, parts_of
from eigfit.problem.problem import Problem
from eigfit.results.solutions import Solutions
from eigfit.solve.answers import answers
from eigfit.solve.iterations import Ends, ends
from eigfit.solve.options import Options, checked_options, checked_ranges, checked_starts
from eigfit.solve.permutations import permutations
from eigfit.solve.rules import RULES
from eigfit.solve.verdicts import errors_known, freedom

# Starts go out in batches of so many numbers in their matrices, whoever computes them, so that the
# same seeds give the same numbers to the last bit.
BATCH_NUMBERS: Final = 2**16
LARGEST_BATCH: Final = 1024


def solve(
    problem: Problem | Joint,
    *,
    start: Any = None,
    starts: int = 1,
    seed: int = 0,
    low: Any = None,
    high: Any = None,
    rule: str = "majorised",
    tolerance: float = 1e-10,
    max_iterations: int = 100,
    budget: int | None = None,
    symmetries: Any = None,
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
        low: lower ends of random starts, a number or one per parameter; unless given, the bounds of
            the problem where they are finite, else 0.
        high: upper ends, likewise, else 1.
        rule: a name in `RULES`, how steps are taken.
        tolerance: a start has reached the data when ‖(y − t)/σ‖ is at most this share of ‖t/σ‖, or
            no larger than rounding.
        max_iterations: of one start, each of which costs one eigendecomposition of every matrix; a
            start that stalls may take as many again from its mirror image. Where
            others reach the data, one that hardly goes on is given up before.
        budget: go on, with as many starts again, while the last half of them found further
            solutions, to at most so many starts; `starts` are all unless given.
        symmetries: permutations π of the parameters, lists of p numbers counted from 0, for which
            r[π] has the spectra of r: solutions that they make of each other count as one. Signs
            of parameters that leave every spectrum alone are found without being told.
        executor: any `concurrent.futures.Executor`, to which batches of starts go; threads on all
            cores unless given. The answer does not depend on it.
        progress: called as progress(done, all) when a batch has ended.

    Raises:
        TypeError: an argument is of the wrong kind.
        ValueError: a number is out of range, the rule unknown or not for this problem, the
            levels are finite at no start, or a symmetry changes a spectrum.
    """
    options = checked_options(problem, rule, tolerance, max_iterations)
    # Where data can be met, those starts count that meet them; minima count where errors are known.
    met = freedom(problem) <= 0 and not errors_known(problem)
    options = options._replace(patient=not (met and RULES[rule].adaptive))
    p = problem.parameters
    whole_number("starts", starts, 1)
    whole_number("seed", seed, 0)
    if start is not None:
        given = checked_starts(start, p)
        orders = permutations(problem, symmetries, given)
        found = _run(problem, given, options, executor, progress)
        return answers(problem, given, found, options, orders)
    most = starts if budget is None else max(starts, whole_number("budget", budget, 1))
    ranges = checked_ranges(problem, low, high)
    began = random_starts(seed, starts, *ranges)
    orders = permutations(problem, symmetries, began)
    found = _run(problem, began, options, executor, progress)
    solutions = answers(problem, began, found, options, orders)
    while len(began) < most:
        further = random_starts(seed + len(began), min(len(began), most - len(began)), *ranges)
        found = _joined(found, _run(problem, further, options, executor, progress))
        began = np.concatenate([began, further])
        known, solutions = len(solutions), answers(problem, began, found, options, orders)
        if len(solutions) == known and solutions.converged.any():
            break
    return solutions


def random_starts(seed: int, count: int, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Starts [count, p] uniform between low and high [p], of the seeds seed, seed + 1 and so on."""
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
    numbers = sum(part.problem.n**2 for part in parts_of(problem))
    size = int(np.clip(BATCH_NUMBERS // numbers, 1, LARGEST_BATCH))
    batches = [began[first : first + size] for first in range(0, len(began), size)]
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
