"""The loss about the present point of a run: on a plane, and for 2×2 matrices in all of space.

NumPy alone: some thousand eigenvalue problems at once take milliseconds.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from eigfit.experiment.setup import Setup
from eigfit.problem.problem import Problem
from eigfit.results.landscape import Landscape, Plane, Space
from eigfit.structures.structure import Structure
from eigfit.study.planes import basis, length, plane, spectrum_size

MARGIN: Final = 1.2
FLOOR: Final = 0.3  # of the spectrum's size: closer, a landscape is but a bowl or a slope
LARGEST: Final = float(np.finfo(float).max)
NEWTONS: Final = 4
MOST_TRIED: Final = 30_000  # meetings looked for, divided by n²
ROUND: Final = 61  # points around a circle or a tube


class Outlook(NamedTuple):
    """What is to be seen from the last point of a run.

    Attributes:
        plane: the loss on a plane, None where one parameter makes no plane.
        space: the loss of all 2×2 matrices, None for larger ones.
    """

    plane: Landscape | None
    space: Space | None


def outlook(setup: Setup, way: np.ndarray) -> Outlook:
    """What is to be seen from the last of a run's points [T, p]."""
    problem = setup.problem()
    return Outlook(
        landscape(problem, way, setup.plane, setup.axes) if setup.parameters > 1 else None,
        space(problem, way) if setup.n == 2 else None,
    )


def points_a_side(n: int) -> int:
    """Of the grid for n×n matrices, odd; so many that it takes some 20 ms on one slow core."""
    return 81 if n <= 4 else 61 if n <= 8 else 41


def landscape(
    problem: Problem, way: np.ndarray, kind: str, axes: tuple[int, ...] = ()
) -> Landscape:
    """The loss on a plane through the last point of a run.

    The square reaches as far as the way does on the plane, and no less far than the nearest
    solution can be: √L, by Hoffman and Wielandt the distance of A to the nearest matrix with the
    target for its spectrum.

    Args:
        problem: whose loss; with two parameters or more.
        way: the points of the run, finite, shape [T, p].
        kind: of the plane, see `planes.plane`.
        axes: which two parameters, where they are asked for.
    """
    way = np.asarray(way, dtype=float)
    structure = problem.structure
    flat = plane(problem, way, kind, axes)
    places = flat.places(way)
    offsets = length(way - flat.point(places))
    values = np.linalg.eigvalsh(structure.filled(way[-1]))
    near = FLOOR * spectrum_size(problem, values)
    misses = length(values - problem.target)
    reach = MARGIN * max(np.abs(places - places[-1]).max(), misses, near)
    x, y = (np.linspace(-reach, reach, points_a_side(problem.n)) + here for here in places[-1])
    grid = flat.point(np.stack(np.meshgrid(x, y), axis=-1))
    spectra = np.linalg.eigvalsh(structure.filled(grid))
    return Landscape(
        flat,
        x,
        y,
        losses(spectra, problem.target),
        places,
        offsets,
        bool(np.ptp(problem.target)),
        meetings(problem, flat, x, y, spectra),
    )


