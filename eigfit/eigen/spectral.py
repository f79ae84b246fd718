"""Functions of the eigenvalues for anybody's tape, right to the second derivative.

TensorFlow's own second derivative divides by the gaps between eigenvalues. Where two are equal it
takes 0/0 for 0, silently: at A = I the curvature of Σ (1 − λ)² off the diagonal comes out 0, not 4.
Here a function of the eigenvalues is written as its Taylor polynomial of second order about the
matrix at hand. A tape differentiates that like any other polynomial, however it is run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.eigen.correction import eigh_corrected

# Two computed eigenvalues are uncertain by about this many roundings of the largest, for each row.
ROUNDINGS_PER_ROW: Final = 4


def equal_within(n: int, dtype: Any) -> float:
    """The share of the largest |λ| within which eigenvalues of an n×n matrix count as equal.

    LAPACK's eigenvalues are right to a small multiple of n roundings of ‖A‖ (LAPACK Users' Guide,
    1999, section 4.7); closer ones cannot be told apart.
    """
    return ROUNDINGS_PER_ROW * n * float(np.finfo(dtype).eps)


def spectral_function(function: Callable[[Any], Any], A: Any) -> tf.Tensor:
    """F(λ(A)) with exact first and second derivatives, also where eigenvalues are equal.

    They are those of the symmetric matrix, by tapes or in forward mode, eagerly or compiled.
    Whatever else F depends on, such as targets, is differentiated too, alone and together with A.
    A second derivative by A is NaN where there is none, at a kink: F tells equal eigenvalues apart.
    So is any third one, as the polynomial ends before it.

    Args:
        function: F, from ascending eigenvalues [..., n] to one number for each matrix [...];
            symmetric, so that the order of the eigenvalues does not matter, or at least smooth
            where they are equal: λ_max has a kink where it is repeated.
        A: real matrices [..., n, n], float32 or float64, finite, of which only the lower triangle
            is read; or complex Hermitian ones, which XLA decomposes less exactly where it compiles.

    Returns:
        Numbers [...].

    Raises:
        TypeError: A holds something else than float32 or float64, or complex numbers of them.
        ValueError: A is not square, its size is not known, or F does not give one number for each
            matrix.

    Source: Lewis and Sendov, "Twice differentiable spectral functions" (2001), Theorem 3.3.
    """
    values, m, squares, zero = _expanded(A)
    F, slopes, bends = _derivatives(function, values)
    quotients, kink = _quotients(function, values, slopes, bends)
    known = tf.reduce_all(tf.math.is_finite(slopes), axis=-1)
    bent = tf.reduce_all(tf.math.is_finite(bends + quotients), axis=[-2, -1]) & ~kink
    slopes, bends, quotients = (
        tf.where(tf.math.is_finite(part), part, 0) for part in (slopes, bends, quotients)
    )
    # Going on through these asks for third derivatives of F, which TensorFlow's x ** 2 has not.
    bends, quotients = tf.stop_gradient(bends), tf.stop_gradient(quotients)
    # F + Σ F_k M_kk + ½ Σ F_kl M_kk M_ll + ½ Σ_{k≠l} (F_k − F_l)/(λ_k − λ_l) |M_kl|²
    first = tf.reduce_sum(slopes * m, axis=-1)
    second = tf.reduce_sum(m * tf.linalg.matvec(bends, m), axis=-1)
    second += tf.reduce_sum(quotients * squares, axis=[-2, -1])
    orders = tf.where(known, tf.where(bent, 2, 1), 0)
    moving = zero + tf.reduce_sum(slopes - tf.stop_gradient(slopes), axis=-1)
    return F + first + second / 2 + _ending(zero, orders) + _ending(moving, 2)


def eigenvalues(A: Any) -> tf.Tensor:
    """The eigenvalues of matrices, with second derivatives where all are simple.

    The first derivative is dλ_k/dA = v_k v_k*. The second is that of each eigenvalue alone, and NaN
    for a matrix with equal ones: what they do together is known to `spectral_function`, and so is
    a simple eigenvalue beside them, `spectral_function(lambda values: values[..., k], A)`. A third
    derivative is NaN.

    Args:
        A: real matrices [..., n, n], float32 or float64, finite, of which only the lower triangle
            is read; the derivatives are those of the symmetric matrix. Or complex Hermitian ones,
            which XLA decomposes less exactly where it compiles.

    Returns:
        Ascending eigenvalues [..., n].

    Raises:
        TypeError: A holds something else than float32 or float64, or complex numbers of them.
        ValueError: A is not square, or its size is not known.

    Source: Lancaster, "On eigenvalues of matrices dependent on a parameter" (1964).
    """
    values, m, squares, zero = _expanded(A)
    n = values.shape[-1]
    within = equal_within(n, values.dtype.as_numpy_dtype) * tf.expand_dims(_scale(values), -1)
    gaps = _differences(values)
    close = tf.abs(gaps) <= within
    # λ_k + M_kk + Σ_{l≠k} |M_kl|² / (λ_k − λ_l)
    weights = tf.where(~close, 1 / tf.where(~close, gaps, 1), 0)
    second = tf.reduce_sum(weights * squares, axis=-1)
    alone = tf.equal(tf.reduce_sum(tf.cast(close, tf.int32), axis=-1), 1)
    orders = tf.where(alone, 2, 1)
    return values + m + second + _ending(tf.expand_dims(zero, -1), orders)


def _expanded(A: Any) -> tuple[Any, Any, Any, Any]:
    """Eigenvalues, and of M = V*(A − A₀)V the diagonal, and the squares of its entries' sizes.

    The last is a number that is zero but moves with any entry of A.
    """
    A = tf.convert_to_tensor(A)
    if A.dtype not in (tf.float32, tf.float64, tf.complex64, tf.complex128):
        raise TypeError(
            f"A must hold float32 or float64 numbers, or complex ones of them; got {A.dtype.name}"
        )
    n = A.shape[-1] if A.shape.rank else None
    if n is None or A.shape.rank < 2 or n != A.shape[-2]:
        raise ValueError(f"A must be square, [..., n, n] with n known; got shape {A.shape}")
    at = tf.stop_gradient(A)
    values, V = eigh_corrected(at)
    moved = A - at
    M = tf.matmul(V, tf.matmul(moved, V), adjoint_a=True)
    M = (M + tf.linalg.adjoint(M)) / 2
    squares = tf.math.real(M * tf.math.conj(M))
    zero = tf.reduce_sum(moved, axis=[-2, -1])
    zero = tf.math.real(zero) + tf.math.imag(zero) if A.dtype.is_complex else zero
    return values, tf.math.real(tf.linalg.diag_part(M)), squares, zero


def _derivatives(function: Callable, values: Any) -> tuple[Any, Any, Any]:
    """F [...], F_k [..., n] and F_kl [..., n, n]."""
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(values)
        F, slopes = _with_slopes(function, values)
        parts = tf.unstack(slopes, axis=-1)
    rows = [outer.gradient(part, values, unconnected_gradients="zero") for part in parts]
    return F, slopes, tf.stack(rows, axis=-2)


def _with_slopes(function: Callable, values: Any) -> tuple[Any, Any]:
    with tf.GradientTape() as tape:
        tape.watch(values)
        F = tf.convert_to_tensor(function(values), values.dtype)
    if not F.shape.is_compatible_with(values.shape[:-1]):
        raise ValueError(
            f"function must give one number for each matrix, shape {values.shape[:-1]}, from "
            f"eigenvalues {values.shape}; got shape {F.shape}: reduce the last axis, axis=-1"
        )
    return F, tape.gradient(F, values, unconnected_gradients="zero")


def _quotients(function: Callable, values: Any, slopes: Any, bends: Any) -> tuple[Any, Any]:
    """(F_k − F_l) / (λ_k − λ_l), zero for k = l, and where there is a kink [...].

    For a smooth F the quotient tends to F_kk − F_kl as the gap closes. The mean of that over both
    eigenvalues is taken wherever the two differ by no more than the quotient's own roundings.
    """
    n, dtype = values.shape[-1], values.dtype.as_numpy_dtype
    scale = _scale(values)
    # Told apart by a rounding each, equal eigenvalues show whether F has a kink between them.
    apart = values + scale * (np.finfo(dtype).eps * np.arange(n, dtype=dtype))
    rises = _differences(_with_slopes(function, apart)[1])
    gaps = _differences(apart)
    own = tf.linalg.diag_part(bends)
    limits = (tf.expand_dims(own, -1) + tf.expand_dims(own, -2)) / 2 - bends
    noise = tf.abs(slopes) + scale * tf.reduce_sum(tf.abs(bends), axis=-1)
    noise = equal_within(n, dtype) * (tf.expand_dims(noise, -1) + tf.expand_dims(noise, -2))
    # Not "greater than": where a limit is NaN or infinite, there is no smoothness either.
    smooth = tf.abs(rises - gaps * limits) <= noise
    equal = tf.abs(_differences(values)) <= equal_within(n, dtype) * tf.expand_dims(scale, -1)
    kink = tf.reduce_any(equal & ~smooth, axis=[-2, -1])
    quotients = tf.where(smooth, limits, rises / tf.where(smooth, tf.ones_like(gaps), gaps))
    return tf.linalg.set_diag(quotients, tf.zeros_like(values)), kink


def _ending(zero: Any, orders: Any) -> Any:
    """Zero with as many derivatives of zero as are said, and NaN for the next.

    At x = 0 the first derivatives of x^(m + ½) are zero, and the one of order m + 1 is infinite.
    """
    return tf.stop_gradient(zero) * tf.pow(zero, tf.cast(orders, zero.dtype) + 0.5)


def _scale(values: Any) -> Any:
    """The largest |λ|, of which roundings are a share, shape [..., 1]; 1 for a matrix of zeros."""
    largest = tf.reduce_max(tf.abs(values), axis=-1, keepdims=True)
    return tf.where(largest > 0, largest, 1)


def _differences(x: Any) -> Any:
    return tf.expand_dims(x, -1) - tf.expand_dims(x, -2)
