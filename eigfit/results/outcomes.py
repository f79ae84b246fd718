"""How many starts end: collected step by step, in memory that does not grow with the steps."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from eigfit.results.status import Status
from eigfit.results.step import Step

# Matrices are one solution when their entries agree to this share of the largest, and as many times
# the root of the tolerance, as the loss is a squared distance.
SAME_SHARE: Final = 1e-3
TOLERANCE_ROOTS: Final = 3
# With a looser tolerance, ends of different solutions cannot be told apart.
LOOSEST_TOLERANCE: Final = 1e-4
ROUNDINGS: Final = 4  # of the largest target, that an eigenvalue may be off by at its target


class Outcomes:
    """The ends of `count` starts, run in one batch or in several, in any order.

    Attributes:
        ended: the step at which each start ended, −1 where it has not; shape [count].
        statuses: a `Status` for each start, object array [count].
        losses: the latest loss of each start, NaN before its first; shape [count].
        errors: the latest largest |λ − t| of each start, NaN before its first; shape [count].
    """

    def __init__(self, count: int, target: tuple[float, ...]) -> None:
        self.ended = np.full(count, -1)
        self.statuses = np.full(count, Status.running, dtype=object)
        self.losses = np.full(count, np.nan)
        self.errors = np.full(count, np.nan)
        self._target = target

    def take(self, first: int, ended: np.ndarray, step: Step) -> None:
        """Take in how far a batch has come.

        Args:
            first: the number of its first start.
            ended: the step at which each of its starts ended, −1 where it has not; shape [B].
            step: its latest.
        """
        batch = slice(first, first + len(ended))
        self.ended[batch] = ended
        self.statuses[batch] = step.status
        self.losses[batch] = step.loss
        self.errors[batch] = largest_error(step.eigenvalues, self._target)

    @property
    def final(self) -> bool:
        """Whether every start has ended."""
        return bool((self.ended >= 0).all())

    @property
    def converged(self) -> np.ndarray:
        """Which starts have converged; bool, shape [count]."""
        return self.statuses == Status.converged

    def steps_to_tolerance(self) -> np.ndarray:
        """Steps of the starts that have converged, ascending."""
        return np.sort(self.ended[self.converged])


def largest_error(eigenvalues: np.ndarray, target: Any) -> Any:
    """Largest |λ − t| of a spectrum, shape [...].

    Args:
        eigenvalues: ascending, shape [..., n].
        target: in any order, shape [n] or [..., n].
    """
    return np.abs(eigenvalues - np.sort(target, axis=-1)).max(axis=-1)


def at_target(eigenvalues: np.ndarray, target: Any, tolerance: float) -> np.ndarray:
    """Which eigenvalues have come to their targets, bool, shape [n].

    Their own shares of the loss are within its tolerance, or they are off by no more than rounding.

    Args:
        eigenvalues: ascending, shape [n].
        target: in any order, shape [n].
        tolerance: of the loss.
    """
    ordered = np.sort(target)
    rounding = ROUNDINGS * np.finfo(float).eps * np.abs(ordered).max()
    return (ordered - eigenvalues) ** 2 <= max(tolerance, rounding**2)


def solutions(matrices: np.ndarray, converged: np.ndarray, tolerance: float) -> np.ndarray:
    """Which solution each start reached, numbered from 1 as they appear, 0 for none.

    Args:
        matrices: the last matrix of each start, shape [B, n, n].
        converged: which starts have converged, shape [B].
        tolerance: of the loss at which they were accepted.

    Returns:
        Whole numbers, shape [B]; all 0 for a tolerance above 1e-4. Matrices that differ by signs
        alone, B = S A S for a diagonal S of ±1, are one solution.
    """
    numbers = np.zeros(len(matrices), dtype=int)
    found: list[np.ndarray] = []
    if tolerance > LOOSEST_TOLERANCE:
        return numbers
    for i in np.flatnonzero(converged):
        known = (same_solution(A, matrices[i], tolerance) for A in found)
        numbers[i] = next((k for k, same in enumerate(known, 1) if same), 0)
        if not numbers[i]:
            found.append(matrices[i])
            numbers[i] = len(found)
    return numbers


def distinct(arrays: np.ndarray, tolerance: float) -> int:
    """How many of the arrays differ, matrices or spectra of the last steps of several starts.

    Two are the same where all their numbers agree as those of one solution must, to 0.1 % of the
    largest and three times the root of the tolerance; signs and order count.

    Args:
        arrays: shape [B, ...].
        tolerance: of the loss at which they are accepted, or would be.
    """
    found: list[np.ndarray] = []
    for array in arrays:
        if not any(_agree(array, other, tolerance) for other in found):
            found.append(array)
    return len(found)


def _agree(one: np.ndarray, other: np.ndarray, tolerance: float) -> bool:
    return bool(np.abs(one - other).max() <= _nearness(one, tolerance))


def _nearness(array: np.ndarray, tolerance: float) -> float:
    return SAME_SHARE * np.abs(array).max() + TOLERANCE_ROOTS * np.sqrt(tolerance)


def same_solution(A: np.ndarray, B: np.ndarray, tolerance: float) -> bool:
    """Whether B = S A S for a diagonal S of signs, which leaves the eigenvalues alone.

    Args:
        A: a symmetric matrix [n, n].
        B: another of the same size.
        tolerance: of the loss at which both were accepted.
    """
    near = _nearness(A, tolerance)
    if np.abs(np.abs(A) - np.abs(B)).max() > near:
        return False
    # Each entry that is not small fixes the product of two signs; follow them row by row.
    signs = np.zeros(len(A))
    for root in range(len(A)):
        if signs[root]:
            continue
        signs[root], waiting = 1, [root]
        while waiting:
            i = waiting.pop()
            for j in np.flatnonzero((np.abs(A[i]) > near) & (signs == 0)):
                signs[j] = signs[i] * np.sign(A[i, j] * B[i, j])
                waiting.append(int(j))
    return bool(np.abs(signs[:, None] * A * signs - B).max() <= 2 * near)
