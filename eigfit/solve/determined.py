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
    jacobian: np.ndarray, pairs: np.ndarray, loss: float, fixed: np.ndarray, known_errors: bool
) -> Determined:
    """What the Jacobian [m, p] of the residuals says of the parameters.

    Args:
        jacobian: of (y − t)/σ.
        pairs: further conditions [q, p] whose residuals are 0.
        loss: Σ ((y − t)/σ)².
        fixed: which parameters lie at a bound, [p].
        known_errors: whether σ was given; else the residuals tell the variance.
    """
    m, p = jacobian.shape
    free = np.flatnonzero(~fixed)
    J = np.concatenate([jacobian, pairs])[:, free]
    lengths = np.linalg.norm(J, axis=0)
    # A parameter that moves nothing keeps a unit of its own; one that moves little is scaled up.
    units = np.where(lengths > RANK_TOLERANCE**2 * lengths.max(initial=0.0), lengths, 1.0)
    _, s, Vt = np.linalg.svd(J / units)
    rank = int((s > RANK_TOLERANCE * s.max(initial=0.0)).sum())
    null = np.zeros((p, len(free) - rank))
    null[free] = Vt[rank:].T / units[:, None]
    null /= np.linalg.norm(null, axis=0)
    covariance = np.zeros((p, p))
    inverse = (Vt[:rank].T / s[:rank]) / units[:, None]
    variance = 1.0 if known_errors else loss / (m - rank) if m > rank else np.nan
    covariance[np.ix_(free, free)] = variance * (inverse @ inverse.T)
    loose = np.zeros(p, bool)
    loose[free] = np.abs(Vt[rank:]).max(axis=0, initial=0.0) > RANK_TOLERANCE
    covariance[loose, loose] = np.inf
    return Determined(rank, s[: min(m + len(pairs), p)], null, covariance)
