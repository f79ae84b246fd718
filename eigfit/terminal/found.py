"""What was found, as JSON for other programs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from eigfit.problem.joint import Joint, parts_of
from eigfit.problem.posed import Posed
from eigfit.problem.problem import Problem
from eigfit.results.directions import undetermined
from eigfit.results.solutions import Solution, Solutions


class Datum(NamedTuple):
    """One number that was measured."""

    part: int
    level: int
    target: float
    found: float
    sigma: float
    residual: float  # (found − target) / sigma


def as_json(posed: Posed, found: Solutions) -> dict[str, Any]:
    """Everything that was found; null where a number is not known or infinite."""
    certificate = found.certificate
    return {
        "title": posed.title,
        "names": found.names,
        "verdict": str(found.verdict),
        "sentence": str(found),
        "reason": found.reason,
        "certificate": {
            "reason": certificate.reason,
            "distance": certificate.distance,
            "attained": certificate.attained,
        },
        "solutions": [_solution_as_json(posed.problem, found, one) for one in found],
        "at_most": found.most,
        "starts": len(found.starts),
        "converged": int(found.converged.sum()),
        "iterations": plain(found.iterations),
    }


def _solution_as_json(problem: Problem | Joint, found: Solutions, one: Solution) -> dict[str, Any]:
    return {
        "parameters": plain(one.parameters),
        "standard_errors": plain(one.standard_errors),
        "covariance": plain(one.covariance),
        "at_bounds": plain(one.at_bounds),
        "linear": one.linear,
        "loss": plain(one.loss),
        "count": one.count,
        "iterations": one.iterations,
        "equivalents": plain(one.equivalents),
        "rank": one.rank,
        "singular_values": plain(one.singular_values),
        "null_space": plain(one.null_space),
        "undetermined": undetermined(one.null_space, found.names),
        "eigenvalues": [plain(values) for values in levels_of(one)],
        "data": [
            datum._asdict() | {"found": plain(datum.found), "residual": plain(datum.residual)}
            for datum in data_of(problem, one)
        ],
    }


def plain(values: Any) -> Any:
    """Numbers and lists as JSON has them, null for what is not finite."""
    if isinstance(values, np.ndarray | np.generic):
        values = values.tolist()
    if isinstance(values, list):
        return [plain(value) for value in values]
    return None if isinstance(values, float) and not np.isfinite(values) else values


def levels_of(one: Solution) -> tuple[np.ndarray, ...]:
    """The levels of each matrix."""
    return one.eigenvalues if isinstance(one.eigenvalues, tuple) else (one.eigenvalues,)


def data_of(problem: Problem | Joint, one: Solution) -> list[Datum]:
    """What was measured, one by one, beside what the solution has instead."""
    rows = []
    for i, (part, values) in enumerate(zip(parts_of(problem), levels_of(one), strict=True)):
        data = part.problem.data
        reading = data.read(values)
        found = data.target + reading.residuals * data.sigma
        columns = (reading.levels, data.target, found, data.sigma, reading.residuals)
        rows += [Datum(i, *row) for row in zip(*(c.tolist() for c in columns), strict=True)]
    return rows
