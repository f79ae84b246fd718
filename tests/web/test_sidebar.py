"""The controls in the sidebar, moved."""

from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from streamlit.testing.v1 import AppTest

from eigfit.experiment.setup import Setup
from eigfit.fitting.optimisers import OPTIMISERS
from eigfit.results.step import Step
from eigfit.structures.named import STRUCTURES
from eigfit.web.address import PATH
from eigfit.web.fastest import ASKED, trial_of
from eigfit.web.runs import OPENING_STEPS
from tests.web.pages import (
    PATIENT,
    drawn,
    folded,
    linked,
    opened,
    run_of,
    setup_of,
    status,
    targets,
    unopened,
    words,
)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_every_structure_can_be_chosen(structure: str):
    at = opened(n="2", max_steps="2")
    at.selectbox(key="structure").set_value(structure)
    assert setup_of(drawn(at)).structure == structure


def test_another_size_brings_other_inputs_and_another_run():
    at = opened(max_steps="5")
    at.slider(key="n").set_value(4)
    drawn(at)
    assert targets(at) == [1.0] * 4
    assert run_of(at).record.last.matrix.shape == (4, 4)
    assert len(run_of(at).record) == 1
    assert linked(at)["n"] == "4"


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_every_rule_shows_its_settings(optimiser: str, monkeypatch: pytest.MonkeyPatch):
    def steps(self: Setup, start: Step | None = None) -> Iterator[Step]:
        raise ValueError("no engine today")

    # Ten rules are not compiled for the sake of their controls.
    monkeypatch.setattr(Setup, "steps", steps)
    at = unopened().run()
    at.selectbox(key="optimiser").set_value(optimiser).run()
    assert not at.exception
    assert setup_of(at).optimiser == optimiser
    shown = {widget.key for widget in (*at.slider, *at.select_slider, *at.toggle)}
    assert {setting.name for setting in OPTIMISERS[optimiser].settings} <= shown


def test_the_start_can_be_written_out_and_edited():
    at = opened()
    at.selectbox(key="distribution").set_value("explicit")
    drawn(at)
    assert len(str(at.text_area(key="start").value).split(",")) == 6
    before = setup_of(at).start
    shown = str(at.text_area(key="start").value).split(",")
    at.text_area(key="start").set_value(",".join(["0.5", *shown[1:]]))
    assert setup_of(drawn(at)).start == (0.5, *before[1:]), "what is left alone keeps its digits"
    at.text_area(key="start").set_value("1, 2, 3, 4, 5, 6")
    assert setup_of(drawn(at)).start == (1, 2, 3, 4, 5, 6)
    for wrong in ("1, 2", "one, two", "", "nan, 2, 3, 4, 5, 6"):
        at.text_area(key="start").set_value(wrong).run()
        assert not at.exception
        assert at.text_area(key="start").value == wrong
        assert "needed" in words(at)
        assert setup_of(at).start == (1, 2, 3, 4, 5, 6)


def test_the_start_may_be_a_matrix_of_the_structure():
    at = opened(v="1", distribution="explicit", start="1,2,3,4,5", structure="tridiagonal")
    field = at.text_area(key="start")
    field.set_value("[[1, 0.5, 0],\n [0.5, −2, 3e-1],\n [0, 0.3, 4]]").run()
    assert setup_of(at).start == (1, -2, 4, 0.5, 0.3)
    for wrong, sentence in (
        ("1 0.5 7; 0.5 2 0.3; 7 0.3 4", "A\\[0\\, 2\\] is 7 where the nearest such matrix has 0"),
        ("1 0.5 0; 0.6 2 0.3; 0 0.3 4", "A\\[0\\, 1\\] is 0\\.5 and A\\[1\\, 0\\] is 0\\.6"),
    ):
        field = at.text_area(key="start")
        field.set_value(wrong).run()
        assert at.text_area(key="start").value == wrong
        assert sentence in words(at)
        assert setup_of(at).start == (1, -2, 4, 0.5, 0.3)


