"""Wall times of several runs in one process: interleaved, the first apart, medians of the rest."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

# Threads of a linear algebra library look out for more work for a while after the last, and would
# take a processor from whoever runs next.
PAUSE: Final = 0.1  # seconds


@dataclass(frozen=True)
class Timing:
    """How long a run took.

    Attributes:
        first: seconds of making it ready and running it once; whatever is compiled is in here.
        later: seconds of each further run.
        result: what the last run gave.
    """

    first: float
    later: tuple[float, ...]
    result: Any

    @property
    def steady(self) -> float:
        """Median seconds of the further runs."""
        return statistics.median(self.later)

    @property
    def extra(self) -> float:
        """Seconds that the first run took beyond a later one: compilation, mostly."""
        return max(self.first - self.steady, 0.0)


def interleaved(
    preparations: Mapping[str, Callable[[], Callable[[], Any]]], rounds: int, limit: float = 15
) -> dict[str, Timing]:
    """Timings by name: all are made ready and run once, then each runs once in every round.

    What slows the machine down for a while so slows all of them down, and the medians bear it. A
    pause before each keeps them out of each other's way.
    No round after the first begins later than `limit` seconds after that one.
    """
    first, runs, results = {}, {}, {}
    for name, prepare in preparations.items():
        begin = time.perf_counter()
        runs[name] = prepare()
        results[name] = runs[name]()
        first[name] = time.perf_counter() - begin
    later: dict[str, list[float]] = {name: [] for name in runs}
    opening = time.perf_counter()
    for number in range(rounds):
        if number and time.perf_counter() - opening > limit:
            break
        for name, run in runs.items():
            time.sleep(PAUSE)
            begin = time.perf_counter()
            results[name] = run()
            later[name].append(time.perf_counter() - begin)
    return {name: Timing(first[name], tuple(later[name]), results[name]) for name in runs}
