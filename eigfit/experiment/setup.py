"""One flat record of an experiment; a new field is one declaration here.

What a link of that version means that leaves it out stands in `eigfit.experiment.versions`, its
control in `eigfit.web.sidebar`; link, limits and files follow from the declaration.
A field's name is the key of its widget and its name in the link. Nothing here needs TensorFlow
until a step of `steps` is asked for, so that a page can show its controls at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, Final

import numpy as np

from eigfit.experiment import changes, host, legs
from eigfit.experiment import consistency as fitting
from eigfit.experiment.declaring import GROUPS, Declaration, Role, declared
from eigfit.experiment.domains import Choice, Range, Several
from eigfit.experiment.legs import Leg
from eigfit.fitting.first_step import first_step
from eigfit.fitting.fit import fit
from eigfit.fitting.optimisers import OPTIMISERS, Optimiser, optimiser
from eigfit.fitting.pace import Pace
from eigfit.problem.problem import DTYPES, Problem
from eigfit.problem.starts import DISTRIBUTIONS, random_start
from eigfit.results.convention import CONVENTIONS, Convention
from eigfit.results.step import Step
from eigfit.structures.named import STRUCTURES
from eigfit.structures.structure import Structure

# Past the large ones a number says nothing about a matrix and only overflows.
ENTRY: Final = Range(-1e6, 1e6)
END: Final = Range(-1000.0, 1000.0)
RULE: Final = Choice(tuple(OPTIMISERS))
PLACE: Final = Range(0, 11)

# Read once: what a host allows is what there is.
LARGEST_N: Final = host.most("N", 3, 12)
MOST_STARTS: Final = host.most("STARTS", 1, 1024)
MOST_STEPS: Final = host.most("STEPS", 1, 200_000)

run, condition, limit, study, view = Role


@dataclass(frozen=True)
class Setup:
    """An experiment: what is asked for, from where, by which rule, and how it is shown.

    Raises:
        TypeError: a field is of the wrong kind.
        ValueError: a field is outside of what it may be, or does not fit the others.
    """

    # fmt: off
    n: int = declared(3, Range(2, LARGEST_N), run, "matrix", "rows of the matrix")
    structure: str = declared("symmetric", Choice(tuple(STRUCTURES)), run, "matrix",
        "a name in `STRUCTURES`")
    target: tuple[float, ...] = declared((1.0, 1.0, 1.0), Several(ENTRY), condition, "matrix",
        "the eigenvalues asked for, one each, in any order", fitting.one_per_eigenvalue)
    distribution: str = declared("uniform", Choice((*DISTRIBUTIONS, "explicit")), run, "start",
        "where the start comes from: random numbers or explicit ones")
    seed: int = declared(0, Range(0, 2**31 - 1), run, "start", "of a random start")
    low: float = declared(0.0, END, run, "start", "lower end of a random start")
    high: float = declared(1.0, END, run, "start", "upper end of a random start",
        fitting.above_low, "low")
    start: tuple[float, ...] = declared((), Several(ENTRY), run, "start",
        "the parameters of an explicit start, else empty", fitting.one_per_parameter,
        "distribution")
    optimiser: str = declared("adam", RULE, run, "optimiser", "a name in `OPTIMISERS`")
    settings: tuple[tuple[str, float | bool], ...] = declared((), None, condition, "optimiser",
        "the optimiser's settings that differ from its defaults, as (name, value)",
        fitting.of_the_rule)
    tolerance: float = declared(1e-8, Range(0.0, 1.0), condition, "run",
        "the loss at which a run has converged")
    max_steps: int = declared(min(20_000, MOST_STEPS), Range(0, MOST_STEPS), limit, "run",
        "number of the last step")
    earlier: tuple[Leg, ...] = declared((), None, condition, "run",
        "what held before instead of these conditions, as (until which step, (name, value), …)",
        legs.shortest)
    dtype: str = declared("float64", Choice(DTYPES), run, "run", "precision")
    steps_per_frame: int = declared(50, Range(1, 2000), view, "run", "steps between two pictures")
    play: str = declared("no", Choice(("no", "yes")), view, "",
        '"yes" where a page that opens plays at once')
    k: int = declared(0, PLACE, view, "", "the eigenvalue whose derivative is shown",
        fitting.below_n)
    convention: Convention = declared("symmetric", Choice(CONVENTIONS), view, "",  # noqa: RUF009
        "how that derivative is written; see `eigfit.sensitivity`")
    log_x: str = declared("no", Choice(("no", "yes")), view, "",
        '"yes" for a logarithmic step axis')
    log_y: str = declared("yes", Choice(("no", "yes")), view, "",
        '"yes" for a logarithmic axis of the loss')
    vary: str = declared("starts", Choice(("starts", "optimisers", "learning_rates", "targets")),
        study, "comparison", "what the members of a comparison differ in")
    members: int = declared(4, Range(1, fitting.MOST_MEMBERS), study, "comparison",
        "how many random starts are compared")
    baseline: int = declared(0, Range(0, fitting.MOST_MEMBERS), view, "",
        "the member that the others are shown against, counted from 1; 0 for none")
    optimisers: tuple[str, ...] = declared(("adam", "nadam", "rmsprop", "sgd"), Several(RULE),
        study, "comparison", "the rules compared", fitting.each_once)
    learning_rates: tuple[float, ...] = declared((0.001, 0.002, 0.005, 0.01),
        Several(Range(1e-8, 1000.0)), study, "comparison", "the learning rates compared",
        fitting.each_once)
    targets: tuple[float, ...] = declared((), Several(ENTRY), study, "comparison",
        "the targets compared, n numbers each; the presets unless given", fitting.rows_of_n)
    starts: int = declared(min(256, MOST_STARTS), Range(1, MOST_STARTS), study, "survey",
        "how many starts a survey runs")
    hide: tuple[str, ...] = declared((), Several(Choice(GROUPS)), view, "",
        "groups of controls that the page leaves out")
    matrix: tuple[float, ...] = declared((), Several(ENTRY), view, "",
        "n² numbers, row by row, of the matrix whose eigenvalues are differentiated",
        fitting.square)
    row: int = declared(0, PLACE, view, "", "of the entry along which it is moved",
        fitting.below_n)
    column: int = declared(0, PLACE, view, "", "of that entry", fitting.below_n)
    reach: float = declared(2.0, Range(0.01, 100.0), view, "", "how far it is moved, either way")
    parameter: int = declared(0, Range(0, 77), view, "",
        "the one whose chain rule is written out", fitting.below_p)
    plane: str = declared("steepest", Choice(("steepest", "flattest", "way", "parameters")), view,
        "", "the plane on which the landscape of the loss is seen")
    axes: tuple[int, ...] = declared((), Several(Range(0, 77)), view, "",
        "the two parameters along which that plane lies; the first two unless given",
        fitting.two_parameters)
    # fmt: on

    def __post_init__(self) -> None:
        for name, field in FIELDS.items():
            if field.domain is not None:
                value = field.domain.checked(name, getattr(self, name))
                object.__setattr__(self, name, value)
        for name, field in FIELDS.items():
            if field.fits is not None:
                object.__setattr__(self, name, field.fits(self, name, getattr(self, name)))

    @property
    def setup(self) -> Setup:
        """Itself, as a comparison gives the setup it was made from."""
        return self

    @property
    def parameters(self) -> int:
        """p, how many numbers fill the matrix."""
        return _parameters(self.structure, self.n)

    @property
    def rule(self) -> Optimiser:
        """The optimiser with its settings."""
        return optimiser(self.optimiser, **dict(self.settings))

    @property
    def target_rows(self) -> tuple[tuple[float, ...], ...]:
        """The targets compared, each for itself."""
        rows = range(0, len(self.targets), self.n)
        return tuple(self.targets[row : row + self.n] for row in rows)

    def problem(self, *targets: tuple[float, ...]) -> Problem:
        """The problem asked for, or that with a target for each start; shared by all who ask."""
        return _problem(self.structure, self.n, targets or self.target, self.dtype)

    def starting_point(self) -> np.ndarray:
        """The start, shape [p]."""
        if self.distribution == "explicit":
            return np.array(self.start)
        problem = self.problem()
        return random_start(problem, self.seed, None, self.distribution, self.low, self.high)

    def first_step(self) -> Step:
        """Step 0, by NumPy alone and before it is judged."""
        problem = _problem(self.structure, self.n, self.target_at(0), self.dtype)
        return first_step(problem, self.starting_point())

    def steps(self, start: Step | None = None, pace: Pace | None = None) -> Iterator[Step]:
        """The fit of this experiment through all its legs, from its start or on from a step."""
        if self.earlier:
            return legs.course(legs.stages(self), start, pace)
        return fit(
            self.problem(),
            self.rule,
            self.starting_point() if start is None else start,
            tolerance=self.tolerance,
            max_steps=self.max_steps,
            pace=pace,
        )

    def identity(self) -> tuple[Any, ...]:
        """What makes it another run: everything but what may change while it runs or is shown."""
        return tuple(getattr(self, name) for name in names(run))

    def held(self) -> dict[str, Any]:
        """What a step hangs on and may change while it runs: conditions, all settings of the rule.

        They hold after the last leg.
        """
        return {name: getattr(self, name) for name in names(condition)} | dict(self.rule.settings)

    def conditions(self) -> dict[str, Any]:
        """All that may change while it runs, the step limit included."""
        return self.held() | {name: getattr(self, name) for name in names(limit)}

    def aims(self) -> Any:
        """The target that holds after the last leg, as a comparison gives one for each member."""
        return (self.target,)

    def leg_ends(self) -> tuple[int, ...]:
        """The last step of each leg, where its conditions change."""
        return tuple(leg.until for leg in self.earlier)

    def changes_at(self, step: int) -> frozenset[str]:
        """What changes at a step, by the names of `held`; empty where no leg ends."""
        return legs.changes_at(self, step)

    def target_at(self, step: int) -> tuple[float, ...]:
        """The target by which a step is judged."""
        ahead = (dict(leg.values) for leg in self.earlier if leg.until > step)
        return next(ahead, {}).get("target", self.target)

    def former_targets(self, step: int) -> tuple[tuple[int, tuple[float, ...]], ...]:
        """The targets that were given up on the way to a step, each with the step of that."""
        ends = [0, *(until for until in self.leg_ends() if until <= step)]
        held = [(until, self.target_at(before)) for before, until in pairwise(ends)]
        after = [target for _, target in held[1:]] + [self.target_at(step)]
        return tuple(leg for leg, later in zip(held, after, strict=False) if leg[1] != later)

    def after(self, before: Setup, step: int) -> Setup:
        """This experiment as the further course of another that has come to a step.

        Where nothing is changed that a step hangs on, the other's course is kept, what lies ahead
        included; else what is asked for here holds from that step on.
        """
        return replace(self, earlier=legs.continued(self, before, step))

    def anew(self) -> Setup:
        """This experiment with what holds at its end holding from the start."""
        return replace(self, earlier=())

    def changed(self, name: str, value: Any) -> Setup:
        """This experiment with one field or setting of the rule changed, and what hangs on it.

        What makes another run, or holds while it runs, holds from the start: `earlier` is emptied.

        Raises:
            ValueError: the value is outside of what it may be.
        """
        role = FIELDS[name].role if name in FIELDS else condition
        setup = replace(self, earlier=()) if role in (run, condition) else self
        if name in FIELDS:
            return changes.changed(setup, name, value)
        return replace(setup, settings=tuple({**dict(self.settings), name: value}.items()))


FIELDS: Final[dict[str, Declaration]] = {
    field.name: field.metadata["declaration"] for field in fields(Setup)
}


@cache
def _parameters(structure: str, n: int) -> int:
    """How many numbers fill a matrix; asked whenever an experiment is checked, so counted once."""
    return _structure(structure, n).parameters


@lru_cache(maxsize=64)
def _problem(structure: str, n: int, target: tuple[Any, ...], dtype: str) -> Problem:
    return Problem(_structure(structure, n), target, dtype=dtype)


@lru_cache(maxsize=64)
def _structure(name: str, n: int) -> Structure:
    return STRUCTURES[name].build(n)


def names(role: Role) -> tuple[str, ...]:
    """The fields of that role that hold a value of their own, not the rule's."""
    return tuple(name for name, field in FIELDS.items() if field.role is role and field.domain)