def losses(spectra: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Σ (t − λ)² of spectra [..., n], the largest number there is where that is too large."""
    with np.errstate(over="ignore"):
        return np.minimum(np.square(target - spectra).sum(axis=-1), LARGEST)


def meetings(
    problem: Problem, flat: Plane, x: np.ndarray, y: np.ndarray, spectra: np.ndarray
) -> np.ndarray:
    """Where on the plane neighbouring eigenvalues with different targets are equal, shape [M, 2].

    Two conditions make two eigenvalues of a symmetric matrix equal, so that on a plane they meet in
    points; where the structure leaves one of the conditions, on lines, of which points are found.
    From grid points where the gap is as small as it may be beside one, Newton's method goes on:
    within the pair's eigenvectors A must become a multiple of the identity.

    Args:
        problem: whose targets.
        flat: the plane.
        x: places along its first direction, evenly spaced.
        y: along its second one.
        spectra: at these places, shape [G, G, n].

    Source: Friedland, Nocedal and Overton, "The formulation and analysis of numerical methods for
        inverse eigenvalue problems" (1987), section 3.
    """
    pairs = np.flatnonzero(np.diff(problem.target))
    gaps = np.diff(spectra, axis=-1)[..., pairs]
    changes = np.hypot(_largest_change(gaps, 0), _largest_change(gaps, 1))
    tried = np.argwhere(gaps <= 1.5 * changes)
    sizes = gaps[tuple(tried.T)]
    tried = tried[np.argsort(sizes, kind="stable")[: MOST_TRIED // problem.n**2]]
    begun = np.column_stack([x[tried[:, 1]], y[tried[:, 0]]])
    step = x[1] - x[0]
    found, left = begun, np.empty(0)
    for _ in range(NEWTONS):
        found, left = _newton(problem.structure, flat, found, pairs[tried[:, 2]], step)
    rounding = 1e-10 * spectrum_size(problem, spectra)
    met = left <= 1e-6 * changes[tuple(tried.T)] + rounding
    met &= (np.abs(found - begun) <= step).all(axis=1)
    met &= (np.abs(found - [x.mean(), y.mean()]) <= (x[-1] - x[0]) / 2).all(axis=1)
    found = found[met]
    cells = np.round((found - [x[0], y[0]]) / (step / 4))
    return found[np.unique(cells, axis=0, return_index=True)[1]]


def _newton(
    structure: Structure, flat: Plane, places: np.ndarray, pair: np.ndarray, step: float
) -> tuple[np.ndarray, np.ndarray]:
    """Places [M, 2] after one step of Newton's, and the gaps [M] of the pairs where it began."""
    values, V = np.linalg.eigh(structure.filled(flat.point(places)))
    rows = np.arange(len(places))
    lower, upper = V[rows, :, pair], V[rows, :, pair + 1]
    moved = np.tensordot(flat.directions, basis(structure), 1)  # [2, n, n]

    def along(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        return np.einsum("mi,dij,mj->md", u, moved, v)

    gaps = values[rows, pair + 1] - values[rows, pair]
    jacobian = np.stack(
        [(along(upper, upper) - along(lower, lower)) / 2, along(lower, upper)], axis=1
    )
    wanted = np.stack([-gaps / 2, np.zeros_like(gaps)], axis=-1)
    leap = (np.linalg.pinv(jacobian, rcond=1e-6) @ wanted[..., None])[..., 0]
    far = length(leap)[:, None]
    return places + leap * np.minimum(1, step / np.maximum(far, step)), gaps


def _largest_change(gaps: np.ndarray, axis: int) -> np.ndarray:
    """The larger of a gap's changes to the neighbours on either side along the axis."""
    changes = np.abs(np.diff(gaps, axis=axis))
    padded = [(1, 1) if i == axis else (0, 0) for i in range(3)]
    both = np.pad(changes, padded)
    first = [slice(None)] * 3
    last = [slice(None)] * 3
    first[axis], last[axis] = slice(None, -1), slice(1, None)
    return np.maximum(both[tuple(first)], both[tuple(last)])


def space(problem: Problem, way: np.ndarray) -> Space:
    """The loss of 2×2 matrices in all of their space, for a run's points [T, p].

    [[m + u, v], [v, m − u]] has the eigenvalues m ∓ ρ with ρ² = u² + v², so that the loss is
    2 (m − (t₀ + t₁)/2)² + 2 (ρ − (t₁ − t₀)/2)²: twice the squared distance to a circle. The points
    of one loss make a tube about it, the eigenvalues are equal on its axis, and that is all.
    """
    A = problem.structure.filled(np.asarray(way, dtype=float))
    u, v, m = (A[:, 0, 0] - A[:, 1, 1]) / 2, A[:, 0, 1], (A[:, 0, 0] + A[:, 1, 1]) / 2
    points = np.stack([u, v, m], axis=-1)
    middle, radius = problem.target.mean(), np.ptp(problem.target) / 2
    thickness = np.hypot(m[-1] - middle, np.hypot(u[-1], v[-1]) - radius)
    round_axis = np.linspace(0, 2 * np.pi, ROUND)
    # Of a tube that is thicker than its circle is wide, what lies on the near side of the axis.
    turn = np.arccos(max(-radius / thickness, -1.0)) if thickness else np.pi
    round_tube = np.linspace(-turn, turn, ROUND)[:, None]
    distance = np.maximum(radius + thickness * np.cos(round_tube), 0)
    height = middle + thickness * np.sin(round_tube)
    circle = np.stack([np.cos(round_axis), np.sin(round_axis)], axis=-1)
    tube = np.dstack([distance * circle[:, 0], distance * circle[:, 1],
                      np.broadcast_to(height, (ROUND, ROUND))])  # fmt: skip
    level = np.full((ROUND, 1), middle)
    reach = max(np.abs(points - [0, 0, middle]).max(), radius + thickness)
    size = spectrum_size(problem, np.linalg.eigvalsh(A[-1]))
    return Space(
        tube, np.hstack([radius * circle, level]), points, MARGIN * max(reach, FLOOR * size)
    )
