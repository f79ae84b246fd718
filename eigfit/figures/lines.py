"""Charts over the steps of a run: the eigenvalues and the loss."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from eigfit.figures.style import GREY, RAMP, SUBSCRIPTS, quiet, ramp
from eigfit.history import History

HEIGHT: Final = 320
MOST_POINTS: Final = 400  # more than a chart has pixels to show, few enough to stay fluid

# A logarithmic axis has no place for step 0; it is drawn here and labelled 0.
PLACE_OF_ZERO: Final = 0.5
LOWEST_LOSS: Final = 1e-32


def spectrum(
    history: History,
    target: tuple[float, ...],
    *,
    cursor: int | None = None,
    log_x: bool = False,
) -> go.Figure:
    """Eigenvalues over steps, one line each, with the target as dashed lines.

    Args:
        history: of a single start.
        target: the eigenvalues asked for.
        cursor: the step to mark, if any.
        log_x: whether the steps run logarithmically.
    """
    shown = _shown(len(history), log_x)
    steps, eigenvalues = history.numbers[shown], history.eigenvalues[shown]
    traces = [_level(history, value, "target", log_x) for value in sorted(set(target))]
    for k, colour in enumerate(ramp(eigenvalues.shape[1])):
        name = f"λ{k}".translate(SUBSCRIPTS)
        traces.append(_curve(steps, eigenvalues[:, k], name, colour, log_x))
    return _over_steps(traces, history, cursor, log_x, {})


def loss(
    history: History, tolerance: float, *, cursor: int | None = None, log_x: bool = False
) -> go.Figure:
    """The loss over steps on a logarithmic axis, with the tolerance as a dashed line."""
    shown = _shown(len(history), log_x)
    # Zero has no place on the axis: an exact hit is drawn far below any tolerance.
    losses = np.maximum(history.losses[shown], LOWEST_LOSS)
    traces = [_level(history, tolerance, "tolerance", log_x)] if tolerance > 0 else []
    traces.append(_curve(history.numbers[shown], losses, "loss", RAMP[0], log_x))
    logarithmic = {"type": "log", "exponentformat": "power", "dtick": _decades(losses)}
    return _over_steps(traces, history, cursor, log_x, logarithmic)


def _curve(
    steps: np.ndarray, values: np.ndarray, name: str, colour: str, log_x: bool
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": _places(steps, log_x),
        "y": values,
        "customdata": steps,
        "mode": "lines+markers" if len(steps) < 3 else "lines",
        "line": {"color": colour, "width": 2.5},
        "hovertemplate": f"{name} = %{{y:.6g}}<br>step %{{customdata:,}}<extra></extra>",
        "name": name,
    }


def _level(history: History, value: float, name: str, log_x: bool) -> dict[str, Any]:
    """A dashed line over all steps at that value."""
    return {
        "type": "scatter",
        "x": _places(np.array([0, max(history.last.number, 1)]), log_x),
        "y": [value, value],
        "mode": "lines",
        "line": {"color": GREY, "width": 1.5, "dash": "dash"},
        "hovertemplate": f"{name} {value:.6g}<extra></extra>",
        "name": name,
    }


def _over_steps(
    traces: list[dict[str, Any]],
    history: History,
    cursor: int | None,
    log_x: bool,
    y: dict[str, Any],
) -> go.Figure:
    x: dict[str, Any] = {"type": "linear", "tickformat": ",d", "nticks": 7, "uirevision": "linear"}
    if log_x:
        decades = 10.0 ** np.arange(int(np.log10(max(history.last.number, 1))) + 1)
        x = {
            "type": "log",
            "tickvals": [PLACE_OF_ZERO, *decades],
            "ticktext": ["0", *(f"{decade:,.0f}" for decade in decades)],
            "uirevision": "log",
        }
    x["title"] = {"text": "step", "standoff": 4}
    shapes = [] if cursor is None else [_cursor(float(_places(np.array([cursor]), log_x)[0]))]
    return quiet(traces, HEIGHT, x, y, hovermode="closest", shapes=shapes)


def _cursor(place: float) -> dict[str, Any]:
    ends = {"x0": place, "x1": place, "y0": 0, "y1": 1}
    return {"type": "line", "yref": "paper", "line": {"color": GREY, "width": 1}, **ends}


def _places(steps: np.ndarray, log_x: bool) -> np.ndarray:
    return np.where(steps == 0, PLACE_OF_ZERO, steps) if log_x else steps


def _shown(length: int, log_x: bool) -> np.ndarray:
    """Indices of at most MOST_POINTS steps, even on the axis, first and last among them."""
    if length <= MOST_POINTS:
        return np.arange(length)
    spaced = np.geomspace(1, length, MOST_POINTS) if log_x else np.linspace(1, length, MOST_POINTS)
    return np.unique(spaced.round().astype(int) - 1)


def _decades(losses: np.ndarray) -> int:
    """Decades between two ticks, so that about six are written."""
    span = np.log10(losses.max()) - np.log10(losses.min())
    return max(1, int(np.ceil(span / 6)))
