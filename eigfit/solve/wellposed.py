"""Whether a problem is well posed, asked before anything is solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from eigfit.checks import whole_number
from eigfit.problem.joint import Joint, parts_of
from eigfit.problem.problem import Problem
from eigfit.solve.determined import determined
from eigfit.solve.iterations import size
from eigfit.solve.options import checked_ranges
from eigfit.solve.residuals import residuals
from eigfit.solve.solve import random_starts
from eigfit.solve.verdicts import errors_known, forbidden, impossible, proven

ROUNDING: Final = 1e-10  # a share of the target within which nothing counts as out of reach


@dataclass(frozen=True)
class WellPosed:
    """What is known of a problem before it is solved; made by `well_posed`.

    Attributes:
        data: how many numbers are told.
        conditions: how many equations these are: a level that is told k times in one matrix makes
            further ones, as its eigenvectors turn freely.
        parameters: how many numbers are sought.
        fixed: how many of these the bounds fix.
        rank: how many directions of the parameters the data tell at random points.
        singular_values: of the Jacobian there, its columns scaled to length 1.
        null_space: directions that the data do not tell there, unit columns [p, p − fixed − rank].
        sizes: by how much a unit of each parameter moves the data there, in σ; shape [p].
        sizes_of_data: ‖y/σ‖ at the random points beside ‖t/σ‖.
        impossible: the sentence that proves that no parameters have the data; "" where none does.
    """

    data: int
    conditions: int
    parameters: int
    fixed: int
    rank: int
    singular_values: np.ndarray
    null_space: np.ndarray
    sizes: np.ndarray
    sizes_of_data: tuple[float, float]
    impossible: str


def well_posed(
    problem: Problem | Joint, *, low: Any = None, high: Any = None, seed: int = 0, points: int = 8
) -> WellPosed:
    """Whether the data can tell the parameters, and whether anything forbids them.

    Args:
        problem: a `Problem`, or several from `joint`.
        low: lower ends of the random points, as `solve` takes them.
        high: upper ends.
        seed: of the first point.
        points: how many points are looked at; the one with the highest rank counts.

    Raises:
        ValueError: an end is not finite, or there are fewer points than one.
    """
    p = problem.parameters
    whole_number("points", points, 1)
    bounds = problem.bounds
    r = bounds.inside(random_starts(seed, points, *checked_ranges(problem, low, high)))
    at = residuals(problem, r)
    fixed = bounds.low == bounds.high
    finite = np.isfinite(at.jacobian).all(axis=(1, 2))
    if not finite.any():
        raise ValueError(
            "the matrix is finite at none of the random points; give low and high within which it "
            "is"
        )
    told = determined(
        at.jacobian[finite], at.pairs[finite], at.loss[finite],
        np.broadcast_to(fixed, (int(finite.sum()), p)), True,
    )  # fmt: skip
    best = max(told, key=lambda one: (one.rank, one.singular_values.min(initial=0.0)))
    lengths = np.linalg.norm(at.jacobian, axis=1)
    errors = np.concatenate([part.problem.data.sigma for part in parts_of(problem)])
    targets = np.concatenate([part.problem.data.target for part in parts_of(problem)])
    values = np.linalg.norm(at.residuals + targets / errors, axis=-1)
    return WellPosed(
        at.residuals.shape[1], at.residuals.shape[1] + at.pairs.shape[1], p, int(fixed.sum()),
        best.rank, best.singular_values, best.null_space, np.median(lengths, axis=0),
        (float(np.median(values)), size(problem)), _impossible(problem, r[0]),
    )  # fmt: skip


def _impossible(problem: Problem | Joint, r: np.ndarray) -> str:
    """What proves that no parameters have the data, looked for from one point [p] on."""
    largest = max(float(part.problem.data.sigma.max()) for part in parts_of(problem))
    tolerance = ROUNDING * size(problem) * largest
    # A small contradiction may lie within errors that are known.
    if not errors_known(problem) and (said := forbidden(problem, tolerance**2)):
        return said
    certificate = proven(problem, [r], tolerance)
    return certificate.reason if impossible(problem, certificate) else ""
