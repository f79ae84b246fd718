"""The steps: Gauss–Newton's, lift-and-project, and what lies between; a rule is a row of `RULES`.

All of them solve (JᵀJ + μ D) d = −Jᵀρ. With A affine in r and B_jk = ⟨A_j, A_k⟩, the loss is the
squared distance of A(r) to the matrices with the target's spectrum, so for every d

    L(r + d) ≤ L + 2 dᵀJᵀρ + dᵀB d,

and D = B − JᵀJ leads from Gauss–Newton at μ = 0 to lift-and-project at μ = 1, which always
descends. Elsewhere D is Marquardt's diagonal.

Source: Hoffman and Wielandt, "The variation of the spectrum of a normal matrix" (1953), Theorem 1;
Chen and Chu, "On the least squares solution of inverse eigenvalue problems" (1996), section 3;
Moré, "The Levenberg–Marquardt algorithm: implementation and theory" (1978).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from eigfit.problem.joint import Joint, parts_of
from eigfit.problem.problem import Problem

# A ridge on the unit diagonal of the scaled equations: of many steps it leaves the shortest.
RIDGE: Final = 1e-14
STEADY: Final = 1e-10


class Rule(NamedTuple):
    """How a step is damped: with the majorant or Marquardt's diagonal, from μ on, fixed or not."""

    title: str
    majorised: bool
    mu: float
    adaptive: bool


RULES: Final[dict[str, Rule]] = {
    "majorised": Rule("From Gauss–Newton to lift-and-project, as steps succeed", True, 1e-2, True),
    "levenberg_marquardt": Rule("Levenberg–Marquardt", False, 1e-2, True),
    "gauss_newton": Rule("Gauss–Newton, undamped", False, 0.0, False),
    "lift_and_project": Rule("Lift-and-project, which always descends", True, 1.0, False),
}


def majorant(problem: Problem | Joint, p: int) -> np.ndarray | None:
    """B [p, p]; None unless all eigenvalues of each matrix are told, one as well as the other."""
    B = np.zeros((p, p))
    for part in parts_of(problem):
        structure, data = part.problem.structure, part.problem.data
        whole = structure.affine and data.complete and data.of == "eigenvalues"
        if not whole or np.ptp(data.sigma) > 0:
            return None
        weight = 1 / data.sigma[0] ** 2
        B[np.ix_(part.places, part.places)] += weight * structure.gram()
    return B


def steps(
    normal: np.ndarray, gradient: np.ndarray, damping: np.ndarray, mu: np.ndarray, free: np.ndarray
) -> np.ndarray:
    """D [S, p] of (N + μ D) d = −g, in which parameters that are not free stand still.

    The equations are scaled to a unit diagonal, so that parameters of any size live together; where
    they do not determine d, it is the shortest in that scale.

    Args:
        normal: N = JᵀJ, shape [S, p, p].
        gradient: g = Jᵀρ, shape [S, p].
        damping: D, shape [S, p, p].
        mu: shape [S].
        free: bool, shape [S, p].
    """
    M = mu[:, None, None] * damping
    M += normal
    diagonal = np.einsum("skk->sk", M)
    scale = np.where(free & (diagonal > 0), 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1)), 0)
    M *= scale[:, :, None]
    M *= scale[:, None, :]
    np.einsum("skk->sk", M)[...] = 1 + RIDGE
    right = (scale * gradient)[..., None]
    try:
        return -scale * np.linalg.solve(M, right)[..., 0]
    except np.linalg.LinAlgError:  # of one member, for all of them: exactly singular after rounding
        return -scale * np.linalg.solve(M + STEADY * np.eye(M.shape[-1]), right)[..., 0]
