"""The sentence that says how a run stands."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from eigfit.results.status import Status
from eigfit.web.standing import standing


def run(*statuses: Status, number: int = 1200, **other: Any) -> Any:
    """A run whose last step is that, of one start or of several."""
    status = statuses[0] if len(statuses) == 1 else np.array(statuses, dtype=object)
    last = SimpleNamespace(number=number, status=status)
    about = {"playing": False, "failure": None, "changed_at": None, **other}
    return SimpleNamespace(record=SimpleNamespace(last=last), **about)


def said(about: Any) -> str:
    """The sentence when the last step is shown."""
    return standing(about, about.record.last).sentence


@pytest.mark.parametrize("status", [status for status in Status if status.final])
def test_an_ended_run_says_how_it_ended(status: Status):
    assert said(run(status)) == status.value


def test_a_run_under_way_is_running_or_paused_at_its_step():
    assert said(run(Status.running, playing=True)) == "Running."
    assert said(run(Status.running)).startswith("Paused at step 1,200.")


def test_of_several_members_it_is_counted_how_many_stand_how():
    some = (Status.running, Status.converged, Status.step_limit, Status.converged)
    assert said(run(*some, playing=True)) == (
        "Running. Members: 1 running, 2 converged, 1 at the step limit."
    )
    assert said(run(*[Status.converged] * 3)) == "Ended. Members: 3 converged."


def test_an_earlier_step_that_is_shown_is_named():
    earlier: Any = SimpleNamespace(number=1000)
    assert standing(run(Status.converged), earlier).sentence.endswith("Shown is step 1,000.")


def test_before_the_first_step_it_is_getting_ready_unless_it_has_failed():
    assert "Getting ready" in standing(run(Status.running), None).sentence
    assert standing(run(Status.running, failure="The engine failed."), None).sentence == ""
