"""Several problems that share parameters: one matrix at several fields, k-points, or cut down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from eigfit.checks import whole_of
from eigfit.problem.bounds import Bounds, checked_bounds
from eigfit.problem.problem import Problem


class Part(NamedTuple):
    """One problem of several."""

    problem: Problem
    places: np.ndarray  # which of all parameters are its own, in its order; ints [its p]


@dataclass(frozen=True, eq=False)
class Joint:
    """Problems that share parameters; made by `joint`.

    Attributes:
        parts: the problems, each with the places of its parameters among all.
        names: of all p parameters.
        bounds: of all p parameters, arrays (low, high) [p].
    """

    parts: tuple[Part, ...]
    names: tuple[str, ...]
    bounds: Bounds

    @property
    def parameters(self) -> int:
        """How many numbers r has."""
        return len(self.names)


def joint(
    problems: Sequence[Problem],
    parameters: Sequence[Sequence[int]] | None = None,
    *,
    bounds: tuple[Any, Any] | None = None,
) -> Joint:
    """One problem of several matrices, each with its own data; the loss is the sum of theirs.

    Args:
        problems: each a `Problem`.
        parameters: for each, which of all parameters fill its matrix, counted from 0, in the order
            of its own; unless given, all share all.
        bounds: (low, high) for all parameters; unless given, what the problems' own leave.

    Raises:
        TypeError: one is no problem, or a place no whole number.
        ValueError: the numbers of parameters do not fit, or a parameter is in none.
    """
    problems = tuple(problems)
    for problem in problems:
        if not isinstance(problem, Problem):
            raise TypeError(f"problems must be eigfit.Problem each; got {type(problem).__name__}")
    if not problems:
        raise ValueError("problems must hold at least one problem; got none")
    own = [problem.structure.parameters for problem in problems]
    if parameters is None:
        if len(set(own)) > 1:
            raise ValueError(
                f"the problems have {own} parameters; say in `parameters` which of all each takes"
            )
        parameters = [range(own[0])] * len(own)
    if len(parameters) != len(problems):
        raise ValueError(
            f"parameters must have a list for each of the {len(problems)} problems; got "
            f"{len(parameters)}"
        )
    places = [
        _checked_places(which, p, i)
        for i, (which, p) in enumerate(zip(parameters, own, strict=True))
    ]
    p = 1 + max(int(which.max()) for which in places)
    missing = sorted(set(range(p)) - set(np.concatenate(places).tolist()))
    if missing:
        raise ValueError(f"parameter {missing[0]} is in none of the problems; number them 0, 1, …")
    names = [""] * p
    low, high = np.full(p, -np.inf), np.full(p, np.inf)
    for problem, which in zip(problems, places, strict=True):
        low[which] = np.maximum(low[which], problem.bounds.low)
        high[which] = np.minimum(high[which], problem.bounds.high)
        for k, name in zip(which, problem.names, strict=True):
            names[k] = names[k] or name
    if len(set(names)) < p:
        names = [f"r{k}" for k in range(p)]
    joined = checked_bounds(bounds if bounds is not None else (low, high), p)
    return Joint(tuple(map(Part, problems, places)), tuple(names), joined)


def parts_of(problem: Problem | Joint) -> tuple[Part, ...]:
    """The problems that are solved together, one if it is a single one."""
    if isinstance(problem, Joint):
        return problem.parts
    return (Part(problem, np.arange(problem.structure.parameters)),)


def _checked_places(which: Sequence[int], p: int, number: int) -> np.ndarray:
    places = np.array([whole_of("a place of a parameter", k, "0 or above") for k in which])
    if len(places) != p or len(set(places.tolist())) < p or (places < 0).any():
        raise ValueError(
            f"problem {number} has {p} parameters, so it takes {p} different places, 0 or above; "
            f"got {list(which)}"
        )
    return places
