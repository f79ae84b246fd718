"""Charts over the steps of a run: the eigenvalues and the loss."""

from __future__ import annotations

from typing import Final

import numpy as np
import plotly.graph_objects as go

from eigfit.figures.style import GREY, RAMP, SUBSCRIPTS, quiet, ramp
from eigfit.history import History

HEIGHT: Final = 320
MOST_POINTS: Final = 400  # more than a chart has pixels to show, few enough to stay fluid

# A logarithmic axis has no place for step 0; it is drawn here and labelled 0.
PLACE_OF_ZERO: Final = 0.5


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
    figure = go.Figure()
    ends = _places(np.array([0, max(history.last.number, 1)]), log_x)
    for value in sorted(set(target)):
        figure.add_scatter(
            x=ends,
            y=[value, value],
            mode="lines",
            line={"color": GREY, "width": 1.5, "dash": "dash"},
            hovertemplate=f"target {value:.6g}<extra></extra>",
            name="target",
        )
    for k, colour in enumerate(ramp(eigenvalues.shape[1])):
        name = f"λ{k}".translate(SUBSCRIPTS)
        figure.add_scatter(
            x=_places(steps, log_x),
            y=eigenvalues[:, k],
            customdata=steps,
            mode="lines+markers" if len(steps) < 3 else "lines",
            line={"color": colour, "width": 2.5},
            hovertemplate=f"{name} = %{{y:.6g}}<br>step %{{customdata:,}}<extra></extra>",
            name=name,
        )
    return _over_steps(figure, history, cursor, log_x)


def loss(
    history: History, tolerance: float, *, cursor: int | None = None, log_x: bool = False
) -> go.Figure:
    """The loss over steps on a logarithmic axis, with the tolerance as a dashed line."""
    shown = _shown(len(history), log_x)
    steps = history.numbers[shown]
    # Zero has no place on the axis: an exact hit is drawn at the smallest normal number's scale.
    losses = np.maximum(history.losses[shown], 1e-32)
    figure = go.Figure()
    if tolerance > 0:
        figure.add_scatter(
            x=_places(np.array([0, max(history.last.number, 1)]), log_x),
            y=[tolerance, tolerance],
            mode="lines",
            line={"color": GREY, "width": 1.5, "dash": "dash"},
            hovertemplate="tolerance %{y:.3g}<extra></extra>",
            name="tolerance",
        )
    figure.add_scatter(
        x=_places(steps, log_x),
        y=losses,
        customdata=steps,
        mode="lines+markers" if len(steps) < 3 else "lines",
        line={"color": RAMP[0], "width": 2.5},
        hovertemplate="loss %{y:.4g}<br>step %{customdata:,}<extra></extra>",
        name="loss",
    )
    _over_steps(figure, history, cursor, log_x)
    return figure.update_yaxes(type="log", exponentformat="power", dtick=_decades(losses))


def _over_steps(figure: go.Figure, history: History, cursor: int | None, log_x: bool) -> go.Figure:
    if cursor is not None:
        place = _places(np.array([cursor]), log_x)[0]
        figure.add_shape(
            type="line",
            x0=place,
            x1=place,
            y0=0,
            y1=1,
            yref="paper",
            line={"color": GREY, "width": 1},
        )
    quiet(figure, HEIGHT, showlegend=False, hovermode="closest")
    if log_x:
        decades = 10.0 ** np.arange(int(np.log10(max(history.last.number, 1))) + 1)
        figure.update_xaxes(
            type="log",
            tickvals=[PLACE_OF_ZERO, *decades],
            ticktext=["0", *(f"{decade:,.0f}" for decade in decades)],
            uirevision="log",
        )
    else:
        figure.update_xaxes(type="linear", tickformat=",d", nticks=7, uirevision="linear")
    return figure.update_xaxes(title={"text": "step", "standoff": 4})


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
