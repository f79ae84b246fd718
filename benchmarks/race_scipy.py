"""The bare decomposition: LAPACK's `evd` by SciPy, as often as the others decompose.

No gradient and no Adam, so it stands still: what it reaches is the start.
"""

from collections.abc import Callable

import numpy as np
import scipy.linalg  # pyright: ignore[reportMissingImports]

from benchmarks.workload import Reached, Workload


def prepare(workload: Workload, steps: int) -> Callable[[], Reached]:
    """The start decomposed once for each step and each of its matrices."""
    matrices = np.atleast_2d(workload.start)[:, workload.index]

    def run() -> Reached:
        for _ in range(steps + 1):
            values = [scipy.linalg.eigh(matrix, driver="evd")[0] for matrix in matrices]
        values = np.array(values) if workload.starts > 1 else values[0]
        return Reached(values, np.sum((values - workload.target) ** 2, axis=-1))

    return run
