"""The landscape of a loss: on a plane with the way of the run, and for 2×2 matrices in space."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from eigfit.figures import words
from eigfit.figures.figure import Figure
from eigfit.figures.steps import LOWEST_LOSS
from eigfit.figures.style import GREY, GRID, RAMP, quiet
from eigfit.results.landscape import Landscape, Space

HEIGHT: Final = 460
MOST_DECADES: Final = 8.0  # of colours, below the highest loss on the plane
FEW_MEETINGS: Final = 24  # up to here they are points of their own, above they make lines
FAINTEST: Final = 0.12
DECIMALS: Final = 4  # of a drawn logarithm
DARK: Final = "#101418"
LIGHT: Final = "#ffffff"

# From dark blue to yellow, its lightness rising evenly: safe for colour-blind eyes.
# Source: Nuñez, Anderton and Renslow, "Optimizing colormaps with consideration for color vision
# deficiency" (2018).
CIVIDIS: Final = [
    [0.0, "#00204d"], [0.125, "#053371"], [0.25, "#3c4d6e"], [0.375, "#5a6270"],
    [0.5, "#7b7b7a"], [0.625, "#9b9477"], [0.75, "#bfaf6d"], [0.875, "#e2cb5c"], [1.0, "#fee838"],
]  # fmt: skip


def plane(seen: Landscape, numbers: np.ndarray, losses: np.ndarray) -> Figure:
    """The loss on the plane as colours and level lines, with the run's way over it.

    Args:
        seen: the landscape.
        numbers: of the steps of its way, shape [T].
        losses: at these steps, shape [T].
    """
    logs = np.log10(np.maximum(seen.losses, LOWEST_LOSS))
    high = float(logs.max())
    low = float(max(logs.min(), high - MOST_DECADES))
    high = max(high, low + 1e-3)
    ticks, written = _ticks(low, high)
    ground = {
        "type": "contour",
        "x": seen.x,
        "y": seen.y,
        "z": np.round(np.maximum(logs, low), DECIMALS),
        "zmin": low,
        "zmax": high,
        "colorscale": CIVIDIS,
        "ncontours": 16,
        "contours": {"coloring": "heatmap"},
        "line": {"width": 0.6, "color": "rgba(255, 255, 255, 0.35)"},
        "colorbar": {
            "thickness": 12, "outlinewidth": 0, "xpad": 6, "tickvals": ticks, "ticktext": written,
            "title": {"text": "loss", "side": "bottom"},
        },
        "customdata": _digits(seen.losses),
        "hovertemplate": "loss %{customdata:.3g}<extra></extra>",
    }  # fmt: skip
    traces = [ground]
    if len(seen.meetings):
        traces.append(_meetings(seen.meetings))
    traces += _way(seen, numbers, losses)
    x, y = ({"title": {"text": name, "standoff": 4}, "showgrid": False, "nticks": 7,
             "constrain": "domain", "range": [places[0], places[-1]], "zeroline": False}
            for name, places in zip(seen.plane.names, (seen.x, seen.y), strict=True))  # fmt: skip
    return quiet(
        traces,
        HEIGHT,
        x,
        y | {"scaleanchor": "x"},
        hovermode="closest",
        annotations=_names(seen),
        margin={"l": 52, "r": 8, "t": 10, "b": 42},
        # Another plane or another reach is another picture, whose zoom is its own.
        uirevision=repr((seen.plane.names, seen.reach)),
    )._replace(words=words.of_landscape(seen, numbers, losses))


def space(seen: Space, numbers: np.ndarray, losses: np.ndarray) -> Figure:
    """The space of all 2×2 matrices: the solutions, the axis of equal eigenvalues, and the way.

    Args:
        seen: the space.
        numbers: of the steps of its way, shape [T].
        losses: at these steps, shape [T].
    """
    tube = {
        "type": "surface",
        **dict(zip("xyz", np.moveaxis(_digits(seen.tube), -1, 0), strict=True)),
        "surfacecolor": np.zeros(seen.tube.shape[:2], dtype=int),
        "colorscale": [[0, RAMP[0]], [1, RAMP[0]]],
        "showscale": False,
        "opacity": 0.28,
        "hoverinfo": "skip",
    }
    middle = seen.solutions[0, 2]
    axis = np.array([[0, 0, middle - seen.reach], [0, 0, middle + seen.reach]])
    hover = "step %{customdata[0]:,}<br>loss %{customdata[1]:.3g}<extra></extra>"
    steps = {"customdata": np.column_stack([numbers, losses]), "hovertemplate": hover}
    traces = [
        tube,
        _in_space(axis, "equal eigenvalues", line={"color": RAMP[2], "width": 5, "dash": "dash"}),
        _in_space(seen.solutions, "solutions", line={"color": RAMP[3], "width": 8}),
        _in_space(seen.way, "the way", line={"color": GREY, "width": 5}, **steps),
        _in_space(seen.way[-1:], "now", mode="markers", marker={"size": 6, "color": RAMP[3],
                  "line": {"color": LIGHT, "width": 1}}),
    ]  # fmt: skip
    ends = {"u": [-seen.reach, seen.reach], "v": [-seen.reach, seen.reach],
            "m": [middle - seen.reach, middle + seen.reach]}  # fmt: skip
    axes = {
        place: {"title": {"text": title}, "range": ends[title], "gridcolor": GRID, "nticks": 5,
                "zeroline": False, "showbackground": False, "showspikes": False}
        for place, title in zip(("xaxis", "yaxis", "zaxis"), ("u", "v", "m"), strict=True)
    }  # fmt: skip
    figure = quiet(traces, HEIGHT, {}, {}, margin={"l": 0, "r": 0, "t": 0, "b": 30})
    camera = {"eye": {"x": 1.5, "y": 1.25, "z": 1.0}, "center": {"x": 0, "y": 0, "z": -0.15}}
    layout = {
        name: value for name, value in figure.layout.items() if name not in ("xaxis", "yaxis")
    }
    layout |= {
        "scene": axes | {"aspectmode": "cube", "camera": camera, "dragmode": "turntable"},
        "showlegend": True,
        "legend": {"orientation": "h", "y": 0, "yanchor": "top", "x": 0.5, "xanchor": "center"},
    }
    return Figure(traces, layout, words.of_space(seen, numbers, losses))


def _meetings(places: np.ndarray) -> dict[str, Any]:
    few = len(places) <= FEW_MEETINGS
    return {
        "type": "scatter",
        "x": places[:, 0],
        "y": places[:, 1],
        "mode": "markers",
        "marker": {"symbol": "x" if few else "circle", "size": 9 if few else 3.5, "color": RAMP[2],
                   "line": {"color": LIGHT, "width": 1 if few else 0}},
        "hovertemplate": "eigenvalues meet<extra></extra>",
    }  # fmt: skip


def _way(seen: Landscape, numbers: np.ndarray, losses: np.ndarray) -> list[dict[str, Any]]:
    """Its line, its points, fainter the farther beside the plane, and its ends."""
    x, y = seen.way.T
    fading = np.clip(1 - seen.offsets / seen.reach, FAINTEST, 1)
    values = np.column_stack([numbers, _digits(losses), _digits(seen.offsets)])
    line = {
        "type": "scatter", "x": x, "y": y, "mode": "lines", "hoverinfo": "skip",
        "line": {"color": "rgba(255, 255, 255, 0.45)", "width": 1.5},
    }  # fmt: skip
    points = {
        "type": "scatter", "x": x, "y": y, "mode": "markers", "customdata": values,
        "marker": {"size": 5, "color": LIGHT, "opacity": np.round(fading, 2),
                   "line": {"color": DARK, "width": 0.5}},
        "hovertemplate": "step %{customdata[0]:,}, loss %{customdata[1]:.3g}<br>"
        "%{customdata[2]:.2g} beside the plane<extra></extra>",
    }  # fmt: skip
    ends = {
        "type": "scatter", "x": x[[0, -1]], "y": y[[0, -1]], "mode": "markers",
        "marker": {"size": 12, "color": ["rgba(0, 0, 0, 0)", RAMP[3]],
                   "line": {"color": LIGHT, "width": 2}},
        "hoverinfo": "skip",
    }  # fmt: skip
    return [line, points, ends]


def _names(seen: Landscape) -> list[dict[str, Any]]:
    """What the ends of the way are called, readable on any colour."""
    ends = [("start", seen.way[0], -18), ("now", seen.way[-1], 18)][: len(seen.way)]
    return [
        {"text": text, "x": float(x), "y": float(y), "yshift": shift, "showarrow": False,
         "bgcolor": "rgba(16, 20, 24, 0.6)", "font": {"color": LIGHT, "size": 12}}
        for text, (x, y), shift in ends
    ]  # fmt: skip


def _in_space(points: np.ndarray, name: str, **look: Any) -> dict[str, Any]:
    return {
        "type": "scatter3d",
        **dict(zip("xyz", points.T, strict=True)),
        "mode": "lines",
        "name": name,
        "hovertemplate": f"{name}<extra></extra>",
        **look,
    }


def _ticks(low: float, high: float) -> tuple[list[float], list[str]]:
    """Some round losses between two logarithms, and how they are written."""
    decades = np.arange(np.floor(low), np.ceil(high) + 1)
    digits = (1,) if high - low > 3 else (1, 2, 5) if high - low > 0.6 else range(1, 10)
    logs = [decade + np.log10(digit) for decade in decades for digit in digits]
    logs = [float(log) for log in logs if low <= log <= high]
    return logs, [f"{float(f'{10**log:.1g}'):g}" for log in logs]


def _digits(values: np.ndarray) -> np.ndarray:
    """The numbers to four significant digits, as many as are read."""
    with np.errstate(divide="ignore"):
        exponent = np.floor(np.log10(np.abs(values)))
    exponent = np.clip(np.where(np.isfinite(exponent), exponent, 0), -290, 290)
    unit = 10.0 ** (3 - exponent)
    return np.where(np.abs(exponent) < 290, np.round(values * unit) / unit, values)
