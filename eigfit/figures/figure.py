"""A figure as plain data, and what of it a browser does not have yet.

Plotly's own figures check every number they are given, which takes ten times as long as all the
rest of a frame.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import orjson
import plotly.graph_objects as go


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
    """Compact JSON of plain values and NumPy arrays; null for what is no finite number.

    Raises:
        TypeError: something else.
    """
    return orjson.dumps(value, default=_plain, option=orjson.OPT_SERIALIZE_NUMPY).decode()


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
    """What orjson does not write by itself: arrays that do not lie in one piece, or of texts."""
    if not isinstance(value, np.ndarray):
        raise TypeError(f"{type(value).__name__} has no place in a chart")
    return value.tolist() if value.flags.c_contiguous else value.copy()
