"""Which steps of a long run are kept: evenly in the logarithm of the step, by a fixed schedule."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np

BLOCK: Final = 1024  # numbers that are looked up together, one at a time being slow


def kept(numbers: Any, an_octave: int) -> np.ndarray:
    """Which of the steps are kept, where every doubling of the step keeps `an_octave` of them.

    The schedule hangs on a step's number alone, so that what is kept once is kept for ever: step k
    is, when ⌊a log₂ k⌋ rises from k − 1 to k. All of the first a / ln 2 steps are. What a divisor
    of `an_octave` keeps is kept too.

    Args:
        numbers: of the steps, 0 or above, shape [...].
        an_octave: a, how many are kept of the steps from k to 2k.
    """
    at = np.maximum(numbers, 2)
    rises = np.floor(an_octave * np.log2(at)) > np.floor(an_octave * np.log2(at - 1))
    return rises | (np.asarray(numbers) < 2)


def keeps(number: int, an_octave: int) -> bool:
    """Whether one step is kept; as `kept`, but quick for one after the other."""
    return _block(number // BLOCK, an_octave)[number % BLOCK]


@lru_cache(maxsize=256)
def _block(index: int, an_octave: int) -> list[bool]:
    return kept(np.arange(index * BLOCK, (index + 1) * BLOCK), an_octave).tolist()
