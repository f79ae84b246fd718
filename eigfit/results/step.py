"""A step of a fit: the contract between the engine and the charts.

Records hold NumPy arrays and plain values only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from eigfit.checks import check_index
from eigfit.results.convention import Convention, outer_square


class Slots(NamedTuple):
    """What a rule remembers: its name, and the names and widths of its slots."""

    rule: str
    names: tuple[str, ...]
    widths: tuple[int, ...]


class Memory(NamedTuple):
    """What a step must remember, so that a fit goes on from it as if it had never stopped.

    Attributes:
        slots: of the rule that took the step.
        held: under what it was taken: the rule's settings as numbers, and the target; shape
            [a + n].
        values: the numbers in them, one slot after the other; shape [q].
        best: the lowest loss so far, as far as it fell by a share that counts.
        best_number: the step of it.
    """

    slots: Slots
    held: np.ndarray
    values: np.ndarray
    best: Any
    best_number: Any

    def member(self, index: int) -> Memory:
        """That of start number `index` of a batch."""
        return Memory(self.slots, *(part[index] for part in self[1:]))

    def copy(self) -> Memory:
        """The same numbers in memory of their own."""
        return Memory(self.slots, *(np.copy(part)[()] for part in self[1:]))


@dataclass(frozen=True)
class Step:
    """One step of a fit, consistent in itself: everything is evaluated at `parameters`.

    A fit from a batch of B starts gives every field but `number` a leading axis B.

    Attributes:
        number: steps taken since the start, which is step 0.
        parameters: r, shape [p].
        eigenvalues: ascending, shape [n].
        loss: the loss at r.
        gradient: dL/dr, shape [p].
        status: a `Status`; with a batch, an object array [B] of them.
        matrix_of: what fills A from r.
        vectors: the eigenvectors that the fit goes on from, if it does.
        memory: what lets `fit` go on from this step; with a batch, one for all members, or where
            their rules differ a tuple of each.
        matrix: A(r), shape [n, n]; made when asked for.
        eigenvectors: orthonormal columns in the order of the eigenvalues, shape [n, n]; made when
            asked for.
    """

    number: int
    parameters: np.ndarray
    eigenvalues: np.ndarray
    loss: Any
    gradient: np.ndarray
    status: Any
    matrix_of: Callable[[np.ndarray], np.ndarray] = field(repr=False, compare=False)
    vectors: np.ndarray | None = field(default=None, repr=False)
    memory: Memory | tuple[Memory, ...] | None = field(default=None, repr=False)

    @cached_property
    def matrix(self) -> np.ndarray:
        """A(r), shape [n, n]."""
        return _read_only(self.matrix_of(self.parameters))

    @cached_property
    def eigenvectors(self) -> np.ndarray:
        """Orthonormal columns in the order of the eigenvalues, shape [n, n]."""
        if self.vectors is not None:
            return self.vectors
        return _read_only(np.linalg.eigh(self.matrix)[1])

    def sensitivity(self, k: int = 0, convention: Convention = "symmetric") -> np.ndarray:
        """dλ_k/dA, shape [..., n, n]; see `eigfit.sensitivity` for the conventions."""
        check_index(k, self.eigenvalues.shape[-1])
        return outer_square(self.eigenvectors[..., k], convention)

    @cached_property
    def final(self) -> bool:
        """Whether every start has ended."""
        return all(status.final for status in np.atleast_1d(self.status))

    def member(self, index: int) -> Step:
        """Start number `index` of a batch, as a step of its own."""
        return Step(
            self.number,
            self.parameters[index],
            self.eigenvalues[index],
            float(self.loss[index]),
            self.gradient[index],
            self.status[index],
            self.matrix_of,
            None if self.vectors is None else self.vectors[index],
            self.memory.member(index)
            if isinstance(self.memory, Memory)
            else self.memory and self.memory[index],
        )

    def copy(self) -> Step:
        """The same step in memory of its own; the steps a fit yields share their chunk's."""
        copies: dict[str, Any] = {
            name: value.copy() for name, value in vars(self).items() if type(value) is np.ndarray
        }
        made = ("matrix", "eigenvectors")  # when they are asked for
        copies = {name: value for name, value in copies.items() if name not in made}
        memory = self.memory
        if memory is not None:
            one = isinstance(memory, Memory)
            copies["memory"] = memory.copy() if one else tuple(part.copy() for part in memory)
        return replace(self, **copies)


def stacked(steps: Sequence[Step]) -> Step:
    """Steps of single starts as one of a batch; its number is the largest of theirs."""
    names = ("parameters", "eigenvalues", "loss", "gradient")
    arrays = {name: np.array([getattr(step, name) for step in steps]) for name in names}
    vectors = [step.vectors for step in steps if step.vectors is not None]
    memories = [step.memory for step in steps if isinstance(step.memory, Memory)]
    return Step(
        max(step.number for step in steps),
        **arrays,
        status=np.array([step.status for step in steps], dtype=object),
        matrix_of=steps[0].matrix_of,
        vectors=np.array(vectors) if len(vectors) == len(steps) else None,
        memory=tuple(memories) if len(memories) == len(steps) else None,
    )


def _read_only(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array
