"""Which steps of a run are kept: evenly in the logarithm of the step, and never another choice."""

from __future__ import annotations

from typing import Any

import numpy as np


def kept(numbers: Any, an_octave: int) -> np.ndarray:
    """Whether each step is kept: the first ones all, then so many while the step doubles.

    The choice hangs on the step's own number alone, so what has been kept stays, however long the
    run becomes. A schedule of half as many an octave keeps some of the same steps and no others.

    Args:
        numbers: of steps, from 0, shape [...].
        an_octave: a whole number above 0.

    Returns:
        bool, shape [...].
    """
    later = np.maximum(numbers, 2)
    risen = np.floor(an_octave * np.log2(later)) > np.floor(an_octave * np.log2(later - 1))
    return (np.asarray(numbers) < 2) | risen
