"""From where many starts ended to answers: distinct solutions, what is determined, the verdict."""

from __future__ import annotations

from math import factorial
from typing import Final

import numpy as np

from eigfit.problem.joint import Joint, parts_of
from eigfit.problem.problem import Problem
from eigfit.problem.reach import out_of_reach
from eigfit.results.solutions import Certificate, Solution, Solutions
from eigfit.results.status import Status
from eigfit.results.verdict import Verdict
from eigfit.solve.certificates import unreachable
from eigfit.solve.determined import determined
from eigfit.solve.distinct import groups
from eigfit.solve.interlacing import not_interlaced
from eigfit.solve.iterations import Ends, ends, size
from eigfit.solve.options import Options
from eigfit.solve.residuals import residuals
from eigfit.solve.symmetries import sign_symmetries

# Data with errors σ are met unless χ² is larger than chance leaves it in one of a thousand.
CHANCE: Final = 1e-3
# More solutions than this are counted, not told one by one.
MOST_TOLD: Final = 10_000


def answers(
    problem: Problem | Joint, began: np.ndarray, found: Ends, options: Options
) -> Solutions:
    """What B starts [B, p] and their ends come to."""
    p = problem.parameters
    converged = found.status == Status.converged
    finite = np.isfinite(found.loss)
    order = np.argsort(np.where(finite, found.loss, np.inf), kind="stable")
    signs = sign_symmetries(problem, p)
    if converged.any():
        order = order[converged[order]]
        # Of one solution the start that needed the fewest iterations stands for it.
        order = order[np.argsort(found.iterations[order], kind="stable")]
    alike = groups(found.parameters, order, signs, _units(problem, found.parameters[order[0]]))[
        :MOST_TOLD
    ]
    if not converged.any():
        alike = alike[:1]
    solutions = tuple(_solution(problem, found, group, signs) for group in alike)
    solutions = (
        tuple(sorted(solutions, key=lambda solution: -solution.count))
        if converged.any()
        else solutions
    )
    verdict, certificate, reason = _judged(problem, solutions, converged, options)
    return Solutions(
        solutions, verdict, certificate, reason, began, found.parameters, converged,
        found.iterations, most_solutions(problem), problem.names,
    )  # fmt: skip


def _units(problem: Problem | Joint, r: np.ndarray) -> np.ndarray:
    """How far each parameter moves the data by their own size, its value where it moves none."""
    lengths = np.linalg.norm(residuals(problem, r[None]).jacobian[0], axis=0)
    return np.where(lengths > 0, size(problem) / np.where(lengths > 0, lengths, 1), np.abs(r) + 1)


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


def _solution(
    problem: Problem | Joint, found: Ends, group: np.ndarray, signs: np.ndarray
) -> Solution:
    best = group[np.argmin(found.loss[group])]
    r = found.parameters[best]
    at = residuals(problem, r[None])
    low, high = problem.bounds
    at_bounds = (r <= low) | (r >= high)
    known = all(part.problem.sigma is not None for part in parts_of(problem))
    told = determined(at.jacobian[0], at.pairs[0], float(at.loss[0]), at_bounds, known)
    levels = tuple(values[0] for values in at.values)
    images = np.unique(signs * r + 0.0, axis=0)
    images = images[((images >= low) & (images <= high)).all(axis=1)]
    return Solution(
        r, levels[0] if len(levels) == 1 else levels, at.residuals[0], float(at.loss[0]),
        len(group), int(found.iterations[group].min()), images, *told, at_bounds,
    )  # fmt: skip


def _judged(
    problem: Problem | Joint,
    solutions: tuple[Solution, ...],
    converged: np.ndarray,
    options: Options,
) -> tuple[Verdict, Certificate, str]:
    if converged.any():
        most = most_solutions(problem)
        bound = f", at most {most:,} there are" if most else ""
        one = len(solutions) == 1
        return (
            Verdict.solved,
            Certificate(),
            (
                f"{converged.sum():,} of {len(converged):,} starts reached the data, in "
                f"{len(solutions):,} distinct solution{'' if one else 's'}{bound}."
            ),
        )
    best = solutions[0]
    known = all(part.problem.sigma is not None for part in parts_of(problem))
    m = len(best.residuals)
    if known and m > best.rank and np.isfinite(best.loss):
        from scipy.special import chdtrc  # 1 − the distribution function of χ²

        freedom = m - best.rank
        if chdtrc(freedom, best.loss) > CHANCE:
            return (
                Verdict.solved,
                Certificate(),
                (
                    f"The data are met within their errors: χ² = {best.loss:.4g} with {freedom} "
                    f"degree{'s' * (freedom > 1)} of freedom."
                ),
            )
    certificate = _certificate(problem, best.parameters, options)
    if certificate.distance == 0:
        return Verdict.stuck, certificate, f"The nearest is off by {np.sqrt(best.loss):.4g}."
    if known and certificate.attained:
        return Verdict.global_minimum, certificate, certificate.reason
    return Verdict.unsolvable, certificate, certificate.reason


def _certificate(problem: Problem | Joint, best: np.ndarray, options: Options) -> Certificate:
    """The strongest proof that the data cannot be reached."""
    tolerance = options.tolerance * max(size(problem), 1e-300) * _largest_error(problem)
    polished = ends(problem, best[None], options._replace(max_iterations=500))
    found = max(
        (
            unreachable(problem, polished.parameters[0], tolerance),
            not_interlaced(problem, tolerance),
        ),
        key=lambda certificate: certificate.distance,
    )
    if found.distance:
        for part in parts_of(problem):
            if part.problem.data.complete and part.problem.structure.affine:
                said = out_of_reach(part.problem.structure, part.problem.data.eigenvalues()[0])
                if said:
                    return Certificate(f"{said} {found.reason}", found.distance, found.attained)
    return found


def _largest_error(problem: Problem | Joint) -> float:
    return max(float(part.problem.data.sigma.max()) for part in parts_of(problem))
