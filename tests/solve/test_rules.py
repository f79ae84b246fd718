"""The steps: what each rule promises."""

import itertools

import numpy as np
import pytest

import eigfit as ef
from eigfit.solve.iterations import iterations
from eigfit.solve.options import Options
from eigfit.solve.residuals import residuals
from eigfit.solve.rules import majorant
from eigfit.structures.structure import parameters_of
from tests.solve.families import FAMILIES


@pytest.mark.parametrize("kind", FAMILIES)
def test_the_majorant_lies_above_the_loss_everywhere(kind):
    random = np.random.default_rng(5)
    structure = FAMILIES[kind](random, 5, 3)
    problem = ef.Problem(structure, random.normal(size=5) * 3)
    p = structure.parameters
    B = majorant(problem, p)
    assert B is not None
    r, d = random.normal(size=(2, 200, p)) * 2
    at, there = residuals(problem, r), residuals(problem, r + d)
    above = at.loss + 2 * (at.gradient * d).sum(-1) + np.einsum("sj,jk,sk->s", d, B, d)
    assert (there.loss <= above * (1 + 1e-12)).all()


@pytest.mark.parametrize("kind", FAMILIES)
def test_lift_and_project_never_climbs(kind):
    random = np.random.default_rng(6)
    structure = FAMILIES[kind](random, 4, 3)
    problem = ef.Problem(structure, random.normal(size=4) * 3)
    start = random.normal(size=structure.parameters) * 3
    losses = [step.loss for step in ef.iterate(problem, start, rule="lift_and_project")]
    assert len(losses) > 1
    assert (np.diff(losses) <= 1e-12 * losses[0]).all()


@pytest.mark.parametrize("rule", ["majorised", "levenberg_marquardt", "gauss_newton"])
@pytest.mark.parametrize("target", [[-1.0, 0, 2, 5], [1.0, 1, 2, 2], [3.0] * 4])
def test_steps_near_a_solution_are_quadratic_repeated_targets_included(rule, target):
    random = np.random.default_rng(7)
    problem = ef.Problem(ef.symmetric(4), target)
    Q = np.linalg.qr(random.normal(size=(4, 4)))[0]
    solution = parameters_of(problem.structure, (Q * np.sort(target)) @ Q.T)
    start = solution + 1e-2 * random.normal(size=10)
    norms = [np.sqrt(step.loss) for step in ef.iterate(problem, start, rule=rule, tolerance=1e-13)]
    assert norms[-1] < 1e-12
    for before, after in itertools.pairwise(norms):
        assert after < max(20 * before**2, 1e-12)


def test_parameters_of_very_different_sizes_live_together():
    """R = (1e5, 1e-6): the same steps as for r = (1, 1) in units of their own."""
    units = np.array([1e5, 1e-6, 1.0])
    B = FAMILIES["dense"](np.random.default_rng(8), 3, 3).basis()
    plain, scaled = ef.affine(B), ef.affine(B / units[:, None, None])
    target = np.linalg.eigvalsh(plain.filled(np.array([1.0, 2, 3])))
    start = np.array([1.1, 1.9, 3.2])
    one = list(ef.iterate(ef.Problem(plain, target), start))
    two = list(ef.iterate(ef.Problem(scaled, target), start * units))
    assert one[-1].status == two[-1].status == ef.Status.converged
    assert len(one) == len(two)
    np.testing.assert_allclose(two[-1].parameters / units, one[-1].parameters, rtol=1e-9)


def test_where_the_data_do_not_tell_the_step_is_the_shortest():
    """Of all symmetric matrices with the target, the first step goes to the nearest."""
    problem = ef.Problem(
        ef.affine(ef.symmetric(3).basis() / np.sqrt([1, 1, 1, 2, 2, 2])[:, None, None]), [1, 2, 4]
    )
    start = np.array([0.0, 5, 9, 0, 0, 0])
    *_, end = ef.iterate(problem, start)
    # Hoffman and Wielandt: the nearest has the same eigenvectors.
    np.testing.assert_allclose(end.parameters, [1, 2, 4, 0, 0, 0], atol=1e-9)


