"""Whether all who raced reached the same numbers: a time counts only if they did."""

from __future__ import annotations

from typing import Final

import numpy as np

from benchmarks import race_numpy
from benchmarks.peers import Peer
from benchmarks.workload import Reached, Workload

# One Adam step moves eigenvalues and loss by thousandths of their size. Keras keeps its settings
# in float32, which moves them by some millionths, and PyTorch adds ε at another place.
TOLERANCE: Final = 1e-4


def expected(workload: Workload, peer: Peer) -> Reached:
    """What the peer should reach, by the loop in NumPy."""
    return race_numpy.prepare(workload, peer.steps(workload) if peer.descends else 0)()


def difference(reached: Reached, right: Reached) -> float:
    """Largest difference: eigenvalues as parts of the largest, losses as parts of themselves."""
    values, losses = np.asarray(reached.eigenvalues), np.asarray(reached.loss)
    if values.shape != right.eigenvalues.shape or losses.shape != np.shape(right.loss):
        return np.inf
    of_values = np.abs(values - right.eigenvalues).max() / np.abs(right.eigenvalues).max()
    largest = np.max([of_values, np.abs(losses / right.loss - 1).max()])  # NaN never loses
    return float(largest) if np.isfinite(largest) else np.inf
