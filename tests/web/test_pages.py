"""Every page, opened under links of all kinds and used by its widgets, without a browser.

The app's test double fires no timers, so a run is waited for and the page then run again.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from eigfit.engine.run import Run
from eigfit.experiment.setup import Setup
from eigfit.fitting.optimisers import OPTIMISERS
from eigfit.results.step import Step
from eigfit.structures.named import STRUCTURES
from eigfit.web.article.stages import STAGES
from eigfit.web.runs import OPENING_STEPS

STAGES_NUMBERS = tuple(f"stage_{number}_numbers" for number in range(1, len(STAGES) + 1))
NUMBERS = ("sensitivities", "chain_rule", "second_order", *STAGES_NUMBERS)
PATIENT = 60.0  # seconds; TensorFlow's first import is among what is waited for
ROOT = Path(__file__).parents[2]
PAGES = ("app.py", *(f"pages/{path.name}" for path in sorted((ROOT / "pages").glob("*.py"))))


def drawn(at: AppTest) -> AppTest:
    """The page once its run has a first step."""
    at.run()
    assert not at.exception
    assert run_of(at).ready(PATIENT)
    at.run()
    assert not at.exception
    assert not at.error
    return at


def opened(page: str = "app.py", **link: str) -> AppTest:
    at = AppTest.from_file(f"../../{page}", default_timeout=PATIENT)
    for name, value in link.items():
        at.query_params[name] = value
    return drawn(at)


def run_of(at: AppTest) -> Run:
    key = "run_compare" if "run_compare" in at.session_state else "run_fit"
    return at.session_state[key]


def setup_of(at: AppTest) -> Setup:
    return at.session_state["setup"]


def linked(at: AppTest) -> dict[str, Any]:
    """The page's address."""
    params: dict[str, Any] = dict(at.query_params)
    return {name: value[-1] if isinstance(value, list) else value for name, value in params.items()}


def targets(at: AppTest) -> list[float | None]:
    inputs = [box for box in at.number_input if (box.key or "").startswith("target_")]
    return [box.value for box in inputs]


def caption(at: AppTest) -> str:
    return " ".join(caption.value for caption in at.caption)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("link", [{}, {"n": "2", "matrix": "nan", "k": "1e9", "vary": "<b>"}])
def test_every_page_opens_whatever_the_link(page: str, link: dict[str, str]):
    at = AppTest.from_file(f"../../{page}", default_timeout=PATIENT)
    for name, value in link.items():
        at.query_params[name] = value
    for _ in range(2):
        at.run()
        assert not at.exception
        assert not at.error


@pytest.mark.parametrize("page", ["app.py", "pages/fit.py", "pages/compare.py"])
def test_a_page_opens_on_a_run_under_way(page: str):
    at = opened(page)
    assert len(run_of(at).record) == OPENING_STEPS + 1
    assert f"Paused at step {OPENING_STEPS}" in "".join(text.value for text in at.markdown)
    assert "The link" not in caption(at)
    assert linked(at) == {}


@pytest.mark.parametrize(
    ("link", "names"),
    [
        ({"target": "nan,1,1"}, ["target"]),
        ({"target": "1,2"}, ["target"]),
        ({"optimiser": "<script>alert(1)</script>"}, ["optimiser"]),
        ({"structure": "x" * 100_000}, ["structure"]),
        ({"learning_rate": "-1"}, ["learning_rate"]),
        ({"learning_rate": "1e999"}, ["learning_rate"]),
        ({"distribution": "explicit", "start": "1,2"}, ["distribution", "start"]),
        ({"low": "3", "high": "-3"}, ["high", "low"]),
        ({"unknown": "1", "script": "2"}, ["script", "unknown"]),
        ({"x" * 200: "1"}, ["1 other"]),
        (
            {"\n\n[win](//evil.example)": "1", "![](//evil.example/i)": "2", "k": "9"},
            ["k", "2 other"],
        ),
        ({"n": "99"}, ["n"]),
        ({"v": "7", "seed": "0"}, ["v"]),
        ({"k": "7", "log_x": "maybe", "convention": ""}, ["convention", "k", "log_x"]),
    ],
    ids=lambda part: str(part)[:40],
)
def test_what_a_link_cannot_have_is_named_and_ignored(link: dict[str, str], names: list[str]):
    at = opened(**link)
    named = [name if name.endswith(" other") else f"`{name}`" for name in names]
    assert f"changed or ignored: {', '.join(named)}." in caption(at)
    assert set(linked(at)) <= {"v", "n"}
    assert set(targets(at)) == {1.0}


