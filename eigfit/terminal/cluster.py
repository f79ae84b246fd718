"""An executor on a Dask cluster, where one is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Final

PATIENCE: Final = "10s"


@contextmanager
def executor_at(address: str | None) -> Iterator[Executor | None]:
    """An executor of the cluster whose scheduler has that address; None where there is none.

    Raises:
        ValueError: Dask is not installed, or no scheduler answers.
    """
    if address is None:
        yield None
        return
    try:
        client = importlib.import_module("distributed").Client(address, timeout=PATIENCE)
    except ImportError:
        raise ValueError("--scheduler needs Dask; install eigfit[cluster]") from None
    except (OSError, ValueError):
        raise ValueError(
            f"--scheduler is {address!r}, where no Dask scheduler answers; start one with "
            "`dask scheduler`"
        ) from None
    try:
        yield client.get_executor(pure=False)
    finally:
        client.close()
