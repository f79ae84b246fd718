"""The compiled heart of a fit: many steps of a rule in one call.

A program belongs to a kind of rule, a number of starts B, the sizes of a structure, and a
precision. Structure, targets, settings and tolerance are data: changing them compiles nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any, Final

import numpy as np

from eigfit import compilation_cache
from eigfit import tensorflow_lazily as tf
from eigfit.fitting.compiling import by_xla, in_one_thread
from eigfit.fitting.optimisers import Optimiser
from eigfit.fitting.packing import Packing, State
from eigfit.fitting.rule import Rule, rule_of, settings_of
from eigfit.fitting.stopping import DIVERGED, RUNNING, ending, progress
from eigfit.problem.problem import Problem

# XLA decomposes near the step before, which takes a third of the time of TensorFlow's own
# decomposition as long as no eigenvalues cross. Several starts take all rotations where those of
# one of them do; and their program takes 2 s to make, as much as some 10,000 steps save.
LARGEST_N_FOR_XLA: Final = 10
LARGEST_N_OF_SEVERAL: Final = 3
LONGEST_CHUNK: Final = 512
CHUNK_NUMBERS: Final = 2**20  # 8 MiB in float64


class Program:
    """A rule compiled for B starts of a structure.

    With `near` XLA compiles it, and a step is decomposed near the one before, whose eigenvectors
    are part of the state; without, it is a graph, and LAPACK decomposes anew. A rule may have
    scratch space while it is traced: one lock keeps two threads from tracing at a time.

    Attributes:
        rule: the one.
        packing: how its rows are read.
        near: whether the state holds eigenvectors.
        longest: steps in one call.
    """

    def __init__(self, rule: Rule, starts: int, n: int, p: int, dtype: str, near: bool) -> None:
        self.rule = rule
        self.near = near
        vectors = (n, n) if self.near else (0, 0)
        q = sum(rule.slots.widths)
        self.packing = Packing(
            State(
                status=(),
                parameters=(p,),
                eigenvalues=(n,),
                vectors=vectors,
                loss=(),
                gradient=(p,),
                best=(),
                best_number=(),
                memory=(q,),
            )
        )
        numbers = starts * self.packing.width
        self.longest = int(np.clip(CHUNK_NUMBERS // numbers, 1, LONGEST_CHUNK))
        self._row_shape = [starts, self.packing.width]
        self._dtype = tf.as_dtype(dtype)
        self._lock = threading.Lock()
        self._compiled: Any = None

    def rows(
        self,
        problem: Problem,
        optimisers: Sequence[Optimiser],
        state: np.ndarray,
        *,
        number: int,
        steps: int,
        tolerance: float,
        max_steps: int,
        opening: bool = False,
        known: np.ndarray | None = None,
    ) -> np.ndarray:
        """Up to `steps` rows [T, B, width], each the state after one more step, packed.

        Fewer come back when every start has ended.

        Args:
            problem: with a target for each start, [B, n].
            optimisers: of one kind, one for each start.
            state: the last row [B, width].
            number: of the first step to come.
            steps: how many are wanted.
            tolerance: of the loss.
            max_steps: number of the last step.
            opening: whether the first row is `state` itself, evaluated as it stands.
            known: starts [B] whose numbers need no evaluation when the fit opens.
        """
        starts = self._row_shape[0]
        most = min(max_steps, np.iinfo(np.int32).max)
        arguments = (
            problem,
            tf.constant(settings_of(optimisers, problem.dtype)),
            tf.constant(state),
            tf.constant(np.zeros(starts, bool) if known is None else known),
            tf.constant(tolerance, self._dtype),
            tf.constant([number, min(steps, self.longest), most, opening], tf.int32),
        )
        rows, count = (self._compiled or self._first_call)(*arguments)
        return rows.numpy()[: int(count)]

    def _first_call(self, *arguments: Any) -> Any:
        """The call that compiles."""
        with self._lock:
            if self._compiled is not None:
                return self._compiled(*arguments)
            if not self.near:
                return self._traced(in_one_thread, *arguments)
            # Another process may be writing the cache's file, or have died while it did: TensorFlow
            # finds it too short, unreadable, or without the program's key.
            unreadable = (
                tf.errors.OutOfRangeError,
                tf.errors.DataLossError,
                tf.errors.InvalidArgumentError,
            )
            refused = (  # as the system says of the cache's file
                tf.errors.ResourceExhaustedError,
                tf.errors.PermissionDeniedError,
                tf.errors.FailedPreconditionError,
                tf.errors.NotFoundError,
                tf.errors.UnknownError,
            )
            try:
                return self._traced(by_xla, *arguments)
            except unreadable:
                cleared = compilation_cache.clear()
            except refused:
                cleared = False
            if cleared:
                with suppress(*unreadable, *refused):
                    return self._traced(partial(by_xla, anew=True), *arguments)
            # The disk is full, or not to be written to any more: what XLA cannot put into its cache
            # it does not give.
            return self._traced(in_one_thread, *arguments)

    def _traced(self, compile: Callable[..., Any], *arguments: Any) -> Any:
        compiled = compile(self._chunk, *arguments)
        result = compiled(*arguments)
        self._compiled = compiled
        return result

    def _chunk(
        self, problem: Any, settings: Any, state: Any, known: Any, tolerance: Any, counts: Any
    ) -> Any:
        number, steps, max_steps, opening = tf.unstack(counts)
        last = tf.cast(max_steps, self._dtype)
        size = self.longest if self.near else steps  # which XLA has to know beforehand
        rows = tf.TensorArray(self._dtype, size, element_shape=self._row_shape)

        def unfinished(count: Any, row: Any, rows: Any) -> Any:
            opens = tf.equal(opening, 1) & tf.equal(count, 0)
            running = tf.equal(self.packing.status(row), RUNNING)
            return (count < steps) & (opens | tf.reduce_any(running))

        def advance(count: Any, row: Any, rows: Any) -> Any:
            stay = tf.equal(opening, 1) & tf.equal(count, 0)
            at = tf.cast(number + count, self._dtype)
            row = self._step(problem, settings, row, known, stay, (at, tolerance, last))
            return count + 1, row, rows.write(count, row)

        count, _, rows = tf.while_loop(unfinished, advance, (tf.constant(0), state, rows))
        return rows.stack(), count

    def _step(
        self,
        problem: Any,
        settings: Any,
        row: Any,
        known: Any,
        stay: Any,
        ends: tuple[Any, Any, Any],
    ) -> Any:
        """The row one step on, or with `stay` the same parameters evaluated unless `known`.

        A start that has ended, or whose next step would not be finite, stands still.
        """
        number, tolerance, max_steps = ends
        before = self.packing.state(row)
        running = tf.equal(before.status, RUNNING)
        r, memory = self.rule.update(before.parameters, before.gradient, before.memory, settings)
        moves = running & ~stay & _finite(r)
        r = tf.where(moves[:, None], r, before.parameters)
        at = problem.evaluate(r, before.vectors if self.near else None)
        taken = (moves | (stay & ~known)) & tf.math.is_finite(at.loss) & _finite(at.gradient)
        if self.near:
            # Jacobi's method returns wrong and finite numbers once squares of entries overflow.
            taken &= _finite(tf.reduce_sum(tf.square(at.matrix), axis=-1))

        best, best_number = progress(at.loss, number, before.best, before.best_number, taken)
        loss = tf.where(taken, at.loss, before.loss)
        status = ending(loss, number, best, best_number, tolerance, max_steps)
        status = tf.where(taken | (stay & known), status, DIVERGED)
        after = State(
            status=tf.where(running, tf.cast(status, self._dtype), before.status),
            parameters=r,
            eigenvalues=at.eigenvalues,
            vectors=at.eigenvectors if self.near else before.vectors,
            loss=loss,
            gradient=at.gradient,
            best=best,
            best_number=best_number,
            memory=tf.where(stay, before.memory, memory),
        )
        return self.packing.row(after, before=row, taken=taken)


def program_for(problem: Problem, optimiser: Optimiser, starts: int) -> Program:
    """The program for that many starts, compiled on its first call and kept for the next."""
    structure = problem.structure
    sizes = structure.n, structure.parameters
    largest = LARGEST_N_FOR_XLA if starts == 1 else LARGEST_N_OF_SEVERAL
    # Jacobi's method is written for real matrices, and XLA cannot compile just any function of r.
    near = structure.n <= largest and structure.affine and not structure.complex
    return _program(optimiser.kind, starts, *sizes, problem.signature, problem.dtype, near)


@lru_cache(maxsize=64)
def _program(
    kind: Optimiser, starts: int, n: int, p: int, compiled_in: Any, dtype: str, near: bool
) -> Program:
    return Program(rule_of(kind, starts, p, dtype), starts, n, p, dtype, near)


def _finite(values: Any) -> Any:
    """Whether all numbers [B, ...] of a start are finite, shape [B]."""
    return tf.reduce_all(tf.math.is_finite(values), axis=-1)
