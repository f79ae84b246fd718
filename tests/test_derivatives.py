"""dλ/dA against TensorFlow's tape, finite differences and the published numbers."""

import numpy as np
import pytest
import tensorflow as tf

import eigfit as ef

A = np.array(
    [
        [0.6102723, 0.17637432, 0.38962376],
        [0.3735156, 0.6306771, 0.19141042],
        [0.34370267, 0.7677151, 0.4024818],
    ],
    dtype=np.float32,
)
EIGENVALUES = (-0.25994763, 0.34044334, 1.5629349)
SMALLEST_BY_ENTRY = [
    [5.3867564e-4, 0, 0],
    [3.0038984e-2, 0.41877732, 0],
    [-3.5372321e-2, -0.98626012, 0.58068389],
]
PRINTED = 5e-7  # a few float32 roundings (6e-8) of numbers about 1


def symmetric_matrix(n: int, seed: int = 0) -> np.ndarray:
    half = np.random.default_rng(seed).normal(size=(n, n))
    return half + half.T


def test_the_published_eigenvalues_and_sensitivity_come_from_the_tape():
    variable = tf.Variable(tf.constant(A))
    with tf.GradientTape() as tape:
        values, _ = tf.linalg.eigh(variable)
        smallest = values[0]
    np.testing.assert_allclose(values, EIGENVALUES, atol=PRINTED)
    np.testing.assert_allclose(
        np.asarray(tape.gradient(smallest, variable)), SMALLEST_BY_ENTRY, atol=PRINTED, rtol=0
    )


def test_the_published_sensitivity_comes_in_closed_form():
    found = ef.sensitivity(A, 0, "lower")
    assert found.dtype == tf.float32
    np.testing.assert_allclose(found, SMALLEST_BY_ENTRY, atol=PRINTED, rtol=0)


@pytest.mark.parametrize("n", range(2, 7))
def test_lower_is_what_the_tape_returns(n: int):
    variable = tf.Variable(tf.constant(symmetric_matrix(n)))
    for k in range(n):
        with tf.GradientTape() as tape:
            value = tf.linalg.eigh(variable)[0][k]
        # The tape divides by gaps between eigenvalues, here above 0.1: 1e-16 / 0.1 and sums.
        np.testing.assert_allclose(
            ef.sensitivity(variable, k, "lower"),
            np.asarray(tape.gradient(value, variable)),
            atol=1e-12,
        )


@pytest.mark.parametrize("n", range(2, 7))
def test_symmetric_matches_finite_differences_along_symmetric_directions(n: int):
    matrix, h = symmetric_matrix(n), 1e-5
    direction = symmetric_matrix(n, seed=1)
    ahead = np.linalg.eigvalsh(matrix + h * direction)
    behind = np.linalg.eigvalsh(matrix - h * direction)
    found = [np.sum(ef.sensitivity(matrix, k).numpy() * direction) for k in range(n)]
    # Truncation h² times the third derivative (up to 1e3 with close eigenvalues), rounding 1e-10.
    np.testing.assert_allclose(found, (ahead - behind) / (2 * h), atol=1e-6)


def test_a_batch_of_matrices_is_a_batch_of_sensitivities():
    matrices = np.stack([symmetric_matrix(4), symmetric_matrix(4) + np.diag(range(4))])
    batch = ef.sensitivity(matrices, 2)
    for matrix, found in zip(matrices, batch, strict=True):
        np.testing.assert_allclose(found, ef.sensitivity(matrix, 2), atol=1e-14)


def test_a_steps_sensitivity_is_that_of_its_matrix():
    problem = ef.Problem(ef.symmetric(3), [1, 2, 3])
    step = next(ef.fit(problem, ef.optimiser("adam"), ef.random_start(problem, 0)))
    for k in range(3):
        for convention in ("symmetric", "lower"):
            expected = ef.sensitivity(step.matrix, k, convention)
            # Two decompositions of one matrix, whose eigenvalues lie 0.1 or more apart.
            np.testing.assert_allclose(step.sensitivity(k, convention), expected, atol=1e-13)


@pytest.mark.parametrize("shape", [(3,), (2, 3)])
def test_a_matrix_that_is_not_square_is_refused(shape: tuple[int, ...]):
    with pytest.raises(ValueError, match="A must be square"):
        ef.sensitivity(np.zeros(shape))


@pytest.mark.parametrize("k", [-1, 3])
def test_an_eigenvalue_that_is_not_there_is_refused(k: int):
    with pytest.raises(ValueError, match=f"one of the 3 eigenvalues, 0 to 2; got {k}"):
        ef.sensitivity(A, k)


def test_an_unknown_convention_is_refused():
    with pytest.raises(ValueError, match="convention must be one of symmetric, lower"):
        ef.sensitivity(A, 0, "upper")  # type: ignore[arg-type]
