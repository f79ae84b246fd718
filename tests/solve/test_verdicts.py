"""Verdicts and their proofs: never one that is wrong."""

import os
from collections import Counter

import numpy as np
import pytest

import eigfit as ef
from eigfit.solve.convex_hull import unreachable
from eigfit.solve.interlacing import fixed_blocks
from tests.solve.families import FAMILIES, hermitian

UNSOLVABLE, GLOBAL = ef.Verdict.unsolvable, ef.Verdict.global_minimum
# EIGFIT_PROBLEMS=2000 goes through so many, as is done before a release.
SHARES = 4
EACH = int(os.environ.get("EIGFIT_PROBLEMS", "200")) // SHARES


def random_problem(seed: int) -> tuple[ef.Problem, bool]:
    """A problem, and whether it was made with a solution: with and without bounds and errors."""
    random = np.random.default_rng(seed)
    kind = list(FAMILIES)[seed % len(FAMILIES)]
    n = int(random.integers(3, 5))
    structure = FAMILIES[kind](random, n, int(random.integers(1, n + 2)))
    bounds = (-1.5, 1.5) if random.random() < 0.3 else None
    solvable = random.random() < 0.5
    if solvable:
        solution = random.uniform(-1.4, 1.4, structure.parameters)
        target = np.linalg.eigvalsh(structure.filled(solution))
    else:
        target = np.sort(random.normal(size=n)) * 2
    sigma = random.uniform(0.02, 0.1, n) if random.random() < 0.2 else None
    return ef.Problem(structure, target, bounds=bounds, sigma=sigma), bool(solvable)


@pytest.mark.parametrize("share", range(SHARES))
def test_of_many_random_problems_no_verdict_is_wrong(share):
    """What has a solution is never called unsolvable; what is, no search comes nearer to."""
    given: Counter[tuple[str, bool]] = Counter()
    for seed in range(share * EACH, (share + 1) * EACH):
        problem, solvable = random_problem(seed)
        solutions = ef.solve(problem, starts=2, seed=seed, low=-1, high=1, max_iterations=30)
        given[solutions.verdict.name, solvable] += 1
        if solutions.verdict not in (UNSOLVABLE, GLOBAL):
            continue
        assert not solvable, (seed, str(solutions))
        further = ef.solve(
            problem, starts=3, seed=seed + 10_000, low=-3, high=3, max_iterations=30,
            rule="levenberg_marquardt",
        )  # fmt: skip
        for ends in (solutions, further):
            values = np.linalg.eigvalsh(problem.structure.filled(ends.ends))
            distances = np.linalg.norm(values - problem.target, axis=-1)
            assert distances.min() >= solutions.certificate.distance * (1 - 1e-9), seed
    print(sorted(given.items()))
    # Enough are given for the test to mean something, and truly solvable ones are seldom missed.
    assert given["unsolvable", False] + given["global_minimum", False] > EACH / 5
    assert given["solved", True] > 0.75 * sum(n for (_, solvable), n in given.items() if solvable)


def test_a_diagonal_that_the_target_does_not_majorise_is_proven_with_its_distance():
    """Schur and Horn: the nearest to (1.5, 2, 2.5) with the diagonal (1, 2, 3) is that diagonal."""
    solutions = ef.solve(ef.Problem(ef.fixed_diagonal(3), [1.5, 2, 2.5]), starts=3)
    assert solutions.verdict is UNSOLVABLE
    assert solutions.certificate.attained
    assert solutions.certificate.distance == pytest.approx(np.sqrt(0.5), rel=1e-9)
    assert "the largest eigenvalue is at least 3, but 2.5 is asked for" in solutions.reason


def test_a_wrong_trace_is_proven():
    """Eigenvalues that add up to 3 too much are off by 3/√n each way at least."""
    solutions = ef.solve(ef.Problem(ef.zero_diagonal(3), [0.0, 1, 2]), starts=3)
    assert solutions.verdict is UNSOLVABLE
    assert solutions.certificate.distance == pytest.approx(np.sqrt(3), rel=1e-9)


def test_a_norm_that_fixed_entries_exceed_is_proven():
    """Off-diagonal entries of 5 leave no room for a spectrum of (−1, 1)."""
    structure = ef.pattern([[0, -1], [-1, 1]], [[0, 5], [5, 0]])
    solutions = ef.solve(ef.Problem(structure, [-1.0, 1]), starts=3)
    assert solutions.verdict is UNSOLVABLE
    # λ₁ − λ₀ ≥ 10, whatever the diagonal.
    assert solutions.certificate.distance == pytest.approx(8 / np.sqrt(2), rel=1e-6)