def test_a_link_without_a_version_is_read_and_that_is_said():
    assert "carries no version" in caption(opened(seed="2"))
    assert "The link" not in caption(opened(seed="2", v="1"))


def test_an_address_from_before_a_change_does_not_undo_it():
    at = opened(n="2", seed="3", v="1")
    before = dict(at.query_params)
    at.button(key="new_start").click().run()
    assert setup_of(at).seed == 4
    for name, value in before.items():
        at.query_params[name] = value
    at.button(key="new_start").click().run()
    assert setup_of(at).seed == 5


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("learning_rate", "0.00099999", 0.00099999), ("tolerance", "1.0000001e-8", 1.0000001e-8)],
)
def test_a_value_close_to_a_stop_of_its_slider_stays_itself(name: str, text: str, value: float):
    at = opened(n="2", v="1", **{name: text})
    at.button(key="step").click().run()
    assert not at.exception
    assert linked(at)[name] == repr(value)
    assert run_of(at).changed_at is None


def test_an_engine_that_fails_on_the_way_is_a_sentence_and_keeps_the_charts(
    monkeypatch: pytest.MonkeyPatch,
):
    steps = Setup.steps

    def failing(self: Setup, start: Step | None = None) -> Iterator[Step]:
        yield from itertools.islice(steps(self, start), OPENING_STEPS + 1)
        raise RuntimeError("internal")

    monkeypatch.setattr(Setup, "steps", failing)
    at = opened()
    at.button(key="play").click().run()
    assert not at.exception
    assert "The engine failed." in at.error[0].value
    assert not run_of(at).playing
    assert at.metric[0].value == str(OPENING_STEPS)
    at.button(key="play").click().run()
    assert not at.exception
    assert run_of(at).playing


def test_pausing_a_run_that_has_just_ended_keeps_it():
    at = opened(max_steps="400", steps_per_frame="1")
    at.button(key="play").click().run()
    run, button = run_of(at), at.button(key="play")
    assert button.label == "Pause"
    run.advance(1000)
    assert run.final
    button.click().run()
    assert not at.exception
    assert run_of(at) is run
    assert not run.playing


def test_what_was_ignored_is_forgotten_with_the_first_change():
    at = opened(unknown="1")
    assert caption(at)
    at.select_slider(key="steps_per_frame").set_value(500).run()
    assert not at.exception
    assert "The link" not in caption(at)


def test_a_size_out_of_range_becomes_the_largest():
    at = opened(n="999", structure="toeplitz")
    assert at.slider(key="n").value == 12
    assert len(targets(at)) == 12


def test_a_seed_out_of_range_becomes_the_first():
    assert opened(seed="-5").number_input(key="seed").value == 0


def test_a_link_sets_the_controls():
    at = opened(
        n="2", target="-1,2.5", learning_rate="0.03", log_x="yes", convention="lower", k="1"
    )
    assert targets(at) == [-1.0, 2.5]
    assert at.select_slider(key="learning_rate").value == 0.03
    assert at.selectbox(key="k").value == 1


def test_the_numbers_of_a_link_fill_the_explicit_start():
    at = opened(distribution="explicit", start="1,2,3,0.5,0.25,0.125")
    assert at.text_area(key="start").value == "1, 2, 3, 0.5, 0.25, 0.125"


def test_a_run_without_steps_shows_its_start():
    at = opened(max_steps="0")
    assert len(run_of(at).record) == 1
    assert any("Stopped at the step limit" in text.value for text in at.markdown)


