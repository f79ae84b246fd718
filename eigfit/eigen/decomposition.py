"""Eigendecompositions: of a matrix, and of one near to a matrix that has been decomposed."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from eigfit import tensorflow_lazily as tf

# An off-diagonal entry of VᵀAV counts as zero below so many roundings of the largest entry of A,
# for each row.
ROUNDINGS: Final = 3
# First-order rotations square what is left of an angle below this; larger ones are Jacobi's.
LARGEST_TURN: Final = 0.1
MOST_ROUNDS: Final = 4
# Cyclic Jacobi needs fewer than ten sweeps for any matrix that fits in memory.
MOST_SWEEPS: Final = 30

# From here on LAPACK's divide and conquer is faster than TensorFlow's decomposition, although it
# has to be called through Python.
SMALLEST_FOR_LAPACK: Final = 128


def eigh(A: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Ascending eigenvalues [..., n] and eigenvectors as columns [..., n, n] of A [..., n, n].

    Real symmetric or complex Hermitian, of which only the lower triangle is read. A tape receives
    no derivatives of large matrices.
    """
    if A.shape[-1] < SMALLEST_FOR_LAPACK:
        values, V = tf.linalg.eigh(A)
        return tf.math.real(values), V
    real = A.dtype.real_dtype
    values, V = tf.numpy_function(np.linalg.eigh, [A], [real, A.dtype], stateful=False)
    return tf.ensure_shape(values, A.shape[:-1]), tf.ensure_shape(V, A.shape)


def from_eigenpairs(values: tf.Tensor, V: tf.Tensor) -> tf.Tensor:
    """V diag(λ) V*, shape [..., n, n], of eigenvalues [..., n] and eigenvectors V [..., n, n].

    Large matrices are multiplied by the library that has decomposed them: its threads still look
    out for more work, and TensorFlow's would have to share the processors with them. A tape
    receives no derivatives of them.
    """
    weighted = V * tf.cast(values, V.dtype)[..., None, :]
    if V.shape[-1] < SMALLEST_FOR_LAPACK:
        return tf.matmul(weighted, V, adjoint_b=True)
    A = tf.numpy_function(_by_adjoint, [weighted, V], V.dtype, stateful=False)
    return tf.ensure_shape(A, weighted.shape)


def _by_adjoint(left: np.ndarray, V: np.ndarray) -> np.ndarray:
    return left @ V.conj().swapaxes(-1, -2)


