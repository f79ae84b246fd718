"""The problem that a command names: a file, or one of the gallery."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from eigfit.gallery.derivative import Derivative
from eigfit.gallery.gallery import gallery
from eigfit.problem.files.read import read_problem
from eigfit.problem.posed import Posed


def asked(name: str) -> Posed | Derivative:
    """What a file or a name of the gallery holds.

    Raises:
        ValueError: it is neither, or the file is wrong.
    """
    if not re.fullmatch(r"\w+", name) or Path(name).exists():
        return read_problem(name)
    try:
        return gallery(name)
    except ValueError as error:
        raise ValueError(f"there is no file {name!r}, and {error}") from None


def searched(posed: Posed, starts: int | None, low: list[float] | None, high: Any) -> Posed:
    """The problem with other starts than its file says.

    Raises:
        ValueError: an end is none that its parameters can have.
    """
    p = posed.problem.parameters
    changes: dict[str, Any] = {} if starts is None else {"starts": starts}
    for name, ends in (("low", low), ("high", high)):
        if ends is None:
            continue
        if len(ends) not in (1, p) or not np.isfinite(ends).all():
            raise ValueError(
                f"--{name} must be one finite number, or one for each of {p} parameters between "
                f"commas; got {len(ends)}"
            )
        changes[name] = ends[0] if len(ends) == 1 else np.array(ends)
    return replace(posed, **changes, start=None) if changes else posed
