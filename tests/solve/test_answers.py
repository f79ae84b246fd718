"""Distinct solutions, symmetries, and what the data determine."""

import itertools

import numpy as np
import pytest

import eigfit as ef
from eigfit.problem.joint import joint
from eigfit.solve.distinct import groups
from eigfit.solve.symmetries import Symmetries, images, sign_symmetries
from tests.solve.families import FAMILIES

SYMMETRIC = {
    "tridiagonal": (ef.tridiagonal(4), 2**3),
    "zero diagonal": (ef.zero_diagonal(3), 2**2),
    "symmetric": (ef.symmetric(3), 2**2),
    "toeplitz": (ef.toeplitz(4), 2),
    "complex": (FAMILIES["complex"](np.random.default_rng(0), 3, 2), 1),
    "imaginary": (ef.affine(1j * np.array([[[0, 1], [-1, 0]]]), np.diag([1.0, 2])), 2),
}


def of_signs(generators: np.ndarray) -> Symmetries:
    """Those that these generators make, and no orders."""
    return Symmetries(generators, np.arange(generators.shape[1])[None])


@pytest.mark.parametrize("kind", SYMMETRIC)
def test_signs_that_leave_every_spectrum_are_found_all_of_them(kind):
    structure, count = SYMMETRIC[kind]
    p = structure.parameters
    generators = sign_symmetries(ef.Problem(structure, np.arange(structure.n)), p)
    signs = images(of_signs(generators), np.ones(p)).astype(int)
    assert len(signs) == count
    assert (signs[0] == 1).all()
    r = np.random.default_rng(1).normal(size=p)
    spectrum = np.linalg.eigvalsh(structure.filled(r))
    keeping = [
        c for c in itertools.product((1, -1), repeat=p)
        if np.allclose(np.linalg.eigvalsh(structure.filled(r * c)), spectrum, atol=1e-9)
    ]  # fmt: skip
    assert {tuple(row) for row in signs.tolist()} == set(keeping)


def test_signs_must_suit_every_matrix():
    """β of a chain of two alone may change its sign, not beside a matrix β."""
    chain = ef.pattern([[-1, 0], [0, -1]])
    alone = ef.Problem(chain, [-1.0, 1])
    assert len(sign_symmetries(alone, 1)) == 1
    both = joint([alone, ef.Problem(ef.affine(np.ones((1, 1, 1))), [1.0])])
    assert len(sign_symmetries(both, 1)) == 0


def test_ends_are_grouped_with_their_images_the_best_first():
    ends = np.array([[1.0, 2], [1 + 1e-9, -2], [3, 4], [-1, 2]])
    generators = np.array([[0, 1]], np.uint8)
    found = groups(ends, np.array([2, 1, 0, 3]), of_signs(generators), np.ones(2))
    assert [group.tolist() for group in found] == [[2], [1, 0], [3]]


def test_a_solution_tells_its_images():
    (solution,) = ef.solve(ef.Problem(ef.zero_diagonal(2), [-3.0, 3]), starts=4)
    np.testing.assert_allclose(np.sort(solution.equivalents[:, 0]), [-3, 3])
    bounded = ef.Problem(ef.zero_diagonal(2), [-3.0, 3], bounds=(0, 10))
    (solution,) = ef.solve(bounded, starts=4)
    np.testing.assert_allclose(solution.equivalents, [[3]])


def test_errors_of_a_straight_line_are_those_of_regression():
    """1×1 matrices a + b x measured with errors are weighted linear regression."""
    random = np.random.default_rng(2)
    x, sigma = np.linspace(0, 1, 7), random.uniform(0.1, 0.3, 7)
    y = 1 + 2 * x + sigma * random.normal(size=7)
    parts = [
        ef.Problem(ef.affine(np.array([[[1.0]], [[at]]])), [value], sigma=error)
        for at, value, error in zip(x, y, sigma, strict=True)
    ]
    (solution,) = ef.solve(ef.joint(parts))
    design = np.stack([np.ones(7), x], axis=1) / sigma[:, None]
    covariance = np.linalg.inv(design.T @ design)
    np.testing.assert_allclose(solution.parameters, covariance @ design.T @ (y / sigma), rtol=1e-8)
    np.testing.assert_allclose(solution.covariance, covariance, rtol=1e-8)
    np.testing.assert_allclose(solution.standard_errors, np.sqrt(np.diag(covariance)), rtol=1e-8)
    assert solution.rank == 2
    assert solution.null_space.shape == (2, 0)


