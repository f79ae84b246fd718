"""Where calls run: what is waited for, and what may stand aside."""

import importlib
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path

import pytest
from dask import config

from eigfit.engine import workplace
from tests.engine import courses
from tests.engine.held import Held

ROOT = Path(__file__).parents[2]
UNWATCHED = """
from eigfit.engine import calls
from tests.engine import courses
calls.LONGEST_CALL = {seconds}
calls.watched({call})
"""


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    executor = Held()
    monkeypatch.setattr(workplace, "_place", workplace.Place(executor, 2))
    return executor


def test_no_more_stands_aside_in_line_than_can_be_done_at_a_time(held: Held):
    asides = [workplace.submit_aside(int, k) for k in range(5)]
    frame = workplace.submit(int, 9)
    assert len(held.calls) == 3, "two from aside, and the frame right after them"
    held.let_go()
    assert frame.result(0) == 9
    assert [aside.done() for aside in asides] == [True, True, False, False, False]
    assert asides[4].cancel()
    held.let_go()
    assert not held.calls
    assert [aside.result(0) for aside in asides[:4]] == [0, 1, 2, 3]


def test_what_goes_on_aside_stands_in_line_anew_behind_all_others(held: Held):
    long = workplace.submit_aside(courses.counts_down, 2)
    others = [workplace.submit_aside(int, k) for k in range(3)]
    lines = []
    while not long.done():
        held.let_go()
        lines.append((long.done(), sum(other.done() for other in others)))
    assert lines == [(False, 1), (False, 3), (False, 3), (True, 3)]
    assert long.result(0) == 0


def test_what_goes_on_aside_can_be_cancelled_between_its_calls(held: Held):
    long = workplace.submit_aside(courses.counts_down, 2)
    held.let_go()
    assert len(held.calls) == 1, "it goes on"
    assert long.cancel()
    held.let_go()
    assert held.calls == []
    assert long.cancelled()


def test_a_place_is_crowded_while_more_wait_than_are_served(held: Held):
    for _ in range(2):
        workplace.submit_aside(int)
        workplace.submit(int)
        assert not workplace.crowded()
    workplace.submit(int)
    assert workplace.crowded()
    held.let_go()
    assert not workplace.crowded()


def test_an_error_aside_comes_back_and_the_next_goes_on(held: Held):
    asides = [workplace.submit_aside(courses.refuses) for _ in range(3)]
    held.let_go()
    held.let_go()
    for aside in asides:
        with pytest.raises(ValueError, match="give smaller numbers"):
            aside.result(0)


def test_what_is_dropped_by_a_closing_workplace_leaves_nobody_waiting(held: Held):
    aside = workplace.submit_aside(int)
    held.calls[0][0].cancel()
    assert isinstance(aside, Future)
    with pytest.raises(RuntimeError, match="closed"):
        aside.result(0)


def test_a_workplace_opens_at_the_first_call_and_again_after_it_has_stopped(
    monkeypatch: pytest.MonkeyPatch,
):
    opened: list[Held] = []

    def new(environment) -> workplace.Place:
        opened.append(Held())
        return workplace.Place(opened[-1], 1)

    monkeypatch.setattr(workplace, "_place", None)
    monkeypatch.setattr(workplace, "opened", new)
    workplace.submit(int)
    workplace.submit(int)
    assert [len(executor.calls) for executor in opened] == [2]
    workplace.stop()
    workplace.stop()
    workplace.submit(int)
    assert len(opened) == 2


def test_a_cluster_that_is_not_there_is_said_in_words():
    importlib.import_module("distributed")  # else what it sets would go with what is set here
    at_once = config.set({"distributed.comm.timeouts.connect": "100ms"})
    with at_once, pytest.raises(OSError, match="where no Dask scheduler answers"):
        workplace.opened({"EIGFIT_SCHEDULER": "tcp://127.0.0.1:1"})


@pytest.mark.parametrize(
    ("seconds", "call", "status"), [(0.1, "courses.hangs", 1), (60, "courses.pid", 0)]
)
def test_a_call_that_hangs_ends_the_process_that_nobody_watches(
    seconds: float, call: str, status: int
):
    code = UNWATCHED.format(seconds=seconds, call=call)
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == status
