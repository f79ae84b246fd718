"""A step of a fit, and how it stands: the contract between the engine and the charts.

Records hold NumPy arrays and plain values only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final, Literal, get_args

import numpy as np

from eigfit.checks import whole_of

Convention = Literal["symmetric", "lower"]
CONVENTIONS: Final[tuple[str, ...]] = get_args(Convention)


class Status(Enum):
    """How a start stands; the value is the sentence shown to people."""

    running = "Running."
    converged = "Converged: the loss has reached the tolerance."
    stalled = (
        "Stalled: the loss has stopped falling. The target may be out of reach for this "
        "structure, the learning rate too large or too small, or the tolerance below what the "
        "precision can reach."
    )
    diverged = (
        "Diverged: the numbers grow beyond all bounds; the last finite step is shown. "
        "Try a smaller learning rate."
    )
    step_limit = "Stopped at the step limit, before the loss reached the tolerance."

    def __str__(self) -> str:
        return self.name

    @property
    def final(self) -> bool:
        """Whether the start has ended."""
        return self is not Status.running


@dataclass(frozen=True)
class Step:
    """One step of a fit, consistent in itself: everything is evaluated at `parameters`.

    A fit from a batch of B starts gives every field but `number` a leading axis B.

    Attributes:
        number: steps taken since the start, which is step 0.
        parameters: r, shape [p].
        matrix: A(r), shape [n, n].
        eigenvalues: ascending, shape [n].
        eigenvectors: orthonormal columns in the order of the eigenvalues, shape [n, n].
        loss: the loss at r.
        gradient: dL/dr, shape [p].
        status: a `Status`; with a batch, an object array [B] of them.
        memory: what the optimiser remembers, so that `fit` can go on from this step: the names of
            its slots and their numbers, with a batch of several rules a tuple of each.
    """

    number: int
    parameters: np.ndarray
    matrix: np.ndarray
    eigenvalues: np.ndarray
    eigenvectors: np.ndarray
    loss: Any
    gradient: np.ndarray
    status: Any
    memory: tuple[Any, Any] | None = field(default=None, repr=False)

    def sensitivity(self, k: int = 0, convention: Convention = "symmetric") -> np.ndarray:
        """dλ_k/dA, shape [..., n, n]; see `eigfit.sensitivity` for the conventions."""
        check_index(k, self.eigenvalues.shape[-1])
        return outer_square(self.eigenvectors[..., k], convention)

    @property
    def final(self) -> bool:
        """Whether every start has ended."""
        return all(status.final for status in np.atleast_1d(self.status))

    def member(self, index: int) -> Step:
        """Start number `index` of a batch, as a step of its own."""
        memory = None
        if self.memory is not None:
            slots, values = self.memory
            memory = (slots if isinstance(slots, str) else slots[index], values[index])
        return Step(
            self.number,
            self.parameters[index],
            self.matrix[index],
            self.eigenvalues[index],
            self.eigenvectors[index],
            float(self.loss[index]),
            self.gradient[index],
            self.status[index],
            memory,
        )

    def copy(self) -> Step:
        """The same step in memory of its own; the steps a fit yields share their chunk's."""
        copies: dict[str, Any] = {
            name: value.copy() for name, value in vars(self).items() if type(value) is np.ndarray
        }
        if self.memory is not None and isinstance(self.memory[1], np.ndarray):
            copies["memory"] = (self.memory[0], self.memory[1].copy())
        return replace(self, **copies)


def stacked(steps: Sequence[Step]) -> Step:
    """Steps of single starts as one of a batch; its number is the largest of theirs."""
    names = ("parameters", "matrix", "eigenvalues", "eigenvectors", "loss", "gradient")
    arrays = {name: np.array([getattr(step, name) for step in steps]) for name in names}
    statuses = np.array([step.status for step in steps], dtype=object)
    memories = [step.memory or ("", np.empty(0)) for step in steps]
    return Step(
        max(step.number for step in steps),
        **arrays,
        status=statuses,
        memory=(tuple(slots for slots, _ in memories), tuple(m.copy() for _, m in memories)),
    )


def check_index(k: int, n: int) -> None:
    """Raise an error unless k numbers one of n eigenvalues, counted from 0."""
    if not 0 <= whole_of("k", k, f"0 to {n - 1}") < n:
        raise ValueError(f"k must number one of the {n} eigenvalues, 0 to {n - 1}; got {k}")


def outer_square(v: Any, convention: Convention) -> Any:
    """The matrix v vᵀ of the vectors v [..., n], NumPy or TensorFlow, in a convention.

    `"symmetric"` is v vᵀ; `"lower"` doubles the entries below the diagonal and clears those above.
    """
    if convention not in CONVENTIONS:
        raise ValueError(f"convention must be one of {', '.join(CONVENTIONS)}; got {convention!r}")
    square = v[..., :, None] * v[..., None, :]
    if convention == "symmetric":
        return square
    n = int(v.shape[-1])
    dtype = getattr(v.dtype, "as_numpy_dtype", v.dtype)
    return square * (2 * np.tril(np.ones((n, n)), -1) + np.eye(n)).astype(dtype)
