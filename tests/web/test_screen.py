"""What a frame carries: all, or what the browser that asks for it lacks; and who gets one."""

import asyncio
import gc
import json
import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from eigfit.engine import workplace
from eigfit.experiment.setup import Setup
from eigfit.figures import lines
from eigfit.results.history import History
from eigfit.results.status import Status
from eigfit.results.step import Step
from eigfit.web import said, screen
from eigfit.web.picture import LiveView, Picture
from eigfit.web.runs import Expected
from eigfit.web.screen import SCREENS, Screen
from tests.engine.held import Held


class Course:
    """A run that needs no engine: it plays, and takes as many steps as it is told to."""

    def __init__(self, steps: int) -> None:
        self.record = History()
        self.playing, self.final, self.begun, self.failure = True, False, True, None
        self.gently = False
        self.changed_at = self.waiting_since = None
        self.wanted = SimpleNamespace(setup=Setup())
        self.advance(steps + 1)

    @property
    def moving(self) -> bool:
        """Whether it goes on."""
        return self.playing

    @property
    def until(self) -> float:
        """Where it goes to."""
        return float("inf") if self.playing else self.reached

    @property
    def reached(self) -> int:
        """The number of its last step."""
        return self.record.last.number

    def advance(self, steps: int) -> None:
        """Take so many steps."""
        first = len(self.record)
        for number in range(first, first + steps):
            self.record.append(Step(
                number, np.zeros(3), np.array([0.0, 1.0]), 1.0, np.zeros(3), Status.running,
                matrix_of=lambda r: np.eye(2),
            ))  # fmt: skip

    async def advance_among_others(self, steps: int, seconds: float) -> None:
        """The same in an event loop."""
        self.advance(steps)

    def standing_still(self, read: Any) -> Any:
        """What is read of the record."""
        return read(self.record)


def view(run: Any) -> LiveView:
    return LiveView(run, 60, lambda step, cursor: Picture(
        {"loss": lines.loss(run.record, 1e-8, cursor=cursor)}, {}))  # fmt: skip


@pytest.fixture
def run() -> Any:
    return Course(500)


@pytest.fixture
def shown(run: Any) -> Screen:
    """A screen as a page has drawn it, whose first frame is still to be made."""
    return drawn(Screen(), run)


def drawn(shown: Screen, run: Any) -> Screen:
    """The screen after a page has been drawn for the run."""
    shown.hold(run)
    shown.show(view(run))
    return shown


def steps(frame: dict[str, Any]) -> list[int]:
    return list(frame["charts"]["loss"]["traces"][-1]["customdata"])


def asking(frame: dict[str, Any], **other: Any) -> said.Ask:
    """How a browser asks that has the frame."""
    return said.Ask(**{"base": frame["base"], "step": frame["settled"], "show": None} | other)


def answered(shown: Screen, ask: said.Ask) -> dict[str, Any]:
    return json.loads(asyncio.run(shown.answer(ask)))


def test_a_page_that_is_drawn_anew_gets_everything(shown: Screen):
    for _ in range(2):
        frame = shown.frame(None)
        assert frame["after"] is None
        assert steps(frame)[0] == 0


def test_a_browser_that_asks_gets_what_it_lacks(shown: Screen):
    first = shown.frame(None)
    further = answered(shown, asking(first))
    assert (further["base"], further["after"]) == (first["base"], first["settled"])
    assert first["settled"] < steps(further)[0]
    assert steps(further)[-1] == 560
    assert further["count"] == first["count"] + 1, "so that none is drawn twice"


def test_what_was_drawn_before_a_run_had_begun_is_sent_anew(run: Any):
    """Its start was NumPy's, and the engine's own has taken its place."""
    run.begun = False
    shown = drawn(Screen(), run)
    first = shown.frame(None)
    run.begun = True
    run.advance(3)
    begun = shown.frame(asking(first))
    assert begun["after"] is None
    assert begun["base"] > first["base"]
    assert steps(begun)[0] == 0
    run.advance(3)
    assert shown.frame(asking(begun))["after"] == begun["settled"]


