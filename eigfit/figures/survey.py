"""What many starts have in common: when they converged, and how many had by which step."""

from __future__ import annotations

from typing import Final

import numpy as np

from eigfit.figures import words
from eigfit.figures.figure import Figure
from eigfit.figures.style import RAMP, quiet

HEIGHT: Final = 280
BINS: Final = 40


def histogram(steps: np.ndarray) -> Figure:
    """How many starts converged in how many steps.

    Args:
        steps: of the starts that have converged, ascending.
    """
    counts, edges = np.histogram(steps, bins=min(BINS, max(len(np.unique(steps)), 1)))
    bars = {
        "type": "bar",
        "x": (edges[1:] + edges[:-1]) / 2,
        "y": counts,
        "width": np.diff(edges),
        "marker": {"color": RAMP[0], "line": {"width": 0}},
        "customdata": np.column_stack([edges[:-1], edges[1:]]),
        "hovertemplate": (
            "%{y} starts<br>%{customdata[0]:,.0f} to %{customdata[1]:,.0f} steps<extra></extra>"
        ),
    }
    x = {"title": {"text": "steps to convergence", "standoff": 4}, "tickformat": ",d", "nticks": 7}
    y = {"title": {"text": "starts", "standoff": 4}}
    figure = quiet([bars], HEIGHT, x, y, bargap=0.05)
    return figure._replace(words=words.of_converged(steps))


def convergence_curve(steps: np.ndarray, ended: int) -> Figure:
    """The share of all starts that had converged by each step.

    Args:
        steps: of the starts that have converged, ascending.
        ended: how many starts have ended, in whatever way.
    """
    numbers = np.unique(steps)
    counts = np.searchsorted(steps, numbers, side="right")
    shares = 100 * counts / max(ended, 1)
    line = {
        "type": "scatter",
        "x": np.concatenate([[0], numbers]),
        "y": np.concatenate([[0], shares]),
        "line": {"color": RAMP[0], "width": 2.5, "shape": "hv"},
        "mode": "lines",
        "hovertemplate": "%{y:.1f} % by step %{x:,}<extra></extra>",
    }
    x = {"title": {"text": "step", "standoff": 4}, "tickformat": ",d", "nticks": 7}
    y = {"title": {"text": "converged", "standoff": 4}, "range": [0, 103], "ticksuffix": " %"}
    return quiet([line], HEIGHT, x, y)._replace(words=words.of_converged(steps))
