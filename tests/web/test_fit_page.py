"""The Fit page: its player, and how a run is shown."""

from collections.abc import Iterator

import numpy as np
import pytest

from eigfit.engine import run as module
from eigfit.engine import workplace
from eigfit.experiment.setup import Setup
from eigfit.fitting.pace import Pace
from eigfit.results.step import Step
from eigfit.web.runs import OPENING_STEPS
from eigfit.web.screen import OPENING_WAY
from tests.engine.held import Held
from tests.web.pages import (
    PATIENT,
    drawn,
    frame_of,
    linked,
    opened,
    run_of,
    setup_of,
    status,
    unopened,
)


def test_step_takes_one_step():
    at = opened()
    at.button(key="step").click().run()
    assert not at.exception
    assert run_of(at).reached == OPENING_STEPS + 1
    assert frame_of(at)["figures"]["Step"] == f"{OPENING_STEPS + 1}"


def test_play_asks_for_frames_and_pause_stands_still():
    at = opened(steps_per_frame="5")
    assert not frame_of(at)["more"]
    at.button(key="play").click().run()
    assert not at.exception
    assert run_of(at).playing
    assert frame_of(at)["more"]
    assert frame_of(at)["shown"] == OPENING_STEPS + 5, "it moves with the click"
    at.button(key="pause").click().run()
    assert not at.exception
    assert not run_of(at).playing
    assert not frame_of(at)["more"]
    assert run_of(at).reached == OPENING_STEPS + 5


def test_a_click_that_is_answered_twice_does_the_same():
    at = opened()
    click = at.button(key="play").click()
    click.run()
    click.click().run()  # the button is no longer there
    assert not at.exception
    assert run_of(at).playing


def test_play_at_the_end_begins_again():
    at = opened(max_steps="10")
    assert run_of(at).final
    assert at.button(key="play").label == "Play again"
    before = run_of(at)
    at.button(key="play").click().run()
    assert not at.exception
    assert run_of(at) is not before


def test_pausing_a_run_that_has_just_ended_keeps_it():
    at = opened(max_steps="400", steps_per_frame="1")
    at.button(key="play").click().run()
    run, button = run_of(at), at.button(key="pause")
    run.advance(1000)
    assert run.final
    button.click().run()
    assert not at.exception
    assert run_of(at) is run
    assert not run.playing


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
    assert "seed must lie" in at.toast[0].value


def test_an_earlier_step_that_is_looked_at_stays_in_sight_until_the_run_moves():
    at = opened()
    frame = frame_of(at)
    assert (frame["shown"], frame["kept"][-1]) == (OPENING_STEPS, OPENING_STEPS)
    at.session_state["screen"].choose(frame["kept"][7])
    at.run()
    frame = frame_of(at)
    assert frame["shown"] == frame["kept"][7]
    assert frame["figures"]["Step"] == f"{frame['shown']:,}"
    assert frame["status"].endswith(f"Shown is step {frame['shown']:,}.")
    at.button(key="step").click().run()
    assert frame_of(at)["shown"] == OPENING_STEPS + 1


def test_a_run_without_steps_shows_its_start():
    at = opened(max_steps="0")
    assert len(run_of(at).record) == 1
    assert "Stopped at the step limit" in status(at)


@pytest.mark.parametrize("learning_rate", ["1e300", "1e150", "1e30"])
def test_a_run_that_blows_up_is_shown_at_its_last_finite_step(learning_rate: str):
    at = opened(optimiser="sgd", learning_rate=learning_rate, n="2")
    assert "Diverged" in status(at)
    assert "nan" not in "".join(frame_of(at)["figures"].values())


