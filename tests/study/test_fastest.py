"""The fastest learning rate, against runs of their own."""

from dataclasses import replace

import pytest

from eigfit.experiment.setup import Setup
from eigfit.fitting.loop import _program
from eigfit.results.status import Status
from eigfit.study.fastest import MOST_STEPS, RATES, fastest


def arrival(setup: Setup, rate: float) -> int:
    """The step at which a run of that rate alone converges, beyond all where it does not."""
    *_, last = setup.changed("learning_rate", rate).steps()
    return last.number if last.status is Status.converged else MOST_STEPS + 1


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_no_other_rate_arrives_sooner(optimiser: str):
    setup = replace(Setup(max_steps=2000), optimiser=optimiser)
    found = fastest(setup)
    assert found is not None
    steps = [arrival(setup, rate) for rate in RATES]
    assert found.steps == min(steps) == steps[RATES.index(found.rate)]
    assert found.steps < 200


def test_gradient_descent_is_fastest_just_below_where_it_diverges():
    found = fastest(Setup(optimiser="sgd", settings=()))
    assert found is not None
    assert found.rate == 0.2, "the curvature is at most 4, so 0.5 is its limit"


def test_where_none_arrives_there_is_none():
    assert fastest(Setup(tolerance=0.0, max_steps=50)) is None
    assert fastest(Setup(structure="zero_diagonal", max_steps=50)) is None, "the trace is not 0"


def test_what_holds_at_the_end_is_what_counts():
    setup = Setup(target=(1.0, 2.0, 3.0))
    later = replace(Setup(), target=(1.0, 2.0, 3.0)).after(Setup(), 100)
    assert later.earlier
    assert fastest(later) == fastest(setup)


def test_a_trial_compiles_nothing_that_its_run_has_not():
    setup = Setup(n=5, target=(1.0,) * 5, structure="toeplitz", optimiser="nadam", settings=())
    next(setup.steps())
    compiled = _program.cache_info().misses
    assert fastest(setup) is not None
    assert _program.cache_info().misses == compiled
