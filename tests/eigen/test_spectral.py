"""`eigenvalues` in nested tapes, against forty digits and the closed form."""

from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf

import eigfit as ef
from tests.high_precision import filled, first_difference, loss, second_difference

ONES = (1.0, 1.0, 1.0)


def orthogonal(n: int, seed: int) -> np.ndarray:
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]


def parameters(A: np.ndarray) -> np.ndarray:
    """The r of `symmetric(n)` that gives A."""
    return np.concatenate([np.diag(A, k) for k in range(len(A))])


def with_spectrum(values, seed: int = 0) -> np.ndarray:
    V = orthogonal(len(values), seed)
    return parameters(V @ np.diag(values) @ V.T)


# A start r of symmetric(n) and a target: simple, clustered and exactly repeated spectra, with equal
# targets in the clusters and different ones elsewhere.
CASES = {
    **{f"random {n}": (with_spectrum(np.linspace(-1, 2, n), n), np.arange(n)) for n in range(2, 9)},
    "identity": (parameters(np.eye(3)), ONES),
    "zero": (np.zeros(6), ONES),
    "far from its target": (parameters(np.eye(4)), (3.0,) * 4),
    "one simple, two equal": (parameters(np.diag([1.0, 1, 3])), (0.5, 0.5, 4)),
    "all ones added": (parameters(np.eye(5) + 1), (2.0, 2, 2, 2, 7)),
    "two clusters": (with_spectrum([1, 1, 4, 4, 4]), (0, 0, 5, 5, 5)),
    "gap 1e-5": (with_spectrum([1, 1 + 1e-5, 2]), (0, 0, 1)),
    "gap 1e-9": (with_spectrum([1, 1 + 1e-9, 2]), (0, 0, 1)),
    "gap 1e-12": (with_spectrum([1, 1 + 1e-12, 2]), (0, 0, 1)),
    "gap 1e-3, targets apart": (with_spectrum([1, 1.001, 2]), (0, 0.5, 1)),
    "clusters of eight": (with_spectrum([0, 0, 0, 1, 1, 1, 2, 2], 3), (1, 1, 1, 1, 1, 1, 5, 5)),
}
TOLERANCE = 1e-6  # of the largest entry


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[ef.Problem, np.ndarray]:
    r, target = CASES[request.param]
    n = len(target)
    return ef.Problem(ef.symmetric(n), target), r


def nested(problem: ef.Problem, r, values: Callable = ef.eigenvalues) -> tf.Tensor:
    """The Hessian by nested tapes through `values`."""
    r = tf.convert_to_tensor(r)
    with tf.GradientTape() as outer:
        outer.watch(r)
        with tf.GradientTape() as inner:
            inner.watch(r)
            value = tf.reduce_sum((problem.target - values(problem.structure.matrix(r))) ** 2)
        slope = inner.gradient(value, r)
    return outer.jacobian(slope, r)


def assert_is_the_hessian(H: np.ndarray, problem: ef.Problem, r: np.ndarray) -> None:
    assert np.abs(H - H.T).max() <= 1e-10 * np.abs(H).max()
    f = loss(filled(problem.structure.index), problem.target)
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
    f = loss(filled(problem.structure.index), problem.target)
    found = ef.gradient(problem, r).numpy()
    for seed in range(3):
        u = np.random.default_rng(seed).normal(size=len(r))
        size = max(np.abs(found).max(), 1e-300) * np.linalg.norm(u)
        assert abs(found @ u - first_difference(f, r, u)) <= 1e-9 * size + 1e-12


