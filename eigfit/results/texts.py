"""A matrix as text to take away: exact in its precision, so that its eigenvalues come along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np


def as_numpy(A: np.ndarray) -> str:
    """A Python expression, a row a line: `np.array([[1.0, 0.5],⏎ [0.5, 2.0]])`."""
    rows = (f"[{', '.join(row)}]" for row in _entries(A))
    return f"np.array([{(',' + chr(10) + 10 * ' ').join(rows)}])"


def as_latex(A: np.ndarray) -> str:
    """A matrix in parentheses, for mathematics mode; of any size, as those of amsmath end at 10."""
    rows = " \\\\\n".join(" & ".join(map(_in_latex, row)) for row in _entries(A))
    columns = "r" * A.shape[1]
    return f"\\left(\\begin{{array}}{{{columns}}}\n{rows}\n\\end{{array}}\\right)"


def as_csv(A: np.ndarray) -> str:
    """A row a line, entries separated by commas, without a head."""
    return "\n".join(map(",".join, _entries(A)))


def _entries(A: np.ndarray) -> list[list[str]]:
    """Each entry with as many digits as its precision needs to be read back the same."""
    return [list(map(str, row)) for row in A]


def _in_latex(entry: str) -> str:
    digits, _, exponent = entry.partition("e")
    return f"{digits} \\cdot 10^{{{int(exponent)}}}" if exponent else digits


FORMATS: Final[dict[str, Callable[[np.ndarray], str]]] = {
    "NumPy": as_numpy,
    "LaTeX": as_latex,
    "CSV": as_csv,
}
