"""What a field may be. A domain checks a value strictly and reads a link's text leniently."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

# Characters of a link that are read for a list: room for 16 targets of 12 numbers.
LONGEST_LIST: Final = 8000

# Characters of the longest number that is read; every float64 is shorter.
LONGEST_NUMBER: Final = 40


class Range(NamedTuple):
    """A number between these, whole if they are."""

    low: Any
    high: Any

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are meant."""
        return isinstance(self.low, int)

    def checked(self, name: str, value: Any) -> Any:
        """The value as a plain number.

        Raises:
            TypeError: it is no number, or not a whole one.
            ValueError: it lies outside.
        """
        kind = numbers.Integral if self.whole else numbers.Real
        if not isinstance(value, kind) or isinstance(value, bool):
            raise TypeError(self._refusal(name, value))
        plain: Any = int(value) if self.whole else float(value)  # pyright: ignore[reportArgumentType]
        if not self.low <= plain <= self.high:
            raise ValueError(self._refusal(name, value))
        return plain

    def read(self, name: str, text: str) -> tuple[Any, bool]:
        """The number of a text moved into the range, and whether that changed it."""
        asked = read_number(text)
        inside = min(max(asked, self.low), self.high)
        value = round(inside) if self.whole else inside
        return value, value != asked

    def _refusal(self, name: str, value: Any) -> str:
        number = "a whole number from" if self.whole else "a number from"
        return f"{name} must be {number} {self.low:.10g} to {self.high:.10g}; got {value!r}"


class Choice(NamedTuple):
    """One of these words."""

    options: tuple[str, ...]

    def checked(self, name: str, value: Any) -> str:
        """The value as a plain string; a ValueError if it is none of them."""
        if value not in self.options:
            raise ValueError(f"{name} must be one of {', '.join(self.options)}; got {value!r}")
        return str(value)

    def read(self, name: str, text: str) -> tuple[str, bool]:
        """The word of a text, which is never moved."""
        return self.checked(name, text), False


class Several(NamedTuple):
    """A list, each item of the same domain."""

    item: Range | Choice

    def checked(self, name: str, value: Any) -> tuple[Any, ...]:
        """The items as a tuple; raises as they do, and a TypeError if the value is no list."""
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise TypeError(f"{name} must be a tuple; got {value!r}")
        return tuple(self.item.checked(name, item) for item in value)

    def read(self, name: str, text: str) -> tuple[tuple[Any, ...], bool]:
        """The items of a text, and whether one was moved."""
        parts = text[:LONGEST_LIST].split(",") if text else []
        items = [self.item.read(name, part) for part in parts]
        return tuple(value for value, _ in items), any(moved for _, moved in items)


Domain = Range | Choice | Several


def read_number(text: str) -> float:
    """The number of a text, be it infinite; a ValueError where there is none."""
    value = float(text) if len(text) <= LONGEST_NUMBER else math.nan
    if math.isnan(value):
        raise ValueError(f"a number is needed; got {text[:LONGEST_NUMBER]!r}")
    return value
