"""The compiled heart of a fit: many optimiser steps in one call.

A program belongs to a rule, a number of starts B, the sizes n and p, and a precision. Target,
structure, learning rate and tolerance are data: changing them compiles nothing.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.fitting.optimisers import Optimiser
from eigfit.problem.problem import Problem
from eigfit.results.step import Status

STATUSES: Final = tuple(Status)
RUNNING, CONVERGED, STALLED, DIVERGED, STEP_LIMIT = range(len(STATUSES))

# A start has stalled when its loss has not fallen by this share within as many steps.
STALL_SHARE: Final = 1e-6
STALL_STEPS: Final = 1_000
# One that has grown by this factor instead is on its way to infinity.
GROWTH: Final = 1e12

# XLA decomposes by Jacobi's method, which wins while the matrix is small; LAPACK takes over above.
LARGEST_N_FOR_XLA: Final = 10
LONGEST_CHUNK: Final = 512
CHUNK_NUMBERS: Final = 2**20  # 8 MiB in float64


class State(NamedTuple):
    """All that a step leaves behind, one row per start; tensors inside, NumPy arrays outside."""

    parameters: Any  # [B, p]
    matrix: Any  # [B, n, n]
    eigenvalues: Any  # [B, n]
    eigenvectors: Any  # [B, n, n]
    loss: Any  # [B]
    gradient: Any  # [B, p]
    status: Any  # [B], an index into STATUSES
    best: Any  # [B], the lowest loss so far, to STALL_SHARE
    best_number: Any  # [B], the step of it
    memory: Any  # [B, q], the optimiser's variables


class Program:
    """One rule compiled for B starts of a problem with n rows and p parameters.

    A Keras optimiser keeps its state in variables. The program owns them as scratch space: the
    incoming state is assigned, the steps are taken, and the values are handed back, so that from
    outside a chunk is a function. One lock keeps two threads out of the scratch space.
    """

    def __init__(self, optimiser: Optimiser, starts: int, n: int, p: int, dtype: str) -> None:
        self._dtype = tf.as_dtype(dtype)
        self._lock = threading.Lock()
        self.n = n
        self._scratch = tf.Variable(tf.zeros([starts, p], self._dtype))
        self._rule = optimiser.keras()
        self._rule.build([self._scratch])
        self._row_shape = [starts]
        slots = _slots(self._rule)
        self._slots = [slot.value for slot in slots]
        self._slot_widths = [slot.shape[-1] if len(slot.shape) else 1 for slot in slots]
        names = (slot.path.split("/")[-1] for slot in slots)
        named = (f"{name}:{width}" for name, width in zip(names, self._slot_widths, strict=True))
        self.slots = " ".join((optimiser.name, *named))
        self._fresh = np.concatenate([self._column(slot).numpy() for slot in self._slots], -1)
        self._shapes = (
            (p,),
            (n, n),
            (n,),
            (n, n),
            (),
            (p,),
            (),
            (),
            (),
            self._fresh.shape[1:],
        )
        widths = [int(np.prod(shape)) for shape in self._shapes]
        self._offsets = np.cumsum(widths)[:-1]
        self._widths = widths
        self.longest = int(np.clip(CHUNK_NUMBERS // (starts * sum(widths)), 1, LONGEST_CHUNK))
        self._row_shape = [starts, sum(widths)]
        self._with_xla = n <= LARGEST_N_FOR_XLA
        self._compiled = None

    def chunk(
        self,
        problem: Problem,
        optimiser: Optimiser,
        state: np.ndarray,
        *,
        number: int,
        opening: bool,
        steps: int,
        tolerance: float,
        max_steps: int,
    ) -> np.ndarray:
        """Up to `steps` rows [T, B, width], each the `State` after one more step, packed.

        Fewer come back when every start has ended. With `opening` the first row is the state
        itself, evaluated as it stands, at step `number`; else the state is step `number` − 1.
        """
        floats = tf.constant([optimiser.learning_rate, tolerance], self._dtype)
        most = min(max_steps, np.iinfo(np.int32).max)
        counts = tf.constant([number, min(steps, self.longest), most, opening], tf.int32)
        arguments = (problem, tf.constant(state), floats, counts)
        with self._lock:
            if self._compiled is None:
                traced = tf.function(self._chunk, jit_compile=self._with_xla)
                self._compiled = traced.get_concrete_function(*arguments)
            rows, count = self._compiled(*arguments)
        return rows.numpy()[: int(count)]

    def opening_state(
        self,
        parameters: np.ndarray,
        memory: tuple[str, np.ndarray] | None,
        vectors: np.ndarray | None,
    ) -> np.ndarray:
        """The packed state [B, width] of starts that have not been evaluated yet.

        Args:
            parameters: the starts, shape [B, p].
            memory: what a rule remembers, its slots' names and numbers [B, q]; of the same rule
                those are taken over that this one has too.
            vectors: eigenvectors [B, n, n] of matrices near to the starts', if known.
        """
        starts = len(parameters)
        blank = [np.zeros((starts, *shape)) for shape in self._shapes]
        identity = np.broadcast_to(np.eye(self.n), [starts, self.n, self.n])
        state = State(*blank)._replace(
            parameters=parameters,
            eigenvectors=identity if vectors is None else vectors,
            best=np.full(starts, np.inf),
            memory=self._recalled(memory),
        )
        packed = [np.reshape(part, [starts, -1]) for part in state]
        return np.concatenate(packed, axis=1).astype(self._dtype.as_numpy_dtype)

    def _recalled(self, memory: tuple[str, np.ndarray] | None) -> np.ndarray:
        """A fresh memory [B, q] with the slots of the same rule taken over."""
        rule, *named = self.slots.split()
        before, *names = memory[0].split() if memory else ("",)
        if memory is None or before != rule:
            return self._fresh
        ends = np.cumsum([int(name.split(":")[1]) for name in names])
        former = dict(zip(names, np.split(memory[1], ends[:-1], axis=-1), strict=True))
        fresh = np.split(self._fresh, np.cumsum(self._slot_widths)[:-1], axis=-1)
        return np.concatenate(
            [former.get(name, part) for name, part in zip(named, fresh, strict=True)], axis=-1
        )

    def unpack(self, rows: np.ndarray) -> State:
        """The State [T, B, …] of packed rows, as views."""
        parts = np.split(rows, self._offsets, axis=-1)
        return State(
            *(
                part.reshape(*rows.shape[:-1], *shape)
                for part, shape in zip(parts, self._shapes, strict=True)
            )
        )

    def _chunk(self, problem: Any, state: Any, floats: Any, counts: Any) -> Any:
        learning_rate, tolerance = tf.unstack(floats)
        number, steps, max_steps, opening = tf.unstack(counts)
        self._rule.learning_rate.assign(learning_rate)
        rows = tf.TensorArray(self._dtype, self.longest, element_shape=self._row_shape)

        def unfinished(count: Any, state: State, rows: Any) -> Any:
            return (count < steps) & tf.reduce_any(tf.equal(state.status, RUNNING))

        def advance(count: Any, state: State, rows: Any) -> Any:
            stay = tf.equal(opening, 1) & tf.equal(count, 0)
            state = self._step(problem, state, number + count, stay, tolerance, max_steps)
            packed = [tf.reshape(part, [self._row_shape[0], -1]) for part in state]
            return count + 1, state, rows.write(count, tf.concat(packed, axis=1))

        state = self._split(state)
        count, _, rows = tf.while_loop(unfinished, advance, (tf.constant(0), state, rows))
        return rows.stack(), count

    def _step(
        self, problem: Any, before: State, number: Any, stay: Any, tolerance: Any, max_steps: Any
    ) -> State:
        """The state one step on, or with `stay` the same parameters evaluated.

        A start that has ended, or whose next step would not be finite, stands still.
        """
        running = tf.equal(before.status, RUNNING)
        moved, memory = self._updated(before)
        moves = running & ~stay & _finite(moved)
        r = _where(moves, moved, before.parameters)
        after = problem.evaluate(r, before.eigenvectors if self._with_xla else None)
        # Jacobi's method returns wrong numbers, and finite ones, once squares of entries overflow.
        squares = tf.reduce_sum(tf.square(after.matrix), axis=-1)
        taken = (moves | stay) & _finite(squares) & _finite(after.gradient)
        taken &= tf.math.is_finite(after.loss)

        step = tf.cast(number, self._dtype)
        fell = taken & (after.loss < before.best * (1 - STALL_SHARE))
        best_number = _where(fell, step, before.best_number)
        waited = step - best_number >= STALL_STEPS
        status = _first_true(
            (running & ~taken, DIVERGED),
            (after.loss <= tolerance, CONVERGED),
            (waited & (after.loss > GROWTH * before.best), DIVERGED),
            (waited, STALLED),
            (tf.fill(tf.shape(running), number >= max_steps), STEP_LIMIT),
        )
        evaluated = {
            name: _where(taken, value, getattr(before, name))
            for name, value in after._asdict().items()
        }
        return State(
            parameters=_where(taken, r, before.parameters),
            status=_where(running, tf.cast(status, self._dtype), before.status),
            best=_where(fell, after.loss, before.best),
            best_number=best_number,
            memory=self._kept_memory(memory, before.memory, taken, stay),
            **evaluated,
        )

    def _updated(self, state: State) -> tuple[Any, list[Any]]:
        """Parameters and slots after one step of the Keras rule."""
        self._scratch.assign(state.parameters)
        for slot, values in zip(self._slots, self._split_memory(state.memory), strict=True):
            slot.assign(tf.cast(values if slot.shape.rank else values[0, 0], slot.dtype))
        self._rule.apply([state.gradient], [self._scratch])
        return tf.convert_to_tensor(self._scratch), [self._column(slot) for slot in self._slots]

    def _kept_memory(self, new: list[Any], old: Any, taken: Any, stay: Any) -> Any:
        """The memory after a step: a slot of its own for each start, counters shared by all."""
        kept = [
            _where(taken & ~stay, fresh, former)
            if slot.shape.rank
            else tf.where(stay, former, fresh)
            for slot, fresh, former in zip(self._slots, new, self._split_memory(old), strict=True)
        ]
        return tf.concat(kept, axis=-1)

    def _split(self, row: Any) -> State:
        parts = tf.split(row, self._widths, axis=-1)
        shapes = [(self._row_shape[0], *shape) for shape in self._shapes]
        return State(*(tf.reshape(part, shape) for part, shape in zip(parts, shapes, strict=True)))

    def _split_memory(self, memory: Any) -> list[Any]:
        return tf.split(memory, self._slot_widths, -1)

    def _column(self, slot: Any) -> Any:
        """A slot's values, one row per start; a counter is repeated."""
        values = tf.cast(tf.convert_to_tensor(slot), self._dtype)
        return values if slot.shape.rank else tf.fill([self._row_shape[0], 1], values)


