"""One flat record of an experiment, and its way into a link and back.

A field's name is the key of its widget and its name in the link. Nothing here needs TensorFlow
until `problem` is called, so that a page can show its controls at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, NamedTuple

import numpy as np

from eigfit.fit import DISTRIBUTIONS, fit, random_start
from eigfit.history import CONVENTIONS, Convention, Step
from eigfit.optimisers import OPTIMISERS, SWITCH, Optimiser, OptimiserRow, optimiser
from eigfit.problem import DTYPES, Problem
from eigfit.structures import STRUCTURES

# The published start of the 3×3 experiment.
PRINTED_START: Final = (0.12108588, 0.8856114, 0.00449729, 0.22199583, 0.8411281, 0.54751956)

# Past this a number says nothing about a matrix and only overflows.
LARGEST: Final = 1e6

# Characters of a link that are read for a list: room for the 78 numbers of a 12×12 start.
LONGEST_LIST: Final = 4000


class Choice(NamedTuple):
    """What a field may be: one of these."""

    options: tuple[str, ...]


class Range(NamedTuple):
    """What a field may be: a number between these, whole if they are."""

    low: float
    high: float


DOMAINS: Final[dict[str, Choice | Range]] = {
    "n": Range(2, 12),
    "structure": Choice(tuple(STRUCTURES)),
    "target": Range(-LARGEST, LARGEST),
    "distribution": Choice((*DISTRIBUTIONS, "explicit")),
    "seed": Range(0, 2**31 - 1),
    "low": Range(-1000.0, 1000.0),
    "high": Range(-1000.0, 1000.0),
    "start": Range(-LARGEST, LARGEST),
    "optimiser": Choice(tuple(OPTIMISERS)),
    "tolerance": Range(0.0, 1.0),
    "max_steps": Range(0, 200_000),
    "dtype": Choice(DTYPES),
    "steps_per_frame": Range(1, 2000),
    "k": Range(0, 11),
    "convention": Choice(CONVENTIONS),
    "log_x": Choice(("no", "yes")),
}


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

    Raises:
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

    def __post_init__(self) -> None:
        for name, domain in DOMAINS.items():
            value = getattr(self, name)
            for item in value if isinstance(value, tuple) else (value,):
                _check(name, item, domain)
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
        optimiser(self.optimiser, **dict(self.settings))

    @property
    def parameters(self) -> int:
        """p, how many numbers fill the matrix."""
        return STRUCTURES[self.structure].build(self.n).parameters

    @property
    def rule(self) -> Optimiser:
        """The optimiser with its settings."""
        return optimiser(self.optimiser, **dict(self.settings))

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

    def identity(self) -> Setup:
        """What makes it another run: everything but what may change while it runs or is shown."""
        kept = ("n", "structure", "target", "distribution", "seed", "low", "high", "start")
        same = {name: getattr(self, name) for name in (*kept, "optimiser", "dtype")}
        return Setup(**same)

    def changed(self, name: str, value: Any) -> Setup:
        """This experiment with one field or setting of the rule changed, and what hangs on it.

        Raises:
            ValueError: the value is outside of what it may be.
        """
        if name == "n":
            n, last = int(value), self.target[-1]
            target = (*self.target[:n], *(last,) * (n - len(self.target)))
            return replace(self._random(), n=n, target=target, k=min(self.k, n - 1))
        if name == "structure":
            return replace(self._random(), structure=value)
        if name == "distribution":
            explicit = value == "explicit"
            start = tuple(self.starting_point().tolist()) if explicit else ()
            return replace(self, distribution=value, start=start)
        if name == "optimiser":
            return replace(self, optimiser=value, settings=())
        if name in DOMAINS:
            return replace(self, **{name: value})
        settings = dict(optimiser(self.optimiser, **{**dict(self.settings), name: value}).settings)
        defaults = {row.name: row.default for row in OPTIMISERS[self.optimiser].settings}
        differing = [item for item in settings.items() if item[1] != defaults[item[0]]]
        return replace(self, settings=tuple(differing))

    def _random(self) -> Setup:
        """With a random start, as explicit numbers fit one structure of one size."""
        explicit = self.distribution == "explicit"
        return replace(self, distribution="uniform", start=()) if explicit else self

    def link(self) -> dict[str, str]:
        """What differs from the defaults, as the link's names and values."""
        default = replace(Setup(), n=self.n, target=default_target(self.n))
        link = {"n": str(self.n)} if self.n != Setup().n else {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name != "settings" and value != getattr(default, field.name):
                link[field.name] = _written(value)
        return link | {name: _written(value) for name, value in self.settings}

    @classmethod
    def from_link(cls, link: Mapping[str, str]) -> tuple[Setup, tuple[str, ...]]:
        """The nearest valid experiment a link asks for, and what of the link was ignored.

        Any mapping of strings gives a valid Setup; nothing is raised.
        """
        row = OPTIMISERS[link["optimiser"] if link.get("optimiser") in OPTIMISERS else "adam"]
        ignored: list[str] = []
        values: dict[str, Any] = {}
        settings: list[tuple[str, float | bool]] = []
        for name, text in link.items():
            try:
                if name in DOMAINS:
                    values[name] = _read(name, text)
                else:
                    settings.append((name, _read_setting(row, name, text)))
            except ValueError:
                ignored.append(name)
        setup = cls()
        # One field at a time, so that a wrong one costs only itself; n first, as others follow it.
        n = values.pop("n", setup.n)
        setup = replace(setup, n=n, target=default_target(n))
        together = [("distribution", "start"), ("low", "high")]
        groups = [{name: value} for name, value in values.items() if name not in sum(together, ())]
        groups += [{name: values[name] for name in pair if name in values} for pair in together]
        for group in sorted(groups, key=lambda group: "structure" not in group):
            try:
                setup = replace(setup, **group)
            except ValueError:
                ignored.extend(group)
        known = [setting.name for setting in row.settings]
        defaults = {setting.name: setting.default for setting in row.settings}
        settings = [item for item in settings if item[1] != defaults[item[0]]]
        ordered = tuple(sorted(settings, key=lambda item: known.index(item[0])))
        return replace(setup, settings=ordered), tuple(ignored)


def default_target(n: int) -> tuple[float, ...]:
    """All ones, the starting experiment's target."""
    return (1.0,) * n


def _check(name: str, value: Any, domain: Choice | Range) -> None:
    if isinstance(domain, Choice):
        if value not in domain.options:
            raise ValueError(f"{name} must be one of {', '.join(domain.options)}; got {value!r}")
        return
    whole = isinstance(domain.low, int)
    kind = int if whole else (int, float)
    if not (isinstance(value, kind) and domain.low <= value <= domain.high):
        number = "a whole number from" if whole else "from"
        raise ValueError(
            f"{name} must be {number} {domain.low:.10g} to {domain.high:.10g}; got {value!r}"
        )


def _read(name: str, text: str) -> Any:
    """The value of a field as a link writes it, moved into its range."""
    domain = DOMAINS[name]
    if isinstance(domain, Choice):
        _check(name, text, domain)
        return text
    if name in ("target", "start"):
        return tuple(_number(part, domain) for part in text[:LONGEST_LIST].split(","))
    return _number(text, domain)


def _number(text: str, domain: Range) -> float:
    value = float(text[:40])
    if math.isnan(value):
        raise ValueError("not a number")
    value = min(max(value, domain.low), domain.high)
    return round(value) if isinstance(domain.low, int) else value


def _read_setting(row: OptimiserRow, name: str, text: str) -> float | bool:
    found = [setting for setting in row.settings if setting.name == name]
    if not found:
        raise ValueError(f"no setting {name!r}")
    if found[0].domain is SWITCH:
        return {"true": True, "false": False}[text] if text in ("true", "false") else _fail(text)
    value = float(text[:40])
    return value if found[0].domain.holds(value) else _fail(text)


def _fail(text: str) -> Any:
    raise ValueError(f"cannot use {text[:40]!r}")


def _written(value: Any) -> str:
    """A value as a link writes it, short and exact."""
    if isinstance(value, tuple):
        return ",".join(_written(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
