"""Structures by TensorFlow functions: against what they say, and what is refused."""

import pickle

import numpy as np
import pytest
import tensorflow as tf

import eigfit as ef
from tests.structures.kinds import bent


def test_the_matrix_is_what_the_function_gives_for_each_member():
    structure = ef.parametric(bent, 3, 3, names=("a", "b", "c"))
    assert (structure.n, structure.parameters, structure.names) == (3, 3, ("a", "b", "c"))
    r = np.random.default_rng(0).normal(size=(2, 4, 3))
    expected = [[bent(tf.constant(one)).numpy() for one in row] for row in r]
    np.testing.assert_allclose(structure.filled(r), expected, atol=1e-15)
    assert structure.filled(r[:0]).shape == (0, 4, 3, 3)


def test_a_function_that_takes_batches_is_one_that_takes_single_ones():
    def ring(r):
        return tf.linalg.diag(r**2) + r[..., 0, None, None]

    r = np.random.default_rng(0).normal(size=(5, 3))
    found = ef.parametric(ring, 3, 3).filled(r)
    np.testing.assert_allclose(found, ring(tf.constant(r)), atol=1e-15)


def test_it_goes_to_another_process_if_its_function_does():
    structure = ef.parametric(bent, 3, 3)
    r = np.ones(3)
    expected = structure.filled(r)
    again = pickle.loads(pickle.dumps(structure))
    np.testing.assert_array_equal(again.filled(r), expected)


@pytest.mark.parametrize(
    ("function", "error", "words"),
    [
        (np.eye(2), TypeError, "function must be a function of r"),
        (lambda: 1, TypeError, "must take a tensor .* it raised TypeError"),
        (lambda r: r.numpy(), TypeError, "made of TensorFlow operations; .* AttributeError"),
        (lambda r: 3, TypeError, "must return float64 or complex128 from float64; got int32"),
        (lambda r: tf.cast(tf.linalg.diag(r), "float32"), TypeError, "got float32"),
        (lambda r: r, ValueError, r"shape \[2, 2\] from 2 numbers; got \[2\]"),
        (lambda r: tf.eye(3, dtype=r.dtype), ValueError, r"shape \[2, 2\].*got \[3, 3\]"),
        (lambda r: tf.stack([r, 2 * r]), ValueError, r"symmetric, .* entry \(0, 1\) is 0.7"),
    ],
)
def test_what_is_no_function_to_a_matrix_is_refused_in_a_sentence(function, error, words: str):
    with pytest.raises(error, match=words):
        ef.parametric(function, 2, 2)


@pytest.mark.parametrize(
    ("n", "parameters", "names", "error", "words"),
    [
        (2.0, 2, None, TypeError, "n must be a whole number"),
        (0, 2, None, ValueError, "n must be 1 or above"),
        (2, "2", None, TypeError, "parameters must be a whole number"),
        (2, 0, None, ValueError, "parameters must be 1 or above"),
        (2, 2, ["a"], ValueError, "names must be 2 different texts"),
    ],
)
def test_bad_sizes_and_names_are_refused_in_a_sentence(n, parameters, names, error, words: str):
    with pytest.raises(error, match=words):
        ef.parametric(tf.linalg.diag, n, parameters, names)
