"""One flat record of an experiment: what is asked for, and what each field may be.

A field's name is the key of its widget and its name in the link. Nothing here needs TensorFlow
until `problem` is called, so that a page can show its controls at once.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

import numpy as np

from eigfit.fit import DISTRIBUTIONS, fit, random_start
from eigfit.history import CONVENTIONS, Convention, Step
from eigfit.optimisers import OPTIMISERS, Optimiser, optimiser
from eigfit.problem import DTYPES, Problem
from eigfit.structures import STRUCTURES

# The published start of the 3×3 experiment.
PRINTED_START: Final = (0.12108588, 0.8856114, 0.00449729, 0.22199583, 0.8411281, 0.54751956)

# The published matrix of the first derivative; only its lower triangle is read.
PRINTED_MATRIX: Final = (
    *(0.6102723, 0.17637432, 0.38962376),
    *(0.3735156, 0.6306771, 0.19141042),
    *(0.34370267, 0.7677151, 0.4024818),
)

# Past this a number says nothing about a matrix and only overflows.
LARGEST: Final = 1e6

# Panels that fit on a page side by side.
MOST_MEMBERS: Final = 16

# What a comparison varies, and the groups of controls that a link can hide.
VARIATIONS: Final = ("starts", "optimisers", "learning_rates", "targets")
GROUPS: Final = ("matrix", "start", "optimiser", "run", "comparison", "survey")

# Target spectra by name, for n eigenvalues.
TARGETS: Final[dict[str, Callable[[int], tuple[float, ...]]]] = {
    "All ones": lambda n: (1.0,) * n,
    "1 … n": lambda n: tuple(float(k + 1) for k in range(n)),
    "Evenly from −1 to 1": lambda n: tuple(np.linspace(-1, 1, n).round(4).tolist()),
    "Two clusters": lambda n: (0.0,) * (n // 2) + (2.0,) * (n - n // 2),
}


class Range(NamedTuple):
    """A number between these, whole if they are."""

    low: Any
    high: Any


# What each field may be, and each item of a list.
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "structure": tuple(STRUCTURES),
    "distribution": (*DISTRIBUTIONS, "explicit"),
    "optimiser": tuple(OPTIMISERS),
    "dtype": DTYPES,
    "convention": CONVENTIONS,
    "log_x": ("no", "yes"),
    "vary": VARIATIONS,
    "optimisers": tuple(OPTIMISERS),
    "hide": GROUPS,
}
RANGES: Final[dict[str, Range]] = {
    "n": Range(2, 12),
    "target": Range(-LARGEST, LARGEST),
    "seed": Range(0, 2**31 - 1),
    "low": Range(-1000.0, 1000.0),
    "high": Range(-1000.0, 1000.0),
    "start": Range(-LARGEST, LARGEST),
    "tolerance": Range(0.0, 1.0),
    "max_steps": Range(0, 200_000),
    "steps_per_frame": Range(1, 2000),
    "k": Range(0, 11),
    "members": Range(1, MOST_MEMBERS),
    "learning_rates": Range(1e-8, 1000.0),
    "targets": Range(-LARGEST, LARGEST),
    "starts": Range(1, 1024),
    "matrix": Range(-LARGEST, LARGEST),
    "row": Range(0, 11),
    "column": Range(0, 11),
    "reach": Range(0.01, 100.0),
    "parameter": Range(0, 77),
}
LISTS: Final = ("target", "start", "optimisers", "learning_rates", "targets", "hide", "matrix")


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


def in_domain(name: str, value: Any) -> Any:
    """The value of a field, an item of a list, as a plain string or number.

    Raises:
        TypeError: it is of the wrong kind.
        ValueError: it is outside of what the field may be.
    """
    if name in CHOICES:
        if value not in CHOICES[name]:
            raise ValueError(f"{name} must be one of {', '.join(CHOICES[name])}; got {value!r}")
        return str(value)
    low, high = RANGES[name]
    whole = isinstance(low, int)
    number = "a whole number from" if whole else "a number from"
    sentence = f"{name} must be {number} {low:.10g} to {high:.10g}; got {value!r}"
    kind = numbers.Integral if whole else numbers.Real
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(sentence)
    plain: Any = int(value) if whole else float(value)  # pyright: ignore[reportArgumentType]
    if not low <= plain <= high:
        raise ValueError(sentence)
    return plain


def _plain(name: str, value: Any) -> Any:
    if name not in LISTS:
        return in_domain(name, value)
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError(f"{name} must be a tuple; got {value!r}")
    return tuple(in_domain(name, item) for item in value)
