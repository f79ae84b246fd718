"""Solutions that declared permutations of the parameters make of each other count as one."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import eigfit as ef
from eigfit.problem.posed import Posed
from eigfit.solve.permutations import permutations
from eigfit.terminal.told import as_text
from tests.problem.files.contents import written

REVERSED = [[4, 3, 2, 1, 0]]
DIAGONAL = ef.Problem(ef.affine([np.diag(row) for row in np.eye(3)]), [1.0, 2, 4])  # A = diag(r)
START = np.array([[0.5, 2.5, 3.0]])


def test_a_jacobi_matrix_read_from_its_other_end_is_the_same_solution():
    posed = ef.gallery("chenchu1996_ex1_feasible5")
    assert isinstance(posed, Posed)
    search: dict[str, Any] = {"starts": 300, "low": posed.low, "high": posed.high}
    plain = ef.solve(posed.problem, **search)
    found = ef.solve(posed.problem, **search, symmetries=REVERSED)
    assert len(found) < len(plain)
    for one in plain:
        same = [
            other for other in found
            if np.abs(other.equivalents - one.parameters).max(axis=1).min() < 1e-6
        ]  # fmt: skip
        assert len(same) == 1
    for one in found:
        ends = [
            np.sort(np.abs(one.equivalents - other.parameters).max(axis=1))[0] for other in plain
        ]
        assert one.count == sum(
            other.count for other, far in zip(plain, ends, strict=True) if far < 1e-6
        )
    assert found.converged.sum() == plain.converged.sum()


def test_what_two_permutations_make_together_is_known():
    made = permutations(DIAGONAL, [[1, 0, 2], [0, 2, 1]], START)
    assert made[0].tolist() == [0, 1, 2]
    assert {tuple(row) for row in made.tolist()} == set(itertools.permutations(range(3)))
    (solution,) = ef.solve(DIAGONAL, starts=20, high=5, symmetries=[[1, 0, 2], [0, 2, 1]])
    expected = sorted(itertools.permutations([1.0, 2, 4]))
    np.testing.assert_allclose(solution.equivalents, expected, atol=1e-8)
    turned = ef.solve(DIAGONAL, starts=20, high=5, symmetries=[[1, 2, 0]])
    assert [len(one.equivalents) for one in turned] == [3, 3], "two turns and a plain one"


def test_what_lies_outside_the_bounds_is_no_equivalent():
    problem = ef.Problem(DIAGONAL.structure, [1.0, 2, 4], bounds=([0, 0, 3], [3, 3, 5]))
    (solution,) = ef.solve(problem, starts=20, symmetries=[[1, 0, 2], [0, 2, 1]])
    np.testing.assert_allclose(solution.equivalents, [[1, 2, 4], [2, 1, 4]], atol=1e-8)


@pytest.mark.parametrize(
    ("declared", "error", "words"),
    [
        ([[0, 1]], ValueError, "must hold each of 3 parameters once"),
        ([[0, 1, 1]], ValueError, "must hold each of 3 parameters once"),
        ([[0, 1, 3]], ValueError, "must hold each of 3 parameters once"),
        ([[0, 1, 2.0]], TypeError, "whole number"),
        ([1, 0, 2], TypeError, "must hold lists"),
        (["012"], TypeError, "must hold lists"),
    ],
)
def test_what_is_no_permutation_is_refused(declared: list, error: type[Exception], words: str):
    with pytest.raises(error, match=words):
        ef.solve(DIAGONAL, starts=2, symmetries=declared)


def test_a_permutation_that_changes_a_spectrum_is_refused():
    chain = ef.Problem(ef.tridiagonal(3), [1.0, 2, 4])  # its diagonal first, then what is beside
    with pytest.raises(ValueError, match=r"symmetries\[1\] changes the spectrum"):
        ef.solve(chain, starts=2, symmetries=[[2, 1, 0, 4, 3], [1, 0, 2, 3, 4]])


def test_too_many_permutations_are_refused():
    wide = ef.Problem(ef.affine([np.diag(row) for row in np.eye(8)]), np.arange(8.0))
    swaps = [[*range(k), k + 1, k, *range(k + 2, 8)] for k in range(7)]  # they make 8! = 40,320
    with pytest.raises(ValueError, match="more than 4,096 permutations"):
        ef.solve(wide, starts=2, symmetries=swaps)


def test_a_file_declares_them_by_name_or_by_place(tmp_path: Path):
    content: dict[str, Any] = {
        "structure": {"kind": "tridiagonal", "n": 3},
        "target": [1, 2, 4],
        "names": ["a", "b", "c", "d", "e"],
        "symmetries": [["c", "b", "a", "e", "d"], [2, 1, 0, 4, 3]],
    }
    posed = ef.read_problem(written(tmp_path, content))
    assert posed.search["symmetries"] == [[2, 1, 0, 4, 3]] * 2
    search: dict[str, Any] = posed.search | {"starts": 5}
    found = ef.solve(posed.problem, **search)
    assert "7 more differ by symmetries alone" in as_text(posed, found)
    for row, came in ((["a", "b"], "parameters once"), (["x"] * 5, "one of a, b"), (5, "a list")):
        with pytest.raises(ValueError, match=rf"symmetries\[0\].*{came}"):
            ef.read_problem(written(tmp_path, content | {"symmetries": [row]}))
