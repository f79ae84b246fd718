"""Speed and correctness of eigfit beside its peers: `python -m benchmarks`, some minutes.

Peers come from `benchmarks/requirements.txt`; what is not installed is named and left out.
`--write docs/performance.md` puts the tables into the document. The exit status is 1 if somebody
did not reach the numbers of the others.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.machine import described
from benchmarks.options import Options
from benchmarks.table import rewrite
from benchmarks.workload import WORKLOADS


class Part(NamedTuple):
    """A row of the registry: the heading, and the module whose `report` gives what stands there."""

    title: str
    module: str


PARTS: dict[str, Part] = {
    "race": Part("One Adam step beside the peers", "speed"),
    "example": Part("The starting experiment to its end", "fit_speed"),
    "hessians": Part("Second derivatives where eigenvalues meet", "hessians"),
    "inverse": Part("Inverse eigenvalue problems beside SciPy and JAX", "inverse"),
    "gallery": Part("The gallery's problems beside SciPy", "gallery_speed"),
    "fresh": Part("The first step of a new process", "fresh_process"),
    "import": Part("Importing the package", "import_time"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for, print or write it; 1 if somebody disagrees."""
    chosen = _parser().parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's notes about the machine
    options = Options(tuple(chosen.sizes), tuple(chosen.starts), chosen.rounds)
    texts, agreed = [described()], True
    for name in chosen.parts:
        print(f"{PARTS[name].title} …", file=sys.stderr, flush=True)
        text, good = importlib.import_module(f"benchmarks.{PARTS[name].module}").report(options)
        texts.append(f"## {PARTS[name].title}\n\n{text}")
        agreed = agreed and good
        if not good:
            print(f"{PARTS[name].title}: what it gives is not what it should be", file=sys.stderr)
    measured = "\n\n".join(texts)
    print(measured)
    if chosen.write:
        rewrite(chosen.write, measured)
    return 0 if agreed else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    sizes = sorted({workload.n for workload in WORKLOADS})
    starts = sorted({workload.starts for workload in WORKLOADS})
    add = parser.add_argument
    add("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what to measure")
    add("--sizes", nargs="+", type=int, choices=sizes, default=sizes, help="rows of the matrices")
    add("--starts", nargs="+", type=int, choices=starts, default=starts, help="starts at once")
    add("--rounds", type=int, default=5, help="timed runs of each, of which the median is taken")
    add("--write", type=Path, metavar="FILE", help="a document whose measured part to replace")
    return parser


if __name__ == "__main__":
    sys.exit(main())
