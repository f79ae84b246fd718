"""Measured data beside eigenvalues, by TensorFlow: what `Data.read` is for a fit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.problem.data import LEAST, ZERO


def readings(
    values: tf.Tensor, target: Any, sigma: Any, of: str, match: str | tuple[int, ...]
) -> tuple[tf.Tensor, tf.Tensor]:
    """The loss Σ ((y − t)/σ)² [...] of ascending levels [..., n], and its slope by each of them.

    Args:
        values: the levels.
        target: t, shape [..., m].
        sigma: standard errors, shape [m].
        of: what the target is of, as in `Problem`.
        match: which levels it names; the nearest cannot be told within a compiled step.
    """
    m, n = target.shape[-1], values.shape[-1]
    first = int(of == "differences")
    levels = np.array(match if isinstance(match, tuple) else range(first, first + m))
    y = tf.gather(values, levels, axis=-1)
    slopes = tf.ones_like(y)
    if of == "differences":
        y = y - values[..., :1]
    elif of == "frequencies":
        root = tf.sqrt(tf.abs(y))
        largest = tf.reduce_max(tf.sqrt(tf.abs(values)), axis=-1, keepdims=True)
        y = tf.sign(y) * root / (2 * math.pi)
        slopes = 1 / (4 * math.pi * tf.maximum(root, ZERO * largest + LEAST))
    residuals = (y - target) / sigma
    by_datum = 2 * residuals * slopes / sigma
    by_level = tf.linalg.matvec(
        tf.one_hot(levels, n, dtype=values.dtype), by_datum, transpose_a=True
    )
    if of == "differences":
        ground = tf.reduce_sum(by_datum, axis=-1, keepdims=True)
        by_level -= ground * tf.one_hot(0, n, dtype=values.dtype)
    return tf.reduce_sum(tf.square(residuals), axis=-1), by_level