def test_bounds_hold_at_every_iteration_and_a_fixed_parameter_stands_still():
    random = np.random.default_rng(9)
    structure = FAMILIES["dense"](random, 5, 4)
    low, high = np.array([-1, -np.inf, 0.5, -2]), np.array([1, 0.3, 0.5, np.inf])
    problem = ef.Problem(structure, random.normal(size=5) * 5, bounds=(low, high))
    for state in iterations(problem, random.normal(size=(20, 4)) * 3, Options()):
        assert (state.r >= low).all()
        assert (state.r <= high).all()
        assert (state.r[:, 2] == 0.5).all()


def test_a_minimum_at_a_bound_is_one():
    """Min (r − 3)² for r ≤ 1 lies at 1."""
    problem = ef.Problem(ef.affine(np.ones((1, 1, 1))), [3.0], bounds=(-1, 1))
    *_, end = ef.iterate(problem, [0.0])
    assert end.status == ef.Status.stalled
    assert end.parameters[0] == 1


def test_iterations_are_steps_for_a_history():
    problem = ef.Problem(ef.symmetric(3), [1, 2, 4])
    history = ef.History()
    for step in ef.iterate(problem, [1.0, 2, 3, 4, 5, 6]):
        history.append(step)
        np.testing.assert_allclose(step.eigenvalues, np.linalg.eigvalsh(step.matrix), atol=1e-12)
        gradient = ef.gradient(problem, step.parameters).numpy()
        np.testing.assert_allclose(step.gradient, gradient, atol=1e-9)
    assert history.last.status == ef.Status.converged


def test_members_of_a_batch_freeze_as_they_end_and_are_what_they_are_alone():
    problem = ef.Problem(ef.toeplitz(5), [-5, -1, 0, 2, 9])
    starts = np.random.default_rng(0).normal(size=(6, 5))
    *_, together = ef.iterate(problem, starts)
    for i, start in enumerate(starts):
        *_, alone = ef.iterate(problem, start)
        assert together.status[i] == alone.status
        np.testing.assert_allclose(together.parameters[i], alone.parameters, rtol=1e-9)
    assert together.final


def test_a_step_that_an_end_cuts_off_does_not_stop_short_of_the_minimum():
    """A = diag(r₀ + 0.9 r₁, 0.9 r₀ + r₁) with r₁ ≤ 1: Gauss–Newton leads far outside."""
    B = np.array([np.diag([1, 0.9]), np.diag([0.9, 1])])
    problem = ef.Problem(ef.affine(B), [0.8, 3.0], bounds=([-np.inf] * 2, [np.inf, 1]))
    solutions = ef.solve(problem, start=[0.0, 0.9])
    grid = np.linspace(-5, 5, 4001)
    values = np.linalg.eigvalsh(problem.structure.filled(np.stack([grid, np.ones(4001)], axis=-1)))
    least = np.square(values - problem.target).sum(axis=-1).min()
    assert solutions[0].loss <= least * (1 + 1e-6)


@pytest.mark.parametrize(
    ("bounds", "low", "high"),
    [
        (None, 0, 1),
        ((10, 20), 10, 20),
        ((5, np.inf), 5, 10),
        ((-np.inf, -4), -8, -4),
        ((0, 7), 0, 7),
    ],
)
def test_random_starts_lie_between_the_bounds_unless_said_otherwise(bounds, low, high):
    problem = ef.Problem(ef.toeplitz(2), [1, 2], bounds=bounds)
    for given in (problem, ef.joint([problem])):
        starts = ef.solve(given, starts=200, max_iterations=0).starts
        assert low <= starts.min() < low + 0.2 * (high - low)
        assert high >= starts.max() > high - 0.2 * (high - low)
