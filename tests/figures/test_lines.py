"""Charts over steps, from hand-made histories: no TensorFlow, no pixels."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from eigfit.figures import lines
from eigfit.figures.steps import PLACE_OF_ZERO
from eigfit.results.history import History
from eigfit.results.status import Status
from eigfit.results.step import Step

TARGET = (1.0, -1.0, 1.0)


def made(losses: Sequence[float], status: Status = Status.running, scale: float = 1.0) -> History:
    """A history of 3×3 matrices whose eigenvalues are −1, 0 and 1 times `scale`."""
    history = History()
    for number, loss in enumerate(losses):
        last = number == len(losses) - 1
        history.append(
            Step(
                number,
                parameters=np.zeros(6),
                matrix_of=lambda r: scale * np.diag([-1.0, 0.0, 1.0]),
                eigenvalues=scale * np.array([-1.0, 0.0, 1.0]),
                vectors=np.eye(3),
                loss=loss,
                gradient=np.zeros(6),
                status=status if last else Status.running,
            )
        )
    return history


def traces(figure: Any, name: str) -> list[Any]:
    return [trace for trace in figure.data if trace.name == name]


def both(history: History, **shown: Any) -> list[Any]:
    """The two charts of a history."""
    spectrum = lines.spectrum(history, TARGET, **shown)
    return [spectrum.plotly(), lines.loss(history, 1e-8, **shown).plotly()]


@pytest.fixture(scope="module")
def long() -> History:
    return made((1 / np.arange(1.0, 200_001.0)).tolist())


def test_every_eigenvalue_has_a_line():
    figure: Any = lines.spectrum(made([1.0, 0.5, 0.1]), TARGET).plotly()
    for k, value in enumerate((-1.0, 0.0, 1.0)):
        (line,) = traces(figure, "λ" + "₀₁₂"[k])
        assert list(line.y) == [value] * 3
        assert list(line.x) == [0, 1, 2]


def named(eigenvalues: Sequence[float], target: Sequence[float], tolerance: float = 1e-8) -> list:
    """What is written where the lines end."""
    history = made([1.0, 0.5])
    history.append(replace(history.last, number=2, eigenvalues=np.array(eigenvalues)))
    figure: Any = lines.spectrum(history, tuple(target), tolerance).plotly()
    (names,) = traces(figure, "names")
    assert list(names.x) == [2.0] * len(names.y)
    assert all(text.startswith(lines.AHEAD) for text in names.text)
    return [text.strip() for text in names.text]


def test_each_line_is_named_where_it_ends_and_ticked_where_it_has_arrived():
    assert named([-1.0, 0.0, 1.0], [3.0, -1.0, 0.5]) == ["λ₀ ✓", "λ₁", "λ₂"]
    assert named([-1.0, 0.50009, 3.0], [3.0, -1.0, 0.5]) == ["λ₀ ✓", "λ₁ ✓", "λ₂ ✓"]
    assert named([-1.0, 0.50011, 3.0], [3.0, -1.0, 0.5]) == ["λ₀ ✓", "λ₁", "λ₂ ✓"]


def test_lines_that_end_together_share_a_name_and_tick_together():
    assert named([0.99, 1.0, 1.01], [1.0, 1.0, 1.0]) == ["λ₀…₂"]
    assert named([1.0, 1.0, 1.0], [1.0, 1.0, 1.0]) == ["λ₀…₂ ✓"]
    assert named([-1.0, 1.0, 1.001], [1.0, 1.0, -1.0]) == ["λ₀ ✓", "λ₁…₂"]


def test_what_still_moves_stands_out():
    figure: Any = lines.spectrum(made([1.0, 0.5]), (-1.0, 0.0, 2.0), 1e-8).plotly()
    thin, also, moving = (traces(figure, f"λ{k}")[0].line.width for k in "₀₁₂")
    assert thin == also < moving


def test_all_eigenvalues_of_a_step_are_told_at_once():
    figure: Any = lines.spectrum(made([1.0, 0.5]), TARGET).plotly()
    assert figure.layout.hovermode == "x unified"
    for trace in figure.data:
        assert ("=" in (trace.hovertemplate or "")) == trace.name.startswith("λ")


def test_the_loss_may_run_evenly():
    history = made([1.0, 0.5, 0.0])
    figure: Any = lines.loss(history, 1e-8, log_y=False).plotly()
    assert figure.layout.yaxis.type == "linear"
    assert list(figure.data[-1].y) == [1.0, 0.5, 0.0]
    other: Any = lines.loss(history, 1e-8).plotly()
    assert other.layout.yaxis.uirevision != figure.layout.yaxis.uirevision


def test_a_diverging_run_is_cut_where_nothing_is_to_be_learned():
    losses = [10.0**exponent for exponent in range(0, 301, 10)]
    spectrum, loss = both(made(losses, Status.diverged))
    assert loss.layout.yaxis.autorangeoptions.clipmax == 1e3
    assert loss.layout.yaxis.autorangeoptions.clipmin == pytest.approx(1e-9), "no empty decades"
    assert loss.layout.yaxis.nticks == 7, "for 11 decades, so that every second is written"
    assert spectrum.layout.yaxis.autorangeoptions.clipmax == 20
    ordinary: Any = lines.loss(made([5.0, 1.0, 0.1]), 1e-8).plotly()
    assert ordinary.layout.yaxis.autorangeoptions.clipmax is None


def test_a_diverging_run_is_drawn_until_it_leaves_the_axis():
    history = made([1.0])
    for number, size in enumerate((2.0, 19.0, 21.0, -1e30, 1e30), 1):
        values = np.sort([0.0, size, -size])
        history.append(replace(history.last, number=number, eigenvalues=values))
    figure: Any = lines.spectrum(history, TARGET).plotly()
    for k, sign in enumerate((-1, 0, 1)):
        (line,) = traces(figure, "λ" + "₀₁₂"[k])
        assert list(line.x) == [0, 1, 2, 3]
        assert list(line.y) == [sign * size for size in (1.0, 2.0, 19.0, 21.0)]
    (names,) = traces(figure, "names")
    assert not names.text, "no line ends where it can be named"
    before: Any = lines.spectrum(made([1.0]), TARGET).plotly()
    assert [trace.name for trace in figure.data] == [trace.name for trace in before.data]


def test_the_axes_of_a_diverging_run_end_soon_after_it_is_lost():
    losses = [1.0, 10.0, *(10.0**exponent for exponent in range(3, 300))]
    for steps, end in ((3, 2), (20, 7), (299, 7)):
        for figure in both(made(losses[:steps], Status.diverged)):
            assert figure.layout.xaxis.autorangeoptions.clipmax == end
            cut = f"step, of {steps - 1}: the rest is out of sight"
            assert figure.layout.xaxis.title.text == (cut if steps > 8 else "step")
    for ordinary in ([1.0, 1e9, *([0.5] * 20)], [1.0] * 22, [0.0] * 22, [1e-9] + [1.0] * 21):
        for figure in both(made(ordinary)):
            assert figure.layout.xaxis.autorangeoptions.clipmax == 21, (
                "it may still come back, or its target was moved"
            )


def test_few_decades_are_written_also_where_the_tolerance_is_far():
    figure: Any = lines.loss(made([4.0, 2.0]), 1e-8).plotly()
    assert figure.layout.yaxis.nticks == 7


def test_the_target_is_dashed_across_the_chart_once_per_value():
    dashed = traces(lines.spectrum(made([1.0] * 5), TARGET).plotly(), "target")
    assert [list(trace.y) for trace in dashed] == [[-1.0, -1.0], [1.0, 1.0]]
    assert all(trace.line.dash == "dash" and list(trace.x) == [0, 4] for trace in dashed)


@pytest.mark.parametrize("log_x", [False, True])
def test_a_moved_target_is_dashed_over_the_steps_for_which_it_held(log_x: bool):
    former = ((2, (0.0, 3.0, 1.0)), (4, (0.0, 1.0, 3.0)))
    figure = lines.spectrum(made([1.0] * 9), TARGET, former=former, log_x=log_x)
    dashed = traces(figure.plotly(), "target")
    assert [list(trace.y) for trace in dashed] == [
        [0.0, 0.0, 0.0, 0.0, -1.0, -1.0],
        [1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
        [3.0, 3.0, 3.0, 3.0, 1.0, 1.0],
    ]
    assert all(list(trace.x)[1:] == [2, 2, 4, 4, 8] for trace in dashed)


def test_the_browser_is_told_the_targets_that_it_may_move_from_the_smallest():
    for handles, meta in ((True, {"targets": [-1.0, 1.0, 1.0]}), (False, {})):
        figure = lines.spectrum(made([1.0] * 5), TARGET, handles=handles)
        assert figure.layout["meta"] == meta


def test_the_tolerance_is_dashed_where_there_is_one():
    history = made([1.0, 0.5, 0.1])
    (dashed,) = traces(lines.loss(history, 1e-8).plotly(), "tolerance")
    assert dashed.line.dash == "dash"
    assert list(dashed.y) == [1e-8, 1e-8]
    assert traces(lines.loss(history, 0.0).plotly(), "tolerance") == []


@pytest.mark.parametrize("log_x", [False, True])
def test_a_long_run_is_drawn_with_few_points_its_ends_among_them(long: History, log_x: bool):
    for figure in both(long, log_x=log_x):
        for trace in figure.data:
            assert len(trace.x) <= 1000
        drawn = figure.data[-1]
        assert len(drawn.x) > 200
        assert drawn.customdata[0] == 0
        assert drawn.customdata[-1] == 199_999
        assert (np.diff(np.asarray(drawn.x, dtype=float)) > 0).all()


def test_a_short_run_is_drawn_whole():
    figure: Any = lines.loss(made([1.0] * 100), 0.0).plotly()
    assert len(figure.data[-1].x) == 100


@pytest.mark.parametrize("length", [1, 2])
def test_a_line_too_short_to_see_has_markers(length: int):
    for figure in both(made([1.0] * length)):
        assert figure.data[-1].mode == "lines+markers"


def test_step_0_stands_on_the_logarithmic_axis_with_its_own_label(long: History):
    for figure in both(long, log_x=True):
        axis = figure.layout.xaxis
        assert axis.type == "log"
        assert all(0 < trace.x[0] < 1 for trace in figure.data if trace.name != "names")
        labels = dict(zip(axis.ticktext, axis.tickvals, strict=True))
        assert labels["0"] == figure.data[-1].x[0]
        assert labels["100,000"] == 100_000


def test_the_linear_axis_starts_at_0():
    for figure in both(made([1.0] * 5)):
        assert figure.layout.xaxis.type == "linear"
        assert figure.data[-1].x[0] == 0


@pytest.mark.parametrize("log_x", [False, True])
@pytest.mark.parametrize("cursor", [0, 3])
def test_the_cursor_is_a_line_from_bottom_to_top(cursor: int, log_x: bool):
    for figure in both(made([1.0] * 5), cursor=cursor, log_x=log_x):
        (shape,) = figure.layout.shapes
        assert shape.x0 == shape.x1 == (PLACE_OF_ZERO if log_x and cursor == 0 else cursor)
        assert (shape.y0, shape.y1, shape.yref) == (0, 1, "y domain")


def test_without_a_cursor_there_is_no_shape():
    assert all(not figure.layout.shapes for figure in both(made([1.0] * 5)))


@pytest.mark.parametrize("losses", [[1.0, 1e-3, 0.0], [0.0], [0.0, 0.0]])
def test_an_exact_hit_has_a_place_on_the_logarithmic_axis(losses: list[float]):
    figure: Any = lines.loss(made(losses, Status.converged), 1e-8).plotly()
    assert figure.layout.yaxis.type == "log"
    assert 1 < figure.layout.yaxis.nticks <= 7
    assert (np.asarray(figure.data[-1].y) > 0).all()


@pytest.mark.parametrize("log_x", [False, True])
def test_zoom_is_kept_while_a_run_grows_and_lost_with_the_axis(log_x: bool):
    kept = {figure.layout.xaxis.uirevision for figure in both(made([1.0]), log_x=log_x)}
    assert kept == {figure.layout.xaxis.uirevision for figure in both(made([1.0] * 9), log_x=log_x)}
    assert kept != {figure.layout.xaxis.uirevision for figure in both(made([1.0]), log_x=not log_x)}


@pytest.mark.parametrize("log_x", [False, True])
def test_a_diverged_run_is_written_without_nan(log_x: bool):
    losses = [10.0**exponent for exponent in range(0, 301, 10)]
    for figure in both(made(losses, Status.diverged, scale=1e150), log_x=log_x):
        for trace in figure.data:
            assert np.isfinite(np.asarray(trace.x, dtype=float)).all()
            assert np.isfinite(np.asarray(trace.y, dtype=float)).all()


def test_losses_within_a_decade_have_ticks_between_its_ends():
    axes: list[Any] = [
        lines.loss(made(losses), 0.0).layout["yaxis"] for losses in ([4.6, 4.4], [4.0, 0.3])
    ]
    assert [axis["nticks"] for axis in axes] == [6, 2], "no power of ten lies within the first"
    assert not any("dtick" in axis for axis in axes), "else a zoom between two ticks has none"
