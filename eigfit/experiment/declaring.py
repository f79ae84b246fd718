"""How a field of an experiment is declared: once, where it stands in `Setup`.

What it may be, its default, what a change of it means and among which controls it stands are all
said there; checks, links, limits, menus and what makes another run follow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from enum import Enum
from typing import Any, Final, NamedTuple

from eigfit.experiment.domains import Domain

# Groups of controls, in the order of the page; a link can hide them.
GROUPS: Final = ("matrix", "start", "optimiser", "run", "comparison", "survey", "ready")


class Role(Enum):
    """What a change of a field means; the value is the sentence that says so."""

    run = "Makes it another run, from the start."
    condition = "May change while it runs; the run remembers from which step on."
    limit = "Ends it sooner or later; no step taken hangs on it."
    study = "Says which runs are compared or surveyed; each of them stays as it is."
    view = "Says how it is shown."


class Declaration(NamedTuple):
    """What is known of a field.

    Attributes:
        domain: what it may be; None where others say so, as the rule does of its settings.
        role: what a change of it means.
        group: of controls where it stands, one of `GROUPS`, or none.
        meaning: what it is, in words.
        fits: given the setup, the field's name and its value, the value as it fits the other
            fields; raises a ValueError where it cannot.
        beside: the field together with which alone a link may change it.
    """

    domain: Domain | None
    role: Role
    group: str
    meaning: str
    fits: Callable[[Any, str, Any], Any] | None
    beside: str


def declared(
    default: Any,
    domain: Domain | None,
    role: Role,
    group: str,
    meaning: str,
    fits: Callable[[Any, str, Any], Any] | None = None,
    beside: str = "",
) -> Any:
    """A dataclass field of that default with its `Declaration`."""
    known = Declaration(domain, role, group, meaning, fits, beside)
    return field(default=default, metadata={"declaration": known})
