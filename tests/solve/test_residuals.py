"""Residuals beside LAPACK's eigenvalues, their derivatives beside finite differences."""

import itertools

import numpy as np
import pytest
from scipy import sparse

import eigfit as ef
from eigfit.solve.residuals import residuals
from tests.solve.families import FAMILIES, hermitian

N = 5
DATA = {
    "all": {"target": [-2.0, -1, 0, 1, 2]},
    "errors": {"target": [-2.0, -1, 0, 1, 2], "sigma": [1, 2, 3, 4, 5]},
    "lowest": {"target": [-1.0, 0.5], "match": "lowest"},
    "numbered": {"target": [0.3, -1.0], "match": (3, 1)},
    "nearest": {"target": [0.3, -1.0, 1.7], "match": "nearest", "sigma": 0.1},
    "differences": {"target": [1.0, 2, 3, 4], "of": "differences"},
    "lowest differences": {"target": [1.0, 2], "of": "differences", "match": "lowest"},
    "frequencies": {"target": [0.1, 0.2, 0.3, 0.4, 0.5], "of": "frequencies"},
}


def differences(function, r: np.ndarray, h: float = 1e-5) -> np.ndarray:
    """Central differences of Richardson's kind, shape [m, p]."""
    columns = []
    for k in range(len(r)):
        e = np.eye(len(r))[k] * h
        one, two = ((function(r + s * e) - function(r - s * e)) / (2 * s * h) for s in (1, 2))
        columns.append((4 * one - two) / 3)
    return np.stack(columns, axis=-1)


@pytest.mark.parametrize("kind", FAMILIES)
@pytest.mark.parametrize("data", DATA)
def test_the_jacobian_is_the_derivative_of_the_residuals(kind, data):
    random = np.random.default_rng(3)
    structure = FAMILIES[kind](random, N, 4)
    problem = ef.Problem(structure, **DATA[data])
    r = random.normal(size=structure.parameters)
    at = residuals(problem, r[None])
    expected = differences(lambda x: residuals(problem, x[None]).residuals[0], r)
    # Differences of eigenvalues that are known to 1e-15 over steps of 1e-5.
    scale = 1 + np.abs(expected).max()
    np.testing.assert_allclose(at.jacobian[0], expected, rtol=0, atol=1e-8 * scale)
    np.testing.assert_allclose(at.gradient[0], at.jacobian[0].T @ at.residuals[0], rtol=1e-12)


def test_residuals_are_what_the_data_say():
    A = np.diag([1.0, 4, 9])
    structure = ef.affine(np.zeros((1, 3, 3)) + np.eye(3), A)

    def of(**data):
        return residuals(ef.Problem(structure, **data), np.zeros((1, 1))).residuals[0]

    np.testing.assert_allclose(of(target=[1, 4, 10], sigma=[1, 1, 0.5]), [0, 0, -2])
    np.testing.assert_allclose(of(target=[3, 9], of="differences"), [0, -1])
    turn = 2 * np.pi
    np.testing.assert_allclose(
        of(target=[1 / turn, 2 / turn, 0], of="frequencies"), [1 / turn, 1 / turn, 1 / turn]
    )
    np.testing.assert_allclose(of(target=[8.5], match="nearest"), [0.5])
    np.testing.assert_allclose(of(target=[9.0, 1], match=(2, 0)), [0, 0])


def test_the_nearest_levels_are_the_assignment_of_least_squares():
    random = np.random.default_rng(0)
    structure = FAMILIES["dense"](random, 6, 3)
    target = np.sort(random.normal(size=3) * 4)
    problem = ef.Problem(structure, target, match="nearest", sigma=[0.1, 1, 3])
    for r in random.normal(size=(20, 3)):
        values = np.linalg.eigvalsh(structure.filled(r))
        least = min(
            sum(((values[list(chosen)] - target) / [0.1, 1, 3]) ** 2)
            for chosen in itertools.permutations(range(6), 3)
        )
        assert residuals(problem, r[None]).loss[0] == pytest.approx(least, rel=1e-12)


def test_several_matrices_stand_one_below_the_other():
    random = np.random.default_rng(1)
    one, two = (FAMILIES["dense"](random, n, 2) for n in (3, 4))
    parts = ef.Problem(one, [0, 1, 2]), ef.Problem(two, [0, 1, 2, 3], sigma=0.5)
    together = ef.joint(parts, [[0, 2], [1, 2]])
    r = random.normal(size=(5, 3))
    at = residuals(together, r)
    for rows, part, places in ((slice(0, 3), parts[0], [0, 2]), (slice(3, 7), parts[1], [1, 2])):
        alone = residuals(part, r[:, places])
        np.testing.assert_array_equal(at.residuals[:, rows], alone.residuals)
        np.testing.assert_array_equal(at.jacobian[:, rows][:, :, places], alone.jacobian)
        left = ({0, 1, 2} - set(places)).pop()
        assert not at.jacobian[:, rows][:, :, left].any()


@pytest.mark.parametrize("complex_", [False, True])
def test_pairs_of_equal_targets_turn_as_second_derivatives_say(complex_):
    """JᵀJ + KᵀK is half the Hessian of the loss where the target is met, at a repeated one too."""
    random = np.random.default_rng(2)
    B = hermitian(random, 4, 4, complex_)
    structure = ef.affine(B, np.diag([1.0, 1, 1, 5]))  # met at r = 0
    problem = ef.Problem(structure, [1, 1, 1, 5])
    at = residuals(problem, np.zeros((1, 4)))
    normal = at.jacobian[0].T @ at.jacobian[0] + at.pairs[0].T @ at.pairs[0]
    for d in random.normal(size=(10, 4)):
        h = 1e-4
        loss = residuals(problem, np.array([h, -h])[:, None] * d).loss.mean()
        assert loss == pytest.approx(h**2 * d @ normal @ d, rel=1e-4)


def test_a_start_that_is_not_finite_is_told_apart_and_the_others_stand():
    problem = ef.Problem(ef.symmetric(3), [1, 2, 3])
    r = np.ones((2, 6))
    r[0, 0] = np.inf
    at = residuals(problem, r)
    assert np.isnan(at.residuals[0]).all()
    assert np.isfinite(at.residuals[1]).all()


def test_the_lowest_levels_of_a_large_sparse_matrix_are_lapacks():
    m = 20
    chain = sparse.csr_array(2 * np.eye(m) - np.eye(m, k=1) - np.eye(m, k=-1))
    one = sparse.eye_array(m)
    structure = ef.affine([sparse.kron(chain, one), sparse.kron(one, chain)])
    problem = ef.Problem(structure, np.arange(1.0, 9) / 10, match="lowest")
    r = np.array([[1.0, 2.0], [0.5, 0.3]])
    at = residuals(problem, r)
    for i in range(2):
        expected = np.linalg.eigvalsh(structure.filled(r[i]))[:8]
        np.testing.assert_allclose(at.values[0][i], expected, rtol=1e-9)
    expected = differences(lambda x: residuals(problem, x[None]).residuals[0], r[0])
    np.testing.assert_allclose(at.jacobian[0], expected, atol=1e-7)
