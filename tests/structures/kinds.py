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


def neighbours(n: int) -> sparse.csr_array:
    """Ones beside the diagonal."""
    first = np.arange(n - 1)
    ends = np.concatenate([first, first + 1]), np.concatenate([first + 1, first])
    return sparse.csr_array((np.ones(2 * n - 2), ends), shape=(n, n))


AFFINE: dict[str, Callable[[], Structure]] = {
    **{name: lambda build=row.build: build(4) for name, row in ef.STRUCTURES.items()},
    "pattern": lambda: ef.pattern([[0, 1, -1], [1, -1, 1], [-1, 1, 2]], np.diag([0, 3.0, 1])),
    "affine": lambda: ef.affine(hermitian(3, 4), hermitian(4, seed=1)),
    "affine_complex": lambda: ef.affine(hermitian(4, 3, complex=True), hermitian(3, seed=1)),
    "affine_sparse": lambda: ef.affine(sparse_basis(4, 6), sparse.eye_array(6)),
    "affine_sparse_complex": lambda: ef.affine(sparse_basis(3, 5, complex=True)),
    "affine_zero": lambda: ef.affine([np.eye(2), np.zeros((2, 2))], [[0, 1], [1, 0]]),
    "laplacian": lambda: ef.laplacian([(0, 1), (2, 1), (2, 3), (0, 3), (0, 2)]),
    "huckel": lambda: ef.huckel([(0, 1), (1, 2), (3, 2), (3, 0)]),
    "spring_chain": lambda: ef.spring_chain([1.0, 3.0, 2.0], end=None),
    "spring_chain_held": lambda: ef.spring_chain([1.0, 3.0, 2.0], ground=4.0),
    "pencil": lambda: ef.pencil(ef.tridiagonal(3), hermitian(3) + 4 * np.eye(3)),
    "pencil_complex": lambda: ef.pencil(
        ef.tridiagonal(3), hermitian(3, complex=True) + 4 * np.eye(3)
    ),
}