def test_a_frame_that_was_lost_comes_again_with_what_follows(shown: Screen):
    first = shown.frame(None)
    lost = answered(shown, asking(first))
    again = answered(shown, asking(first))
    assert again["after"] == lost["after"] == first["settled"]
    drawn = set(steps(again))
    # Of a lost frame only its last point is missing, which stands for the latest step.
    assert set(steps(lost)) - drawn <= {steps(lost)[-1]}
    assert max(drawn) == 620


def test_a_frame_that_is_overtaken_is_known_by_its_number(shown: Screen):
    first = shown.frame(None)
    early, late = (answered(shown, asking(first)) for _ in range(2))
    assert early["count"] < late["count"]


@pytest.mark.parametrize("stranger", [{"base": None}, {"base": 10**6}])
def test_a_browser_with_another_base_gets_everything(shown: Screen, stranger: dict[str, Any]):
    frame = answered(shown, asking(shown.frame(None), **stranger))
    assert frame["after"] is None
    assert steps(frame)[0] == 0


def test_while_a_page_is_drawn_its_browser_waits_for_it(shown: Screen, run: Any):
    ask = asking(shown.frame(None))
    shown.hold(run)
    assert answered(shown, ask) == {"turn": "wait"}
    assert run.reached == 500, "nothing moves meanwhile"
    shown.show(view(run))
    assert answered(shown, ask) == {"turn": "wait"}, "a new base is about to come"
    assert answered(shown, asking(shown.frame(None)))["after"] is not None
    assert answered(shown, ask) == {"turn": "wait"}, "it has come, or is on its way"


def test_a_page_that_is_drawn_while_its_frame_is_computed_is_waited_for(shown: Screen, run: Any):
    ask = asking(shown.frame(None))
    run.advance = lambda steps: shown.hold(run)
    assert answered(shown, ask) == {"turn": "wait"}


def test_a_page_that_a_late_answer_overtakes_is_outdated(shown: Screen, run: Any):
    shown.hold(run)
    run.final, run.playing = True, False
    shown.show(view(run))
    assert shown.outdated()


def test_another_run_begins_with_everything(shown: Screen):
    shown.frame(None)
    drawn(shown, Course(40))
    assert shown.frame(None)["after"] is None


@pytest.mark.parametrize("change", [{"final": True, "playing": False}, {"changed_at": 520},
                                    {"failure": "The engine failed."}])  # fmt: skip
def test_where_more_changes_than_a_frame_can_say_the_page_is_to_be_asked(
    shown: Screen, run: Any, change: dict[str, Any]
):
    ask = asking(shown.frame(None))
    run.advance = lambda steps: vars(run).update(change)
    assert answered(shown, ask) == {"turn": "ask"}
    assert shown.outdated()


def test_who_has_pressed_pause_gets_a_page_without_asking(shown: Screen, run: Any):
    ask = asking(shown.frame(None))
    run.playing = False
    assert answered(shown, ask) == {"turn": "wait"}


@pytest.mark.parametrize("playing", [True, False])
def test_where_play_or_pause_was_drawn_alone_frames_go_on(shown: Screen, run: Any, playing: bool):
    run.playing = not playing
    drawn(shown, run)
    ask = asking(shown.frame(None))
    run.playing = playing
    assert shown.outdated()
    assert shown.take_press()
    assert not shown.outdated()
    assert shown.presses == 1
    frame = answered(shown, ask)
    assert (frame["after"], frame["more"]) == (ask.step, playing)


@pytest.mark.parametrize("change", [{"final": True}, {"changed_at": 520}, {"failure": "No."}])
def test_where_more_than_play_or_pause_is_to_change_the_page_is_drawn(
    shown: Screen, run: Any, change: dict[str, Any]
):
    shown.frame(None)
    vars(run).update(change, playing=False)
    assert not shown.take_press()
    assert shown.outdated()


