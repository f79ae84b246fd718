"""Derivatives of eigenvalues with respect to the matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.arrays import real_array
from eigfit.history import Convention, check_index, outer_square


def sensitivity(A: Any, k: int = 0, convention: Convention = "symmetric") -> tf.Tensor:
    """dλ_k/dA, the gradient of the k-th smallest eigenvalue of a symmetric matrix.

    For a unit eigenvector v of a simple eigenvalue the derivative is v vᵀ: moving A by E moves λ_k
    by vᵀ E v to first order. At a repeated eigenvalue there is no derivative; what comes back then
    belongs to the one eigenvector the decomposition chose.

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
    if not tf.is_tensor(A):
        single = getattr(A, "dtype", None) == np.float32
        A = tf.convert_to_tensor(A if single else real_array("A", A))
    if A.shape.rank < 2 or A.shape[-1] != A.shape[-2]:
        raise ValueError(f"A must be square, [..., n, n]; got shape {A.shape.as_list()}")
    check_index(k, A.shape[-1])
    return outer_square(tf.linalg.eigh(A)[1][..., k], convention)
