"""Where starts end, with and without patience for those that hardly go on."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import numpy as np
import pytest

import eigfit as ef
from eigfit.results.status import Status
from eigfit.solve.iterations import Ends, ends
from eigfit.solve.options import Options
from eigfit.solve.solve import random_starts

PATIENT = Options()
HASTY = Options(patient=False)


def posed(name: str) -> ef.Problem | ef.Joint:
    """A published problem."""
    found = ef.gallery(name)
    assert isinstance(found, ef.Posed)
    return found.problem


def both(name: str, low: float, high: float, count: int) -> tuple[Ends, Ends]:
    """Where the starts for a published problem end, with patience and without."""
    problem = posed(name)
    p = problem.parameters
    starts = random_starts(0, count, np.full(p, low), np.full(p, high))
    return ends(problem, starts, PATIENT), ends(problem, starts, HASTY)


def test_who_is_given_up_early_would_not_have_reached_the_data():
    patient, hasty = both("fno1987_ex1_additive8", 0, 80, 200)
    reached = patient.status == Status.converged
    assert 20 < reached.sum() < 190
    assert ((hasty.status == Status.converged) == reached).mean() > 0.95
    same = reached & (hasty.iterations == patient.iterations)
    assert same.sum() > 0.9 * reached.sum()
    np.testing.assert_array_equal(hasty.parameters[same], patient.parameters[same])
    assert hasty.iterations[~reached].mean() < 0.7 * patient.iterations[~reached].mean()


def test_where_no_start_reaches_the_data_all_are_followed_to_their_minima():
    patient, hasty = both("schur_horn_diag123_infeasible", -3, 3, 30)
    assert not (patient.status == Status.converged).any()
    for one, other in zip(hasty, patient, strict=True):
        np.testing.assert_array_equal(one, other)


class Listening(Executor):
    """It makes each call at once, and remembers how patient that was to be."""

    def __init__(self) -> None:
        self.heard: list[bool] = []

    def submit(self, fn: Callable, /, *args: Any, **kwargs: Any) -> Future:
        """A future that is done."""
        self.heard += [part.patient for part in args if isinstance(part, Options)]
        future: Future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@pytest.mark.parametrize(
    ("name", "given", "patient"),
    [
        ("toy_3x3_identity", {}, False),
        ("three_floor_frame", {}, True),  # errors are known: a minimum may meet the data
        ("toy_3x3_identity", {"rule": "lift_and_project"}, True),  # which goes on slowly
    ],
)
def test_patience_is_for_where_minima_count(name: str, given: dict[str, Any], patient: bool):
    listening = Listening()
    ef.solve(posed(name), executor=listening, **given)
    assert listening.heard == [patient]
