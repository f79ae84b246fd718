"""Structures: which matrix the parameters fill, and what is refused."""

import re

import numpy as np
import pytest
import tensorflow as tf

import eigfit as ef
from eigfit.structures.structure import parameters_of

SIZES = range(2, 7)
SQUARE = [[0, 1], [1, 2]]


def matrix(structure: ef.Pattern, r: np.ndarray) -> np.ndarray:
    return structure.matrix(tf.constant(r, tf.float64)).numpy()


@pytest.fixture(params=ef.STRUCTURES)
def build(request: pytest.FixtureRequest):
    return ef.STRUCTURES[request.param].build


def test_symmetric_orders_the_diagonal_first_then_each_superdiagonal():
    expected = [[0, 3, 5], [3, 1, 4], [5, 4, 2]]
    np.testing.assert_array_equal(matrix(ef.symmetric(3), np.arange(6)), expected)


def test_tridiagonal_is_the_diagonal_then_the_off_diagonal():
    r = np.arange(1.0, 8.0)
    expected = np.diag(r[:4]) + np.diag(r[4:], 1) + np.diag(r[4:], -1)
    np.testing.assert_array_equal(matrix(ef.tridiagonal(4), r), expected)


def test_toeplitz_is_constant_along_each_diagonal():
    expected = [[5, 6, 7], [6, 5, 6], [7, 6, 5]]
    np.testing.assert_array_equal(matrix(ef.toeplitz(3), np.array([5, 6, 7])), expected)


def test_persymmetric_is_mirrored_at_both_diagonals():
    expected = [[0, 2, 4, 5], [2, 1, 3, 4], [4, 3, 1, 2], [5, 4, 2, 0]]
    np.testing.assert_array_equal(matrix(ef.persymmetric(4), np.arange(6)), expected)


def test_a_diagonal_is_fixed_and_the_rest_free():
    expected = [[1, 5, 7], [5, 2, 6], [7, 6, 3]]
    np.testing.assert_array_equal(matrix(ef.fixed_diagonal(3), np.array([5, 6, 7])), expected)
    expected = [[0, 5, 7], [5, 0, 6], [7, 6, 0]]
    np.testing.assert_array_equal(matrix(ef.zero_diagonal(3), np.array([5, 6, 7])), expected)


@pytest.mark.parametrize("build", [ef.symmetric, ef.tridiagonal, ef.toeplitz, ef.persymmetric])
def test_one_row_is_one_number(build):
    np.testing.assert_array_equal(matrix(build(1), np.array([5])), [[5]])


@pytest.mark.parametrize("build", [ef.zero_diagonal, ef.fixed_diagonal])
def test_a_fixed_diagonal_needs_two_rows(build):
    with pytest.raises(ValueError, match="at least 2"):
        build(1)


