"""Small pictures of runs, as SVG: lines alone, for both themes."""

from __future__ import annotations

from typing import Final

import numpy as np

from eigfit.figures.style import GREY, ramp

WIDTH: Final = 144
HEIGHT: Final = 56
EDGE: Final = 4
POINTS: Final = 48


def thumbnail(x: np.ndarray, curves: np.ndarray, levels: tuple[float, ...] = ()) -> str:
    """An SVG of eigenvalues, in the colours of their charts.

    Args:
        x: ascending, shape [T].
        curves: of m runs side by side, shape [T, m, n].
        levels: dashed lines to show.
    """
    places = np.linspace(x[0], x[-1], min(POINTS, len(x)))
    low, high = (end(initial=end(curves), a=np.array(levels)) for end in (np.min, np.max))
    across = EDGE + (WIDTH - 2 * EDGE) * (places - x[0]) / max(x[-1] - x[0], 1e-12)

    def down(values: np.ndarray) -> np.ndarray:
        return EDGE + (HEIGHT - 2 * EDGE) * (high - values) / max(high - low, 1e-12)

    ends = across[[0, -1]]
    parts = [
        _line(ends, down(np.full(2, level)), GREY, 'stroke-dasharray="4 3" stroke-width="1"')
        for level in sorted(set(levels))
    ]
    for k, colour in enumerate(ramp(curves.shape[2])):
        for member in range(curves.shape[1]):
            values = np.interp(places, x, curves[:, member, k])
            parts.append(_line(across, down(values), colour, 'stroke-width="2"'))
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none">\n'
        f"{body}\n</svg>\n"
    )


def _line(x: np.ndarray, y: np.ndarray, colour: str, look: str) -> str:
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    return f'<polyline points="{points}" stroke="{colour}" {look}/>'
