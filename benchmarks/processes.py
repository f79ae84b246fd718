"""What a server and its workers use, as Linux tells it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, NamedTuple

PROCESSES: Final = Path("/proc")
TICK: Final = 1 / os.sysconf("SC_CLK_TCK")  # seconds


class Usage(NamedTuple):
    """What a server uses.

    Attributes:
        seconds: of the processor, since it began.
        megabytes: that lie in memory.
        threads: how many run in it.
        workers_megabytes: in memory of all its workers together.
    """

    seconds: float
    megabytes: float
    threads: int
    workers_megabytes: float


def usage(server: int) -> Usage:
    """What the process of that number and its children use now."""
    fields = _fields(server)
    workers = sum(_megabytes(child) for child in children(server))
    return Usage(
        TICK * (int(fields[11]) + int(fields[12])), _megabytes(server), int(fields[17]), workers
    )


def children(process: int) -> list[int]:
    """The numbers of the processes that it has started and that live."""
    every = [int(path.name) for path in PROCESSES.iterdir() if path.name.isdecimal()]
    return [other for other in every if (fields := _fields(other)) and int(fields[1]) == process]


def _fields(process: int) -> list[str]:
    """Those of `stat` after the name, which may hold anything; none for a process that is gone."""
    try:
        text = (PROCESSES / str(process) / "stat").read_text(encoding="utf-8")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _megabytes(process: int) -> float:
    try:
        status = (PROCESSES / str(process) / "status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    kilobytes = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(kilobytes[0]) / 1024 if kilobytes else 0.0
