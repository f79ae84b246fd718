"""Figures as plain data: what a browser lacks, put together again, is the whole."""

import json
from typing import Any

import numpy as np
import pytest

from eigfit.figures import lines, member_lines
from eigfit.figures.figure import Figure, as_json
from eigfit.figures.steps import settled
from eigfit.results.history import History
from eigfit.results.status import Status
from eigfit.results.step import Step
from tests.sent import sent

TARGETS = ((1.0, 2.0), (0.5, 3.0), (0.0, 1.0))
TITLES = ("first", "second", "third")
ENDS = (40, 700, 10**6)


def single(number: int) -> Step:
    values = np.array([np.sin(number / 50), 2 + np.cos(number / 70)])
    return Step(
        number, np.zeros(3), values, 1 / (1 + number), np.zeros(3), Status.running,
        matrix_of=lambda r: np.diag(values),
    )  # fmt: skip


def batch(number: int) -> Step:
    reached = np.minimum(number, ENDS)
    values = np.stack([np.sin(reached / 50), 2 + np.cos(reached / 70)], axis=1)
    statuses = [Status.converged if number >= end else Status.running for end in ENDS]
    return Step(
        number, np.zeros((3, 3)), values, 1 / (1 + reached), np.zeros((3, 3)),
        np.array(statuses, dtype=object), matrix_of=lambda r: np.zeros((3, 2, 2)),
    )  # fmt: skip


def drawn(kind: str, history: History, **shown: Any) -> Figure:
    if kind == "panels":
        return member_lines.panels(history, TARGETS, TITLES, **shown)
    if kind == "losses":
        return member_lines.losses(history, TITLES, 1e-8, **shown)
    if kind == "loss":
        return lines.loss(history, 1e-8, **shown)
    return lines.spectrum(history, TARGETS[0], **shown)


def completed(base: Any, held: Any, part: Any, after: int) -> Any:
    """What a browser makes of it: the base with what differs, points after a step joined on."""
    traces = []
    for own, whole, before in zip(part["traces"], base["traces"], held["traces"], strict=True):
        trace = whole | own
        if isinstance(own.get("customdata"), list):
            kept = sum(step <= after for step in before["customdata"])
            trace |= {name: before[name][:kept] + own[name] for name in ("x", "y", "customdata")}
        traces.append(trace)
    layout = base["layout"] | part["layout"]
    return {"traces": traces, "layout": layout, "words": part["words"]}


@pytest.mark.parametrize("log_x", [False, True])
@pytest.mark.parametrize("kind", ["spectrum", "loss", "panels", "losses"])
def test_frames_put_together_are_the_whole_whatever_is_lost(kind: str, log_x: bool):
    history, make = History(), single if kind in ("spectrum", "loss") else batch
    frames = 40
    draw = np.random.default_rng(0)
    lost = draw.random(frames) < 0.3
    history.append(make(0))
    base = drawn(kind, history, log_x=log_x)
    whole = held = sent(base)
    known = settled(history.numbers)
    for frame in range(frames):
        for _ in range(draw.integers(1, 60)):
            history.append(make(history.last.number + 1))
        figure = drawn(kind, history, log_x=log_x)
        if lost[frame]:
            continue
        part = sent(figure.after(known).without(base))
        held = completed(whole, held, part, known)
        assert held == sent(figure)
        assert completed(whole, held, part, known) == held, "a frame that comes twice"
        known = settled(history.numbers)


def test_a_frame_is_far_smaller_than_the_whole():
    history = History()
    for number in range(2000):
        history.append(single(number))
    base = drawn("spectrum", history)
    known = settled(history.numbers)
    for number in range(2000, 2050):
        history.append(single(number))
    figure = drawn("spectrum", history)
    part = figure.after(known).without(base)
    assert len(as_json(part._asdict())) < len(as_json(figure._asdict())) / 10


@pytest.mark.parametrize("step", [1, 2])  # of which only the first lie in one piece
def test_numbers_arrive_as_they_are(step: int):
    values = np.array([1 / 3, -2e300, 1e-200, 0.0, 123456.789012345])[::step]
    assert json.loads(as_json(values)) == values.tolist()
    assert json.loads(as_json(np.arange(5)[::step])) == list(range(0, 5, step))
    assert json.loads(as_json(np.array(["a", "b", "c"])[::step])) == ["a", "b", "c"][::step]
    assert json.loads(as_json(np.array(3.0))) == 3.0


def test_what_is_no_number_is_drawn_as_nothing():
    assert as_json(np.array([np.nan, 1.0, -np.inf])) == "[null,1.0,null]"
    assert as_json({"height": float("nan")}) == '{"height":null}'
    with pytest.raises(TypeError) as refused:
        as_json(object())
    assert str(refused.value.__cause__) == "object has no place in a chart"
