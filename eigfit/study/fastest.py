"""The learning rate with which an experiment arrives soonest, found by trying."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from eigfit.experiment.setup import Setup
from eigfit.fitting.pace import Pace
from eigfit.results.status import Status
from eigfit.results.step import Step
from eigfit.study.comparison import side_by_side

# Rates that a visitor may choose as well, as many as go side by side.
RATES: Final = (*(float(f"{digit}e{e}") for e in range(-4, 1) for digit in (1, 2, 5)), 10.0)
MOST_STEPS: Final = 3_000  # a few seconds, as long as a visitor waits for a rate


class Fastest(NamedTuple):
    """The learning rate that was the first to arrive, and the step at which it did."""

    rate: float
    steps: int


@dataclass(frozen=True)
class Trial:
    """The experiment with each of `RATES`, under what holds at its end, from its start.

    As a batch all would be faster, but a batch has to be compiled, which takes seconds in which no
    other visitor's run moves.
    """

    setup: Setup

    @property
    def max_steps(self) -> int:
        """The number of the last step."""
        return min(self.setup.max_steps, MOST_STEPS)

    def steps(self, start: Step | None = None, pace: Pace | None = None) -> Iterator[Step]:
        """The batched steps, from the start or on from a step."""
        asked = replace(self.setup.anew(), max_steps=self.max_steps)
        return side_by_side([asked.changed("learning_rate", rate) for rate in RATES], start, pace)


def fastest(setup: Setup) -> Fastest | None:
    """The first of `RATES` with which the experiment converges; None where none of them does.

    All run side by side until one has converged, at most `MOST_STEPS` steps. Of several that do at
    the same step the one of the lowest loss counts.
    """
    return next(filter(None, map(arrival, Trial(setup).steps())), None)


def arrival(step: Step) -> Fastest | None:
    """Which rate of a trial has converged at this step."""
    arrived = step.status == Status.converged
    if not arrived.any():
        return None
    first = min(arrived.nonzero()[0], key=lambda member: step.loss[member])
    return Fastest(RATES[first], step.number)
