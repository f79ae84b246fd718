"""What a structure is: how a few parameters r fill a symmetric matrix A(r)."""

from __future__ import annotations

from typing import Any, Final, Protocol, Self, runtime_checkable

import numpy as np

from eigfit import tensorflow_lazily as tf

# By which share of its largest entry a matrix may be off, as printed numbers are rounded.
ROUNDED: Final = 1e-6


@runtime_checkable
class Structure(Protocol):
    """A(r) = A₀ + Σ r_k A_k, for parameters r [..., p]; nobody outside asks what kind it is.

    Batches, derivatives and scripts follow from what stands here.
    """

    @property
    def n(self) -> int:
        """Rows of the matrix."""
        ...

    @property
    def parameters(self) -> int:
        """p, how many numbers r has."""
        ...

    def matrix(self, r: tf.Tensor) -> tf.Tensor:
        """A(r), shape [..., n, n]; differentiable to any order."""
        ...

    def filled(self, r: np.ndarray) -> np.ndarray:
        """A(r) as `matrix` gives it, by NumPy alone."""
        ...

    def tangent(self, direction: tf.Tensor) -> tf.Tensor:
        """Σ d_k A_k, shape [..., n, n], how A moves when r moves along d [..., p]."""
        ...

    def adjoint(self, S: tf.Tensor) -> tf.Tensor:
        """⟨A_k, S⟩ = Σ_ij (A_k)_ij S_ij for every k, shape [..., p], for matrices S [..., n, n]."""
        ...

    def jacobian(self, V: tf.Tensor) -> tf.Tensor:
        """v_iᵀ A_k v_i, shape [..., n, p], for eigenvectors as columns of V [..., n, n]."""
        ...

    def in_tensorflow(self) -> str:
        """Lines of a script that define `matrix(r)` for r [p] with TensorFlow's `tf` alone."""
        ...

    def __tf_flatten__(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """What is compiled in, and the arrays that enter a compiled function as data.

        Source: TensorFlow, `CustomNestProtocol` in tensorflow/python/util/custom_nest_protocol.py.
        """
        ...

    @classmethod
    def __tf_unflatten__(cls, metadata: tuple[Any, ...], components: tuple[Any, ...]) -> Self:
        """The structure that `__tf_flatten__` took apart, its arrays perhaps tensors by now."""
        ...


def parameters_of(structure: Structure, A: np.ndarray) -> np.ndarray:
    """The parameters r [p] that fill a matrix A [n, n] of the structure.

    Raises:
        ValueError: it is not symmetric, or no matrix of the structure, beyond rounding; the entry
            that is farthest off is named.
    """
    scale = np.abs(A).max()
    i, j = np.unravel_index(np.argmax(np.abs(A - A.T)), A.shape)
    if abs(A[i, j] - A[j, i]) > ROUNDED * scale:
        raise ValueError(
            f"the matrix must be symmetric, but A[{i}, {j}] is {A[i, j]:.10g} and A[{j}, {i}] is "
            f"{A[j, i]:.10g}"
        )
    constant = structure.filled(np.zeros(structure.parameters))
    units = np.eye(structure.parameters)
    basis = np.array([(structure.filled(unit) - constant).ravel() for unit in units])
    r = np.linalg.solve(basis @ basis.T, basis @ (A - constant).ravel())  # ⟨A_i, Σ r_k A_k⟩
    nearest = structure.filled(r)
    i, j = np.unravel_index(np.argmax(np.abs(A - nearest)), A.shape)
    if abs(A[i, j] - nearest[i, j]) > ROUNDED * scale:
        raise ValueError(
            f"the matrix must be one of the structure, but A[{i}, {j}] is {A[i, j]:.10g} where "
            f"the nearest such matrix has {nearest[i, j]:.10g}"
        )
    return r


def signature(structure: Structure) -> tuple[Any, ...]:
    """What of a structure is compiled in: its kind, and the shapes and types of its numbers."""
    metadata, arrays = structure.__tf_flatten__()
    shapes = tuple((np.shape(array), np.asarray(array).dtype.str) for array in arrays)
    return type(structure), metadata, shapes
