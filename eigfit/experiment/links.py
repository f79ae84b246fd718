"""An experiment as a link: names and values that give the same experiment wherever they open.

A link is read leniently, as anybody may write one: what cannot be is left out and named, the rest
holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from eigfit.experiment.domains import read_number
from eigfit.experiment.legs import Leg
from eigfit.experiment.setup import FIELDS, Setup
from eigfit.experiment.versions import (
    RULE_OF_VERSION_1,
    SETTINGS_OF_VERSION_1,
    SIZE_OF_VERSION_1,
    fields_of_version_1,
)
from eigfit.fitting.optimisers import OPTIMISERS, SWITCH, OptimiserRow

# A link says by which version of these names it was written, which fixes what it leaves out. A
# version with other defaults or meanings raises this, and reads the older ones as they were meant.
VERSION: Final = "1"

# Characters that are read of what held before: room for as many changes as a run remembers.
LONGEST_COURSE: Final = 100_000

# The fields that a link writes as they are; the rule's settings stand in it by their own names.
PLAIN: Final = tuple(name for name, field in FIELDS.items() if field.domain is not None)


class Refusal(NamedTuple):
    """What a link or a file asked for and could not have.

    Attributes:
        name: of the field or setting, "v" of the version.
        asked: its text there, from whoever wrote that.
        became: what it is instead, None where there is no such thing.
    """

    name: str
    asked: str
    became: str | None


def short_link(setup: Setup) -> dict[str, str]:
    """What differs from the version's defaults, as the address bar shows it; empty if nothing."""
    default, usual = _default(setup.n), _usual_settings(setup.optimiser)
    link = {"n": str(setup.n)} if setup.n != SIZE_OF_VERSION_1 else {}
    for name in PLAIN:
        value = getattr(setup, name)
        if value != getattr(default, name):
            link[name] = written(value)
    settings = {name: value for name, value in setup.rule.settings if value != usual[name]}
    link |= {name: written(value) for name, value in settings.items()} | _earlier(setup)
    return {"v": VERSION, **link} if link else {}


def link_text(setup: Setup) -> str:
    """The short link as it stands behind a page's address and `?`, never without its version."""
    return urlencode({"v": VERSION} | short_link(setup), safe=",:;")


def full_link(setup: Setup) -> dict[str, str]:
    """Everything, defaults included."""
    link = {name: written(getattr(setup, name)) for name in PLAIN}
    if setup.distribution != "explicit":
        del link["start"]
    settings = {name: written(value) for name, value in setup.rule.settings}
    return {"v": VERSION, **link} | settings | _earlier(setup)


def read_link(link: Mapping[str, str]) -> tuple[Setup, tuple[str, ...]]:
    """The nearest valid experiment a link asks for, and which names could not be had as asked.

    A number out of range is moved into it; what cannot be read is left out. Any mapping of strings
    gives a valid Setup; nothing is raised.
    """
    rule = link.get("optimiser", "")
    rule = rule if rule in OPTIMISERS else RULE_OF_VERSION_1
    row = OPTIMISERS[rule]
    ignored: list[str] = []
    values: dict[str, Any] = {}
    settings: list[tuple[str, float | bool]] = []
    for name, text in link.items():
        domain = FIELDS[name].domain if name in FIELDS else None
        try:
            if name == "v":
                _check_version(text)
            elif domain is not None:
                values[name], moved = domain.read(name, text)
                ignored += [name] * moved
            elif name != "earlier":
                settings.append((name, _read_setting(row, name, text)))
        except ValueError:
            ignored.append(name)
    default = _default(values.pop("n", SIZE_OF_VERSION_1))  # first, as others follow it
    try:
        setup = replace(default, **values)
    except ValueError:
        # One field at a time, so that a wrong one costs only itself.
        setup = default
        for group in _together(values):
            try:
                setup = replace(setup, **group)
            except ValueError:
                ignored.extend(group)
    setup = replace(setup, settings=(*_usual_settings(rule).items(), *settings))
    if "earlier" in link:
        try:
            setup = replace(setup, earlier=_read_course(row, link["earlier"]))
        except ValueError:
            ignored.append("earlier")
    return setup, tuple(dict.fromkeys(ignored))


