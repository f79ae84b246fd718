"""A trial of learning rates as calls of a slice each, between which everybody else has a turn."""

from __future__ import annotations

from eigfit.engine.calls import GoesOn, in_time
from eigfit.engine.run import SLICE
from eigfit.experiment.setup import Setup
from eigfit.results.step import Step
from eigfit.study.fastest import Fastest, Trial, arrival


def fastest_in_slices(
    setup: Setup, last: Step | None = None, seconds: float = SLICE
) -> Fastest | GoesOn | None:
    """What `fastest` gives, or how its trial goes on.

    Args:
        setup: the experiment.
        last: the latest step of the trial, None before the first.
        seconds: how long steps are taken.
    """
    course = Trial(setup)
    step = None
    for step in in_time(course, last, course.max_steps, seconds):
        if found := arrival(step):
            return found
    if step is None:  # the time has gone into compiling
        return GoesOn(fastest_in_slices, (setup, last, 2 * seconds))
    return None if step.final else GoesOn(fastest_in_slices, (setup, step, seconds))
