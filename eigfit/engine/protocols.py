"""What can be run, and what takes its steps in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, Self

from eigfit.experiment.setup import Setup
from eigfit.results.step import Step


class Experiment(Protocol):
    """What can be run: a `Setup`, a `Comparison` or a `Survey`."""

    @property
    def setup(self) -> Setup:
        """The settings it was made from."""
        ...

    def steps(self, start: Step | None = None) -> Iterator[Step]:
        """The steps, from the start or on from a step."""
        ...

    def identity(self) -> Any:
        """What makes it another run."""
        ...

    def conditions(self) -> Any:
        """What may change while it runs."""
        ...

    def leg_ends(self) -> tuple[int, ...]:
        """The last step of each leg, where its conditions change."""
        ...

    def anew(self) -> Self:
        """This one with what holds at its end holding from the start."""
        ...

    def after(self, before: Any, step: int) -> Self:
        """This one as the further course of another of its kind that has come to a step."""
        ...


class Record(Protocol):
    """What takes the steps in: a `History` or `Outcomes`."""

    def append(self, step: Step) -> None:
        """Take a step in."""
        ...

    @property
    def final(self) -> bool:
        """Whether every start has ended."""
        ...
