"""A proof by Cauchy's interlacing: what the entries that no parameter moves leave possible."""

from __future__ import annotations

from typing import Final

import numpy as np

from eigfit.problem.joint import Joint, parts_of
from eigfit.problem.problem import Problem
from eigfit.results.solutions import Certificate

LARGEST: Final = 2**22  # numbers in the basis matrices that are looked through


def not_interlaced(problem: Problem | Joint, tolerance: float) -> Certificate:
    """What proves that no parameters have the data, by matrices whose corner is fixed.

    The k eigenvalues f of a fixed principal submatrix bound those of the whole: λ_i ≤ f_i ≤
    λ_{i+n−k}, whatever the parameters.

    Source: Horn and Johnson, Matrix Analysis (2nd ed. 2013), Theorem 4.3.28.
    """
    found = Certificate()
    for part in parts_of(problem):
        structure, data = part.problem.structure, part.problem.data
        n = structure.n
        if not structure.affine or not data.complete or n**2 * len(part.places) > LARGEST:
            continue
        t = np.sort(data.eigenvalues())
        constant = structure.filled(np.zeros(len(part.places)))
        for rows in fixed_blocks(np.abs(structure.basis()).max(axis=0) == 0):
            f = np.linalg.eigvalsh(constant[np.ix_(rows, rows)])
            k = len(rows)
            above, below = t[:k] - f, f - t[n - k :]
            worst = float(max(above.max(), below.max()))
            rounding = 1e-12 * n * max(np.abs(f).max(), np.abs(t).max())
            if worst - rounding <= max(tolerance, found.distance):
                continue
            upper = above.max() >= below.max()
            i = int(np.argmax(above if upper else below))
            level, side = (i, "at most") if upper else (i + n - k, "at least")
            found = Certificate(
                f"The entries in rows and columns {', '.join(map(str, rows))} are fixed, so that "
                f"eigenvalue {level} is {side} {f[i]:.6g}, but {t[level]:.6g} is asked for.",
                worst - rounding,
            )
    return found


def fixed_blocks(fixed: np.ndarray) -> list[list[int]]:
    """Largest sets of rows whose entries among each other are all fixed, one from each row on."""
    found = []
    for first in np.flatnonzero(np.diagonal(fixed)):
        rows = [int(first)]
        for row in np.flatnonzero(np.diagonal(fixed)):
            if row != first and fixed[row, rows].all():
                rows.append(int(row))
        if sorted(rows) not in found:
            found.append(sorted(rows))
    return found
