"""Which members of a comparison have reached the same solution."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from eigfit.experiment.setup import Setup
from eigfit.figures.heatmaps import SHADES
from eigfit.results.history import History
from eigfit.results.status import Status
from eigfit.results.step import Step
from eigfit.study.comparison import Comparison
from eigfit.web.compare.members import _solutions, members

ONE = np.diag([1.0, 2.0])
OTHER = np.array([[1.5, 0.5], [0.5, 1.5]])
MIRRORED = np.array([[1.5, -0.5], [-0.5, 1.5]])


def compared(*targets: tuple[float, float]) -> Comparison:
    members = tuple(Setup(n=2, target=target) for target in targets)
    return Comparison(members[0], members, tuple(str(i) for i in range(len(members))))


def test_members_with_the_same_matrix_up_to_signs_share_a_number():
    matrices = np.stack([ONE, OTHER, MIRRORED, ONE])
    numbers = _solutions(compared(*[(1.0, 2.0)] * 4), matrices, np.ones(4, bool))
    assert numbers.tolist() == [1, 2, 2, 1]


def test_a_member_that_has_not_converged_has_none():
    numbers = _solutions(
        compared(*[(1.0, 2.0)] * 3), np.stack([ONE] * 3), np.array([True, False, True])
    )
    assert numbers.tolist() == [1, 0, 1]


def test_other_targets_have_solutions_of_their_own_whatever_their_order():
    targets = ((1.0, 2.0), (2.0, 1.0), (1.0, 2.00001))
    numbers = _solutions(compared(*targets), np.stack([ONE] * 3), np.ones(3, bool))
    assert numbers.tolist() == [1, 1, 2]


def test_a_loose_tolerance_tells_no_solutions_apart():
    members = tuple(replace(member, tolerance=1e-2) for member in compared((1.0, 2.0)).members)
    numbers = _solutions(Comparison(members[0], members, ("0",)), ONE[None], np.ones(1, bool))
    assert numbers.tolist() == [0]


def stood(*losses: float, ended: bool = True) -> Any:
    """A run whose members converged one step after the other, the first at step 0."""
    history = History()
    count = len(losses)
    spectra = np.array([[1.0, 2.0 + loss] for loss in losses])
    for number in range(count + 1):
        status = [Status.converged if ended and number >= i else Status.running
                  for i in range(count)]  # fmt: skip
        history.append(Step(
            number, np.full((count, 3), float(number)), spectra,
            np.array(losses), np.zeros((count, 3)), np.array(status, dtype=object),
            matrix_of=lambda r: r[:, :1, None] * OTHER,
        ))  # fmt: skip
    return SimpleNamespace(record=history)


def seen(run: Any, baseline: int, count: int = 3) -> Any:
    setup = Setup(n=2, target=(1.0, 2.0), baseline=baseline)
    compared = Comparison(setup, (setup,) * count, tuple("abc"[:count]))
    return members(run, compared, run.record.last)


@pytest.mark.parametrize("baseline", [0, 4, 16])
def test_without_a_baseline_nothing_is_compared(baseline: int):
    shown = seen(stood(1e-9, 4e-9, 2e-9), baseline)
    assert shown.baseline is None
    assert shown.texts[1] == ["b", "converged", "1", "4.00e-09", "4.00e-09", "1"]


def test_the_table_shows_how_members_differ_from_the_baseline():
    shown = seen(stood(1e-9, 4e-9, 2e-9), 2)
    assert shown.baseline == 1
    assert [row[0] for row in shown.texts] == ["a", "b\nbaseline", "c"]
    assert [row[2] for row in shown.texts] == ["0\n−1", "1", "2\n+1"]
    assert [row[3] for row in shown.texts] == ["1.00e-09\n× 0.25", "4.00e-09", "2.00e-09\n× 0.5"]
    assert [row[2] for row in shown.values] == [0, 1, 2]


def test_steps_of_members_that_still_run_are_not_compared():
    shown = seen(stood(1e-9, 4e-9, 2e-9, ended=False), 2)
    assert [row[2] for row in shown.texts] == ["3\n–", "3", "3\n–"]


def test_nothing_is_so_many_times_an_exact_hit():
    shown = seen(stood(1e-9, 0.0, 0.0), 2)
    assert [row[3] for row in shown.texts] == ["1.00e-09\n–", "0.00e+00", "0.00e+00\n–"]


def test_matrices_share_one_scale_that_ends_at_the_targets_or_the_first_matrices():
    shown = seen(stood(1e-9, 4e-9, 2e-9), 0)
    assert shown.matrices.shape == (3, 2, 2)
    assert shown.matrices[0].tolist() == [[2 * SHADES, 42], [42, 2 * SHADES]]
