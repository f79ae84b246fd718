"""What every affine structure promises: its matrices, their slopes and products, by NumPy alone."""

import numpy as np
import pytest

from eigfit.structures.structure import Structure, parameters_of
from tests.structures.kinds import AFFINE


@pytest.fixture(params=AFFINE)
def structure(request: pytest.FixtureRequest) -> Structure:
    return AFFINE[request.param]()


def starts(structure: Structure, *leading: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(*leading, structure.parameters))


def test_it_calls_itself_affine_and_names_each_parameter(structure: Structure):
    assert structure.affine
    assert len({*structure.names}) == structure.parameters


def test_the_matrix_is_the_constant_and_the_weighted_basis(structure: Structure):
    r = starts(structure, 2, 3)
    constant = structure.filled(np.zeros(structure.parameters))
    expected = constant + np.tensordot(r, structure.basis(), 1)
    A = structure.filled(r)
    # Sums of at most ten numbers about 1 in float64, as everywhere below.
    np.testing.assert_allclose(A, expected, atol=1e-14)
    np.testing.assert_array_equal(A, A.conj().swapaxes(-1, -2))
    assert np.iscomplexobj(A) == structure.complex
    np.testing.assert_allclose(structure.filled(r[1, 2]), A[1, 2], atol=1e-15)


def test_whole_numbers_and_lists_are_parameters_too(structure: Structure):
    r = np.arange(structure.parameters)
    A = structure.filled(r.astype(float))
    np.testing.assert_array_equal(structure.filled(r), A)
    np.testing.assert_array_equal(structure.filled(r.tolist()), A)
    single = structure.filled(r.astype(np.float32))
    assert single.dtype == (np.complex64 if structure.complex else np.float32)


def test_slopes_are_those_of_the_eigenvalues(structure: Structure):
    r = starts(structure, 2, 3)
    _, V = np.linalg.eigh(structure.filled(r))
    found = structure.slopes(r, V)
    expected = np.einsum("...im,kij,...jm->...mk", V.conj(), structure.basis(), V).real
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, atol=1e-13)
    np.testing.assert_allclose(structure.slopes(r, V[..., 1:3]), expected[..., 1:3, :], atol=1e-13)
    direction = starts(structure)
    h = 1e-5
    ahead, behind = (np.linalg.eigvalsh(structure.filled(r + s * direction)) for s in (h, -h))
    # Central differences err by h² and by roundings / h; the gaps are about 1.
    np.testing.assert_allclose(found @ direction, (ahead - behind) / (2 * h), atol=1e-7)


def test_slopes_of_many_members_are_those_of_each(structure: Structure):
    r = starts(structure, 3_000)  # more than one block
    _, V = np.linalg.eigh(structure.filled(r))
    found = structure.slopes(r, V)
    for member in (0, 1_234, 2_999):
        alone = structure.slopes(r[member], V[member])
        np.testing.assert_allclose(found[member], alone, atol=1e-14)
    assert structure.slopes(r[:0], V[:0]).shape == (0, structure.n, structure.parameters)


def test_inner_and_gram_are_products_with_the_basis(structure: Structure):
    random = np.random.default_rng(1)
    basis = structure.basis()
    S = random.normal(size=(2, 3, structure.n, structure.n))
    S = S + 1j * random.normal(size=S.shape) * structure.complex
    expected = np.einsum("kij,...ij->...k", basis.conj(), S).real
    np.testing.assert_allclose(structure.inner(S), expected, atol=1e-13)
    expected = np.einsum("jab,kab->jk", basis.conj(), basis).real
    np.testing.assert_allclose(structure.gram(), expected, atol=1e-13)


def test_the_parameters_of_a_matrix_fill_it_again(structure: Structure):
    r = starts(structure)
    found = parameters_of(structure, structure.filled(r))
    np.testing.assert_allclose(structure.filled(found), structure.filled(r), atol=1e-13)
    moving = np.diagonal(structure.gram()) > 0
    np.testing.assert_allclose(found, np.where(moving, r, 0), atol=1e-12)


def test_other_than_p_parameters_are_refused(structure: Structure):
    p = structure.parameters
    with pytest.raises(ValueError, match=rf"the structure has {p} parameters"):
        structure.filled(np.zeros((2, p + 1)))
