"""Answers: the distinct solutions of a problem, what the data determine of each, the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from eigfit.results.verdict import Verdict


@dataclass(frozen=True)
class Solution:
    """One solution, or the best that was found.

    Attributes:
        parameters: r, shape [p].
        eigenvalues: the levels of each matrix, ascending; shape [n], or a tuple of them.
        residuals: (y − t)/σ, shape [m].
        loss: Σ ((y − t)/σ)², χ² where σ was given.
        count: how many starts ended there.
        iterations: the fewest that one of them took.
        equivalents: it, and what the symmetries of the problem make of it between its bounds, at
            most 4,096; shape [e, p].
        rank: how many directions of r the data determine.
        singular_values: of the Jacobian by the parameters that are not at a bound, its columns
            scaled to length 1, descending.
        null_space: directions that the data do not tell, unit columns, shape [p, p − rank], fewer
            where parameters lie at a bound.
        covariance: of r, shape [p, p]; from σ, or else from the residuals where there are more
            data than parameters. NaN where neither tells, infinite where the data do not
            determine a parameter, 0 for one at a bound.
        at_bounds: which parameters lie at an end; bool, shape [p].
        linear: whether the errors, which are of first order, hold: whether χ² rises by 1, within a
            factor of 4, at both ends of each axis of their ellipsoid. Where levels turn or meet it
            does not, and the errors mean nothing. True where it was not looked at: without σ, where
            the data leave a direction open, and where iterations ended before a minimum.
    """

    parameters: np.ndarray
    eigenvalues: np.ndarray | tuple[np.ndarray, ...]
    residuals: np.ndarray
    loss: float
    count: int
    iterations: int
    equivalents: np.ndarray
    rank: int
    singular_values: np.ndarray
    null_space: np.ndarray
    covariance: np.ndarray
    at_bounds: np.ndarray
    linear: bool = True

    @property
    def standard_errors(self) -> np.ndarray:
        """√ of the diagonal of the covariance, shape [p]."""
        return np.sqrt(np.diagonal(self.covariance))


@dataclass(frozen=True)
class Certificate:
    """What proves a verdict.

    Attributes:
        reason: a sentence; "" where nothing is proven.
        distance: no parameters bring the spectrum nearer to the target than this, in ‖λ − t‖; 0
            where nothing is proven.
        attained: whether the best that was found is that near.
    """

    reason: str = ""
    distance: float = 0.0
    attained: bool = False


@dataclass(frozen=True)
class Solutions(Sequence[Solution]):
    """Distinct solutions, best first, and what is known of all of them.

    Where no start reached the data, the one that came nearest is the only one.

    Attributes:
        found: the solutions.
        verdict: what came out.
        certificate: what proves it.
        reason: the sentence that says so, with numbers.
        starts: where they began, shape [B, p].
        ends: where they ended, shape [B, p].
        converged: which reached the data; bool, shape [B].
        iterations: of each, shape [B].
        most: how many solutions there can be at most, None where that is not known.
        names: of the parameters.
    """

    found: tuple[Solution, ...]
    verdict: Verdict
    certificate: Certificate
    reason: str
    starts: np.ndarray
    ends: np.ndarray
    converged: np.ndarray
    iterations: np.ndarray
    most: int | None
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.found)

    @overload
    def __getitem__(self, index: int) -> Solution: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Solution, ...]: ...
    def __getitem__(self, index: int | slice) -> Solution | tuple[Solution, ...]:
        return self.found[index]

    def __str__(self) -> str:
        return f"{self.verdict.value} {self.reason}".strip()
