"""A run under way: a fit that is advanced a little at a time.

A run may be entered from two threads, when a click restarts the script while a frame is being
computed; its lock lets one of them through at a time.
"""

from __future__ import annotations

import gc
import importlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, Generic, TypeVar

from eigfit import compilation_cache
from eigfit.engine.protocols import Experiment, Record
from eigfit.results.step import Step

PATIENCE: Final = 0.4  # seconds a page waits for a new run before it shows skeletons
LONGEST_OPENING: Final = 20.0  # seconds a run may take steps before it is shown
LONGEST_FRAME: Final = 0.25  # seconds a frame may compute
ENGINE_FAILED: Final = (
    "The engine failed. Press Reset or reload the page; if that does not help, the server's log "
    "says why."
)


def _import_tensorflow() -> None:
    """Import TensorFlow, and take what it leaves in memory out of Python's garbage collection.

    After every script run Streamlit calls `keras.backend.clear_session` (script_runner.py,
    `_clean_problem_modules`), which collects garbage; with all of TensorFlow to look through that
    takes a fifth of a second, several times a frame's own work.
    """
    compilation_cache.switch_on()
    importlib.import_module("tensorflow")
    gc.collect()
    gc.freeze()


# Importing TensorFlow and compiling happen here, one at a time, while the page stays responsive.
WARMING: Final = ThreadPoolExecutor(1, "eigfit-warm-up", initializer=_import_tensorflow)


R = TypeVar("R", bound=Record)


class Run(Generic[R]):
    """An experiment under way: its record so far and the generator of the steps to come.

    Attributes:
        experiment: the one being run, with what has changed on the way.
        wanted: the one the page last asked for: the same, perhaps under other conditions.
        record: of the steps taken.
        playing: whether frames follow each other.
        failure: a sentence if the run cannot begin or go on.
    """

    def __init__(self, experiment: Experiment, record: R, opening_steps: int = 0) -> None:
        self.experiment = self.wanted = self._followed = experiment
        self.record = record
        self.playing = False
        self.until: float = 0
        self.failure: str | None = None
        self._last: Step | None = None
        self._given_up = False
        self._lock = threading.RLock()
        self._steps: Iterator[Step] = iter(())
        self._warm: Future[None] = WARMING.submit(self._begin, opening_steps)

    def _begin(self, opening_steps: int) -> None:
        with self._lock, self._failing_in_words():
            self._steps = self.experiment.steps()
            deadline = time.monotonic() + LONGEST_OPENING
            for _ in range(opening_steps + 1):
                if self._given_up or not self._take() or time.monotonic() > deadline:
                    break

    def ready(self, timeout: float = PATIENCE) -> bool:
        """Whether it can be advanced, after waiting for that at most so many seconds."""
        try:
            self._warm.result(timeout)
        except (TimeoutError, CancelledError):
            return False
        return True

    def give_up(self) -> None:
        """Do not begin, or stop beginning."""
        self._given_up = True
        self._warm.cancel()

    @property
    def begun(self) -> bool:
        """Whether there is a step to draw."""
        return self._last is not None

    @property
    def reached(self) -> int:
        """The number of the last step, 0 before there is one."""
        return self._last.number if self._last else 0

    @property
    def changed_at(self) -> int | None:
        """The step at which its conditions have changed last, if they have."""
        past = [step for step in self.experiment.leg_ends() if step <= self.reached]
        return past[-1] if past else None

    @property
    def behind(self) -> bool:
        """Whether another experiment is wanted than the one it follows."""
        return self._followed is not self.wanted

    @property
    def lived(self) -> Experiment:
        """The experiment wanted with all that has changed on the way: run again, it is this run."""
        # Without the lock, which is held while the engine compiles: a page must not wait for that.
        try:
            return self.wanted.after(self.experiment, self.reached)
        except ValueError:  # one change more than a run can hold, which `follow` puts into words
            return self.experiment

    @property
    def final(self) -> bool:
        """Whether the run has ended."""
        return self.begun and self.record.final

    @property
    def moving(self) -> bool:
        """Whether there is something to wait for or to take."""
        if self.failure:
            return False
        return not self.ready(0) or (not self.final and (self.playing or self.reached < self.until))

    def step_to(self, number: int) -> None:
        """Stop playing, and go to that step."""
        self.playing = False
        self.until = max(number, self.reached)

    def advance(self, steps: int) -> None:
        """Take as many steps, fewer where the run ends or a frame's time is over."""
        deadline = time.monotonic() + LONGEST_FRAME
        with self._lock, self._failing_in_words():
            for _ in range(steps):
                if not self._take() or time.monotonic() > deadline:
                    break
            if self.final:
                self.playing = False

    def standing_still(self, read: Callable[[R], str]) -> str:
        """What is read of the record while no step is taken."""
        with self._lock:
            return read(self.record)

    def follow(self) -> None:
        """Go on under the conditions wanted, from the step reached.

        A switch of the rule, or momentum set to or from 0, compiles it anew, which takes its time.
        """
        with self._lock, self._failing_in_words():
            self._followed = self.wanted
            before = self.experiment
            self.experiment = self.wanted.after(before, self.reached)
            if before.conditions() != self.experiment.conditions():
                self._steps = iter(())  # not a step more under the former ones
                self._warm = WARMING.submit(self._go_on)

    def _go_on(self) -> None:
        with self._lock, self._failing_in_words():
            self.failure = None
            self._steps = self.experiment.steps(self._last if self.reached else None)
            self._take()

    def _take(self) -> bool:
        """One more step into the record, or False where there is none."""
        step = next(self._steps, None)
        if step is not None:
            self.record.append(step)
            self._last = step
        return step is not None

    @contextmanager
    def _failing_in_words(self) -> Iterator[None]:
        """Keep what goes wrong as a sentence for the page, and stop playing."""
        try:
            yield
        except ValueError as error:
            self.failure, self.playing = str(error), False
        except Exception:
            logging.getLogger(__name__).exception("the run failed")
            self.failure, self.playing = ENGINE_FAILED, False
