"""What a worker process does: calls that come through its standard input, one after the other."""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import threading
from typing import Any, BinaryIO


def work() -> None:
    """Answer each call of standard input on standard output, until the input is closed.

    First of all come the search path for modules and what is to be done before any call, if
    anything; the answer to that says that work can begin.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the server, which closes us
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    calls: queue.SimpleQueue[Any] = queue.SimpleQueue()
    sys.path[:], initializer = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_read, args=(sys.stdin.buffer, calls), daemon=True).start()
    if initializer is not None:
        pickle.loads(initializer)()
    _answer(answers, (True, None))
    while True:
        try:
            function, arguments, named = pickle.loads(calls.get())
            answer = True, function(*arguments, **named)
        except Exception as error:
            answer = False, error
        _answer(answers, answer)


def _read(requests: BinaryIO, calls: queue.SimpleQueue[Any]) -> None:
    """Hand the calls on, and end the process with the server, whatever is being computed."""
    while True:
        try:
            calls.put(pickle.load(requests))
        except (EOFError, OSError, pickle.UnpicklingError):
            os._exit(0)


def _answer(answers: BinaryIO, answer: tuple[bool, Any]) -> None:
    try:
        pickled = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        pickled = pickle.dumps((False, RuntimeError(f"an answer cannot be sent: {error!r}")))
    pickle.dump(pickled, answers)  # as bytes, of which all are read before any is understood
    answers.flush()
