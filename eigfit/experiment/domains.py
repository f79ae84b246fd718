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

# Whole numbers from here on are not written out in a sentence.
MOST_WRITTEN: Final = 10**300


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
            number = "whole number" if self.whole else "number"
            raise TypeError(f"{name} must be a {number}; got {value!r}")
        plain: Any = value
        if not self.low <= plain <= self.high:
            low, high = (f"{end:,.10g}".replace("-", "−") for end in self)
            raise ValueError(
                f"{name} must lie between {low} and {high}; {_in_words(plain)} does not"
            )
        return int(plain) if self.whole else float(plain)

    def read(self, name: str, text: str) -> tuple[Any, bool]:
        """The number of a text moved into the range, and whether that changed it."""
        asked = read_number(text)
        inside = min(max(asked, self.low), self.high)
        value = round(inside) if self.whole else inside
        return value, value != asked


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


def _in_words(value: Any) -> str:
    """A number as people write it, whatever its size."""
    short = isinstance(value, float) or abs(value) < MOST_WRITTEN
    return f"{float(value):,.10g}".replace("-", "−") if short else "a number of so many digits"


def read_number(text: str) -> float:
    """The number of a text, be it infinite; a ValueError where there is none."""
    value = float(text) if len(text) <= LONGEST_NUMBER else math.nan
    if math.isnan(value):
        raise ValueError(f"a number is needed; got {text[:LONGEST_NUMBER]!r}")
    return value
