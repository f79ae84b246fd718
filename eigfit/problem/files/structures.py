"""Structures of a problem file, by name with their arguments.

A new kind is one function and one row of `KINDS`, and a definition in docs/problem.schema.json.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from eigfit.problem.files.arrays import array, numbers, real_array
from eigfit.problem.files.entry import Entry
from eigfit.structures import named
from eigfit.structures.basis import affine
from eigfit.structures.graphs import huckel, laplacian
from eigfit.structures.pattern import pattern
from eigfit.structures.pencil import pencil
from eigfit.structures.springs import spring_chain
from eigfit.structures.structure import Structure, checked_names

MOST_ROWS: Final = 2_000
MOST_FULL_ROWS: Final = 100  # of matrices whose every entry may be a parameter
MOST_PARAMETERS: Final = 5_000
CALCULATION: Final = frozenset("+-−*/^=()")  # of which no name of an entry is made

Fields = Mapping[str, Entry]
Names = Sequence[str] | None


def structure_of(entry: Entry, names: Names = None) -> Structure:
    """The structure of an entry such as `{"kind": "tridiagonal", "n": 4}`.

    Args:
        entry: an object with `kind` and what that kind needs.
        names: of the parameters, those of the structure unless given.

    Raises:
        ValueError: a field is missing, unknown or wrong; it is named.
    """
    if not isinstance(entry.value, dict) or "kind" not in entry.value:
        entry.wrong('an object with a kind, such as {"kind": "symmetric", "n": 3}')
    kind = Entry(entry.value["kind"], f"{entry.field}.kind", entry.folder)
    row = KINDS[kind.text([*KINDS])]
    fields = entry.fields(["kind", *row.required], row.optional)
    structure = entry.built(row.build, fields, names)
    if structure.parameters > MOST_PARAMETERS:
        raise ValueError(
            f"{entry.field} has {structure.parameters:,} parameters; at most {MOST_PARAMETERS:,} "
            "are read from a file"
        )
    return structure


def _renamed(structure: Any, names: Names) -> Structure:
    if names is None:
        return structure
    return dataclasses.replace(structure, names=checked_names(names, structure.parameters))


def _of_size(build: Callable[[int], Structure], most: int) -> Callable[[Fields, Names], Structure]:
    return lambda fields, names: _renamed(build(fields["n"].whole(1, most)), names)


def _fixed_diagonal(fields: Fields, names: Names) -> Structure:
    diagonal = real_array(fields["diagonal"], 1)
    if len(diagonal) > MOST_FULL_ROWS:
        fields["diagonal"].wrong(f"a list of up to {MOST_FULL_ROWS} numbers")
    return _renamed(named.fixed_diagonal(len(diagonal), diagonal.tolist()), names)


def _pattern(fields: Fields, names: Names) -> Structure:
    index = real_array(fields["index"], 2)
    if (index != np.round(index)).any() or np.abs(index).max() > MOST_PARAMETERS:
        fields["index"].wrong("a matrix of whole numbers, −1 where no parameter stands")
    constant = real_array(fields["constant"], 2) if "constant" in fields else None
    return pattern(index.astype(int), constant, names)


def _entries(fields: Fields, names: Names) -> Structure:
    """A matrix as it is written: texts are parameters, numbers are constants."""
    rows = [row.items("a row of names and numbers") for row in fields["matrix"].items("a matrix")]
    found: dict[str, int] = {name: k for k, name in enumerate(names or ())}
    index = np.full((len(rows), len(rows[0])), -1)
    constant = np.zeros(index.shape)
    for i, row in enumerate(rows):
        if len(row) != len(rows):
            fields["matrix"].wrong(f"square; row {i} has {len(row)} entries, of {len(rows)} rows")
        for j, entry in enumerate(row):
            if isinstance(entry.value, str):
                if CALCULATION & set(entry.value) and entry.value not in found:
                    entry.wrong("a number or the name of one parameter; kind affine adds them up")
                if names is not None and entry.value not in found:
                    entry.wrong(f"a number or one of {', '.join(names)}")
                index[i, j] = found.setdefault(entry.text(), len(found))
            elif isinstance(entry.value, int | float) and not isinstance(entry.value, bool):
                constant[i, j] = entry.number()
            else:
                entry.wrong("the name of a parameter or a number")
    if len(np.unique(index[index >= 0])) == len(found):
        return pattern(index, constant, list(found))
    # A mass need not depend on everything that the stiffness does.
    return affine((index == np.arange(len(found))[:, None, None]).astype(float), constant, [*found])


def _affine(fields: Fields, names: Names) -> Structure:
    basis = fields["basis"]
    if isinstance(basis.value, list):
        matrices: Any = [numbers(entry, 2) for entry in basis.items("a list of matrices")]
    else:
        matrices = array(basis, 3)
    constant = numbers(fields["constant"], 2) if "constant" in fields else None
    given = [*matrices, *([] if constant is None else [constant])]
    if all(isinstance(A, np.ndarray) for A in given):
        shapes = [np.shape(A) for A in given]
        for shape in shapes:
            if shape != shapes[0] or shape[0] != shape[1] or shape[0] > MOST_ROWS:
                raise ValueError(
                    f"matrices must be square, of one size and up to {MOST_ROWS:,} rows; got "
                    f"shapes {list(map(list, dict.fromkeys(shapes)))}"
                )
        return affine(np.array([*matrices]), constant, names)
    from scipy.sparse import csr_array

    sparse = [csr_array(A) for A in given]
    return affine(sparse[: len(matrices)], None if constant is None else sparse[-1], names)


def _laplacian(fields: Fields, names: Names) -> Structure:
    edges, n = _pairs(fields["edges"]), _count(fields)
    return laplacian(edges, n, names)


def _huckel(fields: Fields, names: Names) -> Structure:
    bonds, n = _pairs(fields["bonds"]), _count(fields)
    return huckel(bonds, n, names)


def _spring_chain(fields: Fields, names: Names) -> Structure:
    masses = real_array(fields["masses"], 1)
    if len(masses) > MOST_ROWS:
        fields["masses"].wrong(f"a list of up to {MOST_ROWS:,} numbers")
    ends: dict[str, float | None] = {"ground": None, "end": 0.0}
    for name in ends:
        if name in fields:
            ends[name] = None if fields[name].value is None else fields[name].number()
    return spring_chain(masses, ends["ground"], ends["end"], names)


def _pencil(fields: Fields, names: Names) -> Structure:
    mass = fields["mass"]
    if not isinstance(fields["stiffness"].value, dict) or "kind" not in fields["stiffness"].value:
        moving, K = structure_of(mass, names), array(fields["stiffness"], 2)
        known = affine(np.zeros((moving.parameters, *K.shape)), K, moving.names)
        return pencil(known, moving)
    told = _named_in(fields["stiffness"])
    if names is None and names_its_own(fields["stiffness"].value):
        names = list(dict.fromkeys([*told, *_named_in(mass)])) or None
    stiffness = structure_of(fields["stiffness"], names)
    if isinstance(mass.value, dict) and "kind" in mass.value:
        return pencil(stiffness, structure_of(mass, stiffness.names))
    nested = not isinstance(mass.value, list) or any(isinstance(row, list) for row in mass.value)
    return pencil(stiffness, numbers(mass, 2 if nested else 1))


def names_its_own(structure: Any) -> bool:
    """Whether the parameters' names stand in the matrix of a structure."""
    if not isinstance(structure, dict):
        return False
    if structure.get("kind") == "pencil":
        return names_its_own(structure.get("stiffness"))
    return structure.get("kind") == "entries"


