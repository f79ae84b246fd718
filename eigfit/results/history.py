"""A run's history in bounded memory."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from eigfit.results.status import Status
from eigfit.results.step import Step

# A matrix is kept whenever floor(KEPT_PER_E_FOLD · ln step) rises: 313 matrices in 200,000 steps.
KEPT_PER_E_FOLD: Final = 32

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


def _is_kept(number: int) -> bool:
    if number <= 1:
        return True
    bin_of = KEPT_PER_E_FOLD * math.log(number)
    return math.floor(bin_of) > math.floor(KEPT_PER_E_FOLD * math.log(number - 1))
