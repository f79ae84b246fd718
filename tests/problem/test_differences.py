"""`compare_with_differences` on functions whose derivatives are known."""

import re

import numpy as np
import pytest

import eigfit as ef
from tests.matrices import direction


def cube(x: np.ndarray) -> np.ndarray:
    return x**3


def test_a_wrong_derivative_is_found():
    x = np.array([1.0, 2.0])
    right = np.diag(3 * x**2)
    assert ef.compare_with_differences(cube, right, x).error < 1e-10
    wrong = ef.compare_with_differences(cube, right + np.diag([0, 0.12]), x)
    np.testing.assert_allclose(wrong.error, 0.01, rtol=1e-6)
    np.testing.assert_allclose(wrong.values, right, atol=1e-8)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_every_scale_is_suited(scale: float):
    A = scale * direction(3, 4)
    slope = ef.sensitivity(A, 0, "lower")
    found = ef.compare_with_differences(lambda A: np.linalg.eigvalsh(A)[0], slope, A)
    assert found.error < 1e-9


def test_each_coordinate_has_a_step_of_its_own():
    # A step that suits 1 leaves the logarithm's domain at 1e-3.
    x = np.array([1e-3, 1.0, 1e-9])
    found = ef.compare_with_differences(np.log, np.diag(1 / x), x)
    assert found.error < 1e-9
    assert found.step.shape == x.shape
    assert (found.step < x).all()
    assert found.step[1] > 1e-5


def test_a_coordinate_of_zero_or_of_a_rounding_is_moved_as_the_others_are():
    x = np.array([0.0, 1e-17, 3.0])
    found = ef.compare_with_differences(np.sin, np.diag(np.cos(x)), x)
    assert found.error < 1e-9
    assert (found.step > 1e-6).all()
    assert ef.compare_with_differences(np.cos, [[0.0]], [0.0]).error < 1e-9


def test_where_nothing_is_finite_an_error_says_so():
    x = np.array([1.0, -2.0])
    with pytest.raises(ValueError, match=r"are finite at no step"):
        ef.compare_with_differences(np.log, np.diag(1 / x), x)


def test_a_derivative_that_is_no_number_is_infinitely_wrong():
    assert ef.compare_with_differences(cube, [[np.nan]], [1.0]).error == np.inf


def test_a_derivative_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"must have shape \[2, 2\], .*; got \[2\]"):
        ef.compare_with_differences(cube, [3.0, 12.0], [1.0, 2.0])


@pytest.mark.parametrize("shape", [(0,), (2, 0)])
def test_an_empty_place_is_refused(shape: tuple[int, ...]):
    sentence = f"x must hold a number to differentiate by; got shape {list(shape)}"
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        ef.compare_with_differences(cube, [], np.zeros(shape))
