"""`solve`: what was found, as tables or as JSON."""

from __future__ import annotations

import os
from argparse import Namespace
from typing import Any, Final

import numpy as np

from eigfit.gallery.derivative import Derivative
from eigfit.problem.joint import parts_of
from eigfit.problem.posed import Posed
from eigfit.results.verdict import Verdict
from eigfit.solve.solve import BATCH_NUMBERS, LARGEST_BATCH, solve
from eigfit.solve.sparse import looks_low
from eigfit.terminal.asked import asked, searched
from eigfit.terminal.cluster import executor_at
from eigfit.terminal.found import as_json
from eigfit.terminal.progress import Progress
from eigfit.terminal.told import as_text

STATUS: Final = {
    Verdict.solved: 0,
    Verdict.global_minimum: 3,  # which lies beyond the errors, as what lies within them is solved
    Verdict.unsolvable: 3,
    Verdict.stuck: 4,
}
MOST_MEMORY: Final = 8 * 2**30  # bytes


def solved(arguments: Namespace) -> tuple[int, str, Any]:
    """Exit status, text and JSON of `solve`."""
    posed = asked(arguments.problem)
    if isinstance(posed, Derivative):
        raise ValueError(
            f"{arguments.problem} asks for a derivative and not for parameters; `check "
            f"{arguments.problem}` computes it"
        )
    posed = searched(posed, arguments.starts, arguments.low, arguments.high)
    _check_memory(posed)
    with executor_at(arguments.scheduler) as executor, Progress() as progress:
        found = solve(
            posed.problem, **posed.search, seed=arguments.seed, rule=arguments.rule,
            tolerance=arguments.tolerance, max_iterations=arguments.max_iterations,
            budget=arguments.budget, executor=executor, progress=progress,
        )  # fmt: skip
    status = STATUS[found.verdict]
    return status, as_text(posed, found), as_json(posed, found) | {"exit_status": status}


def _check_memory(posed: Posed) -> None:
    """Raise an error where a batch of starts would not fit."""
    p, m, entries = posed.problem.parameters, 0, 0
    for part in parts_of(posed.problem):
        m += len(part.problem.data.target)
        n, structure = part.problem.n, part.problem.structure
        entries += n * (looks_low(structure, part.problem.data) or n) * (1 + structure.complex)
    starts = len(np.atleast_2d(posed.start)) if posed.start is not None else posed.starts
    batch = min(max(BATCH_NUMBERS // entries, 1), LARGEST_BATCH, starts)
    bytes_ = 8 * batch * (6 * entries + 5 * p * p + 4 * m * p)
    bytes_ *= min(os.cpu_count() or 1, -(-starts // batch))
    if bytes_ > MOST_MEMORY:
        raise ValueError(
            f"{starts:,} starts of {p:,} parameters need about {bytes_ / 2**30:,.1f} GB; at most "
            f"{MOST_MEMORY / 2**30:.1f} are taken: ask for fewer starts, or a smaller problem"
        )
