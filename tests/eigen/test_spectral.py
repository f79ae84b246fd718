"""`spectral_function` and `eigenvalues`: what they promise, and what they refuse."""

import gc
from collections.abc import Callable

import mpmath as mp
import numpy as np
import pytest
import tensorflow as tf

import eigfit as ef
from tests.high_precision import filled, first_difference, second_difference, spectrum
from tests.matrices import direction, parameters, with_spectrum


def first(function: Callable, A: tf.Tensor) -> np.ndarray:
    with tf.GradientTape() as tape:
        tape.watch(A)
        value = function(A)
    return np.asarray(tape.gradient(value, A))


def second(function: Callable, A: tf.Tensor, E: np.ndarray) -> tf.Tensor:
    with tf.GradientTape() as outer:
        outer.watch(A)
        with tf.GradientTape() as inner:
            inner.watch(A)
            value = function(A)
        along = tf.reduce_sum(tf.convert_to_tensor(inner.gradient(value, A)) * E)
    return tf.convert_to_tensor(outer.gradient(along, A))


def squares(values: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum((1 - values) ** 2, axis=-1)


# A function of the eigenvalues, for TensorFlow and in forty digits.
FUNCTIONS = {
    "log-sum-exp": (
        lambda values: tf.reduce_logsumexp(values, axis=-1),
        lambda values: mp.log(mp.fsum(mp.exp(x) for x in values)),
    ),
    "sum of powers": (
        lambda values: tf.reduce_sum(values**1.5, axis=-1),
        lambda values: mp.fsum(x ** mp.mpf(1.5) for x in values),
    ),
    "log det": (
        lambda values: tf.reduce_sum(tf.math.log(values), axis=-1),
        lambda values: mp.fsum(mp.log(x) for x in values),
    ),
    "condition number": (
        lambda values: values[..., -1] / values[..., 0],
        lambda values: values[-1] / values[0],
    ),
    "product of differences from 3": (
        lambda values: tf.reduce_prod(3 - values, axis=-1),
        lambda values: mp.fprod(3 - x for x in values),
    ),
}
SPECTRA = {
    "simple": (0.5, 1, 2, 4),
    "two equal": (0.5, 2, 2, 4),
    "gap 1e-5": (0.5, 2, 2 + 1e-5, 4),
    "gap 1e-9": (0.5, 2, 2 + 1e-9, 4),
    "gap 1e-12": (0.5, 2, 2 + 1e-12, 4),
}


@pytest.mark.parametrize("case", SPECTRA)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_derivatives_agree_with_forty_digits(name: str, case: str):
    function, exact = FUNCTIONS[name]
    A, E, D = with_spectrum(SPECTRA[case]), direction(4, 1), direction(4, 2)
    matrix = filled(ef.symmetric(4))
    f = lambda r: exact(spectrum(matrix(r)))  # noqa: E731
    r, u, v = parameters(A), parameters(E), parameters(D)
    of_matrix = lambda A: ef.spectral_function(function, A)  # noqa: E731
    slope = np.sum(first(of_matrix, tf.constant(A)) * E)
    np.testing.assert_allclose(slope, first_difference(f, r, u), rtol=1e-10, atol=1e-10)
    bend = np.sum(second(of_matrix, tf.constant(A), E) * D)
    np.testing.assert_allclose(bend, second_difference(f, r, u, v), rtol=1e-8, atol=1e-8)


def test_closed_forms_at_equal_eigenvalues():
    E = direction(3, 1)
    A = tf.constant(2 * np.eye(3))
    for function, expected in (
        # Ogden's energy at C = I, case `ogden_hessian_at_identity`: analytic, asked for in
        # casadi/casadi issue 2815, adtzlr/felupe issue 67 and adtzlr/tensortrax issue 93.
        (lambda x: (x / 2) ** 1.5 - 1, 0.75 * np.sum(E * E) / 4),
        (tf.math.log, -np.sum(E * E) / 4),
        (tf.exp, np.exp(2) * np.sum(E * E)),
        (lambda x: x**3, 12 * np.sum(E * E)),
    ):
        of_matrix = lambda A, f=function: ef.spectral_function(  # noqa: E731
            lambda values: tf.reduce_sum(f(values), axis=-1), A
        )
        np.testing.assert_allclose(np.sum(second(of_matrix, A, E) * E), expected, rtol=1e-12)


KINKS = {
    "targets apart": lambda v: tf.reduce_sum((v - tf.constant([0.0, 1, 2], v.dtype)) ** 2, axis=-1),
    "the smallest": lambda v: v[..., 0],
    "the largest, told by a maximum": lambda v: tf.reduce_max(v, axis=-1),
    "a condition number": lambda v: v[..., -1] / v[..., 0],
}


@pytest.mark.parametrize("name", KINKS)
def test_a_kink_has_a_value_and_a_first_derivative_but_no_second(name: str):
    batch = tf.constant(np.stack([np.eye(3), with_spectrum([1, 2, 3])]))
    of_matrix = lambda A: ef.spectral_function(KINKS[name], A)  # noqa: E731
    assert np.isfinite(of_matrix(batch)).all()
    assert np.isfinite(first(of_matrix, batch)).all()
    bends = second(of_matrix, batch, direction(3, 1)).numpy()
    assert np.isnan(bends[0]).all()
    assert np.isfinite(bends[1]).all()


def test_the_value_stays_where_the_function_has_no_derivative():
    root = lambda A: ef.spectral_function(lambda v: tf.reduce_sum(v**0.5, axis=-1), A)  # noqa: E731
    A = tf.constant(np.diag([0.0, 1, 4]))
    assert root(A) == 3
    assert np.isnan(first(root, A)).all()


@pytest.mark.parametrize("spread", [(1, 2, 3), (1, 1, 1)])
def test_a_third_derivative_is_no_number(spread):
    A, E = tf.constant(np.diag(spread).astype(float)), direction(3, 1)
    cubes = lambda values: tf.reduce_sum(values**3, axis=-1)  # noqa: E731
    for function in (
        lambda A: ef.spectral_function(cubes, A),
        lambda A: cubes(ef.eigenvalues(A)),
    ):
        assert np.isnan(first(lambda A, f=function: second(f, A, E), A)).all()


def test_a_third_derivative_by_something_else_is_no_number_either():
    A, E, t = tf.constant(np.diag([1.0, 2, 3])), direction(3, 1), tf.constant(2.0, tf.float64)

    def bend(t: tf.Tensor) -> tf.Tensor:
        return second(lambda A: ef.spectral_function(lambda v: t * squares(v), A), A, E)

    assert np.isnan(first(bend, t))


def test_what_else_the_function_depends_on_is_differentiated_too():
    A, E = tf.constant(np.eye(3)), direction(3, 1)
    t = tf.constant([1.0, 1, 1], tf.float64)

    def loss(t: tf.Tensor) -> tf.Tensor:
        return ef.spectral_function(lambda v: tf.reduce_sum((t - v) ** 3, axis=-1), A + 0.5 * E)

    values, V = np.linalg.eigh(np.eye(3) + 0.5 * E)
    np.testing.assert_allclose(first(loss, t), 3 * (1 - values) ** 2, atol=1e-13)
    bends = second(loss, t, np.array([1.0, 0, 0]))
    np.testing.assert_allclose(bends, [6 * (1 - values[0]), 0, 0], atol=1e-13)
    # One derivative by the matrix and one by t: −6 (t − λ_k) v_kᵀ E v_k.
    with tf.GradientTape() as outer:
        outer.watch(t)
        of_matrix = lambda A: ef.spectral_function(  # noqa: E731
            lambda v: tf.reduce_sum((t - v) ** 3, axis=-1), A
        )
        with tf.GradientTape() as inner:
            moved = A + 0.5 * E
            inner.watch(moved)
            value = of_matrix(moved)
        along = tf.reduce_sum(tf.convert_to_tensor(inner.gradient(value, moved)) * E)
    expected = -6 * (1 - values) * np.diag(V.T @ E @ V)
    np.testing.assert_allclose(np.asarray(outer.gradient(along, t)), expected, atol=1e-12)


def test_eigenvalues_have_first_derivatives_always_and_second_where_all_are_simple():
    A, E = with_spectrum([1, 2, 4]), direction(3, 1)
    V = np.linalg.eigh(A)[1]
    for k in range(3):
        of_matrix = lambda A, k=k: ef.eigenvalues(A)[k]  # noqa: E731
        found = first(of_matrix, tf.constant(A))
        np.testing.assert_allclose(found, np.outer(V[:, k], V[:, k]), atol=1e-14)
        bend = np.sum(second(of_matrix, tf.constant(A), E) * E)
        np.testing.assert_allclose(bend, ef.second_derivative(A, E, k), rtol=1e-12)


def test_equal_eigenvalues_have_first_derivatives_but_no_second_ones():
    A, E = tf.constant(np.diag([1.0, 1, 2])), direction(3, 1)
    sums = {"squares": lambda A: squares(ef.eigenvalues(A)), "one": lambda A: ef.eigenvalues(A)[0]}
    for function in sums.values():
        assert np.isfinite(first(function, A)).all()
        assert np.isnan(second(function, A, E)).all()
    np.testing.assert_array_equal(first(sums["squares"], A), np.diag([0.0, 0, 2]))
    # A simple one beside them is a spectral function.
    beside = lambda A: ef.spectral_function(lambda values: values[..., 2], A)  # noqa: E731
    found = np.sum(second(beside, A, E) * E)
    np.testing.assert_allclose(found, ef.second_derivative(A.numpy(), E, 2), rtol=1e-12)


def test_only_the_lower_triangle_is_read():
    A = direction(4, 0)
    above = np.triu(np.full((4, 4), 7.0), 1)
    for function in (ef.eigenvalues, lambda A: ef.spectral_function(squares, A)):
        whole, lower = tf.constant(A), tf.constant(np.tril(A) + above)
        np.testing.assert_allclose(function(lower), function(whole), atol=1e-13)
        np.testing.assert_allclose(first(function, lower), first(function, whole), atol=1e-13)


def test_nothing_is_left_behind_by_persistent_tapes():
    A, E = tf.constant(np.eye(3)), direction(3, 1)

    def call() -> None:
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(A)
            with tf.GradientTape(persistent=True) as inner:
                inner.watch(A)
                value = ef.spectral_function(squares, A) + ef.eigenvalues(A)[0]
            along = tf.reduce_sum(tf.convert_to_tensor(inner.gradient(value, A)) * E)
        outer.gradient(along, A)

    def alive() -> int:
        gc.collect()
        return len(gc.get_objects())

    for _ in range(3):
        call()
    before = alive()
    for _ in range(20):
        call()
    assert alive() - before < 20  # not one for each call


@pytest.mark.parametrize("wrong", [tf.eye(2, dtype=tf.int32), tf.eye(2, dtype=tf.float16)])
def test_other_than_floats_are_refused(wrong: tf.Tensor):
    for function in (ef.eigenvalues, lambda A: ef.spectral_function(squares, A)):
        with pytest.raises(TypeError, match="A must hold float32 or float64 numbers, or complex"):
            function(wrong)


@pytest.mark.parametrize("shape", [[], [3], [2, 3]])
def test_what_is_not_square_is_refused(shape: list[int]):
    with pytest.raises(
        ValueError, match=r"A must be square, \[..., n, n\] with n known; got shape"
    ):
        ef.eigenvalues(tf.zeros(shape))


def test_a_function_that_mixes_matrices_is_refused():
    with pytest.raises(ValueError, match=r"one number for each matrix, .*reduce the last axis"):
        ef.spectral_function(tf.reduce_sum, tf.eye(3, batch_shape=[2]))
