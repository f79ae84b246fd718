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
    """
    start = np.asarray(start, problem.dtype)
    structure = problem.structure
    values, V = np.linalg.eigh(structure.filled(start))
    residuals = values - problem.target
    slopes = structure.slopes(start, V)  # ∂λ_i/∂r_k
    return Step(
        number=0,
        parameters=start,
        eigenvalues=values,
        loss=np.square(residuals).sum(axis=-1),
        gradient=2 * np.matmul(residuals[..., None, :], slopes)[..., 0, :],
        status=np.full(len(start), Status.running, object) if start.ndim == 2 else Status.running,
        matrix_of=structure.filled,
        vectors=V,
    )
