"""Whether standard errors hold: whether χ² rises by 1 where they say so."""

from __future__ import annotations

from typing import Final

import numpy as np

from eigfit.problem.joint import Joint
from eigfit.problem.problem import Problem
from eigfit.solve.residuals import residuals

# Errors are of first order. They hold where χ² rises by 1 at their distance, within this factor.
FACTOR: Final = 4.0
ROUNDING: Final = 1e-7  # of an axis beside the longest, each in units of the errors


def linear(problem: Problem | Joint, r: np.ndarray, loss: float, covariance: np.ndarray) -> bool:
    """Whether χ² rises by about 1 at both ends of each axis of the errors' ellipsoid.

    At a fold, where levels turn, or where they meet, the data move with the square of a parameter:
    its error of first order is without end there, and that of χ² is not.

    Args:
        problem: whose data have known errors.
        r: parameters of the solution, [p].
        loss: χ² there.
        covariance: of the parameters, [p, p]; those with an infinite one are left out.
    """
    told = np.isfinite(np.diagonal(covariance))
    finite = np.where(told[:, None] & told, covariance, 0.0)
    errors = np.sqrt(np.diagonal(finite))
    units = np.where(errors > 0, errors, 1.0)
    squares, axes = np.linalg.eigh(finite / np.outer(units, units))
    lengths = np.sqrt(np.maximum(squares, 0.0))
    moves = (units[:, None] * axes * lengths).T[lengths > ROUNDING * lengths.max(initial=0.0)]
    if not len(moves):
        return True
    with np.errstate(invalid="ignore", over="ignore"):
        rise = residuals(problem, r + np.concatenate([moves, -moves])).loss - loss
    return bool(((rise > 1 / FACTOR) & (rise < FACTOR)).all())
