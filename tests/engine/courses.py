"""Courses and calls that fail in a worker; a worker imports this module by its name."""

import os
import signal
import threading
from pathlib import Path

from eigfit.engine.calls import GoesOn


def pid() -> int:
    return os.getpid()


def once(path: str) -> bool:
    """Whether nobody has asked so before."""
    try:
        Path(path).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def dies_once(path: str) -> int:
    """The process id of a worker that has not been killed at this call."""
    if once(path):
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def dies() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hangs() -> None:
    threading.Event().wait()


def begins_to_hang(path: str) -> None:
    Path(path).touch()
    hangs()


def prints(text: str) -> str:
    print(text, flush=True)
    return text


def counts_down(k: int) -> int | GoesOn:
    """0, in k + 1 calls."""
    return GoesOn(counts_down, (k - 1,)) if k else k


def refuses() -> None:
    raise ValueError("the start is so large; give smaller numbers")


def fails_in_tensorflow() -> None:
    import tensorflow as tf

    raise tf.errors.InvalidArgumentError(None, None, "secret")


def tensors() -> dict:
    import tensorflow as tf

    return {"b": tf.Variable(tf.ones(2)), "a": [tf.constant(1)], "none": None, "text": "α"}


def cannot_be_sent() -> object:
    return lambda: None
