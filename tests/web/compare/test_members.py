"""Which members of a comparison have reached the same solution."""

from dataclasses import replace

import numpy as np

from eigfit.experiment.setup import Setup
from eigfit.study.comparison import Comparison
from eigfit.web.compare.members import _solutions

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
