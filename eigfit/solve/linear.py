"""Whether standard errors hold: whether χ² rises by 1 where they say so."""

from __future__ import annotations

from typing import Final

import numpy as np

from eigfit.problem.joint import Joint
from eigfit.problem.problem import Problem
from eigfit.results.solutions import Solution
from eigfit.solve.residuals import residuals

# Errors are of first order. They hold where χ² rises by 1 at their distance, within this factor.
FACTOR: Final = 4.0
ROUNDING: Final = 1e-7  # of an axis beside the longest, each in units of the errors
ROUNDINGS: Final = 100  # of χ², from which its rise is told
# So many axes are looked at, those first that move parameters most beside their size: each costs
# two decompositions, and a fold is where an error is large.
MOST_AXES: Final = 8


def linear(problem: Problem | Joint, one: Solution) -> bool:
    """Whether χ² rises by about 1 at both ends of each axis of the errors' ellipsoid.

    At a fold, where levels turn, or where they meet, the data move with the square of a parameter:
    its error of first order is without end there, and that of χ² is not. Ends beyond the bounds are
    not looked at, nor is anything where the data leave a direction open.

    Args:
        problem: whose data have known errors.
        one: a minimum of χ².
    """
    r, loss, covariance = one.parameters, one.loss, one.covariance
    if not np.isfinite(covariance).all():
        return True
    errors = np.sqrt(np.diagonal(covariance))
    units = np.where(errors > 0, errors, 1.0)
    squares, axes = np.linalg.eigh(covariance / np.outer(units, units))
    lengths = np.sqrt(np.maximum(squares, 0.0))
    moves = (units[:, None] * axes * lengths).T[lengths > ROUNDING * lengths.max(initial=0.0)]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        shares = np.nan_to_num(np.abs(moves) / np.abs(r)).max(axis=-1, initial=0.0)
        moves = moves[np.argsort(-shares, kind="stable")[:MOST_AXES]]
        ends = r + np.concatenate([moves, -moves])
        ends = ends[(problem.bounds.inside(ends) == ends).all(axis=-1)]
        if not len(ends):
            return True
        rise = residuals(problem, ends).loss - loss
    rounding = ROUNDINGS * np.finfo(float).eps * loss
    return bool(((rise > 1 / FACTOR - rounding) & (rise < FACTOR + rounding)).all())
