"""Experiments side by side, made from one `Setup`: their steps come batched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from eigfit.experiment.domains import RANGES
from eigfit.experiment.links import written
from eigfit.experiment.setup import Conditions, Setup
from eigfit.fitting.fit import fit
from eigfit.fitting.optimisers import OPTIMISERS
from eigfit.results.step import Step, stacked

# Eigenvalues that the history of a comparison may hold, 64 MB of them.
MOST_EIGENVALUES: Final = 8_000_000


@dataclass(frozen=True)
class Comparison:
    """Experiments that differ in one thing, moving together; made by `comparison`.

    Attributes:
        members: the experiment of each member.
        titles: in what each differs.
    """

    members: tuple[Setup, ...]
    titles: tuple[str, ...]

    def identity(self) -> Any:
        """What makes it another run."""
        return self.titles, tuple(member.identity() for member in self.members)

    def conditions(self) -> Conditions:
        """What may change while it runs."""
        settings = tuple(member.settings for member in self.members)
        return self.members[0].conditions()._replace(settings=settings)

    def steps(self, start: Step | None = None) -> Iterator[Step]:
        """The batched fit of all members, from their starts or on from a step.

        Raises:
            ValueError: the steps of all members would not fit in memory.
        """
        first = self.members[0]
        eigenvalues = len(self.members) * first.n
        most_steps = MOST_EIGENVALUES // eigenvalues
        if first.max_steps > most_steps:
            raise ValueError(
                f"A comparison holds at most {MOST_EIGENVALUES:,} eigenvalues: {len(self.members)} "
                f"members of {first.n} leave room for {most_steps:,} steps, but the step limit is "
                f"{first.max_steps:,}. Lower the step limit, or compare fewer members."
            )
        rules = [member.rule for member in self.members]
        if len({rule.kind for rule in rules}) > 1:
            return _side_by_side(
                [member.steps(start and start.member(i)) for i, member in enumerate(self.members)]
            )
        problem = replace(first.problem(), target=[member.target for member in self.members])
        starts = np.stack([member.starting_point() for member in self.members])
        return fit(
            problem,
            rules,
            starts if start is None else start,
            tolerance=first.tolerance,
            max_steps=first.max_steps,
        )


def comparison(setup: Setup) -> Comparison:
    """The members that the experiment's `vary` asks for."""
    if setup.vary == "optimisers":
        members = tuple(_with_rule(setup, name) for name in setup.optimisers)
        return Comparison(members, tuple(OPTIMISERS[name].title for name in setup.optimisers))
    if setup.vary == "learning_rates":
        members = tuple(setup.changed("learning_rate", rate) for rate in setup.learning_rates)
        return Comparison(members, tuple(f"rate {written(rate)}" for rate in setup.learning_rates))
    if setup.vary == "targets":
        rows = tuple(dict.fromkeys(setup.target_rows))
        members = tuple(replace(setup, target=row) for row in rows)
        return Comparison(members, tuple(written(row) for row in rows))
    given = setup.distribution == "explicit"
    seeds = [wrapped_seed(setup.seed + i) for i in range(setup.members - given)]
    random = replace(setup, distribution="uniform", start=()) if given else setup
    members = (setup,) * given + tuple(replace(random, seed=seed) for seed in seeds)
    return Comparison(members, ("the given start",) * given + tuple(f"seed {s}" for s in seeds))


def _side_by_side(fits: Sequence[Iterator[Step]]) -> Iterator[Step]:
    """Fits of single starts as one of a batch; a finished member stands still."""
    latest = [next(steps) for steps in fits]
    while True:
        yield stacked(latest)
        if all(step.final for step in latest):
            return
        latest = [
            step if step.final else next(steps) for step, steps in zip(latest, fits, strict=True)
        ]


def _with_rule(setup: Setup, name: str) -> Setup:
    """The experiment under another rule with its learning rate; other settings by default."""
    if name == setup.optimiser:
        return setup
    return setup.changed("optimiser", name).changed("learning_rate", setup.rule.learning_rate)


def wrapped_seed(seed: int) -> int:
    """The seed, counted on from 0 after the last one."""
    return seed % (RANGES["seed"].high + 1)
