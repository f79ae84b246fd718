"""The verdict on a problem, and the sentence that gives its reason.

A new kind of proof is one module here, as `convex_hull` and `interlacing` are, and one line of
`proven`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial
from typing import Final

import numpy as np

from eigfit.problem.data import Data
from eigfit.problem.joint import Joint, parts_of
from eigfit.problem.problem import Problem
from eigfit.problem.reach import out_of_reach
from eigfit.results.solutions import Certificate, Solution
from eigfit.results.verdict import Verdict
from eigfit.solve.convex_hull import unreachable
from eigfit.solve.interlacing import not_interlaced
from eigfit.solve.iterations import ends, size
from eigfit.solve.options import Options

LARGEST_DIAGONAL: Final = 500  # rows of a matrix that is looked at for what its diagonal forbids
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
    solutions: Sequence[Solution],
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
    tolerance = options.tolerance * max(size(problem), 1e-300) * _largest_error(problem)
    options = options._replace(max_iterations=500)
    stationary = ends(problem, best.parameters[None], options).parameters[0]
    certificate = proven(problem, [best.parameters, stationary], tolerance, best.parameters)
    off = f"χ² = {best.loss:.4g}{_freedom(problem)}, more than chance leaves in one of a thousand"
    nothing = Verdict.stuck, Certificate(), (
        f"The nearest has {off}; where no start comes nearer, the errors σ may be too small."
        if errors_known(problem)
        else f"The nearest is off by {np.sqrt(best.loss):.4g}."
    )  # fmt: skip
    if certificate.distance == 0:
        return nothing
    if not errors_known(problem):
        return Verdict.unsolvable, certificate, certificate.reason
    # The proof is one of ‖λ − t‖; of χ² it speaks where all errors are one and the same.
    errors = np.concatenate([part.problem.data.sigma for part in parts_of(problem)])
    if certificate.attained and _of_eigenvalues(problem) and np.ptp(errors) == 0:
        return Verdict.global_minimum, certificate, f"It has {off}. {certificate.reason}"
    if impossible(problem, certificate):
        return Verdict.unsolvable, certificate, certificate.reason
    return nothing


def impossible(problem: Problem | Joint, certificate: Certificate) -> bool:
    """Whether the proof forbids the data; if they have errors, whether by more than chance."""
    if not certificate.distance or not errors_known(problem):
        return bool(certificate.distance)
    from scipy.special import chdtri  # the χ² that chance exceeds so seldom

    chi = float(np.sqrt(chdtri(max(freedom(problem), 1), CHANCE)))
    steepest = max(_steepest(part.problem.data, chi) for part in parts_of(problem))
    return certificate.distance > chi * steepest


def _steepest(data: Data, chi: float) -> float:
    """How far a level may lie from its target at most, for each σ that its datum is off.

    Of frequencies up to χσ off, |λ − t| = 4π² |y − y₀| |y + y₀| with |y + y₀| ≤ 2y₀ + χσ; an
    unstable level, read as y < 0, has λ = −4π²y² and lies no farther.
    """
    if data.of == "frequencies":
        return float((4 * np.pi**2 * data.sigma * (2 * data.target + chi * data.sigma)).max())
    return float(data.sigma.max()) if data.of == "eigenvalues" else np.inf


def _of_eigenvalues(problem: Problem | Joint) -> bool:
    """Whether all data are eigenvalues themselves, in whose units distances are proven."""
    return all(part.problem.of == "eigenvalues" for part in parts_of(problem))


def _how_often(problem: Problem | Joint, solutions: Sequence[Solution], reached: np.ndarray) -> str:
    most = most_solutions(problem)
    bound = f"; there are at most {most:,}" if most else ""
    s = "" if len(solutions) == 1 else "s"
    said = (
        f"{reached.sum():,} of {len(reached):,} starts reached the data, in "
        f"{len(solutions):,} distinct solution{s}{bound}."
    )
    loose = [one for one in solutions if one.rank < (~one.at_bounds).sum()]
    if loose:
        some = f"{len(loose):,} of them {'is' if len(loose) == 1 else 'are'}"
        which = "They are" if len(loose) == len(solutions) else some
        worst = min(loose, key=lambda one: one.rank)
        free = (~worst.at_bounds).sum()
        said += f" {which} not isolated: the data determine {worst.rank} of {free} directions."
    if not errors_known(problem) or freedom(problem) <= 0:
        return said
    best = min(solution.loss for solution in solutions)
    return f"{said} The data are met within their errors: χ² = {best:.4g}{_freedom(problem)}."


def _freedom(problem: Problem | Joint) -> str:
    """How many degrees of freedom there are, in words after χ²; "" for none."""
    degrees = freedom(problem)
    return f" with {degrees} degree{'s' * (degrees > 1)} of freedom" if degrees > 0 else ""


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


def proven(
    problem: Problem | Joint,
    looks: Sequence[np.ndarray],
    tolerance: float,
    best: np.ndarray | None = None,
) -> Certificate:
    """The strongest proof that the data cannot be reached; the arguments of `unreachable`."""
    found = max(
        (unreachable(problem, looks, tolerance, best), not_interlaced(problem, tolerance)),
        key=lambda certificate: certificate.distance,
    )
    if found.distance and (said := forbidden(problem)):
        return Certificate(f"{said} {found.reason}", found.distance, found.attained)
    return found


def forbidden(problem: Problem | Joint, loss: float = 0.0) -> str:
    """What the diagonal of one of the matrices forbids, "" for nothing; see `out_of_reach`.

    Args:
        problem: what is to be solved.
        loss: Σ (t − λ)² that counts as none.
    """
    problems = [part.problem for part in parts_of(problem)]
    sentences = (
        out_of_reach(one.structure, one.data.eigenvalues(), loss)
        for one in problems
        if one.structure.affine and one.data.complete and one.structure.n <= LARGEST_DIAGONAL
    )
    return next(filter(None, sentences), "")


def _largest_error(problem: Problem | Joint) -> float:
    return max(float(part.problem.data.sigma.max()) for part in parts_of(problem))
