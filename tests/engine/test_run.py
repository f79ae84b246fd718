"""The live run of a session, without a page and with the engine nearby."""

import asyncio
import math
import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from eigfit.engine import run as module
from eigfit.engine import workplace
from eigfit.engine.run import ENGINE_FAILED, Run
from eigfit.engine.workers import TOO_LONG, TookTooLong
from eigfit.experiment.legs import MOST_CHANGES, Leg
from eigfit.experiment.setup import Setup
from eigfit.fitting import pace
from eigfit.fitting.loop import Program
from eigfit.results.history import History
from eigfit.results.status import Status
from eigfit.study.comparison import comparison
from tests.engine.held import Held
from tests.engine.runs import PATIENT, arrived, assert_same_to_the_last_bit, begun, going_on, taken

SETUP = Setup(n=2, target=(1.0, 1.0), max_steps=400)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    """An engine that answers when it is told to; nobody waits for it."""
    executor = Held()
    monkeypatch.setattr(workplace, "_place", workplace.Place(executor, 1))
    monkeypatch.setattr(module, "LONGEST_FRAME", 0.0)
    return executor


def begun_held(held: Held, opening_steps: int = 0) -> Run[History]:
    run = Run(SETUP, History(thinned=True), opening_steps)
    held.let_go()
    assert run.ready(0)
    return run


def test_a_run_begins_at_its_start_standing_still():
    run = begun(SETUP)
    assert len(run.record) == 1
    np.testing.assert_allclose(run.record.last.parameters, SETUP.starting_point())
    assert not run.playing
    assert not run.moving
    assert not run.final
    assert run.until == run.reached == 0


def test_the_opening_steps_are_on_its_way_at_once():
    run = begun(SETUP, opening_steps=20)
    assert run.until == 20
    assert arrived(run).reached == 20


def test_a_run_that_plays_advances_by_as_many_steps_as_asked():
    run = begun(SETUP)
    run.playing = True
    run.advance(1)
    assert run.reached == 1
    run.advance(25)
    np.testing.assert_array_equal(run.record.numbers, np.arange(27))
    assert run.playing
    assert run.until == math.inf


def test_a_run_that_stands_still_is_not_advanced():
    run = taken(begun(SETUP), 5)
    run.advance(10)
    assert run.reached == 5


def test_a_step_is_taken_once_however_often_it_is_asked_for():
    run = taken(begun(SETUP), 5)
    for _ in range(3):
        run.step_to(6)
        run.advance(50)
    assert run.reached == run.until == 6


@pytest.mark.parametrize(
    "experiment",
    [
        Setup(),
        comparison(Setup(n=4, target=(0.0, 1, 1, 2), members=3, max_steps=500)),
        comparison(replace(Setup(), vary="optimisers", max_steps=200)),
        replace(Setup(), earlier=(Leg(70, (("learning_rate", 0.02),)),), max_steps=300),
    ],
    ids=["fit", "starts", "rules", "legs"],
)
def test_a_run_in_frames_is_the_run_in_one_go_to_the_last_bit(experiment):
    run = begun(experiment)
    run.playing = True
    while not run.final and run.reached < 600:
        run.advance(1 + run.reached // 2)
    assert_same_to_the_last_bit(run.record, experiment)


def test_a_frame_ends_when_its_time_is_over_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "SLICE", 1e-9)
    monkeypatch.setattr(module, "LONGEST_FRAME", 0.0)
    run = begun(SETUP)
    run.playing = True
    run.advance(300)
    assert run.reached < 300
    monkeypatch.setattr(module, "LONGEST_FRAME", PATIENT)
    run.advance(300)
    assert run.reached >= 300
    assert_same_to_the_last_bit(run.record, SETUP)


