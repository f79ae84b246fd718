"""Eigenvalues along a path of matrices, with what their derivatives predict."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from eigfit.figures import words
from eigfit.figures.figure import Figure
from eigfit.figures.style import GREY, SUBSCRIPTS, quiet, ramp

HEIGHT: Final = 380


def path(s: np.ndarray, eigenvalues: np.ndarray, first: np.ndarray, second: np.ndarray) -> Figure:
    """Eigenvalues of A + s E, with first- and second-order predictions from s = 0.

    Args:
        s: how far, shape [S].
        eigenvalues: shape [S, n].
        first: the tangents, shape [S, n]; NaN where there is none.
        second: the parabolas, likewise.
    """
    low, high = float(eigenvalues.min()), float(eigenvalues.max())
    margin = 0.15 * max(high - low, 1e-12)
    traces = []
    for k, colour in enumerate(ramp(eigenvalues.shape[1])):
        name = f"λ{k}".translate(SUBSCRIPTS)
        traces += [
            _line(s, first[:, k], f"{name}, first order", colour, "dot", 1.2),
            _line(s, second[:, k], f"{name}, second order", colour, "dash", 1.2),
            _line(s, eigenvalues[:, k], name, colour, "solid", 2.5),
        ]
    here = {"x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "y domain"}
    figure = quiet(
        traces,
        HEIGHT,
        {"title": {"text": "s", "standoff": 4}},
        {"range": [low - margin, high + margin]},
        hovermode="closest",
        shapes=[{"type": "line", "line": {"color": GREY, "width": 1}, **here}],
    )
    return figure._replace(words=words.of_path(s, eigenvalues))


def _line(
    s: np.ndarray, values: np.ndarray, name: str, colour: str, dash: str, width: float
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": s,
        "y": values,
        "mode": "lines",
        "line": {"color": colour, "width": width, "dash": dash},
        "hovertemplate": f"{name} = %{{y:.6g}}<br>s = %{{x:.4g}}<extra></extra>",
        "name": name,
    }
