"""The table of fields: what is declared of each holds wherever the field goes."""

from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any

import pytest

from eigfit.experiment.declaring import GROUPS, Role
from eigfit.experiment.domains import Choice, Domain, Range, Several
from eigfit.experiment.limits import CHOICES, RANGES
from eigfit.experiment.links import full_link, read_link, short_link
from eigfit.experiment.setup import FIELDS, Setup
from eigfit.fitting.optimisers import OPTIMISERS

PLAIN = {name: field.domain for name, field in FIELDS.items() if field.domain is not None}
# A field that must change with another one is changed with it.
TOGETHER: dict[str, dict[str, Any]] = {
    "n": {"n": 2, "target": (1.0, 1.0)},
    "distribution": {"distribution": "normal"},
    "start": {"distribution": "explicit", "start": (0.5, 1.5, 2.5, 3.5, 4.5, 5.5)},
    "low": {"low": 0.5},
    "high": {"high": 2.0},
    "targets": {"targets": (3.0, 2.0, 1.0)},
    "matrix": {"matrix": (1.0, 2.0, 3.0) * 3},
    "target": {"target": (3.0, 2.0, 1.0)},
    "tolerance": {"tolerance": 1e-3},
    "axes": {"axes": (4, 1)},
}


def other_value(domain: Domain, value: Any) -> Any:
    """A value of the domain that is not this one."""
    if isinstance(domain, Several):
        return (other_value(domain.item, None),)
    if isinstance(domain, Choice):
        return next(option for option in domain.options if option != value)
    return next(end for end in (domain.low, domain.low + 1, domain.high) if end != value)


def otherwise(name: str) -> Setup:
    """The first experiment with that field changed, and what must change with it."""
    given = TOGETHER.get(name) or {name: other_value(PLAIN[name], getattr(Setup(), name))}
    changed = Setup(**given)
    assert getattr(changed, name) != getattr(Setup(), name)
    return changed


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_declared_with_all_that_is_asked_of_one(name: str):
    field = FIELDS[name]
    assert field.meaning
    assert isinstance(field.role, Role)
    assert field.group in (*GROUPS, "")
    assert field.beside in (*FIELDS, "")
    assert field.domain or field.fits, "somebody must say what it may be"
    default = next(each.default for each in fields(Setup) if each.name == name)
    assert default is not MISSING
    if field.domain:
        assert field.domain.checked(name, default) == default


def test_every_group_of_controls_has_a_field():
    assert {field.group for field in FIELDS.values()} == {*GROUPS, ""} - {"ready"}, "links alone"


def test_limits_and_choices_are_those_declared():
    assert set(CHOICES) | set(RANGES) == set(PLAIN)
    assert RANGES["seed"] == Range(0, 2**31 - 1)
    assert RANGES["learning_rates"] == Range(1e-8, 1000.0)
    assert CHOICES["hide"] == GROUPS


def test_no_setting_of_a_rule_has_the_name_of_a_field():
    settings = {setting.name for row in OPTIMISERS.values() for setting in row.settings}
    assert not settings & {*FIELDS, "v"}


@pytest.mark.parametrize("link_of", [short_link, full_link])
@pytest.mark.parametrize("name", PLAIN)
def test_every_field_survives_its_link(name: str, link_of: Callable[[Setup], dict[str, str]]):
    changed = otherwise(name)
    assert name in link_of(changed)
    assert read_link(link_of(changed)) == (changed, ())


@pytest.mark.parametrize("name", PLAIN)
def test_the_role_says_whether_a_field_makes_another_run_or_a_condition(name: str):
    changed, role = otherwise(name), FIELDS[name].role
    assert (changed.identity() != Setup().identity()) is (role is Role.run)
    assert (name in changed.held()) is (role is Role.condition)
    assert (name in changed.conditions()) is (role in (Role.condition, Role.limit))
    if name in changed.conditions():
        assert changed.conditions()[name] == getattr(changed, name) != getattr(Setup(), name)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        *(("n", Role.run), ("structure", Role.run), ("target", Role.condition), ("seed", Role.run)),
        *(("low", Role.run), ("high", Role.run), ("start", Role.run), ("dtype", Role.run)),
        *(("optimiser", Role.run), ("distribution", Role.run), ("settings", Role.condition)),
        *(("tolerance", Role.condition), ("max_steps", Role.limit), ("k", Role.view)),
        *(("steps_per_frame", Role.view), ("convention", Role.view), ("log_x", Role.view)),
        *(("members", Role.study), ("starts", Role.study), ("hide", Role.view)),
    ],
)
def test_only_what_defines_a_run_makes_it_another(name: str, role: Role):
    assert FIELDS[name].role is role


def test_a_setting_of_the_rule_is_a_condition_and_no_other_run():
    changed = Setup().changed("beta_1", 0.5)
    assert changed.identity() == Setup().identity()
    assert changed.conditions() == Setup().conditions() | {"beta_1": 0.5}