def test_a_run_stops_playing_at_its_end():
    run = begun(SETUP)
    run.playing = True
    run.advance(399)
    assert run.playing
    run.advance(100)
    assert run.reached == 400
    assert run.record.last.status is Status.step_limit
    assert run.final
    assert not run.playing
    assert not run.moving
    run.playing = True
    run.advance(10)
    assert run.reached == 400


def test_what_comes_late_is_taken_in_the_next_time(held: Held):
    run = begun_held(held)
    run.playing = True
    run.advance(7)
    assert run.reached == 0
    assert run.waiting_since is not None
    for _ in range(3):
        run.advance(7)
    assert len(held.calls) == 1, "at most one call should be under way"
    held.let_go()
    run.advance(7)
    assert run.reached == 7
    assert not held.calls, "the frame has its steps"


def test_a_pause_takes_nothing_more_in(held: Held):
    run = begun_held(held)
    run.playing = True
    run.advance(7)
    run.playing = False
    held.let_go()
    run.advance(7)
    assert run.reached == run.until == 0
    assert not run.moving
    assert run.waiting_since is None


async def asked_for(held: Held, run: Run[History], steps: int, seconds: float) -> asyncio.Task:
    """A frame that an event loop waits for, once the engine has been asked."""
    waiting = asyncio.create_task(run.advance_among_others(steps, seconds))
    while not held.calls:
        await asyncio.sleep(0)
    assert not waiting.done()
    return waiting


def test_an_event_loop_goes_on_while_a_run_waits_in_it(held: Held):
    run = begun_held(held)
    run.playing = True

    async def frame() -> None:
        waiting = await asked_for(held, run, 10, PATIENT)
        await asyncio.to_thread(held.let_go)
        await waiting

    asyncio.run(frame())
    assert run.reached == 10


def test_a_pause_ends_the_waiting_in_an_event_loop(held: Held):
    run = begun_held(held)
    run.playing = True

    async def paused() -> None:
        waiting = await asked_for(held, run, 10, PATIENT)
        run.playing = False
        await waiting

    asyncio.run(paused())
    assert (run.reached, run.moving) == (0, False)


def test_what_comes_too_late_for_an_event_loop_is_taken_in_the_next_time(held: Held):
    run = begun_held(held)
    run.playing = True

    async def late() -> None:
        await (await asked_for(held, run, 10, 0.05))
        assert run.reached == 0
        held.let_go()
        await run.advance_among_others(10, PATIENT)

    asyncio.run(late())
    assert run.reached == 10
    assert not held.calls


def test_one_step_while_it_plays_stands_still_after_that(held: Held):
    run = begun_held(held)
    run.playing = True
    run.advance(50)
    run.step_to(1)
    run.advance(50)
    held.let_go()
    run.advance(50)
    assert run.reached == 1
    assert not run.moving


def test_a_run_is_not_ready_before_its_first_step(held: Held):
    run = Run(SETUP, History(thinned=True), 10)
    assert not run.ready(0)
    assert not run.begun
    assert run.moving
    np.testing.assert_array_equal(run.record.numbers, [0])
    held.let_go()
    assert run.ready(0)
    assert run.reached == 10


def test_the_start_is_the_engines_once_that_has_come(held: Held, monkeypatch: pytest.MonkeyPatch):
    first_step = Setup.first_step
    monkeypatch.setattr(Setup, "first_step", lambda self: replace(first_step(self), loss=1234.0))
    run = Run(SETUP, History(thinned=True), 10)
    assert run.record.losses.tolist() == [1234.0]
    held.let_go()
    assert run.ready(0)
    assert_same_to_the_last_bit(run.record, SETUP)


def test_a_target_that_changes_before_the_engine_comes_is_what_the_start_is_judged_by(held: Held):
    run = Run(SETUP, History(thinned=True), 10)
    run.wanted = replace(SETUP, target=(10.0, 20.0))
    run.follow()
    assert run.record.last.loss == run.wanted.first_step().loss > SETUP.first_step().loss
    held.let_go()
    assert run.ready(0)
    assert_same_to_the_last_bit(run.record, run.wanted)


