"""What a host may lower for its visitors: the largest n, the most starts and the most steps."""

from __future__ import annotations

import os
from collections.abc import Mapping


def most(name: str, least: int, built_in: int, environment: Mapping[str, str] = os.environ) -> int:
    """What the environment's EIGFIT_MAX_… of that name allows, else what is built in.

    Raises:
        ValueError: the variable is no whole number, below the least or above what is built in.
    """
    variable = f"EIGFIT_MAX_{name}"
    text = environment.get(variable, "").strip()
    if not text:
        return built_in
    if not (text.isascii() and text.isdecimal() and least <= int(text) <= built_in):
        raise ValueError(
            f"{variable} must be a whole number from {least} to {built_in}, or unset; got {text!r}"
        )
    return int(text)
