"""Numbers by name: target spectra, and the published start and matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

# The published start of the 3×3 experiment.
PRINTED_START: Final = (0.12108588, 0.8856114, 0.00449729, 0.22199583, 0.8411281, 0.54751956)

# The published matrix of the first derivative; only its lower triangle is read.
PRINTED_MATRIX: Final = (
    *(0.6102723, 0.17637432, 0.38962376),
    *(0.3735156, 0.6306771, 0.19141042),
    *(0.34370267, 0.7677151, 0.4024818),
)

# Target spectra by name, for n eigenvalues.
TARGETS: Final[dict[str, Callable[[int], tuple[float, ...]]]] = {
    "All ones": lambda n: (1.0,) * n,
    "1 … n": lambda n: tuple(float(k + 1) for k in range(n)),
    "Evenly from −1 to 1": lambda n: tuple(np.linspace(-1, 1, n).round(4).tolist()),
    "Two clusters": lambda n: (0.0,) * (n // 2) + (2.0,) * (n - n // 2),
}


def default_matrix(n: int) -> tuple[float, ...]:
    """The matrix that is differentiated first: the published one, or the second difference."""
    if n == 3:
        return PRINTED_MATRIX
    return tuple((2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)).ravel().tolist())


def default_target(n: int) -> tuple[float, ...]:
    """All ones, the starting experiment's target."""
    return TARGETS["All ones"](n)