def test_a_diagonal_of_another_length_is_refused():
    with pytest.raises(ValueError, match="must have 3 numbers"):
        ef.fixed_diagonal(3, [1, 2])


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("symmetric", lambda n: n * (n + 1) // 2),
        ("tridiagonal", lambda n: 2 * n - 1),
        ("toeplitz", lambda n: n),
        ("persymmetric", lambda n: (n + 1) ** 2 // 4),
        ("zero_diagonal", lambda n: n * (n - 1) // 2),
        ("fixed_diagonal", lambda n: n * (n - 1) // 2),
    ],
)
def test_the_number_of_parameters_is_the_textbooks(name, count):
    for n in SIZES:
        structure = ef.STRUCTURES[name].build(n)
        assert (structure.n, structure.parameters) == (n, count(n))


@pytest.mark.parametrize("n", SIZES)
def test_every_structure_fills_a_symmetric_matrix_for_any_leading_axes(build, n: int):
    structure = build(n)
    r = np.random.default_rng(n).normal(size=(2, 3, structure.parameters))
    batch = matrix(structure, r)
    assert batch.shape == (2, 3, n, n)
    np.testing.assert_array_equal(batch, batch.swapaxes(-1, -2))
    np.testing.assert_array_equal(batch[1, 2], matrix(structure, r[1, 2]))


@pytest.mark.parametrize("n", SIZES)
def test_every_structure_is_affine_and_its_tape_returns_the_transposed_map(build, n: int):
    structure = build(n)
    random = np.random.default_rng(n)
    constant = matrix(structure, np.zeros(structure.parameters))
    basis = matrix(structure, np.eye(structure.parameters)) - constant
    r = tf.constant(random.normal(size=(4, structure.parameters)))
    weights = random.normal(size=(4, n, n))
    with tf.GradientTape() as tape:
        tape.watch(r)
        A = structure.matrix(r)
        value = tf.reduce_sum(A * weights)
    # Sums of at most 36 products of numbers about 1 in float64.
    affine = constant + np.tensordot(r.numpy(), basis, 1)
    np.testing.assert_allclose(A.numpy(), affine, atol=1e-13)
    expected = np.einsum("bij,kij->bk", weights, basis)
    np.testing.assert_allclose(np.asarray(tape.gradient(value, r)), expected, atol=1e-13)


def test_every_row_of_the_registry_has_a_title(build):
    titles = [row.title for row in ef.STRUCTURES.values()]
    assert all(titles)
    assert len(set(titles)) == len(titles)


def test_entries_without_a_parameter_hold_their_constant():
    structure = ef.pattern([[0, -1], [-1, 1]], constant=[[1, 7], [7, 0]])
    np.testing.assert_array_equal(matrix(structure, np.array([2, 3])), [[3, 7], [7, 3]])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_matrix_has_the_precision_of_the_parameters(dtype: str):
    structure = ef.pattern(SQUARE, constant=np.ones((2, 2)))
    assert structure.matrix(tf.zeros([3], dtype)).dtype == dtype


@pytest.mark.parametrize(
    ("index", "error", "words"),
    [
        ([[0, 1, 2], [1, 0, 2]], ValueError, r"square matrix .* shape \[2, 3\]"),
        ([0, 1], ValueError, r"square matrix .* shape \[2\]"),
        (np.zeros((0, 0), int), ValueError, "square matrix"),
        ([[0, 1], [2, 3]], ValueError, r"symmetric, but entry \(0, 1\) is 1"),
        ([[0, 2], [2, 0]], ValueError, "without gaps, .* parameter 1 is in no entry"),
        ([[0, -2], [-2, 1]], ValueError, "got -2"),
        ([[-1, -1], [-1, -1]], ValueError, "got -1"),
        ([[0.0, 1.0], [1.0, 2.0]], TypeError, "integers.*float64"),
        ([["a", "b"], ["b", "c"]], TypeError, "integers"),
        ([[True, False], [False, True]], TypeError, "integers.*bool"),
    ],
)
def test_an_index_that_makes_no_structure_is_refused(index, error, words: str):
    with pytest.raises(error, match=words):
        ef.pattern(index)


@pytest.mark.parametrize(
    ("constant", "words"),
    [
        ([[0, 1], [2, 0]], "constant must be symmetric"),
        ([[0, np.nan], [np.nan, 0]], "constant must be finite"),
        ([[0, np.inf], [np.inf, 0]], "constant must be finite"),
        (np.zeros((3, 3)), "size of the index"),
        (np.zeros(2), "square matrix"),
    ],
)
def test_a_constant_that_does_not_fit_is_refused(constant, words: str):
    with pytest.raises(ValueError, match=words):
        ef.pattern(SQUARE, constant=constant)


@pytest.mark.parametrize("n", [0, -3])
def test_a_size_below_one_is_refused(build, n: int):
    with pytest.raises(ValueError, match=f"at least [12].*got {n}"):
        build(n)


@pytest.mark.parametrize("n", [2.0, "3", True, None])
def test_a_size_that_is_no_integer_is_refused(build, n):
    with pytest.raises(TypeError, match="n, the number of rows, must be a whole number"):
        build(n)


@pytest.mark.parametrize("n", SIZES)
def test_the_parameters_of_a_matrix_fill_it_again(build, n: int):
    structure = build(n)
    r = np.random.default_rng(n).normal(size=structure.parameters)
    A = structure.filled(r)
    # Sums of equal entries round.
    np.testing.assert_allclose(parameters_of(structure, A), r, rtol=1e-14)
    printed = np.array([[float(f"{entry:.8g}") for entry in row] for row in A])
    np.testing.assert_allclose(parameters_of(structure, printed), r, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(
    ("structure", "A", "sentence"),
    [
        (ef.symmetric(2), [[1, 2], [2.5, 4]], "A[0, 1] is 2 and A[1, 0] is 2.5"),
        (ef.tridiagonal(3), [[1, 2, 9], [2, 3, 4], [9, 4, 5]], "A[0, 2] is 9 where the nearest"),
        (ef.toeplitz(2), [[1, 3], [3, 7]], "A[0, 0] is 1 where the nearest such matrix has 4"),
    ],
)
def test_a_matrix_that_is_none_of_the_structure_is_refused_with_its_entry(structure, A, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        parameters_of(structure, np.array(A, dtype=float))
