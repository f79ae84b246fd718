"""Targets that are pulled in the chart."""

import pytest
from streamlit.testing.v1 import AppTest

from eigfit.experiment.setup import Setup
from eigfit.web.runs import OPENING_STEPS
from tests.web.pages import drawn, frame_of, opened, run_of, setup_of


def pulled(before: float, value: float) -> AppTest:
    """A script in which a handle has been pulled."""

    def app() -> None:
        import streamlit as st

        from eigfit.web.targets import pull

        held = st.session_state["setup"].target
        pull(held, held, *st.session_state["pulled"])

    at = AppTest.from_function(app)
    at.session_state["setup"] = Setup(target=(3.0, 1.0, 2.0))
    at.session_state["pulled"] = before, value
    assert not at.run().exception
    return at


@pytest.mark.parametrize(
    ("before", "value", "target"),
    [(1.0, -0.5, (-0.5, 2.0, 3.0)), (1.0, 9.0, (2.0, 3.0, 9.0)), (3.0, 1.5, (1.0, 1.5, 2.0))],
)
def test_a_pull_moves_one_target_and_they_ascend(
    before: float, value: float, target: tuple[float, ...]
):
    assert setup_of(pulled(before, value)).target == target


@pytest.mark.parametrize(("before", "value"), [(0.5, 1.0), (2.0**50, 1.0), (1.0, 1e7)])
def test_a_pull_that_cannot_be_moves_nothing(before: float, value: float):
    at = pulled(before, value)
    assert setup_of(at).target == (3.0, 1.0, 2.0)
    assert bool(at.toast) is (before == 1.0)


def test_a_pull_that_follows_another_before_the_page_is_drawn_moves_what_that_has_left():
    def app() -> None:
        from eigfit.web.targets import pull

        drawn, held = (3.0, 1.0, 2.0), (5.0, 1.0, 2.0)
        pull(drawn, held, 5.0, 2.0)
        pull(drawn, held, 2.0, 4.0)

    at = AppTest.from_function(app)
    at.session_state["setup"] = Setup(target=(3.0, 1.0, 2.0))
    assert not at.run().exception
    assert setup_of(at).target == (1.0, 2.0, 4.0)


def test_the_chart_has_handles_unless_the_controls_of_the_matrix_are_hidden():
    def handles(**link: str) -> dict:
        return frame_of(opened(v="1", target="2,0,1", **link))["charts"]["eigenvalues"]["layout"]

    assert handles()["meta"] == {"targets": [0, 1, 2]}
    assert handles(hide="matrix")["meta"] == {}


def test_lines_bend_and_figures_are_judged_by_the_target_that_held():
    at = opened(v="1", target="0,1,2", earlier="100:target:5,1,2")
    run = run_of(at)
    assert run.reached == OPENING_STEPS
    traces = frame_of(at)["charts"]["eigenvalues"]["traces"]
    dashed = [trace["y"] for trace in traces if trace["name"] == "target"]
    assert dashed == [[1, 1, 0, 0], [2, 2, 1, 1], [5, 5, 2, 2]]
    at.session_state["setup"] = setup_of(at).changed("target", (0.0, 1.0, 7.0))
    drawn(at)
    assert run_of(at) is run
    assert "Target changed at step 300" in frame_of(at)["status"]
    error = 7 - run.record.last.eigenvalues[-1]
    assert frame_of(at)["figures"]["Largest error"] == f"{error:.2e}"
