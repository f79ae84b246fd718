"""What all charts share: colours and a quiet layout that suits a light and a dark page.

Backgrounds are transparent and text takes the page's colour in the browser, so that one figure
serves both themes.
"""

from __future__ import annotations

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
