"""One experiment from hundreds of random starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from eigfit.experiment.setup import Setup
from eigfit.fitting.fit import fit
from eigfit.fitting.pace import Pace
from eigfit.problem.problem import Problem
from eigfit.problem.starts import random_start
from eigfit.results.step import Step
from eigfit.study.comparison import wrapped_seed

# Starts of a survey that run in one batch: enough to fill the processor, few enough that progress
# is seen and that one slow start does not keep all others computing.
BATCH: Final = 64


@dataclass(frozen=True)
class Survey:
    """The experiment from `setup.starts` random starts."""

    setup: Setup

    def identity(self) -> Any:
        """What makes it another survey; all that may change while a run goes on among it."""
        return self.setup.starts, self.setup.identity(), self.setup.conditions()

    def batches(self) -> tuple[Batch, ...]:
        """The batches it is run in, each for itself."""
        starts = self.setup.starts
        firsts = range(0, starts, BATCH)
        return tuple(Batch(self.setup, first, min(BATCH, starts - first)) for first in firsts)


@dataclass(frozen=True)
class Batch:
    """Some starts of a survey, one seed each.

    Attributes:
        setup: the experiment; what holds at its end holds here all the way.
        first: how many starts of the survey come before.
        count: how many these are.
    """

    setup: Setup
    first: int
    count: int

    def steps(self, start: Step | None = None, pace: Pace | None = None) -> Iterator[Step]:
        """The batched fit, from its starts or on from a step."""
        setup = self.setup
        problem = setup.problem()
        return fit(
            problem,
            setup.rule,
            self._starts(problem) if start is None else start,
            tolerance=setup.tolerance,
            max_steps=setup.max_steps,
            pace=pace,
        )

    def _starts(self, problem: Problem) -> np.ndarray:
        setup = self.setup
        distribution = "uniform" if setup.distribution == "explicit" else setup.distribution
        seeds = (wrapped_seed(setup.seed + self.first + i) for i in range(self.count))
        starts = [
            random_start(problem, seed, None, distribution, setup.low, setup.high) for seed in seeds
        ]
        return np.stack(starts)
