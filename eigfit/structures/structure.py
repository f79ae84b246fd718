"""What a structure is: how a few parameters r fill a symmetric or Hermitian matrix A(r)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol, Self, runtime_checkable

import numpy as np

from eigfit import tensorflow_lazily as tf

# By which share of its largest entry a matrix may be off, as printed numbers are rounded.
ROUNDED: Final = 1e-6


@runtime_checkable
class Structure(Protocol):
    """A(r), real symmetric or complex Hermitian, for parameters r [..., p].

    The eigenvalues of A(r) are the levels. Nobody outside asks what kind it is, but whether A is
    affine in r. Batches and derivatives follow from what stands here: first by NumPy alone, which
    never imports TensorFlow unless the structure is a function of it, then by TensorFlow.
    """

    @property
    def names(self) -> tuple[str, ...]:
        """What each of the p parameters is called; empty inside compiled functions."""
        ...

    @property
    def n(self) -> int:
        """Rows of the matrix."""
        ...

    @property
    def parameters(self) -> int:
        """p, how many numbers r has."""
        ...

    @property
    def affine(self) -> bool:
        """Whether A(r) = A₀ + Σ r_k A_k, so that ∂A/∂r_k = A_k whatever r is."""
        ...

    @property
    def complex(self) -> bool:
        """Whether A has complex entries."""
        ...

    def filled(self, r: Any) -> np.ndarray:
        """A(r), shape [..., n, n]; raises a ValueError where r has not p numbers."""
        ...

    def slopes(self, r: np.ndarray, V: np.ndarray) -> np.ndarray:
        """∂λ_i/∂r_k = Re v_i* (∂A/∂r_k) v_i, float64 [..., m, p].

        The columns of V [..., n, m] are m orthonormal eigenvectors of A(r).
        """
        ...

    def modes(self, r: np.ndarray, V: np.ndarray) -> np.ndarray:
        """The columns x of K x = λ M x for eigenvectors V [..., n, m]; V unless there is a mass."""
        ...

    def inner(self, S: np.ndarray) -> np.ndarray:
        """Re ⟨A_k, S⟩, shape [..., p], for S [..., n, n]; a TypeError unless affine."""
        ...

    def gram(self) -> np.ndarray:
        """Re ⟨A_j, A_k⟩, shape [p, p]; a TypeError unless affine."""
        ...

    def basis(self) -> np.ndarray:
        """Every A_k, shape [p, n, n], made when asked for; a TypeError unless affine."""
        ...

    def matrix(self, r: tf.Tensor) -> tf.Tensor:
        """A(r), shape [..., n, n]; differentiable to any order."""
        ...

    def tangent(self, r: tf.Tensor, direction: tf.Tensor) -> tf.Tensor:
        """Σ d_k ∂A/∂r_k at r, shape [..., n, n]: how A moves along d [..., p]."""
        ...

    def adjoint(self, r: tf.Tensor, S: tf.Tensor) -> tf.Tensor:
        """Re ⟨∂A/∂r_k, S⟩ at r for every k, shape [..., p], for Hermitian S [..., n, n]."""
        ...

    def jacobian(self, r: tf.Tensor, V: tf.Tensor) -> tf.Tensor:
        """∂λ_i/∂r_k at r as `slopes` gives it, shape [..., n, p], for all eigenvectors V."""
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


def checked_names(names: Sequence[str] | None, p: int) -> tuple[str, ...]:
    """The names of p parameters, r0, r1, … unless given, or an error that says what is wrong."""
    if names is None:
        return tuple(f"r{k}" for k in range(p))
    if isinstance(names, str) or not all(isinstance(name, str) for name in names):
        raise TypeError(f"names must be a list of texts, one for each parameter; got {names!r}")
    if len(names) != p or len({*names}) != p or not all(names):
        raise ValueError(
            f"names must be {p} different texts, one for each parameter; got {list(names)}"
        )
    return tuple(names)


def not_affine(name: str) -> TypeError:
    """The error of asking a structure for what only an affine one has."""
    return TypeError(
        f"{name} needs an affine structure, A(r) = A₀ + Σ r_k A_k; here ∂A/∂r_k depends on r, and "
        "slopes(r, V) takes it there"
    )


def entry_type(real: Any, complex: bool) -> Any:
    """TensorFlow's type of a matrix's entries for parameters of a real type."""
    if not complex:
        return real
    return tf.complex64 if real == tf.float32 else tf.complex128


def check_parameters(shape: Sequence[int | None], p: int) -> None:
    """Raise an error unless parameters of that shape are p numbers each."""
    if not len(shape) or shape[-1] != p:
        raise ValueError(
            f"r has shape {list(shape)} but the structure has {p} parameters; give [..., {p}]"
        )


def parameters_of(structure: Structure, A: np.ndarray) -> np.ndarray:
    """The parameters r [p] that fill a matrix A [n, n] of the structure.

    Raises:
        TypeError: the structure is not affine.
        ValueError: it is not symmetric, or no matrix of the structure, beyond rounding; the entry
            that is farthest off is named.
    """
    scale = np.abs(A).max()
    i, j = np.unravel_index(np.argmax(np.abs(A - A.conj().T)), A.shape)
    if abs(A[i, j] - A[j, i].conj()) > ROUNDED * scale:
        raise ValueError(
            f"the matrix must be symmetric, but A[{i}, {j}] is {A[i, j]:.10g} and A[{j}, {i}] is "
            f"{A[j, i]:.10g}"
        )
    constant = structure.filled(np.zeros(structure.parameters))
    # ⟨A_i, Σ r_k A_k⟩ = ⟨A_i, A − A₀⟩, and 0 for a parameter that moves nothing
    r = np.linalg.lstsq(structure.gram(), structure.inner(A - constant), rcond=None)[0]
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
    metadata, components = structure.__tf_flatten__()
    shapes = tuple(
        signature(part)
        if isinstance(part, Structure)
        else (np.shape(part), np.asarray(part).dtype.str)
        for part in components
    )
    return type(structure), metadata, shapes
