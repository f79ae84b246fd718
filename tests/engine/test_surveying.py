"""Surveys: the same on one worker, on two and on a cluster, whatever dies on the way."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eigfit.engine import calls, surveying, workplace
from eigfit.engine.surveying import Surveying
from eigfit.engine.workers import Workers
from eigfit.experiment.setup import Setup
from eigfit.results.history import History
from eigfit.results.outcomes import Outcomes
from eigfit.results.status import Status
from eigfit.study import survey as survey_module
from eigfit.study.survey import Survey
from tests.engine.runs import PATIENT

ROOT = Path(__file__).parents[2]
QUICK = Setup(n=3, max_steps=60, tolerance=0.3).changed("learning_rate", 0.03)


def collected(experiment) -> History:
    history = History()
    for step in experiment.steps():
        history.append(step)
    return history


def outcomes_of(setup: Setup) -> Outcomes:
    run = Surveying(Survey(setup))
    while run.moving:
        run.advance()
    assert run.failure is None
    return run.outcomes


def test_the_statistics_of_a_survey_are_those_of_single_runs(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(survey_module, "BATCH", 3)
    setup = replace(QUICK, starts=7, seed=4, max_steps=20)
    outcomes = outcomes_of(setup)
    assert outcomes.final
    singles = [collected(replace(setup, seed=4 + i)) for i in range(7)]
    ended = [int(single.ended) for single in singles]
    statuses = [single.last.status for single in singles]
    assert {Status.converged, Status.step_limit} == set(statuses), "both ends should be tried"
    np.testing.assert_array_equal(outcomes.ended, ended)
    assert list(outcomes.statuses) == statuses
    np.testing.assert_allclose(outcomes.losses, [single.last.loss for single in singles], rtol=1e-9)
    converged = [end for end, s in zip(ended, statuses, strict=True) if s is Status.converged]
    np.testing.assert_array_equal(outcomes.steps_to_tolerance(), sorted(converged))
    for loss, error, single in zip(outcomes.losses, outcomes.errors, singles, strict=True):
        assert np.abs(single.last.eigenvalues - 1).max() == pytest.approx(error, rel=1e-9)
        assert loss >= error**2 * (1 - 1e-12)


def assert_same(one: Outcomes, other: Outcomes) -> None:
    for name in ("ended", "statuses", "losses", "errors"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def survive_a_kill(
    setup: Setup, workers: Callable[[], list[int]], monkeypatch: pytest.MonkeyPatch
) -> Outcomes:
    """The outcomes of a survey of which a worker is killed between the ends of two starts."""
    run = Surveying(Survey(setup))
    submit = workplace.submit_aside
    killed: list[int] = []

    def submit_and_kill(*call: Any) -> Future:
        if not killed and (run.outcomes.ended >= 0).any():
            killed.append(workers()[0])
            os.kill(killed[0], signal.SIGKILL)
        return submit(*call)

    monkeypatch.setattr(workplace, "submit_aside", submit_and_kill)
    while run.moving:
        run.advance()
    assert killed
    assert run.failure is None
    return run.outcomes


# Two batches run at a time, so that others are still to come when the first start ends.
SEVERAL = Setup(starts=40, seed=11, max_steps=600).changed("learning_rate", 0.01)


@pytest.fixture(autouse=True, scope="module")
def _small_batches() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(survey_module, "BATCH", 8)
        yield


@pytest.fixture(scope="module")
def nearby_outcomes() -> Outcomes:
    return outcomes_of(SEVERAL)


def test_the_same_seeds_end_the_same_on_two_workers_one_of_which_is_killed(
    nearby_outcomes: Outcomes, monkeypatch: pytest.MonkeyPatch
):
    executor = Workers(2, calls.warm_up)
    monkeypatch.setattr(workplace, "_place", workplace.Place(executor, 2))
    try:
        found = survive_a_kill(SEVERAL, lambda: executor.processes, monkeypatch)
    finally:
        executor.shutdown()
    assert_same(found, nearby_outcomes)


@contextmanager
def dask_processes(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """The address of a scheduler with two workers, on the loopback, and the workers' processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    quiet = {"DASK_DISTRIBUTED__WORKER__DAEMON": "False", "PYTHONPATH": str(ROOT)}
    here = ["--host", "127.0.0.1", "--no-dashboard"]
    worker = ["worker", address, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder)]
    lines = [["scheduler", "--port", address.rpartition(":")[2]], worker, worker]
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "dask", *line, *here], cwd=ROOT,
            env=os.environ | quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for line in lines
    ]  # fmt: skip
    try:
        yield address, [process.pid for process in started[1:]]
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_the_same_seeds_end_the_same_on_a_cluster_of_which_a_worker_is_killed(
    nearby_outcomes: Outcomes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with dask_processes(tmp_path) as (address, processes):
        place = workplace.opened({"EIGFIT_SCHEDULER": address})
        client = place.executor._client  # type: ignore[attr-defined]
        client.wait_for_workers(2, PATIENT)
        monkeypatch.setattr(workplace, "_place", workplace.Place(place.executor, 2))
        found = survive_a_kill(SEVERAL, lambda: processes, monkeypatch)
        client.close()
    assert_same(found, nearby_outcomes)


def test_a_survey_that_is_given_up_asks_for_nothing_more(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(surveying, "LONGEST_FRAME", 0.0)  # each look starts one call at most
    run = Surveying(Survey(SEVERAL))
    while not (run.outcomes.ended >= 0).any():
        run.advance()
    run.give_up()
    assert not run.moving
    ended = run.outcomes.ended.copy()
    monkeypatch.setattr(workplace, "submit_aside", None)
    run.advance()
    np.testing.assert_array_equal(run.outcomes.ended, ended)
    assert 0 < (ended >= 0).sum() < SEVERAL.starts


def test_a_survey_that_cannot_go_on_says_so(monkeypatch: pytest.MonkeyPatch):
    failed: Future = Future()
    failed.set_exception(ValueError("the start number 3 is so large"))
    monkeypatch.setattr(workplace, "submit_aside", lambda *_: failed)
    run = Surveying(Survey(QUICK))
    run.advance()
    assert run.failure == "the start number 3 is so large"
    assert not run.moving
