"""What is known to be out of a structure's reach, whatever the start and the rule."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from eigfit.structures.structure import Structure

ROUNDING: Final = 1e-12  # of a sum, relative to the size of what is added


def out_of_reach(structure: Structure, target: Any, tolerance: float = 0.0) -> str:
    """Why no matrix of the structure has those eigenvalues, "" where nothing forbids it.

    Only what is proven is said, by the entries of the diagonal that no parameter moves: the
    eigenvalues add up to the trace, and where the whole diagonal is fixed they majorise it.

    Args:
        structure: of n×n matrices.
        target: the eigenvalues asked for, n numbers.
        tolerance: of the loss Σ (t − λ)²; what comes that near is within reach.

    Source: Horn and Johnson, Matrix Analysis (2nd ed. 2013), Theorem 4.3.45 (Schur).
    """
    if not structure.affine:
        return ""
    wanted = np.sort(np.asarray(target, float))[::-1]
    constant = structure.filled(np.zeros(structure.parameters))
    moves = structure.filled(np.eye(structure.parameters)) - constant
    if np.trace(moves, axis1=-2, axis2=-1).any():
        return ""
    diagonal = np.sort(np.real(np.diagonal(constant)))[::-1]
    # A sum of k numbers that is wrong by d costs a loss of at least d²/k; rounding is no proof.
    rounding = ROUNDING * (np.abs(diagonal).sum() + np.abs(wanted).sum())
    least = max(tolerance, rounding**2)
    trace, asked = float(np.real(np.trace(constant))), float(wanted.sum())
    if (trace - asked) ** 2 > least * len(wanted):
        return (
            f"Out of reach: such a matrix's eigenvalues always add up to {trace:.6g}, but the "
            f"targets to {asked:.6g}."
        )
    if np.diagonal(moves, axis1=-2, axis2=-1).any():
        return ""
    lacking = np.maximum(np.cumsum(diagonal) - np.cumsum(wanted), 0.0)
    (wrong,) = np.nonzero(lacking**2 > least * np.arange(1, len(wanted) + 1))
    if not len(wrong):
        return ""
    k = int(wrong[0]) + 1
    which = "largest eigenvalue is" if k == 1 else f"{k} largest eigenvalues add up to"
    return (
        f"Out of reach: with this diagonal the {which} at least {diagonal[:k].sum():.6g}, but "
        f"{wanted[:k].sum():.6g} is asked for."
    )
