"""Heatmaps, from hand-made steps: no TensorFlow, no pixels."""

from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest

from eigfit.figures import heatmaps
from eigfit.results.convention import Convention
from eigfit.results.status import Status
from eigfit.results.step import Step
from tests.sent import sent


def made(n: int, scale: float = 1.0) -> Step:
    """A step with a random symmetric matrix and its eigenvectors, by NumPy."""
    square = np.random.default_rng(n).normal(size=(n, n))
    matrix = scale * (square + square.T)
    eigenvalues, eigenvectors = np.linalg.eigh(matrix)
    return Step(
        7,
        parameters=np.zeros(n),
        matrix_of=lambda r: matrix,
        eigenvalues=eigenvalues,
        vectors=eigenvectors,
        loss=1.0,
        gradient=np.zeros(n),
        status=Status.running,
    )


def trace(figure: Any) -> Any:
    """The one heatmap of a figure."""
    (drawn,) = figure.plotly().data
    return drawn


@pytest.mark.parametrize("n", [2, 12])
def test_the_matrix_is_drawn_as_it_is_read(n: int):
    figure = heatmaps.matrix(made(n), 4.0)
    np.testing.assert_array_equal(trace(figure).z, made(n).matrix)
    layout: Any = figure.plotly().layout
    assert layout.yaxis.autorange == "reversed"
    assert layout.yaxis.scaleanchor == "x"
    assert list(layout.xaxis.tickvals) == list(range(n))


def test_the_scale_is_symmetric_and_the_same_for_every_step():
    for scale in (0.01, 1.0, 100.0):
        drawn = trace(heatmaps.matrix(made(3, scale), 4.0))
        assert (drawn.zmin, drawn.zmax) == (-4.0, 4.0)


def test_the_limit_bounds_the_first_matrix_and_the_target():
    assert heatmaps.colour_limit(np.diag([-5.0, 1.0]), (1.0, 2.0)) == 5.0
    assert heatmaps.colour_limit(np.diag([1.0, 1.0]), (-7.0, 2.0)) == 7.0


def test_the_limit_is_above_zero_even_for_zeros():
    assert heatmaps.colour_limit(np.zeros((2, 2)), (0.0, 0.0)) > 0


@pytest.mark.parametrize("n", range(2, 13))
def test_values_are_written_into_cells_while_they_fit(n: int):
    for figure in (heatmaps.matrix(made(n), 4.0), heatmaps.gradient(made(n), 0, "symmetric")):
        assert bool(trace(figure).texttemplate) == (n <= 8)


@pytest.mark.parametrize("n", range(2, 13))
def test_the_matrix_has_its_colour_bar_at_every_size(n: int):
    assert trace(heatmaps.matrix(made(n), 4.0)).showscale


@pytest.mark.parametrize("convention", get_args(Convention))
@pytest.mark.parametrize("n", [2, 3, 8, 12])
def test_the_gradient_stays_on_its_fixed_scale(n: int, convention: Convention):
    for k in range(n):
        drawn = trace(heatmaps.gradient(made(n), k, convention))
        assert (drawn.zmin, drawn.zmax) == (-1.0, 1.0)
        # Unit vectors are so to a few roundings.
        assert np.abs(drawn.z).max() <= 1 + 1e-12


def test_the_gradient_names_its_eigenvalue():
    drawn = trace(heatmaps.gradient(made(12), 11, "symmetric"))
    assert drawn.hovertemplate.startswith("∂λ₁₁/∂A[")


@pytest.mark.parametrize("scale", [1e-300, 1e150])
def test_a_diverged_matrix_is_written_without_nan(scale: float):
    step = made(3, scale)
    limit = heatmaps.colour_limit(step.matrix, (1.0, 1.0, 1.0))
    for figure in (heatmaps.matrix(step, limit), heatmaps.gradient(step, 2, "lower")):
        assert np.isfinite(trace(figure).z).all()
        assert sent(figure)["traces"][0]["z"] == trace(figure).z.tolist()


def test_the_colours_of_a_diverged_matrix_still_tell_its_entries_apart():
    step = made(2)
    for largest, limit in ((5.0, 1.0), (1e3, 1.0), (1001.0, 1001.0), (1e150, 1e150)):
        matrix = np.array([[largest, 0.0], [0.0, 1.0]])
        drawn = trace(
            heatmaps.matrix(replace(step, matrix_of=lambda _, matrix=matrix: matrix), 1.0)
        )
        assert drawn.zmax == -drawn.zmin == limit


def test_shades_run_symmetrically_from_blue_to_orange():
    colours = heatmaps.shades()
    low, middle, high = (colours[i] for i in (0, heatmaps.SHADES, -1))
    assert (low, high) == ("rgba(47, 111, 222, 0.850)", "rgba(242, 118, 46, 0.850)")
    assert middle == "rgba(138, 143, 152, 0.040)"
    assert len(set(colours)) == len(colours)


def test_entries_are_shaded_on_one_symmetric_scale_and_no_farther():
    matrices = np.array([[[0.0, 1.0], [1.0, -2.0]], [[1e30, -1e30], [-1e30, 0.5]]])
    counted = heatmaps.shaded(matrices, 2.0) - heatmaps.SHADES
    assert counted.tolist() == [[[0, 12], [12, -24]], [[24, -24], [-24, 6]]]
    assert max(heatmaps.shaded(matrices, 2.0).flat) == len(heatmaps.shades()) - 1
