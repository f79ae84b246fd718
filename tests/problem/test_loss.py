"""The loss, its gradient and its Hessian against forty digits, where eigenvalues meet too."""

import numpy as np
import pytest
import tensorflow as tf

import eigfit as ef
from tests.high_precision import filled, first_difference, loss, second_difference
from tests.matrices import parameters, with_spectrum

ONES = (1.0, 1.0, 1.0)
IDENTITY = parameters(np.eye(3))
AT_IDENTITY = np.diag([2.0, 2, 2, 4, 4, 4])  # L = ‖A − I‖²_F for equal targets, anywhere


def spread(values, seed: int = 0) -> np.ndarray:
    return parameters(with_spectrum(values, seed))


# A start r of symmetric(n) and a target: simple, clustered and exactly repeated spectra, with equal
# targets in the clusters and different ones elsewhere.
CASES = {
    **{f"random {n}": (spread(np.linspace(-1, 2, n), n), np.arange(n)) for n in range(2, 9)},
    "identity": (IDENTITY, ONES),
    "zero": (np.zeros(6), ONES),
    "far from its target": (parameters(np.eye(4)), (3.0,) * 4),
    "one simple, two equal": (parameters(np.diag([1.0, 1, 3])), (0.5, 0.5, 4)),
    "all ones added": (parameters(np.eye(5) + 1), (2.0, 2, 2, 2, 7)),
    "two clusters": (spread([1, 1, 4, 4, 4]), (0, 0, 5, 5, 5)),
    "gap 1e-5": (spread([1, 1 + 1e-5, 2]), (0, 0, 1)),
    "gap 1e-9": (spread([1, 1 + 1e-9, 2]), (0, 0, 1)),
    "gap 1e-12": (spread([1, 1 + 1e-12, 2]), (0, 0, 1)),
    "gap 1e-3, targets apart": (spread([1, 1.001, 2]), (0, 0.5, 1)),
    "gap 1e-4, targets apart": (np.array([1, 1 + 1e-4, 2, 0, 0, 0]), (0, 0.5, 1)),
    "clusters of eight": (spread([0, 0, 0, 1, 1, 1, 2, 2], 3), (1, 1, 1, 1, 1, 1, 5, 5)),
}
TOLERANCE = 1e-8  # of the largest entry


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[ef.Problem, np.ndarray]:
    r, target = CASES[request.param]
    n = len(target)
    return ef.Problem(ef.symmetric(n), target), r


def nested(problem: ef.Problem, r) -> tf.Tensor:
    """The Hessians [..., p, p] by nested tapes, one row after the other."""
    r = tf.convert_to_tensor(r)
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(r)
        with tf.GradientTape() as inner:
            inner.watch(r)
            value = problem.loss(r)
        parts = tf.unstack(inner.gradient(value, r), axis=-1)
    return tf.stack([tf.convert_to_tensor(outer.gradient(part, r)) for part in parts], axis=-2)


def assert_is_the_hessian(H: np.ndarray, problem: ef.Problem, r: np.ndarray) -> None:
    assert np.abs(H - H.T).max() <= 1e-10 * np.abs(H).max()
    f = loss(filled(problem.structure), problem.target)
    random = np.random.default_rng(0)
    for _ in range(4):
        u, v = random.normal(size=(2, len(r)))
        expected = second_difference(f, r, u, v)
        size = np.abs(H).max() * np.linalg.norm(u) * np.linalg.norm(v)
        assert abs(u @ H @ v - expected) <= TOLERANCE * size


def test_the_closed_form_is_the_hessian(case):
    problem, r = case
    assert_is_the_hessian(ef.hessian(problem, r).numpy(), problem, r)


def test_nested_tapes_give_the_hessian(case):
    problem, r = case
    assert_is_the_hessian(nested(problem, r).numpy(), problem, r)


def test_the_gradient_is_the_derivative_of_the_loss(case):
    problem, r = case
    f = loss(filled(problem.structure), problem.target)
    variable = tf.constant(r)
    with tf.GradientTape() as tape:
        tape.watch(variable)
        value = problem.loss(variable)
    for found in (ef.gradient(problem, r).numpy(), np.asarray(tape.gradient(value, variable))):
        for seed in range(3):
            u = np.random.default_rng(seed).normal(size=len(r))
            size = max(np.abs(found).max(), 1e-300) * np.linalg.norm(u)
            assert abs(found @ u - first_difference(f, r, u)) <= 1e-9 * size + 1e-12


def test_at_the_identity_the_curvature_is_four():
    problem = ef.Problem(ef.symmetric(3), ONES)
    np.testing.assert_allclose(nested(problem, IDENTITY), AT_IDENTITY, atol=1e-14)
    np.testing.assert_allclose(ef.hessian(problem, IDENTITY), AT_IDENTITY, atol=1e-14)


@pytest.mark.parametrize("jit", [False, True])
def test_a_batch_is_its_members_compiled_too(jit: bool):
    problem = ef.Problem(ef.symmetric(3), ONES)
    starts = np.stack([IDENTITY, spread([0.5, 0.5, 2]), spread([1, 2, 3])])
    together = tf.function(lambda r: nested(problem, r), autograph=False, jit_compile=jit)
    for H in together(tf.constant(starts)).numpy():
        np.testing.assert_allclose(H, AT_IDENTITY, atol=1e-12)
    closed = ef.hessian(problem, starts).numpy()
    for i, start in enumerate(starts):
        np.testing.assert_allclose(closed[i], ef.hessian(problem, start), atol=1e-13)


def test_a_kink_has_no_second_derivative():
    problem = ef.Problem(ef.symmetric(3), (0.0, 1.0, 2.0))
    starts = np.stack([spread([1, 2, 3]), IDENTITY])
    H = nested(problem, starts).numpy()
    assert np.isfinite(H[0]).all()
    assert np.isnan(H[1]).all()
    with pytest.raises(ValueError, match="kink here and no Hessian: eigenvalues 0 and 1 are equal"):
        ef.hessian(problem, IDENTITY)
    with pytest.raises(ValueError, match=r"eigenvalues 0 and 1 of member \(1,\) are equal"):
        ef.hessian(problem, starts)


def test_the_eigenvalues_of_a_problem_are_those_of_its_matrix():
    problem = ef.Problem(ef.symmetric(4), range(4))
    r = tf.constant(spread([1, 2, 4, 8]))
    with tf.GradientTape() as outer:
        outer.watch(r)
        with tf.GradientTape() as inner:
            inner.watch(r)
            values = problem.eigenvalues(r)
            second = values[1]
        slope = tf.convert_to_tensor(inner.gradient(second, r))
        along = slope[5]
    np.testing.assert_allclose(values, [1, 2, 4, 8], rtol=1e-14)
    np.testing.assert_allclose(slope, ef.jacobian(problem, r)[1], atol=1e-14)
    expected = ef.eigenvalue_hessian(problem, r, 1)[5]
    np.testing.assert_allclose(np.asarray(outer.gradient(along, r)), expected, atol=1e-13)
