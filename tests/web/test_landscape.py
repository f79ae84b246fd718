"""The card of the landscape: when it is computed and drawn, and a start from it."""

import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from eigfit.experiment.setup import Setup
from eigfit.study.landscape import Outlook, landscape
from eigfit.web import landscape as card
from eigfit.web.landscape import started_at
from eigfit.web.live import chosen
from eigfit.web.runs import OPENING_STEPS
from tests.web.pages import PATIENT, caption, drawn, linked, opened, run_of, setup_of, unopened


def charts(at: AppTest) -> dict[str, Any]:
    """The figures of the page's charts that were sent with it."""
    sent = [json.loads(part.proto.json) for part in at.get("bidi_component")
            if part.proto.component_name == "eigfit.chart"]  # fmt: skip
    return {each["key"]: json.loads(each["figure"]) for each in sent if each["figure"]}


def looked(**link: str) -> AppTest:
    """The Fit page with its landscape laid open."""
    at = unopened(**link)
    at.session_state["landscape"] = True
    return arrived(drawn(at))


def arrived(at: AppTest) -> AppTest:
    """The page once the landscape has come."""
    at.session_state["landscape_numbers"][1].result(PATIENT)
    at.run()
    assert not at.exception
    assert not at.error
    return at


def seen(at: AppTest) -> Outlook:
    return at.session_state["landscape_numbers"][1].result(PATIENT)


def test_folded_it_is_neither_computed_nor_sent():
    at = opened()
    assert "landscape_numbers" not in at.session_state
    assert "landscape_plane" not in charts(at)


def test_it_is_seen_from_the_present_point_with_all_of_the_way():
    at = looked(v="1", target="0,1,2")
    ground, *_ = charts(at)["landscape_plane"]["traces"]
    plane = seen(at).plane
    assert plane is not None
    last = run_of(at).record.last
    np.testing.assert_allclose(plane.plane.point(plane.way[-1]), last.parameters, atol=1e-14)
    assert len(plane.way) == len(run_of(at).record.kept)
    middle = len(plane.x) // 2
    # As it is sent, to four digits.
    assert ground["customdata"][middle][middle] == pytest.approx(last.loss, rel=1e-3)
    assert f"of step {OPENING_STEPS}" in caption(at)


def test_while_the_run_plays_the_last_picture_stays_and_nothing_is_computed():
    at = looked(steps_per_frame="5", tolerance="0", v="1")
    before = charts(at)["landscape_plane"], at.session_state["landscape_numbers"][1]
    at.button(key="play").click().run()
    assert run_of(at).reached > OPENING_STEPS
    assert (charts(at)["landscape_plane"], at.session_state["landscape_numbers"][1]) == before
    assert f"This is how it stood at step {OPENING_STEPS}" in caption(at)
    at.button(key="pause").click().run()
    arrived(at)
    assert charts(at)["landscape_plane"] != before[0]
    assert f"of step {run_of(at).reached}" in caption(at)


def test_opened_while_the_run_plays_it_waits():
    at = unopened(v="1", tolerance="0")
    drawn(at)
    at.button(key="play").click().run()
    at.session_state["landscape"] = True
    at.run()
    assert not at.exception
    assert card.GOES_ON in caption(at)
    assert "landscape_numbers" not in at.session_state


@pytest.mark.parametrize("structure", ["symmetric", "toeplitz"])
def test_two_by_two_matrices_are_seen_in_all_of_their_space(structure: str):
    at = looked(v="1", n="2", structure=structure)
    assert {"landscape_plane", "landscape_space"} <= charts(at).keys()
    assert "the whole truth" in caption(at)
    assert "landscape_space" not in charts(looked(v="1"))


def test_the_plane_is_chosen_and_in_the_link():
    at = looked(v="1")
    at.segmented_control(key="plane").set_value("parameters").run()
    arrived(at)
    assert linked(at)["plane"] == "parameters"
    at.selectbox(key="axis_1").select(4).run()
    arrived(at)
    assert linked(at)["axes"] == "0,4"
    titles = charts(at)["landscape_plane"]["layout"]
    assert (titles["xaxis"]["title"]["text"], titles["yaxis"]["title"]["text"]) == ("r₀", "r₄")
    at.selectbox(key="axis_0").select(4).run()
    arrived(at)
    assert setup_of(at).axes == (4, 0), "they change places"


def test_a_diverged_run_is_drawn_without_nan():
    at = looked(v="1", optimiser="sgd", learning_rate="1e150", n="3", target="0,1,2")
    ground = charts(at)["landscape_plane"]["traces"][0]
    assert None not in np.ravel(ground["z"]).tolist()


def test_a_place_that_was_chosen_is_where_a_run_starts(monkeypatch: pytest.MonkeyPatch):
    at = looked(v="1", target="0,1,2")
    plane = seen(at).plane
    assert plane is not None
    before = run_of(at)
    place = (0.3, -0.2)
    places = [place]
    monkeypatch.setattr(card, "live_chart", lambda *_: places.pop() if places else None)
    at.run()
    drawn(at)
    begun = plane.plane.point(np.array(place))
    assert setup_of(at).distribution == "explicit"
    # Rounded to a thousandth of the picture's width.
    np.testing.assert_allclose(setup_of(at).start, begun, atol=plane.reach / 2000)
    assert linked(at)["start"].startswith(f"{setup_of(at).start[0]:g},")
    assert run_of(at) is not before
    assert run_of(at).playing
    np.testing.assert_array_equal(run_of(at).record.kept[0].parameters, setup_of(at).start)
    assert "has started at the place that was chosen" in caption(at)


def test_a_place_beside_the_picture_starts_nothing(monkeypatch: pytest.MonkeyPatch):
    at = looked(v="1", target="0,1,2")
    before = setup_of(at), run_of(at)
    places = [(1e6, 0.0)]
    monkeypatch.setattr(card, "live_chart", lambda *_: places.pop() if places else None)
    at.run()
    assert not at.exception
    assert (setup_of(at), run_of(at)) == before
    assert "beside the picture" in at.toast[0].value


def test_a_start_that_no_experiment_may_have_is_refused():
    setup = Setup(target=(0.0, 1.0, 2.0))
    far = landscape(setup.problem(), np.full((1, 6), 9.9e5), "parameters")
    place = (far.x[-1], far.y[-1])
    with pytest.raises(ValueError, match="start must lie"):
        started_at(setup, far, place)


@pytest.mark.parametrize(
    "said",
    [
        None, True, "1,2", [1, 2], {}, {"x": 1, "y": 2}, {"x": 1, "y": 2, "pick": 6},
        {"x": "1", "y": 2, "pick": 7}, {"x": True, "y": 2, "pick": 7}, {"x": 1, "pick": 7},
        {"x": float("nan"), "y": 2, "pick": 7}, {"x": 1, "y": float("-inf"), "pick": 7},
        {"x": 10**400, "y": 2, "pick": 7}, {"x": [1], "y": {}, "pick": 7},
    ],
    ids=str,
)  # fmt: skip
def test_what_no_chart_would_say_is_no_place(said: Any):
    assert chosen(said, 7) is None


def test_a_place_belongs_to_its_picture():
    assert chosen({"x": 1, "y": -2.5, "pick": 7}, 7) == (1.0, -2.5)
    assert chosen({"x": 1, "y": -2.5, "pick": 7}, 8) is None