def test_a_run_that_is_given_up_asks_for_nothing(held: Held):
    run = Run(SETUP, History(thinned=True), 10)
    run.give_up()
    assert not run.moving
    run.advance(10)
    held.let_go()
    assert not run.begun


def test_another_learning_rate_goes_on_from_the_step_reached():
    run = taken(begun(SETUP), 50)
    before = run.record.losses.copy()
    going_on(run, SETUP.changed("learning_rate", 0.01))
    assert run.reached == run.changed_at == 50
    np.testing.assert_allclose(run.record.losses, before)
    taken(run, 10)
    np.testing.assert_array_equal(run.record.numbers, np.arange(61))
    assert run.experiment.conditions()["learning_rate"] == 0.01


def test_a_change_while_the_engine_computes_holds_from_the_step_reached(held: Held):
    run = begun_held(held, 10)
    run.playing = True
    run.advance(50)
    run.wanted = SETUP.changed("learning_rate", 0.5)
    run.follow()
    assert not run.ready(0)
    held.let_go()
    assert run.ready(0)
    assert run.reached == run.changed_at == 10
    assert run.playing


def test_settings_changed_before_the_first_step_are_no_change_on_the_way():
    run = begun(SETUP)
    going_on(run, SETUP.changed("learning_rate", 0.01))
    assert run.changed_at is None
    assert len(run.record) == 1


def test_a_change_of_what_is_shown_leaves_the_run_alone():
    run = taken(begun(SETUP), 5)
    going_on(run, replace(SETUP, log_x="yes", k=1, steps_per_frame=100))
    assert run.changed_at is None
    taken(run, 5)
    np.testing.assert_array_equal(run.record.numbers, np.arange(11))


def test_a_higher_step_limit_lets_an_ended_run_go_on():
    run = taken(begun(replace(SETUP, max_steps=10)), 20)
    assert run.final
    going_on(run, replace(SETUP, max_steps=30))
    assert not run.final
    assert run.changed_at is None
    taken(run, 100)
    np.testing.assert_array_equal(run.record.numbers, np.arange(31))


def test_a_step_limit_below_the_step_reached_ends_the_run_there():
    run = taken(begun(SETUP), 50)
    going_on(run, replace(SETUP, max_steps=10))
    assert run.reached == 50
    assert run.record.last.status is Status.step_limit


def test_a_looser_tolerance_ends_a_run():
    run = taken(begun(SETUP), 5)
    going_on(run, replace(SETUP, tolerance=1.0))
    taken(run, 400)
    assert run.record.last.status is Status.converged
    assert run.record.last.loss <= 1.0


ELSEWHERE = SETUP.changed("target", (0.0, 2.0))


@pytest.mark.parametrize("make", [lambda setup: setup, comparison], ids=["fit", "comparison"])
def test_a_run_that_has_ended_plays_again_where_its_target_is_moved(make):
    loose = replace(SETUP, tolerance=0.1, max_steps=4000, members=2)
    run = taken(begun(make(loose)), 4000)
    assert run.final
    ended = run.reached
    going_on(run, make(loose.changed("target", (0.0, 2.0))))
    assert run.playing
    assert run.moving
    run.advance(20)
    assert run.reached == ended + 20
    going_on(run, make(loose.changed("target", (0.0, 2.0)).changed("tolerance", 1.0)))
    taken(run, 4000)
    assert not run.playing


def test_a_start_that_has_what_is_asked_for_goes_on_to_a_moved_target():
    solved = replace(SETUP, distribution="explicit", start=(1.0, 1.0, 0.0))
    run = begun(solved)
    assert (run.reached, run.record.last.status) == (0, Status.converged)
    going_on(run, solved.changed("target", (0.0, 2.0)))
    run.advance(10)
    assert run.playing
    assert run.reached == 10


