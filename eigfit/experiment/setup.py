"""One flat record of an experiment: what is asked for; `domains` says what each field may be.

A field's name is the key of its widget and its name in the link. Nothing here needs TensorFlow
until `problem` is called, so that a page can show its controls at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from eigfit.experiment.domains import (
    CHOICES,
    LISTS,
    MOST_MEMBERS,
    PRINTED_MATRIX,
    RANGES,
    TARGETS,
    in_domain,
)
from eigfit.fitting.fit import fit
from eigfit.fitting.optimisers import OPTIMISERS, Optimiser, optimiser
from eigfit.problem.problem import Problem
from eigfit.problem.starts import random_start
from eigfit.results.step import Convention, Step
from eigfit.structures.named import STRUCTURES


def default_matrix(n: int) -> tuple[float, ...]:
    """The matrix that is differentiated first: the published one, or the second difference."""
    if n == 3:
        return PRINTED_MATRIX
    return tuple((2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)).ravel().tolist())


def default_target(n: int) -> tuple[float, ...]:
    """All ones, the starting experiment's target."""
    return TARGETS["All ones"](n)


class Conditions(NamedTuple):
    """What may change while an experiment runs."""

    settings: Any  # of the rule, or of each member's
    tolerance: float
    max_steps: int


@dataclass(frozen=True)
class Setup:
    """An experiment: what is asked for, from where, by which rule, and how it is shown.

    Attributes:
        n: rows of the matrix.
        structure: a name in `STRUCTURES`.
        target: the eigenvalues asked for, one each, in any order.
        distribution: where the start comes from: "uniform", "normal" or "explicit" numbers.
        seed: of a random start.
        low: lower end of a random start.
        high: upper end of a random start.
        start: the parameters of an explicit start, else empty.
        optimiser: a name in `OPTIMISERS`.
        settings: the optimiser's settings that differ from its defaults, as (name, value).
        tolerance: the loss at which a run has converged.
        max_steps: number of the last step.
        dtype: "float64" or "float32".
        steps_per_frame: steps between two pictures.
        k: the eigenvalue whose derivative is shown.
        convention: how that derivative is written; see `eigfit.sensitivity`.
        log_x: "yes" for a logarithmic step axis.
        vary: what the members of a comparison differ in, one of `VARIATIONS`.
        members: how many random starts are compared.
        optimisers: the rules compared.
        learning_rates: the learning rates compared.
        targets: the targets compared, one after the other, n numbers each; the presets unless
            given.
        starts: how many starts a survey runs.
        hide: groups of controls that the page leaves out, of `GROUPS`.
        matrix: the n² numbers, row by row, of the matrix whose eigenvalues are differentiated.
        row: of the entry along which that matrix is moved.
        column: of that entry.
        reach: how far it is moved, either way.
        parameter: the one whose chain rule is written out.

    Raises:
        TypeError: a field is of the wrong kind.
        ValueError: a field is outside of what it may be, or does not fit the others.
    """

    n: int = 3
    structure: str = "symmetric"
    target: tuple[float, ...] = (1.0, 1.0, 1.0)
    distribution: str = "uniform"
    seed: int = 0
    low: float = 0.0
    high: float = 1.0
    start: tuple[float, ...] = ()
    optimiser: str = "adam"
    settings: tuple[tuple[str, float | bool], ...] = ()
    tolerance: float = 1e-8
    max_steps: int = 20_000
    dtype: str = "float64"
    steps_per_frame: int = 50
    k: int = 0
    convention: Convention = "symmetric"
    log_x: str = "no"
    vary: str = "starts"
    members: int = 4
    optimisers: tuple[str, ...] = ("adam", "nadam", "rmsprop", "sgd")
    learning_rates: tuple[float, ...] = (0.001, 0.002, 0.005, 0.01)
    targets: tuple[float, ...] = ()
    starts: int = 256
    hide: tuple[str, ...] = ()
    matrix: tuple[float, ...] = ()
    row: int = 0
    column: int = 0
    reach: float = 2.0
    parameter: int = 0

    def __post_init__(self) -> None:
        for name in (*CHOICES, *RANGES):
            object.__setattr__(self, name, _plain(name, getattr(self, name)))
        for name in ("optimisers", "learning_rates"):
            object.__setattr__(self, name, tuple(dict.fromkeys(getattr(self, name))))
        given = dict(self.settings)
        settings = dict(optimiser(self.optimiser, **given).settings)
        differing = OPTIMISERS[self.optimiser].differing(settings)
        object.__setattr__(self, "settings", differing)
        if not self.targets:
            presets = tuple(value for target in TARGETS.values() for value in target(self.n))
            object.__setattr__(self, "targets", presets)
        if len(self.target) != self.n:
            raise ValueError(
                f"target has {len(self.target)} values but the matrix is {self.n}×{self.n}; "
                "give one value per eigenvalue"
            )
        wanted = self.parameters if self.distribution == "explicit" else 0
        if len(self.start) != wanted:
            raise ValueError(
                f"an explicit start has {self.parameters} numbers here and any other none; "
                f"got {len(self.start)}"
            )
        if self.low > self.high:
            raise ValueError(f"low must not exceed high; got {self.low} and {self.high}")
        if self.k >= self.n:
            raise ValueError(f"k must be below n = {self.n}; got {self.k}")
        for name in ("optimisers", "learning_rates"):
            if not 1 <= len(getattr(self, name)) <= MOST_MEMBERS:
                raise ValueError(
                    f"{name} must be 1 to {MOST_MEMBERS} to be compared; "
                    f"got {len(getattr(self, name))}"
                )
        if not self.matrix:
            object.__setattr__(self, "matrix", default_matrix(self.n))
        if len(self.matrix) != self.n**2:
            raise ValueError(
                f"matrix must be {self.n**2} numbers, row by row; got {len(self.matrix)}"
            )
        if max(self.row, self.column) >= self.n:
            raise ValueError(
                f"row and column must be below n = {self.n}; got {self.row} and {self.column}"
            )
        if self.parameter >= self.parameters:
            raise ValueError(
                f"parameter must be below {self.parameters}, as many fill the matrix; got "
                f"{self.parameter}"
            )
        if len(self.targets) % self.n or not 1 <= len(self.targets) // self.n <= MOST_MEMBERS:
            raise ValueError(
                f"targets must be 1 to {MOST_MEMBERS} rows of {self.n} numbers each; "
                f"got {len(self.targets)} numbers"
            )

    @property
    def parameters(self) -> int:
        """p, how many numbers fill the matrix."""
        return STRUCTURES[self.structure].build(self.n).parameters

    @property
    def rule(self) -> Optimiser:
        """The optimiser with its settings."""
        return optimiser(self.optimiser, **dict(self.settings))

    @property
    def target_rows(self) -> tuple[tuple[float, ...], ...]:
        """The targets compared, each for itself."""
        rows = range(0, len(self.targets), self.n)
        return tuple(self.targets[row : row + self.n] for row in rows)

    def problem(self) -> Problem:
        """The problem asked for."""
        return Problem(STRUCTURES[self.structure].build(self.n), self.target, dtype=self.dtype)

    def starting_point(self) -> np.ndarray:
        """The start, shape [p]."""
        if self.distribution == "explicit":
            return np.array(self.start)
        problem = self.problem()
        return random_start(problem, self.seed, None, self.distribution, self.low, self.high)

    def steps(self, start: Step | None = None) -> Iterator[Step]:
        """The fit of this experiment, from its start or on from a step."""
        return fit(
            self.problem(),
            self.rule,
            self.starting_point() if start is None else start,
            tolerance=self.tolerance,
            max_steps=self.max_steps,
        )

    def conditions(self) -> Conditions:
        """What may change while it runs."""
        return Conditions(self.settings, self.tolerance, self.max_steps)

    def identity(self) -> tuple[Any, ...]:
        """What makes it another run: everything but what may change while it runs or is shown."""
        start = (self.distribution, self.seed, self.low, self.high, self.start)
        return self.n, self.structure, self.target, start, self.optimiser, self.dtype

    def changed(self, name: str, value: Any) -> Setup:
        """This experiment with one field or setting of the rule changed, and what hangs on it.

        Raises:
            ValueError: the value is outside of what it may be.
        """
        if name == "n":
            n, last = int(value), self.target[-1]
            target = (*self.target[:n], *(last,) * (n - len(self.target)))
            inside = {name: min(getattr(self, name), n - 1) for name in ("k", "row", "column")}
            afresh: dict[str, Any] = {"targets": (), "matrix": (), "parameter": 0}
            return replace(self._random(), n=n, target=target, **inside, **afresh)
        if name == "structure":
            return replace(self._random(), structure=value, parameter=0)
        if name == "distribution":
            explicit = value == "explicit"
            start = tuple(self.starting_point().tolist()) if explicit else ()
            return replace(self, distribution=value, start=start)
        if name == "optimiser":
            return replace(self, optimiser=value, settings=())
        if name in CHOICES or name in RANGES:
            return replace(self, **{name: value})
        return replace(self, settings=tuple({**dict(self.settings), name: value}.items()))

    def _random(self) -> Setup:
        """With a random start, as explicit numbers fit one structure of one size."""
        explicit = self.distribution == "explicit"
        return replace(self, distribution="uniform", start=()) if explicit else self


def _plain(name: str, value: Any) -> Any:
    if name not in LISTS:
        return in_domain(name, value)
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError(f"{name} must be a tuple; got {value!r}")
    return tuple(in_domain(name, item) for item in value)
