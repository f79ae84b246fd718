"""Charts over the steps of a run: the eigenvalues and the loss."""

from __future__ import annotations

from typing import Any, Final

from eigfit.figures.figure import Figure
from eigfit.figures.steps import (
    cursor_line,
    curve,
    drawn_losses,
    level,
    loss_axis,
    step_axis,
    thinned,
)
from eigfit.figures.style import RAMP, SUBSCRIPTS, quiet, ramp
from eigfit.results.history import History

HEIGHT: Final = 320


def spectrum(
    history: History,
    target: tuple[float, ...],
    *,
    cursor: int | None = None,
    log_x: bool = False,
) -> Figure:
    """Eigenvalues over steps, one line each, with the target as dashed lines.

    Args:
        history: of a single start.
        target: the eigenvalues asked for.
        cursor: the step to mark, if any.
        log_x: whether the steps run logarithmically.
    """
    shown = thinned(history.numbers)
    steps, eigenvalues = history.numbers[shown], history.eigenvalues[shown]
    traces = [level(history.last.number, value, "target", log_x) for value in sorted(set(target))]
    for k, colour in enumerate(ramp(eigenvalues.shape[1])):
        name = f"λ{k}".translate(SUBSCRIPTS)
        traces.append(curve(steps, eigenvalues[:, k], name, colour, log_x))
    return _over_steps(traces, history, cursor, log_x, {})


def loss(
    history: History, tolerance: float, *, cursor: int | None = None, log_x: bool = False
) -> Figure:
    """The loss over steps on a logarithmic axis, with the tolerance as a dashed line."""
    shown = thinned(history.numbers)
    losses = drawn_losses(history.losses[shown])
    traces = [level(history.last.number, tolerance, "tolerance", log_x)] if tolerance > 0 else []
    traces.append(curve(history.numbers[shown], losses, "loss", RAMP[0], log_x))
    return _over_steps(traces, history, cursor, log_x, loss_axis(losses))


def _over_steps(
    traces: list[dict[str, Any]],
    history: History,
    cursor: int | None,
    log_x: bool,
    y: dict[str, Any],
) -> Figure:
    x = step_axis(history.last.number, log_x) | {"title": {"text": "step", "standoff": 4}}
    shapes = cursor_line(cursor, log_x)
    return quiet(traces, HEIGHT, x, y, hovermode="closest", shapes=shapes)