def test_what_changes_while_a_press_is_taken_is_still_to_be_drawn(shown: Screen, run: Any):
    shown.frame(None)

    class Ending:  # its last step is taken in between two looks at it
        looks = 0

        def __getattr__(self, name: str) -> Any:
            if name == "final":
                self.looks += 1
                return self.looks > 1
            return False if name == "playing" else getattr(run, name)

    shown.view = view(run)._replace(run=Ending())
    assert shown.take_press()
    assert shown.outdated()


def test_where_the_page_hangs_on_it_or_is_being_drawn_play_is_not_drawn_alone(
    shown: Screen, run: Any
):
    shown.frame(None)
    shown.depends_on("playing")
    run.playing = False
    assert not shown.take_press()
    shown.hold(run)
    assert not shown.take_press(), "the page is being drawn"
    shown.show(view(run))
    assert shown.take_press(), "of what hung on it nothing is left"


@pytest.mark.parametrize("hangs", [False, True])
def test_that_a_run_begins_is_said_by_a_frame_unless_the_page_hangs_on_it(run: Any, hangs: bool):
    run.begun = False
    shown = drawn(Screen(), run)
    if hangs:
        shown.depends_on("begun")
    ask = asking(shown.frame(None))
    run.begun = True
    assert shown.outdated() is hangs
    assert ("turn" in answered(shown, ask)) is hangs


def test_a_loaded_run_that_has_come_to_its_step_is_told_by_the_page(shown: Screen, run: Any):
    ask = asking(shown.frame(None))
    shown.expected = Expected(run, 600)
    assert answered(shown, ask)["shown"] == 560
    assert answered(shown, ask) == {"turn": "ask"}
    shown.expected = None
    assert answered(shown, ask)["shown"] == 680


def test_an_earlier_step_is_looked_at_where_the_run_stands_still(shown: Screen, run: Any):
    run.playing = False
    drawn(shown, run)
    ask = asking(shown.frame(None), show=3)
    assert answered(shown, ask)["shown"] == 3
    assert shown.frame(None)["shown"] == 3, "the page keeps to it"
    assert answered(shown, ask._replace(base=None, show=None))["shown"] == 500


def test_nothing_is_left_of_a_screen_that_its_session_has_dropped(run: Any):
    made = drawn(Screen(), run)
    token = made.token
    assert SCREENS[token] is made
    del made
    gc.collect()
    assert token not in SCREENS


def test_no_two_screens_have_one_token():
    assert len({Screen().token for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "words",
    [
        *("x", 7, [], True, [1, 2, 3], {"base": "x"}, {"base": 1.5}, {"base": [1]}),
        *({"step": -1}, {"step": 1e99}, {"step": 10**30}, {"step": "3"}, {"step": float("nan")}),
        *({"show": "nonsense"}, {"show": {}}, {"show": -5}, {"show": True}, {"show": 1e9}),
    ],
    ids=str,
)
def test_an_ask_that_no_page_writes_is_none(words: Any):
    if isinstance(words, dict):
        words = {"base": 1, "step": 1, "show": None} | words
    assert said.ask(words) is None


def test_an_ask_of_a_page_is_read():
    assert said.ask(None) is None
    ask = {"base": None, "step": None, "show": None, "count": 1}
    assert said.ask(ask) == (None, None, None, False)
    ask = {"base": 3, "step": 40, "show": 0, "count": 2, "still": True}
    assert said.ask(ask) == (3, 40, 0, True)


def test_who_waits_long_for_the_engine_is_told_why(
    shown: Screen, run: Any, monkeypatch: pytest.MonkeyPatch
):
    place = workplace.Place(Held(), 1)
    monkeypatch.setattr(workplace, "_place", place)

    def status() -> str:
        return shown.frame(None)["status"]

    plain = status()
    run.waiting_since = time.monotonic() - screen.LONG_WAIT / 2
    assert status() == plain
    run.waiting_since = time.monotonic() - 2 * screen.LONG_WAIT
    place.submit(int)
    assert status() == plain + screen.ENGINE_IS_BUSY, "it is the only one"
    place.submit(int)
    assert status() == plain + screen.MANY_ARE_WATCHING