def refusals(link: Mapping[str, str], setup: Setup, ignored: Iterable[str]) -> tuple[Refusal, ...]:
    """Of the names that could not be had as asked, what was asked and what it became."""
    became = full_link(setup)
    return tuple(Refusal(name, link[name], became.get(name)) for name in ignored)


def _default(n: int) -> Setup:
    """What a link of that size means that says nothing else, within the host's limits."""
    values: dict[str, Any] = {}
    for name, text in fields_of_version_1(n).items():
        domain = FIELDS[name].domain
        if domain is not None:
            values[name], _ = domain.read(name, text)
    return Setup(**values)


def _usual_settings(rule: str) -> dict[str, float | bool]:
    """The settings of a rule that a link leaves out."""
    row, texts = OPTIMISERS[rule], SETTINGS_OF_VERSION_1.get(rule, {})
    read = {name: _read_setting(row, name, text) for name, text in texts.items()}
    return {setting.name: setting.default for setting in row.settings} | read


def _together(values: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields in the order of their declaration, each with those that must change with it."""
    beside = {field.beside: name for name, field in FIELDS.items() if field.beside}
    groups = []
    for name in FIELDS:
        if not FIELDS[name].beside:
            group = {key: values[key] for key in (name, beside.get(name)) if key in values}
            groups += [group] if group else []
    return groups


def _check_version(text: str) -> None:
    if text != VERSION:
        raise ValueError(f"v must be {VERSION}; got {text[:40]!r}")


def _read_setting(row: OptimiserRow, name: str, text: str) -> float | bool:
    required = {setting.name: setting.requirement for setting in row.settings}.get(name)
    if required is None:
        raise ValueError(f"{row.title} has no setting {name!r}")
    switches = {"true": True, "false": False}
    value = switches.get(text) if required is SWITCH else read_number(text)
    if value is None or not required.holds(value):
        raise ValueError(f"{name} must be {required.words}")
    return value


def _earlier(setup: Setup) -> dict[str, str]:
    """What held before, `500:learning_rate:0.001;…`; nothing where nothing has changed."""
    legs = [
        ":".join((str(until), *(f"{name}:{written(value)}" for name, value in values)))
        for until, values in setup.earlier
    ]
    return {"earlier": ";".join(legs)} if legs else {}


def _read_course(row: OptimiserRow, text: str) -> tuple[Leg, ...]:
    """What held before, all of it: with one change left out it would be another run."""
    if len(text) > LONGEST_COURSE:
        raise ValueError(f"earlier must be at most {LONGEST_COURSE} characters; got {len(text)}")
    legs = []
    for part in text.split(";") if text else []:
        until, *rest = part.split(":")
        if not until.isdecimal() or len(rest) % 2 or len({*rest[::2]}) < len(rest[::2]):
            raise ValueError(f"a step and what held until it are needed; got {part[:40]!r}")
        values = [_read_held(row, *pair) for pair in zip(rest[::2], rest[1::2], strict=True)]
        legs.append(Leg(int(read_number(until)), tuple(values)))
    return tuple(legs)


def _read_held(row: OptimiserRow, name: str, text: str) -> tuple[str, Any]:
    domain = FIELDS[name].domain if name in FIELDS else None
    if domain is None:
        return name, _read_setting(row, name, text)
    value, moved = domain.read(name, text)
    if moved:
        raise ValueError(f"{name} was {text[:40]!r} before, which it may not be")
    return name, value


def written(value: Any) -> str:
    """A value as a link writes it, short and exact."""
    if isinstance(value, tuple):
        return ",".join(written(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
