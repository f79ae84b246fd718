"""What the data determine: rank, directions they cannot tell, covariance."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

# Singular values count from this share of the largest on: the Jacobian is known to some roundings,
# more of them where levels are close.
RANK_TOLERANCE: Final = 1e-8


class Determined(NamedTuple):
    """What m data say of p parameters, of which some are fixed at a bound."""

    rank: int
    singular_values: np.ndarray
    null_space: np.ndarray
    covariance: np.ndarray


def determined(
    jacobian: np.ndarray, pairs: np.ndarray, loss: np.ndarray, fixed: np.ndarray, known_errors: bool
) -> list[Determined]:
    """What the Jacobians [S, m, p] of the residuals say of the parameters, for S solutions.

    Args:
        jacobian: of (y − t)/σ.
        pairs: further conditions [S, q, p] whose residuals are 0.
        loss: Σ ((y − t)/σ)², shape [S].
        fixed: which parameters lie at a bound, [S, p].
        known_errors: whether σ was given; else the residuals tell the variance.
    """
    m = jacobian.shape[1]
    conditions = np.concatenate([jacobian, pairs], axis=1)
    found: dict[int, Determined] = {}
    kinds, kind = np.unique(fixed, axis=0, return_inverse=True)
    for number, at_bounds in enumerate(kinds):  # those with the same free parameters go together
        which = np.flatnonzero(kind == number)
        J = conditions[which][:, :, ~at_bounds]
        lengths = np.linalg.norm(J, axis=1)
        # What moves nothing keeps a unit of its own; what moves little is scaled up.
        least = RANK_TOLERANCE**2 * lengths.max(axis=-1, keepdims=True, initial=0.0)
        units = np.where(lengths > least, lengths, 1.0)
        # Of fewer conditions than parameters there are further vectors, which span the null space.
        _, values, vectors = np.linalg.svd(J / units[:, None], J.shape[1] < J.shape[2])
        for i, s, Vt, unit in zip(which.tolist(), values, vectors, units, strict=True):
            rank = int((s > RANK_TOLERANCE * s.max(initial=0.0)).sum())
            variance = 1.0 if known_errors else loss[i] / (m - rank) if m > rank else np.nan
            found[i] = _told(rank, s, Vt, unit, ~at_bounds, variance)
    return [found[i] for i in range(len(fixed))]


def _told(
    rank: int, s: np.ndarray, Vt: np.ndarray, units: np.ndarray, free: np.ndarray, variance: float
) -> Determined:
    """From the singular values and vectors by free parameters [f] to what holds of all [p]."""
    p, places = len(free), np.flatnonzero(free)
    null = np.zeros((p, len(places) - rank))
    null[places] = Vt[rank:].T / units[:, None]
    null /= np.linalg.norm(null, axis=0)
    covariance = np.zeros((p, p))
    inverse = (Vt[:rank].T / s[:rank]) / units[:, None]
    covariance[np.ix_(places, places)] = variance * (inverse @ inverse.T)
    loose = places[np.abs(Vt[rank:]).max(axis=0, initial=0.0) > RANK_TOLERANCE]
    covariance[loose, loose] = np.inf
    return Determined(rank, s, null, covariance)
