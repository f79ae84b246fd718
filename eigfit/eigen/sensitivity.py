"""Derivatives of the eigenvalues of a matrix by the matrix, in closed form.

What has no derivative, a single eigenvalue inside a cluster, is refused in words.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.checks import check_index, real_array
from eigfit.eigen.spectral import equal_within
from eigfit.results.convention import Convention, outer_square


def sensitivity(A: Any, k: int = 0, convention: Convention = "symmetric") -> tf.Tensor:
    """dλ_k/dA, the gradient of the k-th smallest eigenvalue of a symmetric matrix.

    For a unit eigenvector v of a simple eigenvalue the derivative is v vᵀ: moving A by E moves λ_k
    by vᵀ E v to first order. At a repeated eigenvalue there is no derivative; what comes back then
    belongs to the one eigenvector the decomposition chose, and `directional_derivatives` says how
    the cluster moves.

    Args:
        A: real matrices, shape [..., n, n], of which only the lower triangle is read; float64
            unless they come as float32.
        k: which eigenvalue, counted from 0 in ascending order.
        convention: `"symmetric"` is v vᵀ. `"lower"` is what TensorFlow's tape returns, the
            derivative with respect to the entries that are read: below the diagonal twice v vᵀ,
            as such an entry stands for its mirror too, and zero above.

    Returns:
        A tensor of shape [..., n, n].

    Raises:
        TypeError: A holds something else than real numbers, or k is not a whole number.
        ValueError: A is not square, k is not one of its eigenvalues, or the convention is unknown.

    Source: Magnus, "On differentiating eigenvalues and eigenvectors" (1985), Theorem 1.
    """
    A = _square(A)
    check_index(k, A.shape[-1])
    return outer_square(tf.linalg.eigh(A)[1][..., k], convention)


def directional_derivatives(A: Any, E: Any, k: int = 0) -> tuple[range, np.ndarray]:
    """How the cluster of λ_k moves when A moves towards E.

    The m eigenvalues equal to λ_k leave their common value, along A + s E with s rising from 0,
    with the slopes that are the eigenvalues of E compressed to the cluster's eigenvectors. For a
    simple eigenvalue that is the one number vᵀ E v.

    Args:
        A: a symmetric matrix [n, n], of which the lower triangle is read.
        E: the direction, symmetric [n, n], likewise.
        k: an eigenvalue of the cluster.

    Returns:
        The indices of the cluster, and its m slopes, ascending.

    Source: Lancaster, "On eigenvalues of matrices dependent on a parameter" (1964).
    """
    values, G = _in_eigenvectors(A, E)
    if values.ndim > 1:
        raise ValueError(
            f"A must be one matrix [n, n], as clusters differ; got shape {list(np.shape(A))}"
        )
    check_index(k, len(values))
    cluster = _cluster(values, k)
    block = G[cluster.start : cluster.stop, cluster.start : cluster.stop]
    return cluster, np.linalg.eigvalsh(block)


def second_derivative(A: Any, E: Any, k: int = 0) -> np.ndarray:
    """d²/ds² of the k-th eigenvalue of A + s E at s = 0: 2 Σ_l (v_lᵀ E v_k)² / (λ_k − λ_l).

    Neighbours push each other away: a level above bends λ_k down, one below bends it up.

    Args:
        A: symmetric matrices [..., n, n], of which the lower triangle is read; float64 unless they
            come as float32.
        E: the directions, symmetric [..., n, n], likewise.
        k: which eigenvalue.

    Returns:
        A number, or one for each member, shape [...].

    Raises:
        ValueError: λ_k is repeated, to rounding, and has no second derivative.

    Source: Lancaster, "On eigenvalues of matrices dependent on a parameter" (1964).
    """
    values, G = _in_eigenvectors(A, E)
    n = values.shape[-1]
    check_index(k, n)
    for member in values.reshape(-1, n):
        refuse_repeated(member, k)
    return curvature(values, G[..., k, None, :], k)[..., 0, 0]


def curvature(values: Any, rows: Any, k: int) -> np.ndarray:
    """Second derivatives of λ_k by p directions: 2 Re Σ_l (G_i)_kl (G_j)_lk / (λ_k − λ_l).

    Args:
        values: ascending eigenvalues [..., n], of which λ_k is simple.
        rows: row k of each direction in the eigenvectors, G_j = V* A_j V; shape [..., p, n].
        k: which eigenvalue.

    Returns:
        Symmetric matrices [..., p, p].

    Source: Lancaster, "On eigenvalues of matrices dependent on a parameter" (1964).
    """
    values, rows = np.asarray(values), np.asarray(rows)
    others = np.arange(values.shape[-1]) != k
    gaps = values[..., k, None] - values[..., others]
    pushes = rows[..., others] / gaps[..., None, :]
    return 2 * np.real(pushes @ np.swapaxes(rows[..., others], -1, -2).conj())


def repeated(values: np.ndarray, k: int) -> bool:
    """Whether λ_k is one of several equal among the ascending values [n]."""
    return len(_cluster(values, k)) > 1


def _square(A: Any) -> tf.Tensor:
    if not tf.is_tensor(A):
        single = getattr(A, "dtype", None) == np.float32
        A = tf.convert_to_tensor(A if single else real_array("A", A))
    if A.shape.rank < 2 or A.shape[-1] != A.shape[-2]:
        raise ValueError(f"A must be square, [..., n, n]; got shape {A.shape.as_list()}")
    return tf.convert_to_tensor(A)


def _in_eigenvectors(A: Any, E: Any) -> tuple[np.ndarray, np.ndarray]:
    precision = np.float32 if getattr(A, "dtype", None) == np.float32 else np.float64
    A, E = (real_array(name, M).astype(precision) for name, M in (("A", A), ("E", E)))
    if A.ndim < 2 or A.shape[-2] != A.shape[-1] or E.shape != A.shape:
        raise ValueError(
            f"A and E must be square and of one size; got shapes {list(A.shape)} and "
            f"{list(E.shape)}"
        )
    values, V = np.linalg.eigh(A)
    E = np.tril(E) + np.swapaxes(np.tril(E, -1), -1, -2)
    return values, np.swapaxes(V, -1, -2) @ E @ V


def _cluster(values: np.ndarray, k: int) -> range:
    """The indices of the eigenvalues equal to λ_k, to the accuracy they are known."""
    equal = np.diff(values) <= equal_within(len(values), values.dtype) * np.abs(values).max()
    start, stop = k, k + 1
    while start > 0 and equal[start - 1]:
        start -= 1
    while stop < len(values) and equal[stop - 1]:
        stop += 1
    return range(start, stop)


def refuse_repeated(values: np.ndarray, k: int) -> None:
    """Raise an error unless λ_k is simple among the ascending values [n]."""
    if repeated(values, k):
        raise ValueError(
            f"λ_{k} is one of {len(_cluster(values, k))} equal eigenvalues and has no derivative "
            "of its own; directional_derivatives says how the cluster moves"
        )
