"""How many steps one compiled call takes."""

from __future__ import annotations

import math
import time
from typing import Final

from eigfit.fitting.loop import LONGEST_CHUNK

# A fit that is to end in time opens with a call of so many steps, and about so much work, which on
# any machine is a small part of a frame.
MOST_FIRST: Final = 64
FIRST_WORK: Final = 2**18
COMPILED: Final = 4  # times the seconds allowed: a fit that has opened so late has compiled


class TimeIsOver(Exception):
    """A fit asked for more steps than there is time for."""


class Pace:
    """Steps of the compiled calls of a fit: ever more, or as many as a time and an end allow.

    Fits that go side by side, as members of a comparison may, share one, and ask in turn at each
    number. A fit that has compiled is not charged for it, but the next one beside it has to wait
    for another slice: no slice compiles twice.

    Args:
        until: number of the last step wanted.
        seconds: how long steps are taken, from the first call on; inf for no limit.
    """

    def __init__(self, until: float = math.inf, seconds: float = math.inf) -> None:
        self._until = until
        self._seconds = seconds
        self._began: float | None = None
        self._deadline = math.inf
        self._asked = 0.0
        self._number = -1
        self._beside = 1
        self._size = self._first = 1

    @property
    def late(self) -> bool:
        """Whether the time has been over for as long again, where no call asks for steps."""
        return time.monotonic() > self._deadline + self._seconds

    def share(self, fits: int) -> None:
        """Let so many fits go side by side."""
        self._beside = fits

    def steps(self, number: int, work: int) -> int:
        """How many steps the call may take whose first one has that number.

        Args:
            number: of the first step.
            work: of a step of one fit, in multiplications or so: B n³.

        Raises:
            TimeIsOver: none.
        """
        now = time.monotonic()
        if self._began is None:
            self._began = now
            timed = math.isfinite(self._seconds)
            self._first = (
                max(1, min(FIRST_WORK // (work * self._beside), MOST_FIRST)) if timed else 1
            )
            self._size = self._first
        elif number == self._number:
            if self._deadline == math.inf and now - self._began > COMPILED * self._seconds:
                raise TimeIsOver
            return self._size
        elif math.isinf(self._seconds):
            self._size = min(4 * self._size, LONGEST_CHUNK)
        else:
            self._size = self._fitting(number, now)
        self._asked, self._number = now, number
        self._size = int(min(self._size, max(self._until - number + 1, 1)))
        return self._size

    def _fitting(self, number: int, now: float) -> int:
        """As many as the time left allows, at the speed of the last call."""
        took, steps = now - self._asked, max(number - self._number, 1)
        if self._deadline == math.inf:
            self._deadline = now + self._seconds
            if took >= self._seconds:  # it has compiled, and says nothing about the speed
                return self._first
        if now >= self._deadline:
            raise TimeIsOver
        fit = (self._deadline - now) * steps / max(took, 1e-9)
        return int(min(max(fit, 1), LONGEST_CHUNK))
