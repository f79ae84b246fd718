"""Where calls run: worker processes of this machine, or a Dask cluster.

EIGFIT_WORKERS says how many processes, EIGFIT_SCHEDULER names the cluster's scheduler instead.
There is one workplace for all visitors. It opens when the server starts, else at the first call.
"""

from __future__ import annotations

import importlib
import os
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from typing import Any, Final

from eigfit.engine.calls import GoesOn, plainly, warm_up, watched
from eigfit.engine.workers import Workers

MOST_WORKERS: Final = 64


class Place:
    """An executor, and who stands in line for it.

    Attributes:
        executor: any of `concurrent.futures`.
        width: how many calls it can make at a time.
        make: makes a call there.
    """

    def __init__(self, executor: Executor, width: int, make: Callable[..., Any] = plainly) -> None:
        self.executor = executor
        self.width = width
        self.make = make
        self._lock = threading.RLock()
        self._waiting: deque[tuple[Future, Callable[..., Any], tuple]] = deque()
        self._under_way: set[Future] = set()
        self._calls: set[Future] = set()

    @property
    def crowded(self) -> bool:
        """Whether more calls are waited for than can be made at a time."""
        return len(self._calls) > self.width

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future:
        """A future of a call that somebody waits for; first come, first served."""
        call = self._submit(function, arguments)
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        return call

    def submit_aside(self, function: Callable[..., Any], *arguments: Any) -> Future:
        """A future of a call that may take its time.

        Of all visitors' together, no more than `width` stand in line with what is waited for. One
        that gives back a `GoesOn` stands in line anew, behind all others. Until its last call is
        done it can be cancelled, and then makes no further one.
        """
        aside: Future = Future()
        self._wait_for(aside, function, arguments)
        return aside

    def _submit(self, function: Callable[..., Any], arguments: tuple) -> Future:
        return self.executor.submit(self.make, function, *arguments)

    def _wait_for(self, aside: Future, function: Callable[..., Any], arguments: tuple) -> None:
        with self._lock:
            self._waiting.append((aside, function, arguments))
        self._fill_up()

    def _fill_up(self) -> None:
        """Submit what waits aside, while there is room for it."""
        while True:
            with self._lock:
                if not self._waiting or len(self._under_way) >= self.width:
                    return
                aside, function, arguments = self._waiting.popleft()
                if aside.cancelled():
                    continue
                try:
                    call = self._submit(function, arguments)
                except Exception as error:
                    if aside.set_running_or_notify_cancel():
                        aside.set_exception(error)
                    continue
                self._under_way.add(call)
            call.add_done_callback(lambda call, aside=aside: self._hand_over(call, aside))

    def _hand_over(self, call: Future, aside: Future) -> None:
        with self._lock:
            self._under_way.discard(call)
        self._fill_up()
        error = RuntimeError("the workplace has closed") if call.cancelled() else call.exception()
        found = None if error else call.result()
        if isinstance(found, GoesOn):
            self._wait_for(aside, found.function, found.arguments)
        elif not aside.set_running_or_notify_cancel():
            return
        elif error:
            aside.set_exception(error)
        else:
            aside.set_result(found)


_lock = threading.RLock()
_place: Place | None = None


def start() -> None:
    """Open the workplace, so that it is warm before a visitor comes.

    Raises:
        OSError: no scheduler answers at EIGFIT_SCHEDULER.
        ValueError: EIGFIT_WORKERS is no such number.
    """
    _open()


def stop() -> None:
    """Close the workplace, whatever is being computed."""
    global _place
    with _lock:
        place, _place = _place, None
    if place is not None:
        place.executor.shutdown(wait=False)


def opened(environment: Mapping[str, str]) -> Place:
    """The workplace that the environment asks for; raises as `start` does."""
    if address := environment.get("EIGFIT_SCHEDULER", "").strip():
        return _cluster(address)
    text = environment.get("EIGFIT_WORKERS", "").strip() or "1"
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MOST_WORKERS):
        raise ValueError(
            f"EIGFIT_WORKERS must be a whole number from 1 to {MOST_WORKERS}, or unset; got "
            f"{text!r}"
        )
    return Place(Workers(int(text), warm_up), int(text))


def width() -> int:
    """How many calls can be made at a time."""
    return _open().width


def crowded() -> bool:
    """Whether more calls are waited for than can be made at a time."""
    return _open().crowded


def submit(function: Callable[..., Any], *arguments: Any) -> Future:
    """A future of a call; see `Place.submit`."""
    return _open().submit(function, *arguments)


def submit_aside(function: Callable[..., Any], *arguments: Any) -> Future:
    """A future of a call that may take its time; see `Place.submit_aside`."""
    return _open().submit_aside(function, *arguments)


def _open() -> Place:
    global _place
    with _lock:
        if _place is None:
            _place = opened(os.environ)
        return _place


def _cluster(address: str) -> Place:
    try:
        client = importlib.import_module("distributed").Client(address)
    except ImportError:
        raise ValueError(
            "EIGFIT_SCHEDULER needs Dask: install eigfit[cluster], or unset it"
        ) from None
    except (OSError, ValueError):
        raise OSError(
            f"EIGFIT_SCHEDULER is {address!r}, where no Dask scheduler answers; start it, or unset "
            "the variable"
        ) from None
    # Calls are pure, but what one visitor has asked for is not kept for the next.
    executor, width = client.get_executor(pure=False), max(sum(client.nthreads().values()), 1)
    return Place(executor, width, watched)  # Dask makes a call whose worker dies three times more
