"""One race: the same starts, the same Adam and the same number of steps for everybody."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

import eigfit as ef

LEARNING_RATE: Final = 1e-3
BETA_1: Final = 0.9
BETA_2: Final = 0.999
EPSILON: Final = 1e-7  # Keras' default; PyTorch and Optax have 1e-8


class Workload(NamedTuple):
    """Symmetric n×n matrices from uniform random starts towards the target 1, …, 1.

    `steps` is for those who take microseconds a step, `few` for the loops that take milliseconds.
    """

    n: int
    starts: int
    steps: int
    few: int

    @property
    def problem(self) -> ef.Problem:
        """The problem as eigfit states it."""
        return ef.Problem(ef.symmetric(self.n), target=self.target)

    @property
    def target(self) -> np.ndarray:
        """The eigenvalues asked for, [n]."""
        return np.ones(self.n)

    @property
    def start(self) -> np.ndarray:
        """Parameters [p] of the one start, or [B, p] of several."""
        return ef.random_start(
            self.problem, seed=0, count=None if self.starts == 1 else self.starts
        )

    @property
    def index(self) -> np.ndarray:
        """Which parameter stands in each entry [n, n], in the order of `eigfit.symmetric`."""
        index = np.zeros((self.n, self.n), int)
        first = 0
        for offset in range(self.n):
            rows = np.arange(self.n - offset)
            index[rows, rows + offset] = index[rows + offset, rows] = first + rows
            first += len(rows)
        return index


# Steps for about a tenth of a second, and no size at which one step of all starts takes longer.
WORKLOADS: Final = (
    Workload(3, 1, steps=1000, few=50),
    Workload(3, 64, steps=500, few=50),
    Workload(3, 1024, steps=100, few=20),
    Workload(10, 1, steps=1000, few=50),
    Workload(10, 64, steps=100, few=20),
    Workload(10, 1024, steps=20, few=10),
    Workload(32, 1, steps=200, few=50),
    Workload(32, 64, steps=10, few=10),
    Workload(100, 1, steps=50, few=20),
    Workload(300, 1, steps=10, few=5),
)


class Reached(NamedTuple):
    """Where somebody stands after a number of Adam steps."""

    eigenvalues: Any  # [n] or [B, n], ascending
    loss: Any  # a number or [B]
