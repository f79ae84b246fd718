"""The eigendecomposition near a known one: fast, and right to rounding where XLA's own is not."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from eigfit import tensorflow_lazily as tf

# An off-diagonal entry of VᵀAV counts as zero below so many roundings of the largest entry of A.
ROUNDINGS: Final = 9
# Rotations by more than these angles are left to the decomposition from scratch.
LARGEST_TURN: Final = 0.1
LARGEST_POLISH: Final = 1e-3


def eigh_near(A: tf.Tensor, vectors: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Eigenvalues and eigenvectors of A [..., n, n], given those of a matrix near to it.

    The former eigenvectors V make VᵀAV almost diagonal, and a few first-order rotations, each
    squaring what is left, finish it. Where that fails (a first step, a crossing, a cluster of
    eigenvalues) XLA's Jacobi method decomposes VᵀAV and the same rotations polish it: by itself XLA
    leaves entries alone that are small against the diagonal, and loses the digits of eigenvalues
    that lie close together, which is also why the mean is taken off the diagonal first.

    The tape receives dλ_k/dA = v_k v_kᵀ, and no derivative of the eigenvectors.

    Args:
        A: symmetric matrices.
        vectors: orthogonal matrices [..., n, n], the identity if nothing is known.

    Returns:
        Ascending eigenvalues [..., n] and eigenvectors as columns [..., n, n].
    """

    @tf.custom_gradient
    def decomposed(A: tf.Tensor) -> Any:
        mean = tf.linalg.trace(A)[..., None] / A.shape[-1]
        centred = A - mean[..., None] * tf.eye(A.shape[-1], dtype=A.dtype)
        near, left = _polished(centred, vectors, 4, LARGEST_TURN)

        def from_scratch() -> Any:
            _, turned = tf.linalg.eigh(left)
            V = _orthogonal(tf.matmul(near, turned))
            V, left_then = _polished(centred, V, 3, LARGEST_POLISH)
            return tf.linalg.diag_part(left_then), V

        values = tf.linalg.diag_part(left)
        ascending = tf.reduce_all(values[..., 1:] >= values[..., :-1])
        done = ascending & ~tf.reduce_any(_remaining(left, centred, 4 * ROUNDINGS))
        values, V = tf.cond(done, lambda: (values, near), from_scratch)

        def gradient(dvalues: tf.Tensor, _: tf.Tensor) -> tf.Tensor:
            return tf.matmul(V * dvalues[..., None, :], V, transpose_b=True)

        # Equal eigenvalues may come out of order by a rounding.
        return (tf.sort(values, axis=-1) + mean, V), gradient

    return decomposed(A)


def _polished(A: tf.Tensor, V: tf.Tensor, rounds: int, largest: float) -> tuple[Any, Any]:
    """V after at most so many rounds of first-order rotations, and VᵀAV."""

    def unfinished(count: Any, V: Any, rotated: Any) -> Any:
        return (count < rounds) & tf.reduce_any(_remaining(rotated, A, ROUNDINGS))

    def improve(count: Any, V: Any, rotated: Any) -> Any:
        values = tf.linalg.diag_part(rotated)
        gap = values[..., None, :] - values[..., :, None]
        off = _off_diagonal(rotated)
        small = tf.abs(off) < largest * tf.abs(gap)
        turn = tf.where(small, off / tf.where(small, gap, tf.ones_like(gap)), tf.zeros_like(off))
        V = _orthogonal(V + tf.matmul(V, (turn - tf.linalg.matrix_transpose(turn)) / 2))
        return count + 1, V, _rotated(A, V)

    return tf.while_loop(unfinished, improve, (0, V, _rotated(A, V)))[1:]


def _remaining(rotated: tf.Tensor, A: tf.Tensor, roundings: int) -> tf.Tensor:
    """Where VᵀAV is not diagonal yet."""
    scale = tf.reduce_max(tf.abs(A), axis=[-2, -1], keepdims=True)
    rounding = roundings * float(np.finfo(A.dtype.as_numpy_dtype).eps)
    return tf.abs(_off_diagonal(rotated)) > rounding * scale


def _rotated(A: tf.Tensor, V: tf.Tensor) -> tf.Tensor:
    return tf.matmul(V, tf.matmul(A, V), transpose_a=True)


def _off_diagonal(A: tf.Tensor) -> tf.Tensor:
    return A - tf.linalg.diag(tf.linalg.diag_part(A))


def _orthogonal(V: tf.Tensor) -> tf.Tensor:
    """One Newton–Schulz step, which squares the distance of V from orthogonality."""
    identity = tf.eye(V.shape[-1], dtype=V.dtype)
    return tf.matmul(V, 1.5 * identity - 0.5 * tf.matmul(V, V, transpose_a=True))
