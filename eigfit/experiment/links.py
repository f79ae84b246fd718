"""An experiment as a link: names and values that give the same experiment wherever they open.

A link is read leniently, as anybody may write one: what cannot be is left out and named, the rest
holds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Final

from eigfit.experiment.domains import CHOICES, LISTS, RANGES, in_domain
from eigfit.experiment.setup import Setup, default_target
from eigfit.fitting.optimisers import OPTIMISERS, SWITCH, OptimiserRow

# A link says by which version of these names it was written. A version that changes a default or
# gives a name another meaning raises this, and reads the older ones as they were meant.
VERSION: Final = "1"

# Characters of a link that are read for a list: room for 16 targets of 12 numbers.
LONGEST_LIST: Final = 8000

# Characters of the longest number that is read; every float64 is shorter.
LONGEST_NUMBER: Final = 40


def short_link(setup: Setup) -> dict[str, str]:
    """What differs from the defaults, as the address bar shows it; empty where nothing does."""
    default = _default(setup.n)
    link = {"n": str(setup.n)} if setup.n != Setup().n else {}
    for field in fields(setup):
        value = getattr(setup, field.name)
        if field.name != "settings" and value != getattr(default, field.name):
            link[field.name] = written(value)
    link |= {name: written(value) for name, value in setup.settings}
    return {"v": VERSION, **link} if link else {}


def full_link(setup: Setup) -> dict[str, str]:
    """Everything, defaults included, so that a later default cannot change what the link gives."""
    names = [field.name for field in fields(setup) if field.name != "settings"]
    link = {name: written(getattr(setup, name)) for name in names}
    if setup.distribution != "explicit":
        del link["start"]
    return {"v": VERSION, **link} | {name: written(value) for name, value in setup.rule.settings}


def read_link(link: Mapping[str, str]) -> tuple[Setup, tuple[str, ...]]:
    """The nearest valid experiment a link asks for, and which names could not be had as asked.

    A number out of range is moved into it; what cannot be read is left out. Any mapping of strings
    gives a valid Setup; nothing is raised.
    """
    row = OPTIMISERS[link["optimiser"] if link.get("optimiser") in OPTIMISERS else "adam"]
    ignored: list[str] = []
    values: dict[str, Any] = {}
    settings: list[tuple[str, float | bool]] = []
    for name, text in link.items():
        try:
            if name == "v":
                _check_version(text)
            elif name in CHOICES or name in RANGES:
                values[name] = _read(name, text)
                if _moved(name, text, values[name]):
                    ignored.append(name)
            else:
                settings.append((name, _read_setting(row, name, text)))
        except ValueError:
            ignored.append(name)
    # One field at a time, so that a wrong one costs only itself; n first, as others follow it.
    setup = _default(values.pop("n", Setup().n))
    together = [("distribution", "start"), ("low", "high")]
    groups = [{name: value} for name, value in values.items() if name not in sum(together, ())]
    groups += [{name: values[name] for name in pair if name in values} for pair in together]
    for group in sorted(groups, key=lambda group: "structure" not in group):
        try:
            setup = replace(setup, **group)
        except ValueError:
            ignored.extend(group)
    return replace(setup, settings=tuple(settings)), tuple(dict.fromkeys(ignored))


def _default(n: int) -> Setup:
    return Setup(n=n, target=default_target(n))


def _check_version(text: str) -> None:
    if text != VERSION:
        raise ValueError(f"v must be {VERSION}; got {text[:40]!r}")


def _read(name: str, text: str) -> Any:
    """The value of a field as a link writes it, moved into its range."""
    if name in LISTS:
        parts = text[:LONGEST_LIST].split(",") if text else []
        return tuple(_read_item(name, part) for part in parts)
    return _read_item(name, text)


def _read_item(name: str, text: str) -> Any:
    if name in CHOICES:
        return in_domain(name, text)
    low, high = RANGES[name]
    value = min(max(_number(text), low), high)
    return round(value) if isinstance(low, int) else value


def _number(text: str) -> float:
    value = float(text) if len(text) <= LONGEST_NUMBER else math.nan
    if math.isnan(value):
        raise ValueError(f"{text[:LONGEST_NUMBER]!r} is not a number")
    return value


def _moved(name: str, text: str, value: Any) -> bool:
    """Whether a number was moved into its range, or made whole."""
    if name in CHOICES:
        return False
    parts = text[:LONGEST_LIST].split(",") if name in LISTS and text else [text] * bool(text)
    values = value if name in LISTS else (value,)
    return [_number(part) for part in parts] != list(values)


def _read_setting(row: OptimiserRow, name: str, text: str) -> float | bool:
    domain = next((setting.domain for setting in row.settings if setting.name == name), None)
    if domain is None:
        raise ValueError(f"{row.title} has no setting {name!r}")
    switches = {"true": True, "false": False}
    value = switches.get(text) if domain is SWITCH else _number(text)
    if value is None or not domain.holds(value):
        raise ValueError(f"{name} must be {domain.sentence}")
    return value


def written(value: Any) -> str:
    """A value as a link writes it, short and exact."""
    if isinstance(value, tuple):
        return ",".join(written(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
