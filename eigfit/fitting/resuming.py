"""Where a fit begins: at parameters that nothing is known of, or at a step of an earlier fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from eigfit.eigen.spectral import equal_within
from eigfit.fitting.loop import Program
from eigfit.fitting.optimisers import Optimiser
from eigfit.fitting.packing import State
from eigfit.fitting.stopping import DIVERGED, RUNNING
from eigfit.problem.problem import Problem
from eigfit.results.status import Status
from eigfit.results.step import Memory, Slots, Step

# A step's numbers are a problem's when they agree to so many times the accuracy of eigenvalues.
MARGIN: Final = 16


def all_held(problem: Problem, optimisers: Sequence[Optimiser]) -> np.ndarray:
    """Every setting of each start as a number, switches too, and its target; shape [B, a + n]."""
    settings = [[float(value) for _, value in one.settings] for one in optimisers]
    return np.hstack([settings, problem.target])


def opening_state(
    program: Program,
    problem: Problem,
    optimisers: Sequence[Optimiser],
    starts: np.ndarray,
    before: Step | None,
) -> tuple[np.ndarray, np.ndarray]:
    """The row [B, width] a fit opens with, and which starts [B] need no evaluation.

    Args:
        program: that runs the fit.
        problem: with a target for each start, [B, n].
        optimisers: one for each start.
        starts: their parameters, shape [B, p].
        before: the step they are taken from, if they are.
    """
    fresh = program.rule.init(optimisers)
    if before is None:
        every = zip(starts, fresh, strict=True)
        states = [_from_nothing(program, r, memory) for r, memory in every]
        known = np.zeros(len(starts), bool)
    else:
        single = before.parameters.ndim == 1
        members = [before] if single else [before.member(i) for i in range(len(starts))]
        targets = zip(members, problem.target, strict=True)
        known = np.array([_describes(member, problem, target) for member, target in targets])
        every = zip(members, fresh, all_held(problem, optimisers), known, strict=True)
        states = [_from_step(program, *one) for one in every]
    columns = [np.stack([np.ravel(part) for part in parts]) for parts in zip(*states, strict=True)]
    return np.concatenate(columns, axis=1).astype(problem.dtype), known


def _from_nothing(program: Program, r: np.ndarray, memory: np.ndarray) -> State:
    shapes = program.packing.shapes
    blank = State(*(np.zeros(shape) for shape in shapes))
    vectors = np.eye(*shapes.vectors)
    return blank._replace(
        parameters=r, vectors=vectors, best=np.inf, memory=memory, status=float(RUNNING)
    )


def _from_step(
    program: Program, step: Step, fresh: np.ndarray, held: np.ndarray, known: bool
) -> State:
    """The state of a single start's step, its rule's memory as far as the rule is the same.

    How long the loss has not fallen is counted on as long as nothing else has changed either.
    """
    state = _from_nothing(program, step.parameters, fresh)._replace(best_number=step.number)
    if known:
        evaluated = {"eigenvalues": step.eigenvalues, "loss": step.loss, "gradient": step.gradient}
        state = state._replace(**evaluated)
    if step.vectors is not None and step.vectors.shape == program.packing.shapes.vectors:
        state = state._replace(vectors=step.vectors)
    memory = step.memory
    if isinstance(memory, Memory) and memory.slots.rule == program.rule.slots.rule:
        state = state._replace(memory=_recalled(memory, program.rule.slots, fresh))
        if known and np.array_equal(memory.held, held):
            # Under the same conditions what has diverged would do so again.
            code = DIVERGED if step.status is Status.diverged else RUNNING
            state = state._replace(
                best=memory.best, best_number=memory.best_number, status=float(code)
            )
    return state


def _recalled(memory: Memory, slots: Slots, fresh: np.ndarray) -> np.ndarray:
    """A fresh memory [q] with the slots that the former rule had too taken over."""
    if memory.slots == slots:
        return memory.values

    def by_name(slots: Slots, values: np.ndarray) -> dict[str, np.ndarray]:
        parts = np.split(values, np.cumsum(slots.widths)[:-1])
        return dict(zip(slots.names, parts, strict=True))

    former = by_name(memory.slots, memory.values)
    return np.concatenate([former.get(n, part) for n, part in by_name(slots, fresh).items()])


def _describes(step: Step, problem: Problem, target: np.ndarray) -> bool:
    """Whether a single start's step holds the numbers of this problem, to rounding."""
    n, precision = len(target), problem.dtype
    if step.eigenvalues.shape != target.shape or step.parameters.dtype != precision:
        return False
    # Another target may lie just as far away, on the other side.
    if isinstance(step.memory, Memory) and not np.array_equal(step.memory.held[-n:], target):
        return False
    within = MARGIN * equal_within(n, precision)
    with np.errstate(over="ignore", invalid="ignore"):  # of a fit that is about to diverge
        A = problem.structure.filled(step.parameters)
        if not np.isfinite(A).all():  # NumPy would refuse to decompose it
            return False
        errors = np.abs(np.linalg.eigvalsh(A) - step.eigenvalues)
        off = abs(np.sum((target - step.eigenvalues) ** 2) - step.loss)
        return bool(errors.max() <= within * np.abs(A).max() and off <= within * step.loss)
