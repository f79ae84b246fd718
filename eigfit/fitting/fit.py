"""The fit: a lazy generator of optimiser steps."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.checks import in_precision, real_array, whole_number
from eigfit.fitting.optimisers import Optimiser
from eigfit.fitting.program import DIVERGED, RUNNING, STATUSES, Program, program_for
from eigfit.problem.problem import Problem
from eigfit.results.step import Step

STATUS_OF_CODE: Final = np.array(STATUSES, dtype=object)


def fit(
    problem: Problem,
    optimiser: Optimiser,
    start: Any,
    *,
    tolerance: float = 1e-8,
    max_steps: int = 20_000,
) -> Iterator[Step]:
    """The steps from a start towards the target, computed when asked for.

    The gradient is TensorFlow's tape through the eigendecomposition, the update a Keras optimiser,
    and many steps run in one compiled call: first one, then four times as many each time, at most
    512. The input is checked at once; nothing else happens before the first `next`.

    Args:
        problem: what to solve.
        optimiser: the rule and its settings, from `eigfit.optimiser`.
        start: parameters [p], or a batch [B, p] whose members run side by side and freeze as they
            end; or a `Step` of a fit of this structure to go on from, which keeps its number and,
            under the same rule, what the optimiser remembered, while stalling is counted anew.
        tolerance: a start has converged when its loss is at or below this, 0 or more.
        max_steps: number of the last step.

    Yields:
        A `Step` each, the start itself first. A start ends as `converged`, `stalled` (the loss
        has not fallen by a millionth in 1,000 steps), `diverged` (it has risen instead by a factor
        of 10¹² or beyond all numbers; frozen at its last finite step) or `step_limit`; the last
        step's status is final for every start.

    Raises:
        TypeError: an argument is of the wrong kind.
        ValueError: the start has the wrong shape or is not finite, or tolerance or max_steps is
            below 0; at the first `next`, the start is so large that its loss is not finite.
    """
    if not isinstance(problem, Problem):
        raise TypeError(f"problem must be an eigfit.Problem; got {type(problem).__name__}")
    if not isinstance(optimiser, Optimiser):
        raise TypeError(
            f"optimiser must come from eigfit.optimiser('adam'); got {type(optimiser).__name__}"
        )
    if not isinstance(tolerance, numbers.Real) or isinstance(tolerance, bool):
        raise TypeError(f"tolerance must be a number, 0 or above; got {tolerance!r}")
    if not 0 <= tolerance < math.inf:
        raise ValueError(f"tolerance must be a finite number, 0 or above; got {tolerance}")
    whole_number("max_steps", max_steps, 0)
    before = start if isinstance(start, Step) else None
    start = _checked_start(before.parameters if before else start, problem)
    return _steps(problem, optimiser, start, before, float(tolerance), int(max_steps))


def _steps(
    problem: Problem,
    optimiser: Optimiser,
    start: np.ndarray,
    before: Step | None,
    tolerance: float,
    max_steps: int,
) -> Iterator[Step]:
    batched = start.ndim == 2
    parameters = np.atleast_2d(start)
    program = program_for(problem, optimiser, len(parameters))
    problem = tf.nest.map_structure(tf.convert_to_tensor, problem)  # once, not for every chunk
    state = program.opening_state(parameters, *_remembered(before, program))
    number = before.number if before else 0
    opening, steps = True, 1
    while True:
        rows = program.chunk(
            problem,
            optimiser,
            state,
            number=number,
            opening=opening,
            steps=steps,
            tolerance=tolerance,
            max_steps=max_steps,
        )
        state = rows[-1]
        codes = program.unpack(state).status
        if opening and (codes == DIVERGED).any():
            which = f"number {np.argmax(codes == DIVERGED)} " if batched else ""
            raise ValueError(
                f"the start {which}is so large that its loss is not a finite number; give smaller "
                "numbers"
            )
        yield from _records(program, rows, number, batched)
        if (codes != RUNNING).all():
            return
        number += len(rows)
        opening, steps = False, min(4 * steps, program.longest)


def _records(program: Program, rows: np.ndarray, number: int, batched: bool) -> Iterator[Step]:
    """The packed rows [T, B, width] as Steps."""
    rows.setflags(write=False)
    state = program.unpack(rows if batched else rows[:, 0])
    statuses = STATUS_OF_CODE[state.status.astype(int)]
    losses = state.loss if batched else state.loss.tolist()
    fields = (state.parameters, state.matrix, state.eigenvalues, state.eigenvectors)
    records = zip(*fields, losses, state.gradient, statuses, state.memory, strict=True)
    for offset, (*values, memory) in enumerate(records):
        yield Step(number + offset, *values, memory=(program.slots, memory))


def _remembered(
    before: Step | None, program: Program
) -> tuple[tuple[str, np.ndarray] | None, np.ndarray | None]:
    """What an earlier step hands on: the optimiser's memory, and eigenvectors to begin near."""
    if before is None:
        return None, None
    vectors = before.eigenvectors.reshape(-1, *before.eigenvectors.shape[-2:])
    memory = before.memory and (before.memory[0], np.atleast_2d(before.memory[1]))
    return memory, vectors if vectors.shape[-1] == program.n else None


def _checked_start(start: Any, problem: Problem) -> np.ndarray:
    p = problem.structure.parameters
    start = real_array("start", start)
    if start.ndim not in (1, 2) or start.shape[-1] != p or not start.size:
        raise ValueError(
            f"start has shape {list(start.shape)} but the structure has {p} parameters; give "
            f"{p} numbers, or a batch of shape [starts, {p}]"
        )
    if not np.isfinite(start).all():
        raise ValueError(
            f"start must be finite, but holds {start[~np.isfinite(start)][0]}; "
            "give a real number for each parameter"
        )
    return in_precision("start", start, problem.dtype)
