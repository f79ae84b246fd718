"""What runs in a worker: pure functions of what they are given, so that any worker may take any.

None takes longer than it is told to, beyond one compilation.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.engine.protocols import Course
from eigfit.engine.workers import LONGEST_CALL
from eigfit.experiment.files import csv_rows
from eigfit.experiment.setup import Setup
from eigfit.fitting.pace import Pace, TimeIsOver
from eigfit.results.history import History
from eigfit.results.status import Status
from eigfit.results.step import Step


class GoesOn(NamedTuple):
    """What a call aside gives that has taken its time and has not come to its end.

    Only `submit_aside` makes the next call by itself; what was waited for gives this as it is.

    Attributes:
        function: which goes on.
        arguments: of it.
    """

    function: Callable[..., Any]
    arguments: tuple


def plainly(function: Callable[..., Any], *arguments: Any) -> Any:
    """What a function gives, without anything that needs TensorFlow where it arrives.

    Tensors become NumPy arrays; an error that is not Python's own becomes one that is.
    """
    try:
        found = function(*arguments)
        if "tensorflow" not in sys.modules:  # nobody can have made a tensor
            return found
        return tf.nest.map_structure(lambda v: v.numpy() if tf.is_tensor(v) else v, found)
    except Exception as error:
        if isinstance(error, ValueError):
            raise
        logging.getLogger(__name__).exception("a call failed")
        if type(error).__module__ == "builtins":
            raise
        raise RuntimeError(f"{type(error).__name__}: {error}") from None


def watched(function: Callable[..., Any], *arguments: Any) -> Any:
    """The same in a process that nobody else watches: it ends itself when the call hangs."""
    giving_up = threading.Timer(LONGEST_CALL, os._exit, (1,))
    giving_up.start()
    try:
        return plainly(function, *arguments)
    finally:
        giving_up.cancel()


def onward(course: Course, last: Step | None, until: int, seconds: float) -> History:
    """How a course goes on from its last step, or begins: a thinned history, from that step on.

    It ends with the step of that number, or before it when the time is over. It is empty where the
    time has gone into compiling one of several programs.
    """
    history = History(thinned=True)
    for step in in_time(course, last, until, seconds):
        history.append(step)
    return history


def ends(course: Course, last: Step | None, seconds: float) -> tuple[np.ndarray, Step] | None:
    """Where the starts of a batch have ended on the way from its last step, −1 else, and the next.

    None where the time has gone into compiling.
    """
    ended: np.ndarray | None = None
    step = None
    for step in in_time(course, last, np.inf, seconds):
        done = step.status != Status.running
        ended = np.full(len(done), -1) if ended is None else ended
        ended = np.where(done & (ended < 0), step.number, ended)
    return None if step is None or ended is None else (ended, step)


def rows(
    course: Course, last: Step | None, until: int, ended: Any, names: Sequence[str], seconds: float
) -> tuple[list[str], Step] | None:
    """The lines of each member in the table of all steps, after the last step, and the next one.

    Args:
        course: of those members.
        last: the step of which the line has been written, None at the beginning.
        until: the number of the last step wanted.
        ended: the step at which each has ended in the end, −1 where it has not.
        names: of the members.
        seconds: how long steps are taken.
    """
    history = History()
    step = None
    for step in in_time(course, last, until, seconds):
        if last is None or step.number > last.number:
            history.append(step)
    if step is None:
        return None
    return csv_rows(history, names, ended) if len(history) else [""] * len(names), step


def warm_up() -> None:
    """Import TensorFlow and compile what a visitor sees first.

    What has come so far stays, so later garbage collections need not look through it.
    """
    onward(Setup(), None, 1, np.inf)
    gc.collect()
    gc.freeze()


def in_time(course: Course, last: Step | None, until: float, seconds: float) -> Iterator[Step]:
    """The steps from the last one to that number, while there is time."""
    pace = Pace(until, seconds)
    try:
        for step in course.steps(last, pace):
            yield step
            if step.number >= until or pace.late:
                return
    except TimeIsOver:
        return
