"""How errors show what came."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

LONGEST_SHOWN: Final = 60


def shown(value: Any) -> str:
    """A value as JSON, not longer than a line."""
    if isinstance(value, list | dict) and len(value) > LONGEST_SHOWN:
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value):,}"
    try:
        text = json.dumps(value, ensure_ascii=False, default=repr)
    except (ValueError, RecursionError):
        return "something too long or too deep to show"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def listed(names: Sequence[str]) -> str:
    """Names in a row, the last after "and"."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
