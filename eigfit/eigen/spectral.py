"""Eigenvalues for anybody's tape, with second derivatives that stay right where eigenvalues meet.

TensorFlow's own second derivative divides by the gaps between eigenvalues. Where two are equal it
takes 0/0 for 0, silently: at A = I the curvature of Σ (1 − λ)² off the diagonal comes out 0, not 4.
Here the derivative of a spectral loss is carried on in eigenvectors that suit the direction asked
for, which needs no such quotient inside a cluster.
"""

from __future__ import annotations

import sys
from typing import Any, Final

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.eigen.decomposition import eigh_near, turned_once

# Two computed eigenvalues are uncertain by about this many roundings of the largest, for each row.
ROUNDINGS_PER_ROW: Final = 4

# XLA's own decomposition is corrected up to this size; LAPACK's needs no correction.
LARGEST_CORRECTED: Final = 32
PASSES: Final = ("gradient", "_GradientsHelper")


def equal_within(n: int, dtype: Any) -> float:
    """The share of the largest |λ| within which eigenvalues of an n×n matrix count as equal.

    LAPACK's eigenvalues are right to a small multiple of n roundings of ‖A‖ (LAPACK Users' Guide,
    1999, section 4.7); closer ones cannot be told apart.
    """
    return ROUNDINGS_PER_ROW * n * float(np.finfo(dtype).eps)


def eigenvalues(A: tf.Tensor) -> tf.Tensor:
    """The eigenvalues of symmetric matrices, differentiable twice, also where some are equal.

    The first derivative is dλ_k/dA = v_k v_kᵀ. The second is right for every loss that does not
    distinguish the eigenvalues of a cluster, such as Σ (t − λ)² with equal targets there. Where
    equal eigenvalues are told apart the loss has a kink and no second derivative: it is NaN. So it
    is where one backward pass meets two gradients of the same call inside a cluster; call
    `eigenvalues` once for each then. Works in nested tapes, eagerly and compiled, for batches.

    Args:
        A: real matrices [..., n, n], float32 or float64, of which only the lower triangle is read;
            the derivatives are those of the symmetric matrix.

    Returns:
        Ascending eigenvalues [..., n].

    Raises:
        TypeError: A holds something else than float32 or float64.
        ValueError: A is not square, or its size is not known.
        NotImplementedError: from a tape, where a third derivative is asked for, or forward mode.

    Source: Lewis and Sendov, "Twice differentiable spectral functions" (2001), Theorem 3.3.
    """
    A = tf.convert_to_tensor(A)
    if not A.dtype.is_floating:
        raise TypeError(f"A must hold float32 or float64 numbers; got {A.dtype.name}")
    if (
        A.shape.rank is None
        or A.shape.rank < 2
        or A.shape[-1] is None
        or A.shape[-1] != A.shape[-2]
    ):
        raise ValueError(f"A must be square, [..., n, n] with n known; got shape {A.shape}")
    return _Spectrum()(A)


class _Spectrum:
    """One call of `eigenvalues`: what its first and second derivative share.

    A backward pass asks for the second derivative in this order: `_second` receives the direction
    C and turns the eigenvectors of each cluster so that they diagonalise it; the caller's own
    function passes the change of g on; and `_first` receives that, to compose it in the turned
    ones. What a pass has turned is good for that pass alone, and for one gradient only: where two
    meet a cluster in one pass, their changes arrive added up, and the answer is NaN.
    """

    def __init__(self) -> None:
        self._turned: tuple[Any, Any, Any] | None = None  # the pass, the gradient, the eigenvectors

    def __call__(self, A: Any) -> Any:
        @tf.custom_gradient
        def values_of(A: Any) -> Any:
            mirrored = tf.linalg.set_diag(
                tf.linalg.band_part(A, -1, 0)
                + tf.linalg.matrix_transpose(tf.linalg.band_part(A, -1, 0)),
                tf.linalg.diag_part(A),
            )
            mirrored = tf.stop_gradient(mirrored)
            values, V = map(tf.stop_gradient, corrected(mirrored))
            return values, lambda g: self._first(A, g, values, V)

        return values_of(A)

    def _first(self, A: Any, g: Any, values: Any, V: Any) -> Any:
        """V diag(g) Vᵀ as a function of A and g."""
        turned, self._turned = self._turned, None
        basis = turned[2] if turned is not None and turned[0] is _backward_pass() else V
        gradient = object()

        @tf.custom_gradient
        def composed(A: Any, g: Any) -> Any:
            fixed = tf.stop_gradient(g)
            return _composed(basis, fixed), lambda C: self._second(C, fixed, values, V, gradient)

        return composed(A, g)

    def _second(self, C: Any, g: Any, values: Any, V: Any, gradient: object) -> tuple[Any, Any]:
        """What the direction C gives for A, with g fixed, and for g."""
        together, kink = _clusters(values, g)
        this = _backward_pass()
        if self._turned is not None and self._turned[0] is this and self._turned[1] is not gradient:
            kink |= tf.reduce_sum(tf.cast(together, tf.int32), axis=[-2, -1]) > values.shape[-1]
        E = _rotated((C + tf.linalg.matrix_transpose(C)) / 2, V)
        gaps = values[..., :, None] - values[..., None, :]
        rises = g[..., :, None] - g[..., None, :]
        apart = ~together & ~tf.equal(gaps, 0)
        quotients = tf.where(apart, rises / tf.where(apart, gaps, 1), 0)
        turned = tf.matmul(V, _cluster_basis(E, together))
        self._turned = (this, gradient, turned)
        nowhere = tf.where(kink, tf.constant(np.nan, E.dtype), tf.zeros([], E.dtype))
        for_A = tf.matmul(V, tf.matmul(quotients * E, V, transpose_b=True))
        for_g = tf.linalg.diag_part(_rotated(C, turned))
        return _without_third(for_A + nowhere[..., None, None], for_g + nowhere[..., None])