def test_an_engine_that_fails_on_the_way_is_a_sentence_and_keeps_the_charts(
    monkeypatch: pytest.MonkeyPatch,
):
    steps = Setup.steps

    def failing(self: Setup, start: Step | None = None, pace: Pace | None = None) -> Iterator[Step]:
        if start is not None:
            raise RuntimeError("internal")
        return steps(self, start, pace)

    at = opened()
    monkeypatch.setattr(Setup, "steps", failing)
    at.button(key="play").click().run()
    assert not at.exception
    assert "The engine failed." in at.error[0].value
    assert not run_of(at).playing
    assert frame_of(at)["figures"]["Step"] == str(OPENING_STEPS)
    monkeypatch.setattr(Setup, "steps", steps)
    at.button(key="play").click().run()
    assert not at.exception
    assert run_of(at).playing


def test_the_figures_are_those_of_the_step_shown():
    at = opened(target="1,2,4", v="1")
    step = run_of(at).record.last
    values = np.linalg.eigvalsh(step.matrix)
    errors = values - [1, 2, 4]
    shown = frame_of(at)["figures"]
    gradient = shown.pop("Gradient norm")
    assert shown == {
        "Step": f"{step.number}",
        "Loss": f"{errors @ errors:.2e}",
        "Largest error": f"{np.abs(errors).max():.2e}",
        "Smallest gap": f"{np.diff(values).min():.2e}",
    }
    # dL/dr by differences of the loss, to the digits shown.
    differences = [
        (loss_of(step.parameters + h) - loss_of(step.parameters - h)) / 2e-5
        for h in 1e-5 * np.eye(6)
    ]
    assert gradient == f"{np.linalg.norm(differences):.2e}"


def loss_of(r: np.ndarray) -> float:
    """Σ (t − λ)² of the 3×3 matrix of six numbers, for the target 1, 2, 4."""
    return float(
        ((np.linalg.eigvalsh(r[[[0, 3, 5], [3, 1, 4], [5, 4, 2]]]) - [1, 2, 4]) ** 2).sum()
    )


def test_a_page_opens_on_its_start_and_moves_by_itself():
    at = unopened().run()
    assert run_of(at).ready(PATIENT)
    for _ in range(3):
        before = run_of(at).reached
        at.run()
        assert not at.exception
        assert frame_of(at)["shown"] == before + OPENING_WAY
        assert frame_of(at)["more"]
        assert frame_of(at)["status"] == f"Going to step {OPENING_STEPS}."
    assert not run_of(at).playing


def test_a_step_while_a_page_opens_is_one_step_and_then_it_stands_still():
    at = unopened().run()
    assert run_of(at).ready(PATIENT)
    at.run()
    before = run_of(at).reached
    assert 0 < before < OPENING_STEPS
    at.button(key="step").click().run()
    at.run()
    assert run_of(at).reached == before + 1
    assert not frame_of(at)["more"]


def test_a_link_can_say_that_it_plays():
    at = unopened(play="yes").run()
    assert run_of(at).playing
    assert at.button(key="pause")
    at.button(key="pause").click().run()
    assert not run_of(at).playing
    assert linked(at)["play"] == "yes"


def test_an_address_that_is_gone_to_opens_as_for_a_new_visitor():
    at = opened(v="1", max_steps="2000")
    assert run_of(at).reached == OPENING_STEPS
    at.session_state["setup"] = setup_of(at).changed("n", 4)
    at = drawn(at)
    assert run_of(at).reached == 0, "what a control changes waits for Play"
    at.query_params.clear()
    at.query_params["seed"] = "9"
    at = drawn(at)
    assert setup_of(at).seed == 9
    assert run_of(at).reached == OPENING_STEPS


@pytest.mark.parametrize("page", ["app.py", "pages/compare.py"])
def test_the_start_is_seen_while_the_engine_is_not_ready(
    page: str, monkeypatch: pytest.MonkeyPatch
):
    held = Held()
    monkeypatch.setattr(workplace, "_place", workplace.Place(held, 1))
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    monkeypatch.setattr(module, "LONGEST_FRAME", 0.0)
    at = unopened(page).run()
    assert not at.exception
    frame = frame_of(at)
    assert frame["shown"] == 0
    assert frame["charts"]
    assert frame["more"]
    assert "Getting ready" in frame["status"]
    held.let_go()
