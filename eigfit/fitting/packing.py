"""The state of a fit, and its numbers in one row, as they travel between calls."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from eigfit import tensorflow_lazily as tf


class State(NamedTuple):
    """All that a step leaves behind, one row per start; tensors inside, NumPy arrays outside."""

    status: Any  # [B], an index into STATUSES
    parameters: Any  # [B, p]
    eigenvalues: Any  # [B, n]
    vectors: Any  # [B, n, n], or [B, 0, 0] where the next step does not need them
    loss: Any  # [B]
    gradient: Any  # [B, p]
    best: Any  # [B], the lowest loss so far
    best_number: Any  # [B], the step of it
    memory: Any  # [B, q], what the rule remembers


class Packing:
    """How states lie in rows, for shapes of one start's numbers.

    Attributes:
        shapes: of one start's parts.
        width: numbers in a row.
    """

    def __init__(self, shapes: State) -> None:
        self.shapes = shapes
        self._widths = [int(np.prod(shape)) for shape in shapes]
        self.width = sum(self._widths)

    def row(self, after: State, before: Any, taken: Any) -> Any:
        """The row [B, width] of a state, but for its status that of `before` unless `taken` [B]."""
        starts = before.shape[0]
        parts = zip(after, self._widths, strict=True)
        flat = [_in_shape(part, (starts, width)) for part, width in parts if width]
        whole = tf.concat(flat, axis=1)
        return tf.where(taken[:, None] | (np.arange(self.width) == 0), whole, before)

    def status(self, row: Any) -> Any:
        """The status of each start of a tensor [B, width]."""
        return row[:, 0]

    def state(self, row: Any) -> State:
        """The state of a tensor [B, width]."""
        parts = tf.split(row, self._widths, axis=-1)
        shapes = [(row.shape[0], *shape) for shape in self.shapes]
        return State(*map(_in_shape, parts, shapes))

    def views(self, rows: np.ndarray) -> State:
        """The state of NumPy rows [..., width], as views of them."""
        parts = np.split(rows, np.cumsum(self._widths)[:-1], axis=-1)
        return State(
            *(
                part.reshape(*rows.shape[:-1], *shape)
                for part, shape in zip(parts, self.shapes, strict=True)
            )
        )


def _in_shape(part: Any, shape: tuple[int, ...]) -> Any:
    """The tensor in that shape; each operation of a step counts, also one that does nothing."""
    return part if part.shape == shape else tf.reshape(part, shape)
