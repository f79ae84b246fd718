"""A problem as somebody poses it: what is asked, where to begin, and what is known of it."""

from __future__ import annotations

import dataclasses
from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np

from eigfit.problem.joint import Joint
from eigfit.problem.problem import Problem


@dataclass(frozen=True, eq=False)
class Posed:
    """A problem with where to begin and what is known; from `read_problem` and `gallery`.

    `ef.solve(posed.problem, **posed.search)` solves it.

    Attributes:
        problem: a `Problem`, or several from `joint`.
        title: a few words.
        field: of science or engineering.
        source: who published it, and where.
        units: of the data and the parameters.
        notes: what else is to be known.
        start: parameters to begin from, [p] or [B, p]; None where starts are random.
        starts: how many random starts.
        low: lower ends of random starts, a number or [p]; None for those of `solve`.
        high: upper ends.
        answer: published parameters, a row for each published solution; shape [k, p].
        tolerance: by how much a parameter may differ from the published one, which is rounded.
        symmetries: permutations of the parameters that `solve` is to take for one solution.
        solutions: how many distinct solutions are known, modulo the symmetries; None where that is
            not known.
        distance: how near the spectrum comes to the target, ‖λ − t‖, where it cannot be met.
    """

    problem: Problem | Joint
    _: KW_ONLY
    title: str = ""
    field: str = ""
    source: str = ""
    units: str = ""
    notes: str = ""
    start: np.ndarray | None = None
    starts: int = 200
    low: Any = None
    high: Any = None
    symmetries: Any = None
    answer: np.ndarray = dataclasses.field(default_factory=lambda: np.empty((0, 0)))
    tolerance: float = 0.0
    solutions: int | None = None
    distance: float = 0.0

    @property
    def search(self) -> dict[str, Any]:
        """Where to begin, as `solve` takes it."""
        known = {} if self.symmetries is None else {"symmetries": self.symmetries}
        if self.start is not None:
            return {"start": self.start, **known}
        return {"starts": self.starts, "low": self.low, "high": self.high, **known}
