"""A run's history in bounded memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from eigfit.results.schedule import keeps, kept
from eigfit.results.status import Status
from eigfit.results.step import Step

# Of every doubling of the step so many steps are kept whole: 310 in 200,000 steps.
WHOLE_AN_OCTAVE: Final = 22
# And so many rows of numbers in a thinned history: 803 in 200,000 steps.
ROWS_AN_OCTAVE: Final = 64

# What `History.ended` says of a single start that has not ended.
NOT_ENDED: Final = np.array(-1)


class History:
    """The steps of one run, collected within bounded memory.

    Loss and eigenvalues of every step are kept, whole steps (with their matrices) thinned evenly
    in the logarithm of the step: the first few dozen all, then ever fewer, and always the last.
    A step whose number has been seen, as a resumed fit yields first, takes the old one's place.

    Args:
        thinned: keep loss and eigenvalues too of ever fewer steps and of the last, and of whole
            steps but the last not what a fit would need to go on from them.
    """

    def __init__(self, *, thinned: bool = False) -> None:
        self._thinned = thinned
        self._length = 0
        self._numbers = np.empty(0, dtype=np.int64)
        self._losses = np.empty(0)
        self._eigenvalues = np.empty(0)
        self._ended: Any = NOT_ENDED
        self._kept: list[Step] = []
        self._last: Step | None = None
        self._first = 0

    def __len__(self) -> int:
        return self._length

    def __getstate__(self) -> dict[str, Any]:
        """What travels to another process: no room for rows to come."""
        rows = {"_numbers": self.numbers, "_losses": self.losses, "_eigenvalues": self.eigenvalues}
        return vars(self) | rows

    def append(self, step: Step) -> None:
        """Take a step in.

        Raises:
            ValueError: the step lies before the last one.
        """
        self._make_way_for(step.number)
        if self._length == len(self._numbers):
            self._grow_for(step, 1)
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
        if keeps(step.number, WHOLE_AN_OCTAVE):
            self._keep(step.copy())

    def extend(self, further: History) -> None:
        """Take in how the run went on: a thinned history that opens with the last step of this one.

        An empty history may open with any step.

        Raises:
            ValueError: the further history begins before the last step.
        """
        if not len(further):
            return
        self._make_way_for(further._first)
        on = kept(further.numbers, ROWS_AN_OCTAVE)
        on[-1] = True
        count = int(on.sum())
        if self._length + count > len(self._numbers):
            self._grow_for(further.last, count)
        rows = slice(self._length, self._length + count)
        self._numbers[rows] = further.numbers[on]
        self._losses[rows] = further.losses[on]
        self._eigenvalues[rows] = further.eigenvalues[on]
        self._length += count
        # Who had ended and stands still all along has ended where it did before.
        before = (self._ended >= 0) & (further.ended == further._first)
        self._ended = np.where(before, self._ended, further.ended)
        matrix_of = (self._last or further.last).matrix_of  # one for all steps, for memory's sake
        for step in further._kept:
            self._keep(replace(step, matrix_of=matrix_of))
        self._last = replace(further.last, matrix_of=matrix_of)

    def _make_way_for(self, number: int) -> None:
        """Drop the last row where one of that number takes its place, or it was kept as the last.

        Raises:
            ValueError: the number lies before the last step.
        """
        if self._last is None:
            self._first = number
            return
        last = self._last.number
        if number < last:
            raise ValueError(
                f"steps come in order, but step {number} came after step "
                f"{last}; start a new History for a new run"
            )
        if number == last or (self._thinned and not keeps(last, ROWS_AN_OCTAVE)):
            self._length -= 1

    def _keep(self, step: Step) -> None:
        """Hold a step whole, in place of one of the same number."""
        if self._kept and self._kept[-1].number == step.number:
            self._kept.pop()
        self._kept.append(replace(step, memory=None) if self._thinned else step)

    def _grow_for(self, step: Step, rows: int) -> None:
        length = self._length
        room = max(128 if self._thinned else 1024, 2 * len(self._numbers), length + rows)
        losses = np.empty((room, *np.shape(step.loss)))
        eigenvalues = np.empty((room, *step.eigenvalues.shape))
        numbers = np.empty(room, dtype=np.int64)
        if length:
            numbers[:length] = self.numbers
            losses[:length] = self.losses
            eigenvalues[:length] = self.eigenvalues
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
        found = min(self.kept or (self.last,), key=lambda step: abs(step.number - number))
        # A copy, with which goes what is made of it when asked for.
        return found if found is self._last else replace(found)
