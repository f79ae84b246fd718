"""What each field of an experiment may be: choices, ranges, and the named values among them."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np

from eigfit.fitting.optimisers import OPTIMISERS
from eigfit.problem.problem import DTYPES
from eigfit.problem.starts import DISTRIBUTIONS
from eigfit.results.step import CONVENTIONS
from eigfit.structures.named import STRUCTURES

# The published start of the 3×3 experiment.
PRINTED_START: Final = (0.12108588, 0.8856114, 0.00449729, 0.22199583, 0.8411281, 0.54751956)

# The published matrix of the first derivative; only its lower triangle is read.
PRINTED_MATRIX: Final = (
    *(0.6102723, 0.17637432, 0.38962376),
    *(0.3735156, 0.6306771, 0.19141042),
    *(0.34370267, 0.7677151, 0.4024818),
)

# Past this a number says nothing about a matrix and only overflows.
LARGEST: Final = 1e6

# Panels that fit on a page side by side.
MOST_MEMBERS: Final = 16

# What a comparison varies, and the groups of controls that a link can hide.
VARIATIONS: Final = ("starts", "optimisers", "learning_rates", "targets")
GROUPS: Final = ("matrix", "start", "optimiser", "run", "comparison", "survey")

# Target spectra by name, for n eigenvalues.
TARGETS: Final[dict[str, Callable[[int], tuple[float, ...]]]] = {
    "All ones": lambda n: (1.0,) * n,
    "1 … n": lambda n: tuple(float(k + 1) for k in range(n)),
    "Evenly from −1 to 1": lambda n: tuple(np.linspace(-1, 1, n).round(4).tolist()),
    "Two clusters": lambda n: (0.0,) * (n // 2) + (2.0,) * (n - n // 2),
}


class Range(NamedTuple):
    """A number between these, whole if they are."""

    low: Any
    high: Any


# What each field may be, and each item of a list.
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "structure": tuple(STRUCTURES),
    "distribution": (*DISTRIBUTIONS, "explicit"),
    "optimiser": tuple(OPTIMISERS),
    "dtype": DTYPES,
    "convention": CONVENTIONS,
    "log_x": ("no", "yes"),
    "vary": VARIATIONS,
    "optimisers": tuple(OPTIMISERS),
    "hide": GROUPS,
}
RANGES: Final[dict[str, Range]] = {
    "n": Range(2, 12),
    "target": Range(-LARGEST, LARGEST),
    "seed": Range(0, 2**31 - 1),
    "low": Range(-1000.0, 1000.0),
    "high": Range(-1000.0, 1000.0),
    "start": Range(-LARGEST, LARGEST),
    "tolerance": Range(0.0, 1.0),
    "max_steps": Range(0, 200_000),
    "steps_per_frame": Range(1, 2000),
    "k": Range(0, 11),
    "members": Range(1, MOST_MEMBERS),
    "learning_rates": Range(1e-8, 1000.0),
    "targets": Range(-LARGEST, LARGEST),
    "starts": Range(1, 1024),
    "matrix": Range(-LARGEST, LARGEST),
    "row": Range(0, 11),
    "column": Range(0, 11),
    "reach": Range(0.01, 100.0),
    "parameter": Range(0, 77),
}
LISTS: Final = ("target", "start", "optimisers", "learning_rates", "targets", "hide", "matrix")


def in_domain(name: str, value: Any) -> Any:
    """The value of a field, an item of a list, as a plain string or number.

    Raises:
        TypeError: it is of the wrong kind.
        ValueError: it is outside of what the field may be.
    """
    if name in CHOICES:
        if value not in CHOICES[name]:
            raise ValueError(f"{name} must be one of {', '.join(CHOICES[name])}; got {value!r}")
        return str(value)
    low, high = RANGES[name]
    whole = isinstance(low, int)
    number = "a whole number from" if whole else "a number from"
    sentence = f"{name} must be {number} {low:.10g} to {high:.10g}; got {value!r}"
    kind = numbers.Integral if whole else numbers.Real
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(sentence)
    plain: Any = int(value) if whole else float(value)  # pyright: ignore[reportArgumentType]
    if not low <= plain <= high:
        raise ValueError(sentence)
    return plain
