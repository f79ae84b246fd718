"""One problem of a file, and several that share parameters."""

from __future__ import annotations

from typing import Any, Final

from eigfit.problem.data import MATCHES, OF
from eigfit.problem.files.arrays import real_array
from eigfit.problem.files.entry import Entry
from eigfit.problem.files.structures import MOST_PARAMETERS, names_its_own, structure_of
from eigfit.problem.joint import Joint, joint
from eigfit.problem.problem import Problem

DATA: Final = ("of", "match", "sigma")


def problem_of(
    entry: Entry, fields: dict[str, Entry], names: list[str] | None, bounds: Any = None
) -> Problem:
    """The problem of an entry that has these fields, with names for its parameters."""
    structure = structure_of(fields["structure"], names)
    known: dict[str, Any] = {"of": fields["of"].text(OF)} if "of" in fields else {}
    if "match" in fields:
        match = fields["match"]
        levels = isinstance(match.value, list)
        most = max(structure.n - 1, 0)
        known["match"] = (
            tuple(level.whole(0, most) for level in match.items("a list of level numbers"))
            if levels
            else match.text(MATCHES)
        )
    if "sigma" in fields:
        one = isinstance(fields["sigma"].value, int | float)
        known["sigma"] = real_array(fields["sigma"], 0 if one else 1)
    target = real_array(fields["target"], 1)
    return entry.built(Problem, structure, target, bounds=bounds, **known)


def joint_of(parts: Entry, names: list[str] | None, bounds: Any) -> Joint:
    """Parts that share parameters: by names, by places, or all of them."""
    members = [
        part.fields(["structure", "target"], [*DATA, "parameters"])
        for part in parts.items("a list of problems")
    ]
    by_place = [own for fields in members if (own := _places(fields.get("parameters")))]
    if names is None and by_place:
        names = [f"r{k}" for k in range(1 + max(map(max, by_place)))]
    problems = [
        problem_of(part, fields, _called(fields, names))
        for part, fields in zip(parts.items(), members, strict=True)
    ]
    for part, fields, problem in zip(parts.items(), members, problems, strict=True):
        shares_all = "parameters" not in fields and not names_its_own(fields["structure"].value)
        if shares_all and problem.parameters != problems[0].parameters:
            raise ValueError(
                f"{part.field} has {problem.parameters} parameters and {parts.field}[0] "
                f"{problems[0].parameters}; say in `parameters` of each which it takes"
            )
    known = {name: k for k, name in enumerate(names or ())}
    places = []
    for part, problem in zip(parts.items(), problems, strict=True):
        unknown = [name for name in problem.names if names is not None and name not in known]
        if unknown:
            raise ValueError(f'{part.field} has a parameter "{unknown[0]}" that is not in names')
        places.append([known.setdefault(name, len(known)) for name in problem.names])
    unused = sorted(set(known) - {name for problem in problems for name in problem.names})
    if unused:
        raise ValueError(f'names has "{unused[0]}", which is a parameter of none of the parts')
    return parts.built(joint, problems, places, bounds=bounds)


def _places(own: Entry | None) -> list[int]:
    """The places of a part's parameters among all, none where they go by names."""
    if own is None or any(isinstance(one.value, str) for one in own.items("a list")):
        return []
    return [one.whole(0, MOST_PARAMETERS - 1) for one in own.items()]


def _called(fields: dict[str, Entry], names: list[str] | None) -> list[str] | None:
    """What the parameters of a part are called, None where its structure says so."""
    own = fields.get("parameters")
    if own is None:
        return None if names_its_own(fields["structure"].value) else names
    places = _places(own)
    if not places or names is None:
        return own.texts()
    if max(places) >= len(names):
        own.wrong(f"places of the {len(names)} names, 0 to {len(names) - 1}")
    return [names[k] for k in places]
