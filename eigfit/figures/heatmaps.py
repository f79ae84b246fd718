"""Matrices as heatmaps: sign by colour on a fixed symmetric scale, values written in the cells."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from eigfit.figures import words
from eigfit.figures.figure import Figure
from eigfit.figures.style import DIVERGING, SUBSCRIPTS, quiet, scale
from eigfit.results.convention import Convention
from eigfit.results.step import Step

HEIGHT: Final = 300
LARGEST_N_WITH_VALUES: Final = 8
LARGEST_WRITTEN_OUT: Final = 1000.0
COMPARABLE: Final = 1000.0  # times the limit, to which colours stay comparable from step to step
SHADES: Final = 24  # on either side of zero, where a matrix is drawn without Plotly


def matrix(step: Step, limit: float) -> Figure:
    """The matrix A of a step; colours run from −limit to limit, as a bar beside it says.

    Where a diverging run has left the limit far behind, they run to its largest entry instead.
    """
    largest = float(np.abs(step.matrix).max())
    return _heatmap(step.matrix, limit if largest <= COMPARABLE * limit else largest, "A", bar=True)


def gradient(step: Step, k: int, convention: Convention) -> Figure:
    """dλ_k/dA of a step; no entry of it can leave [−1, 1]."""
    name = f"∂λ{k}/∂A".translate(SUBSCRIPTS)
    return _heatmap(step.sensitivity(k, convention), 1.0, name)


def plain(values: np.ndarray, name: str, scale: np.ndarray | None = None) -> Figure:
    """Any matrix, its colours running to the largest entry of its own, or of another one."""
    return _heatmap(
        values, float(max(np.abs(values if scale is None else scale).max(), 1e-12)), name
    )


def colour_limit(matrix: np.ndarray, target: tuple[float, ...]) -> float:
    """Where the colours of A end, from a run's first matrix and its target."""
    return float(max(np.abs(matrix).max(), np.abs(target).max(), 1e-6))


def shades() -> list[str]:
    """The colours that `shaded` counts, from the lowest to the highest."""
    return [scale(DIVERGING, i / (2 * SHADES)) for i in range(2 * SHADES + 1)]


def shaded(matrices: np.ndarray, limit: float) -> np.ndarray:
    """Matrices as numbers of colours, those beyond the limits as the last ones.

    Args:
        matrices: shape [..., n, n].
        limit: colours run from −limit to limit.

    Returns:
        Whole numbers that count `shades` from 0, shape [..., n, n].
    """
    within = np.clip(matrices / limit, -1, 1)
    return np.rint(SHADES * within).astype(int) + SHADES


def _heatmap(values: np.ndarray, limit: float, name: str, bar: bool = False) -> Figure:
    n = len(values)
    largest = float(np.abs(values).max())
    digits = ".1e" if largest >= LARGEST_WRITTEN_OUT else ".3f" if n <= 5 else ".2f"
    written = n <= LARGEST_N_WITH_VALUES
    trace = {
        "type": "heatmap",
        "z": values,
        "zmin": -limit,
        "zmax": limit,
        "colorscale": DIVERGING,
        "xgap": 2,
        "ygap": 2,
        "texttemplate": f"%{{z:{digits}}}" if written else None,
        "textfont": {"size": 15 if n <= 4 else 12},
        "hovertemplate": f"{name}[%{{y}}, %{{x}}] = %{{z:.6g}}<extra></extra>",
        "showscale": bar or not written,  # written values say more, and draw faster
        "colorbar": {"thickness": 10, "outlinewidth": 0, "nticks": 5, "xpad": 6},
    }
    ticks: dict[str, Any] = {
        "tickvals": list(range(n)),
        "ticks": "",
        "showgrid": False,
        "constrain": "domain",
    }
    rows = ticks | {"autorange": "reversed", "scaleanchor": "x"}
    margin = {"l": 24, "r": 8, "t": 24, "b": 8}
    figure = quiet([trace], HEIGHT, ticks | {"side": "top"}, rows, margin=margin)
    return figure._replace(words=words.of_matrix(name, values))
