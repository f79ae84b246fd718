"""What browsers say, read as the words of strangers: what no page of ours would say is None."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

MOST_PULLS: Final = 20  # that are told at once, as handles.js has it
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


class Pull(NamedTuple):
    """A handle that was pulled.

    Attributes:
        count: its number among those of its page, from 1.
        before: the value from which it was pulled.
        value: to which.
    """

    count: int
    before: float
    value: float


def ask(said: Any) -> Ask | None:
    """What a browser has, if that is what it says."""
    if not isinstance(said, dict):
        return None
    values = said.get("base"), said.get("step"), said.get("show")
    base, step, show = map(whole, values)
    still = said.get("still") is True
    return Ask(base, step, show, still) if (base, step, show) == values else None


def pulls(said: Any) -> list[Pull]:
    """What handles were pulled lately, in the order in which that is said to have happened."""
    if not isinstance(said, list):
        return []
    return [
        Pull(count, before, value)
        for told in said[:MOST_PULLS]
        if isinstance(told, dict)
        and (count := whole(told.get("count"))) is not None
        and (before := number(told.get("from"))) is not None
        and (value := number(told.get("value"))) is not None
    ]


def whole(value: Any) -> int | None:
    """A number of steps, frames or rows."""
    plain = isinstance(value, int) and not isinstance(value, bool)
    return value if plain and 0 <= value < MOST else None


def number(value: Any) -> float | None:
    """A finite number of no monstrous size."""
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if plain and abs(value) < MOST else None