def test_a_target_is_changed_in_its_input():
    at = opened(n="2")
    at.text_input(key="target_1").set_value("2,5")
    drawn(at)
    assert setup_of(at).target == (1.0, 2.5)
    assert linked(at)["target"] == "1,2.5"
    assert at.text_input(key="target_1").value == "2.5"
    assert at.text_area(key="target_list").value == "1, 2.5"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("99999999", "Target must lie between −1\\,000\\,000 and 1\\,000\\,000\\; 99\\,999\\,999"),
        ("1e400", "A number must be 0 or from 1e\\-323 to 1\\.7e308 in size\\; got \\'1e400\\'"),
        ("[](x)", "got \\'\\[\\]\\(x\\)\\'"),
    ],
)
def test_a_target_that_cannot_be_stays_in_its_field_with_a_sentence(text: str, sentence: str):
    at = opened(n="2", v="1", target="1,0.5")
    at.text_input(key="target_1").set_value(text).run()
    assert not at.exception
    for _ in range(2):
        assert at.text_input(key="target_1").value == text
        assert sentence in words(at)
        assert setup_of(at).target == (1.0, 0.5)
        at.text_input(key="target_0").set_value("1.0").run()
    at.text_input(key="target_1").set_value("0.75").run()
    assert setup_of(at).target == (1.0, 0.75)
    assert "must be" not in words(at)


def test_what_stands_in_a_field_gives_way_when_its_number_is_changed_elsewhere():
    at = opened(n="2", v="1")
    at.text_input(key="target_1").set_value("x").run()
    at.text_area(key="target_list").set_value("x y").run()
    at.text_area(key="target_list").set_value("3; −4").run()
    assert setup_of(at).target == (3, -4)
    assert targets(at) == [3, -4]
    assert "needed" not in words(at)


def test_a_pasted_list_sets_all_targets_and_keeps_the_digits_of_those_left_alone():
    at = opened(v="1", target="0.12345678901234,1,2")
    field = at.text_area(key="target_list")
    assert field.value == "0.123456789, 1, 2"
    field.set_value("array([0.123456789, -2.5e-1, 3.])").run()
    assert setup_of(at).target == (0.12345678901234, -0.25, 3.0)
    at.text_area(key="target_list").set_value("1 2").run()
    assert at.text_area(key="target_list").value == "1 2"
    assert "3 numbers are needed" in words(at)
    assert "set the size n to 2 first" in words(at)
    at.text_area(key="target_list").set_value("1 2 " * 50).run()
    assert "3 numbers are needed" in words(at)
    assert "set the size" not in words(at), "no matrix is so large"


def test_a_moved_target_goes_on_from_the_step_reached():
    at = opened(v="1")
    at.text_input(key="target_0").set_value("0")
    drawn(at)
    assert run_of(at).changed_at == run_of(at).reached == OPENING_STEPS
    assert "Target changed at step 300" in status(at)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("n", 4, "The run begins anew with a 4×4 matrix."),
        ("structure", "toeplitz", "The run begins anew with a matrix of another structure."),
        (
            "optimiser",
            "sgd",
            "The run begins anew with Gradient descent, at its learning rate 0.01.",
        ),
    ],
)
def test_what_begins_a_run_anew_is_said(key: str, value: object, sentence: str):
    at = opened(v="1", max_steps="5")
    kind = at.slider if key == "n" else at.selectbox
    kind(key=key).set_value(value).run()
    assert not at.exception
    assert [toast.value for toast in at.toast] == [sentence]
    assert at.run().toast == []


def test_each_rule_keeps_its_settings_and_the_change_is_said():
    at = opened(v="1", max_steps="5", learning_rate="0.02")
    at.selectbox(key="optimiser").set_value("nadam").run()
    assert setup_of(at).rule.learning_rate == 0.001
    assert at.toast[0].value == "The run begins anew with Nadam, at its learning rate 0.001."
    at.selectbox(key="optimiser").set_value("adam").run()
    assert setup_of(at).rule.learning_rate == at.select_slider(key="learning_rate").value == 0.02
    assert at.toast[0].value == "The run begins anew with Adam, at its learning rate 0.02."