def eigh_near(A: tf.Tensor, vectors: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Eigenvalues and eigenvectors of A [..., n, n], given those of a matrix near to it.

    The former eigenvectors V make VᵀAV almost diagonal, and a few first-order rotations, each
    squaring what is left, finish it. Where that fails (a first step, a crossing, a cluster of
    eigenvalues) Jacobi's method does. XLA brings one of its own, but that leaves entries alone
    which are small against the diagonal and loses half the digits of eigenvalues that lie close
    together; the mean is taken off the diagonal here for the same reason.

    The tape receives dλ_k/dA = v_k v_kᵀ, and no derivative of the eigenvectors.

    Args:
        A: symmetric matrices.
        vectors: orthogonal matrices [..., n, n], the identity if nothing is known.

    Returns:
        Ascending eigenvalues [..., n] and eigenvectors as columns [..., n, n].

    Source: Golub and Van Loan, Matrix Computations (2013), sections 8.5.2 to 8.5.5.
    """

    @tf.custom_gradient
    def decomposed(A: tf.Tensor) -> Any:
        mean = tf.linalg.trace(A)[..., None] / A.shape[-1]
        centred = A - mean[..., None] * tf.eye(A.shape[-1], dtype=A.dtype)
        near, left = _turned(centred, vectors)
        values = tf.linalg.diag_part(left)
        ascending = tf.reduce_all(values[..., 1:] >= values[..., :-1])
        done = ascending & ~tf.reduce_any(_remaining(left, centred, 4 * ROUNDINGS))
        values, V = tf.cond(done, lambda: (values, near), lambda: _swept(centred, vectors))

        def gradient(dvalues: tf.Tensor, _: tf.Tensor) -> tf.Tensor:
            return tf.matmul(V * dvalues[..., None, :], V, transpose_b=True)

        return (values + mean, V), gradient

    return decomposed(A)


def _turned(A: tf.Tensor, V: tf.Tensor) -> tuple[Any, Any]:
    """V after first-order rotations, all pairs at once, and VᵀAV."""

    def unfinished(count: Any, V: Any, rotated: Any) -> Any:
        return (count < MOST_ROUNDS) & tf.reduce_any(_remaining(rotated, A, ROUNDINGS))

    def improve(count: Any, V: Any, rotated: Any) -> Any:
        V = turned_once(V, rotated)
        return count + 1, V, _rotated(A, V)

    return tf.while_loop(unfinished, improve, (0, V, _rotated(A, V)))[1:]


def turned_once(V: tf.Tensor, rotated: tf.Tensor) -> tf.Tensor:
    """V after one round of first-order rotations by small angles, given VᵀAV."""
    off = _off_diagonal(rotated)
    gap = _gaps(rotated)
    small = tf.abs(off) < LARGEST_TURN * tf.abs(gap)
    turn = tf.where(small, off / tf.where(small, gap, tf.ones_like(gap)), tf.zeros_like(off))
    return _orthogonal(V + tf.matmul(V, (turn - tf.linalg.matrix_transpose(turn)) / 2))


def _swept(A: tf.Tensor, V: tf.Tensor) -> tuple[Any, Any]:
    """Ascending eigenvalues and their vectors, by Jacobi's exact rotations of disjoint pairs."""
    n = A.shape[-1]
    pairings = tf.constant(_pairings(n), A.dtype)
    upper = tf.constant(np.triu(np.ones((n, n)), 1) - np.tril(np.ones((n, n)), -1), A.dtype)

    def unfinished(count: Any, V: Any, rotated: Any) -> Any:
        most = MOST_SWEEPS * pairings.shape[0]
        return (count < most) & tf.reduce_any(_remaining(rotated, A, ROUNDINGS))

    def rotate(count: Any, V: Any, rotated: Any) -> Any:
        paired = pairings[count % pairings.shape[0]] * tf.cast(
            _remaining(rotated, A, ROUNDINGS), A.dtype
        )
        off = tf.where(paired > 0, rotated, tf.ones_like(rotated))
        # τ = (a_jj − a_ii) / 2 a_ij and t = sign τ / (|τ| + √(1 + τ²)) make the entry zero.
        tau = _gaps(rotated) / (2 * off)
        sign = tf.where(tf.equal(tau, 0), upper, tf.sign(tau))
        tangent = paired * sign / (tf.abs(tau) + tf.sqrt(1 + tau**2))
        cosine = 1 / tf.sqrt(1 + tf.reduce_sum(tangent**2, axis=-1))
        J = tf.linalg.diag(cosine) + tangent * cosine[..., None]
        return count + 1, tf.matmul(V, J), _symmetric(_rotated(rotated, J))

    _, V, _ = tf.while_loop(unfinished, rotate, (0, V, _symmetric(_rotated(A, V))))
    V = _orthogonal(V)
    values = tf.linalg.diag_part(_rotated(A, V))
    order = tf.argsort(values, axis=-1)
    sorted_vectors = tf.gather(V, order, axis=-1, batch_dims=V.shape.rank - 2)
    return tf.sort(values, axis=-1), sorted_vectors


def _pairings(n: int) -> np.ndarray:
    """A tournament of n rows: who is paired with whom in each round; shape [rounds, n, n]."""
    players = n + n % 2
    rounds = np.zeros((max(players - 1, 1), players, players))
    seats = list(range(players))
    for paired in rounds:
        first, second = seats[: players // 2], seats[: players // 2 - 1 : -1]
        paired[first, second] = paired[second, first] = 1
        seats = [seats[0], seats[-1], *seats[1:-1]]
    return rounds[:, :n, :n]


def _gaps(rotated: tf.Tensor) -> tf.Tensor:
    """The gaps a_jj − a_ii, shape [..., n, n]."""
    values = tf.linalg.diag_part(rotated)
    return values[..., None, :] - values[..., :, None]


def _remaining(rotated: tf.Tensor, A: tf.Tensor, roundings: int) -> tf.Tensor:
    """Where VᵀAV is not diagonal yet."""
    scale = tf.reduce_max(tf.abs(A), axis=[-2, -1], keepdims=True)
    rounding = roundings * A.shape[-1] * float(np.finfo(A.dtype.as_numpy_dtype).eps)
    return tf.abs(_off_diagonal(rotated)) > rounding * scale


def _rotated(A: tf.Tensor, V: tf.Tensor) -> tf.Tensor:
    return tf.matmul(V, tf.matmul(A, V), transpose_a=True)


def _symmetric(A: tf.Tensor) -> tf.Tensor:
    """A without the roundings in which its triangles differ, so that rotations are exact."""
    return (A + tf.linalg.matrix_transpose(A)) / 2


def _off_diagonal(A: tf.Tensor) -> tf.Tensor:
    return A - tf.linalg.diag(tf.linalg.diag_part(A))


def _orthogonal(V: tf.Tensor) -> tf.Tensor:
    """One Newton–Schulz step, which squares the distance of V from orthogonality."""
    identity = tf.eye(V.shape[-1], dtype=V.dtype)
    return tf.matmul(V, 1.5 * identity - 0.5 * tf.matmul(V, V, transpose_a=True))
