"""Matrices that are affine in their parameters: A(r) = A₀ + Σ r_k A_k.

Such a matrix is known by its entries on and above the diagonal, wherever one of the A_k has any.
They are E numbers that move along r, whether the A_k came dense or sparse, real or complex.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.checks import real_array
from eigfit.structures.pairs import over_pairs
from eigfit.structures.structure import check_parameters, entry_type

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# Rows up to which a matrix that came sparse is filled; a larger one takes over 64 MB.
LARGEST_FILLED: Final = 2_000


@dataclass(frozen=True, eq=False)
class Affine:
    """A(r) = A₀ + Σ r_k A_k, real symmetric or complex Hermitian; made by `affine`.

    Attributes:
        n: rows of the matrix.
        rows: of the entries on and above the diagonal, int32, shape [E].
        columns: of the same, none below its row, int32, shape [E].
        weights: what r_k adds to each entry, real or complex, shape [p, E]; a SciPy CSR array
            where that would be large.
        constant: what is added to each entry, shape [E].
        names: what each parameter is called; empty inside compiled functions.
        kept_sparse: whether the matrices came sparse; large ones are never filled then.
        root: L of the mass L L* that a pencil was freed from, lower triangular [n, n], or its
            diagonal [n]; None without one.
        index: which of the entries, their conjugates and a zero at the end stands where; int32,
            shape [n, n]. Given inside compiled functions only.
    """

    n: int
    rows: Any
    columns: Any
    weights: Any
    constant: Any
    names: tuple[str, ...] = ()
    kept_sparse: bool = False
    root: Any = None
    index: Any = None

    @property
    def parameters(self) -> int:
        """How many numbers r has."""
        return int(self.weights.shape[0])

    @property
    def affine(self) -> bool:
        """True."""
        return True

    @property
    def complex(self) -> bool:
        """Whether entries are complex."""
        return np.dtype(_numpy_dtype(self.weights)).kind == "c"

    def filled(self, r: Any) -> np.ndarray:
        """A(r), shape [..., n, n], by NumPy alone.

        Raises:
            ValueError: r has not p numbers, or the matrices are sparse and have more than 2,000
                rows: `sparse` is for those.
        """
        self._refuse_large("filled")
        return self._with_conjugates(r)[..., self._index]

    def sparse(self, r: np.ndarray) -> csr_array:
        """A(r) as SciPy's CSR array, for one r [p]; its entries stand where any A_k has one."""
        from scipy.sparse import csr_array

        order, indices, indptr = self._rows_compressed
        entries = self._with_conjugates(r)[order]
        return csr_array((entries, indices, indptr), shape=(self.n, self.n))

    def slopes(self, r: np.ndarray, V: np.ndarray) -> np.ndarray:
        """∂λ_i/∂r_k = Re v_i* A_k v_i, shape [..., m, p], for eigenvectors V [..., n, m]."""
        rows, columns, weights = self._moving

        def weighed(products: np.ndarray) -> np.ndarray:
            if not self.complex:
                return weights @ np.real(products)
            return weights @ np.concatenate([np.real(products), np.imag(products)])

        return over_pairs(V, rows, columns, self.parameters, weighed)

    def modes(self, r: np.ndarray, V: np.ndarray) -> np.ndarray:
        """The columns x = L⁻* v of K x = λ M x with x* M x = 1; V itself where there is no mass."""
        if self.root is None:
            return V
        if self.root.ndim == 1:
            return V / self.root[:, None]
        return np.linalg.solve(self.root.conj().T, V)

    def inner(self, S: np.ndarray) -> np.ndarray:
        """Re ⟨A_k, S⟩ for every k, shape [..., p], for matrices S [..., n, n]."""
        S = np.asarray(S)
        rows, columns, weights = self._moving
        halves = (S[..., rows, columns].conj() + S[..., columns, rows]) / 2
        parts = [halves.real, halves.imag] if self.complex else [halves.real]
        flat = np.concatenate(parts, axis=-1).reshape(-1, weights.shape[1])
        return (weights @ flat.T).T.reshape(*S.shape[:-2], self.parameters)

    def gram(self) -> np.ndarray:
        """Re ⟨A_j, A_k⟩, shape [p, p]."""
        twice = np.where(self.rows == self.columns, 1.0, 2.0)
        products = scaled(self.weights, twice) @ self.weights.conj().T
        return (products if isinstance(products, np.ndarray) else products.toarray()).real

    def basis(self) -> np.ndarray:
        """Every A_k, shape [p, n, n], made when asked for."""
        return self.filled(np.eye(self.parameters)) - self.filled(np.zeros(self.parameters))

    def matrix(self, r: tf.Tensor) -> tf.Tensor:
        """A(r), shape [..., n, n], complex where the basis is; differentiable to any order."""
        r = tf.convert_to_tensor(r if tf.is_tensor(r) else real_array("r", r))
        check_parameters(r.shape.as_list(), self.parameters)
        entries = self._moved(r)
        return self._placed(entries + tf.cast(self.constant, entries.dtype))

    def tangent(self, r: tf.Tensor, direction: tf.Tensor) -> tf.Tensor:
        """Σ d_k A_k, shape [..., n, n], how A moves when r moves along d [..., p]."""
        return self._placed(self._moved(tf.convert_to_tensor(direction)))

    def adjoint(self, r: tf.Tensor, S: tf.Tensor) -> tf.Tensor:
        """Re ⟨A_k, S⟩ for every k, shape [..., p], for Hermitian S [..., n, n]."""
        rows, columns = tf.cast(self.rows, tf.int32), tf.cast(self.columns, tf.int32)
        flat = tf.reshape(S, tf.concat([tf.shape(S)[:-2], [self.n**2]], 0))
        return self._weighed_tensors(tf.gather(flat, rows * self.n + columns, axis=-1))

    def jacobian(self, r: tf.Tensor, V: tf.Tensor) -> tf.Tensor:
        """∂λ_i/∂r_k = Re v_i* A_k v_i, shape [..., n, p], for eigenvectors V [..., n, n]."""
        V = tf.linalg.matrix_transpose(V)
        left, right = (tf.gather(V, place, axis=-1) for place in (self.rows, self.columns))
        return self._weighed_tensors(left * tf.math.conj(right))

    def _with_conjugates(self, r: np.ndarray) -> np.ndarray:
        """The entries, where complex their conjugates, and a zero; shape [..., 2 E + 1]."""
        check_parameters(np.shape(r), self.parameters)
        r = np.asarray(r)
        moved = np.atleast_2d(r).reshape(-1, self.parameters) @ self.weights
        entries = moved.reshape(*r.shape[:-1], -1) + self.constant
        if r.dtype == np.float32:
            entries = entries.astype(np.complex64 if self.complex else np.float32)
        conjugates = [entries.conj()] if self.complex else []
        return np.concatenate([entries, *conjugates, np.zeros_like(entries[..., :1])], axis=-1)

    @cached_property
    def _index(self) -> np.ndarray:
        """Where each number of `_with_conjugates` stands, shape [n, n]."""
        E = len(self.rows)
        index = np.full((self.n, self.n), 2 * E if self.complex else E, np.int32)
        index[self.columns, self.rows] = np.arange(E) + E * self.complex
        index[self.rows, self.columns] = np.arange(E)
        return index

    @cached_property
    def _rows_compressed(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Which of `_with_conjugates` each entry of a CSR array is, its columns, and row ends."""
        E, off = len(self.rows), np.flatnonzero(self.rows != self.columns)
        rows = np.concatenate([self.rows, self.columns[off]])
        columns = np.concatenate([self.columns, self.rows[off]])
        order = np.lexsort((columns, rows))
        which = np.concatenate([np.arange(E), off + E * self.complex])[order]
        ends = np.searchsorted(rows[order], np.arange(self.n + 1)).astype(np.int32)
        return which, columns[order].astype(np.int32), ends

    @cached_property
    def _moving(self) -> tuple[np.ndarray, np.ndarray, Any]:
        """Rows and columns of entries that move, and weights [p, E or 2 E] of v* A v.

        They are those of the real parts of conj(v_row) v_column and, where A is complex, of the
        imaginary ones after them.
        """
        moves = np.unique(np.nonzero(self.weights)[1])
        rows, columns = self.rows[moves], self.columns[moves]
        twice = np.where(rows == columns, 1.0, 2.0)  # an entry above stands for two
        weights = scaled(self.weights[:, moves], twice)
        if not self.complex:
            return rows, columns, weights
        parts = weights.real, -weights.imag
        dense = isinstance(weights, np.ndarray)
        return rows, columns, np.hstack(parts) if dense else _side_by_side(*parts)

    def _refuse_large(self, wanted: str) -> None:
        if self.kept_sparse and self.n > LARGEST_FILLED:
            raise ValueError(
                f"a sparse matrix of {self.n} rows is not {wanted}, as it has more than "
                f"{LARGEST_FILLED}; use structure.sparse(r)"
            )

    def _moved(self, r: tf.Tensor) -> tf.Tensor:
        """Σ r_k A_k by its entries, shape [..., E]."""
        weights = tf.cast(self.weights, entry_type(r.dtype, self.complex))
        return tf.linalg.matvec(weights, tf.cast(r, weights.dtype), transpose_a=True)

    def _placed(self, entries: tf.Tensor) -> tf.Tensor:
        conjugates = [tf.math.conj(entries)] if self.complex else []
        padded = tf.concat([entries, *conjugates, tf.zeros_like(entries[..., :1])], axis=-1)
        return tf.gather(padded, self._index if self.index is None else self.index, axis=-1)

    def _weighed_tensors(self, S: tf.Tensor) -> tf.Tensor:
        """Re ⟨A_k, S⟩ from the entries of S, shape [..., E]."""
        twice = tf.where(tf.equal(self.rows, self.columns), 1.0, 2.0)
        weights = tf.cast(self.weights, S.dtype) * tf.cast(twice, S.dtype)
        # Re Σ conj(A_k) S
        return tf.math.real(tf.linalg.matvec(tf.math.conj(weights), S))

    # TensorFlow's protocol for passing a record of arrays into a compiled function as data.
    def __tf_flatten__(self) -> tuple[tuple[int], tuple[Any, ...]]:
        weights, index = self.weights, self.index
        if index is None:
            self._refuse_large("compiled")
            weights = weights if isinstance(weights, np.ndarray) else weights.toarray()
            index = self._index
        return (self.n,), (self.rows, self.columns, weights, self.constant, index)

    @classmethod
    def __tf_unflatten__(cls, metadata: tuple[int], components: tuple[Any, ...]) -> Affine:
        *entries, index = components
        return cls(*metadata, *entries, index=index)


def _numpy_dtype(array: Any) -> Any:
    return getattr(array.dtype, "as_numpy_dtype", array.dtype)


def scaled(weights: Any, shares: np.ndarray) -> Any:
    """Weights [p, E] times a number for each entry."""
    if isinstance(weights, np.ndarray):
        return weights * shares
    return weights.multiply(shares).tocsr()


def _side_by_side(*parts: Any) -> Any:
    from scipy.sparse import hstack

    return hstack(parts, format="csr")
