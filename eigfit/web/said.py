"""What browsers say, read as the words of strangers: what no page of ours would say is None."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

MOST: Final = 2**53  # up to here JavaScript counts; no session sends as many frames


class Ask(NamedTuple):
    """What a browser has when it asks for the next frame.

    Attributes:
        base: the number of the figures it has in full, None if it has none.
        step: the last step whose points it has, None if it has none.
        show: the step it wants to look at, None for the latest.
        still: whether its owner wants little to move.
    """

    base: int | None
    step: int | None
    show: int | None
    still: bool = False


def ask(said: Any) -> Ask | None:
    """What a browser has, if that is what it says."""
    if not isinstance(said, dict):
        return None
    values = said.get("base"), said.get("step"), said.get("show")
    base, step, show = map(whole, values)
    still = said.get("still") is True
    return Ask(base, step, show, still) if (base, step, show) == values else None


def whole(value: Any) -> int | None:
    """A number of steps, frames or rows."""
    plain = isinstance(value, int) and not isinstance(value, bool)
    return value if plain and 0 <= value < MOST else None


def number(value: Any) -> float | None:
    """A finite number of no monstrous size."""
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if plain and abs(value) < MOST else None
