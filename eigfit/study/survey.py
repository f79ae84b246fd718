"""One experiment from hundreds of random starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from eigfit.experiment.setup import Setup
from eigfit.fitting.fit import fit
from eigfit.problem.starts import random_start
from eigfit.results.step import Step
from eigfit.study.comparison import wrapped_seed

# Starts of a survey that run in one batch: enough to fill the processor, few enough that progress
# is seen and that one slow start does not keep all others computing.
BATCH: Final = 64


@dataclass(frozen=True)
class Survey:
    """The experiment from `setup.starts` random starts, in batches one after the other."""

    setup: Setup

    def identity(self) -> Any:
        """What makes it another run."""
        return self.setup.starts, self.setup.identity(), self.setup.conditions()

    def conditions(self) -> Any:
        """The rule's settings and when a start ends; other ones make another survey."""
        return self.setup.conditions()

    def leg_ends(self) -> tuple[int, ...]:
        """None: what holds at the end of the experiment holds in a survey all the way."""
        return ()

    def anew(self) -> Survey:
        """This survey, as what holds at the end of the experiment holds all the way."""
        return self

    def after(self, before: Survey, step: int) -> Survey:
        """This survey, as none goes on from another."""
        return self

    def steps(self, start: Step | None = None) -> Iterator[Step]:
        """The batches' steps, each batch opening with a step 0; none resumes from a step."""
        setup = self.setup
        problem, rule = setup.problem(), setup.rule
        distribution = "uniform" if setup.distribution == "explicit" else setup.distribution
        for first in range(0, setup.starts, BATCH):
            count = min(BATCH, setup.starts - first)
            seeds = [wrapped_seed(setup.seed + first + i) for i in range(count)]
            starts = [
                random_start(problem, seed, None, distribution, setup.low, setup.high)
                for seed in seeds
            ]
            yield from fit(
                problem,
                rule,
                np.stack(starts),
                tolerance=setup.tolerance,
                max_steps=setup.max_steps,
            )