@pytest.mark.parametrize("learning_rate", ["1e300", "1e150", "1e30"])
def test_a_run_that_blows_up_is_shown_at_its_last_finite_step(learning_rate: str):
    at = opened(optimiser="sgd", learning_rate=learning_rate, n="2")
    assert any("Diverged" in text.value for text in at.markdown)
    assert "nan" not in "".join(metric.value for metric in at.metric)


def test_extreme_numbers_of_a_link_are_shown():
    at = opened(target="1e999,-1e999,1e-300", low="-1e999", high="1e999", dtype="float32")
    assert targets(at) == [1e6, -1e6, 1e-300]


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
    at = AppTest.from_file("../../app.py", default_timeout=PATIENT).run()
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


def test_step_takes_one_step():
    at = opened()
    at.button(key="step").click().run()
    assert not at.exception
    assert len(run_of(at).record) == OPENING_STEPS + 2


def test_play_advances_by_a_frame_and_pause_stands_still():
    at = opened(steps_per_frame="5")
    at.button(key="play").click().run()
    assert not at.exception
    assert run_of(at).playing
    assert at.button(key="play").label == "Pause"
    length = len(run_of(at).record)
    assert length > OPENING_STEPS + 1
    at.button(key="play").click().run()
    assert not at.exception
    assert not run_of(at).playing
    assert len(run_of(at).record) == length


def test_play_at_the_end_begins_again():
    at = opened(max_steps="10")
    assert run_of(at).final
    before = run_of(at)
    at.button(key="play").click().run()
    assert not at.exception
    assert run_of(at) is not before


def test_reset_goes_back_to_the_start():
    at = opened(seed="4")
    at.button(key="reset").click()
    drawn(at)
    assert len(run_of(at).record) == 1
    assert setup_of(at).seed == 4


def test_a_new_start_is_the_next_seed():
    at = opened(seed="4")
    before = run_of(at).record.kept[0].parameters
    at.button(key="new_start").click()
    drawn(at)
    assert setup_of(at).seed == at.number_input(key="seed").value == 5
    assert (run_of(at).record.last.parameters != before).all()


def test_there_is_no_start_after_the_last_seed():
    at = opened(seed=str(2**31 - 1))
    at.button(key="new_start").click().run()
    assert not at.exception
    assert "seed must be" in at.toast[0].value


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
    assert any("Settings changed at step 300" in text.value for text in at.markdown)


def test_scrubbing_shows_an_earlier_step():
    at = opened()
    scrub = next(slider for slider in at.select_slider if slider.label == "Step shown")
    scrub.set_value(0).run()
    assert not at.exception
    assert {metric.label: metric.value for metric in at.metric}["Step"] == "0"


def compared(**link: str) -> AppTest:
    return opened("pages/compare.py", **link)


@pytest.mark.parametrize(
    ("link", "members"),
    [
        ({}, 4),
        ({"members": "1"}, 1),
        ({"vary": "optimisers", "optimisers": "adam,sgd"}, 2),
        ({"vary": "learning_rates"}, 4),
        ({"vary": "targets"}, 4),
        ({"members": "1000000000"}, 16),
    ],
    ids=str,
)
def test_the_members_a_link_asks_for_are_compared(link: dict[str, str], members: int):
    at = compared(v="1", n="2", max_steps="3", **link)
    assert run_of(at).record.last.loss.shape == (members,)
    ended = "Stopped at the step limit" if members == 1 else f"{members} at the step limit"
    assert ended in "".join(text.value for text in at.markdown)


def test_a_comparison_too_large_is_refused_with_its_limit():
    at = AppTest.from_file("../../pages/compare.py", default_timeout=PATIENT)
    for name, value in {"v": "1", "n": "12", "members": "16", "max_steps": "200000"}.items():
        at.query_params[name] = value
    at.run()
    assert at.session_state["run_compare"].ready(PATIENT)
    at.run()
    assert not at.exception
    assert "room for 41,666 steps" in at.error[0].value


