"""Second derivatives of `spectral_function` in every way TensorFlow differentiates and compiles."""

from collections.abc import Callable
from functools import cache, partial

import numpy as np
import pytest
import tensorflow as tf

import eigfit as ef
from tests.high_precision import filled, loss, second_difference
from tests.matrices import direction, parameters, with_spectrum

# A matrix and a target, equal where eigenvalues are close.
CASES = {
    "simple": (with_spectrum([1, 2, 3.5]), (0.0, 0.0, 1.0)),
    "gap 1e-5": (with_spectrum([1, 1 + 1e-5, 2]), (0.0, 0.0, 1.0)),
    "gap 1e-9": (with_spectrum([1, 1 + 1e-9, 2]), (0.0, 0.0, 1.0)),
    "gap 1e-12": (with_spectrum([1, 1 + 1e-12, 2]), (0.0, 0.0, 1.0)),
    "two equal": (np.diag([1.0, 1, 3]), (0.5, 0.5, 4.0)),
    "identity": (np.eye(3), (1.0, 1.0, 1.0)),
    "zero": (np.zeros((3, 3)), (1.0, 1.0, 1.0)),
}
E = direction(3, 7)


def value(A: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
    """Σ (t − λ)², as a function of the matrix."""
    return ef.spectral_function(lambda values: tf.reduce_sum((t - values) ** 2, axis=-1), A)


def twice(function: Callable, A: tf.Tensor, persistent: bool = False) -> tf.Tensor:
    """The second derivative along E, as the gradient of the first."""
    with tf.GradientTape(persistent=persistent) as outer:
        outer.watch(A)
        with tf.GradientTape(persistent=persistent) as inner:
            inner.watch(A)
            found = function(A)
        slope = tf.convert_to_tensor(inner.gradient(found, A))
        along = tf.reduce_sum(slope * tf.constant(E, A.dtype))
    if persistent:
        outer.gradient(along, A)
    return tf.convert_to_tensor(outer.gradient(along, A))


def in_tapes(A: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
    return twice(lambda A: value(A, t), A)


def in_persistent_tapes(A: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
    return twice(lambda A: value(A, t), A, persistent=True)


def forward_over_reverse(A: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
    with tf.autodiff.ForwardAccumulator(A, tf.constant(E, A.dtype)) as forward:
        with tf.GradientTape() as tape:
            tape.watch(A)
            found = value(A, t)
        slope = tape.gradient(found, A)
    return tf.convert_to_tensor(forward.jvp(slope))


def as_two_losses(A: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
    """Σ (t − λ)² = Σ t² − 2 Σ t λ + Σ λ² with the halves taken in one pass."""

    def halves(A: tf.Tensor) -> tf.Tensor:
        mean = tf.reduce_mean(t)  # as Σ λ² − 2 mean Σ λ is symmetric in any λ
        first = ef.spectral_function(lambda v: tf.reduce_sum(v**2 - 2 * mean * v, axis=-1), A)
        rest = ef.spectral_function(lambda v: -2 * tf.reduce_sum((t - mean) * v, axis=-1), A)
        return first + rest

    return twice(halves, A)


def in_a_map(A: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
    return tf.map_fn(lambda A: in_tapes(A, t), tf.stack([A, 2 * A]))[0]


def vectorized(A: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
    both = tf.vectorized_map(lambda A: in_tapes(A, t), tf.stack([2 * A, A]))
    return tf.convert_to_tensor(both)[1]


def in_a_condition(A: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
    def one_of_two(A: tf.Tensor) -> tf.Tensor:
        return tf.cond(A[0, 0] < 1e3, lambda: value(A, t), lambda: A[0, 0])

    return twice(one_of_two, A)


def as_a_batch(A: tf.Tensor, t: tf.Tensor) -> tf.Tensor:
    return twice(lambda A: value(tf.stack([A, A]), t)[1], A)


@cache
def compiled(function: Callable, jit: bool) -> Callable:
    return tf.function(function, autograph=False, jit_compile=jit)


def compiled_inside(A: tf.Tensor, t: tf.Tensor, jit: bool) -> tf.Tensor:
    return twice(lambda A: compiled(value, jit)(A, t), A)


WAYS: dict[str, Callable] = {
    "tapes": in_tapes,
    "persistent tapes": in_persistent_tapes,
    "forward over reverse": forward_over_reverse,
    "two losses in one pass": as_two_losses,
    "a batch": as_a_batch,
    "map_fn": compiled(in_a_map, False),
    "vectorized_map": compiled(vectorized, False),
    "cond within a function": compiled(in_a_condition, False),
    "tf.function": compiled(in_tapes, False),
    "XLA": compiled(in_tapes, True),
    "a function, differentiated outside": partial(compiled_inside, jit=False),
    "XLA, differentiated outside": partial(compiled_inside, jit=True),
}


@cache
def expected(case: str, dtype: str) -> list[float]:
    """The second derivative along E and each of three more directions, in forty digits."""
    A, target = CASES[case]
    r = parameters(A.astype(dtype).astype(float))
    f = loss(filled(ef.symmetric(3)), target)
    directions = (parameters(direction(3, seed)) for seed in range(3))
    return [second_difference(f, r, parameters(E), u) for u in directions]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("way", WAYS)
def test_second_derivatives_are_right_in_every_way(way: str, case: str):
    A, target = CASES[case]
    found = WAYS[way](tf.constant(A), tf.constant(target, tf.float64)).numpy()
    along = [np.sum(found * direction(3, seed)) for seed in range(3)]
    np.testing.assert_allclose(along, expected(case, "float64"), atol=1e-8)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("way", ["tapes", "XLA"])
def test_second_derivatives_are_right_in_single_precision(way: str, case: str):
    A, target = CASES[case]
    found = WAYS[way](tf.constant(A, tf.float32), tf.constant(target, tf.float32)).numpy()
    along = [np.sum(found * direction(3, seed)) for seed in range(3)]
    # Roundings of 6e-8 over the smallest gap that is not taken for none, some 1e-3.
    np.testing.assert_allclose(along, expected(case, "float32"), atol=2e-3)


@pytest.mark.parametrize("way", ["tapes", "XLA", "forward over reverse"])
def test_a_kink_is_no_number_in_any_way(way: str):
    target = tf.constant([0.0, 1.0, 2.0], tf.float64)
    assert np.isnan(WAYS[way](tf.constant(np.eye(3)), target)).all()
