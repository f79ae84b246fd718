"""The step from which a fit sets out, by NumPy alone: there before TensorFlow is."""

from __future__ import annotations

import numpy as np

from eigfit.problem.problem import Problem
from eigfit.results.status import Status
from eigfit.results.step import Step


def first_step(problem: Problem, start: np.ndarray) -> Step:
    """Step 0 as `fit` gives it, to rounding and before it is judged.

    Args:
        problem: with every eigenvalue told as it is; with a target of [B, n] each start has its
            own.
        start: finite parameters, shape [p] or [B, p].

    Returns:
        A step whose start is running, from which no fit goes on.
    """
    start = np.asarray(start, problem.dtype)
    structure = problem.structure
    values, V = np.linalg.eigh(structure.filled(start))
    residuals = values - problem.target
    loss = np.square(residuals).sum(axis=-1)
    gradient = 2 * np.matmul(residuals[..., None, :], structure.slopes(start, V))[..., 0, :]
    single = start.ndim == 1
    return Step(
        number=0,
        parameters=start,
        eigenvalues=values,
        loss=float(loss) if single else loss,
        gradient=gradient.astype(problem.dtype),
        status=Status.running if single else np.full(len(start), Status.running, object),
        matrix_of=structure.filled,
    )