def _backward_pass() -> Any:
    """The backward pass under way: TensorFlow's frame that goes back through a tape or graph."""
    frame = sys._getframe(1)
    while frame is not None and (
        frame.f_code.co_name not in PASSES or "tensorflow" not in frame.f_code.co_filename
    ):
        frame = frame.f_back
    return frame


def _clusters(values: Any, g: Any) -> tuple[Any, Any]:
    """Which eigenvalues [..., n, n] are taken together, and where there is a kink [...].

    Neighbours are together when their gap is below √ε of the largest |λ|, where the quotient of
    rises and gaps loses its digits, and g rises between them no more than a smooth loss lets it.
    """
    n, dtype = values.shape[-1], values.dtype.as_numpy_dtype
    rounding = float(np.finfo(dtype).eps)
    scale = tf.reduce_max(tf.abs(values), axis=-1, keepdims=True)
    equal = equal_within(n, dtype) * scale
    gaps = values[..., 1:] - values[..., :-1]
    rises = tf.abs(g[..., 1:] - g[..., :-1])
    noise = 100 * rounding * tf.reduce_max(tf.abs(g), axis=-1, keepdims=True)
    smooth = rises <= gaps * rounding**-0.25 + equal * rounding**-0.5 + noise
    joined = (gaps <= rounding**0.5 * scale) & smooth
    kink = tf.reduce_any((gaps <= equal) & ~smooth, axis=-1)
    number = tf.cumsum(tf.cast(~joined, tf.int32), axis=-1)
    number = tf.concat([tf.zeros_like(values[..., :1], tf.int32), number], axis=-1)
    return tf.equal(number[..., :, None], number[..., None, :]), kink


def _cluster_basis(E: Any, together: Any) -> Any:
    """Orthogonal matrices that diagonalise E within each cluster and leave clusters apart."""
    E = tf.where(tf.math.is_finite(E) & together, E, 0)
    # Clusters are told apart by a shift larger than anything E does within them.
    first = tf.cast(tf.argmax(tf.cast(together, tf.int32), axis=-1), E.dtype)
    reach = 1 + 2 * tf.reduce_sum(tf.abs(E), axis=[-2, -1])
    shifted = E + tf.linalg.diag(first * reach[..., None])
    Q = tf.linalg.eigh(shifted)[1]
    for _ in range(2):  # XLA's own decomposition is right to half of the digits only
        Q = turned_once(Q, _rotated(shifted, Q))
    return Q


def _without_third(for_A: Any, for_g: Any) -> Any:
    @tf.custom_gradient
    def final(for_A: Any, for_g: Any) -> Any:
        return (tf.identity(for_A), tf.identity(for_g)), _refuse_a_third

    return final(for_A, for_g)


def _refuse_a_third(*_: Any) -> Any:
    raise NotImplementedError(
        "eigfit.eigenvalues gives two derivatives, by tapes; for a third, or forward mode, use "
        "tf.linalg.eigh where no eigenvalues are equal"
    )


def corrected(A: Any) -> tuple[Any, Any]:
    """Eigenvalues and eigenvectors of A, right to rounding also where XLA decomposes."""
    values, V = tf.linalg.eigh(A)
    return eigh_near(A, V) if A.shape[-1] <= LARGEST_CORRECTED else (values, V)


def _composed(V: Any, g: Any) -> Any:
    return tf.matmul(V * g[..., None, :], V, transpose_b=True)


def _rotated(A: Any, V: Any) -> Any:
    return tf.matmul(V, tf.matmul(A, V), transpose_a=True)
