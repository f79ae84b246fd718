"""A survey under way: its batches as calls beside each other, results as they come."""

from __future__ import annotations

import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import NamedTuple

import numpy as np

from eigfit.engine import calls, workplace
from eigfit.engine.run import LONGEST_FRAME, SLICE, in_words
from eigfit.results.outcomes import Outcomes
from eigfit.results.step import Step
from eigfit.study.survey import Batch, Survey


class Stretch(NamedTuple):
    """What a call is to make of a batch.

    Attributes:
        batch: the one.
        last: its latest step, None before the first.
        ended: the step at which each of its starts has ended, −1 where it has not; shape [B].
        seconds: how long steps are taken.
    """

    batch: Batch
    last: Step | None
    ended: np.ndarray
    seconds: float


class Surveying:
    """A survey under way, advanced by the page as a run is.

    Attributes:
        survey: the one.
        outcomes: of its starts so far.
        failure: a sentence if it cannot go on.
    """

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.outcomes = Outcomes(survey.setup.starts, survey.setup.target)
        self.failure: str | None = None
        self._waiting = [
            Stretch(batch, None, np.full(batch.count, -1), SLICE) for batch in survey.batches()
        ]
        self._calls: dict[Future, Stretch] = {}
        self._lock = threading.Lock()

    @property
    def moving(self) -> bool:
        """Whether starts of it are still to end."""
        return bool(self._waiting or self._calls)

    def advance(self) -> None:
        """Take in what comes and go on, as long as a frame may wait for it."""
        deadline = time.monotonic() + LONGEST_FRAME
        while (left := deadline - time.monotonic()) > 0 and self.moving:
            with self._lock:
                self._go_on()
                futures = list(self._calls)
            wait(futures, left, FIRST_COMPLETED)
        with self._lock:
            self._go_on()

    def give_up(self) -> None:
        """Stop where it is."""
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        self._waiting.clear()
        for future in self._calls:
            future.cancel()
        self._calls.clear()

    def _go_on(self) -> None:
        try:
            for future in [future for future in self._calls if future.done()]:
                self._take_in(future, self._calls.pop(future))
            while self._waiting and len(self._calls) < workplace.width():
                stretch = self._waiting.pop(0)
                arguments = stretch.batch, stretch.last, stretch.seconds
                self._calls[workplace.submit_aside(calls.ends, *arguments)] = stretch
        except Exception as error:
            self.failure = in_words(error)
            self._stop()

    def _take_in(self, future: Future, stretch: Stretch) -> None:
        found = future.result()
        if found is None:  # its time has gone into compiling
            self._waiting.insert(0, stretch._replace(seconds=2 * stretch.seconds))
            return
        further, last = found
        # Who stands still all along has ended before.
        ended = np.where(stretch.ended >= 0, stretch.ended, further)
        self.outcomes.take(stretch.batch.first, ended, last)
        if not last.final:
            self._waiting.insert(0, Stretch(stretch.batch, last, ended, SLICE))
