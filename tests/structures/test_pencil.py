"""Masses: K(r) x = λ M x against SciPy, chains of springs, and what is refused."""

import numpy as np
import pytest
import scipy.linalg
from scipy import sparse

import eigfit as ef
from eigfit.structures.structure import Structure
from tests.structures.kinds import hermitian, neighbours

RING = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)]
HEAVY = hermitian(5) + 6 * np.eye(5)
MASSES = {
    "dense": HEAVY,
    "complex": hermitian(5, complex=True) + 6 * np.eye(5),
    "diagonal": np.arange(1.0, 6.0),
    "diagonal_matrix": np.diag(np.arange(1.0, 6.0)),
    "sparse": sparse.csr_array(HEAVY),
    "sparse_diagonal": sparse.diags_array(np.arange(1.0, 6.0)),
}
STIFFNESSES = {
    "laplacian": lambda: ef.laplacian(RING, names=list("abcde")),
    "pattern": lambda: ef.tridiagonal(5),
    "affine": lambda: ef.affine(hermitian(3, 5, complex=True), hermitian(5, seed=1)),
}


def moving_mass(names: str = "abcde") -> Structure:
    return ef.affine([HEAVY, *(np.diag(row) for row in np.eye(5)[1:])], np.eye(5), [*names])


def dense(mass) -> np.ndarray:
    mass = mass.toarray() if sparse.issparse(mass) else mass
    return np.diag(mass) if mass.ndim == 1 else mass


def check_modes(structure: Structure, r: np.ndarray, K: np.ndarray, M: np.ndarray) -> None:
    values, V = np.linalg.eigh(structure.filled(r))
    expected = scipy.linalg.eigh(K, M, eigvals_only=True)
    # Numbers about 1, and masses of a condition below 10.
    np.testing.assert_allclose(values, expected, atol=1e-13)
    X = structure.modes(r, V)
    np.testing.assert_allclose(K @ X, M @ X * values, atol=1e-13)
    np.testing.assert_allclose(X.conj().T @ M @ X, np.eye(len(M)), atol=1e-13)


@pytest.mark.parametrize("mass", MASSES.values(), ids=MASSES)
@pytest.mark.parametrize("stiffness", STIFFNESSES)
def test_a_constant_mass_leaves_an_affine_structure(stiffness: str, mass):
    K = STIFFNESSES[stiffness]()
    structure = ef.pencil(K, mass)
    assert isinstance(structure, ef.Affine)
    assert structure.names == K.names
    r = np.random.default_rng(0).uniform(1, 2, structure.parameters)
    check_modes(structure, r, K.filled(r), dense(mass))


def test_a_diagonal_mass_leaves_a_sparse_structure_sparse():
    n = 3_000
    path = ef.laplacian([(i, i + 1) for i in range(n - 1)])
    structure = ef.pencil(path, np.full(n, 4.0))
    assert isinstance(structure, ef.Affine)
    assert structure.kept_sparse
    r = np.ones(n - 1)
    found, expected = structure.sparse(r), path.sparse(r) / 4
    assert abs(found - expected).max() < 1e-15
    V = np.eye(n)[:, :3]
    slopes = structure.slopes(r, V)
    assert slopes.shape == (3, n - 1)
    np.testing.assert_allclose(slopes[1, :3], [0.25, 0.25, 0])


def test_a_mass_may_move_with_the_parameters():
    K, M = STIFFNESSES["laplacian"](), moving_mass()
    structure = ef.pencil(K, M)
    assert not structure.affine
    assert structure.names == tuple("abcde")
    r = np.random.default_rng(0).uniform(1, 2, (2, 3, 5))
    for member in np.ndindex(2, 3):
        check_modes(structure, r[member], K.filled(r[member]), M.filled(r[member]))
    together = structure.filled(r)
    np.testing.assert_allclose(structure.filled(r[1, 2]), together[1, 2], atol=1e-15)


def test_a_member_whose_mass_is_not_positive_definite_is_nan_and_the_others_are_not():
    structure = ef.pencil(STIFFNESSES["laplacian"](), moving_mass())
    r = np.full((2, 2, 5), 1.5)
    r[0, 1] = -1
    nothing = np.isnan(structure.filled(r)).all(axis=(-1, -2))
    np.testing.assert_array_equal(nothing, [[False, True], [False, False]])
    assert np.isfinite(structure.filled(r)[0, 0]).all()
    assert np.isnan(structure.filled(r[0, 1])).all()


@pytest.mark.parametrize("name", ["inner", "gram", "basis"])
def test_what_only_affine_structures_have_is_refused_elsewhere(name: str):
    structure = ef.pencil(STIFFNESSES["laplacian"](), moving_mass())
    with pytest.raises(TypeError, match=f"{name} needs an affine structure.*slopes"):
        getattr(structure, name)(*[np.eye(5)] * (name == "inner"))


