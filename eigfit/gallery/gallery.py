"""Problems with published or closed answers by name.

A new one is a file of this folder, which docs/problems.md describes; its name is the file's.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Final, overload

from eigfit.gallery.derivative import DERIVATIVES, Derivative
from eigfit.problem.files.read import read_problem
from eigfit.problem.posed import Posed

FOLDER: Final = Path(__file__).parent


@overload
def gallery(name: None = None) -> tuple[str, ...]: ...
@overload
def gallery(name: str) -> Posed | Derivative: ...
def gallery(name: str | None = None) -> tuple[str, ...] | Posed | Derivative:
    """The names of all published problems, or the one of a name.

    One is a `Posed`, with its problem, where to begin, its source, units and published answer; what
    asks for a derivative and not for parameters is a `Derivative`.

    Raises:
        ValueError: there is none of that name.
    """
    files = {path.stem: path for path in FOLDER.glob("*.json")}
    names = tuple(sorted([*files, *DERIVATIVES]))
    if name is None:
        return names
    if name in DERIVATIVES:
        return DERIVATIVES[name]
    if name not in files:
        close = difflib.get_close_matches(str(name), names, 1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}"
        raise ValueError(f"there is no problem {name!r} in the gallery; {hint}")
    return read_problem(files[name])


def file_of(name: str) -> Path:
    """The file of a problem; raises a ValueError where there is none, as for a derivative."""
    if not isinstance(gallery(name), Posed):
        raise ValueError(f"{name} is a derivative and has no file; `check {name}` computes it")
    return FOLDER / f"{name}.json"
