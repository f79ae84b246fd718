"""What a fit leaves behind: steps, how they ended, and a run's history in bounded memory.

These records are the contract between the engine, which writes them, and the charts, which read
them. They hold NumPy arrays and plain values only.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final, Literal, get_args

import numpy as np

Convention = Literal["symmetric", "lower"]
CONVENTIONS: Final[tuple[str, ...]] = get_args(Convention)

# A matrix is kept whenever floor(KEPT_PER_E_FOLD · ln step) rises: 313 matrices in 200,000 steps.
KEPT_PER_E_FOLD: Final = 32


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


# What `History.ended` says of a single start that has not ended.
NOT_ENDED: Final = np.array(-1)


class History:
    """The steps of one run, collected within bounded memory.

    Loss and eigenvalues of every step are kept, whole steps (with their matrices) thinned evenly
    in the logarithm of the step: the first few dozen all, then ever fewer, and always the last.
    A step whose number has been seen, as a resumed fit yields first, takes the old one's place.
    """

    def __init__(self) -> None:
        self._length = 0
        self._numbers = np.empty(0, dtype=np.int64)
        self._losses = np.empty(0)
        self._eigenvalues = np.empty(0)
        self._ended: Any = NOT_ENDED
        self._kept: list[Step] = []
        self._last: Step | None = None

    def __len__(self) -> int:
        return self._length

    def append(self, step: Step) -> None:
        """Take a step in.

        Raises:
            ValueError: the step lies before the last one.
        """
        if self._last is None:
            self._grow_for(step)
        elif step.number == self._last.number:
            self._length -= 1
        elif step.number < self._last.number:
            raise ValueError(
                f"steps come in order, but step {step.number} came after step "
                f"{self._last.number}; start a new History for a new run"
            )
        elif self._length == len(self._numbers):
            self._grow_for(step)
        self._numbers[self._length] = step.number
        self._losses[self._length] = step.loss
        self._eigenvalues[self._length] = step.eigenvalues
        self._length += 1
        self._last = step
        if type(step.status) is np.ndarray or step.status.final:
            done = np.asarray(step.status) != Status.running
            first = np.where(self._ended < 0, step.number, self._ended)
            self._ended = np.where(done, first, -1)
        else:
            self._ended = NOT_ENDED
        if _is_kept(step.number):
            if self._kept and self._kept[-1].number == step.number:
                self._kept.pop()
            self._kept.append(step.copy())

    def _grow_for(self, step: Step) -> None:
        room = max(1024, 2 * len(self._numbers))
        losses = np.empty((room, *np.shape(step.loss)))
        eigenvalues = np.empty((room, *step.eigenvalues.shape))
        numbers = np.empty(room, dtype=np.int64)
        numbers[: self._length] = self.numbers
        if self._length:
            losses[: self._length] = self.losses
            eigenvalues[: self._length] = self.eigenvalues
        self._numbers, self._losses, self._eigenvalues = numbers, losses, eigenvalues

    @property
    def numbers(self) -> np.ndarray:
        """Step numbers, shape [T]."""
        return self._numbers[: self._length]

    @property
    def losses(self) -> np.ndarray:
        """Losses, shape [T] or [T, B]."""
        return self._losses[: self._length]

    @property
    def eigenvalues(self) -> np.ndarray:
        """Eigenvalues, shape [T, n] or [T, B, n]."""
        return self._eigenvalues[: self._length]

    @property
    def ended(self) -> np.ndarray:
        """The step at which each start ended, −1 while it runs; shape [] or [B]."""
        return self._ended

    @property
    def last(self) -> Step:
        """The latest step.

        Raises:
            ValueError: nothing has been appended yet.
        """
        if self._last is None:
            raise ValueError("the history is empty; append a step first")
        return self._last

    @property
    def final(self) -> bool:
        """Whether every start has ended."""
        return self.last.final

    @property
    def kept(self) -> tuple[Step, ...]:
        """The steps held whole, the latest always among them, in order."""
        if self._last is None:
            return ()
        if self._kept and self._kept[-1].number == self._last.number:
            return (*self._kept[:-1], self._last)
        return (*self._kept, self._last)

    def nearest(self, number: int) -> Step:
        """The kept step whose number is nearest to `number`; raises as `last` does."""
        return min(self.kept or (self.last,), key=lambda step: abs(step.number - number))


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
    if not isinstance(k, numbers.Integral):
        raise TypeError(f"k must be a whole number, 0 to {n - 1}; got {k!r}")
    if not 0 <= k < n:
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


def _is_kept(number: int) -> bool:
    if number <= 1:
        return True
    bin_of = KEPT_PER_E_FOLD * math.log(number)
    return math.floor(bin_of) > math.floor(KEPT_PER_E_FOLD * math.log(number - 1))
