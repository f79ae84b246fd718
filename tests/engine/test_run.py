"""The live run of a session, without a page."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

import numpy as np
import pytest

from eigfit.engine import run as module
from eigfit.engine.run import Run
from eigfit.experiment.legs import MOST_CHANGES, Leg
from eigfit.experiment.setup import Setup
from eigfit.results.history import History
from eigfit.results.status import Status
from eigfit.results.step import Step

PATIENT = 60.0  # seconds; TensorFlow's first import is among what is waited for
SETUP = Setup(n=2, target=(1.0, 1.0), max_steps=400)


@pytest.fixture(autouse=True)
def _frames_of_any_length(monkeypatch: pytest.MonkeyPatch):
    # A busy machine must not cut a frame short and with it the count of steps.
    monkeypatch.setattr(module, "LONGEST_FRAME", PATIENT)


def begun(setup: Setup = SETUP, opening_steps: int = 0) -> Run[History]:
    run = Run(setup, History(), opening_steps)
    assert run.ready(PATIENT)
    assert run.failure is None
    return run


def going_on(run: Run[History], setup: Setup) -> None:
    run.wanted = setup
    run.follow()
    assert run.ready(PATIENT)


def test_a_run_begins_at_its_start_standing_still():
    run = begun()
    assert len(run.record) == 1
    np.testing.assert_allclose(run.record.last.parameters, SETUP.starting_point())
    assert not run.playing
    assert not run.final


def test_the_opening_steps_are_taken_before_the_first_picture():
    assert begun(opening_steps=20).record.last.number == 20


def test_a_run_advances_by_as_many_steps_as_asked():
    run = begun()
    run.advance(1)
    run.advance(25)
    np.testing.assert_array_equal(run.record.numbers, np.arange(27))


def test_a_run_in_frames_is_the_run_in_one_go():
    run = begun()
    for _ in range(10):
        run.advance(7)
    losses = [step.loss for step, _ in zip(SETUP.steps(), range(71), strict=False)]
    np.testing.assert_array_equal(run.record.losses, losses)


def test_a_frame_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch):
    run = begun()
    monkeypatch.setattr(module, "LONGEST_FRAME", -1.0)
    run.advance(300)
    assert len(run.record) == 2


def test_a_run_stops_playing_at_its_end():
    run = begun()
    run.playing = True
    run.advance(399)
    assert run.playing
    run.advance(100)
    assert run.record.last.number == 400
    assert run.record.last.status is Status.step_limit
    assert run.final
    assert not run.playing
    run.advance(10)
    assert run.record.last.number == 400


def test_another_learning_rate_goes_on_from_the_step_reached():
    run = begun()
    run.advance(50)
    before = run.record.losses.copy()
    going_on(run, SETUP.changed("learning_rate", 0.01))
    assert run.record.last.number == run.changed_at == 50
    np.testing.assert_allclose(run.record.losses, before)
    run.advance(10)
    np.testing.assert_array_equal(run.record.numbers, np.arange(61))
    assert run.experiment.conditions()["learning_rate"] == 0.01


def test_settings_changed_before_the_first_step_are_no_change_on_the_way():
    run = begun()
    going_on(run, SETUP.changed("learning_rate", 0.01))
    assert run.changed_at is None
    assert len(run.record) == 1


def test_a_change_of_what_is_shown_leaves_the_run_alone():
    run = begun()
    run.advance(5)
    going_on(run, replace(SETUP, log_x="yes", k=1, steps_per_frame=100))
    assert run.changed_at is None
    run.advance(5)
    np.testing.assert_array_equal(run.record.numbers, np.arange(11))


def test_a_higher_step_limit_lets_an_ended_run_go_on():
    run = begun(replace(SETUP, max_steps=10))
    run.advance(20)
    assert run.final
    going_on(run, replace(SETUP, max_steps=30))
    assert not run.final
    assert run.changed_at is None
    run.advance(100)
    np.testing.assert_array_equal(run.record.numbers, np.arange(31))


def test_a_step_limit_below_the_step_reached_ends_the_run_there():
    run = begun()
    run.advance(50)
    going_on(run, replace(SETUP, max_steps=10))
    assert run.record.last.number == 50
    assert run.record.last.status is Status.step_limit


def test_a_looser_tolerance_ends_a_run():
    run = begun()
    run.advance(5)
    going_on(run, replace(SETUP, tolerance=1.0))
    run.advance(400)
    assert run.record.last.status is Status.converged
    assert run.record.last.loss <= 1.0


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ValueError("the start is too large; give smaller numbers"), "the start is too large"),
        (RuntimeError("internal"), "The engine failed. Press Reset"),
    ],
)
def test_a_run_that_cannot_begin_says_so_in_a_sentence(
    error: Exception, sentence: str, monkeypatch: pytest.MonkeyPatch
):
    def steps(self: Setup, start: Step | None = None) -> Iterator[Step]:
        raise error

    monkeypatch.setattr(Setup, "steps", steps)
    run = Run(SETUP, History())
    assert run.ready(PATIENT)
    assert run.failure is not None
    assert run.failure.startswith(sentence)
    assert "internal" not in run.failure


def test_a_page_reads_what_a_run_has_been_while_the_engine_is_busy(
    monkeypatch: pytest.MonkeyPatch,
):
    computing, finish = threading.Event(), threading.Event()

    def steps(self: Setup, start: Step | None = None) -> Iterator[Step]:
        computing.set()
        finish.wait(PATIENT)
        return iter(())

    monkeypatch.setattr(Setup, "steps", steps)
    run = Run(SETUP, History())
    try:
        assert computing.wait(PATIENT), "the run should be held by the engine"
        with ThreadPoolExecutor(1) as page:
            read = page.submit(lambda: run.lived)
            wait([read], PATIENT / 6)
            in_time = read.done()
            finish.set()
        assert in_time, "reading it should not wait for the engine"
        assert read.result() == SETUP
    finally:
        finish.set()


def test_one_change_more_than_a_run_can_hold_is_said_and_what_it_was_can_be_read():
    legs = tuple(Leg(i, (("learning_rate", i * 1e-6),)) for i in range(1, MOST_CHANGES + 1))
    full = replace(SETUP, earlier=legs)
    run = begun(full)
    run.advance(MOST_CHANGES + 20)
    run.wanted = SETUP.changed("learning_rate", 0.03)
    assert run.lived == full
    run.follow()
    assert run.failure is not None
    assert run.failure.startswith(f"earlier must be at most {MOST_CHANGES} changes on the way")
    assert run.lived == full
