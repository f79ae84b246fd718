"""An experiment's way into a link and back, and what a stranger's link may do."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from eigfit.experiment.legs import MOST_CHANGES, Leg
from eigfit.experiment.links import full_link, read_link, short_link
from eigfit.experiment.setup import FIELDS, Setup
from eigfit.fitting.optimisers import OPTIMISERS
from eigfit.structures.named import STRUCTURES
from tests.experiment.strategies import LARGEST, setups

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


def hostile_links() -> some.SearchStrategy[dict[str, str]]:
    names = some.sampled_from([*FIELDS, *SETTINGS, "unknown", "", "<script>"])
    options = [*STRUCTURES, *OPTIMISERS, "uniform", "normal"]
    texts = (
        some.sampled_from([*HOSTILE, *COURSES, *options]) | some.floats().map(repr) | some.text()
    )
    return some.dictionaries(names | some.text(max_size=9), texts, max_size=12)


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


@settings(max_examples=300)
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


def test_the_longest_course_survives_its_link():
    setup = Setup(optimiser="ftrl")
    # Every condition of a run with the most of them differs in each leg, in all its digits.
    random = np.random.default_rng(0)
    legs = []
    for i in range(MOST_CHANGES):
        values = {"tolerance": float(random.uniform())}
        for setting in OPTIMISERS["ftrl"].settings:
            size = -1e-4 * float(random.uniform())  # such numbers are written with the most digits
            values[setting.name] = size if setting.requirement.holds(size) else -size
        legs.append(Leg(199_000 + i, tuple(values.items())))
    setup = replace(setup, max_steps=200_000, earlier=tuple(legs))
    assert len(setup.earlier) == MOST_CHANGES
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


def test_controls_and_links_need_no_tensorflow():
    script = (
        "import sys; from eigfit.experiment.links import full_link, read_link; "
        "setup = read_link({'n': '5', 'optimiser': 'sgd', 'learning_rate': '0.1'})[0]; "
        "full_link(setup.changed('structure', 'toeplitz')); "
        "assert 'tensorflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
