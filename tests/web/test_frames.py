"""What a frame carries: all, or what the browser that asks for it lacks."""

import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st

from eigfit.engine import workplace
from eigfit.figures import lines
from eigfit.results.history import History
from eigfit.results.status import Status
from eigfit.results.step import Step
from eigfit.web import frames, live
from eigfit.web.controls import PageDrawn
from tests.engine.held import Held


def made(steps: int) -> Any:
    """A run that has come that far."""
    history = History()
    for number in range(steps + 1):
        history.append(Step(
            number, np.zeros(3), np.array([0.0, 1.0]), 1.0, np.zeros(3), Status.running,
            matrix_of=lambda r: np.eye(2),
        ))  # fmt: skip
    return SimpleNamespace(record=history, waiting_since=None)


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A session's state."""
    state: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


def sent(run: Any, **asked: Any) -> dict[str, Any]:
    """The figures of a frame, in answer to what a browser has, if it has asked."""
    charts = {"loss": lines.loss(run.record, 1e-8)}
    ask = live.Ask(**asked) if asked else None
    return frames._written(run, run.record.last, charts, ask, PageDrawn(()))


def steps(frame: dict[str, Any]) -> list[int]:
    return frame["charts"]["loss"]["traces"][-1]["customdata"].tolist()


def asking(frame: dict[str, Any]) -> dict[str, Any]:
    """What a browser that has the frame asks with."""
    return {"base": frame["base"], "step": frame["settled"], "show": None}


def test_a_page_that_is_drawn_anew_gets_everything():
    run = made(500)
    for _ in range(2):
        frame = sent(run)
        assert frame["after"] is None
        assert steps(frame)[0] == 0


def test_a_browser_that_asks_gets_what_it_lacks():
    run = made(500)
    first = sent(run)
    run.record = made(560).record
    further = sent(run, **asking(first))
    assert (further["base"], further["after"]) == (first["base"], first["settled"])
    assert first["settled"] < steps(further)[0]
    assert steps(further)[-1] == 560
    assert sent(run, **asking(first))["charts"].keys() == further["charts"].keys()


@pytest.mark.parametrize("stranger", [{"base": None}, {"base": 10**6}])
def test_a_browser_with_another_base_gets_everything(stranger: dict[str, Any]):
    run = made(500)
    frame = sent(run, **{**asking(sent(run)), **stranger})
    assert frame["after"] is None
    assert steps(frame)[0] == 0


@pytest.mark.parametrize(
    "said",
    [
        *("x", 7, [], True, [1, 2, 3], {"base": "x"}, {"base": 1.5}, {"base": [1]}),
        *({"step": -1}, {"step": 1e99}, {"step": 10**30}, {"step": "3"}, {"step": float("nan")}),
        *({"show": "nonsense"}, {"show": {}}, {"show": -5}, {"show": True}, {"show": 1e9}),
    ],
    ids=str,
)
def test_an_ask_that_no_page_writes_is_none(session: dict[str, Any], said: Any):
    if isinstance(said, dict):
        said = {"base": 1, "step": 1, "show": None} | said
    session[live.VIEW] = {"ask": said}
    assert live.asked() is None


def test_an_ask_of_a_page_is_read(session: dict[str, Any]):
    assert live.asked() is None
    session[live.VIEW] = {"ask": {"base": None, "step": None, "show": None, "count": 1}}
    assert live.asked() == (None, None, None, False)
    session[live.VIEW] = {"ask": {"base": 3, "step": 40, "show": 0, "count": 2}}
    assert live.asked() == (3, 40, 0, False)


def test_another_run_begins_with_everything():
    first = sent(made(500))
    frame = sent(made(40), **asking(first))
    assert frame["after"] is None


def test_frames_are_counted_so_that_none_is_drawn_twice():
    run = made(3)
    first = sent(run)
    assert sent(run, **asking(first))["count"] == first["count"] + 1


def test_who_waits_long_for_the_engine_is_told_why(monkeypatch: pytest.MonkeyPatch):
    place = workplace.Place(Held(), 1)
    monkeypatch.setattr(workplace, "_place", place)
    run = made(3)
    assert frames._waiting(run) == ""
    run.waiting_since = time.monotonic() - frames.LONG_WAIT / 2
    assert frames._waiting(run) == ""
    run.waiting_since = time.monotonic() - 2 * frames.LONG_WAIT
    place.submit(int)
    assert "The engine is getting ready" in frames._waiting(run), "it is the only one"
    place.submit(int)
    assert "Many are watching" in frames._waiting(run)
