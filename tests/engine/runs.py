"""Runs that are waited for, and what they are compared with."""

from itertools import islice

import numpy as np

from eigfit.engine.protocols import Experiment
from eigfit.engine.run import Run
from eigfit.results.history import History

PATIENT = 180.0  # seconds; TensorFlow's first import is among what is waited for


def begun(experiment: Experiment, opening_steps: int = 0) -> Run[History]:
    run = Run(experiment, History(thinned=True), opening_steps)
    assert run.ready(PATIENT)
    assert run.failure is None
    return run


def arrived(run: Run[History]) -> Run[History]:
    """The run where it is to go to."""
    while run.moving:
        run.advance(0)
    return run


def taken(run: Run[History], steps: int) -> Run[History]:
    """The run so many steps on, or at its end."""
    run.step_to(run.reached + steps)
    return arrived(run)


def going_on(run: Run[History], experiment: Experiment) -> None:
    run.wanted = experiment
    run.follow()
    assert run.ready(PATIENT)


def assert_same_to_the_last_bit(record: History, experiment: Experiment) -> None:
    whole = History(thinned=True)
    for step in islice(experiment.steps(), record.last.number + 1):
        whole.append(step)
    np.testing.assert_array_equal(record.numbers, whole.numbers)
    np.testing.assert_array_equal(record.losses, whole.losses)
    np.testing.assert_array_equal(record.eigenvalues, whole.eigenvalues)
    np.testing.assert_array_equal(record.ended, whole.ended)
    np.testing.assert_array_equal(record.last.parameters, whole.last.parameters)
    assert np.array_equal(record.last.status, whole.last.status)
    assert [step.number for step in record.kept] == [step.number for step in whole.kept]
