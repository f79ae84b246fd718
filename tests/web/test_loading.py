"""Runs that are loaded from files, and changes on the way, on the page."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from eigfit.experiment.files import Refusal
from eigfit.experiment.links import full_link
from eigfit.experiment.setup import Setup
from eigfit.fitting.optimisers import OPTIMISERS, POSITIVE, SWITCH
from eigfit.web.controls import DECADES, SMALL, SPANS
from eigfit.web.session import refused
from tests.web.pages import status, unopened

PATIENT = 180.0  # seconds; TensorFlow's first import is among what is waited for
SETUP = Setup(n=2, target=(1.0, 1.0), max_steps=400)
CHANGED = {"earlier": "300:learning_rate:0.001", "learning_rate": "0.01"}


def loaded(link: dict[str, str], step: int) -> AppTest:
    """The Fit page after a file with that link has been loaded, once its run has begun."""
    content = {"format": "eigfit", "version": "1", "page": "fit", "step": step, "setup": link}
    at = unopened().run()
    at.file_uploader(key="load").upload(
        "run.json", json.dumps(content).encode(), "application/json"
    )
    at.run()
    assert not at.exception
    return at


def arrived(at: AppTest) -> list[str]:
    """What the page says once the run is there."""
    said = [toast.value for toast in at.toast]
    assert at.session_state["run_fit"].ready(PATIENT)
    at.run()
    assert not at.exception
    return said + [toast.value for toast in at.toast]


def test_a_loaded_run_is_where_it_was_saved_and_says_so_once():
    at = loaded(full_link(SETUP) | CHANGED, 350)
    assert arrived(at) == ["Loaded, at step 350."]
    run = at.session_state["run_fit"]
    assert (run.reached, run.changed_at) == (350, 300)
    assert "Learning rate changed at step 300" in status(at)
    assert at.run().toast == []

    at.button(key="reset").click().run()
    assert not at.exception
    run = at.session_state["run_fit"]
    assert run.ready(PATIENT)
    assert run.experiment.setup.earlier == at.session_state["setup"].earlier == ()
    assert run.experiment.setup.rule.learning_rate == 0.01


def test_a_run_that_ends_before_its_saved_step_says_its_true_step():
    at = loaded(full_link(SETUP), 900)
    assert arrived(at) == ["Loaded, at step 400. It was saved at step 900, but here it has ended."]


def test_what_a_file_could_not_have_is_said_above_the_page():
    at = loaded(full_link(SETUP) | {"max_steps": "1e9", "seed": "[1](x)"}, 3)
    assert arrived(at) == ["Loaded, at step 3."]
    words = " ".join(caption.value for caption in at.caption)
    assert "`seed` could not be read and is `0`; `max_steps`: `1e9` became `200000`." in words


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("v", "7", "1"), "version `7` was read as version `1`"),
        (("n", "99", "12"), "`n`: `99` became `12`"),
        (("seed", "[win](//evil.example)", "0"), "`seed` could not be read and is `0`"),
        (("seed", "`", "0"), "`seed` could not be read and is `0`"),
        (("seed", "9" * 99, "0"), "`seed` could not be read and is `0`"),
        (("target", "1", "1," * 99), f"`target`: `1` became `{'1,' * 20}…`"),
        (("![](//evil.example)", "1", None), "1 other setting left out"),
        (
            ("earlier", "*", None),
            "what changed on the way (`earlier`) could not be read and is left out",
        ),
    ],
)
def test_a_file_of_a_stranger_is_answered_in_plain_words(asked: tuple, words: str):
    assert refused("The file", [Refusal(*asked)]) == (
        f"The file asked for something that cannot be: {words}."
    )


def test_a_file_without_fault_is_loaded_without_remark():
    assert refused("The file", []) == ""


def test_every_setting_of_every_rule_has_a_control_that_reaches_its_default():
    for row in OPTIMISERS.values():
        for setting in row.settings:
            required, value = setting.requirement, setting.default
            kinds = (required is POSITIVE, required in SPANS, required is SWITCH)
            assert sum(kinds) == 1, setting.name
            if required is POSITIVE:
                low, high = DECADES.get(setting.name, SMALL)
                assert 10.0**low <= value <= 10.0**high
            elif required in SPANS:
                low, high = SPANS[required]
                assert low <= value <= high
