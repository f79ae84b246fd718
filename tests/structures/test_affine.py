"""Affine structures of one's own matrices: dense, sparse, complex, and what is refused."""

import numpy as np
import pytest
from scipy import sparse

import eigfit as ef
from eigfit.structures import basis as basis_module
from tests.structures.kinds import hermitian, neighbours, sparse_basis

EYE = np.eye(2)


def test_the_sparse_matrix_is_the_filled_one():
    for complex in (False, True):
        structure = ef.affine(sparse_basis(3, 6, complex=complex), hermitian(6))
        r = np.array([0.5, -1.0, 2.0])
        found = structure.sparse(r)
        np.testing.assert_array_equal(found.toarray(), structure.filled(r))
        found.check_format()
        assert found.has_canonical_format


def test_the_sparse_matrix_has_the_same_places_whatever_the_parameters():
    structure = ef.affine(sparse_basis(3, 6))
    first, second = structure.sparse(np.zeros(3)), structure.sparse(np.ones(3))
    assert first.nnz == second.nnz == np.count_nonzero(np.any([*structure.basis()], axis=0))


def test_matrices_that_come_sparse_give_what_dense_ones_give(monkeypatch: pytest.MonkeyPatch):
    for complex in (False, True):
        matrices = sparse_basis(3, 5, complex=complex)
        dense = ef.affine([A.toarray() for A in matrices], hermitian(5))
        arrays = ef.affine(matrices, sparse.csc_array(hermitian(5)), names=["a", "b", "c"])
        with monkeypatch.context() as patch:
            patch.setattr(basis_module, "LARGEST_DENSE", 0)  # as for thousands of parameters
            compressed = ef.affine(matrices, hermitian(5))
        assert not isinstance(compressed.weights, np.ndarray)
        r = np.random.default_rng(0).normal(size=(4, 3))
        _, V = np.linalg.eigh(dense.filled(r))
        for structure in (arrays, compressed):
            assert (structure.kept_sparse, structure.complex) == (True, complex)
            for name, arguments in {
                "filled": [r],
                "slopes": [r, V],
                "inner": [V],
                "gram": [],
                "basis": [],
            }.items():
                expected = getattr(dense, name)(*arguments)
                found = getattr(structure, name)(*arguments)
                np.testing.assert_allclose(found, expected, atol=1e-13, err_msg=name)


def test_a_large_sparse_matrix_is_never_filled():
    n = 4_096
    line = neighbours(n)
    structure = ef.affine([line, sparse.eye_array(n)], names=("hop", "site"))
    assert structure.names == ("hop", "site")
    assert structure.sparse(np.array([1.0, -2.0])).nnz == 3 * n - 2
    V = np.linalg.qr(np.random.default_rng(0).normal(size=(n, 3)))[0]
    found = structure.slopes(np.zeros(2), V)
    np.testing.assert_allclose(found[:, 1], 1, atol=1e-12)
    np.testing.assert_allclose(found[:, 0], np.sum(V * (line @ V), axis=0), atol=1e-12)
    with pytest.raises(ValueError, match=r"4096 rows is not filled.* use structure.sparse\(r\)"):
        structure.filled(np.zeros(2))


def test_a_complex_basis_without_imaginary_parts_is_real():
    assert not ef.affine([EYE.astype(complex)]).complex
    assert ef.affine([EYE], [[0, 1j], [-1j, 0]]).complex


def test_roundings_by_which_a_matrix_is_not_symmetric_are_taken_out():
    structure = ef.affine([[[1, 1 + 1e-13], [1, 2]]])
    A = structure.filled(np.ones(1))
    np.testing.assert_array_equal(A, A.T)
    assert A[0, 1] == 1 + 0.5e-13


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (["abc"], TypeError, "basis must hold real or complex numbers; got 'abc'"),
        ([EYE], ValueError, r"shape \[p, n, n\].* got \[2, 2\]"),
        ([[]], ValueError, r"shape \[p, n, n\].* got \[0\]"),
        ([[EYE, np.eye(3)]], ValueError, "rows of one length"),
        ([[[[1, 2], [3, 4]]]], ValueError, r"entry \(0, 1\) is 2 and entry \(1, 0\) is 3"),
        ([[[[0, 1j], [1j, 0]]]], ValueError, r"Hermitian .* entry \(0, 1\) is 0\+1j"),
        ([[EYE, EYE * np.nan]], ValueError, "matrix 1 of the basis must be finite"),
        ([[EYE], np.eye(3)], ValueError, r"constant must be of the size of the basis, \(2, 2\)"),
        ([[EYE], [[0, 1], [2, 0]]], ValueError, "constant must be symmetric"),
        ([[EYE], np.full((2, 2), np.inf)], ValueError, "constant must be finite"),
        ([[0 * EYE]], ValueError, "zero everywhere; give matrices with entries"),
        ([[EYE], None, "a"], TypeError, "names must be a list of texts"),
        ([[EYE], None, [3]], TypeError, "names must be a list of texts"),
        ([[EYE], None, ["a", "b"]], ValueError, r"names must be 1 different texts"),
        ([[EYE, EYE], None, ["a", "a"]], ValueError, r"names must be 2 different texts"),
        ([[sparse.eye_array(2), EYE]], TypeError, "list of both, where matrix 1 is dense"),
        ([sparse.eye_array(2)], TypeError, "got one matrix"),
        ([[sparse.eye_array(2), sparse.eye_array(3)]], ValueError, "matrix 1 .* of 2 rows"),
        ([[sparse.eye_array(2)], np.eye(3)], ValueError, "constant must be a square matrix"),
        ([[sparse.eye_array(2), 1j * sparse.eye_array(2)]], ValueError, "matrix 1 .* Hermitian"),
        ([[sparse.eye_array(2) * np.inf]], ValueError, "matrix 0 of the basis must be finite"),
    ],
)  # fmt: skip
def test_what_makes_no_affine_structure_is_refused_in_a_sentence(arguments, error, words: str):
    with pytest.raises(error, match=words):
        ef.affine(*arguments)
