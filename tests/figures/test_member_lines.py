"""Panels and overlays from a hand-made history of a batch."""

from typing import Any

import numpy as np
import pytest

from eigfit.figures import member_lines, survey
from eigfit.figures.style import MEMBERS
from eigfit.results.history import History
from eigfit.results.status import Status
from eigfit.results.step import Step

TITLES = ("first", "second", "third")
TARGETS = ((1.0, 2.0), (1.0, 1.0), (0.0, 3.0))
ENDS = (5, 9, 7)


def batch_step(number: int) -> Step:
    losses = np.array([10.0 ** -min(number, end) for end in ENDS])
    ended = [number >= end for end in ENDS]
    eigenvalues = np.array([[min(number, end), min(number, end) + 1.0] for end in ENDS])
    return Step(
        number,
        np.zeros((3, 3)),
        eigenvalues,
        losses,
        np.zeros((3, 3)),
        np.array([Status.converged if end else Status.running for end in ended], dtype=object),
        matrix_of=lambda r: np.zeros((3, 2, 2)),
    )


def traces(figure: Any) -> list[Any]:
    return list(figure.plotly().data)


@pytest.fixture
def history() -> History:
    history = History()
    for number in range(10):
        history.append(batch_step(number))
    return history


def test_all_panels_have_the_same_axes(history: History):
    layout: Any = member_lines.panels(history, TARGETS, TITLES).plotly().layout
    for i in (2, 3):
        assert layout[f"xaxis{i}"].matches == "x"
        assert layout[f"yaxis{i}"].matches == "y"
    assert (layout.grid.rows, layout.grid.columns) == (1, 3)


@pytest.mark.parametrize(
    ("members", "shape"), [(1, (1, 1)), (4, (1, 4)), (6, (2, 4)), (16, (4, 4))]
)
def test_panels_stand_in_rows_of_four(members: int, shape: tuple[int, int]):
    history = History()
    step = batch_step(0)
    many: dict[str, Any] = {
        name: np.repeat(value[:1], members, axis=0)
        for name, value in vars(step).items()
        if isinstance(value, np.ndarray)
    }
    history.append(Step(0, **many, matrix_of=lambda r: np.zeros((members, 2, 2))))
    layout: Any = (
        member_lines.panels(history, TARGETS[:1] * members, ["x"] * members).plotly().layout
    )
    assert (layout.grid.rows, layout.grid.columns) == shape
    assert layout.height == shape[0] * member_lines.PANEL_HEIGHT


def test_a_members_lines_end_where_it_ended(history: History):
    figure = member_lines.panels(history, TARGETS, TITLES)
    for i, end in enumerate(ENDS):
        own = [trace for trace in traces(figure) if trace.xaxis == ("x", "x2", "x3")[i]]
        levels = [trace for trace in own if trace.line.dash == "dash"]
        lines = [trace for trace in own if trace.line.dash != "dash"]
        assert {trace.y[0] for trace in levels} == set(TARGETS[i])
        assert [trace.x[-1] for trace in lines] == [end, end]
        np.testing.assert_array_equal(lines[1].y, np.arange(end + 1) + 1.0)


def test_a_target_that_was_moved_is_dashed_in_its_panel_over_the_steps_for_which_it_held(
    history: History,
):
    former = [[(2, (5.0, *TARGETS[0][1:]))], [], []]
    figure = member_lines.panels(history, TARGETS, TITLES, former=former)
    dashed = [trace for trace in traces(figure) if trace.line.dash == "dash"]
    bent = [trace for trace in dashed if len(trace.y) > 2]
    assert {trace.xaxis for trace in bent} == {"x"}
    assert [(min(trace.y), max(trace.y)) for trace in bent if trace.y[0] != trace.y[-1]]
    before = {trace.y[0] for trace in bent}
    assert before == {5.0, *TARGETS[0][1:]}
    assert {trace.y[-1] for trace in bent} == set(TARGETS[0])
    assert all(list(trace.x)[1:3] == [2, 2] for trace in bent)


