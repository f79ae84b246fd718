"""`eigfit.fit`, every `Step` of it taken."""

from collections import deque
from collections.abc import Callable

import eigfit as ef
from benchmarks.workload import LEARNING_RATE, Reached, Workload


def prepare(workload: Workload, steps: int) -> Callable[[], Reached]:
    """A run of so many steps; a tolerance of 0 is never reached."""
    problem, start = workload.problem, workload.start
    adam = ef.optimiser("adam", learning_rate=LEARNING_RATE)

    def run() -> Reached:
        taken = ef.fit(problem, adam, start, tolerance=0, max_steps=steps)
        last = deque(taken, maxlen=1).pop()
        return Reached(last.eigenvalues, last.loss)

    return run
