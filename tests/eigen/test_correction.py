"""The corrected eigendecomposition, compiled with XLA, against what it decomposes."""

import numpy as np
import pytest
import tensorflow as tf

from eigfit.eigen.correction import eigh_corrected
from tests.matrices import direction, with_spectrum

compiled = tf.function(eigh_corrected, jit_compile=True)

FOUR = {
    "zero": np.zeros((4, 4)),
    "identity": np.eye(4),
    "two equal": with_spectrum([0.5, 0.5, 2, 3]),
    "random": direction(4, 0),
    "a small one among large": with_spectrum([1e-9, 1, 1e3, 2e3]),
    "far from zero": with_spectrum([1e6, 1e6 + 1, 1e6 + 2, 1e6 + 2]),
    "two pairs": with_spectrum([1, 1 + 1e-10, 2, 2 + 1e-11]),
    **{
        f"gap {gap:g}": with_spectrum([1, 1 + gap, 1 + 3 * gap, 2])
        for gap in 10.0 ** -np.arange(1, 16)
    },
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_it_decomposes_to_rounding_under_xla(dtype: str):
    A = np.stack(list(FOUR.values())).astype(dtype)
    values, V = (part.numpy() for part in compiled(tf.constant(A)))
    small = 30 * float(np.finfo(dtype).eps)
    sizes = np.maximum(np.abs(A).max(axis=(-2, -1)), 1)[:, None]
    assert (np.diff(values) >= 0).all()
    assert (np.abs(values - np.linalg.eigvalsh(A)) <= small * sizes).all()
    assert np.abs(np.swapaxes(V, -1, -2) @ V - np.eye(4)).max() <= small
    assert (np.abs(A @ V - V * values[:, None, :]) <= small * sizes[..., None]).all()


@pytest.mark.parametrize("n", [1, 12, 40])
def test_only_the_lower_triangle_is_read_at_any_size(n: int):
    A = direction(n, 1)
    found = tf.function(eigh_corrected)(tf.constant(np.tril(A) + np.triu(np.ones((n, n)), 1)))
    np.testing.assert_allclose(found[0], np.linalg.eigvalsh(A), atol=1e-13)
