"""Many visitors at once: `python -m benchmarks.load --sessions 50`.

It starts a server on this machine, opens so many real sessions over Streamlit's own protocol, and
prints what they saw and what it cost. Each visitor loads the Fit page, plays a run to its end with
a chart that asks as a browser's does, pauses and goes on once, moves the learning rate once, and
goes; every tenth leaves in the middle. With `--at-once 25` they come in waves. The exit status is 1
if anybody saw an error or did not converge.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.processes import Usage, usage
from benchmarks.table import table
from benchmarks.visitor import Visitor

ROOT: Final = Path(__file__).parent.parent
LINK: Final = "v=1&seed={}"
CHANGED_AFTER: Final = 1200  # steps, then the learning rate is moved
RATE: Final = "0.002"
SPREAD: Final = 1.0  # seconds over which those who come together come
LONGEST: Final = 600.0  # seconds that a visitor stays at most
FRAMES: Final = 200  # of one visitor alone
SETTLING: Final = 5.0  # seconds after the last one has gone


@dataclass
class Visit:
    """What one visitor saw; times in seconds."""

    first_paint: float = 0.0
    first_chart: float = 0.0
    moved: float = 0.0
    paused: float = 0.0
    played: float = 0.0  # from Play to the end
    updates: int = 0  # frames while it played
    gaps: list[float] = field(default_factory=list)  # between two frames that play
    errors: list[str] = field(default_factory=list)
    left_early: bool = False
    converged: bool = False


async def visit(address: str, number: int) -> Visit:
    """One visitor's stay."""
    seen = Visit(left_early=number % 10 == 9)
    try:
        async with asyncio.timeout(LONGEST), Visitor(address) as tab:
            await _stay(tab, number, seen)
            seen.errors += tab.errors
    except Exception as error:  # what is wrong with one visit is told with the others
        seen.errors.append(f"{type(error).__name__}: {error}")
    return seen


async def _stay(tab: Visitor, number: int, seen: Visit) -> None:
    came = time.perf_counter()
    await tab.load(link=LINK.format(number))
    seen.first_chart = tab.frames[0].at - came
    seen.first_paint = (tab.first_paint or came) - came

    began = time.perf_counter()
    opened, first = _step(tab), len(tab.frames)
    await tab.click("play")
    await tab.until(lambda: _step(tab) > opened)
    seen.moved = time.perf_counter() - began
    if seen.left_early:
        await tab.until(lambda: len(tab.frames) > first + 5)
        return
    await tab.until(lambda: _step(tab) >= CHANGED_AFTER or _ended(tab))
    asked = time.perf_counter()
    await tab.click("pause")
    await tab.until(lambda: not tab.frames[-1].said["status"].startswith("Running."))
    seen.paused = time.perf_counter() - asked
    await tab.choose("learning_rate", RATE)
    await tab.until(lambda: "Learning rate changed" in tab.frames[-1].said["status"] or _ended(tab))
    if not _ended(tab):
        await tab.click("play")
    await tab.until(lambda: _ended(tab))
    seen.played = time.perf_counter() - began
    seen.converged = tab.frames[-1].said["status"].startswith("Converged")
    frames = tab.frames[first:]
    seen.updates = len(frames)
    seen.gaps = [later.at - frame.at for frame, later in pairwise(frames)]


def _step(tab: Visitor) -> int:
    return tab.frames[-1].said["shown"]


def _ended(tab: Visitor) -> bool:
    said = tab.frames[-1].said
    return not said["more"] and not said["status"].startswith(("Running.", "Going", "Paused"))


class Cost(NamedTuple):
    """What a frame costs where one visitor plays alone."""

    bytes: float
    milliseconds: float  # of the page server's processor
    a_second: float


async def alone(address: str, server: int) -> Cost:
    """The cost of a frame of the default Fit page, which is played without an end."""
    async with Visitor(address) as tab:
        await tab.load(link=f"{LINK.format(0)}&tolerance=0&max_steps=200000")
        await tab.click("play")
        await tab.until(lambda: tab.frames[-1].said["after"] is not None)
        before, began, first = usage(server), time.perf_counter(), len(tab.frames)
        await tab.until(lambda: len(tab.frames) >= first + FRAMES)
        seconds, frames = time.perf_counter() - began, tab.frames[first:]
        spent = usage(server).seconds - before.seconds
        size = sum(frame.bytes for frame in frames) / len(frames)
        return Cost(size, 1000 * spent / len(frames), len(frames) / seconds)


