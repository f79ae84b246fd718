"""Planes through a point of a run: along its gradient, its curvature, its way, two parameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from eigfit.eigen.spectral import equal_within
from eigfit.problem.problem import Problem
from eigfit.results.landscape import Plane
from eigfit.structures.structure import Structure

GRADIENT: Final = "against the gradient"
# A gradient that leads no farther than this share of the spectrum's size is none to be seen.
SHORTEST_LEAP: Final = 1e-3
SUBSCRIPTS: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
INDEPENDENT: Final = 1e-6  # of a direction's length: what must be left of it beside another one


def plane(problem: Problem, way: np.ndarray, kind: str, axes: tuple[int, ...] = ()) -> Plane:
    """The plane of that kind through the last point of a run.

    Args:
        problem: whose loss; with two parameters or more.
        way: the points of the run, shape [T, p].
        kind: one of those of `Setup.plane`. "steepest" and "flattest" lie along the gradient and
            the direction of strongest or weakest curvature at right angles to it, "way" where the
            run's points spread most, "parameters" along two of the parameters.
        axes: which two, the first two unless given.
    """
    r, p = way[-1], way.shape[-1]
    if kind == "parameters":
        i, j = axes or (0, 1)
        directions = np.eye(p)[[i, j]]
        return Plane(np.where(directions.any(axis=0), 0.0, r), directions, (_name(i), _name(j)))
    if kind == "way":
        return _along_the_way(way)
    slope = gradient(problem, r)
    H = hessian(problem, r)
    if H is None:
        order = np.argsort(np.abs(slope), kind="stable")
        directions = _independent(-slope, *np.eye(p)[order])
        names = tuple(_name(k) for k in order[:2])
        if slope.any():
            names = (GRADIENT, f"{names[0]}, at right angles to it")
        remark = (
            "Eigenvalues with different targets are equal here: the loss has a kink and no "
            "curvature, so parameters take its place."
        )
        return Plane(r, directions, (names[0], names[1]), remark)
    weakest = kind == "flattest"
    if length(slope) <= SHORTEST_LEAP * np.abs(H).max() * _size(problem, r):
        curvatures, directions = _curved(H, np.eye(p), [-1, 0 if weakest else -2])
        remark = "The gradient is too small here to be seen; a second curvature takes its place."
        strong = f"strongest curvature, {curvatures[0]:.3g}"
        second = f"{'weakest' if weakest else 'second strongest'} curvature, {curvatures[1]:.3g}"
        return Plane(r, directions, (strong, second), remark)
    downhill = -slope / length(slope)
    # The directions at right angles to the gradient.
    rest = np.linalg.qr(np.column_stack([downhill, np.eye(p)]))[0][:, 1:p].T
    (curvature,), (across,) = _curved(H, rest, [0 if weakest else -1])
    name = f"{'weakest' if weakest else 'strongest'} curvature, {curvature:.3g}"
    return Plane(r, _independent(downhill, across), (GRADIENT, name))


def gradient(problem: Problem, r: np.ndarray) -> np.ndarray:
    """dL/dr_k = Σ_i 2 (λ_i − t_i) v_iᵀ A_k v_i by NumPy alone, shape [p]."""
    values, V = np.linalg.eigh(problem.structure.filled(r))
    slopes = np.einsum("kij,il,jl->kl", basis(problem.structure), V, V)
    return slopes @ (2 * (values - problem.target))


def hessian(problem: Problem, r: np.ndarray) -> np.ndarray | None:
    """d²L/dr² as `eigfit.hessian` has it, by NumPy alone, shape [p, p]; None at a kink."""
    values, V = np.linalg.eigh(problem.structure.filled(r))
    gaps = values[:, None] - values
    rises = problem.target[:, None] - problem.target
    equal = np.abs(gaps) <= equal_within(problem.n, float) * np.abs(values).max()
    if (equal & (rises != 0)).any():
        return None
    factors = 1 - rises / np.where(equal, 1.0, gaps)
    G = V.T @ basis(problem.structure) @ V
    rows = G.reshape(len(G), -1)
    return 2 * (rows * factors.ravel()) @ rows.T


def basis(structure: Structure) -> np.ndarray:
    """A_k = ∂A/∂r_k, shape [p, n, n]."""
    unit = np.eye(structure.parameters)
    return structure.filled(unit) - structure.filled(np.zeros(structure.parameters))


def _along_the_way(way: np.ndarray) -> Plane:
    r = way[-1]
    size = np.abs(way - r).max()
    spread = (way - r) / (size or 1.0)  # so that no square of a far point overflows
    lengths, axes = np.linalg.svd(spread, full_matrices=False)[1:]
    seen = [axis for axis, length in zip(axes, lengths, strict=True) if length > INDEPENDENT]
    directions = _independent(*seen[:2], *np.eye(len(r)))
    share = (lengths[:2] ** 2).sum() / max((lengths**2).sum(), np.finfo(float).tiny)
    remark = f"The plane holds {share:.1%} of the way's spread." if seen else ""
    return Plane(r, directions, ("where the way leads most", "where it bends most"), remark)


def _curved(
    H: np.ndarray, directions: np.ndarray, ranks: list[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Curvatures within the space of orthonormal rows, by rank in size, and their directions."""
    curvatures, vectors = np.linalg.eigh(directions @ H @ directions.T)
    order = np.argsort(np.abs(curvatures), kind="stable")[ranks]
    found = vectors[:, order].T @ directions
    largest = np.take_along_axis(found, np.abs(found).argmax(axis=1)[:, None], axis=1)
    return curvatures[order], found * np.where(largest < 0, -1, 1)


def _independent(*directions: np.ndarray) -> np.ndarray:
    """The first two independent ones, made orthonormal; shape [2, p]."""
    found: list[np.ndarray] = []
    for direction in _units(directions):
        left = direction
        for _ in range(2):  # once more for what rounding has left
            left = left - sum((other @ left) * other for other in found)
        if length(left) > INDEPENDENT and len(found) < 2:
            found.append(left / length(left))
    return np.stack(found)


def _units(directions: Iterable[np.ndarray]) -> list[np.ndarray]:
    return [direction / length(direction) for direction in directions if direction.any()]


def _size(problem: Problem, r: np.ndarray) -> float:
    return spectrum_size(problem, np.linalg.eigvalsh(problem.structure.filled(r)))


def length(vectors: np.ndarray) -> Any:
    """Of vectors [..., k], though its square may be too large for a number."""
    sizes = np.abs(vectors).max(axis=-1, keepdims=True)
    units = vectors / np.where(sizes > 0, sizes, 1.0)
    return sizes[..., 0] * np.linalg.norm(units, axis=-1)


def spectrum_size(problem: Problem, values: np.ndarray) -> float:
    """The largest |λ| or |t|, 1 where all are 0."""
    return float(max(np.abs(values).max(), np.abs(problem.target).max())) or 1.0


def _name(k: int) -> str:
    return f"r{k}".translate(SUBSCRIPTS)
