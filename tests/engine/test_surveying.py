"""Surveys: the same on one worker, on two and on a cluster, whatever dies on the way."""

from dataclasses import replace

import numpy as np
import pytest

from eigfit.engine.surveying import Surveying
from eigfit.experiment.setup import Setup
from eigfit.results.history import History
from eigfit.results.outcomes import Outcomes
from eigfit.results.status import Status
from eigfit.study import survey as survey_module
from eigfit.study.survey import Survey

QUICK = Setup(n=3, max_steps=60, tolerance=0.3).changed("learning_rate", 0.03)


def collected(experiment) -> History:
    history = History()
    for step in experiment.steps():
        history.append(step)
    return history


def outcomes_of(setup: Setup) -> Outcomes:
    run = Surveying(Survey(setup))
    while run.moving:
        run.advance()
    assert run.failure is None
    return run.outcomes


def test_the_statistics_of_a_survey_are_those_of_single_runs(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(survey_module, "BATCH", 3)
    setup = replace(QUICK, starts=7, seed=4, max_steps=20)
    outcomes = outcomes_of(setup)
    assert outcomes.final
    singles = [collected(replace(setup, seed=4 + i)) for i in range(7)]
    ended = [int(single.ended) for single in singles]
    statuses = [single.last.status for single in singles]
    assert {Status.converged, Status.step_limit} == set(statuses), "both ends should be tried"
    np.testing.assert_array_equal(outcomes.ended, ended)
    assert list(outcomes.statuses) == statuses
    np.testing.assert_allclose(outcomes.losses, [single.last.loss for single in singles], rtol=1e-9)
    converged = [end for end, s in zip(ended, statuses, strict=True) if s is Status.converged]
    np.testing.assert_array_equal(outcomes.steps_to_tolerance(), sorted(converged))
    for loss, error, single in zip(outcomes.losses, outcomes.errors, singles, strict=True):
        assert np.abs(single.last.eigenvalues - 1).max() == pytest.approx(error, rel=1e-9)
        assert loss >= error**2 * (1 - 1e-12)