def test_at_the_identity_the_curvature_is_four_where_plain_tapes_say_nothing():
    problem = ef.Problem(ef.symmetric(3), ONES)
    r = parameters(np.eye(3))
    expected = np.diag([2.0, 2, 2, 4, 4, 4])
    np.testing.assert_allclose(nested(problem, r), expected, atol=1e-14)
    np.testing.assert_allclose(ef.hessian(problem, r), expected, atol=1e-14)
    plain = nested(problem, r, lambda A: tf.linalg.eigh(A)[0])
    np.testing.assert_allclose(plain, np.diag([2.0, 2, 2, 0, 0, 0]), atol=1e-14)


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("name", ["identity", "two clusters", "gap 1e-9", "random 4"])
def test_compiled_nested_tapes_give_the_same(name: str, jit: bool):
    r, target = CASES[name]
    problem = ef.Problem(ef.symmetric(len(target)), target)
    compiled = tf.function(lambda r: nested(problem, r), jit_compile=jit)(tf.constant(r)).numpy()
    expected = ef.hessian(problem, r).numpy()
    np.testing.assert_allclose(compiled, expected, atol=1e-6 * np.abs(expected).max())


def test_a_batch_is_its_members():
    problem = ef.Problem(ef.symmetric(3), ONES)
    starts = np.stack(
        [parameters(np.eye(3)), with_spectrum([0.5, 0.5, 2]), with_spectrum([1, 2, 3])]
    )
    r = tf.constant(starts)
    with tf.GradientTape() as outer:
        outer.watch(r)
        with tf.GradientTape() as inner:
            inner.watch(r)
            losses = (1 - ef.eigenvalues(problem.structure.matrix(r))) ** 2
        slope = inner.gradient(losses, r)
    together = outer.batch_jacobian(slope, r).numpy()
    closed = ef.hessian(problem, starts).numpy()
    for i, start in enumerate(starts):
        np.testing.assert_allclose(together[i], np.diag([2.0, 2, 2, 4, 4, 4]), atol=1e-7)
        np.testing.assert_allclose(closed[i], ef.hessian(problem, start), atol=1e-13)


def test_one_direction_after_the_other_is_the_same_as_all_at_once():
    problem = ef.Problem(ef.symmetric(3), (0.0, 0.0, 2.0))
    r = tf.constant(with_spectrum([1, 1, 3], 4))
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(r)
        with tf.GradientTape() as inner:
            inner.watch(r)
            value = tf.reduce_sum(
                (problem.target - ef.eigenvalues(problem.structure.matrix(r))) ** 2
            )
        slope = inner.gradient(value, r)
        parts = tf.unstack(slope)
    rows = np.array([outer.gradient(part, r) for part in parts])
    np.testing.assert_allclose(rows, ef.hessian(problem, r), atol=1e-8)


def test_other_spectral_losses_have_right_second_derivatives():
    # log det and the trace of the exponential have derivatives without any eigenvalues.
    A = tf.constant(np.eye(3) * 2)
    E = np.random.default_rng(1).normal(size=(3, 3))
    E = E + E.T
    for f, expected in (
        (tf.math.log, -np.trace(E @ E) / 4),
        (tf.exp, np.exp(2) * np.trace(E @ E)),
        (lambda x: x**3, 6 * 2 * np.trace(E @ E)),
    ):
        with tf.GradientTape() as outer:
            outer.watch(A)
            with tf.GradientTape() as inner:
                inner.watch(A)
                value = tf.reduce_sum(f(ef.eigenvalues(A)))
            along = tf.reduce_sum(tf.convert_to_tensor(inner.gradient(value, A)) * E)
        found = np.sum(np.asarray(outer.gradient(along, A)) * E)
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_kink_has_no_second_derivative():
    problem = ef.Problem(ef.symmetric(3), (0.0, 1.0, 2.0))
    r = parameters(np.eye(3))
    assert np.isnan(nested(problem, r)).all()
    with pytest.raises(ValueError, match="kink here and no Hessian: eigenvalues 0 and 1 are equal"):
        ef.hessian(problem, r)
    with pytest.raises(ValueError, match=r"eigenvalues 0 and 1 of member \(1,\) are equal"):
        ef.hessian(problem, np.stack([with_spectrum([1, 2, 3]), r]))