def test_a_heading_says_how_its_member_stands(history: History):
    layout: Any = member_lines.panels(history, TARGETS, TITLES).plotly().layout
    texts = [note.text for note in layout.annotations]
    assert texts[0].endswith("<b>first</b><br>step 5 · converged")
    assert MEMBERS[0] in texts[0]


def test_the_cursor_stands_in_every_panel(history: History):
    layout: Any = member_lines.panels(history, TARGETS, TITLES, cursor=3).plotly().layout
    assert [(shape.xref, shape.x0) for shape in layout.shapes] == [("x", 3), ("x2", 3), ("x3", 3)]


def test_the_band_lies_about_the_median_of_all_members(history: History):
    figure = member_lines.losses(history, TITLES, 1e-12, band=True)
    by_name = {trace.name: trace for trace in traces(figure)}
    middle = np.median(history.losses, axis=1)
    np.testing.assert_allclose(by_name["median"].y, middle)
    low, high = np.quantile(history.losses, [0.1, 0.9], axis=1)
    np.testing.assert_allclose(by_name["10 %"].y, low)
    np.testing.assert_allclose(by_name["90 %"].y, high)
    assert by_name["90 %"].fill == "tonexty"
    assert [len(by_name[title].y) for title in TITLES] == [end + 1 for end in ENDS]
    assert [trace.name for trace in traces(figure) if trace.showlegend] == [*TITLES, "median"]


def test_where_no_band_is_asked_for_there_are_the_members_alone(history: History):
    figure = member_lines.losses(history, TITLES, 1e-12)
    assert [trace.name for trace in traces(figure)] == ["tolerance", *TITLES]
    assert [trace.uid for trace in traces(figure)[1:]] == ["member-0", "member-1", "member-2"]


def test_the_baselines_lines_stand_in_all_other_panels(history: History):
    figure = member_lines.panels(history, TARGETS, TITLES, baseline=1)
    thin = [trace for trace in traces(figure) if trace.name == "baseline"]
    assert [trace.xaxis for trace in thin] == ["x", "x", "x3", "x3"]
    np.testing.assert_array_equal(thin[2].y, history.eigenvalues[:10, 1, 0])
    np.testing.assert_array_equal(thin[3].y, history.eigenvalues[:10, 1, 1])
    assert all(trace.hoverinfo == "skip" for trace in thin)
    headings = figure.layout["annotations"]
    assert ["baseline" in heading["text"] for heading in headings] == [False, True, False]


def test_the_baselines_loss_is_the_thickest_of_the_members(history: History):
    figure = member_lines.losses(history, TITLES, 0.0, baseline=2)
    widths = [trace.line.width for trace in traces(figure)]
    assert widths[2] > max(widths[:2])


def test_below_every_row_of_panels_there_is_room_for_the_matrices(history: History):
    layout = member_lines.panels(history, TARGETS, TITLES).layout
    assert layout["margin"]["b"] >= member_lines.FOOT
    gap = layout["grid"]["ygap"] * member_lines.PANEL_HEIGHT
    assert gap == pytest.approx(member_lines.FOOT + member_lines.TICKS + member_lines.HEADING)


def test_the_histogram_counts_every_start_once():
    steps = np.sort(np.random.default_rng(0).integers(100, 900, 321))
    assert sum(traces(survey.histogram(steps))[0].y) == 321
    assert sum(traces(survey.histogram(np.array([7, 7])))[0].y) == 2


def test_the_curve_is_the_share_converged_by_each_step():
    (line,) = traces(survey.convergence_curve(np.array([2, 5, 5, 9]), ended=8))
    np.testing.assert_array_equal(line.x, [0, 2, 5, 9])
    np.testing.assert_allclose(line.y, [0, 12.5, 37.5, 50])
