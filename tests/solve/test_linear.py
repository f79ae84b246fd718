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


LEVELS = [np.diag([1.0, 0, 0]), np.diag([0, 1.0, 0]), np.diag([0, 1.0, 0])]


@pytest.mark.parametrize("units", [1.0, 1e-6, 1e5])
def test_linear_problems_have_no_false_alarm(units):
    """At a bound, with a parameter that is not told, of any unit, far from the data."""
    structure = ef.affine(np.array(LEVELS[:2]) / units, np.diag([0.0, 5, 9]))
    for target, sigma in (([1.0, 6, 9], 0.01), ([1.0, 6, 9.5], 1e-9), ([1.0, 6, 9], 1e-3)):
        problem = ef.Problem(structure, target, sigma=sigma)
        assert ef.solve(problem, start=np.array([0.5, 0.7]) * units)[0].linear
    bounds = ([-units, 1.01 * units], [units, 2 * units])
    at_bound = ef.Problem(structure, [1.0, 6, 9], sigma=0.01, bounds=bounds)
    assert ef.solve(at_bound, start=np.array([0.5, 1.5]) * units)[0].linear
    spare = ef.affine(np.array(LEVELS) / units, np.diag([0.0, 5, 9]))
    loose = ef.solve(ef.Problem(spare, [1.0, 6, 9], sigma=0.01), start=np.ones(3) * units / 2)[0]
    assert loose.linear
    assert loose.rank == 2


def test_of_many_parameters_the_one_at_a_fold_is_found():
    n = 12
    blocks = [np.zeros((2 * n, 2 * n)) for _ in range(n)]
    for k, block in enumerate(blocks):
        block[2 * k, 2 * k], block[2 * k + 1, 2 * k + 1] = 1, -1
    constant = np.kron(np.eye(n), [[0.0, 1], [1, 0]]) + np.kron(
        np.diag(np.arange(n)), np.eye(2) * 9
    )
    r = np.full(n, 0.8)
    r[7] = 0.0
    structure = ef.affine(np.array(blocks), constant)
    target = np.linalg.eigvalsh(structure.filled(r))
    assert not ef.solve(ef.Problem(structure, target, sigma=0.01), start=r + 0.01)[0].linear
    r[7] = 0.8
    target = np.linalg.eigvalsh(structure.filled(r))
    assert ef.solve(ef.Problem(structure, target, sigma=0.01), start=r + 0.01)[0].linear


def test_what_is_no_minimum_yet_is_not_looked_at():
    problem = ef.Problem(
        ef.spring_chain([1.0, 1, 1]), [0.4, 1.1, 1.7], of="frequencies", sigma=1e-6
    )
    stuck = ef.solve(problem, start=[31.0, 41, 50], max_iterations=1)
    assert stuck.verdict is ef.Verdict.stuck
    assert stuck[0].linear


def test_without_known_errors_there_is_nothing_to_hold():
    assert ef.solve(ef.Problem(HYPERBOLA, [-1.0, 1]), start=[0.9])[0].linear
