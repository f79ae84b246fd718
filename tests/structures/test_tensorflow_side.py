"""What every structure promises by TensorFlow: what it promises by NumPy, and derivatives."""

import numpy as np
import pytest
import tensorflow as tf

import eigfit as ef
from eigfit.structures.structure import Structure, signature
from tests.structures.kinds import AFFINE, BENDING, hermitian

ALL = AFFINE | BENDING


@pytest.fixture(params=ALL)
def structure(request: pytest.FixtureRequest) -> Structure:
    return ALL[request.param]()


def starts(structure: Structure, *leading: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(0.5, 1.5, (*leading, structure.parameters))


def problem_of(structure: Structure) -> ef.Problem:
    return ef.Problem(structure, np.arange(structure.n) ** 1.5)


def differences(function, r: np.ndarray) -> np.ndarray:
    """Central differences of a batched function by each parameter, to 1e-9 of numbers about 1."""
    steps = 1e-5 * np.eye(len(r))
    ahead, behind = np.split(np.asarray(function(np.concatenate([r + steps, r - steps]))), 2)
    return np.moveaxis((ahead - behind) / 2e-5, 0, -1)


def test_tensorflow_and_numpy_agree(structure: Structure):
    r = starts(structure, 2, 3)
    A = structure.filled(r)
    assert np.iscomplexobj(A) == structure.complex
    found = structure.matrix(tf.constant(r))
    np.testing.assert_allclose(found, A, atol=1e-13)
    np.testing.assert_allclose(structure.matrix(tf.constant(r[1, 2])), A[1, 2], atol=1e-13)
    _, V = np.linalg.eigh(A)
    slopes = structure.slopes(r, V)
    np.testing.assert_allclose(
        structure.jacobian(tf.constant(r), tf.constant(V)), slopes, atol=1e-12
    )
    np.testing.assert_allclose(structure.slopes(r, V[..., 1:]), slopes[..., 1:, :], atol=1e-12)
    alone = structure.slopes(r[1, 2], V[1, 2])
    np.testing.assert_allclose(alone, slopes[1, 2], atol=1e-12)


def test_the_matrix_moves_as_its_tangent_and_adjoint_say(structure: Structure):
    r = starts(structure)
    basis = np.moveaxis(differences(structure.filled, r), -1, 0)
    found = structure.tangent(tf.constant(r), tf.eye(len(r), dtype=tf.float64))
    np.testing.assert_allclose(found, basis, atol=1e-8)
    S = hermitian(2, structure.n, complex=structure.complex)
    expected = np.einsum("kij,bij->bk", basis.conj(), S).real
    batch = tf.constant(np.stack([r, r]))
    np.testing.assert_allclose(structure.adjoint(batch, tf.constant(S)), expected, atol=1e-8)
    shared = structure.adjoint(tf.constant(r[None]), tf.constant(S))
    np.testing.assert_allclose(shared, expected, atol=1e-8)


def test_the_slopes_are_those_of_the_eigenvalues(structure: Structure):
    r = starts(structure)
    _, V = np.linalg.eigh(structure.filled(r))
    expected = differences(lambda r: np.linalg.eigvalsh(structure.filled(r)), r)
    np.testing.assert_allclose(structure.slopes(r, V), expected, atol=1e-8)


def test_the_derivatives_of_the_loss_are_those_of_differences(structure: Structure):
    problem, r = problem_of(structure), starts(structure)
    # Differences of losses up to 100 round at 1e-14 / 1e-5 of them.
    slopes = differences(lambda r: problem.evaluate(r).loss, r)
    np.testing.assert_allclose(ef.gradient(problem, r), slopes, rtol=1e-7, atol=1e-7)
    slopes = differences(lambda r: problem.evaluate(r).eigenvalues, r)
    np.testing.assert_allclose(ef.jacobian(problem, r), slopes, atol=1e-8)
    bends = differences(lambda r: ef.gradient(problem, r), r)
    H = ef.hessian(problem, r).numpy()
    np.testing.assert_allclose(H, bends, rtol=1e-7, atol=1e-6)
    np.testing.assert_allclose(H, H.T, atol=1e-11)
    batch = np.stack([r, 1.25 * r])
    np.testing.assert_allclose(ef.hessian(problem, batch)[0], H, atol=1e-11)


def test_second_derivatives_of_an_eigenvalue_are_those_of_differences(structure: Structure):
    problem, r = problem_of(structure), starts(structure)
    bends = differences(lambda r: ef.jacobian(problem, r), r)
    for k in range(structure.n):
        found = ef.eigenvalue_hessian(problem, r, k)
        np.testing.assert_allclose(found, bends[k], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    "name", ["affine_sparse", "affine_complex", "moving_mass", "moving_mass_complex", "parametric"]
)
def test_anybodys_tapes_give_the_derivatives_in_closed_form(name: str):
    structure = ALL[name]()
    problem = problem_of(structure)
    r = tf.constant(starts(structure))
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(r)
        with tf.GradientTape() as inner:
            inner.watch(r)
            loss = problem.loss(r)
        slopes = inner.gradient(loss, r)
        parts = tf.unstack(slopes)
        values = tf.unstack(problem.eigenvalues(r))
    np.testing.assert_allclose(np.asarray(slopes), ef.gradient(problem, r), rtol=1e-10, atol=1e-10)
    H = np.array([np.asarray(outer.gradient(part, r)) for part in parts])
    np.testing.assert_allclose(H, ef.hessian(problem, r), rtol=1e-10, atol=1e-10)
    J = np.array([np.asarray(outer.gradient(value, r)) for value in values])
    np.testing.assert_allclose(J, ef.jacobian(problem, r), rtol=1e-10, atol=1e-10)


def test_structures_of_one_kind_and_size_share_what_is_compiled():
    for name in ALL.keys() - {"parametric", "parametric_complex"}:
        assert signature(ALL[name]()) == signature(ALL[name]()), name
    real, complex = (ef.affine(hermitian(3, 3, complex=c)) for c in (False, True))
    assert signature(real) != signature(complex)


def test_a_mass_that_is_not_positive_definite_gives_nan_and_no_exception():
    structure = BENDING["moving_mass"]()
    r = np.full((2, structure.parameters), 0.5)
    r[1] = -9
    problem = problem_of(structure)
    at = problem.evaluate(r)
    assert np.isfinite(at.loss[0])
    assert np.isnan(at.eigenvalues[1]).all()
    assert np.isnan(at.loss[1])