def test_the_published_start_is_one_click_away():
    at = opened(n="2", structure="toeplitz", max_steps="5")
    next(button for button in at.button if button.label == "The published start").click()
    drawn(at)
    assert at.slider(key="n").value == 3
    assert str(at.text_area(key="start").value).startswith("0.12108588, ")


def test_another_learning_rate_goes_on_from_the_step_reached():
    at = opened()
    at.select_slider(key="learning_rate").set_value(0.01)
    drawn(at)
    assert run_of(at).changed_at == OPENING_STEPS
    assert "Learning rate changed at step 300" in status(at)


def test_what_matters_stands_open_and_the_rest_is_made_when_it_is_asked_for():
    def keys(at: AppTest) -> set[str | None]:
        kinds = (at.slider, at.selectbox, at.select_slider, at.number_input, at.multiselect,
                 at.text_input)  # fmt: skip
        return {widget.key for kind in kinds for widget in kind}

    at = folded().run()
    essential = {"n", "structure", "target_0", "optimiser", "learning_rate"}
    assert essential <= keys(at)
    assert not {"seed", "beta_1", "tolerance", "hide"} & keys(at)
    at.session_state["more"] = True
    at.run()
    assert essential | {"seed", "beta_1", "tolerance", "steps_per_frame"} <= keys(at)


def tried(at: AppTest) -> AppTest:
    """The page after a click on Fastest rate, once the trial has come out."""
    at.button(key="ask_fastest").click().run()
    at.session_state["fastest"][1].result(PATIENT)
    return drawn(at)


def test_the_fastest_rate_is_taken_and_said_until_something_else_is_asked_for():
    at = tried(opened(v="1", optimiser="sgd"))
    said = "0.2 is the fastest of 16 rates: from the start it arrives at step"
    assert said in words(at)
    assert at.select_slider(key="learning_rate").value == setup_of(at).rule.learning_rate == 0.2
    assert linked(at)["learning_rate"] == "0.2"
    assert run_of(at).changed_at == OPENING_STEPS, "the run goes on with it"
    at.select_slider(key="learning_rate").set_value(0.01)
    assert said in words(drawn(at)), "with whatever rate, the trial is the same"
    at.slider(key="n").set_value(2)
    assert said not in words(drawn(at))


@pytest.mark.parametrize("path", ["", "compare"])
def test_the_fastest_rate_is_one_of_the_first_page(path: str):
    at = unopened("pages/compare.py")
    at.session_state[PATH] = path
    offered = {button.key for button in at.run().button}
    assert ("ask_fastest" in offered) == (path == "")


def test_how_it_is_looked_at_does_not_matter_to_a_trial_and_what_is_asked_for_does():
    at = opened(v="1", optimiser="sgd")
    at.button(key="ask_fastest").click().run()
    at.segmented_control(key="log_x").set_value("yes").run()
    at.session_state["fastest"][1].result(PATIENT)
    assert "0.2 is the fastest" in words(drawn(at))
    at.select_slider(key="learning_rate").set_value(0.05)
    drawn(at).button(key="ask_fastest").click()
    at.slider(key="n").set_value(2).run()
    assert ASKED not in at.session_state, "another experiment ends it"
    assert "its trial was given up" in words(at)
    at.slider(key="n").set_value(3).run()
    assert setup_of(at).rule.learning_rate == 0.05, "and it does not come back"


def test_a_trial_that_failed_can_be_asked_for_again():
    at = opened(v="1", optimiser="sgd")
    failed: Future = Future()
    failed.set_exception(RuntimeError("the engine failed"))
    at.session_state[ASKED] = trial_of(setup_of(at))
    at.session_state["fastest"] = (at.session_state[ASKED], failed)
    assert at.run().error
    assert "0.2 is the fastest" in words(tried(at))


def test_where_no_rate_arrives_the_rate_stays_and_that_is_said():
    at = tried(opened(v="1", structure="zero_diagonal", max_steps="20"))
    assert "None of 16 rates from 0.0001 to 10 arrives within 20 steps." in words(at)
    assert setup_of(at).rule.learning_rate == Setup().rule.learning_rate
