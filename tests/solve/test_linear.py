"""Whether errors of first order hold, beside χ² looked at along a line."""

import numpy as np
import pytest

import eigfit as ef

HYPERBOLA = ef.affine(np.diag([1.0, -1])[None], np.array([[0.0, 1], [1, 0]]))


def rises(problem: ef.Problem, one: ef.Solution) -> np.ndarray:
    """By how much χ² rises at the standard error of the only parameter, up and down."""
    ends = one.parameters + one.standard_errors * [[1], [-1]]
    levels = np.linalg.eigvalsh(problem.structure.filled(ends))
    return np.square((levels - problem.target) / problem.data.sigma).sum(axis=-1) - one.loss


@pytest.mark.parametrize(
    ("target", "sigma", "holds"),
    [
        ([-(2**0.5), 2**0.5], 0.01, True),
        ([-(2**0.5), 2**0.5], 3.0, False),
        ([-0.99, 0.993], 0.01, False),
        ([-1.0, 1], 0.01, False),
    ],
    ids=["far from the fold", "errors that reach over it", "at the fold", "on it to rounding"],
)
def test_errors_hold_where_chi_squared_rises_by_one(target, sigma, holds):
    """λ = ±√(1 + r²) turns at r = 0."""
    problem = ef.Problem(HYPERBOLA, target, sigma=sigma)
    one = ef.solve(problem, start=[0.9])[0]
    assert one.linear is holds
    seen = rises(problem, one)
    assert ((seen > 0.25) & (seen < 4)).all() == holds


def test_what_the_data_do_not_tell_or_bounds_fix_is_left_out():
    basis = np.array([np.diag([1.0, 0, 0]), np.diag([0, 1.0, 0]), np.zeros((3, 3))])
    structure = ef.affine(1e4 * basis, np.diag([0.0, 0, 9]))
    problem = ef.Problem(structure, [1.0, 4, 9], sigma=0.01, bounds=([-1, 4e-4, -1], [1, 1, 1]))
    one = ef.solve(problem, start=[1e-5, 9e-4, 0.5])[0]
    assert one.standard_errors[2] == np.inf
    assert one.linear


def test_without_known_errors_there_is_nothing_to_hold():
    assert ef.solve(ef.Problem(HYPERBOLA, [-1.0, 1]), start=[0.9])[0].linear
