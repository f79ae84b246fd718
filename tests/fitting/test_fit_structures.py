"""Fits of structures of every kind: complex ones, pencils, and functions of TensorFlow."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest

import eigfit as ef
from eigfit.solve.residuals import residuals
from eigfit.structures.structure import Structure
from tests.structures.kinds import AFFINE, BENDING

KINDS: dict[str, Callable[[], Structure]] = {
    name: (AFFINE | BENDING)[name]
    for name in (
        "affine",
        "affine_sparse",
        "affine_complex",
        "pencil_complex",
        "moving_mass",
        "moving_complex_mass",
        "parametric",
        "parametric_complex",
        "parametric_with_a_moving_mass",
    )
}


def goal(structure: Structure) -> np.ndarray:
    return np.linspace(1, 1.5, structure.parameters)


def problem_of(structure: Structure) -> ef.Problem:
    return ef.Problem(structure, np.linalg.eigvalsh(structure.filled(goal(structure))))


@pytest.mark.parametrize("kind", KINDS)
def test_a_fit_converges_and_its_steps_are_consistent(kind: str):
    structure = KINDS[kind]()
    problem = problem_of(structure)
    start = goal(structure) + 0.05 * np.cos(np.arange(structure.parameters))
    steps = ef.fit(
        problem, ef.optimiser("adam", learning_rate=0.01), np.stack([start, start - 0.1])
    )
    first = next(steps)
    last = first
    for step in steps:
        last = step
    assert [*last.status] == [ef.Status.converged] * 2
    assert np.iscomplexobj(last.matrix) == structure.complex
    for step in (first, last):
        A, V, values = step.matrix, step.eigenvectors, step.eigenvalues
        np.testing.assert_allclose(A, A.conj().swapaxes(-1, -2), atol=1e-15)
        # Numbers about 1 in float64.
        np.testing.assert_allclose(values, np.linalg.eigvalsh(A), atol=1e-13)
        np.testing.assert_allclose(A @ V, V * values[..., None, :], atol=1e-13)
        np.testing.assert_allclose(step.loss, np.sum((values - problem.target) ** 2, -1))
    np.testing.assert_allclose(first.gradient[0], ef.gradient(problem, start), atol=1e-12)


@pytest.mark.parametrize("kind", ["affine_complex", "parametric_complex"])
def test_the_sensitivity_of_a_complex_matrix_moves_its_eigenvalue(kind: str):
    structure = KINDS[kind]()
    step = next(ef.fit(problem_of(structure), ef.optimiser("sgd"), goal(structure)))
    h = 1e-6
    moved = structure.filled(step.parameters + h * np.eye(structure.parameters))
    expected = (np.linalg.eigvalsh(moved)[:, 0] - step.eigenvalues[0]) / h
    E = (moved - step.matrix) / h
    # dλ = Re ⟨v v*, E⟩, to first order
    found = np.einsum("ij,kij->k", step.sensitivity(0).conj(), E).real
    np.testing.assert_allclose(found, expected, atol=1e-5)
    lower = np.einsum("ij,kij->k", step.sensitivity(0, "lower").conj(), np.tril(E)).real
    np.testing.assert_allclose(lower, expected, atol=1e-5)


@pytest.mark.parametrize("kind", ["affine_complex", "parametric"])
def test_a_fit_of_such_a_structure_goes_on_as_if_it_had_never_stopped(kind: str):
    structure = KINDS[kind]()
    problem, rule = problem_of(structure), ef.optimiser("adam", learning_rate=0.01)
    start = goal(structure) + 0.2
    whole = [step.loss for step in ef.fit(problem, rule, start, max_steps=12)]
    *_, stopped = ef.fit(problem, rule, start, max_steps=5)
    rest = [step.loss for step in ef.fit(problem, rule, stopped, max_steps=12)]
    assert rest == whole[5:]


def test_a_complex_fit_runs_in_single_precision():
    structure = KINDS["affine_complex"]()
    problem = ef.Problem(structure, problem_of(structure).target, dtype="float32")
    step = next(ef.fit(problem, ef.optimiser("adam"), goal(structure)))
    assert (step.eigenvalues.dtype, step.matrix.dtype) == (np.float32, np.complex64)


def test_a_member_that_leaves_a_pencils_domain_is_frozen_and_the_others_go_on():
    moving = ef.pencil(ef.affine([np.zeros((2, 2))], np.eye(2)), ef.affine([np.eye(2)]))
    problem = ef.Problem(moving, [3.0, 3.0])  # λ = 1 / r
    rules = [ef.optimiser("sgd", learning_rate=rate) for rate in (0.2, 0.002)]
    *_, last = ef.fit(problem, rules, np.array([[1.0], [0.4]]), max_steps=200)  # 1 → 1 − 8 · 0.2
    assert last.parameters[0] == 1
    assert last.status[1] == ef.Status.converged
    assert last.status[0] == ef.Status.diverged
    assert np.isfinite(last.parameters).all()
    assert np.isfinite(last.loss).all()


def test_a_start_outside_of_a_pencils_domain_is_refused_in_a_sentence():
    moving = ef.pencil(ef.affine([np.zeros((2, 2))], np.eye(2)), ef.affine([np.eye(2)]))
    steps = ef.fit(ef.Problem(moving, [3.0, 3.0]), ef.optimiser("sgd"), [-1.0])
    with pytest.raises(ValueError, match="numbers that the structure is for"):
        next(steps)


MEASURED = {
    "errors": {"target": [1.0, 2, 4], "sigma": [1, 2, 3]},
    "lowest": {"target": [-1.0, 0.5], "match": "lowest"},
    "numbered": {"target": [4.0, -1], "match": (2, 0)},
    "differences": {"target": [1.0, 3], "of": "differences", "sigma": 0.5},
    "frequencies": {"target": [0.1, 0.2, 0.3], "of": "frequencies"},
}


def test_data_of_another_kind_are_another_program():
    """Errors, numbered levels and frequencies come after a plain fit of the same sizes."""
    plain = ef.Problem(ef.symmetric(3), [1.0, 2, 4])
    next(ef.fit(plain, ef.optimiser("adam"), np.arange(6.0)))
    for data in MEASURED.values():
        problem = ef.Problem(ef.symmetric(3), **data)
        assert problem.signature != plain.signature
        step = next(ef.fit(problem, ef.optimiser("adam"), np.arange(6.0)))
        assert step.loss == pytest.approx(residuals(problem, np.arange(6.0)[None]).loss[0])


@pytest.mark.parametrize("data", MEASURED)
def test_a_fit_takes_measured_data_as_the_solver_does(data):
    problem = ef.Problem(ef.symmetric(3), **MEASURED[data])
    starts = np.array([[1.0, 2, 4, 0.1, 0.2, 0.3], [9, 5, 1, 0.3, 0.2, 0.1]])
    for step in itertools.islice(ef.fit(problem, ef.optimiser("adam"), starts), 3):
        at = residuals(problem, step.parameters)
        np.testing.assert_allclose(step.loss, at.loss, rtol=1e-12)
        np.testing.assert_allclose(step.gradient, 2 * at.gradient, rtol=1e-9, atol=1e-12)
    loss = problem.loss(starts).numpy()
    np.testing.assert_allclose(loss, residuals(problem, starts).loss, rtol=1e-12)


def test_a_fit_cannot_assign_levels_anew():
    problem = ef.Problem(ef.symmetric(3), [1.0, 2], match="nearest")
    with pytest.raises(ValueError, match=r"only eigfit.solve does; number the levels for a fit"):
        next(ef.fit(problem, ef.optimiser("adam"), np.arange(6.0)))
