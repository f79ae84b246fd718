"""A pool of worker processes behind the interface of `concurrent.futures`.

`ProcessPoolExecutor` would run the file of `__main__` in its workers, which Streamlit replaces by
a page's script, and like loky's it gives up all calls when one worker dies.
"""

from __future__ import annotations

import atexit
import logging
import math
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from typing import Any, Final

LONGEST_CALL: Final = 60.0  # seconds; the longest compilation takes a tenth of that
LONGEST_START: Final = 180.0  # seconds, of which most is TensorFlow's import from a cold disk
ATTEMPTS: Final = 3  # at a call whose worker dies
LOOK: Final = 1.0  # seconds between two looks whether an idle worker lives, or a call is late
TOO_LONG: Final = (
    "The engine took longer than a minute and was stopped. Press Reset; if that does not help, "
    "choose a smaller matrix or fewer starts."
)
COMMAND: Final = "import sys; sys.path.insert(0, sys.argv[1]); from eigfit.engine import worker; "
ROOT: Final = str(Path(__file__).parents[2])


class TookTooLong(Exception):
    """A call was given up, in words for the visitor."""


class Workers(Executor):
    """So many worker processes, each started anew when it dies.

    Calls are pure, so that one whose worker dies is made again by the next; one that takes longer
    than LONGEST_CALL is given up. First come, first served.

    Args:
        count: how many.
        initializer: what each worker does before its first call.
    """

    def __init__(self, count: int, initializer: Callable[[], Any] | None = None) -> None:
        self._calls: queue.SimpleQueue[tuple[Future, bytes] | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._workers = [_Worker(initializer) for _ in range(count)]
        self._threads = [
            threading.Thread(target=self._serve, args=(worker,), name="eigfit-worker", daemon=True)
            for worker in self._workers
        ]
        for thread in self._threads:
            thread.start()
        threading.Thread(target=self._watch, name="eigfit-watchdog", daemon=True).start()
        atexit.register(self.shutdown)

    @property
    def processes(self) -> list[int]:
        """The process ids of the workers that run."""
        return [w.process.pid for w in self._workers if w.process and w.process.poll() is None]

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future:
        """A future of the call. The function and its arguments are pickled at once."""
        if self._stopped.is_set():
            raise RuntimeError("the workers have been stopped")
        call = pickle.dumps((fn, args, kwargs), pickle.HIGHEST_PROTOCOL)
        future: Future = Future()
        self._calls.put((future, call))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        """End the workers, in the middle of a call too; all that is waiting is cancelled."""
        atexit.unregister(self.shutdown)
        self._stopped.set()
        for worker in self._workers:
            self._calls.put(None)
            worker.end()
        if wait:
            for thread in self._threads:
                thread.join()
        while not self._calls.empty():
            if item := self._calls.get():
                item[0].cancel()

    def _serve(self, worker: _Worker) -> None:
        """The thread that feeds one worker."""
        while not self._stopped.is_set():
            worker.prepare()
            try:
                item = self._calls.get(timeout=LOOK)
            except queue.Empty:
                continue
            if item is None or not item[0].set_running_or_notify_cancel():
                continue
            future, call = item
            try:
                future.set_result(self._answer(worker, call))
            except Exception as error:
                future.set_exception(error)
        worker.end()

    def _watch(self) -> None:
        """The thread that ends the workers whose calls take too long."""
        while not self._stopped.wait(LOOK):
            for worker in self._workers:
                worker.end_if_late()

    def _answer(self, worker: _Worker, call: bytes) -> Any:
        for _ in range(ATTEMPTS):
            if self._stopped.is_set():
                break
            if worker.prepare():
                try:
                    succeeded, answer = worker.asked(call)
                except _Died:
                    if not self._stopped.is_set():
                        logging.getLogger(__name__).warning("a worker has died and is replaced")
                    continue
                if succeeded:
                    return answer
                raise answer
        raise BrokenExecutor("no worker could answer")


class _Died(Exception):
    """The worker is no more."""


class _Worker:
    """One worker process, used by one thread; what ends it may come from another."""

    def __init__(self, initializer: Callable[[], Any] | None) -> None:
        self._initializer = initializer and pickle.dumps(initializer)
        self.process: subprocess.Popen[bytes] | None = None
        self._ready = False
        self._lock = threading.Lock()
        self._ended = False
        self._late = False  # whether its call was given up
        self._until = math.inf  # the time, on the monotonic clock, at which it is

    def prepare(self) -> bool:
        """Whether it is ready for a call, started anew where it has died."""
        if self._ready and self.process and self.process.poll() is None:
            return True
        self._ready = False
        with self._lock:
            if self._ended:
                return False
            self._close()
            self.process = subprocess.Popen(
                [sys.executable, "-c", f"{COMMAND}worker.work()", ROOT],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        try:
            self._ready, _ = self._exchange((sys.path, self._initializer), LONGEST_START)
        except (_Died, TookTooLong):
            if not self._ended:
                logging.getLogger(__name__).error("a worker could not start")
        return self._ready

    def asked(self, call: bytes) -> tuple[bool, Any]:
        """Whether the call succeeded, and what it gave or raised."""
        return self._exchange(call, LONGEST_CALL)

    def end(self) -> None:
        """End the process, for good."""
        with self._lock:
            self._ended = True
            self._close()

    def end_if_late(self) -> None:
        """End the process where its call should have been answered by now."""
        with self._lock:
            if self.process is not None and time.monotonic() > self._until:
                self._late = True
                self.process.kill()

    def _exchange(self, question: Any, seconds: float) -> tuple[bool, Any]:
        process = self.process
        if process is None or process.stdin is None or process.stdout is None:
            raise _Died
        self._late, self._until = False, time.monotonic() + seconds
        try:
            pickle.dump(question, process.stdin, pickle.HIGHEST_PROTOCOL)
            process.stdin.flush()
            answer = pickle.load(process.stdout)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError) as error:
            self._ready = False  # it may look alive for a moment longer
            if self._late:
                raise TookTooLong(TOO_LONG) from error
            raise _Died from error
        finally:
            with self._lock:
                self._until = math.inf
        return pickle.loads(answer)

    def _close(self) -> None:
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    pass  # what was being written has nobody to read it
        self.process = None
