"""Worker processes: what dies, hangs or fails in them, and what is left when the server is gone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, wait
from pathlib import Path

import numpy as np
import psutil
import pytest

from eigfit.engine import calls, workers, workplace
from eigfit.engine.run import Run
from eigfit.engine.workers import TOO_LONG, TookTooLong, Workers
from eigfit.experiment.setup import Setup
from eigfit.results.history import History
from tests.engine import courses
from tests.engine.runs import PATIENT, arrived, assert_same_to_the_last_bit

ROOT = Path(__file__).parents[2]
SETUP = Setup(max_steps=600)


@pytest.fixture(scope="module")
def pool() -> Iterator[Workers]:
    executor = Workers(1, calls.warm_up)
    yield executor
    executor.shutdown()


@pytest.fixture(scope="module")
def quick_pool() -> Iterator[Workers]:
    """One whose workers know no TensorFlow before they are asked for it."""
    executor = Workers(1)
    yield executor
    executor.shutdown()


@pytest.fixture
def quick_place(quick_pool: Workers, monkeypatch: pytest.MonkeyPatch) -> Workers:
    monkeypatch.setattr(workplace, "_place", workplace.Place(quick_pool, 1))
    return quick_pool


@pytest.fixture
def place(pool: Workers, monkeypatch: pytest.MonkeyPatch) -> Workers:
    """The pool as the workplace."""
    monkeypatch.setattr(workplace, "_place", workplace.Place(pool, 1))
    return pool


def wait_for(file: Path) -> None:
    deadline = time.monotonic() + PATIENT
    while not file.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)  # between two looks


def asked(function, *arguments):
    return workplace.submit(function, *arguments).result(PATIENT)


def test_a_run_in_a_worker_is_that_in_one_generator_to_the_last_bit(place: Workers):
    run = Run(SETUP, History(thinned=True), 300)
    run.playing = True
    while not run.final:
        run.advance(77)
        assert run.failure is None
    assert_same_to_the_last_bit(run.record, SETUP)


def test_a_worker_that_dies_is_replaced_and_the_run_goes_on_to_the_last_bit(place: Workers):
    run = Run(SETUP, History(thinned=True), 100)
    arrived(run)
    (worker,) = place.processes
    os.kill(worker, signal.SIGKILL)
    arrived_at = run.reached
    run.playing = True
    while not run.final:
        run.advance(100)
        assert run.failure is None
    assert arrived_at == 100
    assert place.processes != [worker]
    assert_same_to_the_last_bit(run.record, SETUP)


def test_a_call_whose_worker_dies_is_made_again(quick_place: Workers, tmp_path: Path):
    before = asked(courses.pid)
    after = asked(courses.dies_once, str(tmp_path / "once"))
    assert after != before
    assert asked(courses.pid) == after


def test_a_call_that_kills_every_worker_is_given_up(
    quick_place: Workers, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(workers, "ATTEMPTS", 1)
    with pytest.raises(BrokenExecutor):
        asked(courses.dies)
    assert asked(courses.pid)


def test_a_worker_that_hangs_is_given_up_with_a_sentence_and_others_go_on(
    quick_place: Workers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    asked(courses.pid)
    monkeypatch.setattr(workers, "LONGEST_CALL", 1.0)
    hung = workplace.submit(courses.begins_to_hang, str(tmp_path / "begun"))
    wait_for(tmp_path / "begun")
    monkeypatch.setattr(workers, "LONGEST_CALL", PATIENT)
    other = workplace.submit(courses.pid)
    with pytest.raises(TookTooLong, match="longer than a minute") as raised:
        hung.result(PATIENT)
    assert str(raised.value) == TOO_LONG
    assert other.result(PATIENT) in quick_place.processes


def test_words_of_an_error_come_back_and_tensorflows_kind_of_error_does_not(place: Workers):
    with pytest.raises(ValueError, match="so large; give smaller numbers"):
        asked(courses.refuses)
    with pytest.raises(RuntimeError, match="InvalidArgumentError: secret"):
        asked(courses.fails_in_tensorflow)
    with pytest.raises(RuntimeError, match="cannot be sent"):
        asked(courses.cannot_be_sent)


def test_what_comes_back_are_arrays_in_the_order_they_were_given(place: Workers):
    found = asked(courses.tensors)
    assert list(found) == ["b", "a", "none", "text"]
    assert type(found["b"]) is np.ndarray
    assert found["none"] is None
    assert asked(courses.prints, "what is printed is no answer") == "what is printed is no answer"


def test_what_is_waiting_can_be_cancelled(place: Workers):
    futures = [workplace.submit(calls.onward, SETUP, None, 600, 1.0) for _ in range(4)]
    assert futures[-1].cancel()
    wait(futures, PATIENT)
    assert all(future.done() for future in futures)


def test_workers_that_are_stopped_are_gone_and_take_nothing_more():
    executor = Workers(1)
    running = executor.submit(courses.pid)
    running.result(PATIENT)
    (process,) = executor.processes
    hanging = executor.submit(courses.hangs)
    waiting = executor.submit(courses.pid)
    executor.shutdown()
    assert not psutil.pid_exists(process)
    assert waiting.cancelled()
    assert hanging.done()
    with pytest.raises(RuntimeError, match="stopped"):
        executor.submit(courses.pid)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_no_worker_outlives_the_server_even_in_a_call(how: signal.Signals, tmp_path: Path):
    mark = tmp_path / "hangs"
    code = (
        "from eigfit.engine.workers import Workers\n"
        "from tests.engine import courses\n"
        "workers = Workers(1)\n"
        "print(workers.submit(courses.pid).result(), flush=True)\n"
        f"workers.submit(courses.begins_to_hang, {str(mark)!r}).result()\n"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with server:
        assert server.stdout is not None
        worker = psutil.Process(int(server.stdout.readline()))
        wait_for(mark)
        server.send_signal(how)
    worker.wait(PATIENT)


@pytest.mark.parametrize("count", ["0", "-1", "two", "65", "1.5"])
def test_a_wrong_number_of_workers_is_refused_in_words(count: str):
    with pytest.raises(ValueError, match=rf"EIGFIT_WORKERS must be .* got '{count}'"):
        workplace.opened({"EIGFIT_WORKERS": count})