def test_without_errors_the_residuals_tell_them_where_there_are_enough():
    y = np.array([1.0, 1.2, 0.7])
    one = ef.affine(np.ones((1, 1, 1)))
    (solution,) = ef.solve(ef.joint([ef.Problem(one, [value]) for value in y]))
    np.testing.assert_allclose(solution.standard_errors, [y.std(ddof=1) / np.sqrt(3)], rtol=1e-8)
    (exact,) = ef.solve(ef.Problem(one, [2.0]))
    assert np.isnan(exact.standard_errors).all()


def test_directions_that_the_data_cannot_tell_are_named():
    """A = diag(a + b, c): only a + b is told, and nothing of a parameter that moves nothing."""
    basis = np.zeros((4, 2, 2))
    basis[0, 0, 0] = basis[1, 0, 0] = basis[2, 1, 1] = 1
    problem = ef.Problem(ef.affine(basis + 0, np.zeros((2, 2))), [1.0, 5], sigma=0.1)
    solution = ef.solve(problem, starts=2)[0]
    assert solution.rank == 2
    assert solution.null_space.shape == (4, 2)
    np.testing.assert_allclose(np.linalg.norm(solution.null_space, axis=0), 1)
    moved = problem.structure.filled(solution.parameters + solution.null_space.T)
    values = np.linalg.eigvalsh(moved)
    np.testing.assert_allclose(values, np.broadcast_to([1, 5], values.shape), atol=1e-9)
    np.testing.assert_allclose(solution.standard_errors, [np.inf, np.inf, 0.1, np.inf])


def test_a_parameter_at_its_end_is_taken_as_fixed():
    structure = ef.affine(np.array([np.diag([1.0, 0]), np.diag([0.0, 1])]))
    problem = ef.Problem(structure, [1.0, 5], sigma=0.1, bounds=([-9, -9], [9, 4]))
    solution = ef.solve(problem, start=[0.5, 3.0])[0]
    assert solution.at_bounds.tolist() == [False, True]
    np.testing.assert_allclose(solution.standard_errors, [0.1, 0])


def test_a_repeated_level_determines_as_much_as_it_does():
    """(1, 1, 1) has one symmetric matrix: all six parameters are told."""
    (solution,) = ef.solve(ef.Problem(ef.symmetric(3), [1, 1, 1]), starts=5)
    assert solution.rank == 6
    np.testing.assert_allclose(solution.parameters, [1, 1, 1, 0, 0, 0], atol=1e-9)


def test_how_many_solutions_there_can_be_is_told_where_it_is_known():
    random = np.random.default_rng(0)
    additive = ef.solve(ef.Problem(FAMILIES["additive"](random, 3, 3), [-9.0, 0, 9]), starts=20)
    assert additive.most == 6
    assert len(additive) <= 6
    assert "there are at most 6" in additive.reason
    assert ef.solve(ef.Problem(ef.symmetric(3), [1, 2, 3])).most is None


def test_a_double_root_is_one_solution():
    """Path Laplacians with the spectrum of weights 1, 2, 3, 4: six, two of them double roots."""
    path = ef.laplacian([(0, 1), (1, 2), (2, 3), (3, 4)])
    target = np.linalg.eigvalsh(path.filled(np.array([1.0, 2, 3, 4])))
    solutions = ef.solve(ef.Problem(path, target, bounds=(0, np.inf)), starts=300, high=7)
    assert len(solutions) == 6


