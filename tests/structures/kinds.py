"""A structure of every kind, for tests of what all of them promise."""

from collections.abc import Callable

import numpy as np
from scipy import sparse

import eigfit as ef
from eigfit.structures.structure import Structure


def hermitian(*shape: int, seed: int = 0, complex: bool = False) -> np.ndarray:
    """Random matrices [*shape, shape[-1]] that are their own adjoints."""
    random = np.random.default_rng(seed)
    A = random.normal(size=(*shape, shape[-1]))
    if complex:
        A = A + 1j * random.normal(size=A.shape)
    return (A + A.conj().swapaxes(-1, -2)) / 2


def sparse_basis(p: int, n: int, complex: bool = False) -> list[sparse.csr_array]:
    """Random matrices of which two thirds of the entries are zero, each in its own places."""
    matrices = hermitian(p, n, seed=p, complex=complex)
    holes = hermitian(p, n, seed=n)
    return [sparse.csr_array(np.where(h > 0.3, A, 0)) for A, h in zip(matrices, holes, strict=True)]


AFFINE: dict[str, Callable[[], Structure]] = {
    **{name: lambda build=row.build: build(4) for name, row in ef.STRUCTURES.items()},
    "pattern": lambda: ef.pattern([[0, 1, -1], [1, -1, 1], [-1, 1, 2]], np.diag([0, 3.0, 1])),
    "affine": lambda: ef.affine(hermitian(3, 4), hermitian(4, seed=1)),
    "affine_complex": lambda: ef.affine(hermitian(4, 3, complex=True), hermitian(3, seed=1)),
    "affine_sparse": lambda: ef.affine(sparse_basis(4, 6), sparse.eye_array(6)),
    "affine_sparse_complex": lambda: ef.affine(sparse_basis(3, 5, complex=True)),
}
