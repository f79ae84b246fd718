"""What charts over the steps of a run share: curves, levels, the axis of the steps, a cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from eigfit.figures.style import GREY
from eigfit.results.schedule import kept

# Points of a line while the step doubles: more than can be told apart where there are few lines,
# and with many as few as all lines together can be drawn with in the time of a frame.
AN_OCTAVE: Final = 64
FEWEST_AN_OCTAVE: Final = 8
LINES_AT_BEST: Final = 12

# A logarithmic axis has no place for step 0; it is drawn here and labelled 0.
PLACE_OF_ZERO: Final = 0.49  # which is also rounded to 0
LOWEST_LOSS: Final = 1e-32
# Beyond so many times what a run began with nothing is to be learned: on a logarithmic axis of the
# loss, and on an even one.
FAR: Final = 1e3
OUTSIDE: Final = 20.0
FEW_STEPS: Final = 7  # up to here each has its tick
MOST_DECADES: Final = 7  # of a logarithmic axis that each have their tick
MOST_WITHIN: Final = 6  # ticks of an axis within a decade
MARGINS: Final = 1.12  # what Plotly draws of such an axis, by what its curve takes of it


def curve(
    steps: np.ndarray, values: np.ndarray, name: str, colour: str, log_x: bool
) -> dict[str, Any]:
    """The trace of a quantity over steps."""
    return {
        "type": "scatter",
        "x": places(steps, log_x),
        "y": values,
        "customdata": steps,
        "mode": "lines+markers" if len(steps) < 3 else "lines",
        "line": {"color": colour, "width": 2.5, "simplify": False},
        "hovertemplate": f"{name} = %{{y:.6g}}<br>step %{{customdata:,}}<extra></extra>",
        "name": name,
        "showlegend": False,
    }


def level(
    last: int,
    value: float,
    name: str,
    log_x: bool,
    former: Sequence[tuple[int, float]] = (),
) -> dict[str, Any]:
    """A dashed line at that value over all steps to the last.

    Args:
        last: the step.
        value: where it ends.
        name: of what it shows.
        log_x: whether the steps run logarithmically.
        former: where it ran before, each value with the step at which it was left.
    """
    bends = [step for step, _ in former for _ in range(2)]
    values = [value for _, value in former for _ in range(2)]
    return {
        "type": "scatter",
        "x": places(np.array([0, *bends, max(last, 1)]), log_x),
        "y": [*values, value, value],
        "mode": "lines",
        "line": {"color": GREY, "width": 1.5, "dash": "dash"},
        "hovertemplate": f"{name} %{{y:.6g}}<extra></extra>",
        "name": name,
        "showlegend": False,
    }


def levels(
    last: int,
    target: Sequence[float],
    former: Sequence[tuple[int, Sequence[float]]],
    log_x: bool,
) -> list[dict[str, Any]]:
    """Dashed lines at the targets, each once, which bend where a target was moved.

    Args:
        last: the step to which they run.
        target: what is asked for.
        former: what was asked for before, each with the step at which it was given up.
        log_x: whether the steps run logarithmically.
    """
    rows = [*(sorted(values) for _, values in former), sorted(target)]
    ends = [step for step, _ in former]
    return [
        level(last, value, "target", log_x, list(zip(ends, before, strict=True)))
        for *before, value in dict.fromkeys(zip(*rows, strict=True))
    ]


def step_axis(last: int, log_x: bool) -> dict[str, Any]:
    """The axis of the steps up to the last."""
    if not log_x:
        ticks = {"dtick": 1} if last < FEW_STEPS else {"nticks": FEW_STEPS}
        linear = {"type": "linear", "tickformat": ",d", "rangemode": "nonnegative"}
        return linear | ticks | {"uirevision": "linear"}
    decades = 10.0 ** np.arange(int(np.log10(max(last, 1))) + 1)
    return {
        "type": "log",
        "tickvals": [PLACE_OF_ZERO, *decades],
        "ticktext": ["0", *(f"{decade:,.0f}" for decade in decades)],
        "uirevision": "log",
    }


def loss_axis(losses: np.ndarray, tolerance: float, log_y: bool = True) -> dict[str, Any]:
    """The axis of losses and their tolerance: a logarithmic one has some seven ticks.

    It ends where a diverging run has left what it began with far behind.
    """
    highest = FAR * max(float(losses[0].max()), LOWEST_LOSS)
    cut = {"autorangeoptions": {"clipmax": highest}} if losses.max() > highest else {}
    if not log_y:
        return {"type": "linear", "rangemode": "tozero", "uirevision": "linear"} | cut
    lowest = min(float(losses.min()), tolerance or highest)
    if cut:  # else Plotly would leave room below in proportion to what is cut off above
        floor = max(lowest, LOWEST_LOSS) / 10
        cut = {"autorangeoptions": {"clipmin": floor, "clipmax": highest}}
    upmost = max(min(float(losses.max()), highest), tolerance)
    span = np.log10(max(upmost, LOWEST_LOSS)) - np.log10(max(lowest, LOWEST_LOSS))
    # Plotly chooses, as one may zoom to within a decade, where there may be no power of ten.
    ticks = min(int(np.ceil(MARGINS * span)), MOST_DECADES) if span > 1 else MOST_WITHIN
    powers = {"exponentformat": "power", "nticks": ticks, "uirevision": "log"}
    return {"type": "log"} | powers | cut


def window(ordinary: np.ndarray) -> float:
    """How far from 0 an even axis reaches at most, around values of an ordinary size."""
    return OUTSIDE * max(float(np.abs(ordinary).max()), 1.0)


def drawn_losses(losses: np.ndarray) -> np.ndarray:
    """Losses with a place on the axis: an exact hit is drawn far below any tolerance."""
    return np.maximum(losses, LOWEST_LOSS)


def cursor_line(cursor: int | None, log_x: bool, panel: str = "") -> list[dict[str, Any]]:
    """The mark at a step, if there is one, as shapes of the panel of that number."""
    if cursor is None:
        return []
    place = float(places(np.array([cursor]), log_x)[0])
    ends = {"x0": place, "x1": place, "y0": 0, "y1": 1}
    axes = {"xref": f"x{panel}", "yref": f"y{panel} domain"}
    return [{"type": "line", "line": {"color": GREY, "width": 1}, **axes, **ends}]


def places(steps: np.ndarray, log_x: bool) -> np.ndarray:
    """Where steps stand on their axis."""
    return np.where(steps == 0, PLACE_OF_ZERO, steps) if log_x else steps


def an_octave(lines: int) -> int:
    """Points of each of so many lines of one chart while the step doubles, a power of two."""
    share = min(1.0, LINES_AT_BEST / max(lines, 1))
    return max(FEWEST_AN_OCTAVE, int(AN_OCTAVE * 2.0 ** np.floor(np.log2(share))))


def thinned(numbers: np.ndarray, an_octave: int = AN_OCTAVE) -> np.ndarray:
    """Indices of the steps that are drawn: those of a fixed schedule, and the last.

    Args:
        numbers: of the steps there are, ascending.
        an_octave: so many while the step doubles.
    """
    drawn = kept(numbers, an_octave)
    drawn[-1] = True
    return np.flatnonzero(drawn)


def settled(numbers: np.ndarray) -> int:
    """The last step whose point, once drawn, stays, in whatever chart; 0 if there is none."""
    return int(numbers[kept(numbers, FEWEST_AN_OCTAVE)][-1:].sum())
