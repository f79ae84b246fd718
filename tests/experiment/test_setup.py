"""An experiment as one record: what it may be, and its way into a link and back."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from eigfit.experiment.consistency import MOST_MEMBERS
from eigfit.experiment.declaration import GROUPS
from eigfit.experiment.domains import Several
from eigfit.experiment.legs import Leg
from eigfit.experiment.limits import CHOICES, RANGES
from eigfit.experiment.links import full_link, read_link, short_link
from eigfit.experiment.presets import PRINTED_START, default_target
from eigfit.experiment.setup import FIELDS, Setup
from eigfit.fitting.optimisers import OPTIMISERS, SWITCH, Setting
from eigfit.structures.named import STRUCTURES

LARGEST = RANGES["target"].high
LISTS = [name for name, field in FIELDS.items() if isinstance(field.domain, Several)]
NUMBERS = some.floats(-LARGEST, LARGEST)
REALS = some.floats(0, 1) | some.floats(1e-9, 1e3) | some.floats(-1e3, 0)
SETTINGS = sorted({setting.name for row in OPTIMISERS.values() for setting in row.settings})
HOSTILE = (
    *("nan", "-nan", "inf", "1e999", "-1e999", "1e-999", "", " ", ",", ",,,", "0", "-5", "999"),
    *("true", "None", "<script>alert(1)</script>", "';--", "../..", "\x00", "\ud800", "٣", "1_0"),
    *("1" * 100_000, "1," * 50_000, "nan,1,1", "1,1", "1,1,1,1", "1,2,3,4,5,6", "explicit"),
)
COURSES = (
    *("5:beta_1:2", "0:", "5:", "5;5", "9;5", "5:n:4", "5:tolerance:9", ";;"),
    *("1e9:tolerance:1", "300000", "٣", "5:earlier:5", "1;" * 9_999, "5:v:1"),
    *("5:tolerance:1:tolerance:0", ":" * 100, "5:settings:1"),
)


def values_of(setting: Setting) -> some.SearchStrategy[float | bool]:
    if setting.requirement is SWITCH:
        return some.booleans()
    return REALS.filter(setting.requirement.holds)


def setup_with(**fields: Any) -> Setup:
    """A Setup with fields of any type, as a caller in a hurry writes it."""
    return Setup(**fields)


@some.composite
def setups(draw: some.DrawFn) -> Setup:
    n = draw(some.integers(2, 12))
    structure = draw(some.sampled_from(sorted(STRUCTURES)))
    p = STRUCTURES[structure].build(n).parameters
    distribution = draw(some.sampled_from(("uniform", "normal", "explicit")))
    explicit = distribution == "explicit"
    few: dict[str, Any] = {"min_size": 1, "max_size": MOST_MEMBERS}
    low, high = sorted(draw(some.tuples(*[some.floats(-1000, 1000)] * 2)))
    setup = Setup(
        n=n,
        structure=structure,
        target=draw(some.tuples(*[NUMBERS] * n)),
        distribution=distribution,
        seed=draw(some.integers(0, 2**31 - 1)),
        low=low,
        high=high,
        start=draw(some.tuples(*[NUMBERS] * p)) if explicit else (),
        optimiser=draw(some.sampled_from(sorted(OPTIMISERS))),
        tolerance=draw(some.floats(0, 1)),
        max_steps=draw(some.integers(0, 200_000)),
        dtype=draw(some.sampled_from(("float64", "float32"))),
        steps_per_frame=draw(some.integers(1, 2000)),
        k=draw(some.integers(0, n - 1)),
        convention=draw(some.sampled_from(("symmetric", "lower"))),
        log_x=draw(some.sampled_from(("no", "yes"))),
        vary=draw(some.sampled_from(CHOICES["vary"])),
        members=draw(some.integers(1, MOST_MEMBERS)),
        optimisers=tuple(draw(some.lists(some.sampled_from(sorted(OPTIMISERS)), **few))),
        learning_rates=tuple(draw(some.lists(some.floats(1e-8, 1000), **few))),
        targets=sum(draw(some.lists(some.tuples(*[NUMBERS] * n), **few)), ()),
        starts=draw(some.integers(1, 1024)),
        matrix=draw(some.tuples(*[NUMBERS] * n**2)),
        row=draw(some.integers(0, n - 1)),
        column=draw(some.integers(0, n - 1)),
        reach=draw(some.floats(0.01, 100)),
        parameter=draw(some.integers(0, p - 1)),
        hide=tuple(draw(some.lists(some.sampled_from(GROUPS), unique=True))),
    )
    for setting in OPTIMISERS[setup.optimiser].settings:
        if draw(some.booleans()):
            setup = setup.changed(setting.name, draw(values_of(setting)))
    return replace(setup, earlier=draw(courses(setup)))


@some.composite
def courses(draw: some.DrawFn, setup: Setup) -> tuple[Leg, ...]:
    """What may have held before, of all that may change while it runs."""
    legs = []
    for until in sorted(draw(some.sets(some.integers(1, 200_000), max_size=3))):
        values: dict[str, Any] = {"tolerance": draw(some.floats(0, 1))}
        for setting in OPTIMISERS[setup.optimiser].settings:
            values[setting.name] = draw(values_of(setting))
        kept = draw(some.lists(some.sampled_from(sorted(values)), unique=True))
        legs.append(Leg(until, tuple((name, values[name]) for name in kept)))
    return tuple(legs)


def hostile_links() -> some.SearchStrategy[dict[str, str]]:
    names = some.sampled_from([*FIELDS, *SETTINGS, "unknown", "", "<script>"])
    options = [*STRUCTURES, *OPTIMISERS, "uniform", "normal"]
    texts = (
        some.sampled_from([*HOSTILE, *COURSES, *options]) | some.floats().map(repr) | some.text()
    )
    return some.dictionaries(names | some.text(max_size=9), texts, max_size=12)


@settings(deadline=None)
@pytest.mark.parametrize("link_of", [short_link, full_link])
@given(setup=setups())
def test_an_experiment_survives_its_link(link_of: Callable, setup: Setup):
    link = link_of(setup)
    again, ignored = read_link(link)
    assert again == setup
    assert link_of(again) == link
    assert ignored == ()


def test_a_full_link_names_every_field_and_setting():
    names = {field.name for field in fields(Setup)} - {"settings", "start", "earlier"}
    settings = {setting.name for setting in OPTIMISERS["adam"].settings}
    assert set(full_link(Setup())) == {"v"} | names | settings


@pytest.mark.parametrize("version", ["2", "0", "", "one", "<script>"])
def test_another_version_than_this_is_named(version: str):
    assert read_link({"v": version, "seed": "7"}) == (Setup(seed=7), ("v",))


@settings(deadline=None, max_examples=300)
@given(hostile_links())
def test_any_link_gives_a_valid_experiment(link: dict[str, str]):
    setup, ignored = read_link(link)
    assert Setup(**vars(setup)) == setup
    assert set(ignored) <= set(link)
    assert read_link(short_link(setup)) == (setup, ())


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
@pytest.mark.parametrize("name", [*FIELDS, *SETTINGS])
def test_no_value_of_a_field_alone_breaks_a_link(name: str, text: str):
    known = {
        rule
        for rule, row in OPTIMISERS.items()
        if name in [setting.name for setting in row.settings]
    }
    for rule in {"adam", *known}:
        setup, _ = read_link({"optimiser": rule, name: text})
        assert Setup(**vars(setup)) == setup


@pytest.mark.parametrize("text", COURSES, ids=lambda text: ascii(text[:12]))
def test_a_course_that_cannot_be_read_whole_is_left_out_whole(text: str):
    setup, ignored = read_link({"seed": "7", "earlier": f"3:tolerance:0.5;{text}"})
    assert (setup, ignored) == (Setup(seed=7), ("earlier",))
    setup, _ = read_link({"earlier": text})
    assert Setup(**vars(setup)) == setup


def test_the_longest_explicit_start_survives_its_link():
    # Negative numbers just above 0.0001 are written with the most digits.
    start = tuple((-1e-4 - np.random.default_rng(0).uniform(0, 1e-5, 78)).tolist())
    setup = Setup(n=12, target=(1.0,) * 12, distribution="explicit", start=start)
    assert read_link(short_link(setup)) == (setup, ())


def test_the_first_experiment_has_an_empty_link():
    assert short_link(Setup()) == {}
    assert read_link({}) == (Setup(), ())


def test_a_link_names_only_what_differs_from_the_defaults():
    setup = Setup().changed("n", 4).changed("learning_rate", 0.01).changed("log_x", "yes")
    assert short_link(setup) == {
        "v": "1",
        "n": "4",
        "learning_rate": "0.01",
        "log_x": "yes",
    }


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_setting_at_its_default_stays_out_of_the_link(optimiser: str):
    setup = Setup(optimiser=optimiser)
    for setting in OPTIMISERS[optimiser].settings:
        assert setup.changed(setting.name, setting.default) == setup


@pytest.mark.parametrize(
    ("link", "field", "value"),
    [
        ({"n": "999"}, "n", 12),
        ({"n": "-1"}, "n", 2),
        ({"n": "2.5"}, "n", 2),
        ({"seed": "-5"}, "seed", 0),
        ({"seed": "1e999"}, "seed", 2**31 - 1),
        ({"target": "1e999,0,-1e999"}, "target", (LARGEST, 0.0, -LARGEST)),
        ({"steps_per_frame": "0"}, "steps_per_frame", 1),
        ({"tolerance": "5"}, "tolerance", 1.0),
    ],
)
def test_a_number_out_of_range_is_moved_into_it(link: dict[str, str], field: str, value: Any):
    setup, ignored = read_link(link)
    assert getattr(setup, field) == value
    assert ignored == (field,)


@pytest.mark.parametrize(
    "link",
    [
        {"target": "nan,1,1"},
        {"target": f"0.1{'0' * 60}1e1,1,1"},
        {"target": "1,1"},
        {"optimiser": "<script>"},
        {"structure": "diagonal"},
        {"learning_rate": "-1"},
        {"learning_rate": "nan"},
        {"nesterov": "true"},
        {"amsgrad": "maybe"},
        {"distribution": "explicit", "start": "1,2"},
        {"low": "2", "high": "1"},
        {"k": "3"},
        {"unknown": "1"},
        {"settings": "1"},
    ],
    ids=str,
)
def test_what_cannot_be_is_ignored_by_name_and_costs_only_itself(link: dict[str, str]):
    setup, ignored = read_link({**link, "seed": "7"})
    assert set(ignored) == set(link)
    assert setup == Setup(seed=7)


@settings(deadline=None)
@given(setups(), some.data())
def test_a_change_leaves_the_experiment_valid(setup: Setup, data: some.DataObject):
    names = ("n", "structure", "distribution", "optimiser")
    for name in data.draw(some.lists(some.sampled_from(names), min_size=1, max_size=4)):
        value = data.draw(some.sampled_from(CHOICES.get(name, tuple(range(2, 13)))))
        setup = setup.changed(name, value)
        assert getattr(setup, name) == value
        assert Setup(**vars(setup)) == setup
    setting = data.draw(some.sampled_from(OPTIMISERS[setup.optimiser].settings))
    value = data.draw(values_of(setting))
    setup = setup.changed(setting.name, value)
    assert dict(setup.rule.settings)[setting.name] == value
    assert Setup(**vars(setup)) == setup


def test_a_larger_matrix_keeps_the_target_and_repeats_its_last_value():
    setup = Setup(target=(1.0, 2.0, 3.0)).changed("n", 5)
    assert setup.target == (1.0, 2.0, 3.0, 3.0, 3.0)
    assert setup.changed("n", 2).target == (1.0, 2.0)


def test_a_smaller_matrix_moves_the_shown_eigenvalue_inside():
    assert Setup(k=2).changed("n", 2).k == 1


@pytest.mark.parametrize(("name", "value"), [("n", 4), ("structure", "toeplitz")])
def test_explicit_numbers_do_not_outlive_their_structure(name: str, value: Any):
    setup = Setup(distribution="explicit", start=PRINTED_START).changed(name, value)
    assert setup.distribution == "uniform"
    assert setup.start == ()


def test_going_explicit_keeps_the_start():
    setup = Setup(seed=3)
    explicit = setup.changed("distribution", "explicit")
    np.testing.assert_array_equal(explicit.starting_point(), setup.starting_point())


def test_another_rule_starts_with_its_own_defaults():
    setup = Setup().changed("learning_rate", 0.5).changed("optimiser", "sgd")
    assert setup.settings == ()
    assert dict(setup.rule.settings)["learning_rate"] == 0.01


@pytest.mark.parametrize("name", CHOICES)
def test_an_unknown_choice_is_refused_in_a_sentence(name: str):
    with pytest.raises(ValueError, match=rf"^{name} must be one of .*; got 'nothing'$"):
        setup_with(**{name: ("nothing",) if name in LISTS else "nothing"})


@pytest.mark.parametrize("name", RANGES)
def test_a_number_out_of_range_is_refused_in_a_sentence(name: str):
    low, high = RANGES[name]
    sentence = rf"^{name} must be a (whole )?number from .* to .*; got "
    for value in (low - 1, high + 1):
        with pytest.raises(ValueError, match=sentence):
            setup_with(**{name: (value,) if name in LISTS else value})
    for value in ("1", True, None, [1], 2.5 if isinstance(low, int) else 1j):
        with pytest.raises(TypeError, match=sentence):
            setup_with(**{name: (value,) if name in LISTS else value})


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("value", [1.0, "1,1,1", None])
def test_a_list_that_is_none_is_refused_in_a_sentence(name: str, value: Any):
    with pytest.raises(TypeError, match=f"^{name} must be a tuple; got"):
        setup_with(**{name: value})


def test_equal_experiments_are_equal_however_they_were_written():
    written = setup_with(
        target=[np.float32(0.5), 1, np.int64(2)],
        seed=np.int32(3),
        settings=[("beta_1", 0.5), ("learning_rate", 1e-3)],
    )
    plain = Setup(target=(0.5, 1.0, 2.0), seed=3, settings=(("beta_1", 0.5),))
    assert written == plain
    assert hash(written) == hash(plain)
    assert short_link(written) == {"v": "1", "target": "0.5,1,2", "seed": "3", "beta_1": "0.5"}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"n": 4},
            "target has 3 values but the matrix is 4×4; give one value per eigenvalue",
        ),
        (
            {"distribution": "explicit"},
            "an explicit start has 6 numbers here and any other none; got 0",
        ),
        (
            {"start": (1.0,)},
            "an explicit start has 6 numbers here and any other none; got 1",
        ),
        ({"low": 2.0}, "low must not exceed high; got 2.0 and 1.0"),
        ({"k": 3}, "k must be below n = 3; got 3"),
        (
            {"settings": (("learning_rate", -1.0),)},
            "learning_rate of adam must be a finite number above 0; got -1.0",
        ),
    ],
)
def test_fields_that_do_not_fit_each_other_are_refused_in_a_sentence(
    given: dict[str, Any], sentence: str
):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        setup_with(**given)


def test_the_default_target_is_all_ones():
    assert default_target(4) == (1.0, 1.0, 1.0, 1.0)


def test_controls_and_links_need_no_tensorflow():
    script = (
        "import sys; from eigfit.experiment.links import full_link, read_link; "
        "setup = read_link({'n': '5', 'optimiser': 'sgd', 'learning_rate': '0.1'})[0]; "
        "full_link(setup.changed('structure', 'toeplitz')); "
        "assert 'tensorflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