@lru_cache(maxsize=64)
def _program(rule: Optimiser, starts: int, n: int, p: int, m: int, dtype: str) -> Program:
    # The compiled shapes hang on m too, the entries a parameter fills at most.
    return Program(rule, starts, n, p, dtype)


def program_for(problem: Problem, optimiser: Optimiser, starts: int) -> Program:
    """The program for that many starts, compiled on its first chunk and kept for the next."""
    p, m = problem.structure.positions.shape
    rule = optimiser.with_learning_rate(1.0)  # the learning rate is data, not part of the rule
    return _program(rule, starts, problem.structure.n, p, m, problem.dtype)


def _slots(rule: Any) -> list[Any]:
    """The variables a built Keras rule remembers between steps, its learning rate aside."""
    variables = [variable for variable in rule.variables if variable is not rule.learning_rate]
    # Nadam keeps one more, outside its list: keras-team/keras, optimizers/nadam.py, `_u_product`.
    extra = getattr(rule, "_u_product", None)
    return variables if extra is None else [*variables, extra]


def _where(condition: Any, yes: Any, no: Any) -> Any:
    """`yes` for the starts where the condition [B] holds, `no` elsewhere; values [B, ...]."""
    return tf.where(tf.reshape(condition, [-1] + [1] * (yes.shape.rank - 1)), yes, no)


def _finite(values: Any) -> Any:
    """Whether all numbers [B, ...] of a start are finite, shape [B]."""
    return tf.reduce_all(tf.math.is_finite(values), axis=-1)


def _first_true(*cases: tuple[Any, int]) -> Any:
    """The code of the first condition [B] that holds, RUNNING where none does."""
    result = tf.fill(tf.shape(cases[0][0]), RUNNING)
    for condition, code in reversed(cases):
        result = tf.where(condition, code, result)
    return result
