"""An eigendecomposition that is right to rounding also where XLA decomposes.

XLA's own is good to half of the digits, of the eigenvectors and of eigenvalues that lie close
together. `eigh_near` follows a matrix on its way through a compiled loop; what stands here takes
plain operations alone, no loops and no conditions, so that it runs wherever a tape may lead.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.eigen.decomposition import turned_once

# XLA's own decomposition is corrected up to this size; LAPACK's needs no correction.
LARGEST_CORRECTED: Final = 32


def eigh_corrected(A: Any) -> tuple[Any, Any]:
    """Eigenvalues [..., n], ascending, and eigenvectors as columns of the lower triangles of A.

    Those of complex matrices are TensorFlow's.
    """
    n = A.shape[-1]
    # XLA compiles functions; what runs at once, operation by operation, is LAPACK's.
    if tf.executing_eagerly() or n > LARGEST_CORRECTED or A.dtype.is_complex:
        values, V = tf.linalg.eigh(A)
        return tf.math.real(values), V
    below = tf.linalg.band_part(A, -1, 0)
    A = tf.linalg.set_diag(below + tf.linalg.matrix_transpose(below), tf.linalg.diag_part(A))
    # The mean is taken off the diagonal, so that small gaps count against small numbers.
    mean = tf.expand_dims(tf.linalg.trace(A), -1) / n
    centred = A - tf.linalg.diag(mean * tf.ones([n], A.dtype))
    V = tf.linalg.eigh(centred)[1]
    rounding = float(np.finfo(A.dtype.as_numpy_dtype).eps)
    # XLA leaves up to 1e-6 of what it is given: next come clusters alone, then closer ones.
    for share in (rounding**0.25, rounding**0.5):
        V = _orthogonal(turned_once(V, _rotated(centred, V)))
        V = tf.matmul(V, _turns_within(_rotated(centred, V), share))
    V = _orthogonal(turned_once(V, _rotated(centred, V)))
    return tf.sort(tf.linalg.diag_part(_rotated(centred, V))) + mean, V


def _turns_within(rotated: Any, share: float) -> Any:
    """Orthogonal matrices that diagonalise VᵀAV in each cluster and leave clusters apart.

    The gaps in a cluster are below that share of the largest |λ|.
    """
    values = tf.linalg.diag_part(rotated)
    close = share * tf.reduce_max(tf.abs(values), axis=-1, keepdims=True)
    rises = tf.cast(values[..., 1:] - values[..., :-1] > close, rotated.dtype)
    number = tf.concat([tf.zeros_like(values[..., :1]), tf.cumsum(rises, axis=-1)], axis=-1)
    together = tf.equal(tf.expand_dims(number, -1), tf.expand_dims(number, -2))
    shared = tf.cast(together, rotated.dtype)
    centres = tf.linalg.matvec(shared, values) / tf.reduce_sum(shared, axis=-1)
    # Alone, a cluster's own small numbers decide; a shift a little larger keeps clusters in order.
    block = tf.where(together, rotated - tf.linalg.diag(centres), 0)
    size = tf.expand_dims(tf.reduce_sum(tf.abs(block), axis=[-2, -1]), -1)
    return tf.linalg.eigh(block + tf.linalg.diag(number * tf.where(size > 0, 4 * size, 1)))[1]


def _orthogonal(V: Any) -> Any:
    """Two Newton–Schulz steps, each squaring the distance of V from orthogonality."""
    for _ in range(2):
        V = 1.5 * V - 0.5 * tf.matmul(V, tf.matmul(V, V, transpose_a=True))
    return V


def _rotated(A: Any, V: Any) -> Any:
    """VᵀAV, without the roundings in which its triangles differ."""
    rotated = tf.matmul(V, tf.matmul(A, V), transpose_a=True)
    return (rotated + tf.linalg.matrix_transpose(rotated)) / 2
