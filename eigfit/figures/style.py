"""What all charts share: colours and a quiet layout that suits a light and a dark page.

Backgrounds are transparent and text takes the page's colour in the browser, so that one figure
serves both themes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from plotly.colors import find_intermediate_color, hex_to_rgb

from eigfit.figures.figure import Figure

SUBSCRIPTS: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
GREY: Final = "#8a8f98"
GRID: Final = "rgba(138, 143, 152, 0.22)"

MARGIN: Final = {"l": 46, "r": 10, "t": 8, "b": 38}  # pixels

AXIS: Final[dict[str, Any]] = {
    "automargin": False,  # measuring the labels anew would take half of every frame
    "zeroline": False,
    "gridcolor": GRID,
    "tickfont": {"size": 11},
}

# Ordered like the eigenvalues, from cool to warm; all read well on white and on near-black.
RAMP: Final = ("#2f6fde", "#8b5cf6", "#d6409f", "#f2762e")

# Members of a comparison, which have no order. All can be told apart by normal eyes, and within
# each half by colour-blind ones; a test measures it.
MEMBERS: Final = (
    *("#216cbf", "#cf0a02", "#22ab36", "#8217fd", "#be0ea3", "#c36093", "#b866ee", "#1d6f14"),
    *("#6085fd", "#965539", "#c88710", "#9a91ad", "#7e53a7", "#568875", "#fe1b71", "#f224e3"),
)

# Blue below zero, orange above, the page's own colour at zero: safe for colour-blind eyes.
DIVERGING: Final = [
    [0.0, "rgba(47, 111, 222, 0.85)"],
    [0.4, "rgba(47, 111, 222, 0.3)"],
    [0.5, "rgba(138, 143, 152, 0.04)"],
    [0.6, "rgba(242, 118, 46, 0.3)"],
    [1.0, "rgba(242, 118, 46, 0.85)"],
]


def ramp(count: int) -> list[str]:
    """As many colours, evenly along the ramp."""
    colours = []
    for i in range(count):
        place = (len(RAMP) - 1) * i / max(count - 1, 1)
        left = min(int(place), len(RAMP) - 2)
        ends = (hex_to_rgb(RAMP[left]), hex_to_rgb(RAMP[left + 1]))
        red, green, blue = find_intermediate_color(*ends, place - left)
        colours.append(f"rgb({red:.0f}, {green:.0f}, {blue:.0f})")
    return colours


def scale(stops: Sequence[Sequence[Any]], place: float) -> str:
    """The colour at a place from 0 to 1 of a scale whose stops are (place, rgba)."""
    right = next(i for i in range(1, len(stops)) if place <= stops[i][0])
    (low, left), (high, end) = stops[right - 1], stops[right]
    share = (place - low) / (high - low)
    mixed = [a + share * (b - a) for a, b in zip(_rgba(left), _rgba(end), strict=True)]
    red, green, blue, alpha = mixed
    return f"rgba({red:.0f}, {green:.0f}, {blue:.0f}, {alpha:.3f})"


def _rgba(colour: str) -> list[float]:
    return [float(part) for part in colour[len("rgba(") : -1].split(",")]


def quiet(
    traces: list[dict[str, Any]],
    height: int,
    x: dict[str, Any],
    y: dict[str, Any],
    **layout: Any,
) -> Figure:
    """A figure of the traces in the common layout; its zoom is kept when it is redrawn."""
    common = {
        "height": height,
        "margin": MARGIN,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "uirevision": "kept",
        "hoverlabel": {"namelength": -1},
        "showlegend": False,
    }
    return Figure(traces, {**common, "xaxis": AXIS | x, "yaxis": AXIS | y, **layout})
