"""The sentence that says how a run stands."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from eigfit.experiment.setup import Setup
from eigfit.results.status import Status
from eigfit.web.runs import OPENING_STEPS
from eigfit.web.standing import figures_of, standing


def run(*statuses: Status, number: int = 1200, slope: float = 0.1, **other: Any) -> Any:
    """A run whose last step is that, with a gradient of that norm, of one start or of several."""
    status = statuses[0] if len(statuses) == 1 else np.array(statuses, dtype=object)
    last = SimpleNamespace(
        number=number, status=status, eigenvalues=np.array([0.0, 1.0, 1.0]), loss=1.0,
        gradient=np.array([0.0, slope]),
    )  # fmt: skip
    wanted = Setup(target=(0.0, 1.0, 2.0))
    stands = {"moving": False, "playing": False, "until": number}
    final = all(status.final for status in statuses)
    about = {**stands, "failure": None, "changed_at": None, "wanted": wanted, "gently": False,
             "final": final, "begun": True, "reached": number, **other}  # fmt: skip
    return SimpleNamespace(record=SimpleNamespace(last=last), **about)


def said(about: Any) -> str:
    """The sentence when the last step is shown."""
    return standing(about, about.record.last).sentence


@pytest.mark.parametrize("status", [status for status in Status if status.final])
def test_an_ended_run_says_how_it_ended(status: Status):
    assert said(run(status)).startswith(status.value)


def test_a_run_under_way_is_running_or_on_its_way_to_a_step_or_paused_at_it():
    assert said(run(Status.running, playing=True, moving=True)) == "Running."
    assert said(run(Status.running, until=1500, moving=True)) == "Going to step 1,500."
    short = Setup(max_steps=1300)
    assert said(run(Status.running, until=1500, moving=True, wanted=short)).endswith(" 1,300.")
    looking = run(Status.running, moving=True)
    assert standing(looking, looking.record.last).icon == "pause_circle"
    assert said(looking).startswith("Paused at step 1,200.")
    assert said(run(Status.running)).startswith("Paused at step 1,200.")


def test_a_stalled_run_may_stand_in_a_local_minimum():
    words = said(run(Status.stalled, wanted=Setup(structure="toeplitz")))
    assert "local minimum" in words
    assert "Out of reach" not in words
    assert "lower the learning rate" in words


def test_where_the_gradient_is_gone_no_learning_rate_is_blamed():
    words = said(run(Status.stalled, slope=1e-6, wanted=Setup(structure="toeplitz")))
    assert "local minimum" in words
    assert "learning rate" not in words


def test_a_run_that_nobody_has_begun_says_that_its_first_steps_came_by_themselves():
    opened = run(Status.running, number=OPENING_STEPS, gently=True)
    words = "Paused at step 300. The first steps came by themselves; Play goes on."
    assert said(opened) == words
    assert "themselves" not in said(run(Status.running, number=OPENING_STEPS + 1, gently=True))
    assert "themselves" not in said(run(Status.running, number=OPENING_STEPS))


def test_what_changes_after_the_end_is_no_part_of_the_run():
    about = run(Status.converged, changed_at=1200, changed=frozenset({"learning_rate"}))
    assert said(about) == Status.converged.value


@pytest.mark.parametrize("name", ["tolerance", "target", "max_steps"])
def test_a_change_that_may_have_ended_the_run_is_said(name: str):
    about = run(Status.converged, changed_at=1200, changed=frozenset({name, "learning_rate"}))
    assert "changed at step 1,200; Reset runs" in said(about)


def test_a_tolerance_that_the_precision_cannot_reach_is_named():
    wanted = Setup(target=(0.0, 1.0, 1.0), tolerance=0.0, dtype="float32")
    assert said(run(Status.stalled, wanted=wanted)).endswith("below what float32 can reach.")


@pytest.mark.parametrize("status", [Status.running, Status.stalled, Status.step_limit])
def test_what_is_proven_to_be_out_of_reach_is_said_at_once(status: Status):
    words = said(run(status, wanted=Setup(structure="zero_diagonal")))
    assert "Out of reach: such a matrix's eigenvalues always add up to 0" in words
    assert "local minimum" not in words
    assert "Out of reach" not in said(run(status, wanted=Setup(structure="symmetric")))


def test_of_several_members_it_is_counted_how_many_stand_how():
    some = (Status.running, Status.converged, Status.step_limit, Status.converged)
    assert said(run(*some, playing=True)) == (
        "Running. Members: 1 under way, 2 converged, 1 at the step limit."
    )
    assert said(run(*[Status.converged] * 3)) == "Ended. Members: 3 converged."


def test_an_earlier_step_that_is_shown_is_named():
    earlier: Any = SimpleNamespace(number=1000)
    assert standing(run(Status.converged), earlier).sentence.endswith("Shown is step 1,000.")


def test_before_the_engine_has_begun_it_is_getting_ready_unless_it_has_failed():
    assert "Getting ready" in said(run(Status.running, begun=False))
    assert said(run(Status.running, begun=False, failure="The engine failed.")) == ""


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"tolerance", "learning_rate"}, "Learning rate and tolerance changed"),
        ({"target"}, "Target changed"),
        ({"rho", "beta_1", "target"}, "Target, beta 1 and rho changed"),
    ],
)
def test_what_changed_on_the_way_is_said_with_its_step(changed: set[str], words: str):
    about = run(Status.running, playing=True, changed_at=1100, changed=frozenset(changed))
    assert f" {words} at step 1,100; Reset runs the whole way" in said(about)


@pytest.mark.parametrize(
    ("gradient", "norm"),
    [
        (np.array([3e154, 4e154, 0]), "5.00e+154"),
        (np.array([3e30, 0, 4e30], np.float32), "5.00e+30"),
    ],
)
def test_the_norm_of_a_gradient_whose_squares_overflow_is_a_number(gradient: np.ndarray, norm: str):
    step: Any = SimpleNamespace(
        number=7, loss=1.0, eigenvalues=np.array([0.0, 1.0]), gradient=gradient
    )
    assert figures_of(step, (0.0, 1.0))["Gradient norm"] == norm
