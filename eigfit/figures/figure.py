"""A figure as plain data, and what of it a browser does not have yet.

Plotly's own figures check every number they are given, which takes ten times as long as all the
rest of a frame.
"""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

import numpy as np
import plotly.graph_objects as go

DIGITS: Final = 8  # written of a number: more than a chart or its tooltip shows


class Figure(NamedTuple):
    """What Plotly draws, traces over one layout, and what is seen there in words.

    The points of a trace with `customdata` belong to the steps in it, ascending.
    """

    traces: list[dict[str, Any]]
    layout: dict[str, Any]
    words: str = ""

    def plotly(self) -> go.Figure:
        """Plotly's own figure of it, checked."""
        return go.Figure(self.traces, self.layout | {"template": "none"})

    def after(self, step: int) -> Figure:
        """The same without the points of that step and of those before."""
        return self._replace(traces=[_after(trace, step) for trace in self.traces])

    def without(self, known: Figure) -> Figure:
        """What differs from a figure that is known; its own traces in its own order.

        A trace's points are left as they are.
        """
        before = [*known.traces, *({} for _ in self.traces[len(known.traces) :])]
        pairs = zip(self.traces, before, strict=False)
        traces = [_without(trace, other) for trace, other in pairs]
        return Figure(traces, _without(self.layout, known.layout), self.words)


def as_json(value: Any) -> str:
    """Compact JSON of plain values, NumPy arrays and figures; null where an array has no number.

    Raises:
        ValueError: a number outside of an array is not finite.
    """
    return json.dumps(value, default=_plain, separators=(",", ":"), allow_nan=False)


def _after(trace: dict[str, Any], step: int) -> dict[str, Any]:
    steps = trace.get("customdata")
    if not isinstance(steps, np.ndarray) or steps.ndim != 1:
        return trace
    first = int(np.searchsorted(steps, step, side="right"))
    return trace | {name: trace[name][first:] for name in ("x", "y", "customdata")}


def _without(whole: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if not _same(value, known.get(name))}


def _same(value: Any, known: Any) -> bool:
    if isinstance(value, np.ndarray) or isinstance(known, np.ndarray):
        return False  # points, which move
    return value == known


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f":
            value = _rounded(value)
            finite = np.isfinite(value)
            value = value if finite.all() else np.where(finite, value, None)
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no place in a chart")


def _rounded(values: np.ndarray) -> np.ndarray:
    """The numbers to `DIGITS` significant digits."""
    size = np.abs(values)
    exponent = np.floor(np.log10(size, out=np.zeros_like(size), where=size > 0))
    unit = 10.0 ** (DIGITS - 1 - np.clip(exponent, -290, 290))  # both stay within float64
    return np.where(exponent < 290, np.round(values * unit) / unit, values)
