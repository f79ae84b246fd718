"""Whether a problem is well posed, before it is solved."""

import numpy as np
import pytest

import eigfit as ef


def test_rank_and_directions_are_those_of_the_jacobian():
    # Only x − 2 y enters: the data are blind along (2, 1).
    A = np.diag([1.0, 3.0])
    found = ef.well_posed(ef.Problem(ef.affine([A, -2 * A]), [1, 2]))
    assert (found.data, found.parameters, found.rank) == (2, 2, 1)
    np.testing.assert_allclose(np.abs(found.null_space[:, 0]), np.array([2, 1]) / 5**0.5, rtol=1e-9)
    np.testing.assert_allclose(found.sizes, [10**0.5, 2 * 10**0.5], rtol=1e-12)


def test_a_level_told_twice_makes_a_further_condition():
    problem = ef.Problem(ef.symmetric(3), [1, 1, 2])
    assert ef.well_posed(problem).conditions == 4
    assert ef.well_posed(ef.Problem(ef.symmetric(3), [1, 2, 3])).conditions == 3


def test_fixed_parameters_are_counted_out():
    bounds = ([0, 1], [0, np.inf])
    found = ef.well_posed(ef.Problem(ef.toeplitz(2), [1, 3], bounds=bounds), high=2)
    assert (found.fixed, found.rank) == (1, 1)


@pytest.mark.parametrize(
    ("structure", "target", "word"),
    [
        (ef.fixed_diagonal(3), [1.5, 2, 2.5], "largest eigenvalue"),
        (ef.zero_diagonal(3), [1, 2, 3], "add up to 0"),
        (ef.zero_diagonal(60), range(60), "add up to 0"),
        (ef.pattern([[-1, 0], [0, 1]], [[5, 0], [0, 0]]), [6, 7], "at most 5"),
    ],
)
def test_what_the_trace_the_diagonal_or_a_corner_forbid_is_told(structure, target, word: str):
    assert word in ef.well_posed(ef.Problem(structure, target)).impossible


def test_what_the_convex_hull_forbids_is_told_before_anything_is_solved():
    """Off-diagonal entries of 5 leave no room for a spectrum of (−1, 1), whatever the diagonal."""
    structure = ef.pattern([[0, -1], [-1, 1]], [[0, 5], [5, 0]])
    said = ef.well_posed(ef.Problem(structure, [-1.0, 1])).impossible
    assert said.startswith("No parameters bring the eigenvalues nearer to the target than 5.65685")
    assert "found" not in said, "nothing was searched for"


@pytest.mark.parametrize(("sigma", "forbidden"), [(None, True), (0.2, True), (2.0, False)])
def test_what_contradicts_the_data_by_no_more_than_chance_is_not_impossible(sigma, forbidden):
    """The trace is off by 3, so ‖λ − t‖ by √3 at least: χ² = 3/σ²."""
    problem = ef.Problem(ef.zero_diagonal(3), [0.0, 1, 2], sigma=sigma)
    assert bool(ef.well_posed(problem).impossible) == forbidden


def test_nothing_that_can_be_is_called_impossible():
    random = np.random.default_rng(0)
    builds = (ef.symmetric, ef.persymmetric, ef.zero_diagonal, ef.fixed_diagonal, ef.tridiagonal)
    for build in builds:
        structure = build(4)
        for _ in range(20):
            A = structure.filled(random.normal(size=structure.parameters))
            problem = ef.Problem(structure, np.linalg.eigvalsh(A))
            assert ef.well_posed(problem).impossible == ""
