"""Experiments side by side, made from one `Setup`: their steps come batched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import numpy as np

from eigfit.experiment import legs
from eigfit.experiment.legs import Leg, Stage
from eigfit.experiment.limits import RANGES
from eigfit.experiment.links import written
from eigfit.experiment.setup import Setup
from eigfit.fitting.first_step import first_step
from eigfit.fitting.fit import fit
from eigfit.fitting.optimisers import OPTIMISERS
from eigfit.fitting.pace import Pace
from eigfit.results.outcomes import LOOSEST_TOLERANCE, distinct
from eigfit.results.step import Step, stacked

# What the members of a comparison are called, by what they differ in.
KINDS: Final = {
    "starts": "starts",
    "optimisers": "rules",
    "learning_rates": "learning rates",
    "targets": "targets",
}


@dataclass(frozen=True)
class Comparison:
    """Experiments that differ in one thing, moving together; made by `comparison`.

    Attributes:
        setup: what they were made from.
        members: the experiment of each member.
        titles: in what each differs.
    """

    setup: Setup
    members: tuple[Setup, ...]
    titles: tuple[str, ...]

    def identity(self) -> Any:
        """What makes it another run."""
        return self.titles, tuple(member.identity() for member in self.members)

    def conditions(self) -> Any:
        """What may change while it runs."""
        return tuple(member.conditions() for member in self.members)

    def aims(self) -> Any:
        """The target of each member after the last leg."""
        return tuple(member.target for member in self.members)

    def leg_ends(self) -> tuple[int, ...]:
        """The steps at which the conditions of a member change."""
        return tuple(sorted({step for member in self.members for step in member.leg_ends()}))

    def changes_at(self, step: int) -> frozenset[str]:
        """What changes at a step for a member."""
        return frozenset().union(*(member.changes_at(step) for member in self.members))

    def after(self, before: Comparison, step: int) -> Comparison:
        """This comparison as the further course of another that has come to a step."""
        return comparison(self.setup.after(before.setup, step))

    def anew(self) -> Comparison:
        """This comparison with what holds at its end holding from the start."""
        return comparison(self.setup.anew())

    def first_step(self) -> Step:
        """Step 0 of all members, by NumPy alone and before it is judged."""
        problem = self.setup.problem(*(member.target_at(0) for member in self.members))
        return first_step(problem, self._starts())

    def steps(self, start: Step | None = None, pace: Pace | None = None) -> Iterator[Step]:
        """The batched fit of all members through all legs, from their starts or on from a step."""
        if self.leg_ends():
            return legs.course(self._stages(), start, pace)
        return self._together(start, pace)

    def _stages(self) -> list[Stage]:
        """The comparisons without changes that it is made of."""
        held = [legs.stages(member) for member in self.members]
        stages = []
        for end in self.leg_ends():
            members = (replace(legs.stage_of(own, end), max_steps=end) for own in held)
            stages.append(Stage(end, replace(self, members=tuple(members))))
        last = tuple(own[-1].experiment for own in held)
        return [*stages, Stage(None, replace(self, members=last))]

    def _together(self, start: Step | None, pace: Pace | None) -> Iterator[Step]:
        first = self.members[0]
        rules = [member.rule for member in self.members]
        if len({rule.kind for rule in rules}) > 1:
            return side_by_side(self.members, start, pace)
        problem = first.problem(*(member.target for member in self.members))
        return fit(
            problem,
            rules,
            self._starts() if start is None else start,
            tolerance=first.tolerance,
            max_steps=first.max_steps,
            pace=pace,
        )

    def _starts(self) -> np.ndarray:
        return np.stack([member.starting_point() for member in self.members])


def alone(setup: Setup) -> Comparison:
    """A single experiment as a comparison of one."""
    return Comparison(setup, (setup,), ("run",))


@lru_cache(maxsize=32)
def comparison(setup: Setup) -> Comparison:
    """The members that the experiment's `vary` asks for, through the same legs as itself.

    Before a change each member was what the comparison would have made of the experiment then.
    """
    *before, last = [_members(held) for _, held in legs.stages(setup)]
    titles, members = zip(*last, strict=True)
    through_legs = []
    for i, member in enumerate(members):
        held = (tuple(then[i][1].held().items()) for then in before)
        own = tuple(map(Leg, setup.leg_ends(), held))
        through_legs.append(replace(member, earlier=own))
    return Comparison(setup, tuple(through_legs), titles)


def side_by_side(
    members: Sequence[Setup], start: Step | None = None, pace: Pace | None = None
) -> Iterator[Step]:
    """The fits of several experiments as one of a batch, each the same as alone to the last bit.

    A finished member stands still. Nothing is compiled but what each needs alone.

    Args:
        members: of one size.
        start: the batched step to go on from.
        pace: of all together.
    """
    if pace:
        pace.share(len(members))
    starts = [start and start.member(i) for i in range(len(members))]
    fits = [member.steps(own, pace) for member, own in zip(members, starts, strict=True)]
    latest = [next(steps) for steps in fits]
    while True:
        yield stacked(latest)
        if all(step.final for step in latest):
            return
        latest = [
            step if step.final else next(steps) for step, steps in zip(latest, fits, strict=True)
        ]


def summary(compared: Comparison, step: Step) -> str:
    """What a comparison has come to at a step, counted by `distinct`, in a sentence.

    Nothing for a single member, nor where the tolerance is too loose to tell ends apart.
    """
    count, tolerance = len(compared.members), compared.setup.tolerance
    if count == 1 or tolerance > LOOSEST_TOLERANCE:
        return ""
    matrices = distinct(step.matrix, tolerance)
    spectra = distinct(step.eigenvalues, tolerance)
    found = _counted(matrices, "matrix", "matrices")
    if matrices > 1:
        found += f", {_counted(spectra, 'spectrum', 'spectra')}"
    return f"{count} {KINDS[compared.setup.vary]}, {found}{'' if step.final else ' so far'}."


def _counted(count: int, one: str, several: str) -> str:
    return f"one {one}" if count == 1 else f"{count} different {several}"


def _members(setup: Setup) -> list[tuple[str, Setup]]:
    """Title and experiment of each member, without changes on the way."""
    if setup.vary == "optimisers":
        return [(OPTIMISERS[name].title, _with_rule(setup, name)) for name in setup.optimisers]
    if setup.vary == "learning_rates":
        rates = setup.learning_rates
        return [(f"rate {written(rate)}", setup.changed("learning_rate", rate)) for rate in rates]
    if setup.vary == "targets":
        rows = dict.fromkeys(setup.target_rows)
        return [(written(row), replace(setup, target=row)) for row in rows]
    given = setup.distribution == "explicit"
    seeds = [wrapped_seed(setup.seed + i) for i in range(setup.members - given)]
    random = replace(setup, distribution="uniform", start=()) if given else setup
    others = [(f"seed {seed}", replace(random, seed=seed)) for seed in seeds]
    return [("the given start", setup)] * given + others


def _with_rule(setup: Setup, name: str) -> Setup:
    """The experiment under another rule with its learning rate; other settings by default."""
    if name == setup.optimiser:
        return setup
    return setup.changed("optimiser", name).changed("learning_rate", setup.rule.learning_rate)


def wrapped_seed(seed: int) -> int:
    """The seed, counted on from 0 after the last one."""
    return seed % (RANGES["seed"].high + 1)
