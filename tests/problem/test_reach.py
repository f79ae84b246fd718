"""What is said to be out of reach is, and what is within reach is not said to be out of it."""

import numpy as np
import pytest

import eigfit as ef
from eigfit.problem.reach import out_of_reach
from eigfit.structures.named import STRUCTURES


@pytest.mark.parametrize("name", STRUCTURES)
@pytest.mark.parametrize("n", [2, 3, 5, 12])
def test_no_spectrum_of_a_matrix_is_out_of_its_structures_reach(name: str, n: int):
    structure = STRUCTURES[name].build(n)
    rng = np.random.default_rng(n)
    for size in (1e-6, 1.0, 1e5):
        for r in rng.normal(scale=size, size=(50, structure.parameters)):
            assert out_of_reach(structure, np.linalg.eigvalsh(structure.filled(r))) == ""


@pytest.mark.parametrize("name", ["symmetric", "tridiagonal", "toeplitz"])
def test_nothing_is_proven_where_the_diagonal_can_move(name: str):
    assert out_of_reach(STRUCTURES[name].build(3), [1e6, -5.0, 0.0]) == ""


def test_a_sum_that_the_trace_forbids_is_named():
    words = out_of_reach(ef.zero_diagonal(3), [1, 1, 1])
    assert "add up to 0, but the targets to 3" in words
    assert out_of_reach(ef.zero_diagonal(3), [2, -1, -1]) == ""


def test_a_sum_within_the_tolerance_is_within_reach():
    off_by = 1e-4  # over three eigenvalues it costs a loss of 1e-8 / 3
    assert out_of_reach(ef.zero_diagonal(3), [2 + off_by, -1, -1], 1e-8 / 3 * 1.01) == ""
    assert out_of_reach(ef.zero_diagonal(3), [2 + off_by, -1, -1], 1e-8 / 3 * 0.99) != ""


def test_a_spectrum_that_does_not_majorise_the_diagonal_is_named():
    assert "largest eigenvalue is at least 3, but 2.5" in out_of_reach(
        ef.fixed_diagonal(3), [2.5, 2, 1.5]
    )
    words = out_of_reach(ef.fixed_diagonal(4), [4.5, 2.0, 2.0, 1.5])
    assert "2 largest eigenvalues add up to at least 7, but 6.5" in words
    assert out_of_reach(ef.fixed_diagonal(3), [1, 2, 3]) == ""
    assert out_of_reach(ef.fixed_diagonal(3, [2, 2, 2]), [3.5, 1.5, 1.0]) == ""
