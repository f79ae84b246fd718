"""Every published problem is solved, and its answer is the published one."""

import json
from itertools import pairwise

import numpy as np
import pytest

import eigfit as ef
from eigfit.gallery.gallery import FOLDER
from eigfit.problem.joint import parts_of

POSED = [name for name in ef.gallery() if isinstance(ef.gallery(name), ef.Posed)]
DERIVATIVES = [name for name in ef.gallery() if isinstance(ef.gallery(name), ef.Derivative)]


def posed_of(name: str) -> ef.Posed:
    posed = ef.gallery(name)
    assert isinstance(posed, ef.Posed)
    return posed


@pytest.fixture(scope="module")
def solved() -> dict[str, ef.Solutions]:
    """All of them, to the last digits: a double root is known to half of those of its spectrum."""
    every = {name: posed_of(name) for name in POSED}
    return {
        name: ef.solve(posed.problem, **posed.search, tolerance=1e-14)
        for name, posed in every.items()
    }


def distance(solution: ef.Solution, parameters: np.ndarray) -> float:
    """To the published parameters, whichever signs that change nothing they have."""
    return float(np.abs(solution.equivalents - parameters).max(axis=1).min())


def test_names_are_sorted_and_each_is_a_problem_with_its_source():
    names = ef.gallery()
    assert len(names) >= 15
    assert all(a < b for a, b in pairwise(names))
    for name in names:
        one = ef.gallery(name)
        assert all([one.title, one.field, one.source, one.units, one.notes]), name
    with pytest.raises(ValueError, match="did you mean huckel_benzene"):
        ef.gallery("huckel_benzen")


@pytest.mark.parametrize("name", POSED)
def test_every_published_answer_has_the_data(name: str):
    posed = posed_of(name)
    for r in posed.answer:
        for part in parts_of(posed.problem):
            values = np.linalg.eigvalsh(part.problem.structure.filled(r[part.places]))
            data = part.problem.data
            y = data.read(values).residuals * data.sigma
            assert np.linalg.norm(y) <= posed.distance + 1e-4 * np.linalg.norm(data.target)


@pytest.mark.parametrize("name", POSED)
def test_every_published_answer_is_found(name: str, solved: dict[str, ef.Solutions]):
    posed, found = posed_of(name), solved[name]
    for r in posed.answer:
        assert min(distance(solution, r) for solution in found) <= posed.tolerance
    if posed.solutions is not None:
        assert len(found) == posed.solutions
    expected = ef.Verdict.unsolvable if posed.distance else ef.Verdict.solved
    assert found.verdict is expected
    assert found.certificate.distance == pytest.approx(posed.distance, rel=1e-9)


def test_the_frame_of_three_floors_has_the_standard_errors_of_its_rounding(
    solved: dict[str, ef.Solutions],
):
    found, sigma = solved["three_floor_frame"], 0.001 / 12**0.5
    structure = ef.spring_chain([5.36] * 3)
    for solution in found:
        k, step = solution.parameters, np.eye(3)  # 1 N/m of 50,000, exact to 1e-8
        ends = [[frequencies(structure, k + s * e) for e in step] for s in (1, -1)]
        J = (np.array(ends[0]) - np.array(ends[1])).T / 2
        expected = sigma * np.sqrt(np.diag(np.linalg.inv(J.T @ J)))
        np.testing.assert_allclose(solution.standard_errors, expected, rtol=1e-4)
    # What the source's Bayesian update reports, within its own standard deviations.
    near = min(found, key=lambda solution: solution.parameters[0])
    assert np.all(np.abs(near.parameters - [52508, 56957, 66778]) < [1428, 2074, 2501])


def frequencies(structure: ef.Structure, k: np.ndarray) -> np.ndarray:
    return np.sqrt(np.linalg.eigvalsh(structure.filled(k))) / (2 * np.pi)


def test_additive_problem_converges_from_its_published_start_in_six_iterations(
    solved: dict[str, ef.Solutions],
):
    found = solved["fno1987_ex1_additive8"]
    assert found.iterations[0] <= 6
    assert found.most == 40_320


def test_the_four_solutions_of_the_bands_are_one_up_to_signs(solved: dict[str, ef.Solutions]):
    (only,) = solved["mos2_three_band"]
    assert len(only.equivalents) == 4
    signs = np.sign(only.equivalents)
    assert {tuple(row) for row in signs[:, [3, 4, 6]]} == {
        (1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)
    }  # fmt: skip
    assert np.ptp(signs[:, [0, 1, 2, 5, 7]], axis=0).max() == 0


def test_the_curve_of_off_diagonals_is_told_as_undetermined(solved: dict[str, ef.Solutions]):
    found = solved["schur_horn_diag123_feasible"]
    assert {solution.rank for solution in found} == {2}
    assert {solution.null_space.shape for solution in found} == {(3, 1)}


@pytest.mark.parametrize("name", DERIVATIVES)
def test_a_published_derivative_is_met_along_every_direction(name: str):
    one = ef.gallery(name)
    assert isinstance(one, ef.Derivative)
    random = np.random.default_rng(0)
    n = len(one.at)
    for E in [*random.normal(size=(3, n, n)), np.eye(n)[::-1]]:
        assert one.along(E + E.T) == pytest.approx(one.answer, rel=one.tolerance)


def test_the_files_name_no_field_that_nobody_reads():
    for path in FOLDER.glob("*.json"):
        content = json.loads(path.read_text(encoding="utf-8"))
        assert set(content) >= {"title", "field", "source", "units", "notes"}, path.name
