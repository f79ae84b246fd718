"""The live run of a session: a fit that is advanced a little at a time.

A run may be entered from two threads, when a click restarts the script while a frame is being
computed; its lock lets one of them through at a time.
"""

from __future__ import annotations

import gc
import importlib
import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import streamlit as st

from eigfit.history import History, Step
from eigfit.setup import Setup

# A visitor's first picture shows the run this far, so that there is something to see.
OPENING_STEPS: Final = 300


def _import_tensorflow() -> None:
    """Import TensorFlow, and take what it leaves in memory out of Python's garbage collection.

    After every script run Streamlit calls `keras.backend.clear_session` (script_runner.py,
    `_clean_problem_modules`), which collects garbage; with all of TensorFlow to look through that
    takes a fifth of a second, several times a frame's own work.
    """
    importlib.import_module("tensorflow")
    gc.collect()
    gc.freeze()


# Importing TensorFlow and compiling happen here, one at a time, while the page stays responsive.
WARMING: Final = ThreadPoolExecutor(1, "eigfit-warm-up", initializer=_import_tensorflow)

PATIENCE: Final = 0.4  # seconds a page waits for a new run before it shows skeletons
LONGEST_FRAME: Final = 0.25  # seconds a frame may compute


class Run:
    """An experiment under way: its history so far and the generator of the steps to come."""

    def __init__(self, setup: Setup, opening_steps: int = 0) -> None:
        self.setup = setup
        self.history = History()
        self.playing = False
        self.changed_at: int | None = None  # the step from which on other settings hold
        self._lock = threading.RLock()
        self._steps: Iterator[Step] = iter(())
        self._warm: Future[None] = WARMING.submit(self._begin, opening_steps)

    def _begin(self, opening_steps: int) -> None:
        with self._lock:
            self._steps = self.setup.steps()
            for _ in range(opening_steps + 1):
                self._take()

    def ready(self, timeout: float = PATIENCE) -> bool:
        """Whether the first step is there, after waiting for it at most so many seconds."""
        try:
            self._warm.result(timeout)
        except TimeoutError:
            return False
        except Exception:
            logging.getLogger(__name__).exception("the run could not begin")
        return True

    def give_up(self) -> None:
        """Do not begin, if the turn has not come yet."""
        self._warm.cancel()

    @property
    def failure(self) -> str | None:
        """A sentence if the run could not begin."""
        done = self._warm.done() and not self._warm.cancelled()
        error = self._warm.exception() if done else None
        if isinstance(error, ValueError):
            return str(error)
        if error is not None:
            return (
                "The engine could not start. Reload the page; if that does not help, the server's "
                "log says why."
            )
        return None

    @property
    def final(self) -> bool:
        """Whether the run has ended."""
        return self.history.last.final

    def advance(self, steps: int) -> None:
        """Take as many steps, fewer where the run ends or a frame's time is over."""
        deadline = time.monotonic() + LONGEST_FRAME
        with self._lock:
            for _ in range(steps):
                if not self._take() or time.monotonic() > deadline:
                    break
            if self.final:
                self.playing = False

    def go_on_with(self, setup: Setup) -> None:
        """Follow the same experiment under other settings, from the step reached."""
        with self._lock:
            before, self.setup = self.setup, setup
            started = len(self.history) > 1
            if (before.settings, before.tolerance, before.max_steps) == (
                setup.settings,
                setup.tolerance,
                setup.max_steps,
            ):
                return
            self._steps = setup.steps(self.history.last if started else None)
            self._take()
            if started and before.settings != setup.settings:
                self.changed_at = self.history.last.number

    def _take(self) -> bool:
        """One more step into the history, or False where there is none."""
        step = next(self._steps, None)
        if step is not None:
            self.history.append(step)
        return step is not None


def live_run(setup: Setup) -> Run:
    """The session's run of this experiment.

    That is the one under way, also under changed settings; a new one where another experiment is
    asked for.
    """
    run: Run | None = st.session_state.get("run")
    if run is None:
        run = Run(setup, OPENING_STEPS)
    elif run.setup.identity() != setup.identity() or (run.failure and run.setup != setup):
        playing = run.playing
        run.give_up()
        run = Run(setup)
        run.playing = playing
    elif run.ready() and not run.failure:
        run.go_on_with(setup)
    st.session_state["run"] = run
    return run


def restart(setup: Setup) -> None:
    """Begin again from the start, standing still."""
    if "run" in st.session_state:
        st.session_state["run"].give_up()
    st.session_state["run"] = Run(setup)
