"""Measured data, bounds and joint problems: what cannot be is refused in a sentence."""

import numpy as np
import pytest

import eigfit as ef

S = ef.symmetric(3)


@pytest.mark.parametrize(
    ("given", "error", "sentence"),
    [
        ({"target": [1, 2]}, ValueError, "target has 2 values but the matrix is 3×3"),
        ({"target": [1, 2], "sigma": 1}, ValueError, 'give 3, or match="lowest" or "nearest"'),
        ({"target": [1, 2, 3], "of": "energies"}, ValueError, "of must be one of eigenvalues"),
        ({"target": [1, 2, 3], "match": "best"}, ValueError, "match must be one of all, lowest"),
        ({"target": [1, 2, 3], "sigma": 0}, ValueError, "sigma must be above 0 and finite; got 0"),
        ({"target": [1, 2, 3], "sigma": [1, 2]}, ValueError, "or one for each of the 3 values"),
        ({"target": [1, 2, 3], "sigma": "x"}, TypeError, "sigma must hold real numbers"),
        ({"target": [1, np.nan], "match": "lowest"}, ValueError, "target must be finite, but"),
        ({"target": [-1.0, 2, 3], "of": "frequencies"}, ValueError, "must be 0 or above; got -1"),
        ({"target": [1, 2, 3], "of": "differences"}, ValueError, "which has 2 differences"),
        ({"target": [1, 2], "match": (0, 3)}, ValueError, "different levels, 0 to 2; got .0, 3"),
        ({"target": [1, 2], "match": (1, 1)}, ValueError, "different levels, 0 to 2; got .1, 1"),
        ({"target": [1], "match": (0, 1)}, ValueError, "match names 2 levels for 1 targets"),
        ({"target": [1], "match": (0.5,)}, TypeError, "a level in match must be a whole number"),
        ({"target": [1], "match": (0,), "of": "differences"}, ValueError, "levels, 1 to 2; got"),
        ({"target": [1, 2, 3], "bounds": (1, 0)}, ValueError, "low must not exceed high; got 1"),
        ({"target": [1, 2, 3], "bounds": (0, [1, 2])}, ValueError, "one for each of 6 parameters"),
        (
            {"target": [1, 2, 3], "bounds": (0, 1, 2)},
            ValueError,
            "bounds must be .low, high.; got 3",
        ),
    ],
)
def test_what_cannot_be_measured_is_refused(given, error, sentence):
    with pytest.raises(error, match=sentence):
        ef.Problem(S, **given)


def test_targets_are_sorted_with_their_errors_unless_they_are_numbered():
    problem = ef.Problem(S, [3, 1, 2], sigma=[0.3, 0.1, 0.2])
    assert problem.target.tolist() == [1, 2, 3]
    assert problem.data.sigma.tolist() == [0.1, 0.2, 0.3]
    numbered = ef.Problem(S, [3, 1], match=(2, 0), sigma=[0.3, 0.1])
    assert numbered.target.tolist() == [3, 1]
    assert numbered.data.sigma.tolist() == [0.3, 0.1]


def test_infinite_bounds_are_none():
    problem = ef.Problem(S, [1, 2, 3], bounds=([0, 0, 0, -np.inf, -1, -1], np.inf))
    assert problem.bounds.given
    r = problem.bounds.inside(np.full(6, -5.0))
    assert r.tolist() == [0, 0, 0, -5, -1, -1]
    assert not ef.Problem(S, [1, 2, 3]).bounds.given


def test_shared_parameters_are_inside_the_bounds_of_all():
    one = ef.Problem(ef.toeplitz(2), [1, 2], bounds=(0, 10))
    two = ef.Problem(ef.toeplitz(2), [1, 2], bounds=(-5, 3))
    both = ef.joint([one, two], [[0, 1], [1, 2]])
    assert both.bounds.low.tolist() == [0, 0, -5]
    assert both.bounds.high.tolist() == [10, 3, 3]
    assert both.parameters == 3


@pytest.mark.parametrize(
    ("parts", "places", "sentence"),
    [
        ([], None, "at least one problem; got none"),
        ([2, 3], None, r"have .2, 3. parameters; say in"),
        ([2, 2], [[0, 1]], "a list for each of the 2 problems; got 1"),
        ([2, 2], [[0, 1], [1]], "problem 1 has 2 parameters, so it takes 2 different places"),
        ([2, 2], [[0, 0], [1, 0]], "problem 0 has 2 parameters, so it takes 2 different places"),
        ([2, 2], [[0, 1], [1, 3]], "parameter 2 is in none of the problems"),
    ],
)
def test_parts_that_do_not_fit_are_refused(parts, places, sentence):
    problems = [ef.Problem(ef.toeplitz(n), np.arange(n)) for n in parts]
    with pytest.raises(ValueError, match=sentence):
        ef.joint(problems, places)


def test_a_part_must_be_a_problem():
    with pytest.raises(TypeError, match=r"problems must be eigfit.Problem each; got Pattern"):
        ef.joint([S])  # type: ignore[list-item]
