"""Reads a problem from a JSON file; docs/problems.md and docs/problem.schema.json describe it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np

from eigfit.checks import real_array as real_numbers
from eigfit.problem.files.arrays import numbers, real_array
from eigfit.problem.files.entry import Entry
from eigfit.problem.files.folder import LARGEST_FILE, Folder
from eigfit.problem.files.parts import DATA, joint_of, problem_of
from eigfit.problem.joint import Joint
from eigfit.problem.posed import Posed
from eigfit.problem.problem import Problem

VERSION: Final = 1
MOST_STARTS: Final = 1_000_000
WORDS: Final = ("title", "field", "source", "units", "notes")
COMMON: Final = ("$schema", "version", *WORDS, "names", "bounds", "start", "starts", "low", "high",
                 "symmetries", "published")  # fmt: skip


def read_problem(path: str | Path) -> Posed:
    """The problem of a JSON file, with where to begin and what is known of it.

    Matrices stand in the file, or as CSV, Matrix Market or NPZ beside it or below its folder.
    Nothing in a file is executed.

    Raises:
        ValueError: there is no such file, or something in it is wrong: a sentence names the field,
            what came and what is needed.
    """
    path = Path(path)
    content = _content(path)
    try:
        return _posed(Entry(content, "", Folder(path.parent)))
    except RecursionError:
        raise ValueError("the problem file is nested too deeply") from None


def _content(path: Path) -> Any:
    try:
        if not path.is_file():
            came = "a folder" if path.is_dir() else "nothing there"
            raise ValueError(f"a problem file is needed; {str(path)!r} is {came}")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise ValueError(
                f"a problem file may have {LARGEST_FILE:,} bytes, and {path.name} has {size:,}; "
                "put its matrices into files beside it"
            )
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is not a text in UTF-8, as JSON is") from None
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read: {error.strerror or error}") from None
    try:
        return json.loads(text, parse_constant=_no_number, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"{path.name} is not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise ValueError(f"{path.name} is nested too deeply to be read") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}; give a finite number, or null where there is no bound")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'the field "{twice[:40]}" occurs twice in one object; leave one out')
    return found


def _posed(entry: Entry) -> Posed:
    several = isinstance(entry.value, dict) and "parts" in entry.value
    required = ["parts"] if several else ["structure", "target"]
    fields = entry.fields(required, [*COMMON, *(() if several else DATA)])
    if "version" in fields:
        fields["version"].whole(VERSION, VERSION)
    names = fields["names"].texts() if "names" in fields else None
    bounds = _bounds(fields["bounds"]) if "bounds" in fields else None
    if several:
        problem: Problem | Joint = joint_of(fields["parts"], names, bounds)
    else:
        problem = problem_of(entry, fields, names, bounds)
    p = problem.parameters
    words = {name: fields[name].text() for name in WORDS if name in fields}
    search: dict[str, Any] = {
        name: _range(fields[name], p) for name in ("low", "high") if name in fields
    }
    if "start" in fields:
        search["start"] = _start(fields["start"], p)
    if "starts" in fields:
        search["starts"] = fields["starts"].whole(1, MOST_STARTS)
    if "symmetries" in fields:
        search["symmetries"] = [
            _symmetry(row, problem.names) for row in fields["symmetries"].items("a list of lists")
        ]
    published = _published(fields["published"], p) if "published" in fields else {}
    return Posed(problem, **words, **search, **published)


def _bounds(entry: Entry) -> tuple[Any, Any]:
    """(low, high), null where there is no end."""
    fields = entry.fields([], ["low", "high"])
    ends = []
    for name, none in (("low", -np.inf), ("high", np.inf)):
        end = fields.get(name)
        if end is None or end.value is None:
            ends.append(none)
        elif isinstance(end.value, list):
            items = end.items()
            ends.append([none if one.value is None else one.number() for one in items])
        else:
            ends.append(end.number())
    return ends[0], ends[1]


def _range(entry: Entry, p: int) -> Any:
    if not isinstance(entry.value, list | dict):
        return entry.number()
    found = real_array(entry, 1)
    if found.shape != (p,):
        entry.wrong(f"one number, or one for each of {p} parameters")
    return found


def _start(entry: Entry, p: int) -> np.ndarray:
    batch = isinstance(entry.value, list) and any(isinstance(row, list) for row in entry.value)
    found = numbers(entry, 2 if batch or isinstance(entry.value, dict) else 1)
    found = real_numbers(entry.field, found)
    if found.shape[-1] != p or len(found) > MOST_STARTS:
        entry.wrong(f"{p} numbers, one for each parameter, or a list of such lists")
    return found


def _symmetry(entry: Entry, names: tuple[str, ...]) -> list[int]:
    """The places of parameters that are told by name or, counted from 0, by number."""
    last = len(names) - 1
    places = [
        names.index(one.text(names)) if isinstance(one.value, str) else one.whole(0, last)
        for one in entry.items("a list of all parameters")
    ]
    if sorted(places) != list(range(len(names))):
        entry.wrong(f"a list that holds each of {len(names)} parameters once, by name or number")
    return places


def _published(entry: Entry, p: int) -> dict[str, Any]:
    fields = entry.fields([], ["answer", "tolerance", "solutions", "distance"])
    found: dict[str, Any] = {}
    if "answer" in fields:
        found["answer"] = real_array(fields["answer"], 2)
        if found["answer"].shape[1] != p:
            fields["answer"].wrong(f"rows of {p} numbers, one for each parameter")
    for name in ("tolerance", "distance"):
        if name in fields:
            found[name] = fields[name].number()
    if "solutions" in fields:
        found["solutions"] = fields["solutions"].whole(1, MOST_STARTS)
    return found