def test_a_third_derivative_is_refused():
    A = tf.constant(np.diag([1.0, 2, 3]))
    with tf.GradientTape() as third:
        third.watch(A)
        with tf.GradientTape() as second:
            second.watch(A)
            with tf.GradientTape() as first:
                first.watch(A)
                value = tf.reduce_sum(ef.eigenvalues(A) ** 3)
            slope = tf.reduce_sum(tf.convert_to_tensor(first.gradient(value, A)) ** 2)
        bend = tf.reduce_sum(tf.convert_to_tensor(second.gradient(slope, A)))
    with pytest.raises(NotImplementedError, match="two derivatives, by tapes; for a third"):
        third.gradient(bend, A)


def test_only_the_lower_triangle_is_read():
    A = np.tril(np.random.default_rng(0).normal(size=(4, 4)))
    np.testing.assert_allclose(ef.eigenvalues(tf.constant(A)), np.linalg.eigvalsh(A), atol=1e-14)


def test_what_is_not_square_is_refused():
    with pytest.raises(
        ValueError, match=r"A must be square, \[..., n, n\] with n known; got shape \(2, 3\)"
    ):
        ef.eigenvalues(tf.zeros([2, 3]))


def two_gradients(values_once: bool) -> tuple[np.ndarray, np.ndarray]:
    """The derivative of ⟨∇Σλ², C⟩ + ⟨∇Σλ³, D⟩ at A = I, and 2 C + 6 D."""
    A = tf.constant(np.eye(3))
    C, D = (np.random.default_rng(seed).normal(size=(3, 3)) for seed in (0, 1))
    C, D = C + C.T, D + D.T
    with tf.GradientTape() as outer:
        outer.watch(A)
        with tf.GradientTape(persistent=True) as inner:
            inner.watch(A)
            first = ef.eigenvalues(A)
            second = first if values_once else ef.eigenvalues(A)
            squares, cubes = tf.reduce_sum(first**2), tf.reduce_sum(second**3)
        along = tf.reduce_sum(tf.convert_to_tensor(inner.gradient(squares, A)) * C)
        along += tf.reduce_sum(tf.convert_to_tensor(inner.gradient(cubes, A)) * D)
    return np.asarray(outer.gradient(along, A)), 2 * C + 6 * D


def test_two_gradients_in_one_pass_are_right_or_refused_but_never_wrong():
    found, expected = two_gradients(values_once=False)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert np.isnan(two_gradients(values_once=True)[0]).all()


def test_a_linear_loss_leaves_nothing_behind():
    A = tf.constant(ef.symmetric(3).matrix(with_spectrum([1, 1 + 1e-8, 2])).numpy())
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(A)
        with tf.GradientTape(persistent=True) as inner:
            inner.watch(A)
            values = ef.eigenvalues(A)
            smallest, total = values[0], tf.reduce_sum(values[:2])
        before = np.asarray(inner.gradient(smallest, A))
        along = tf.reduce_sum(tf.convert_to_tensor(inner.gradient(total, A)) * np.ones((3, 3)))
    outer.gradient(along, A)
    np.testing.assert_array_equal(np.asarray(inner.gradient(smallest, A)), before)
    outer.jacobian(along[None], A)
    np.testing.assert_array_equal(np.asarray(inner.jacobian(values, A))[0], before)


@pytest.mark.parametrize("wrong", [tf.eye(2, dtype=tf.int32), tf.eye(2, dtype=tf.complex64)])
def test_other_than_real_floats_are_refused(wrong: tf.Tensor):
    with pytest.raises(TypeError, match="A must hold float32 or float64 numbers; got"):
        ef.eigenvalues(wrong)


def test_a_large_matrix_is_decomposed_as_lapack_does():
    A = np.random.default_rng(0).normal(size=(60, 60))
    np.testing.assert_allclose(
        ef.eigenvalues(tf.constant(A + A.T)), np.linalg.eigvalsh(A + A.T), atol=1e-12
    )
