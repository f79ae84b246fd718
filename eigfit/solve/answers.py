"""From where many starts ended to answers: distinct solutions, and what is determined of each."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from eigfit.problem.joint import Joint
from eigfit.problem.problem import Problem
from eigfit.results.solutions import Solution, Solutions
from eigfit.results.status import Status
from eigfit.solve.determined import determined
from eigfit.solve.distinct import SAME, groups
from eigfit.solve.iterations import Ends, ends, size
from eigfit.solve.linear import linear
from eigfit.solve.options import Options
from eigfit.solve.residuals import residuals
from eigfit.solve.symmetries import Symmetries, images, sign_symmetries
from eigfit.solve.verdicts import errors_known, judged, most_solutions, within_errors

# More solutions than this are counted, not told one by one.
MOST_TOLD: Final = 10_000
# What is told is polished: where two solutions meet, the data fix parameters only to the root of
# their own accuracy, and one solution would look like several.
POLISHED: Final = Options(tolerance=1e-15, max_iterations=60)


def answers(
    problem: Problem | Joint,
    began: np.ndarray,
    found: Ends,
    options: Options,
    orders: np.ndarray,
) -> Solutions:
    """What B starts [B, p] and their ends come to, modulo signs and orders [h, p] of parameters.

    Where the errors of the data are known, a minimum that meets them within is a solution too.
    """
    if not np.isfinite(found.loss).any():
        raise ValueError(
            "the levels are finite at none of the starts; give low and high within which they are"
        )
    reached = (found.status == Status.converged) | within_errors(problem, found.loss)
    symmetries = Symmetries(sign_symmetries(problem, problem.parameters), orders)
    alike, polished = _distinct(problem, found, reached, symmetries)
    known = errors_known(problem)
    solutions = _solutions(problem, found, alike, polished.parameters, symmetries, known)
    if known and (reached.any() or polished.status[0] != Status.step_limit):
        solutions = [replace(one, linear=linear(problem, one)) for one in solutions]
    # Differences of χ² that nobody would see are none.
    solutions.sort(key=lambda one: (round(one.loss, 6) if known else 0.0, -one.count))
    verdict, certificate, reason = judged(problem, solutions, reached, options)
    return Solutions(
        tuple(solutions), verdict, certificate, reason, began, found.parameters, reached,
        found.iterations, most_solutions(problem), problem.names,
    )  # fmt: skip


def _distinct(
    problem: Problem | Joint, found: Ends, reached: np.ndarray, symmetries: Symmetries
) -> tuple[list[np.ndarray], Ends]:
    """The starts of each distinct solution, and it polished; the nearest where none is reached."""
    finite = np.isfinite(found.loss)
    order = np.argsort(np.where(finite, found.loss, np.inf), kind="stable")
    order = order[reached[order]] if reached.any() else order[:1]
    # Of one solution the start that needed the fewest iterations stands for it.
    order = order[np.argsort(found.iterations[order], kind="stable")]
    units = _units(problem, found.parameters[order[0]])
    alike = groups(found.parameters, order, symmetries, units)[:MOST_TOLD]
    before = np.array([group[np.argmin(found.loss[group])] for group in alike])
    if not reached.any():
        return alike, Ends(*(array[before] for array in found))
    polished = ends(problem, found.parameters[before], POLISHED)
    worse = ~(polished.loss <= found.loss[before])
    polished.parameters[worse] = found.parameters[before[worse]]
    polished.loss[worse] = found.loss[before[worse]]
    again = groups(polished.parameters, np.arange(len(alike)), symmetries, units)
    firsts = [same[np.argmin(polished.loss[same])] for same in again]
    return (
        [np.concatenate([alike[i] for i in same]) for same in again],
        Ends(*(array[firsts] for array in polished)),
    )


def _solutions(
    problem: Problem | Joint,
    found: Ends,
    alike: list[np.ndarray],
    r: np.ndarray,
    symmetries: Symmetries,
    known_errors: bool,
) -> list[Solution]:
    """What is told of each, with parameters r [S, p], to which those starts came that are alike."""
    at, (low, high) = residuals(problem, r), problem.bounds
    loss, fixed = at.loss, (r <= low) | (r >= high)
    told = determined(at.jacobian, at.pairs, loss, fixed, known_errors)
    levels = at.values[0] if len(at.values) == 1 else list(zip(*at.values, strict=True))
    return [
        Solution(
            r[i], levels[i], at.residuals[i], float(loss[i]), len(group),
            int(found.iterations[group].min()), _equivalents(r[i], symmetries, problem), *told[i],
            fixed[i],
        )
        for i, group in enumerate(alike)
    ]  # fmt: skip


def _equivalents(r: np.ndarray, symmetries: Symmetries, problem: Problem | Joint) -> np.ndarray:
    """It and what the symmetries make of it, between the bounds; what is nearly 0 has no sign."""
    if not len(symmetries.signs) and len(symmetries.orders) == 1:
        return r[None]
    low, high = problem.bounds
    plain = np.where(np.abs(r) <= SAME * np.abs(r).max(), 0.0, r)
    made = np.unique(images(symmetries, plain) + 0.0, axis=0)
    return made[((made >= low) & (made <= high)).all(axis=1)]


def _units(problem: Problem | Joint, r: np.ndarray) -> np.ndarray:
    """How far each parameter moves the data by their own size, its value where it moves none."""
    lengths = np.linalg.norm(residuals(problem, r[None]).jacobian[0], axis=0)
    return np.where(lengths > 0, size(problem) / np.where(lengths > 0, lengths, 1), np.abs(r) + 1)
