"""The chart of eigenvalues along a path, from hand-made numbers."""

import json
from typing import Any

import numpy as np
import pytest

from eigfit.figures import paths

S = np.linspace(-1, 1, 5)
# The levels ±√(1 + s²) of [[s, 1], [1, −s]], which avoid each other at s = 0.
LEVELS = np.stack([-np.sqrt(1 + S**2), np.sqrt(1 + S**2)], axis=1)
FIRST = np.tile([-1.0, 1.0], (5, 1))
SECOND = np.stack([-1 - S**2 / 2, 1 + S**2 / 2], axis=1)


@pytest.fixture
def figure() -> Any:
    return paths.path(S, LEVELS, FIRST, SECOND).plotly()


def trace(figure: Any, name: str) -> Any:
    (found,) = [trace for trace in figure.data if trace.name == name]
    return found


@pytest.mark.parametrize("k", [0, 1])
def test_every_level_has_its_line_and_two_predictions_in_one_colour(figure: Any, k: int):
    name = "λ" + "₀₁"[k]
    shown = {
        "": (LEVELS, "solid"),
        ", first order": (FIRST, "dot"),
        ", second order": (SECOND, "dash"),
    }
    for ending, (values, dash) in shown.items():
        line = trace(figure, name + ending)
        np.testing.assert_array_equal(line.x, S)
        np.testing.assert_array_equal(line.y, values[:, k])
        assert line.line.dash == dash
        assert line.line.color == trace(figure, name).line.color
        assert line.hovertemplate.startswith(name + ending)
    assert len(figure.data) == 6


def test_levels_differ_in_colour_and_stand_out_from_their_predictions(figure: Any):
    assert trace(figure, "λ₀").line.color != trace(figure, "λ₁").line.color
    assert trace(figure, "λ₀").line.width > trace(figure, "λ₀, first order").line.width


def test_the_axis_follows_the_levels_and_not_their_predictions():
    far: Any = paths.path(S, LEVELS, 100 * FIRST, 100 * SECOND).plotly()
    low, high = far.layout.yaxis.range
    assert low < LEVELS.min()
    assert high > LEVELS.max()
    assert high - low < 2 * np.ptp(LEVELS)


def test_the_place_of_the_derivatives_is_marked_from_bottom_to_top(figure: Any):
    (shape,) = figure.layout.shapes
    assert (shape.x0, shape.x1, shape.y0, shape.y1, shape.yref) == (0, 0, 0, 1, "y domain")


def test_where_there_is_no_prediction_the_chart_has_a_gap_and_no_nan():
    nothing = np.full_like(LEVELS, np.nan)
    figure = paths.path(S, LEVELS, nothing, nothing).plotly()
    written = json.loads(str(figure.to_json()))
    assert len(written["data"]) == 6


def test_levels_that_do_not_move_still_have_a_height():
    flat: Any = paths.path(S, np.ones((5, 2)), np.ones((5, 2)), np.ones((5, 2))).plotly()
    low, high = flat.layout.yaxis.range
    assert low < 1 < high
