"""Residuals of a problem and their exact derivatives, for many starts at once, by NumPy alone."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from eigfit.problem.data import Reading
from eigfit.problem.joint import Joint, parts_of
from eigfit.problem.problem import Problem
from eigfit.solve.sparse import looks_low, lowest
from eigfit.structures.affine import Affine

# An eigenvalue is known to so many roundings of the largest.
ROUNDINGS: Final = 30


class Residuals(NamedTuple):
    """What S starts of p parameters leave of m data."""

    values: tuple[np.ndarray, ...]  # of each part, ascending levels [S, n]
    residuals: np.ndarray  # [S, m], (y − t) / σ
    jacobian: np.ndarray  # [S, m, p]
    pairs: np.ndarray  # [S, q, p], how levels with one target between them turn into each other
    rounding: np.ndarray  # [S], below which the norm of the residuals means nothing

    @property
    def loss(self) -> np.ndarray:
        """Σ ((y − t)/σ)² of each start, shape [S]."""
        return np.square(self.residuals).sum(axis=-1)

    @property
    def gradient(self) -> np.ndarray:
        """Half of d loss / dr, Jᵀρ, shape [S, p]."""
        return np.matmul(self.residuals[:, None, :], self.jacobian)[:, 0, :]

    def chosen(self, which: Any) -> Residuals:
        """Those of some of the starts."""
        return Residuals(
            tuple(values[which] for values in self.values), *(array[which] for array in self[1:])
        )


def residuals(problem: Problem | Joint, r: np.ndarray) -> Residuals:
    """Residuals and their exact derivatives at parameters r [S, p].

    Where equal targets belong to levels i and j, the solution has v_iᵀA v_j = 0 beside λ_i = λ_j,
    a condition of its own whose residual is 0 in every basis of eigenvectors: `pairs` holds its
    derivatives, √2 v_iᵀA_k v_j, without which a step towards a repeated level is not quadratic.

    A start whose matrix is not finite has residuals NaN.

    Source: Friedland, Nocedal and Overton, "The formulation and analysis of numerical methods for
    inverse eigenvalue problems" (1987), equations 2.4 and 3.3.
    """
    parts = parts_of(problem)
    found = [_of_part(part.problem, r[:, part.places]) for part in parts]
    if len(found) == 1:
        return found[0]
    p = r.shape[-1]
    own = [_spread(of.jacobian, part.places, p) for of, part in zip(found, parts, strict=True)]
    turns = [_spread(of.pairs, part.places, p) for of, part in zip(found, parts, strict=True)]
    return Residuals(
        tuple(of.values[0] for of in found),
        np.concatenate([of.residuals for of in found], axis=1),
        np.concatenate(own, axis=1),
        np.concatenate(turns, axis=1),
        np.sqrt(np.sum([np.square(of.rounding) for of in found], axis=0)),
    )


def _of_part(problem: Problem, r: np.ndarray) -> Residuals:
    structure, data = problem.structure, problem.data
    few = looks_low(structure, data)
    if few and isinstance(structure, Affine):
        values, V = lowest(structure, r, few)
    else:
        values, V = eigenpairs(structure.filled(r))
    reading = data.read(values)
    if data.match == "all" and not data.from_ground:
        slopes = structure.slopes(r, V)
    else:
        chosen = np.take_along_axis(V, reading.levels[:, None, :], axis=-1)
        slopes = structure.slopes(r, chosen)
    if data.from_ground:
        slopes = slopes - structure.slopes(r, V[..., :1])
    slopes *= reading.slopes[..., None]
    largest = np.maximum(np.abs(values[..., 0]), np.abs(values[..., -1]))
    rounding = ROUNDINGS * np.finfo(float).eps * largest
    rounding = rounding * np.sqrt(np.einsum("sm,sm->s", reading.slopes, reading.slopes))
    pairs = _pairs(problem, r, V, reading)
    return Residuals((values,), reading.residuals, slopes, pairs, rounding)


def eigenpairs(A: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ascending eigenvalues and eigenvectors of A [..., n, n], values NaN where A is not finite."""
    entries = np.isfinite(A)
    if entries.all():
        return np.linalg.eigh(A)
    finite, n = np.asarray(entries.all(axis=(-2, -1))), A.shape[-1]
    values, V = np.linalg.eigh(np.where(finite[..., None, None], A, np.eye(n)))
    return np.where(finite[..., None], values, np.nan), V


def _pairs(problem: Problem, r: np.ndarray, V: np.ndarray, reading: Reading) -> np.ndarray:
    """√2 v_iᵀA_k v_j · (slope), real and imaginary part, for pairs of equal targets; [S, q, p]."""
    first, second = problem.data.doublets
    if not len(first) or not problem.structure.affine:
        return np.empty((len(r), 0, r.shape[-1]))
    levels = np.broadcast_to(reading.levels, (len(r), len(problem.data.target)))
    left = np.take_along_axis(V, levels[:, None, first], axis=-1)
    right = np.take_along_axis(V, levels[:, None, second], axis=-1)
    slope = np.sqrt(2) * reading.slopes[:, first, None]
    rows = [_between(problem, r, left, right)]
    if np.iscomplexobj(V):
        rows.append(_between(problem, r, left, 1j * right))
    return np.concatenate([slope * row for row in rows], axis=1)


def _between(problem: Problem, r: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Re v_i*A_k v_j from the quadratic form: [q(v_i + v_j) − q(v_i − v_j)] / 4."""
    slopes = problem.structure.slopes
    return (slopes(r, left + right) - slopes(r, left - right)) / 4


def _spread(derivatives: np.ndarray, places: np.ndarray, p: int) -> np.ndarray:
    """Derivatives [S, m, own p] in the places of all p parameters."""
    if len(places) == p and (places == np.arange(p)).all():
        return derivatives
    spread = np.zeros((*derivatives.shape[:-1], p))
    spread[..., places] = derivatives
    return spread
