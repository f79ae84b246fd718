"""Tables in Markdown, and the part of a document that measurements rewrite."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

BEGIN: Final = "<!-- measured: begin -->"
END: Final = "<!-- measured: end -->"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, padded so that it reads in a terminal too; numbers to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(head), line(rule), *map(line, rows)])


def rewritten(document: str, measured: str) -> str:
    """The document with its measured part, between the two markers, replaced."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(
            f"the document has no measured part; put the lines {BEGIN} and {END} where it goes"
        )
    return f"{before}{BEGIN}\n\n{measured.strip()}\n\n{END}{after}"


def rewrite(path: Path, measured: str) -> None:
    """Replace the measured part of a file."""
    document = path.read_text(encoding="utf-8")
    path.write_text(rewritten(document, measured), encoding="utf-8")