async def visits(address: str, sessions: int, at_once: int) -> list[Visit]:
    """The stays of all visitors, at most so many at a time; the next comes when one has gone."""
    places = asyncio.Semaphore(at_once)

    async def one(number: int) -> Visit:
        async with places:
            await asyncio.sleep(SPREAD * (number % at_once) / at_once)
            return await visit(address, number)

    return list(await asyncio.gather(*(one(number) for number in range(sessions))))


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """The address and the process of a server, warm, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ("headless=true", "fileWatcherType=none", "address=127.0.0.1", f"port={port}")
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *(f"--server.{o}" for o in options)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        while True:
            with suppress(OSError):
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=10).close()
                break
            if server.poll() is not None:
                raise RuntimeError("the server has ended")
            time.sleep(0.1)  # between two looks
        yield address, server.pid
    finally:
        server.terminate()
        server.wait(30)


def report(
    seen: Sequence[Visit], cost: Cost, before: Usage, busy: Usage, after: Usage, seconds: float
) -> str:
    """What the visitors saw and what it cost, as a table."""
    stayed = [each for each in seen if not each.left_early and not each.errors]
    rates = sorted(each.updates / each.played for each in stayed if each.played)
    rows = [
        _row("first paint, s", [each.first_paint for each in stayed]),
        _row("first chart, s", [each.first_chart for each in stayed]),
        _row("Play to first movement, s", [each.moved for each in stayed]),
        _row("Pause, s", [each.paused for each in stayed]),
        _row("time to the end, s", [each.played for each in stayed]),
        _row("between two frames, s", [gap for each in stayed for gap in each.gaps]),
    ]
    if rates:
        slowest = f"{rates[0]:.2f}"
        rows.append(["updates a second", f"{statistics.median(rates):.2f}", "", slowest])
    left = sum(each.left_early for each in seen)
    lines = [
        table(["", "median", "95th", "slowest"], rows),
        "",
        f"{len(seen)} visitors in {seconds:.0f} s, {left} of them left in the middle; "
        f"{sum(each.converged for each in seen)} converged, "
        f"{sum(bool(each.errors) for each in seen)} saw an error.",
        f"A frame of one visitor alone: {cost.bytes:,.0f} bytes, {cost.milliseconds:.1f} ms of the "
        f"page server's processor, {cost.a_second:.0f} a second. A visit: "
        f"{(busy.seconds - before.seconds) / len(seen):.2f} s of the page server's processor.",
        f"Memory: page server {before.megabytes:.0f} → {after.megabytes:.0f} MB, workers "
        f"{before.workers_megabytes:.0f} → {after.workers_megabytes:.0f} MB; threads "
        f"{before.threads} → {after.threads}, {SETTLING:.0f} s after the last tab was closed.",
        f"Load average {os.getloadavg()[0]:.1f} at the end, this driver included.",
    ]
    kinds = sorted({error for each in seen for error in each.errors})
    return "\n".join([*lines, *(f"Error: {error}" for error in kinds[:10])])


def _row(name: str, values: Sequence[float]) -> list[str]:
    if not values:
        return [name, "–", "–", "–"]
    ordered = sorted(values)
    late = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return [name, f"{statistics.median(ordered):.2f}", f"{late:.2f}", f"{ordered[-1]:.2f}"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the sessions, print what they saw; 1 if anybody saw an error or did not converge."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--sessions", type=int, default=50, help="1 to 1,000")
    parser.add_argument("--at-once", type=int, default=0, help="in waves of so many")
    chosen = parser.parse_args(arguments)
    sessions = min(max(chosen.sessions, 1), 1000)
    with served() as (address, server):
        cost = asyncio.run(alone(address, server))  # the first visitor, who warms everything
        before, began = usage(server), time.perf_counter()
        seen = asyncio.run(visits(address, sessions, chosen.at_once or sessions))
        seconds = time.perf_counter() - began
        busy = usage(server)
        time.sleep(SETTLING)
        print(report(seen, cost, before, busy, usage(server), seconds))
    good = all(not each.errors and (each.converged or each.left_early) for each in seen)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
