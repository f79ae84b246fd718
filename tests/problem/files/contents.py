"""Valid problem files, and hostile changes of them."""

import copy
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from eigfit.gallery.gallery import FOLDER

COMPLEX = {"real": [[0, 0], [0, 0]], "imaginary": [[0, -1], [1, 0]]}
VALID: dict[str, Any] = {
    "symmetric": {"structure": {"kind": "symmetric", "n": 2}, "target": [1, 2]},
    "tridiagonal": {
        "structure": {"kind": "tridiagonal", "n": 3},
        "target": [1, 2, 3],
        "symmetries": [[2, 1, 0, 4, 3]],
    },
    "toeplitz": {
        "structure": {"kind": "toeplitz", "n": 3},
        "target": [1, 2, 3],
        "start": [1, 0, 1],
    },
    "persymmetric": {"structure": {"kind": "persymmetric", "n": 3}, "target": [1, 2, 3]},
    "zero_diagonal": {"structure": {"kind": "zero_diagonal", "n": 3}, "target": [-1, 0, 1]},
    "fixed_diagonal": {
        "structure": {"kind": "fixed_diagonal", "diagonal": [1, 2]},
        "target": [0, 3],
    },
    "pattern": {
        "structure": {"kind": "pattern", "index": [[0, 1], [1, -1]], "constant": [[0, 0], [0, 2]]},
        "names": ["a", "b"],
        "target": [1, 3],
        "start": [[1, 1], [2, 2]],
    },
    "entries": {
        "structure": {"kind": "entries", "matrix": [["a", 1], [1, "b"]]},
        "target": [0, 3],
        "sigma": [0.1, 0.2],
        "bounds": {"low": [None, 0], "high": 9},
    },
    "affine": {
        "structure": {
            "kind": "affine",
            "basis": [[[1, 0], [0, -1]], COMPLEX],
            "constant": [[0, 1], [1, 0]],
        },
        "target": [-2, 2],
    },
    "laplacian": {
        "structure": {"kind": "laplacian", "edges": [[0, 1], [1, 2]]},
        "target": [1, 3],
        "match": [1, 2],
        "published": {"answer": [[1, 1]], "tolerance": 0.1, "solutions": 1, "distance": 0},
    },
    "huckel": {"structure": {"kind": "huckel", "bonds": [[0, 1]], "n": 2}, "target": [-1, 1]},
    "spring_chain": {
        "structure": {"kind": "spring_chain", "masses": [1, 2], "ground": None, "end": 1},
        "of": "frequencies",
        "sigma": 0.001,
        "target": [0.2, 0.3],
    },
    "pencil": {
        "structure": {
            "kind": "pencil",
            "stiffness": {"kind": "toeplitz", "n": 2},
            "mass": {"kind": "entries", "matrix": [["r0", 0], [0, 2]]},
        },
        "target": [1, 2],
        "match": "lowest",
        "low": 1,
        "high": [2, 2],
    },
    "mass": {
        "structure": {"kind": "pencil", "stiffness": {"kind": "toeplitz", "n": 2}, "mass": [1, 2]},
        "target": [1],
        "match": "nearest",
    },
    "unknown mass": {
        "structure": {
            "kind": "pencil",
            "stiffness": [[2, -1], [-1, 2]],
            "mass": {"kind": "entries", "matrix": [["m", 0], [0, 1]]},
        },
        "target": [1, 3],
    },
    "joint by name": {
        "parts": [
            {"structure": {"kind": "toeplitz", "n": 2}, "target": [1, 2], "parameters": ["x", "y"]},
            {"structure": {"kind": "entries", "matrix": [["y", "z"], ["z", 1]]}, "target": [0, 2]},
        ],
        "names": ["x", "y", "z"],
    },
    "joint by place": {
        "parts": [
            {"structure": {"kind": "toeplitz", "n": 2}, "target": [1, 2], "parameters": [0, 2]},
            {
                "structure": {"kind": "huckel", "bonds": [[0, 1]]},
                "target": [1],
                "of": "differences",
                "parameters": [2, 1],
            },
        ],
        "title": "Two matrices",
        "version": 1,
    },
    "files": {
        "structure": {
            "kind": "affine",
            "basis": [{"file": "K.mtx"}, {"file": "arrays.npz", "array": "basis", "item": 1}],
            "constant": {"file": "below/A.csv"},
        },
        "target": {"file": "target.csv"},
    },
}
HOSTILE: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1,
    3.5,
    1e308,
    -1e308,
    10**30,
    10**400,
    10**6,
    2**31,
    "",
    "a",
    "x" * 10**5,
    "NaN",
    [],
    {},
    [[]],
    [{}],
    [[1, 2], [3]],
    [1, "a"],
    [None],
    {"kind": "symmetric"},
    [1e308, -1e308],
    {"kind": "symmetric", "n": 10**6},
    {"kind": "tridiagonal", "n": 10**9},
    {"file": "../secret.csv"},
    {"file": "/etc/passwd"},
    {"file": "missing.csv"},
    {"file": "K.mtx", "array": "x"},
    {"file": ""},
    {"file": "\x00"},
    {"file": "x" * 5000 + ".csv"},
    {"file": "below"},
    {"file": "pickled.npz"},
    {"file": "huge.mtx"},
    {"file": "huge.npz"},
    {"file": "wrong.csv"},
    {"file": "arrays.npz"},
    {"file": "link.csv"},
    {"file": "wrong.npz"},
    {"file": "wrong.mtx"},
    {"file": "problem.json"},
    {"file": "arrays.npz", "array": "basis", "item": 99},
    {"real": [[1]], "imaginary": [[1, 2]]},
    {"real": 1},
    {"__class__": "os"},
    "__import__('os')",
    [[[[[[[[[[1]]]]]]]]]],
    list(range(100_001)),
]