def test_a_paused_run_stays_paused_and_is_judged_by_the_moved_target():
    run = taken(begun(SETUP), 50)
    before = run.record.last
    going_on(run, ELSEWHERE)
    assert not run.playing
    assert not run.moving
    last = run.record.last
    np.testing.assert_array_equal(last.parameters, before.parameters)
    np.testing.assert_allclose(last.loss, ((last.eigenvalues - [0, 2]) ** 2).sum())


def test_a_run_at_the_step_limit_ends_there_again_where_its_target_is_moved():
    run = taken(begun(SETUP), 400)
    going_on(run, ELSEWHERE)
    run.advance(20)
    assert run.reached == 400
    assert not run.playing


def test_looser_settings_let_no_ended_run_play():
    run = taken(begun(replace(SETUP, tolerance=0.1)), 4000)
    going_on(run, SETUP.changed("beta_1", 0.5))
    assert not run.playing


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ValueError("the start is too large; give smaller numbers"), "the start is too large"),
        (RuntimeError("internal"), ENGINE_FAILED),
        (TookTooLong(TOO_LONG), TOO_LONG),
    ],
)
def test_a_run_that_cannot_begin_says_so_in_a_sentence(error: Exception, sentence: str, held: Held):
    run = Run(SETUP, History(thinned=True))
    held.calls[0][0].set_exception(error)
    assert run.ready(0)
    assert run.failure is not None
    assert run.failure.startswith(sentence)
    assert not run.moving


def test_a_failed_run_goes_on_when_it_is_asked_for_otherwise(held: Held):
    run = begun_held(held)
    run.playing = True
    run.advance(5)
    held.calls.pop()[0].set_exception(RuntimeError())
    run.advance(5)
    assert run.failure == ENGINE_FAILED
    assert not run.playing
    run.wanted = SETUP.changed("learning_rate", 0.02)
    run.follow()
    held.let_go()
    assert run.ready(0)
    assert run.failure is None


def test_a_page_reads_what_a_run_has_been_while_another_waits_for_the_engine(held: Held):
    run = begun_held(held)
    run.playing = True
    waits = threading.Thread(target=run.ready, args=(PATIENT,))
    run.wanted = SETUP.changed("learning_rate", 0.02)
    run.follow()
    waits.start()
    assert run.standing_still(lambda record: record.last.number) == 0
    assert run.lived.setup.rule.learning_rate == 0.02
    held.let_go()
    waits.join(PATIENT)
    assert not waits.is_alive()


def test_no_call_compiles_more_than_one_program(monkeypatch: pytest.MonkeyPatch):
    clock, compiled, in_calls = [0.0], set(), []
    rows, submit = Program.rows, workplace.submit

    def slow_at_first(self: Program, *arguments, **named):
        clock[0] += 0.0 if self in compiled else 1.0
        compiled.add(self)
        return rows(self, *arguments, **named)

    def counted(function, *arguments):
        before = len(compiled)
        future = submit(function, *arguments)
        future.result(PATIENT)
        in_calls.append(len(compiled) - before)
        return future

    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(Program, "rows", slow_at_first)
    monkeypatch.setattr(workplace, "submit", counted)
    run = arrived(begun(comparison(replace(Setup(), vary="optimisers")), 40))
    assert run.reached == 40
    assert max(in_calls) == 1
    assert sum(in_calls) == 4


def test_one_change_more_than_a_run_can_hold_is_said_and_what_it_was_can_be_read():
    legs = tuple(Leg(i, (("learning_rate", i * 1e-6),)) for i in range(1, MOST_CHANGES + 1))
    full = replace(SETUP, earlier=legs)
    run = taken(begun(full), MOST_CHANGES + 20)
    run.wanted = SETUP.changed("learning_rate", 0.03)
    assert run.lived == full
    run.follow()
    assert run.failure is not None
    assert run.failure.startswith(f"earlier must be at most {MOST_CHANGES} changes on the way")
    assert run.lived == full
