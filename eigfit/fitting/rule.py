"""What a rule is: how parameters move, a function of gradient and memory.

A rule of Keras' is a row of `OPTIMISERS`; one of our own is a class like `KerasRule`, built here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from eigfit.fitting.keras_rule import KerasRule
from eigfit.fitting.optimisers import Optimiser
from eigfit.results.step import Slots


class Rule(Protocol):
    """How parameters move against their gradients, for a batch of B starts of p parameters.

    Attributes:
        slots: what it remembers between steps, q numbers a start.
    """

    slots: Slots

    def init(self, optimisers: Sequence[Optimiser]) -> np.ndarray:
        """The memory before the first step, shape [B, q], with each start's settings."""
        ...

    def update(self, r: Any, gradient: Any, memory: Any, settings: Any) -> tuple[Any, Any]:
        """Parameters [B, p] and memory [B, q] one step on, for settings of `settings_of`."""
        ...


def rule_of(optimiser: Optimiser, starts: int, p: int, dtype: str) -> Rule:
    """The rule of that name, for so many starts of p parameters."""
    return KerasRule(optimiser, starts, p, dtype)


def settings_of(optimisers: Sequence[Optimiser], dtype: str) -> np.ndarray:
    """The numbers among the settings of each start, exact and as float32; shape [B, 2 s]."""
    exact = np.array([optimiser.numbers for optimiser in optimisers])
    with np.errstate(over="ignore"):  # as Keras would, such a fit diverges at once
        return np.concatenate([exact, exact.astype(np.float32)], axis=-1).astype(dtype)
