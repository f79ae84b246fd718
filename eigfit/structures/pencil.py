"""Vibrations: K(r) x = λ M x with a mass M, as the matrix L⁻¹ K L⁻* of M = L L*."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.structures.affine import Affine
from eigfit.structures.basis import affine
from eigfit.structures.mass import checked_mass, with_mass
from eigfit.structures.structure import Structure, entry_type, not_affine


@dataclass(frozen=True, eq=False)
class Pencil:
    """K(r) x = λ M(r) x, both structures in the same r; made by `pencil`.

    A(r) = L⁻¹ K L⁻* with M = L L*, NaN where M(r) is not positive definite.

    Attributes:
        stiffness: K.
        mass: M.
    """

    stiffness: Structure
    mass: Structure

    @property
    def names(self) -> tuple[str, ...]:
        """What each parameter is called, by the stiffness."""
        return self.stiffness.names

    @property
    def n(self) -> int:
        """Rows of the matrix."""
        return self.stiffness.n

    @property
    def parameters(self) -> int:
        """How many numbers r has."""
        return self.stiffness.parameters

    @property
    def affine(self) -> bool:
        """False: L moves with r."""
        return False

    @property
    def complex(self) -> bool:
        """Whether entries of K or M are complex."""
        return self.stiffness.complex or self.mass.complex

    def filled(self, r: Any) -> np.ndarray:
        """L⁻¹ K L⁻*, shape [..., n, n]; NaN for a member whose M is not positive definite."""
        K, L = self.stiffness.filled(r), _roots(self.mass.filled(r))
        A = _solved(L, _adjoint(_solved(L, K)))
        return (A + _adjoint(A)) / 2

    def slopes(self, r: np.ndarray, V: np.ndarray) -> np.ndarray:
        """∂λ_i/∂r_k = Re x_i* (∂K/∂r_k − λ_i ∂M/∂r_k) x_i, shape [..., m, p], for x = L⁻* v.

        Source: Fox and Kapoor, "Rates of change of eigenvalues and eigenvectors" (1968), eq. 6.
        """
        X = self.modes(r, V)
        values = np.real(np.sum(X.conj() * (self.stiffness.filled(r) @ X), axis=-2))
        return self.stiffness.slopes(r, X) - values[..., None] * self.mass.slopes(r, X)

    def modes(self, r: np.ndarray, V: np.ndarray) -> np.ndarray:
        """The columns x = L⁻* v of K x = λ M x, with x* M x = 1."""
        return _solved(_adjoint(_roots(self.mass.filled(r))), V)

    def inner(self, S: np.ndarray) -> np.ndarray:
        """Refused, as ∂A/∂r_k depends on r."""
        raise not_affine("inner")

    def gram(self) -> np.ndarray:
        """Refused, as ∂A/∂r_k depends on r."""
        raise not_affine("gram")

    def basis(self) -> np.ndarray:
        """Refused, as ∂A/∂r_k depends on r."""
        raise not_affine("basis")

    def matrix(self, r: tf.Tensor) -> tf.Tensor:
        """L⁻¹ K L⁻*, shape [..., n, n]; NaN where M is not positive definite."""
        return self._freed(self._root(r), self.stiffness.matrix(r))

    def tangent(self, r: tf.Tensor, direction: tf.Tensor) -> tf.Tensor:
        """How A moves along d [..., p]: L⁻¹ dK L⁻* − P A − A P*, P = L⁻¹ dL, shape [..., n, n].

        Source: Murray, "Differentiation of the Cholesky decomposition" (2016), eq. 8.
        """
        L = self._root(r)
        dK, dM = (part.tangent(r, direction) for part in (self.stiffness, self.mass))
        P, A = _lower(self._freed(L, dM)), self._freed(L, self.stiffness.matrix(r))
        moved = tf.matmul(P, A)
        return self._freed(L, dK) - moved - tf.linalg.adjoint(moved)

    def adjoint(self, r: tf.Tensor, S: tf.Tensor) -> tf.Tensor:
        """Re ⟨∂A/∂r_k, S⟩ for every k, shape [..., p], for Hermitian S [..., n, n]."""
        L = self._root(r)
        A = self._freed(L, self.stiffness.matrix(r))
        # Re ⟨P A + A P*, S⟩ = 2 Re ⟨P, S A⟩, and P is the lower half of L⁻¹ dM L⁻*.
        below = _lower(tf.matmul(tf.cast(S, A.dtype), A))
        moved = below + tf.linalg.adjoint(below)
        return self.stiffness.adjoint(r, self._spread(L, S)) - self.mass.adjoint(
            r, self._spread(L, moved)
        )

    def jacobian(self, r: tf.Tensor, V: tf.Tensor) -> tf.Tensor:
        """∂λ_i/∂r_k as `slopes` gives it, shape [..., n, p]."""
        L = self._root(r)
        X = tf.linalg.triangular_solve(L, tf.cast(V, L.dtype), adjoint=True)
        K = tf.cast(self.stiffness.matrix(r), L.dtype)
        values = tf.math.real(tf.reduce_sum(tf.math.conj(X) * tf.matmul(K, X), axis=-2))
        return self.stiffness.jacobian(r, X) - values[..., None] * self.mass.jacobian(r, X)

    def _root(self, r: tf.Tensor) -> tf.Tensor:
        M = self.mass.matrix(r)
        return tf.linalg.cholesky(tf.cast(M, entry_type(tf.math.real(M).dtype, self.complex)))

    def _freed(self, L: tf.Tensor, K: tf.Tensor) -> tf.Tensor:
        """L⁻¹ K L⁻*."""
        half = tf.linalg.triangular_solve(L, tf.cast(K, L.dtype))
        return tf.linalg.triangular_solve(L, tf.linalg.adjoint(half))

    def _spread(self, L: tf.Tensor, S: tf.Tensor) -> tf.Tensor:
        """L⁻* S L⁻¹."""
        half = tf.linalg.triangular_solve(L, tf.cast(S, L.dtype), adjoint=True)
        return tf.linalg.triangular_solve(L, tf.linalg.adjoint(half), adjoint=True)

    # TensorFlow's protocol for passing a record of arrays into a compiled function as data.
    def __tf_flatten__(self) -> tuple[tuple[()], tuple[Structure, Structure]]:
        return (), (self.stiffness, self.mass)

    @classmethod
    def __tf_unflatten__(
        cls, metadata: tuple[()], components: tuple[Structure, Structure]
    ) -> Pencil:
        return cls(*components)


def pencil(structure: Structure, mass: Any) -> Affine | Pencil:
    """The structure whose eigenvalues are the λ of K(r) x = λ M x.

    Args:
        structure: K.
        mass: M, symmetric (or Hermitian) positive definite: an array [n, n], its diagonal [n], a
            SciPy sparse matrix, or a structure in the same parameters as K. One that is diagonal
            leaves a sparse K sparse.

    Returns:
        A structure of L⁻¹ K L⁻* with M = L L*, affine where K is and M is constant. Its `modes`
        give the x, with x* M x = 1. Where M moves with r and is not positive definite, the matrix
        is NaN.

    Raises:
        TypeError: the structure is none, or the mass holds something else than numbers.
        ValueError: the mass is of another size, in other parameters, not Hermitian, or constant and
            not positive definite; or it is not diagonal and K sparse with more than 2,000 rows.

    Source: Golub and Van Loan, Matrix Computations (2013), section 8.7.2.
    """
    if not isinstance(structure, Structure):
        raise TypeError(
            f"structure must be a structure such as eigfit.laplacian([(0, 1)]); got {structure!r}"
        )
    n, p = structure.n, structure.parameters
    if isinstance(mass, Structure):
        if (mass.n, mass.parameters) != (n, p):
            raise ValueError(
                f"mass must be in the same {p} parameters and of the same {n} rows as the "
                f"structure; got {mass.parameters} parameters and {mass.n} rows"
            )
        return Pencil(structure, mass)
    mass = checked_mass(mass, n)
    if structure.affine:
        return with_mass(structure, mass)
    M = np.diag(mass) if mass.ndim == 1 else mass
    return Pencil(structure, affine(np.zeros((p, n, n)), M, structure.names))


def _roots(M: np.ndarray) -> np.ndarray:
    """Lower triangular L [..., n, n] with M = L L*, NaN where M is not positive definite."""
    try:
        return np.linalg.cholesky(M)
    except np.linalg.LinAlgError:  # of one member at least, and NumPy does not say which
        if M.ndim == 2:
            return np.full_like(M, np.nan)
        return np.stack([_roots(member) for member in M])


def _solved(L: np.ndarray, B: np.ndarray) -> np.ndarray:
    """L⁻¹ B, NaN where L is."""
    return np.linalg.solve(L, B)


def _adjoint(A: np.ndarray) -> np.ndarray:
    return np.conj(np.swapaxes(A, -1, -2))


def _lower(A: tf.Tensor) -> tf.Tensor:
    """The lower triangle with half of the diagonal."""
    below = tf.linalg.band_part(A, -1, 0)
    return below - tf.linalg.diag(tf.linalg.diag_part(A)) / 2
