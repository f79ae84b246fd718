"""What can be run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, Self

from eigfit.experiment.setup import Setup
from eigfit.fitting.pace import Pace
from eigfit.results.step import Step


class Course(Protocol):
    """What gives steps: an experiment, or a batch of a survey."""

    def steps(self, start: Step | None = None, pace: Pace | None = None) -> Iterator[Step]:
        """The steps, from the start or on from a step."""
        ...


class Experiment(Course, Protocol):
    """What can be run live: a `Setup` or a `Comparison`."""

    @property
    def setup(self) -> Setup:
        """The settings it was made from."""
        ...

    def first_step(self) -> Step:
        """Step 0, without TensorFlow and before it is judged."""
        ...

    def identity(self) -> Any:
        """What makes it another run."""
        ...

    def conditions(self) -> Any:
        """What may change while it runs."""
        ...

    def aims(self) -> Any:
        """The targets that hold at its end."""
        ...

    def leg_ends(self) -> tuple[int, ...]:
        """The last step of each leg, where its conditions change."""
        ...

    def changes_at(self, step: int) -> frozenset[str]:
        """The names of what changes at a step; empty where no leg ends."""
        ...

    def anew(self) -> Self:
        """This one with what holds at its end holding from the start."""
        ...

    def after(self, before: Any, step: int) -> Self:
        """This one as the further course of another of its kind that has come to a step."""
        ...
