"""Laplacians and Hückel's matrices, against the textbooks, and what is refused."""

import numpy as np
import pytest

import eigfit as ef

RING = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0)]
NAPHTHALENE = [*[(i, (i + 1) % 10) for i in range(10)], (0, 5)]


def test_a_laplacian_is_degrees_minus_weights():
    structure = ef.laplacian([(0, 1), (2, 1)])
    expected = [[5, -5, 0], [-5, 12, -7], [0, -7, 7]]
    np.testing.assert_array_equal(structure.filled(np.array([5, 7])), expected)
    assert structure.names == ("w01", "w21")


def test_the_laplacian_of_a_path_has_the_textbooks_eigenvalues():
    n = 7
    path = ef.laplacian([(i, i + 1) for i in range(n - 1)])
    expected = 2 - 2 * np.cos(np.pi * np.arange(n) / n)
    found = np.linalg.eigvalsh(path.filled(np.ones(n - 1)))
    np.testing.assert_allclose(found, expected, atol=1e-14)  # a few roundings of 4


def test_vertices_without_edges_are_counted_when_told_of():
    assert ef.laplacian([(0, 1)]).n == 2
    assert ef.laplacian([(0, 1)], n=4).n == 4
    assert ef.huckel([(0, 1)], n=3).n == 3


def test_weights_of_two_digits_keep_their_names_apart():
    assert ef.laplacian([(1, 11), (11, 2), (1, 12)]).names == ("w1_11", "w11_2", "w1_12")


@pytest.mark.parametrize(
    ("bonds", "energies"),
    [
        ([(0, 1), (1, 2), (2, 3)], [-1.618033988749895, -0.618033988749895]),
        (RING, [-2, -1, -1]),
        (NAPHTHALENE, [-2.302775637731995, -1.618033988749895, -1.302775637731995, -1,
                       -0.618033988749895]),
    ],
    ids=["butadiene", "benzene", "naphthalene"],
)  # fmt: skip
def test_huckels_energies_are_the_textbooks(bonds, energies):
    structure = ef.huckel(bonds)
    assert structure.names == ("α", "β")
    expected = np.array(energies)
    for beta in (1, -1):  # all three are alternant
        found = np.linalg.eigvalsh(structure.filled(np.array([0.5, beta])))
        pairs = np.concatenate([expected, -expected[::-1]])
        np.testing.assert_allclose(found, 0.5 + pairs, atol=1e-14)


@pytest.mark.parametrize("build", [ef.laplacian, ef.huckel])
@pytest.mark.parametrize(
    ("pairs", "n", "error", "words"),
    [
        ([], None, ValueError, r"must be pairs, shape \[p, 2\]; got shape \[0\]"),
        ([(0, 1, 2)], None, ValueError, r"must be pairs.* got shape \[1, 3\]"),
        ([(0, 1), (2,)], None, ValueError, "must be pairs of two whole numbers"),
        ([(0, 0.5)], None, TypeError, "must hold whole numbers counted from 0; got float64"),
        ([(0, 1), (2, 2)], None, ValueError, r"\[2, 2\] joins a number to itself"),
        ([(0, 1), (1, 0)], None, ValueError, r"\[0, 1\] occurs twice"),
        ([(0, 3)], 3, ValueError, "numbers from 0 to 2; got 3"),
        ([(0, -1)], None, ValueError, "numbers from 0 to 0; got -1"),
        ([(0, 1)], 2.0, TypeError, "n must be a whole number"),
    ],
)
def test_what_is_no_graph_is_refused_in_a_sentence(build, pairs, n, error, words: str):
    with pytest.raises(error, match=words):
        build(pairs, n)
