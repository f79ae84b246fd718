"""The course of a run whose conditions changed on the way: legs, one after the other.

A leg says what held until a step; what an experiment's own fields say holds after the last leg.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from eigfit.checks import whole_number
from eigfit.fitting.pace import Pace
from eigfit.results.step import Step

if TYPE_CHECKING:
    from eigfit.experiment.setup import Setup

# Changes that one run remembers; each is a fit of its own when the run is made again.
MOST_CHANGES: Final = 64


class Leg(NamedTuple):
    """What held until a step, where it differs from what holds at the end.

    Attributes:
        until: the last step made so; the step itself is judged by what follows.
        values: names of conditions and settings of the rule, with their values.
    """

    until: int
    values: tuple[tuple[str, Any], ...]


class Plain(Protocol):
    """An experiment whose conditions never change."""

    def steps(self, start: Step | None = None, pace: Pace | None = None) -> Iterator[Step]:
        """The steps, from the start or on from a step."""
        ...


class Stage(NamedTuple):
    """An experiment and the step until which it holds, None for the end of the run."""

    until: int | None
    experiment: Any


def shortest(setup: Setup, name: str, value: Any) -> tuple[Leg, ...]:
    """Legs as short as they can be said: what holds at the end too is left out.

    Raises:
        TypeError: the value is no list of (step, values).
        ValueError: the legs are too many or not in order, or a value is outside of what it may be.
    """
    if value == ():
        return ()
    try:
        legs = [Leg(until, tuple(dict(values).items())) for until, values in value]
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be pairs of a step and what held until it") from None
    if len(legs) > MOST_CHANGES:
        raise ValueError(
            f"{name} must be at most {MOST_CHANGES} changes on the way; got {len(legs)}. Reset, "
            "and the run begins anew"
        )
    end, reached, said = setup.held(), 0, []
    for until, values in legs:
        whole_number("the step of a change", until, reached + 1)
        held = _under(setup, Leg(until, values)).held()
        reached = int(until)
        said.append(Leg(reached, tuple(item for item in held.items() if item[1] != end[item[0]])))
    said = [
        leg for i, leg in enumerate(said) if i + 1 == len(said) or leg.values != said[i + 1].values
    ]
    # A last leg without values would only say what holds anyway, unless it reaches past the limit.
    if said and not said[-1].values and said[-1].until <= setup.max_steps:
        said.pop()
    return tuple(said)


def stages(setup: Setup) -> tuple[Stage, ...]:
    """The legs of an experiment and what follows them, each as one without changes."""
    before = (Stage(leg.until, _under(setup, leg)) for leg in setup.earlier)
    return *before, Stage(None, replace(setup, earlier=()))


def continued(setup: Setup, before: Setup, step: int) -> tuple[Leg, ...]:
    """The legs of an experiment that goes on where another has come to a step."""
    held = stages(before)
    legs = [_explicit(until, experiment) for until, experiment in held if until is not None]
    if before.held() != setup.held() or setup.max_steps < step:
        last = stage_of(held, step)
        legs = [leg for leg in legs if leg.until < step]
        legs += [_explicit(step, last)] if step else []
    return tuple(legs)


def stage_of(held: Sequence[Stage], step: int) -> Any:
    """The stage that leads to a step."""
    return next(experiment for until, experiment in held if until is None or until >= step)


def changes_at(setup: Setup, step: int) -> frozenset[str]:
    """The names of what holds otherwise after the leg that ends at a step."""
    ends = [leg.until for leg in setup.earlier]
    if step not in ends:
        return frozenset()
    said = [dict(leg.values) for leg in setup.earlier] + [{}]
    before, after = said[ends.index(step)], said[ends.index(step) + 1]
    last = setup.held()
    return frozenset(
        name
        for name in before.keys() | after.keys()
        if before.get(name, last.get(name)) != after.get(name, last.get(name))
    )


def course(
    stages: Sequence[Stage], start: Step | None = None, pace: Pace | None = None
) -> Iterator[Step]:
    """The steps of experiments that go on from each other, each number once.

    The step at which one takes over from another is evaluated by the later one. A start that ends
    before that stands still until then, and goes on if it has not ended under what follows.

    Args:
        stages: the experiments, without changes on the way, in order.
        start: a step to go on from.
        pace: of `fit`.
    """
    last, ended = start, None
    for until, experiment in stages:
        if until is not None and last is not None and last.number >= until:
            continue
        plain: Plain = experiment
        for step in plain.steps(last, pace):
            if ended is not None:
                ended = replace(ended, status=step.status)
                if step.final:
                    break
                yield from (replace(ended, number=k) for k in range(ended.number, step.number))
                ended = None
            if until is not None and step.number >= until:
                last = step
                break
            if until is not None and step.final:
                ended = step
                break
            yield step
        if ended is not None and until is not None:
            last = replace(ended, number=until)
    if ended is not None:
        yield ended


def _under(setup: Setup, leg: Leg) -> Setup:
    """The experiment as it was in a leg, without changes and only until the leg's end."""
    settings, fields = dict(setup.rule.settings), setup.held()
    of_rule = {name: value for name, value in leg.values if name in settings or name not in fields}
    others = {name: value for name, value in leg.values if name not in of_rule}
    settings = tuple((settings | of_rule).items())
    return replace(setup, settings=settings, max_steps=leg.until, earlier=(), **others)


def _explicit(until: int, experiment: Setup) -> Leg:
    return Leg(until, tuple(experiment.held().items()))