def test_interlacing_proves_what_the_convex_hull_cannot():
    """Two zeros in a fixed corner: λ₁ of three lies between them and is 0."""
    structure = ef.pattern([[-1, -1, 0], [-1, -1, 1], [0, 1, 2]])
    problem = ef.Problem(structure, [-1.0, 0.5, 1])
    solutions = ef.solve(problem, starts=5)
    nearest = solutions[0].parameters
    assert unreachable(problem, [nearest], 0).distance < 0.4
    assert solutions.verdict is UNSOLVABLE
    assert solutions.certificate.distance == pytest.approx(0.5, rel=1e-9)
    assert "rows and columns 0, 1 are fixed" in solutions.reason


@pytest.mark.parametrize(
    "problem",
    [
        ef.Problem(ef.symmetric(3), [1, 1, 1]),
        ef.Problem(ef.persymmetric(3), [0, 2, 3]),
        ef.Problem(ef.toeplitz(4), [-1, 0, 2, 3]),
        ef.Problem(FAMILIES["complex"](np.random.default_rng(3), 3, 9), [0, 1, 3]),
    ],
)
def test_nothing_is_proven_of_what_has_a_solution_from_wherever_one_looks(problem):
    """Where hardly anything of Y is orthogonal to the family, what is left of it is rounding."""
    random = np.random.default_rng(0)
    for scale in (1e-3, 1, 1e3):
        for r in random.normal(size=(50, problem.parameters)) * scale:
            assert unreachable(problem, [r], 0).distance == 0


@pytest.mark.parametrize("exponent", range(3, 15))
@pytest.mark.parametrize("room", [1.0, 2.0], ids=["fixed", "ranges"])
def test_roundings_that_large_parameters_multiply_prove_nothing(exponent: int, room: float):
    """Two large parameters whose matrices are nearly the same, held where they all but cancel."""
    random = np.random.default_rng(exponent)
    large = 10.0**exponent
    constant, one, other, free = hermitian(random, 4, 4)
    structure = ef.affine(np.array([one, one + other / large, free]), constant)
    solution = np.array([large, -large, random.normal()])
    target = np.linalg.eigvalsh(structure.filled(solution))
    bounds = ([large, -large, -5], [room * large, -large, 5])
    problem = ef.Problem(structure, target, bounds=bounds)
    for off in (0.0, 1e-9, -1e-3):
        r = solution + np.array([0, 0, off])
        assert unreachable(problem, [r], 0).distance == 0


def test_errors_that_differ_leave_the_proof_to_what_it_can_prove():
    """No χ² is proven to be the least, but one that is out of the ordinary."""
    structure = ef.affine(np.array([np.diag([1.0, -1])]), np.zeros((2, 2)))
    ordinary = ef.solve(ef.Problem(structure, [1.0, 3], sigma=[1, 4]), starts=3)
    assert ordinary.verdict is ef.Verdict.solved, "within its errors"
    far = ef.solve(ef.Problem(structure, [101.0, 103], sigma=[1, 4]), starts=3)
    assert far.verdict is UNSOLVABLE


def test_no_errors_given_are_none_known():
    """Without σ a misfit is never called one within errors, whatever the data are of."""
    one, two = ef.toeplitz(2), ef.toeplitz(2)
    parts = [
        ef.Problem(one, [1.0], match="lowest"),
        ef.Problem(two, [0.5, 0.6], of="frequencies"),
    ]
    solutions = ef.solve(ef.joint(parts), starts=5)
    assert "within their errors" not in solutions.reason


def test_blocks_of_fixed_entries_are_as_large_as_they_can_be():
    fixed = np.ones((4, 4), bool)
    fixed[0, 1] = fixed[1, 0] = fixed[3, 3] = False
    assert sorted(fixed_blocks(fixed)) == [[0, 2], [1, 2]]


def test_bounds_take_part_in_a_proof():
    """A = r ≤ 1 never is 3: the distance is 2; without the bound it is solved."""
    structure = ef.affine(np.ones((1, 1, 1)))
    bounded = ef.solve(ef.Problem(structure, [3.0], bounds=(-1, 1)), starts=2)
    assert bounded.verdict is UNSOLVABLE
    assert bounded.certificate.distance == pytest.approx(2, rel=1e-9)
    assert bounded[0].at_bounds.all()
    assert ef.solve(ef.Problem(structure, [3.0]), starts=2).verdict is ef.Verdict.solved


def test_several_matrices_that_ask_for_different_things_are_proven():
    """The same number cannot be 1 and 2: nearest is 1.5, a distance of 1/√2."""
    one = ef.affine(np.ones((1, 1, 1)))
    solutions = ef.solve(ef.joint([ef.Problem(one, [1.0]), ef.Problem(one, [2.0])]), starts=2)
    assert solutions.verdict is UNSOLVABLE
    assert solutions.certificate.distance == pytest.approx(np.sqrt(0.5), rel=1e-9)
    np.testing.assert_allclose(solutions[0].parameters, [1.5], rtol=1e-9)


