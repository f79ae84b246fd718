"""The verdict on a problem, and the sentence that gives its reason."""

from __future__ import annotations

from math import factorial
from typing import Final

import numpy as np

from eigfit.problem.joint import Joint, parts_of
from eigfit.problem.problem import Problem
from eigfit.problem.reach import out_of_reach
from eigfit.results.solutions import Certificate, Solution
from eigfit.results.verdict import Verdict
from eigfit.solve.certificates import unreachable
from eigfit.solve.interlacing import not_interlaced
from eigfit.solve.iterations import ends, size
from eigfit.solve.options import Options

# Data with errors σ are met unless χ² is larger than chance leaves it in one of a thousand.
CHANCE: Final = 1e-3


def errors_known(problem: Problem | Joint) -> bool:
    """Whether the standard errors of all data were given."""
    return all(part.problem.sigma is not None for part in parts_of(problem))


def within_errors(problem: Problem | Joint, loss: np.ndarray) -> np.ndarray:
    """Which losses, as χ², are no larger than chance makes them; none where no σ was given."""
    if not errors_known(problem):
        return np.zeros(np.shape(loss), bool)
    from scipy.special import chdtrc  # 1 − the distribution function of χ²

    return np.isfinite(loss) & (chdtrc(max(freedom(problem), 1), loss) > CHANCE)


def freedom(problem: Problem | Joint) -> int:
    """How many more data than parameters that are free there are; below 0 where there are fewer."""
    m = sum(len(part.problem.data.target) for part in parts_of(problem))
    return m - int((problem.bounds.low < problem.bounds.high).sum())


def judged(
    problem: Problem | Joint,
    solutions: tuple[Solution, ...],
    reached: np.ndarray,
    options: Options,
) -> tuple[Verdict, Certificate, str]:
    """The verdict, its proof and its reason.

    Args:
        problem: what was to be solved.
        solutions: what was found, or the nearest.
        reached: which starts reached the data.
        options: how it was solved.
    """
    if reached.any():
        return Verdict.solved, Certificate(), _how_often(problem, solutions, reached)
    best = solutions[0]
    certificate = _certificate(problem, best.parameters, options)
    nothing = Verdict.stuck, Certificate(), f"The nearest is off by {np.sqrt(best.loss):.4g}."
    if certificate.distance == 0:
        return nothing
    if not errors_known(problem):
        return Verdict.unsolvable, certificate, certificate.reason
    # The proof is one of ‖λ − t‖; of χ² it speaks where all errors are one and the same.
    data = [part.problem.data for part in parts_of(problem)]
    errors = np.concatenate([one.sigma for one in data])
    plain = all(one.of == "eigenvalues" for one in data) and np.ptp(errors) == 0
    if plain and certificate.attained:
        return Verdict.global_minimum, certificate, certificate.reason
    least = (certificate.distance / errors.max()) ** 2
    if all(one.of == "eigenvalues" for one in data) and not within_errors(problem, least):
        return Verdict.unsolvable, certificate, certificate.reason
    return nothing


def _how_often(
    problem: Problem | Joint, solutions: tuple[Solution, ...], reached: np.ndarray
) -> str:
    most = most_solutions(problem)
    bound = f"; there are at most {most:,}" if most else ""
    s = "" if len(solutions) == 1 else "s"
    said = (
        f"{reached.sum():,} of {len(reached):,} starts reached the data, in "
        f"{len(solutions):,} distinct solution{s}{bound}."
    )
    told = min(solution.rank for solution in solutions)
    free = int((~solutions[0].at_bounds).sum())
    if told < free:
        said += f" They are not isolated: the data determine {told} of {free} directions."
    degrees = freedom(problem)
    if not errors_known(problem) or degrees <= 0:
        return said
    best = min(solution.loss for solution in solutions)
    return (
        f"{said} The data are met within their errors: χ² = {best:.4g} with {degrees} "
        f"degree{'s' * (degrees > 1)} of freedom."
    )


def most_solutions(problem: Problem | Joint) -> int | None:
    """How many solutions there can be at most, where that is known.

    Source: Alexander, "The additive inverse eigenvalue problem and topological degree" (1978): n!
    for A₀ + diag(r), all eigenvalues told.
    """
    parts = parts_of(problem)
    structure, data = parts[0].problem.structure, parts[0].problem.data
    if len(parts) > 1 or not structure.affine or not data.complete:
        return None
    n = structure.n
    if structure.parameters != n or n > 64:
        return None
    basis = structure.basis()
    diagonal = np.diagonal(basis, axis1=1, axis2=2)
    only = np.count_nonzero(basis) == np.count_nonzero(diagonal) == n
    return factorial(n) if only and np.linalg.matrix_rank(diagonal) == n else None


def _certificate(problem: Problem | Joint, best: np.ndarray, options: Options) -> Certificate:
    """The strongest proof that the data cannot be reached."""
    tolerance = options.tolerance * max(size(problem), 1e-300) * _largest_error(problem)
    polished = ends(problem, best[None], options._replace(max_iterations=500)).parameters[0]
    found = max(
        (
            unreachable(problem, best, polished, tolerance),
            not_interlaced(problem, tolerance),
        ),
        key=lambda certificate: certificate.distance,
    )
    if found.distance:
        for part in parts_of(problem):
            if part.problem.data.complete and part.problem.structure.affine:
                said = out_of_reach(part.problem.structure, part.problem.data.eigenvalues())
                if said:
                    return Certificate(f"{said} {found.reason}", found.distance, found.attained)
    return found


def _largest_error(problem: Problem | Joint) -> float:
    return max(float(part.problem.data.sigma.max()) for part in parts_of(problem))
