"""The decomposition near a known one against LAPACK: everywhere right to rounding."""

import numpy as np
import pytest
import tensorflow as tf

from eigfit.eigen.decomposition import (
    SMALLEST_FOR_LAPACK,
    eigh,
    eigh_near,
    from_eigenpairs,
)

near_compiled = tf.function(eigh_near, jit_compile=True)


def orthogonal(n: int, seed: int) -> np.ndarray:
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]


def with_spectrum(values, seed: int = 0) -> np.ndarray:
    V = orthogonal(len(values), seed)
    A = V @ np.diag(values) @ V.T
    return (A + A.T) / 2


def assert_decomposes(A: np.ndarray, near: np.ndarray, roundings: int = 100) -> None:
    """Eigenvalues as LAPACK's, orthonormal vectors, and A V = V Λ, to so many roundings of A."""
    values, V = (part.numpy() for part in near_compiled(tf.constant(A), tf.constant(near)))
    small = roundings * float(np.finfo(A.dtype).eps)
    size = max(float(np.abs(A).max()), float(np.finfo(A.dtype).tiny))
    n = A.shape[-1]
    np.testing.assert_allclose(values, np.linalg.eigvalsh(A), rtol=0, atol=small * size)
    np.testing.assert_allclose(
        np.swapaxes(V, -1, -2) @ V, np.broadcast_to(np.eye(n), A.shape), atol=small
    )
    np.testing.assert_allclose(A @ V, V * values[..., None, :], atol=small * size)


@pytest.mark.parametrize("n", [1, 2, 3, 8])
@pytest.mark.parametrize("distance", [0, 1e-12, 1e-6, 1e-3, 0.05, 1])
def test_a_random_matrix_near_a_known_one_is_decomposed(n: int, distance: float):
    random = np.random.default_rng(n)
    before = random.normal(size=(n, n))
    step = distance * random.normal(size=(n, n))
    A = before + before.T + step + step.T
    assert_decomposes(A, np.linalg.eigh(before + before.T)[1])


@pytest.mark.parametrize("n", [2, 3, 8])
def test_a_random_matrix_is_decomposed_from_nothing_known(n: int):
    A = np.random.default_rng(n).normal(size=(n, n))
    assert_decomposes(A + A.T, np.eye(n))


@pytest.mark.parametrize(
    "spectrum",
    [
        (0, 0, 0),
        (1, 1, 1),
        (1, 1, 2),
        (1, 1 + 1e-12, 1 + 1e-9),
        (1, 1 + 1e-7, 2),
        (-1e8, 1, 1e8),
        (1e-9, 1, 1e3),
        (5, 5, 5, 5, -5, -5, -5, -5),
    ],
)
@pytest.mark.parametrize("from_nothing", [True, False])
def test_clusters_and_wide_spectra_are_decomposed(spectrum, from_nothing: bool):
    A = with_spectrum(np.array(spectrum, float))
    near = np.eye(len(spectrum)) if from_nothing else orthogonal(len(spectrum), 0)
    assert_decomposes(A, near)


@pytest.mark.parametrize("gap", [0, 1e-14, 1e-9, 1e-4])
def test_two_levels_that_cross_or_avoid_each_other_stay_in_order(gap: float):
    V = np.eye(2)
    for slope in np.linspace(-0.02, 0.02, 9):
        A = np.array([[slope, gap / 2], [gap / 2, -slope]])
        assert_decomposes(A, V)
        V = near_compiled(tf.constant(A), tf.constant(V))[1].numpy()


def test_the_identity_almost_reached_keeps_its_digits():
    # XLA's own decomposition takes this matrix for the identity and loses the loss 2.5e-12.
    off = 8e-7 * (np.ones((3, 3)) - np.eye(3))
    values = near_compiled(tf.constant(np.eye(3) + off), tf.constant(np.eye(3)))[0].numpy()
    np.testing.assert_allclose(values - 1, 8e-7 * np.array([-1, -1, 2]), rtol=1e-8)


def test_a_batch_in_float32_is_decomposed():
    A = np.random.default_rng(0).normal(size=(5, 4, 4)).astype(np.float32)
    A = A + np.swapaxes(A, -1, -2)
    assert_decomposes(A, np.broadcast_to(np.eye(4, dtype=np.float32), A.shape))


def test_the_tape_receives_the_derivative_of_simple_eigenvalues():
    A = tf.constant(with_spectrum([-1.0, 0.5, 2.0], seed=3))
    weights = tf.constant([1.0, -2.0, 0.5], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(A)
        value = tf.reduce_sum(weights * eigh_near(A, tf.eye(3, dtype=tf.float64))[0])
    found = tape.gradient(value, A)
    E = with_spectrum([1.0, 2.0, -1.0], seed=4)
    h = 1e-5
    ahead, behind = (np.linalg.eigvalsh(A.numpy() + s * h * E) @ weights.numpy() for s in (1, -1))
    # Central differences: h² of the third derivative and the roundings over h.
    np.testing.assert_allclose(np.sum(found * E), (ahead - behind) / (2 * h), rtol=1e-8)


@pytest.mark.parametrize("n", [SMALLEST_FOR_LAPACK - 1, SMALLEST_FOR_LAPACK])
def test_small_and_large_matrices_are_decomposed_by_their_lower_triangle(n: int):
    lower = np.tril(np.random.default_rng(n).normal(size=(2, n, n)))
    values, V = (part.numpy() for part in eigh(tf.constant(lower)))
    A = lower + np.swapaxes(np.tril(lower, -1), -1, -2)
    # Eigenvalues up to 2 √n = 23, to a hundred roundings.
    np.testing.assert_allclose(values, np.linalg.eigvalsh(A), rtol=0, atol=1e-12)
    np.testing.assert_allclose(A @ V, V * values[..., None, :], rtol=0, atol=1e-12)


@pytest.mark.parametrize("n", [SMALLEST_FOR_LAPACK - 1, SMALLEST_FOR_LAPACK])
@pytest.mark.parametrize("imaginary", [0, 1j])
def test_a_matrix_is_put_together_from_its_eigenpairs(n: int, imaginary: complex):
    rng = np.random.default_rng(n)
    values, V = rng.normal(size=(2, n)), rng.normal(size=(2, n, n))
    V = V + imaginary * rng.normal(size=V.shape)
    A = from_eigenpairs(tf.constant(values), tf.constant(V)).numpy()
    # Sums of n products of normal numbers, up to about 100, to some hundred roundings.
    expected = np.einsum("bik,bk,bjk->bij", V, values, V.conj())
    np.testing.assert_allclose(A, expected, rtol=0, atol=1e-11)


def test_what_is_small_beside_the_mean_still_turns_the_vectors():
    A = np.eye(2) + 2e-15 * np.array([[0.0, 1.0], [1.0, 0.0]])
    _, V = (part.numpy() for part in near_compiled(tf.constant(A), tf.constant(np.eye(2))))
    np.testing.assert_allclose(np.abs(V), np.full((2, 2), 0.5**0.5), atol=1e-15)
