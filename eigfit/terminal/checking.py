"""`check`: whether a problem is well posed, or whether a published derivative is met."""

from __future__ import annotations

from argparse import Namespace
from typing import Any, Final

import numpy as np

from eigfit.gallery.derivative import Derivative
from eigfit.problem.joint import parts_of
from eigfit.problem.posed import Posed
from eigfit.results.directions import undetermined
from eigfit.solve.wellposed import WellPosed, well_posed
from eigfit.terminal.asked import asked, searched
from eigfit.terminal.found import plain
from eigfit.terminal.tables import number, table

BADLY: Final = 1e4  # a condition from which on it is told
FAR: Final = 30.0  # times as large as the data: random starts that begin far away


def checked(arguments: Namespace) -> tuple[int, str, Any]:
    """Exit status, text and JSON of `check`: 3 where something is proven impossible."""
    posed = asked(arguments.problem)
    if isinstance(posed, Derivative):
        return _derivative(posed)
    posed = searched(posed, None, arguments.low, arguments.high)
    found = well_posed(posed.problem, low=posed.low, high=posed.high, seed=arguments.seed)
    status = 3 if found.impossible else 0
    remarks = _remarks(posed, found)
    text = [posed.title] if posed.title else []
    text += [_structures(posed), _sizes(posed, found), "\n".join(remarks)]
    told = {
        "title": posed.title,
        "names": posed.problem.names,
        "data": found.data,
        "conditions": found.conditions,
        "parameters": found.parameters,
        "fixed": found.fixed,
        "rank": found.rank,
        "singular_values": plain(found.singular_values),
        "null_space": plain(found.null_space),
        "undetermined": undetermined(found.null_space, posed.problem.names),
        "sizes": plain(found.sizes),
        "sizes_of_data": plain(list(found.sizes_of_data)),
        "impossible": found.impossible,
        "remarks": remarks,
        "exit_status": status,
    }
    return status, "\n\n".join(text), told


def _structures(posed: Posed) -> str:
    parts = parts_of(posed.problem)
    sizes = sorted({part.problem.n for part in parts})
    kinds = "Hermitian" if any(part.problem.structure.complex for part in parts) else "symmetric"
    span = f"{sizes[0]}×{sizes[0]}" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]} rows"
    many = "1 matrix" if len(parts) == 1 else f"{len(parts)} matrices"
    measured = "with σ" if any(part.problem.sigma is not None for part in parts) else "σ = 1"
    m = sum(len(part.problem.data.target) for part in parts)
    return f"{many}, {span}, {kinds}; {m} data, {measured}; {posed.problem.parameters} parameters"


def _sizes(posed: Posed, found: WellPosed) -> str:
    low, high = posed.problem.bounds
    rows = [
        [name, number(a, 6), number(b, 6), number(size, 3)]
        for name, a, b, size in zip(posed.problem.names, low, high, found.sizes, strict=True)
    ]
    more = f"\n  … and {len(rows) - 40:,} more" if len(rows) > 40 else ""
    head = ["parameter", "from", "to", "a unit moves the data by (σ)"]
    return table(head, rows[:40]) + more


def _remarks(posed: Posed, found: WellPosed) -> list[str]:
    """What is to be known, a sentence each, first what forbids a solution."""
    free = found.parameters - found.fixed
    told = []
    if found.impossible:
        told.append(f"Provably unsolvable: {found.impossible}")
    if found.conditions > found.data:
        told.append(
            f"Levels that are told more than once make {found.conditions - found.data} further "
            "conditions."
        )
    loose = undetermined(found.null_space, posed.problem.names)
    if loose:
        which = "; ".join(loose[:10]) + ("; …" if len(loose) > 10 else "")
        told.append(
            f"Rank {found.rank} of {free} at random points: solutions are not isolated there, "
            f"along {which}."
        )
    else:
        told.append(f"Rank {found.rank} of {free} at random points: the data tell all parameters.")
    if found.conditions > free and not loose:
        told.append(
            f"{found.conditions} conditions for {free} parameters: the data can contradict each "
            "other, and then the least sum of squares is sought."
        )
    values = found.singular_values[: found.rank]
    condition = values.max() / values.min() if len(values) else 1.0
    if condition > BADLY:
        told.append(
            f"Some directions are told {condition:.1e} times worse than others, whatever the units."
        )
    sizes = found.sizes[found.sizes > 0]
    if len(sizes) and sizes.max() / sizes.min() > 1e3:
        told.append(
            f"Units of the parameters differ {sizes.max() / sizes.min():.0e}-fold in what they "
            "move; the solver scales them itself."
        )
    unused = [name for name, size in zip(posed.problem.names, found.sizes, strict=True) if not size]
    if unused:
        told.append(f"These parameters move none of the data: {', '.join(unused[:10])}.")
    there, wanted = found.sizes_of_data
    if posed.start is None and wanted and np.isfinite(there) and not 1 / FAR < there / wanted < FAR:
        told.append(
            f"Random starts lead to data {there / wanted:.1e} times as large as those given; give "
            "low and high of the size of the parameters."
        )
    return told


def _derivative(derivative: Derivative) -> tuple[int, str, Any]:
    """The published second derivative beside what is computed along random directions."""
    random = np.random.default_rng(0)
    found = []
    for _ in range(5):
        E = random.normal(size=derivative.at.shape)
        found.append(derivative.along(E + E.T))
    worst = max(abs(one - derivative.answer) for one in found)
    met = worst <= derivative.tolerance * abs(derivative.answer)
    text = (
        f"{derivative.title}\n\n{derivative.notes}\n\n"
        f"{'Met' if met else 'Not met'}: {number(found[0], 15)} ⟨E, E⟩ along random E, published "
        f"{number(derivative.answer)}; the largest difference of five is {worst:.1e}."
    )
    status = 0 if met else 4
    told = {"published": derivative.answer, "found": found, "met": met, "exit_status": status}
    return status, text, told
