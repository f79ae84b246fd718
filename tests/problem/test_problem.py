"""Problems: eigenvalues, loss and gradient against NumPy and the published numbers."""

import numpy as np
import pytest
import tensorflow as tf

import eigfit as ef

SIZES = range(2, 7)


@pytest.fixture(params=[(name, n) for name in ef.STRUCTURES for n in SIZES], ids=str)
def problem(request: pytest.FixtureRequest) -> ef.Problem:
    name, n = request.param
    return ef.Problem(ef.STRUCTURES[name].build(n), np.linspace(-1, 2, n))


def parameters(problem: ef.Problem, *axes: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(*axes, problem.structure.parameters))


def losses(problem: ef.Problem, r: np.ndarray) -> np.ndarray:
    """The loss by NumPy's decomposition."""
    eigenvalues = np.linalg.eigvalsh(problem.structure.matrix(tf.constant(r)).numpy())
    return ((np.asarray(problem.target) - eigenvalues) ** 2).sum(-1)


def test_eigenpairs_and_loss_agree_with_numpy(problem: ef.Problem):
    r = parameters(problem, 3)
    at = problem.evaluate(tf.constant(r))
    A, eigenvalues, vectors = (part.numpy() for part in at[:3])
    # Backward stability: errors of a few units of roundoff times the norm, about 10.
    np.testing.assert_allclose(eigenvalues, np.linalg.eigvalsh(A), atol=1e-13)
    np.testing.assert_allclose(A @ vectors, vectors * eigenvalues[:, None, :], atol=1e-13)
    np.testing.assert_allclose(at.loss.numpy(), losses(problem, r), rtol=1e-12)
    np.testing.assert_allclose(problem.loss(tf.constant(r)).numpy(), at.loss.numpy(), rtol=1e-12)
    np.testing.assert_allclose(problem.eigenvalues(tf.constant(r)).numpy(), eigenvalues, atol=1e-13)


def test_gradient_matches_finite_differences(problem: ef.Problem):
    r = parameters(problem)
    h = 1e-5 * np.eye(len(r))
    differences = (losses(problem, r + h) - losses(problem, r - h)) / 2e-5
    gradient = problem.evaluate(tf.constant(r)).gradient.numpy()
    # Truncation h² times the third derivative, rounding 1e-15 / h; losses are about 50.
    np.testing.assert_allclose(gradient, differences, rtol=1e-6, atol=1e-7)


def test_a_batch_is_evaluated_as_its_members(problem: ef.Problem):
    r = parameters(problem, 3)
    batch = problem.evaluate(tf.constant(r))
    for member in range(3):
        single = problem.evaluate(tf.constant(r[member]))
        np.testing.assert_allclose(batch.loss[member], single.loss, rtol=1e-13)
        np.testing.assert_allclose(batch.gradient[member], single.gradient, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("r", "eigenvalues", "loss"),
    [
        (
            (0.10630785, 0.18287621, 0.14753745, 0.16277793, 0.7271476, 0.08771187),
            (-0.5661403, 0.07189684, 0.9309651),
            3.3189366,
        ),
        (
            (0.10730778, 0.18387613, 0.14853737, 0.16177836, 0.72614765, 0.0867127),
            (-0.564147, 0.07343995, 0.9304282),
            3.3099096,
        ),
    ],
)
def test_the_published_points_come_out(r, eigenvalues, loss: float):
    problem = ef.Problem(ef.symmetric(3), [1, 1, 1], dtype="float32")
    at = problem.evaluate(tf.constant(r, tf.float32))
    # The last printed digit of float32, two of its roundings for numbers below 1 and below 4.
    np.testing.assert_allclose(at.eigenvalues, eigenvalues, atol=3e-7)
    np.testing.assert_allclose(at.loss, loss, atol=6e-7)


def test_the_published_gradient_comes_out():
    r = (0.12108588, 0.8856114, 0.00449729, 0.22199583, 0.8411281, 0.54751956)
    expected = (-1.757829, -0.22877683, -1.991005, 0.88798404, 3.3645139, 2.1900787)
    problem = ef.Problem(ef.symmetric(3), [1, 1, 1], dtype="float32")
    gradient = problem.evaluate(tf.constant(r, tf.float32)).gradient
    # Three eigenvalues, each with an error of a few float32 roundings (6e-8), times slopes up to 4.
    np.testing.assert_allclose(gradient, expected, atol=3e-6)


def test_for_the_identity_the_loss_is_the_squared_distance_of_the_matrix():
    problem = ef.Problem(ef.symmetric(3), [1, 1, 1])
    r = parameters(problem, 5)
    A = problem.structure.matrix(tf.constant(r)).numpy()
    distance = ((A - np.eye(3)) ** 2).sum((-1, -2))
    np.testing.assert_allclose(problem.loss(tf.constant(r)), distance, rtol=1e-13)


def test_targets_are_sorted_and_the_callers_array_is_left_alone():
    target = np.array([3.0, 1.0, 2.0])
    problem = ef.Problem(ef.symmetric(3), target)
    np.testing.assert_array_equal(problem.target, [1, 2, 3])
    np.testing.assert_array_equal(target, [3, 1, 2])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_everything_is_computed_in_the_dtype_asked_for(dtype: str):
    problem = ef.Problem(ef.symmetric(2), [1, 2], dtype=dtype)
    assert all(part.dtype == dtype for part in problem.evaluate(tf.zeros([3], dtype)))


@pytest.mark.parametrize(
    ("target", "error", "words"),
    [
        ([1, 2], ValueError, "target has 2 values but the matrix is 3×3; give one"),
        ([1], ValueError, "target has 1 value but the matrix is 3×3"),
        (5.0, ValueError, "target has shape"),
        ([[1, 2]], ValueError, r"target has shape \[1, 2\]"),
        ([[[1, 2, 3]]], ValueError, r"target has shape \[1, 1, 3\]"),
        ([], ValueError, "target is empty"),
        ([1, 2, np.nan], ValueError, "finite, but holds nan"),
        ([1, -np.inf, 3], ValueError, "finite, but holds -inf"),
        (["a", "b", "c"], TypeError, "target must hold real numbers"),
        ([1, 2, 3j], TypeError, "target must hold real numbers"),
        ([1, [2, 3]], TypeError, "target must hold real numbers"),
        (None, TypeError, "target must hold real numbers"),
    ],
)
def test_a_target_that_is_no_spectrum_is_refused(target, error, words: str):
    with pytest.raises(error, match=words):
        ef.Problem(ef.symmetric(3), target)


def test_a_structure_that_is_none_is_refused():
    with pytest.raises(TypeError, match=r"structure must be .*symmetric\(3\)"):
        ef.Problem([[0, 1], [1, 2]], [1, 2])  # type: ignore[arg-type]


def test_an_unknown_dtype_is_refused():
    with pytest.raises(ValueError, match="float64, float32; got 'float16'"):
        ef.Problem(ef.symmetric(2), [1, 2], dtype="float16")


def test_what_tensors_are_made_of_once_cannot_be_changed():
    problem = ef.Problem(ef.symmetric(2), [1.0, 2.0], sigma=[0.1, 0.2])
    for numbers in (problem.target, problem.sigma):
        with pytest.raises(ValueError, match="read-only"):
            numbers[0] = 5.0
