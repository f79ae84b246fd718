"""Text tables, and numbers as wide as their errors allow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

NUMERIC: Final = frozenset("0123456789+-.e−±×∞")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns under their heads, numbers to the right and words to the left."""
    cells = [list(head), *map(list, rows)]
    widths = [max(len(row[k]) for row in cells) for k in range(len(head))]
    right = [all(set(row[k]) <= NUMERIC | {" ", ","} for row in rows) for k in range(len(head))]
    lines = []
    for row in cells:
        padded = [
            text.rjust(width) if number else text.ljust(width)
            for text, width, number in zip(row, widths, right, strict=True)
        ]
        lines.append("  " + "  ".join(padded).rstrip())
    return "\n".join(lines)


def number(value: float, digits: int = 10) -> str:
    """A number with so many digits at most."""
    if not np.isfinite(value):
        return "−" if np.isnan(value) else "∞" if value > 0 else "-∞"
    return f"{value + 0.0:.{digits}g}"


def measured(value: float, error: float) -> tuple[str, str]:
    """A value and its standard error, both to the error's second digit."""
    if not (np.isfinite(error) and error > 0 and abs(value) < 1e15 * error):
        return number(value), number(error, 2)
    decimals = 1 - math.floor(math.log10(error))
    if 0 < decimals <= 15 and abs(value) < 1e9:
        return f"{value + 0.0:.{decimals}f}", f"{error:.{decimals}f}"
    if decimals <= 0 and abs(value) < 1e9:
        return f"{round(value, decimals):.0f}", f"{round(error, decimals):.0f}"
    return number(value), number(error, 2)
