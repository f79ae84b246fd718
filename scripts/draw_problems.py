"""Draws the pictures of docs/problems.md: each problem's matrix, and the levels that are asked for.

A picture is a few kilobytes of SVG, in colours that are seen on white and on black.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

import eigfit as ef
from eigfit.problem.joint import parts_of

FOLDER = Path(__file__).parent.parent / "docs" / "problems"
SIDE, GAP, WIDTH = 120, 24, 320
POSITIVE, NEGATIVE, FREE, LEVEL = "#d1495b", "#3d6fb4", "#2a9d8f", "#888888"


def drawn(name: str) -> str:
    """The picture of a problem in the gallery."""
    one = ef.gallery(name)
    shapes = curve_of(one) if isinstance(one, ef.Derivative) else [*matrix_of(one), *levels_of(one)]
    inside = "\n".join(shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {SIDE + 16}" '
        f'width="{WIDTH}" role="img" aria-label="{one.title}">\n'
        f'<g transform="translate(8 8)">\n{inside}\n</g>\n'
        "</svg>\n"
    )


def matrix_of(posed: ef.Posed) -> Iterable[str]:
    """Entries of the first matrix as squares: sizes by a solution, framed where one is free."""
    part = parts_of(posed.problem)[0]
    structure, p = part.problem.structure, len(part.places)
    r = posed.answer[0][part.places] if len(posed.answer) else np.ones(p)
    A, free = np.real(structure.filled(r)), np.zeros((structure.n,) * 2, bool)
    for k in range(p):
        moved = structure.filled(r + np.eye(p)[k]) - structure.filled(r)
        free |= np.abs(moved) > 1e-12 * np.abs(moved).max()
    cell = SIDE / structure.n
    for i, j in np.ndindex(A.shape):
        x, y = j * cell, i * cell
        side = cell * np.sqrt(abs(A[i, j]) / max(np.abs(A).max(), 1e-300))
        colour = POSITIVE if A[i, j] > 0 else NEGATIVE
        if side > 0.01 * cell:
            yield square(x + (cell - side) / 2, y + (cell - side) / 2, side, f'fill="{colour}"')
        if free[i, j]:
            yield square(x + 0.5, y + 0.5, cell - 1, f'fill="none" stroke="{FREE}"')


def levels_of(posed: ef.Posed) -> Iterable[str]:
    """The target as horizontal lines, one column for each matrix, curves where there are many."""
    targets = [part.problem.data.target for part in parts_of(posed.problem)]
    every = np.concatenate(targets)
    low, high = every.min(), every.max()
    left, width = SIDE + GAP, WIDTH - SIDE - GAP - 16

    def height(t: float) -> float:
        return SIDE - 6 - (SIDE - 12) * (t - low) / max(high - low, 1e-300)

    if len(targets) > 10:
        for band in np.transpose(targets):
            xs = np.linspace(left, left + width, len(band))
            yield line(zip(xs, map(height, band), strict=True))
        return
    column = width / len(targets)
    for i, target in enumerate(targets):
        for t in target:
            a = left + (i + 0.1) * column
            yield line([(a, height(t)), (a + 0.8 * column, height(t))])


def curve_of(derivative: ef.Derivative) -> Iterable[str]:
    """F along C + s E for a diagonal E, and the parabola with the published curvature."""
    s = np.linspace(-0.9, 0.9, 46)
    along = np.array([1.0, 0, -1])
    F = ((1 + s[:, None] * along) ** 1.5 - 1).sum(axis=1)
    parabola = derivative.answer * (along @ along) * s**2 / 2
    for values, colour in ((F, LEVEL), (parabola, POSITIVE)):
        ys = SIDE - 6 - (SIDE - 12) * values / parabola.max()
        yield line(zip((s + 0.9) / 1.8 * (WIDTH - 16), ys, strict=True), colour)


def square(x: float, y: float, side: float, style: str) -> str:
    """A square of SVG."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{side:.1f}" height="{side:.1f}" {style}/>'


def line(points: Iterable[tuple[float, float]], colour: str = LEVEL) -> str:
    """A polyline of SVG."""
    through = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{through}" fill="none" stroke="{colour}" stroke-width="2"/>'


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in ef.gallery():
        (FOLDER / f"{name}.svg").write_text(drawn(name), encoding="utf-8")