@pytest.mark.parametrize(
    ("mass", "error", "words"),
    [
        ([1, 2, 3], ValueError, r"shape \[5, 5\], or \[5\] for its diagonal; got \[3\]"),
        (np.eye(4), ValueError, r"shape \[5, 5\]"),
        (sparse.eye_array(4), ValueError, r"shape \[5, 5\]"),
        ([1, 2, 3, 4, -1], ValueError, "positive definite and finite; its lowest .* is -1"),
        (np.ones((5, 5)) - np.eye(5), ValueError, "positive definite"),
        ([1, 2, 3, 4, np.inf], ValueError, "positive definite and finite"),
        (np.eye(5) * np.nan, ValueError, "mass must be finite"),
        ([1, 2, 3, 4, 1j], ValueError, "real diagonal"),
        (np.triu(np.ones((5, 5))), ValueError, "mass must be symmetric"),
        (["a"] * 5, TypeError, "mass must hold real or complex numbers"),
        (ef.symmetric(5), ValueError, "same 5 parameters and of the same 5 rows"),
        (ef.toeplitz(4), ValueError, "same 5 parameters and of the same 5 rows"),
    ],
)
def test_what_is_no_mass_is_refused_in_a_sentence(mass, error, words: str):
    with pytest.raises(error, match=words):
        ef.pencil(STIFFNESSES["laplacian"](), mass)


def test_what_is_no_stiffness_is_refused_in_a_sentence():
    with pytest.raises(TypeError, match="structure must be a structure such as"):
        ef.pencil(np.eye(5), np.eye(5))  # pyright: ignore[reportArgumentType]


def test_a_large_sparse_structure_needs_a_diagonal_mass():
    n = 2_001
    path = ef.laplacian([(i, i + 1) for i in range(n - 1)])
    mass = 4 * sparse.eye_array(n) + neighbours(n)
    with pytest.raises(ValueError, match="mass must be diagonal where there are more than 2000"):
        ef.pencil(path, mass)


def frequencies(structure: Structure, k: list[float]) -> np.ndarray:
    return np.sqrt(np.linalg.eigvalsh(structure.filled(np.array(k)))) / (2 * np.pi)


def test_a_chain_on_a_known_ground_spring_has_the_bookshelfs_frequencies():
    masses = [6.201555944734534, 7.504210857938826, 8.224790934741725, 7.655749291991356]
    chain = ef.spring_chain(masses, ground=1.0)
    assert chain.names == ("k1", "k2", "k3")
    hz = [0.029259994849960096, 30.697809127931585, 54.3077002583277, 70.75088734252888]
    found = frequencies(chain, [398933.1959284744, 464357.09234418714, 457672.49413908366])
    # The lowest level is 1e-7 of the largest, which rounds at 1e-16.
    np.testing.assert_allclose(found, hz, rtol=1e-9)


def test_a_frame_of_three_floors_has_the_measured_frequencies():
    chain = ef.spring_chain([5.36] * 3)
    assert chain.names == ("k0", "k1", "k2")
    found = frequencies(chain, [52536, 57625, 66086])
    np.testing.assert_allclose(found, [7.203, 20.961, 30.435], atol=5e-4)  # as measured


def test_a_chain_between_walls_is_the_textbooks():
    chain = ef.spring_chain(np.ones(5), ground=2.0, end=None)
    assert chain.names == ("k1", "k2", "k3", "k4", "k5")
    found = np.linalg.eigvalsh(chain.filled(np.full(5, 2.0)))
    expected = 4 - 4 * np.cos(np.pi * np.arange(1, 6) / 6)
    np.testing.assert_allclose(found, expected, atol=1e-14)


def test_one_mass_hangs_on_its_springs():
    np.testing.assert_allclose(ef.spring_chain([2.0]).filled(np.array([6.0])), [[3]])
    both = ef.spring_chain([2.0], ground=1.0, end=None)
    np.testing.assert_allclose(both.filled(np.array([6.0])), [[3.5]])


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ([[]], ValueError, r"masses must be a list of numbers.* got shape \[0\]"),
        ([[[1, 2]]], ValueError, r"masses must be a list of numbers.* got shape \[1, 2\]"),
        ([["a"]], TypeError, "masses must hold real numbers"),
        ([[1, 0]], ValueError, "positive definite and finite; its lowest eigenvalue is 0"),
        ([[1, 2], -1.0], ValueError, "ground must be one stiffness, 0 or above, or None; got -1"),
        ([[1, 2], 0, np.inf], ValueError, "end must be one stiffness"),
        ([[1, 2], "a"], TypeError, "ground must hold real numbers"),
        ([[1], 1.0], ValueError, "leaves nothing to find"),
        ([[1, 2], None, None, ["a"]], ValueError, "names must be 3 different texts"),
    ],
)
def test_what_is_no_chain_is_refused_in_a_sentence(arguments, error, words: str):
    with pytest.raises(error, match=words):
        ef.spring_chain(*arguments)
