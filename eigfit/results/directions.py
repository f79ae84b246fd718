"""Directions of the parameters in words: what the data cannot tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

# A share of the largest coefficient below which a parameter has no part in a direction.
NOTHING: Final = 1e-6


def undetermined(null_space: np.ndarray, names: Sequence[str]) -> list[str]:
    """Sums of parameters such as "O₂⁰ + 0.3 O₄⁰" that the data do not tell.

    They span the null space and are as short as elimination makes them.

    Args:
        null_space: columns [p, k].
        names: of the p parameters.
    """
    return [in_words(direction, names) for direction in _reduced(null_space.T)]


def in_words(direction: np.ndarray, names: Sequence[str]) -> str:
    """Σ d_k r_k with the names of the parameters, the first coefficient that counts made 1."""
    counts = np.abs(direction) > NOTHING * np.abs(direction).max(initial=0.0)
    places = np.flatnonzero(counts)
    if not len(places):
        return "nothing"
    told = ""
    for place in places.tolist():
        share = direction[place] / direction[places[0]]
        size = "" if abs(abs(share) - 1) < NOTHING else f"{abs(share):.3g} "
        sign = "−" if share < 0 else "+"
        told += f" {sign} {size}{names[place]}" if told else f"{size}{names[place]}"
    return told


def _reduced(rows: np.ndarray) -> np.ndarray:
    """The reduced echelon form: each row alone has the parameter of its pivot."""
    rows = rows.copy()
    for i in range(len(rows)):
        pivot = int(np.argmax(np.abs(rows[i:]).max(axis=0)))
        best = i + int(np.argmax(np.abs(rows[i:, pivot])))
        rows[[i, best]] = rows[[best, i]]
        rows[i] /= rows[i, pivot]
        others = np.arange(len(rows)) != i
        rows[others] -= rows[others, pivot, None] * rows[i]
    return rows
