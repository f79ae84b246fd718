"""Affine structures freed from a constant mass: K(r) x = λ M x as L⁻¹ K L⁻* with M = L L*."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from eigfit.structures.affine import LARGEST_FILLED, Affine, scaled
from eigfit.structures.basis import affine
from eigfit.structures.matrices import check_hermitian, is_sparse, numbers
from eigfit.structures.structure import Structure


def checked_mass(mass: Any, n: int) -> np.ndarray:
    """The mass [n, n], or [n] where it is diagonal, or an error that says what is wrong with it."""
    if is_sparse(mass):
        diagonal = mass.diagonal()
        if mass.shape == (n, n) and not (mass.count_nonzero() - np.count_nonzero(diagonal)):
            mass = diagonal
        elif n > LARGEST_FILLED:
            raise ValueError(
                f"mass must be diagonal where there are more than {LARGEST_FILLED} rows; got "
                f"other entries in one of {n} rows"
            )
        else:
            mass = mass.toarray()
    mass = numbers("mass", mass)
    if mass.shape not in ((n,), (n, n)):
        raise ValueError(
            f"mass must have shape [{n}, {n}], or [{n}] for its diagonal; got {list(mass.shape)}"
        )
    if mass.ndim == 2:
        check_hermitian("mass", mass)
        if np.array_equal(mass, np.diag(np.diag(mass))):
            mass = np.diag(mass)
    diagonal = mass.ndim == 1
    if diagonal and np.imag(mass).any():
        raise ValueError("mass must have a real diagonal; got an imaginary part")
    mass = np.real(mass) if diagonal else mass
    lowest = (mass if diagonal else np.linalg.eigvalsh(mass)).min()
    if not (lowest > 0 and np.isfinite(mass).all()):
        raise ValueError(
            f"mass must be positive definite and finite; its lowest eigenvalue is {lowest:.6g}"
        )
    return mass


def with_mass(structure: Structure, mass: np.ndarray) -> Affine:
    """The affine structure L⁻¹ K L⁻* of an affine K and a mass that `checked_mass` has seen."""
    if isinstance(structure, Affine) and mass.ndim == 1:
        root = np.sqrt(mass)
        shares = 1 / (root[structure.rows] * root[structure.columns])
        weights = scaled(structure.weights, shares)
        return replace(structure, weights=weights, constant=structure.constant * shares, root=root)
    constant = structure.filled(np.zeros(structure.parameters))
    matrices = np.concatenate([structure.basis(), constant[None]])
    L = np.diag(np.sqrt(mass)) if mass.ndim == 1 else np.linalg.cholesky(mass)
    half = np.linalg.solve(L, matrices)
    freed = np.linalg.solve(L, half.conj().swapaxes(-1, -2))
    freed = (freed + freed.conj().swapaxes(-1, -2)) / 2
    found = affine(freed[:-1], freed[-1], structure.names)
    return replace(found, root=np.diag(L) if mass.ndim == 1 else L)