def test_measured_data_are_met_within_their_errors_or_certified_or_neither():
    one = ef.affine(np.ones((1, 1, 1)))

    def verdict(values: list[float], sigma: float) -> ef.Solutions:
        return ef.solve(ef.joint([ef.Problem(one, [value], sigma=sigma) for value in values]))

    met = verdict([1.0, 1.1, 0.9, 1.05], 0.1)
    assert met.verdict is ef.Verdict.solved
    assert met[0].loss == pytest.approx(2.1875, rel=1e-9)
    assert "with 3 degrees of freedom" in met.reason
    np.testing.assert_allclose(met[0].standard_errors, [0.05], rtol=1e-9)
    off = verdict([1.0, 1.1, 0.9, 1.05], 0.01)
    assert off.verdict is GLOBAL
    assert off.reason.startswith("It has χ² = 218.8 with 3 degrees of freedom, more than chance")
    np.testing.assert_allclose(off[0].parameters, [1.0125], rtol=1e-9)


@pytest.mark.parametrize(
    ("sigma", "verdict"),
    [(0.001, UNSOLVABLE), (0.02, UNSOLVABLE), (0.1, ef.Verdict.stuck), (0.2, ef.Verdict.solved)],
)
def test_frequencies_far_beyond_their_errors_are_proven_impossible(sigma, verdict):
    """Two unit masses in a row, one at a wall: f₂ ≥ (1 + √2) f₁ whatever the springs are."""
    problem = ef.Problem(ef.spring_chain([1.0, 1.0]), [1.0, 1.2], of="frequencies", sigma=sigma)
    solutions = ef.solve(problem, starts=10, low=1, high=100)
    assert solutions.verdict is verdict
    assert bool(ef.well_posed(problem).impossible) == (verdict is UNSOLVABLE)
    ratio = 1 + 2**0.5
    least = (ratio - 1.2) ** 2 / (1 + ratio**2) / sigma**2
    assert solutions[0].loss == pytest.approx(least, rel=1e-6)
    assert (least > 10.83) == (verdict is not ef.Verdict.solved), "as chance leaves it"


def test_where_nothing_is_proven_more_starts_are_asked_for():
    random = np.random.default_rng(1)
    problem = ef.Problem(ef.toeplitz(5), [-5, -1, 0, 2, 9])
    for start in random.normal(size=(20, 5)):
        solutions = ef.solve(problem, start=start)
        assert solutions.verdict in (ef.Verdict.solved, ef.Verdict.stuck), "every real spectrum"
    stuck = ef.solve(problem, start=[0.0] * 5, max_iterations=0)
    assert stuck.verdict is ef.Verdict.stuck
    assert "try more starts" in str(stuck)


def test_partial_spectra_get_no_proof():
    """Nothing is claimed where levels are not told."""
    (B,) = hermitian(np.random.default_rng(0), 1, 4)
    problem = ef.Problem(ef.affine(B[None]), [-50.0, 60], match="lowest")
    assert ef.solve(problem, starts=3).verdict is ef.Verdict.stuck


def test_a_minimum_is_certified_only_where_all_data_take_part():
    """The proof is of one matrix, the other's data lie 3 and not 1 away at the start's end."""
    one = ef.Problem(ef.affine(np.zeros((1, 1, 1)), np.ones((1, 1))), [2.0], sigma=0.01)
    family = ef.affine(np.diag([1.0, 0, 0])[None], np.diag([0.0, 0, 3]))
    two = ef.Problem(family, [1.0], match=(1,), sigma=0.01)
    solutions = ef.solve(ef.joint([one, two]), start=[-2.0])
    assert solutions.verdict is not GLOBAL


def test_a_misfit_within_the_errors_is_no_contradiction_with_many_parameters_either():
    problem = ef.Problem(ef.zero_diagonal(3), [-1, 0.2, 0.80001], sigma=[0.1, 0.2, 0.1])
    assert ef.solve(problem, starts=5).verdict is ef.Verdict.solved
    assert not ef.well_posed(problem).impossible


def test_rounding_of_a_level_that_is_not_told_is_no_solution():
    structure = ef.affine(np.diag([1.0, 0])[None], np.diag([0.0, 1e15]))
    solutions = ef.solve(ef.Problem(structure, [3.0], match="lowest"), start=[0.0])
    assert abs(solutions[0].parameters[0] - 3) < 1 or not solutions.converged.any()


def test_a_certified_distance_is_that_of_the_solution_that_is_told():
    problem = ef.Problem(ef.fixed_diagonal(3), [1.5, 2, 2.5], sigma=0.1)
    solutions = ef.solve(problem, starts=3)
    assert solutions.verdict is GLOBAL
    assert np.sqrt(solutions[0].loss) * 0.1 == pytest.approx(solutions.certificate.distance)


def test_where_no_matrix_is_finite_it_is_said():
    moving = ef.affine(np.eye(2)[None], -10 * np.eye(2))  # not positive definite below 10
    problem = ef.Problem(ef.pencil(ef.affine(np.eye(2)[None]), moving), [1.0, 1])
    with pytest.raises(ValueError, match="finite at none of the starts; give low and high"):
        ef.solve(problem, starts=3)
