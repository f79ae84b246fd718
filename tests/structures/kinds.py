"""A structure of every kind, for tests of what all of them promise."""

from collections.abc import Callable
from typing import Any

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
    "huckel": lambda: ef.huckel([(0, 1), (1, 2), (3, 2)]),
    "spring_chain": lambda: ef.spring_chain([1.0, 3.0, 2.0], end=None),
    "spring_chain_held": lambda: ef.spring_chain([1.0, 3.0, 2.0], ground=4.0),
    "pencil": lambda: ef.pencil(ef.tridiagonal(3), hermitian(3) + 4 * np.eye(3)),
    "pencil_complex": lambda: ef.pencil(
        ef.tridiagonal(3), hermitian(3, complex=True) + 4 * np.eye(3)
    ),
}


def bent(r: Any) -> Any:
    """Real matrices [..., 3, 3] of three parameters that are not affine in them."""
    import tensorflow as tf

    a, b, c = tf.unstack(r, axis=-1)
    rows = [[tf.exp(a), b * c, a], [b * c, tf.sin(b), c**2], [a, c**2, a * b + 3]]
    return tf.stack([tf.stack(row, axis=-1) for row in rows], axis=-2)


def twisted(r: Any) -> Any:
    """A complex matrix [2, 2] of two parameters that is not affine in them; of one r alone."""
    import tensorflow as tf

    a, b = tf.unstack(r)
    c = tf.complex(tf.cos(a), a * b)
    diagonal = tf.complex(tf.stack([a, b**2]), tf.zeros_like(r))
    return tf.linalg.diag(diagonal) + tf.stack(
        [tf.stack([0 * c, c]), tf.stack([tf.math.conj(c), 0 * c])]
    )


def moving_mass(n: int, p: int, complex: bool = False) -> Structure:
    """A mass that is positive definite while the parameters are above −1."""
    basis = np.stack([np.diag(np.roll(np.arange(n) / n, k)) for k in range(p)])
    return ef.affine(basis, hermitian(n, complex=complex) / 2 + (n + p) * np.eye(n))


BENDING: dict[str, Callable[[], Structure]] = {
    "parametric": lambda: ef.parametric(bent, 3, 3),
    "parametric_complex": lambda: ef.parametric(twisted, 2, 2),
    "moving_mass": lambda: ef.pencil(ef.tridiagonal(3), moving_mass(3, 5)),
    "moving_mass_complex": lambda: ef.pencil(
        ef.affine(hermitian(4, 3, complex=True)), moving_mass(3, 4)
    ),
    "moving_complex_mass": lambda: ef.pencil(ef.toeplitz(3), moving_mass(3, 3, complex=True)),
    "parametric_with_a_mass": lambda: ef.pencil(ef.parametric(bent, 3, 3), [1.0, 2.0, 4.0]),
    "parametric_with_a_moving_mass": lambda: ef.pencil(
        ef.parametric(bent, 3, 3), moving_mass(3, 3)
    ),
}
