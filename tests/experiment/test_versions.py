"""What a link of version 1 means stays what it was, whatever becomes of the defaults."""

from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given

from eigfit.experiment.links import PLAIN, full_link, link_text, read_link, short_link
from eigfit.experiment.setup import FIELDS, Setup
from eigfit.experiment.versions import SETTINGS_OF_VERSION_1, fields_of_version_1
from eigfit.fitting.optimisers import OPTIMISERS
from tests.experiment.strategies import setups

FIRST = (
    "v=1&n=3&structure=symmetric&target=1%2C1%2C1&distribution=uniform&seed=0&low=0&high=1"
    "&optimiser=adam&tolerance=1e-08&max_steps=20000&dtype=float64&steps_per_frame=50&k=0"
    "&convention=symmetric&log_x=no&vary=starts&members=4&optimisers=adam%2Cnadam%2Crmsprop%2Csgd"
    "&learning_rates=0.001%2C0.002%2C0.005%2C0.01&targets=1%2C1%2C1%2C1%2C2%2C3%2C-1%2C0%2C1%2C0"
    "%2C2%2C2&starts=256&hide=&matrix=0.6102723%2C0.17637432%2C0.38962376%2C0.3735156%2C0.6306771"
    "%2C0.19141042%2C0.34370267%2C0.7677151%2C0.4024818&row=0&column=0&reach=2&parameter=0"
    "&learning_rate=0.001&beta_1=0.9&beta_2=0.999&epsilon=1e-07&amsgrad=false"
)
FOUR = (
    "v=1&n=4&structure=symmetric&target=1%2C1%2C1%2C1&distribution=uniform&seed=0&low=0&high=1"
    "&optimiser=adam&tolerance=1e-08&max_steps=20000&dtype=float64&steps_per_frame=50&k=0"
    "&convention=symmetric&log_x=no&vary=starts&members=4&optimisers=adam%2Cnadam%2Crmsprop%2Csgd"
    "&learning_rates=0.001%2C0.002%2C0.005%2C0.01&targets=1%2C1%2C1%2C1%2C1%2C2%2C3%2C4%2C-1"
    "%2C-0.3333%2C0.3333%2C1%2C0%2C0%2C2%2C2&starts=256&hide=&matrix=2%2C-1%2C0%2C0%2C-1%2C2%2C-1"
    "%2C0%2C0%2C-1%2C2%2C-1%2C0%2C0%2C-1%2C2&row=0&column=0&reach=2&parameter=0"
    "&learning_rate=0.001&beta_1=0.9&beta_2=0.999&epsilon=1e-07&amsgrad=false"
)
# Links as they have been sent, and what differs there from the first experiment.
SENT: dict[str, dict[str, Any]] = {
    FIRST: {},
    "v=1": {},
    FOUR: {"n": 4, "target": (1.0,) * 4},
    "v=1&n=4": {"n": 4, "target": (1.0,) * 4},
    "v=1&n=4&target=1%2C2%2C3%2C4&seed=7&learning_rate=0.01&steps_per_frame=250": {
        "n": 4,
        "target": (1.0, 2.0, 3.0, 4.0),
        "seed": 7,
        "steps_per_frame": 250,
        "settings": (("learning_rate", 0.01),),
    },
    "v=1&n=5&optimiser=sgd&vary=learning_rates": {
        "n": 5,
        "target": (1.0,) * 5,
        "optimiser": "sgd",
        "vary": "learning_rates",
    },
    "v=1&structure=toeplitz&target=0.5%2C1%2C2&seed=3&earlier=500%3Alearning_rate%3A0.01": {
        "structure": "toeplitz",
        "target": (0.5, 1.0, 2.0),
        "seed": 3,
        "earlier": ((500, (("learning_rate", 0.01),)),),
    },
}  # fmt: skip


def read(text: str) -> Setup:
    setup, ignored = read_link(dict(parse_qsl(text, keep_blank_values=True)))
    assert ignored == ()
    return setup


@pytest.mark.parametrize("text", SENT, ids=lambda text: text[:40])
def test_a_link_that_was_sent_gives_what_it_gave(text: str):
    assert read(text) == Setup(**SENT[text])


def test_every_field_and_setting_has_a_default_in_the_version():
    # A new one is a row there: without it, a later change of its default would change old links.
    assert {*fields_of_version_1(3)} == {*PLAIN}
    names = {rule: {setting.name for setting in row.settings} for rule, row in OPTIMISERS.items()}
    assert {rule: {*texts} for rule, texts in SETTINGS_OF_VERSION_1.items()} == names


@pytest.fixture
def other_defaults(monkeypatch: pytest.MonkeyPatch) -> Setup:
    """The first experiment, should all of these defaults be changed one day."""
    other: dict[str, Any] = {
        "n": 4,
        "structure": "tridiagonal",
        "target": (0.0,) * 4,
        "targets": (3.0,) * 4,
        "matrix": (7.0,) * 16,
        "optimiser": "nadam",
        "seed": 5,
        "members": 9,
        "log_x": "yes",
        "hide": ("run",),
    }
    defaults = tuple(other.get(name, getattr(Setup(), name)) for name in FIELDS)
    monkeypatch.setattr(Setup.__init__, "__defaults__", defaults)
    for rule in ("adam", "nadam"):
        rate, *rest = OPTIMISERS[rule].settings
        row = OPTIMISERS[rule]._replace(settings=(rate._replace(default=0.5), *rest))
        monkeypatch.setitem(OPTIMISERS, rule, row)
    first = Setup()
    assert (first.n, first.rule.learning_rate) == (4, 0.5)
    return first


def test_another_default_changes_no_link_that_was_sent(other_defaults: Setup):
    before = read("v=1")
    assert before != other_defaults
    assert full_link(before).items() >= dict(parse_qsl(FIRST, keep_blank_values=True)).items()
    assert before == read(FIRST)
    assert read("v=1&n=4") == read(FOUR) != other_defaults
    assert short_link(before) == {}


def test_another_default_is_written_out_from_then_on(other_defaults: Setup):
    assert short_link(other_defaults)["learning_rate"] == "0.5"
    assert read_link(short_link(other_defaults)) == (other_defaults, ())


@given(setup=setups())
def test_the_text_of_a_link_reads_back_to_its_experiment(setup: Setup):
    assert read(link_text(setup)) == setup


def test_a_link_to_the_first_comparison_fits_in_60_characters():
    assert "/compare?" + link_text(Setup()) == "/compare?v=1"


def test_a_typical_link_fits_in_150_characters():
    setup = Setup(n=5, structure="toeplitz", target=(-5, -1, 0, 2, 9), members=16, log_x="yes",
                  optimiser="nadam", tolerance=1e-10).changed("learning_rate", 0.01)  # fmt: skip
    text = "/compare?" + link_text(setup)
    assert len(text) <= 150
    assert text.startswith("/compare?v=1&n=5&structure=toeplitz&target=-5,-1,0,2,9&")
