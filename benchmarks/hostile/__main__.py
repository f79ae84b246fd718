"""What strangers send, in number: `python -m benchmarks.hostile --links 10000 --uploads 2000`.

Random and mutated query strings go through `read_link`, files through `read_run`, and some of the
links through the pages of a server on this machine. Each must give a valid experiment or one
sentence; what does not is printed, with the slowest of each and how the memory grew. The exit
status is 1 on any finding.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle
from typing import Any, Final

from benchmarks.hostile import links, uploads
from benchmarks.load import served
from benchmarks.visitor import Visitor

LONGEST: Final = 2.0  # seconds for a link or a file, on a machine that is busy with other work
MOST_GROWTH: Final = 100.0  # megabytes
PATIENCE: Final = 60.0  # seconds for a page
SHOWN: Final = 300  # characters of what broke a rule
SECRETS: Final = (b"Traceback", sys.prefix.encode(), b"site-packages")
PAGES: Final = ("", "compare", "derivatives", "article")


def tried(title: str, inputs: Iterable[Any], broken_rule: Callable[[Any], str]) -> list[str]:
    """What is found when all inputs are tried; prints how many there were and the slowest."""
    found, slowest, count, began = [], 0.0, 0, time.perf_counter()
    before = _megabytes()
    for count, each in enumerate(inputs, 1):
        start = time.perf_counter()
        try:
            broken = broken_rule(each)
        except BaseException as error:  # recursion and memory too
            if isinstance(error, KeyboardInterrupt):
                raise
            broken = f"{type(error).__name__}: {error}"
        seconds = time.perf_counter() - start
        slowest = max(slowest, seconds)
        broken = broken or (f"it takes {seconds:.1f} s" if seconds > LONGEST else "")
        if broken:
            found.append(f"{title} {count}: {broken[:SHOWN]}; {each[:SHOWN]!r}")
    grown = _megabytes() - before
    if grown > MOST_GROWTH:
        found.append(f"{title}: {grown:.0f} MB more than before")
    print(
        f"{count:,} {title} in {time.perf_counter() - began:.0f} s: {len(found)} findings; the "
        f"slowest took {1000 * slowest:.0f} ms, memory grew by {grown:.0f} MB.",
        flush=True,
    )
    return found


async def opened(address: str, page: str, query: str) -> str:
    """What a page does under a link that it should not; nothing where nothing."""
    try:
        async with asyncio.timeout(PATIENCE), Visitor(address, keep=True) as tab:
            await tab.open(page, query)
            told = [secret for secret in SECRETS for said in tab.messages if secret in said]
            return "; ".join([*tab.errors, *(f"it says {secret!r}" for secret in told)])
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _megabytes() -> float:
    """The most that this process has had in memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(arguments: Sequence[str] | None = None) -> int:
    """Try all, print what was found; 1 if anything was."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__)
    parser.add_argument("--links", type=int, default=10_000)
    parser.add_argument("--uploads", type=int, default=2_000)
    parser.add_argument("--pages", type=int, default=40, help="links opened on a server's pages")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    found = tried("links", links.queries(chosen.seed, chosen.links), links.broken_rule)
    found += tried("uploads", uploads.uploads(chosen.seed, chosen.uploads), uploads.broken_rule)
    if chosen.pages > 0:
        with served() as (address, _):
            pages = cycle(PAGES)
            began, count = time.perf_counter(), len(found)
            for query in links.queries(chosen.seed + 1, chosen.pages):
                broken = asyncio.run(opened(address, page := next(pages), query))
                if broken:
                    found.append(f"page {page!r}: {broken[:SHOWN]}; {query[:SHOWN]!r}")
            seconds = time.perf_counter() - began
        print(f"{chosen.pages} pages in {seconds:.0f} s: {len(found) - count} findings.")
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
