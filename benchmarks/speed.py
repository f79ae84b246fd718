"""The race: how long one Adam step takes, eigfit and its peers side by side in one process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

from benchmarks.agreement import TOLERANCE, difference, expected
from benchmarks.options import Options
from benchmarks.peers import BARE, OURS, PEERS, REFERENCE
from benchmarks.table import table
from benchmarks.timing import interleaved
from benchmarks.workload import WORKLOADS, Workload


class Result(NamedTuple):
    """One peer on one workload: seconds a step, of the first call beyond a later one, and off."""

    step: float
    extra: float
    off: float

    @property
    def agrees(self) -> bool:
        """Whether it reached the numbers of the loop in NumPy."""
        return self.off <= TOLERANCE


def raced(workload: Workload, rounds: int) -> dict[str, Result]:
    """Results by name of all peers that are installed."""
    peers = {name: peer for name, peer in PEERS.items() if peer.installed}
    timings = interleaved(
        {name: peer.preparation(workload) for name, peer in peers.items()}, rounds
    )
    return {
        name: Result(
            timings[name].steady / peer.steps(workload),
            timings[name].extra,
            difference(timings[name].result, expected(workload, peer)),
        )
        for name, peer in peers.items()
    }


def report(options: Options) -> tuple[str, bool]:
    """The tables in Markdown, and whether all peers agree."""
    results = {}
    for workload in WORKLOADS:
        if workload.n in options.sizes and workload.starts in options.starts:
            print(f"n = {workload.n}, {workload.starts} starts …", file=sys.stderr, flush=True)
            results[workload] = raced(workload, options.rounds)
    if not results:
        raise ValueError("no workload has these sizes and starts; see benchmarks/workload.py")
    agreed = all(result.agrees for row in results.values() for result in row.values())
    return tables(results), agreed


def tables(results: dict[Workload, dict[str, Result]]) -> str:
    """All tables of the race and what they say."""
    names = [name for name in PEERS if PEERS[name].installed]
    others = [name for name in names if name != OURS]
    descending = [name for name in others if name != REFERENCE]
    absent = [name for name in PEERS if name not in names]
    worst = max(result.off for row in results.values() for result in row.values())
    left_out = f" Not installed and left out: {', '.join(absent)}." if absent else ""
    return "\n\n".join(
        [
            f"### One step, µs\n\nMedians; ≠ where the numbers reached are not the same.{left_out}",
            _grid(results, names, _microseconds),
            "### eigfit's step as a multiple of the others'\n\nBelow 1 eigfit is faster.",
            _grid(results, others, lambda row, name: f"{row[OURS].step / row[name].step:.3g}"),
            "### First call, s\n\nWhat the first run takes beyond a later one: compilation, and in "
            "the first line what is loaded on first use.",
            _grid(results, names, lambda row, name: f"{row[name].extra:.2f}"),
            f"### The same numbers\n\nLargest relative difference of eigenvalues and losses from "
            f"the loop in NumPy after as many steps, at most {TOLERANCE:.0e} allowed; {worst:.1e} "
            f"found. {BARE} takes no steps and is compared at the start.",
            _grid(results, [OURS, *descending], lambda row, name: f"{row[name].off:.0e}"),
        ]
    )


def _microseconds(row: dict[str, Result], name: str) -> str:
    time = 1e6 * row[name].step
    digits = 1 if time < 100 else 0
    return f"{'' if row[name].agrees else '≠ '}{time:,.{digits}f}"


def _grid(
    results: dict[Workload, dict[str, Result]],
    names: Sequence[str],
    cell: Callable[[dict[str, Result], str], str],
) -> str:
    rows = [
        [f"n = {workload.n}, {workload.starts:,}", *(cell(row, name) for name in names)]
        for workload, row in results.items()
    ]
    return table(["size, starts", *names], rows)
