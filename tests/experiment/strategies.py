"""Experiments of all kinds, for properties that hold of every one."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as some

from eigfit.experiment.consistency import MOST_MEMBERS
from eigfit.experiment.declaring import GROUPS
from eigfit.experiment.legs import Leg
from eigfit.experiment.limits import CHOICES, RANGES
from eigfit.experiment.setup import Setup
from eigfit.fitting.optimisers import OPTIMISERS, SWITCH, Setting
from eigfit.structures.named import STRUCTURES

LARGEST = RANGES["target"].high
NUMBERS = some.floats(-LARGEST, LARGEST)
REALS = some.floats(0, 1) | some.floats(1e-9, 1e3) | some.floats(-1e3, 0)


def values_of(setting: Setting) -> some.SearchStrategy[float | bool]:
    """What the setting may be."""
    if setting.requirement is SWITCH:
        return some.booleans()
    return REALS.filter(setting.requirement.holds)


@some.composite
def setups(draw: some.DrawFn) -> Setup:
    """Any experiment, every field drawn."""
    n = draw(some.integers(2, 12))
    structure = draw(some.sampled_from(sorted(STRUCTURES)))
    p = STRUCTURES[structure].build(n).parameters
    distribution = draw(some.sampled_from(("uniform", "normal", "explicit")))
    explicit = distribution == "explicit"
    few: dict[str, Any] = {"min_size": 1, "max_size": MOST_MEMBERS}
    low, high = sorted(draw(some.tuples(*[some.floats(-1000, 1000)] * 2)))
    setup = Setup(
        n=n,
        structure=structure,
        target=draw(some.tuples(*[NUMBERS] * n)),
        distribution=distribution,
        seed=draw(some.integers(0, 2**31 - 1)),
        low=low,
        high=high,
        start=draw(some.tuples(*[NUMBERS] * p)) if explicit else (),
        optimiser=draw(some.sampled_from(sorted(OPTIMISERS))),
        tolerance=draw(some.floats(0, 1)),
        max_steps=draw(some.integers(0, 200_000)),
        dtype=draw(some.sampled_from(("float64", "float32"))),
        steps_per_frame=draw(some.integers(1, 2000)),
        k=draw(some.integers(0, n - 1)),
        convention=draw(some.sampled_from(("symmetric", "lower"))),
        log_x=draw(some.sampled_from(("no", "yes"))),
        vary=draw(some.sampled_from(CHOICES["vary"])),
        members=draw(some.integers(1, MOST_MEMBERS)),
        optimisers=tuple(draw(some.lists(some.sampled_from(sorted(OPTIMISERS)), **few))),
        learning_rates=tuple(draw(some.lists(some.floats(1e-8, 1000), **few))),
        targets=sum(draw(some.lists(some.tuples(*[NUMBERS] * n), **few)), ()),
        starts=draw(some.integers(1, 1024)),
        matrix=draw(some.tuples(*[NUMBERS] * n**2)),
        row=draw(some.integers(0, n - 1)),
        column=draw(some.integers(0, n - 1)),
        reach=draw(some.floats(0.01, 100)),
        parameter=draw(some.integers(0, p - 1)),
        plane=draw(some.sampled_from(CHOICES["plane"])),
        axes=tuple(draw(some.permutations(range(p)))[: draw(some.sampled_from((0, 2)[:p]))]),
        hide=tuple(draw(some.lists(some.sampled_from(GROUPS), unique=True))),
    )
    for setting in OPTIMISERS[setup.optimiser].settings:
        if draw(some.booleans()):
            setup = setup.changed(setting.name, draw(values_of(setting)))
    return replace(setup, earlier=draw(courses(setup)))


@some.composite
def courses(draw: some.DrawFn, setup: Setup) -> tuple[Leg, ...]:
    """What may have held before, of all that may change while it runs."""
    legs = []
    for until in sorted(draw(some.sets(some.integers(1, 200_000), max_size=3))):
        values: dict[str, Any] = {"tolerance": draw(some.floats(0, 1))}
        values["target"] = draw(some.tuples(*[NUMBERS] * setup.n))
        for setting in OPTIMISERS[setup.optimiser].settings:
            values[setting.name] = draw(values_of(setting))
        kept = draw(some.lists(some.sampled_from(sorted(values)), unique=True))
        legs.append(Leg(until, tuple((name, values[name]) for name in kept)))
    return tuple(legs)