def test_every_minimum_within_the_errors_is_told():
    """Nobody reaches data that contradict each other, but each minimum meets them within σ."""
    one = ef.affine(np.array([[[0.0, 1], [1, 0]], [[1.0, 0], [0, 1]]]), np.diag([0.0, 1]))
    r = np.array([0.7, 2.0])
    data = np.linalg.eigvalsh(one.filled(r))
    parts = [ef.Problem(one, data + np.array([0.01, -0.01]), sigma=0.1) for _ in range(2)]
    solutions = ef.solve(ef.joint(parts), starts=20, low=-3, high=3)
    assert solutions.converged.all()
    assert sum(len(solution.equivalents) for solution in solutions) == 2


def test_a_level_at_zero_has_a_finite_slope_and_ends_nothing_early():
    """A chain without a ground has the frequency 0; where a spring is 0 there are two of them."""
    chain = ef.spring_chain([1.0, 1, 1], ground=0.0)
    target = ef.Problem(chain, [0, 1, 2], of="frequencies").target
    solutions = ef.solve(
        ef.Problem(chain, target, of="frequencies", bounds=(0, np.inf)), starts=50, high=100
    )
    for solution in solutions:
        assert solution.loss < 1e-6 * (target**2).sum()
        assert (solution.parameters > 0).all()


def test_what_is_not_told_is_told_apart_in_units_of_its_own():
    """1e-5 x + 1e6 y is told, neither x nor y, however unlike their units."""
    problem = ef.Problem(ef.affine(np.array([[[1e-5]], [[1e6]]])), [3.0], sigma=0.1)
    solution = ef.solve(problem, starts=2)[0]
    assert np.isinf(solution.standard_errors).all()


def test_signs_of_a_large_matrix_are_as_alike_as_those_of_a_small_one():
    """A chain of 14 has 2¹³ sets of signs; one where a bond is 0 falls in two."""
    p = 27
    generators = sign_symmetries(ef.Problem(ef.tridiagonal(14), np.arange(14)), p)
    assert len(generators) == 13
    random = np.random.default_rng(0)
    r = random.normal(size=p)
    r[20] = 0.0
    signs = np.where(np.arange(p) < 14, 1, random.choice([-1, 1], p))
    other = r.copy()
    other[3] *= -1  # of the diagonal, which no signs change
    ends = np.array([r, signs * r, other, 2 * r])
    found = groups(ends, np.arange(4), of_signs(generators), np.ones(p))
    assert [group.tolist() for group in found] == [[0, 1], [2], [3]]


def test_solutions_that_are_not_isolated_are_said_to_be_none_by_themselves():
    solutions = ef.solve(ef.Problem(ef.symmetric(3), [1, 2, 4]), starts=3)
    assert "They are not isolated: the data determine 3 of 6 directions" in solutions.reason


def test_a_solution_at_a_bound_is_isolated_too():
    """(1, 2.005) and, within the errors, (2, 1): its r0 is at a bound and determined by that."""
    data = {"target": [1.0, 2.005], "sigma": 0.01, "bounds": ([0, 0], [2, 3])}
    solutions = ef.solve(ef.Problem(ef.pattern([[0, -1], [-1, 1]]), **data), starts=20)
    assert sorted(one.rank for one in solutions) == [1, 2]
    assert "not isolated" not in solutions.reason


def test_those_of_several_solutions_that_are_not_isolated_are_counted():
    """Of a parameter that moves nothing all values are solutions; at a bound it is not asked."""
    structure = ef.affine(np.array([np.diag([1.0, 0]), np.zeros((2, 2))]), np.diag([0.0, 5]))
    problem = ef.Problem(structure, [1.0, 5], bounds=([-5, 1], [5, 2]))
    solutions = ef.solve(problem, start=[[0.1, 1], [0.2, 1.5]])
    assert [one.rank for one in solutions] == [1, 1]
    assert "1 of them is not isolated: the data determine 1 of 2 directions" in solutions.reason
