"""Several starts on their way to one target, drawn side by side when all have ended."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from eigfit.figures import words
from eigfit.figures.figure import Figure
from eigfit.figures.steps import an_octave, curve, level, step_axis, thinned
from eigfit.figures.style import AXIS, SUBSCRIPTS, quiet, ramp

HEIGHT: Final = 230


def side_by_side(numbers: np.ndarray, eigenvalues: np.ndarray, target: tuple[float, ...]) -> Figure:
    """The eigenvalues of each start over steps, all on the same axes.

    Args:
        numbers: of the steps, shape [T].
        eigenvalues: shape [T, B, n].
        target: of all starts.
    """
    starts, n = eigenvalues.shape[1:]
    shown, last = thinned(numbers, an_octave(starts * n)), int(numbers[-1])
    traces, headings, axes = [], [], {}
    for start in range(starts):
        panel = str(start + 1) if start else ""
        drawn = [level(last, value, "target", False) for value in sorted(set(target))]
        for k, colour in enumerate(ramp(n)):
            name = f"λ{k}".translate(SUBSCRIPTS)
            values = eigenvalues[shown, start, k]
            drawn.append(curve(numbers[shown], values, name, colour, False))
        traces += [line | {"xaxis": f"x{panel}", "yaxis": f"y{panel}"} for line in drawn]
        headings.append(_heading(f"Start {start + 1}", panel))
        alike = {"x": {"matches": "x"}, "y": {"matches": "y"}} if start else {"x": {}, "y": {}}
        x = step_axis(last, False) | {"nticks": 3, "tickangle": 0}
        axes[f"xaxis{panel}"] = AXIS | x | alike["x"]
        axes[f"yaxis{panel}"] = AXIS | alike["y"]
    figure = quiet(
        traces,
        HEIGHT,
        axes.pop("xaxis"),
        axes.pop("yaxis"),
        **axes,
        grid={"rows": 1, "columns": starts, "pattern": "independent", "ygap": 0.4},
        margin={"l": 36, "r": 18, "t": 26, "b": 24},
        annotations=headings,
        hovermode="closest",
    )
    ends = "; ".join(words.listed(values) for values in eigenvalues[-1])
    said = f"Eigenvalues of {starts} starts bend to the targets; after {last:,} steps: {ends}."
    return figure._replace(words=said)


def _heading(text: str, panel: str) -> dict[str, Any]:
    axes = {"xref": f"x{panel} domain", "yref": f"y{panel} domain"}
    place = {"x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "showarrow": False}
    return axes | place | {"text": text, "font": {"size": 12}}
