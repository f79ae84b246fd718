"""The fit: a lazy generator of optimiser steps."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.checks import in_precision, real_array, whole_number
from eigfit.fitting.loop import Program, program_for
from eigfit.fitting.optimisers import Optimiser
from eigfit.fitting.pace import Pace
from eigfit.fitting.resuming import all_held, opening_state
from eigfit.fitting.stopping import DIVERGED, RUNNING, STATUSES
from eigfit.problem.problem import Problem
from eigfit.results.step import Memory, Slots, Step

STATUS_OF_CODE: Final = np.array(STATUSES, dtype=object)


# A frame of a live run is a fit that goes on: what it needs of its problem is made once.
_tensors_of: WeakKeyDictionary[Problem, dict[int, tuple[Problem, Problem]]] = WeakKeyDictionary()


def fit(
    problem: Problem,
    optimiser: Optimiser | Sequence[Optimiser],
    start: Any,
    *,
    tolerance: float = 1e-8,
    max_steps: int = 20_000,
    pace: Pace | None = None,
) -> Iterator[Step]:
    """The steps from a start towards the target, computed when asked for.

    The gradient is dL/dr in closed form, the update a Keras optimiser, and many steps run in one
    compiled call: first one, then four times as many each time, at most 512, unless a `pace` says
    otherwise. The input is checked at once; nothing else happens before the first `next`.

    Args:
        problem: what to solve; with a target of [B, n] each start of a batch has its own.
        optimiser: the rule and its settings, from `eigfit.optimiser`; or one for each start of a
            batch, of one rule with the same switches.
        start: parameters [p], or a batch [B, p] whose members run side by side and freeze as they
            end; or a `Step` of a fit of this structure to go on from. That keeps its number and
            what the rule remembered, and in any process gives, to the last bit, the steps of a fit
            that was never interrupted. Under other settings stalling is counted anew.
        tolerance: a start has converged when its loss is at or below this, 0 or more.
        max_steps: number of the last step.
        pace: how many steps each compiled call takes, which changes nothing but when they come.

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
    if not isinstance(tolerance, numbers.Real) or isinstance(tolerance, bool):
        raise TypeError(f"tolerance must be a number, 0 or above; got {tolerance!r}")
    if not 0 <= tolerance < math.inf:
        raise ValueError(f"tolerance must be a finite number, 0 or above; got {tolerance}")
    whole_number("max_steps", max_steps, 0)
    before = start if isinstance(start, Step) else None
    start = _checked_start(before.parameters if before else start, problem)
    optimisers = _checked_optimisers(optimiser, start)
    pace = Pace() if pace is None else pace
    return _steps(problem, optimisers, start, before, float(tolerance), int(max_steps), pace)


def _steps(
    problem: Problem,
    optimisers: Sequence[Optimiser],
    start: np.ndarray,
    before: Step | None,
    tolerance: float,
    max_steps: int,
    pace: Pace,
) -> Iterator[Step]:
    batched = start.ndim == 2
    starts = np.atleast_2d(start)
    problem, tensors = _with_targets(problem, len(starts))
    program = program_for(problem, optimisers[0], len(starts))
    state, known = opening_state(program, problem, optimisers, starts, before)
    held = all_held(problem, optimisers)
    remembered = program.rule.slots, held if batched else held[0]
    number = before.number if before else 0
    opening = True
    while True:
        rows = program.rows(
            tensors,
            optimisers,
            state,
            number=number,
            steps=pace.steps(number, len(starts) * problem.n**3),
            tolerance=tolerance,
            max_steps=max_steps,
            opening=opening,
            known=known,
        )
        state = rows[-1]
        codes = program.packing.views(state).status
        at_start = program.packing.views(rows[0]).status == DIVERGED
        if opening and before is None and at_start.any():
            which = f"number {np.argmax(at_start)} " if batched else ""
            elsewhere = "" if problem.structure.affine else ", or numbers that the structure is for"
            raise ValueError(
                f"the start {which}is so large that its loss is not a finite number; give smaller "
                f"numbers{elsewhere}"
            )
        yield from _records(program, problem.structure.filled, remembered, rows, number, batched)
        if (codes != RUNNING).all():
            return
        number += len(rows)
        opening = False


def _with_targets(problem: Problem, starts: int) -> tuple[Problem, Problem]:
    """The problem with a target for each of so many starts, and the same as tensors."""
    made = _tensors_of.setdefault(problem, {})
    if starts not in made:
        each = problem.for_starts(starts)
        made[starts] = each, tf.nest.map_structure(tf.convert_to_tensor, each)
    return made[starts]


def _records(
    program: Program,
    matrix_of: Any,
    remembered: tuple[Slots, np.ndarray],
    rows: np.ndarray,
    number: int,
    batched: bool,
) -> Iterator[Step]:
    """The packed rows [T, B, width] as Steps."""
    rows.setflags(write=False)
    state = program.packing.views(rows if batched else rows[:, 0])
    plain = list if batched else np.ndarray.tolist  # a single start's loss is a number
    vectors = state.vectors if program.near else repeat(None, len(rows))
    memories = zip(state.memory, plain(state.best), plain(state.best_number), strict=True)
    records = zip(
        state.parameters,
        state.eigenvalues,
        plain(state.loss),
        state.gradient,
        STATUS_OF_CODE[state.status.astype(int)],
        vectors,
        memories,
        strict=True,
    )
    for offset, (r, values, loss, gradient, status, V, memory) in enumerate(records):
        kept = Memory(*remembered, *memory)
        yield Step(number + offset, r, values, loss, gradient, status, matrix_of, V, kept)


def _checked_optimisers(
    optimiser: Optimiser | Sequence[Optimiser], start: np.ndarray
) -> tuple[Optimiser, ...]:
    """One optimiser for each start."""
    starts = len(start) if start.ndim == 2 else 1
    single = isinstance(optimiser, Optimiser)
    optimisers = (optimiser,) * starts if single else tuple(optimiser)
    for one in optimisers:
        if not isinstance(one, Optimiser):
            raise TypeError(
                f"optimiser must come from eigfit.optimiser('adam'); got {type(one).__name__}"
            )
    if len(optimisers) != starts:
        raise ValueError(
            f"there are {len(optimisers)} optimisers for {starts} starts; give one for each, or "
            "one for all"
        )
    if len({one.kind for one in optimisers}) > 1:
        raise ValueError(
            "the optimisers of a batch must be one rule with the same switches; run others in "
            "fits of their own"
        )
    return optimisers


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
