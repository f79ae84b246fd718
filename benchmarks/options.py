"""What the command line asks for."""

from __future__ import annotations

from typing import NamedTuple


class Options(NamedTuple):
    """Which sizes and numbers of starts race, and how many rounds are timed."""

    sizes: tuple[int, ...]
    starts: tuple[int, ...]
    rounds: int
