"""What was measured of a spectrum: which levels, in which form, how accurately."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np

from eigfit.checks import real_array, whole_of

OF: Final = ("eigenvalues", "differences", "frequencies")
# Targets count as equal within this share of the largest.
EQUAL: Final = 1e-12
# Frequencies are known to the root of a rounding of the largest.
ZERO: Final = 1e-7
LEAST: Final = 1e-30
MATCHES: Final = ("all", "lowest", "nearest")


class Reading(NamedTuple):
    """Data beside the levels they were compared with; any leading axes."""

    residuals: np.ndarray  # [..., m], (y − t) / σ
    levels: np.ndarray  # [..., m], which level each datum is
    slopes: np.ndarray  # [..., m], d residual / d that level


@dataclass(frozen=True, eq=False)
class Data:
    """Measured levels; made by `measured`.

    Attributes:
        target: the m numbers t, shape [m].
        of: `"eigenvalues"`, y = λ; `"differences"`, y = λ − λ₀, from the lowest level;
            `"frequencies"`, y = √λ / 2π.
        match: which level each number is: `"all"` of them in order; the `"lowest"` in order; the
            `"nearest"`, by the assignment of least Σ ((y − t)/σ)²; or the m indices.
        sigma: standard errors of the numbers, shape [m].
    """

    target: np.ndarray
    of: str
    match: str | tuple[int, ...]
    sigma: np.ndarray

    @property
    def complete(self) -> bool:
        """Whether every eigenvalue is told, each in its place."""
        return self.match == "all" and self.of != "differences"

    @property
    def from_ground(self) -> bool:
        """Whether each datum depends on the lowest level too, with the opposite slope."""
        return self.of == "differences"

    @property
    def highest(self) -> int | None:
        """The highest level that is looked at, None where it is not known before."""
        if isinstance(self.match, tuple):
            return max(self.match)
        return None if self.match == "nearest" else len(self.target) - 1 + self.from_ground

    @cached_property
    def doublets(self) -> tuple[np.ndarray, np.ndarray]:
        """Which pairs of data are equal, to rounding: the first and the second of each pair."""
        t = self.target
        equal = np.abs(t[:, None] - t) <= EQUAL * np.abs(t).max()
        first, second = np.nonzero(np.triu(equal, 1))
        return first, second

    def read(self, values: np.ndarray) -> Reading:
        """The data beside the ascending levels [..., n]."""
        if self.complete and self.of == "eigenvalues":
            residuals = (values - self.target) / self.sigma
            return Reading(residuals, self._all, np.broadcast_to(1 / self.sigma, values.shape))
        y, dy = self._forms(values)
        levels = self._levels(y)
        residuals = (np.take_along_axis(y, levels, axis=-1) - self.target) / self.sigma
        return Reading(residuals, levels, np.take_along_axis(dy, levels, axis=-1) / self.sigma)

    def eigenvalues(self) -> np.ndarray:
        """The target as eigenvalues, differences counted from 0; shape [m]."""
        if self.of != "frequencies":
            return self.target
        return (2 * np.pi * self.target) ** 2

    @property
    def _all(self) -> np.ndarray:
        return np.arange(len(self.target))

    def _forms(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What would be measured of each level, and its slope; an unstable level's as −√−λ / 2π."""
        if self.of == "eigenvalues":
            return values, np.ones_like(values)
        if self.of == "differences":
            return values - values[..., :1], np.ones_like(values)
        y = np.sign(values) * np.sqrt(np.abs(values)) / (2 * np.pi)
        # dy/dλ = 1 / 8π²y; a level nearer to 0 than it is known is taken as far away as that.
        least = ZERO * np.abs(y).max(axis=-1, keepdims=True) + LEAST
        return y, 1 / (8 * np.pi**2 * np.maximum(np.abs(y), least))

    def _levels(self, y: np.ndarray) -> np.ndarray:
        shape = (*y.shape[:-1], len(self.target))
        if isinstance(self.match, tuple):
            return np.broadcast_to(np.array(self.match), shape)
        first = int(self.from_ground)
        if self.match != "nearest":
            return np.broadcast_to(np.arange(first, first + shape[-1]), shape)
        members = y[..., first:].reshape(-1, y.shape[-1] - first)
        return np.reshape([first + self._nearest(member) for member in members], shape)

    def _nearest(self, y: np.ndarray) -> np.ndarray:
        """The level of each datum, none twice, in the assignment of least Σ ((y − t)/σ)²."""
        from scipy.optimize import linear_sum_assignment  # `import eigfit` stays light

        costs = ((y - self.target[:, None]) / self.sigma[:, None]) ** 2
        if not np.isfinite(costs).all():
            return np.arange(len(self.target))
        return linear_sum_assignment(costs)[1]


def measured(target: Any, of: str, match: Any, sigma: Any, n: int) -> Data:
    """Data of an n×n matrix, or an error that says what is wrong with them.

    Raises:
        TypeError: numbers are none.
        ValueError: there are more or fewer than `match` says, they are not finite, a standard error
            is not above 0, or a name is unknown.
    """
    if of not in OF:
        raise ValueError(f"of must be one of {', '.join(OF)}; got {of!r}")
    target = real_array("target", target)
    levels = n - (of == "differences")
    match = _checked_match(match, target, of, n)
    most = f"the matrix is {n}×{n}" + f", which has {levels} differences" * (levels < n)
    if target.ndim != 1 or not 0 < len(target) <= levels:
        raise ValueError(
            f"target must be a list of 1 to {levels} numbers, as {most}; got shape "
            f"{list(target.shape)}"
        )
    if match == "all" and len(target) != levels:
        raise ValueError(
            f'target has {len(target)} values but {most}; give {levels}, or match="lowest" or '
            '"nearest" where not all are known'
        )
    if not np.isfinite(target).all():
        raise ValueError(f"target must be finite, but holds {target[~np.isfinite(target)][0]}")
    if of == "frequencies" and (target < 0).any():
        raise ValueError(f"a frequency must be 0 or above; got {target.min()}")
    errors = np.ones(len(target)) if sigma is None else real_array("sigma", sigma)
    if errors.shape not in ((), target.shape):
        raise ValueError(
            f"sigma must be one number, or one for each of the {len(target)} values; got shape "
            f"{list(errors.shape)}"
        )
    if not (np.isfinite(errors) & (errors > 0)).all():
        raise ValueError(f"sigma must be above 0 and finite; got {errors.min()}")
    errors = np.broadcast_to(errors, target.shape)
    if not isinstance(match, tuple):
        order = np.argsort(target, kind="stable")
        target, errors = target[order], errors[order]
    return Data(target, of, match, errors.copy())


def _checked_match(match: Any, target: np.ndarray, of: str, n: int) -> str | tuple[int, ...]:
    if isinstance(match, str):
        if match not in MATCHES:
            raise ValueError(
                f"match must be one of {', '.join(MATCHES)}, or the number of each level; got "
                f"{match!r}"
            )
        return match
    first = int(of == "differences")
    try:
        levels = tuple(whole_of("a level in match", k, f"{first} to {n - 1}") for k in match)
    except TypeError as error:
        raise TypeError(f"match must be a name or a list of level numbers: {error}") from None
    if len(levels) != target.size:
        raise ValueError(f"match names {len(levels)} levels for {target.size} targets")
    if len(set(levels)) < len(levels) or min(levels) < first or max(levels) >= n:
        raise ValueError(
            f"match must number different levels, {first} to {n - 1}; got {list(levels)}"
        )
    return levels
