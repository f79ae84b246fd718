"""The controls in the sidebar, moved."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from eigfit.experiment.setup import Setup
from eigfit.fitting.optimisers import OPTIMISERS
from eigfit.results.step import Step
from eigfit.structures.named import STRUCTURES
from eigfit.web.runs import OPENING_STEPS
from tests.web.pages import (
    drawn,
    folded,
    linked,
    opened,
    run_of,
    setup_of,
    status,
    targets,
    unopened,
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
        assert at.toast
        assert setup_of(at).start == (1, 2, 3, 4, 5, 6)


def test_a_target_is_changed_in_its_input():
    at = opened(n="2")
    at.number_input(key="target_1").set_value(2.5)
    drawn(at)
    assert setup_of(at).target == (1.0, 2.5)
    assert linked(at)["target"] == "1,2.5"


def test_a_target_beyond_bounds_is_refused_in_a_toast():
    at = opened(n="2")
    at.number_input(key="target_1").set_value(1e9).run()
    assert not at.exception
    assert "target must be a number from" in at.toast[0].value
    assert targets(at) == [1.0, 1.0]


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
    assert "Settings changed at step 300" in status(at)


def test_what_matters_stands_open_and_the_rest_is_made_when_it_is_asked_for():
    def keys(at: AppTest) -> set[str | None]:
        kinds = at.slider, at.selectbox, at.select_slider, at.number_input, at.multiselect
        return {widget.key for kind in kinds for widget in kind}

    at = folded().run()
    essential = {"n", "structure", "target_0", "optimiser", "learning_rate"}
    assert essential <= keys(at)
    assert not {"seed", "beta_1", "tolerance", "hide"} & keys(at)
    at.session_state["more"] = True
    at.run()
    assert essential | {"seed", "beta_1", "tolerance", "steps_per_frame"} <= keys(at)
