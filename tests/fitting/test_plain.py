"""The example without eigfit and `fit` take the same steps."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

import eigfit as ef
from examples import plain_tensorflow as plain
from examples.with_minimize import by_minimize

STEPS = 50
START = (0.12108588, 0.8856114, 0.00449729, 0.22199583, 0.8411281, 0.54751956)


@pytest.mark.parametrize("way", [plain.by_hand, by_minimize])
def test_fit_takes_the_steps_of_the_plain_loop(way):
    problem = ef.Problem(ef.symmetric(3), plain.TARGET, dtype="float32")
    r = tf.Variable(tf.constant(START))
    losses = way(r, tf.keras.optimizers.Adam(1e-3))
    for step in itertools.islice(ef.fit(problem, ef.optimiser("adam"), START), STEPS):
        loss = next(losses)
        # Jacobi's method against LAPACK in float32, some roundings of 6e-8 at each of 50 steps.
        np.testing.assert_allclose(step.loss, loss, rtol=5e-6)
    # `by_hand` steps when asked for the next loss, `by_minimize` has stepped already.
    if way is plain.by_hand:
        next(losses)
    end = list(ef.fit(problem, ef.optimiser("adam"), START, max_steps=STEPS))[-1]
    np.testing.assert_allclose(end.parameters, r.numpy(), atol=5e-6)
    np.testing.assert_allclose(end.matrix, plain.matrix(r).numpy(), atol=5e-6)


def test_one_step_by_hand_is_the_published_one():
    r = tf.Variable(tf.constant(START))
    losses = plain.by_hand(r, tf.keras.optimizers.Adam())
    next(losses)
    next(losses)
    expected = (0.12208588, 0.8866114, 0.00549729, 0.22099583, 0.8401281, 0.5465196)
    # The last printed digit: two roundings of float32 below 1.
    np.testing.assert_allclose(r.numpy(), expected, atol=1.2e-7)


def test_the_plain_matrix_is_the_symmetric_structure():
    r = np.arange(6.0)
    np.testing.assert_array_equal(
        plain.matrix(tf.constant(r)).numpy(), ef.symmetric(3).matrix(tf.constant(r)).numpy()
    )
