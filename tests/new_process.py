"""What a process of its own computes: a copy of one that has imported TensorFlow, and no more."""

import io
import multiprocessing
import runpy
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

PATIENT = 180.0  # seconds


def in_a_new_process(function: Callable[..., Any], *arguments: Any) -> Any:
    """What a function gives in a process that has not computed anything by TensorFlow.

    Args:
        function: of a module that can be imported by its name.
        arguments: of it.
    """
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["tensorflow"])
    with ProcessPoolExecutor(1, mp_context=forks) as executor:
        return executor.submit(function, *arguments).result(PATIENT)


def printed_without(package: str, script: Path) -> str:
    """What a script prints where that package is not installed; to be called in a new process."""
    sys.modules[package] = None  # type: ignore[assignment]  # so its import fails
    with redirect_stdout(io.StringIO()) as printed:
        runpy.run_path(str(script), run_name="__main__")
    return printed.getvalue()
