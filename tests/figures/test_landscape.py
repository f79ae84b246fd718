"""Landscapes, from hand-made ones: no TensorFlow, no pixels."""

from typing import Any

import numpy as np
import pytest

from eigfit.figures import landscape as figures
from eigfit.results.landscape import Landscape, Plane, Space
from tests.sent import sent

NUMBERS, LOSSES = np.array([0, 10, 20]), np.array([4.0, 2.0, 1.0])


def made(losses: np.ndarray | None = None, meetings: int = 1) -> Landscape:
    """On the plane of the first two of three parameters."""
    x = np.linspace(-2, 2, 5)
    losses = np.add.outer(x**2, x**2) if losses is None else losses
    plane = Plane(np.zeros(3), np.eye(3)[:2], ("across", "up"))
    way = np.array([[-1.0, 1.0], [-0.5, 0.2], [0.0, 0.0]])
    places = np.column_stack([np.linspace(-1, 1, meetings), np.zeros(meetings)])
    return Landscape(plane, x, x, losses, way, np.array([2.0, 1.0, 0.0]), True, places)


def drawn(seen: Landscape) -> Any:
    return figures.plane(seen, NUMBERS, LOSSES).plotly()


def test_colours_are_the_logarithm_of_the_loss():
    ground = drawn(made()).data[0]
    seen = made()
    np.testing.assert_array_equal(ground.customdata, seen.losses)
    above = seen.losses > 0
    np.testing.assert_allclose(ground.z[above], np.log10(seen.losses[above]), atol=1e-4)
    assert ground.z.min() >= ground.zmin >= ground.zmax - figures.MOST_DECADES
    assert ground.zmax == pytest.approx(np.log10(8))


def test_both_directions_have_the_same_scale_and_their_names():
    layout = drawn(made()).layout
    assert layout.yaxis.scaleanchor == "x"
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("across", "up")


def test_the_colour_bar_is_written_in_losses():
    bar = drawn(made()).data[0].colorbar
    np.testing.assert_allclose([float(text) for text in bar.ticktext], 10 ** np.array(bar.tickvals))
    assert len(bar.tickvals) >= 3


def test_the_way_fades_with_its_distance_from_the_plane():
    points = next(trace for trace in drawn(made()).data if trace.customdata is not None
                  and trace.type == "scatter")  # fmt: skip
    assert list(points.marker.opacity) == [figures.FAINTEST, 0.5, 1.0]
    np.testing.assert_array_equal(points.customdata[:, 0], NUMBERS)


def test_start_and_present_point_are_named_at_their_places():
    names = {note.text: (note.x, note.y) for note in drawn(made()).layout.annotations}
    assert names == {"start": (-1, 1), "now": (0, 0)}


@pytest.mark.parametrize(("count", "symbol"), [(0, None), (3, "x"), (60, "circle")])
def test_few_meetings_are_crosses_and_many_make_lines(count: int, symbol: str | None):
    marks = [trace for trace in drawn(made(meetings=count)).data
             if (trace.hovertemplate or "").startswith("eigenvalues meet")]  # fmt: skip
    assert [mark.marker.symbol for mark in marks] == [symbol] * bool(symbol)


@pytest.mark.parametrize("loss", [0.0, 1e-300, 1.0, 1e308, np.finfo(float).max])
def test_a_plane_of_one_loss_is_drawn_without_nan(loss: float):
    figure = figures.plane(made(np.full((5, 5), loss)), NUMBERS, LOSSES)
    ground = figure.plotly().data[0]
    assert ground.zmax > ground.zmin
    assert None not in np.ravel(sent(figure)["traces"][0]["z"]).tolist()


def test_the_space_shows_tube_solutions_axis_and_way():
    circle = np.column_stack([np.cos([0, 1, 2]), np.sin([0, 1, 2]), [0.5] * 3])
    seen = Space(np.zeros((4, 5, 3)), circle, np.arange(9.0).reshape(3, 3), 2.0)
    figure = figures.space(seen, NUMBERS, LOSSES)
    tube, axis, solutions, way, now = figure.plotly().data
    assert (tube.type, axis.name, solutions.name) == ("surface", "equal eigenvalues", "solutions")
    assert (list(axis.x), list(axis.y), list(axis.z)) == ([0, 0], [0, 0], [-1.5, 2.5])
    assert list(way.z) == [2, 5, 8]
    assert (now.x[0], now.y[0], now.z[0]) == (6, 7, 8)
    sent(figure)
