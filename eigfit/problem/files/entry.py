"""A value of a problem file that knows the name of its field, so that errors can name it."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TypeVar

from eigfit.problem.files.folder import Folder
from eigfit.problem.files.words import listed, shown

LONGEST_ERROR: Final = 300
LONGEST_TEXT: Final = 10_000
MOST_ITEMS: Final = 1_000_000

Built = TypeVar("Built")


@dataclass(frozen=True)
class Entry:
    """One value of the file.

    Attributes:
        value: as JSON gives it.
        field: where it stands, such as `parts[1].target`; "" for the whole file.
        folder: where the files lie that it may name.
    """

    value: Any
    field: str
    folder: Folder

    def wrong(self, needed: str) -> NoReturn:
        """Raise the error that says what is needed here and what came."""
        name = self.field or "a problem file"
        raise ValueError(f"{name} must be {needed}; got {shown(self.value)}")

    def fields(self, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Entry]:
        """The fields of an object by name; none may be missing, and none unknown."""
        if not isinstance(self.value, dict):
            self.wrong(f"an object with the fields {listed([*required, *optional])}")
        inside = f" in {self.field}" if self.field else ""
        for name in self.value:
            if name not in (*required, *optional):
                close = difflib.get_close_matches(name, [*required, *optional], 1)
                hint = f"did you mean {close[0]}?" if close else "leave it out, or use one of "
                known = "" if close else listed([*required, *optional])
                raise ValueError(f"there is no field {shown(name)}{inside}; {hint}{known}")
        for name in required:
            if name not in self.value:
                raise ValueError(
                    f"{self._below(name)} is missing; {self.field or 'a problem'} needs "
                    f"{listed(required)}"
                )
        return {
            name: Entry(value, self._below(name), self.folder) for name, value in self.value.items()
        }

    def items(self, needed: str = "a list", least: int = 1) -> list[Entry]:
        """The values of a list, at least so many."""
        if not isinstance(self.value, list) or not least <= len(self.value) <= MOST_ITEMS:
            self.wrong(needed)
        return [
            Entry(value, f"{self.field}[{i}]", self.folder) for i, value in enumerate(self.value)
        ]

    def text(self, choices: Sequence[str] = ()) -> str:
        """A text, one of the choices if there are any."""
        if choices and self.value not in [*choices]:
            self.wrong(f"one of {', '.join(choices)}")
        if not isinstance(self.value, str) or len(self.value) > LONGEST_TEXT:
            self.wrong("a text")
        return self.value

    def whole(self, least: int, most: int) -> int:
        """A whole number within ends."""
        whole = isinstance(self.value, int) and not isinstance(self.value, bool)
        if not whole or not least <= self.value <= most:
            self.wrong(f"a whole number from {least:,} to {most:,}" if least < most else f"{least}")
        return self.value

    def number(self) -> float:
        """A finite number."""
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            try:
                number = float(self.value)
            except OverflowError:
                number = math.inf
            if math.isfinite(number):
                return number
        self.wrong("a finite number")

    def texts(self) -> list[str]:
        """A list of texts."""
        return [entry.text() for entry in self.items("a list of texts")]

    def built(self, build: Callable[..., Built], *arguments: Any, **settings: Any) -> Built:
        """What the library makes of it; its errors are given the name of this field."""
        try:
            return build(*arguments, **settings)
        except MemoryError:
            raise ValueError(
                f"{self.field or 'the problem'} needs more memory than there is"
            ) from None
        except (ValueError, TypeError) as error:
            said = (
                str(error) if len(str(error)) <= LONGEST_ERROR else f"{str(error)[:LONGEST_ERROR]}…"
            )
            known = not self.field or said.startswith(self.field)
            raise ValueError(said if known else f"{self.field}: {said}") from None

    def _below(self, name: str) -> str:
        return f"{self.field}.{name}" if self.field else name
