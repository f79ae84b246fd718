"""A run under way: a course that a page advances, call by call, and its record so far.

Nothing moves by itself: a page that is gone leaves at most one call behind. A run may be entered
from two threads, when a click restarts the script while a frame is being computed; its lock is
held for bookkeeping alone, never while the engine computes.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from typing import Final, Generic, NamedTuple, TypeVar

from eigfit.engine import calls, workplace
from eigfit.engine.protocols import Experiment
from eigfit.engine.workers import TookTooLong
from eigfit.results.history import History
from eigfit.results.step import Step

PATIENCE: Final = 0.4  # seconds a page waits for the engine before it shows what there is
LONGEST_FRAME: Final = 0.3  # seconds a frame may wait for the engine
SLICE: Final = 0.03  # seconds that a call may take steps, so that nobody waits long for others'
LONG_WAY: Final = 2000  # steps; who has farther to go stands aside, as frames have no more
ENGINE_FAILED: Final = (
    "The engine failed. Press Reset or reload the page; if that does not help, the server's log "
    "says why."
)


class Call(NamedTuple):
    """A call under way.

    Attributes:
        future: of a `History`.
        until: the step it goes to at most.
        since: when it was asked for, on the monotonic clock.
    """

    future: Future[History]
    until: int
    since: float


R = TypeVar("R", bound=History)
T = TypeVar("T")


class Run(Generic[R]):
    """An experiment under way: its record so far, and at most one call for the steps to come.

    Attributes:
        experiment: the one being run, with what has changed on the way.
        wanted: the one the page last asked for: the same, perhaps under other conditions.
        record: of the steps taken; at first the start alone, before the engine has judged it.
        failure: a sentence if the run cannot begin or go on.
        gently: whether it also goes to a stop frame by frame, to be watched.
    """

    def __init__(
        self, experiment: Experiment, record: R, opening_steps: int = 0, *, gently: bool = False
    ) -> None:
        self.experiment = self.wanted = experiment
        self.record = record
        self.failure: str | None = None
        self.gently = gently
        self._until: float = opening_steps
        self._last: Step | None = None
        self._judged = False  # whether the last step was evaluated under these conditions
        self._seconds = SLICE
        self._call: Call | None = None
        self._lock = threading.RLock()
        record.append(experiment.first_step())
        self._submit(0 if gently else opening_steps)

    @property
    def until(self) -> float:
        """The number of the step it is to go to, inf while it plays."""
        return self._until

    @until.setter
    def until(self, number: float) -> None:
        with self._lock:
            self._until = max(number, self.reached)
            if self.begun and self._call is not None and self._call.until > self._until:
                self._drop()

    @property
    def playing(self) -> bool:
        """Whether frames follow each other; set to False, it stands still where it is."""
        return math.isinf(self._until) and not self.final

    @playing.setter
    def playing(self, plays: bool) -> None:
        self.until = math.inf if plays else self.reached

    def step_to(self, number: int) -> None:
        """Go to that step and stand still there, or stand still where that lies behind."""
        self.until = number

    @property
    def moving(self) -> bool:
        """Whether there is something to wait for or to take."""
        if self._call is not None:
            return True
        ahead = not self._judged or (self._until > self.reached and not self.final)
        return ahead and self.failure is None

    @property
    def waiting_since(self) -> float | None:
        """When the call under way was asked for, on the monotonic clock, None without one."""
        call = self._call
        return None if call is None else call.since

    @property
    def begun(self) -> bool:
        """Whether the engine has taken up the run."""
        return self._last is not None

    @property
    def reached(self) -> int:
        """The number of the last step, 0 before the engine has taken up the run."""
        return self._last.number if self._last else 0

    @property
    def changed_at(self) -> int | None:
        """The step at which its conditions have changed last, if they have."""
        past = [step for step in self.experiment.leg_ends() if step <= self.reached]
        return past[-1] if past else None

    @property
    def changed(self) -> frozenset[str]:
        """What has changed there, by its names."""
        at = self.changed_at
        return frozenset() if at is None else self.experiment.changes_at(at)

    @property
    def lived(self) -> Experiment:
        """The experiment wanted with all that has changed on the way: run again, it is this run."""
        try:
            return self.wanted.after(self.experiment, self.reached)
        except ValueError:  # one change more than a run can hold, which `follow` puts into words
            return self.experiment

    @property
    def final(self) -> bool:
        """Whether the run has ended."""
        return self.begun and self.record.final

    def ready(self, timeout: float = PATIENCE) -> bool:
        """Whether it can be advanced at once, after waiting for that at most so many seconds.

        It cannot before the engine has judged its start, nor while what it follows is compiled.
        """
        self._go(lambda: None if self._judged or self.failure else self._goal(0), timeout)
        return self._judged or self.failure is not None

    def advance(self, steps: int) -> None:
        """Take as many steps, fewer where a frame's time is over; all to the step it is to go to.

        What comes later is taken in the next time.
        """
        self._go(self._frame(steps), LONGEST_FRAME)

    async def advance_among_others(self, steps: int, seconds: float) -> None:
        """The same in an event loop, which goes on meanwhile: so it can wait for longer.

        Args:
            steps: to take.
            seconds: to wait for the engine at most.
        """
        wanted = self._frame(steps)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while (awaited := self._next(wanted)) is not None:
                    await _over(awaited)

    def follow(self) -> None:
        """Go on under the conditions wanted, from the step reached.

        A switch of the rule, or momentum set to or from 0, compiles it anew, which takes its time.
        A run that has ended plays again where its target has moved.
        """
        with self._lock, self._failing_in_words():
            self._take_in()
            before = self.experiment
            self.experiment = self.wanted.after(before, self.reached)
            if before.conditions() != self.experiment.conditions():
                self._drop()  # not a step more under the former ones
                self.failure, self._judged = None, False
                if not self.begun:  # where it sets out is not judged as before
                    self.record.append(self.experiment.first_step())
                if self.final and before.aims() != self.experiment.aims():
                    self._until = math.inf
                self._submit(self._goal(0))

    def give_up(self) -> None:
        """Do not begin or go on."""
        with self._lock:
            self._drop()
            self._until, self._judged = self.reached, True

    def standing_still(self, read: Callable[[R], T]) -> T:
        """What is read of the record while no step is taken in."""
        with self._lock:
            return read(self.record)

    def _goal(self, steps: int) -> int:
        """The step to go to now: a frame's way where it is to be watched, else all the way."""
        watched = self.gently or math.isinf(self._until)
        return int(min(self.reached + steps, self._until)) if watched else int(self._until)

    def _frame(self, steps: int) -> Callable[[], int | None]:
        """Where the steps of a frame lead, as long as they are wanted."""
        goal = self._goal(steps)

        def wanted() -> int | None:
            now = min(goal, self._goal(steps))  # a pause in between brings it nearer
            return None if self.reached >= now and self._judged else now

        return wanted

    def _go(self, wanted: Callable[[], int | None], seconds: float) -> None:
        """Take in what comes and ask for more, for so many seconds or until nothing is wanted."""
        deadline = time.monotonic() + seconds
        while (awaited := self._next(wanted)) is not None:
            left = deadline - time.monotonic()
            if left < 0 or not wait([awaited], left).done:
                return

    def _next(self, wanted: Callable[[], int | None]) -> Future[History] | None:
        """What is to be waited for, after taking in what has come; None where nothing is wanted."""
        with self._lock:
            self._take_in()
            goal = wanted()
            if goal is None or self.failure or (self.final and self._judged):
                return None
            if self._call is None:
                self._submit(goal)
            return self._call and self._call.future

    def _submit(self, until: int) -> None:
        with self._failing_in_words():
            last = self._last if self.reached else None
            arguments = self.experiment, last, until, self._seconds
            aside = until - self.reached > LONG_WAY
            submit = workplace.submit_aside if aside else workplace.submit
            future = submit(calls.onward, *arguments)
            self._call = Call(future, until, time.monotonic())

    def _drop(self) -> None:
        """Forget the call under way; what it computes is for nobody."""
        if self._call is not None:
            self._call.future.cancel()
            self._call = None

    def _take_in(self) -> None:
        """Take what has come of the call, if it has."""
        if self._call is None or not self._call.future.done():
            return
        future, self._call = self._call.future, None
        with self._failing_in_words():
            further = future.result()
            # Where its time went into compiling one of several programs, nothing has come: the next
            # call needs no less.
            self._seconds = SLICE if len(further) else 2 * self._seconds
            if len(further):
                self.record.extend(further)
                self._last, self._judged = further.last, True
                if self.final:
                    self._until = self.reached

    @contextmanager
    def _failing_in_words(self) -> Iterator[None]:
        """Keep what goes wrong as a sentence for the page, and stand still."""
        try:
            yield
        except Exception as error:
            self.failure, self._until = in_words(error), self.reached


async def _over(future: Future) -> None:
    """Wait until a future is done, whatever has come of it."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    future.add_done_callback(lambda _: loop.call_soon_threadsafe(over.set))
    await over.wait()


def in_words(error: Exception) -> str:
    """What a page says of an error."""
    if isinstance(error, ValueError | TookTooLong):
        return str(error)
    logging.getLogger(__name__).error("the engine failed", exc_info=error)
    return ENGINE_FAILED
