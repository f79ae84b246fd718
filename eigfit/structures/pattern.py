"""Matrices whose entries are parameters or constants."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.checks import real_array
from eigfit.structures.pairs import BLOCK_NUMBERS, over_pairs
from eigfit.structures.structure import check_parameters, checked_names

IN_TENSORFLOW: Final = '''\
# Which parameter stands in each entry; {zero} is one past the last and means 0.
INDEX = {index}


def matrix(r):
    """The matrix of the parameters."""
    return tf.gather(tf.concat([r, tf.zeros(1, r.dtype)], axis=0), INDEX){constant}
'''


@dataclass(frozen=True, eq=False)
class Pattern:
    """A symmetric matrix whose entries are parameters or constants; made by `pattern`.

    Attributes:
        index: which parameter stands in each entry, −1 for none; int32, shape [n, n].
        constant: what is added to each entry; shape [n, n].
        positions: the flat positions of each parameter in the matrix, padded with n²; int32,
            shape [p, m].
        names: what each parameter is called; empty inside compiled functions.
    """

    index: Any
    constant: Any
    positions: Any
    names: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Rows of the matrix."""
        return int(self.index.shape[0])

    @property
    def parameters(self) -> int:
        """How many numbers r has."""
        return int(self.positions.shape[0])

    @property
    def affine(self) -> bool:
        """True: an entry is a parameter or a constant."""
        return True

    @property
    def complex(self) -> bool:
        """False: all entries are real."""
        return False

    def matrix(self, r: tf.Tensor) -> tf.Tensor:
        """A(r), shape [..., n, n], for parameters r [..., p]; differentiable to any order.

        Raises:
            ValueError: the last axis of r is not `parameters` long.
        """
        r = tf.convert_to_tensor(r if tf.is_tensor(r) else real_array("r", r))
        check_parameters(r.shape.as_list(), self.parameters)

        # The gradient of a gather is a scatter, which XLA runs entry by entry; `adjoint` gathers.
        @tf.custom_gradient
        def linear(r: tf.Tensor) -> Any:
            return self.tangent(r, r), lambda S: self.adjoint(r, S)

        return linear(r) + tf.cast(self.constant, r.dtype)

    def filled(self, r: Any) -> np.ndarray:
        """A(r) as `matrix` gives it, by NumPy alone; raises as `matrix` does."""
        r = np.asarray(r)
        check_parameters(r.shape, self.parameters)
        r = r.astype(np.result_type(r, np.float32), copy=False)  # whole numbers become float64
        padded = np.concatenate([r, np.zeros_like(r[..., :1])], axis=-1)  # −1 is the last one
        return padded[..., self.index] + self.constant.astype(padded.dtype)

    def slopes(self, r: np.ndarray, V: np.ndarray) -> np.ndarray:
        """∂λ_i/∂r_k = Σ v_a v_b over the entries (a, b) of r_k, for eigenvectors V [..., n, m]."""
        rows, columns, ends = self._upper
        both = np.where(rows == columns, 1.0, 2.0)[:, None]  # an entry above stands for two
        single = len(rows) == self.parameters  # there is nothing to sum
        if single and np.isrealobj(V) and len(rows) * V.size <= BLOCK_NUMBERS * self.n:
            products = both * V.take(rows, axis=-2)
            products *= V.take(columns, axis=-2)
            return products.swapaxes(-1, -2)

        def summed(products: np.ndarray) -> np.ndarray:
            products = np.real(products)
            products *= both
            if single:
                return products
            return np.stack([products[a:b].sum(axis=0) for a, b in itertools.pairwise(ends)])

        return over_pairs(V, rows, columns, self.parameters, summed)

    def modes(self, r: np.ndarray, V: np.ndarray) -> np.ndarray:
        """V itself: there is no mass."""
        return V

    def inner(self, S: np.ndarray) -> np.ndarray:
        """⟨A_k, S⟩ for every k, shape [..., p], for matrices S [..., n, n]."""
        flat = np.real(S).reshape(*np.shape(S)[:-2], self.n**2)
        padded = np.concatenate([flat, np.zeros_like(flat[..., :1])], axis=-1)
        return padded[..., self.positions].sum(axis=-1)

    def gram(self) -> np.ndarray:
        """⟨A_j, A_k⟩, shape [p, p]: each parameter's entries are its own."""
        return np.diag(np.sum(self.positions < self.n**2, axis=-1).astype(float))

    def basis(self) -> np.ndarray:
        """Every A_k, zeros and ones, shape [p, n, n]."""
        return (self.index == np.arange(self.parameters)[:, None, None]).astype(float)

    def tangent(self, r: tf.Tensor, direction: tf.Tensor) -> tf.Tensor:
        """Σ d_k A_k, shape [..., n, n], how A moves when r moves along d [..., p]."""
        zero = tf.zeros_like(direction[..., :1])
        return tf.gather(tf.concat([zero, direction], axis=-1), self.index + 1, axis=-1)

    def adjoint(self, r: tf.Tensor, S: tf.Tensor) -> tf.Tensor:
        """⟨A_k, S⟩ for every k, shape [..., p]: the sum of the entries where r_k stands."""
        S = tf.math.real(S)
        if S.shape.is_fully_defined():
            lengths = [*S.shape[:-2], self.n**2]
        else:
            lengths = tf.concat([tf.shape(S)[:-2], [self.n**2]], 0)
        flat = tf.reshape(S, lengths)
        padded = tf.concat([flat, tf.zeros_like(flat[..., :1])], axis=-1)
        if self.positions.shape[-1] == 2:  # a third faster than a sum over so short an axis
            first, second = tf.unstack(self.positions, axis=-1)
            return tf.gather(padded, first, axis=-1) + tf.gather(padded, second, axis=-1)
        return tf.reduce_sum(tf.gather(padded, self.positions, axis=-1), axis=-1)

    def jacobian(self, r: tf.Tensor, V: tf.Tensor) -> tf.Tensor:
        """v_i* A_k v_i, shape [..., n, p], for eigenvectors as columns of V [..., n, n]."""
        # An index n² that stands for nothing lies in row n, of zeros.
        rows, columns = self.positions // self.n, self.positions % self.n
        padded = tf.concat([V, tf.zeros_like(V[..., :1, :])], axis=-2)
        left, right = (tf.gather(padded, place, axis=-2) for place in (rows, columns))
        products = tf.math.real(tf.math.conj(left) * right)
        return tf.linalg.matrix_transpose(tf.reduce_sum(products, axis=-2))

    def in_tensorflow(self) -> str:
        """Lines of a script that define `matrix(r)` for r [p] with TensorFlow's `tf` alone."""
        p = self.parameters
        constant = f" + tf.constant({self.constant.tolist()}, r.dtype)" * bool(self.constant.any())
        return IN_TENSORFLOW.format(
            zero=p, index=np.where(self.index < 0, p, self.index).tolist(), constant=constant
        )

    @cached_property
    def _upper(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows and columns of the upper entries by parameter, and where those of each begin."""
        rows, columns = np.nonzero(np.triu(self.index >= 0))
        number = self.index[rows, columns]
        order = np.argsort(number, kind="stable")
        ends = np.searchsorted(number[order], np.arange(self.parameters + 1))
        return rows[order], columns[order], ends

    # TensorFlow's protocol for passing a record of arrays into a compiled function as data.
    def __tf_flatten__(self) -> tuple[tuple[()], tuple[Any, Any, Any]]:
        return (), (self.index, self.constant, self.positions)

    @classmethod
    def __tf_unflatten__(cls, metadata: tuple[()], components: tuple[Any, Any, Any]) -> Pattern:
        return cls(*components)


def pattern(index: Any, constant: Any = None, names: Sequence[str] | None = None) -> Pattern:
    """The structure in which parameter `index[i, j]` stands in entry (i, j).

    Args:
        index: integers, shape [n, n], symmetric; −1 where no parameter stands. Every number from 0
            to the largest must occur.
        constant: numbers added to the entries, shape [n, n], symmetric; zero unless given. An entry
            without a parameter is fixed at its constant.
        names: of the parameters, r0, r1, … unless given.

    Returns:
        A structure with `index.max() + 1` parameters; memory O(n²).

    Raises:
        TypeError: the index holds something else than integers.
        ValueError: the index or the constant is not square, symmetric and of the same size, a
            parameter is missing, a constant is not finite, or the names are not one for each.
    """
    index = np.asarray(index)
    if index.dtype.kind not in "iu":
        raise TypeError(
            f"index must hold integers, the number of the parameter in each entry; got "
            f"{index.dtype}"
        )
    _check_square_and_symmetric("index", index)
    p = int(index.max()) + 1
    missing = sorted(set(range(-1, p)) - {-1} - set(index.ravel().tolist()))
    if index.min() < -1 or missing or p == 0:
        came = f"parameter {missing[0]} is in no entry" if missing else f"got {index.min()}"
        raise ValueError(
            f"index must number the parameters 0, 1, 2, … without gaps, −1 for none; {came}"
        )
    constant = np.zeros(index.shape) if constant is None else np.asarray(constant, dtype=float)
    if not np.isfinite(constant).all():
        raise ValueError("constant must be finite; replace the entries that are NaN or infinite")
    _check_square_and_symmetric("constant", constant)
    if constant.shape != index.shape:
        raise ValueError(
            f"constant must be of the size of the index, {index.shape}; got {constant.shape}"
        )
    named = checked_names(names, p)
    return Pattern(index.astype(np.int32), constant, _positions(index, p), named)


def _positions(index: np.ndarray, p: int) -> np.ndarray:
    """The flat positions of each parameter, padded with n²; shape [p, m]."""
    flat = index.ravel()
    entries = np.flatnonzero(flat >= 0)
    entries = entries[np.argsort(flat[entries], kind="stable")]
    counts = np.bincount(flat[entries], minlength=p)
    place = np.arange(len(entries)) - np.repeat(np.cumsum(counts) - counts, counts)
    padded = np.full((p, counts.max()), flat.size, dtype=np.int32)
    padded[flat[entries], place] = entries
    return padded


def _check_square_and_symmetric(name: str, matrix: np.ndarray) -> None:
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise ValueError(f"{name} must be a square matrix [n, n]; got shape {list(matrix.shape)}")
    differs = np.argwhere(matrix != matrix.T)
    if len(differs):
        i, j = differs[0]
        raise ValueError(
            f"{name} must be symmetric, but entry ({i}, {j}) is {matrix[i, j]} and entry "
            f"({j}, {i}) is {matrix[j, i]}; make them equal"
        )