def _named_in(entry: Entry) -> list[str]:
    """The parameters that stand in a matrix of entries, in their order."""
    matrix = entry.value.get("matrix") if isinstance(entry.value, dict) else None
    rows = [row for row in matrix if isinstance(row, list)] if isinstance(matrix, list) else []
    return [one for row in rows for one in row if isinstance(one, str)]


def _pairs(entry: Entry) -> list[list[int]]:
    pairs = [
        [one.whole(0, MOST_ROWS - 1) for one in pair.items("a pair of whole numbers", 2)]
        for pair in entry.items("a list of pairs of whole numbers, counted from 0")
    ]
    for pair, item in zip(pairs, entry.items(), strict=True):
        if len(pair) != 2:
            item.wrong("a pair of whole numbers")
    return pairs


def _count(fields: Fields) -> int | None:
    return fields["n"].whole(2, MOST_ROWS) if "n" in fields else None


class Kind(NamedTuple):
    """A row of the registry: which fields it needs and may have, and how it is built."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    build: Callable[[Fields, Names], Structure]


KINDS: dict[str, Kind] = {
    "symmetric": Kind(("n",), (), _of_size(named.symmetric, MOST_FULL_ROWS)),
    "tridiagonal": Kind(("n",), (), _of_size(named.tridiagonal, MOST_ROWS)),
    "toeplitz": Kind(("n",), (), _of_size(named.toeplitz, MOST_ROWS)),
    "persymmetric": Kind(("n",), (), _of_size(named.persymmetric, MOST_FULL_ROWS)),
    "zero_diagonal": Kind(("n",), (), _of_size(named.zero_diagonal, MOST_FULL_ROWS)),
    "fixed_diagonal": Kind(("diagonal",), (), _fixed_diagonal),
    "pattern": Kind(("index",), ("constant",), _pattern),
    "entries": Kind(("matrix",), (), _entries),
    "affine": Kind(("basis",), ("constant",), _affine),
    "laplacian": Kind(("edges",), ("n",), _laplacian),
    "huckel": Kind(("bonds",), ("n",), _huckel),
    "spring_chain": Kind(("masses",), ("ground", "end"), _spring_chain),
    "pencil": Kind(("stiffness", "mass"), (), _pencil),
}
