"""What was found, as text for people."""

from __future__ import annotations

from typing import Final

import numpy as np

from eigfit.problem.joint import Joint, parts_of
from eigfit.problem.posed import Posed
from eigfit.problem.problem import Problem
from eigfit.results.directions import in_words, undetermined
from eigfit.results.solutions import Solution, Solutions
from eigfit.solve.verdicts import errors_known
from eigfit.terminal.found import data_of
from eigfit.terminal.tables import measured, number, table

MOST_DATA: Final = 24  # that are shown one by one
MOST_OTHERS: Final = 40  # solutions
WIDEST: Final = 10  # parameters in a row
BADLY: Final = 1e-4  # a singular value beside the largest
BENT: Final = (
    "These standard errors do not hold: they are of first order, and at their distance χ² does not "
    "rise by 1, as it does where levels move linearly. Within them levels turn or meet."
)


def as_text(posed: Posed, found: Solutions) -> str:
    """The verdict, the first solution in full and all others in a table."""
    names = found.names
    parts = [posed.title] if posed.title else []
    parts.append(str(found))
    first = found[0]
    known = errors_known(posed.problem)
    head = ["parameter", "value", *(["standard error"] if known else []), ""]
    rows = []
    for name, value, error, bound in zip(
        names, first.parameters, first.standard_errors, first.at_bounds, strict=True
    ):
        cells = measured(value, error) if known else (number(value),)
        rows.append([name, *cells, "at a bound" if bound else ""])
    several = len(found) > 1
    which = f"Solution 1 of {len(found):,}" if several else "The solution"
    if not found.converged.any():
        which = "The nearest that was found"
    lines = [f"{which}, from {first.count:,} of {len(found.starts):,} starts, the quickest in "
             f"{first.iterations} iteration{'s' * (first.iterations != 1)}"]  # fmt: skip
    if len(first.equivalents) > 1:
        flips = (np.sign(first.equivalents) != np.sign(first.parameters)).any(axis=0)
        named = ", ".join(name for name, flips_ in zip(names, flips, strict=True) if flips_)
        alone = (np.abs(first.equivalents) == np.abs(first.parameters)).all()
        how = f"in signs alone, of {named}" if alone else "by symmetries alone"
        lines.append(f"({len(first.equivalents) - 1} more differ {how})")
    parts.append("\n".join([*lines, table(head, rows)]))
    if not first.linear:
        parts.append(BENT)
    parts.append(_determined(first, names))
    parts.append(_data_in_text(posed.problem, first))
    if several:
        parts.append(_others(found, known))
    return "\n\n".join(part for part in parts if part)


def _determined(one: Solution, names: tuple[str, ...]) -> str:
    free = int((~one.at_bounds).sum())
    loose = undetermined(one.null_space, names)
    if not free:
        return "Every parameter lies at a bound."
    if not loose:
        values = one.singular_values
        told = f"Rank {one.rank} of {free}: the data determine every parameter that is free"
        worst = values.min() / values.max() if len(values) else 1.0
        if worst < BADLY and np.isfinite(one.covariance).all():
            _, _, Vt = np.linalg.svd(np.atleast_2d(one.covariance))
            return f"{told}, {in_words(Vt[0], names)} worst (singular values 1 to {worst:.1g})."
        return f"{told}."
    which = "\n".join(f"  {direction}" for direction in loose[:20])
    return f"Rank {one.rank} of {free}. These cannot be told from the data:\n{which}"


def _data_in_text(problem: Problem | Joint, one: Solution) -> str:
    rows, errors = data_of(problem, one), errors_known(problem)
    several = len(parts_of(problem)) > 1
    squares = f"{'χ²' if errors else 'the sum of squares'} = {one.loss:.3g}"
    shown, before = rows, f"The data, {squares}:"
    if len(rows) > MOST_DATA:
        shown = sorted(rows, key=lambda datum: -abs(datum.residual))[:5]
        before = f"{len(rows)} data, {squares}; the five that are farthest off:"
    nothing = 1e-12 * max(abs(datum.target) for datum in rows)
    head = [*(["part"] if several else []), "level", "target", "found", "(y − t)/σ"]
    cells = []
    for part, level, t, y, sigma, rho in shown:
        y = y if abs(y) > nothing else 0.0
        found = measured(y, sigma)[0] if errors else number(y)
        place = [str(part)] if several else []
        cells.append([*place, str(level), number(t), found, number(rho, 3)])
    return f"{before}\n{table(head, cells)}"


def _others(found: Solutions, known_errors: bool) -> str:
    wide = len(found.names) > WIDEST
    head = ["solution", "starts", "iterations", *(["χ²"] if known_errors else [])]
    head += [] if wide else found.names
    rows = []
    for i, one in enumerate(found[:MOST_OTHERS], 1):
        cells = [] if wide else [number(value, 7) for value in one.parameters]
        cells = [number(one.loss, 3), *cells] if known_errors else cells
        rows.append([str(i), str(one.count), str(one.iterations), *cells])
    more = f"\n  … and {len(found) - MOST_OTHERS:,} more" if len(found) > MOST_OTHERS else ""
    told = "; --json gives their parameters" if wide else ""
    return f"All distinct solutions{told}:\n{table(head, rows)}{more}"
