"""`gallery` and `show`: published problems, and their files to copy."""

from __future__ import annotations

import re
import shutil
from argparse import Namespace
from pathlib import Path
from typing import Any

from eigfit.gallery.derivative import Derivative
from eigfit.gallery.gallery import file_of, gallery
from eigfit.terminal.found import plain
from eigfit.terminal.tables import number, table


def listed(arguments: Namespace) -> tuple[int, str, Any]:
    """Exit status, text and JSON of `gallery`."""
    rows, told = [], []
    for name in gallery():
        one = gallery(name)
        asks = "derivative" if isinstance(one, Derivative) else str(one.problem.parameters)
        rows.append([name, asks, one.field, one.title])
        told.append({"name": name, "title": one.title, "field": one.field, "source": one.source})
    text = table(["name", "parameters", "field", "title"], rows)
    return 0, f"{text}\n\n`show NAME` tells more, and `solve NAME` solves it.", told


def shown(arguments: Namespace) -> tuple[int, str, Any]:
    """Exit status, text and JSON of `show`."""
    name = arguments.name
    one = gallery(name)
    head = [one.title, f"Field:  {one.field}", f"Source: {one.source}", f"Units:  {one.units}"]
    head.append(one.notes)
    told = {
        "name": name, "title": one.title, "field": one.field, "source": one.source,
        "units": one.units, "notes": one.notes, "answer": plain(one.answer),
    }  # fmt: skip
    if isinstance(one, Derivative):
        head.append(f"Published: {number(one.answer)} ⟨E, E⟩; `check {name}` computes it.")
        return 0, "\n".join(head), told
    if arguments.save:
        return 0, _saved(name, Path(arguments.save)), told
    text = file_of(name).read_text(encoding="utf-8")
    for row in one.answer:
        values = ", ".join(
            f"{called} = {number(value)}"
            for called, value in zip(one.problem.names, row, strict=True)
        )
        head.append(f"Published: {values}")
    if one.distance:
        head.append(f"Published: no solution; the nearest spectrum is {one.distance:.10g} away")
    if arguments.file:
        return 0, text.rstrip(), told
    return 0, "\n".join(head) + f"\n\n{text.rstrip()}", told | {"file": text}


def _saved(name: str, folder: Path) -> str:
    """Copies the file of a problem, and what it names, into a folder; says so."""
    source = file_of(name)
    beside = set(re.findall(r'"file": "([^"]+)"', source.read_text(encoding="utf-8")))
    written = []
    for path in (source, *(source.parent / other for other in sorted(beside))):
        if (folder / path.name).exists():
            raise ValueError(
                f"{folder / path.name} is there already; move it, or name another folder"
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / path.name)
        except OSError as error:
            raise ValueError(f"{folder / path.name} cannot be written: {error.strerror}") from None
        written.append(str(folder / path.name))
    return f"Written: {', '.join(written)}"