def folder_with_files(folder: Path) -> Path:
    """The folder with files beside a problem, good ones and others."""
    (folder / "below").mkdir()
    (folder / "below" / "A.csv").write_text("# a remark\n0, 1\n1; 0\n", encoding="utf-8")
    (folder / "target.csv").write_text("1\n2\n", encoding="utf-8")
    (folder / "wrong.csv").write_text("1, 2\n3\n", encoding="utf-8")
    (folder / "K.mtx").write_text(
        "%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n1 1 1.0\n2 1 -1.0\n",
        encoding="utf-8",
    )
    (folder / "wrong.mtx").write_text("%%MatrixMarket matrix\n2 2", encoding="utf-8")
    (folder / "huge.mtx").write_text(
        "%%MatrixMarket matrix array real general\n1000000 1000000\n1.0\n", encoding="utf-8"
    )
    np.savez(folder / "arrays.npz", basis=np.array([np.eye(2), [[0, 1], [1, 0]]]), t=[1.0, 2])
    np.savez(folder / "pickled.npz", a=np.array([{}], object), allow_pickle=True)
    (folder / "wrong.npz").write_bytes(b"PK\x03\x04 nothing of the kind")
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000), }"
    claim = b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little") + header.ljust(117) + b"\n"
    with zipfile.ZipFile(folder / "huge.npz", "w") as archive:
        archive.writestr("a.npy", claim)
    (folder.parent / "secret.csv").write_text("1, 2\n", encoding="utf-8")
    (folder / "link.csv").symlink_to(folder.parent / "secret.csv")
    return folder


def written(folder: Path, content: Any) -> Path:
    """A problem file with that content."""
    path = folder / "problem.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def valid_contents() -> list[Any]:
    """Every valid content above, and those of the gallery that need no other file."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.json"))]
    return [*VALID.values(), *(json.loads(text) for text in texts if '"file"' not in text)]


def changed(content: Any, random: np.random.Generator) -> Any:
    """A copy with something in it replaced, left out, doubled or renamed."""
    content = copy.deepcopy(content)
    places = list(_places(content))
    holder, key = places[random.integers(len(places))]
    kind = random.integers(6)
    if kind <= 3:
        holder[key] = copy.deepcopy(HOSTILE[random.integers(len(HOSTILE))])
    elif kind == 4:
        del holder[key]
    elif isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    else:
        holder[f"{key}x"] = holder.pop(key)
    return content


def _places(value: Any) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, below in list(items):
        yield value, key
        if isinstance(below, dict | list):
            yield from _places(below)