def test_targets_are_edited_a_line_each():
    at = compared(v="1", vary="targets", n="2", max_steps="3")
    at.text_area(key="target_lines").set_value("1, 2\n0.1, 7").run()
    assert not at.exception
    assert setup_of(at).targets == (1.0, 2.0, 0.1, 7.0)
    for wrong in ("1", "one, two", "", "1,2\n3", "\n".join(["1,2"] * 17)):
        at.text_area(key="target_lines").set_value(wrong).run()
        assert not at.exception
        assert at.toast
        assert setup_of(at).targets == (1.0, 2.0, 0.1, 7.0)


def test_a_survey_tells_its_statistics():
    at = compared(v="1", n="2", starts="16", max_steps="40", tolerance="1e-1", members="2")
    at.button(key="run_survey").click().run()
    assert not at.exception
    run = at.session_state["survey"]
    assert run.ready(PATIENT)
    while run.playing:
        run.advance(1000)
    at.run()
    assert not at.exception
    shares = [metric.value for metric in at.metric if metric.value.endswith("%")]
    assert sum(float(share.rstrip("%")) for share in shares) == pytest.approx(100, abs=0.2)


def test_hidden_groups_are_left_out():
    at = opened(v="1", hide="matrix,start", max_steps="3")
    assert not [slider for slider in at.slider if slider.key == "n"]
    assert at.select_slider(key="learning_rate").value == 0.001


def settled(page: str, **link: str) -> AppTest:
    """A page whose numbers have come from the background."""
    at = AppTest.from_file(f"../../pages/{page}.py", default_timeout=PATIENT)
    for name, value in link.items():
        at.query_params[name] = value
    return wait_for_numbers(at.run())


def wait_for_numbers(at: AppTest) -> AppTest:
    for _ in range(2):
        assert not at.exception
        for key in NUMBERS:
            if key in at.session_state:
                at.session_state[key][1].result(PATIENT)
        at.run()
    assert not at.exception
    assert not at.error
    return at


def words(at: AppTest) -> str:
    return " ".join(text.value for text in (*at.markdown, *at.caption, *at.warning, *at.code))


def test_the_derivatives_page_shows_its_checks():
    text = words(settled("derivatives"))
    assert text.count("Finite differences of step") == 2
    assert (
        "The products add up to **-0.72607663**; the tape's $dL/dr_{0}$ is **-0.72607663**" in text
    )
    assert "# None" in text
    assert "The eigenvalues of the Hessian are 2, 2, 2, 4, 4, 4." in text
    assert "lower triangle only" in text


def test_a_repeated_eigenvalue_shows_the_tapes_error_and_the_clusters_slopes():
    at = settled("derivatives", v="1")
    at.button(key="identity_matrix").click()
    text = words(wait_for_numbers(at.run()))
    assert "The nested tapes are wrong by **4**" in text
    assert "leave their common value with slopes 0, 0, 1." in text
    assert linked(at)["matrix"] == "1,0,0,0,1,0,0,0,1"


def test_merging_two_eigenvalues_is_one_click():
    at = settled("derivatives", v="1")
    at.button(key="merge").click()
    text = words(wait_for_numbers(at.run()))
    assert "The nested tapes are wrong by" in text
    assert "are equal to rounding" in text


def test_a_kink_is_said_in_words():
    at = settled("derivatives", v="1", target="0,1,2", matrix="1,0,0,0,1,0,0,0,1")
    assert "has a kink here and no Hessian" in words(at)


@pytest.mark.parametrize("n", ["2", "7", "12"])
def test_the_derivatives_page_shows_every_size(n: str):
    at = settled("derivatives", v="1", n=n, structure="tridiagonal", distribution="normal")
    assert "The products add up to" in words(at)


def test_every_published_number_of_the_article_comes_out():
    at = settled("article")
    text = words(at)
    assert "✗" not in text
    assert text.count("✓") == sum(len(stage.published) for stage in STAGES)
