"""Charts in words, from hand-made steps."""

import numpy as np
import pytest

from eigfit.figures import courses, heatmaps, landscape, lines, member_lines, paths, survey, words
from eigfit.figures.figure import Figure
from eigfit.results.history import History
from eigfit.results.landscape import Landscape, Plane, Space
from eigfit.results.status import Status
from eigfit.results.step import Step

TARGET = (1.0, 2.0)


def history(*values: tuple[float, float]) -> History:
    """A run of steps with these eigenvalues, whose loss is their distance to the target."""
    run = History()
    for number, pair in enumerate(values):
        λ = np.array(pair)
        loss = float(((λ - TARGET) ** 2).sum())
        run.append(
            Step(
                number, np.zeros(3), λ, loss, np.zeros(3), Status.running,
                matrix_of=lambda r, λ=λ: np.diag(λ),
            )
        )  # fmt: skip
    return run


RUN = history((0.0, 3.0), (1.0, 2.5), (1.0, 2.0))


def test_the_eigenvalues_are_read_out_with_what_has_arrived():
    drawn = lines.spectrum(RUN, TARGET, 1e-8)
    assert drawn.words == "Eigenvalues after 2 steps: 1.00, 2.00; all at their targets."
    earlier = lines.spectrum(RUN, TARGET, 1e-8, cursor=1)
    assert earlier.words == (
        "Eigenvalues after 1 step: 1.00, 2.50; of the targets 1.00, 2.00, 1 of 2 reached."
    )


def test_the_loss_is_read_out_beside_the_tolerance():
    assert lines.loss(RUN, 0.3, cursor=1).words == (
        "Loss 0.25 after 1 step, below the tolerance; it began at 2."
    )
    assert "tolerance" not in lines.loss(RUN, 0.1, cursor=1).words


def test_a_small_matrix_is_read_row_by_row_and_a_large_one_by_its_range():
    small = heatmaps.plain(np.array([[1.0, -0.5], [2e-3, 1500.0]]), "A")
    assert small.words == "A, rows 1.00, -0.50; 0.002, 1.5e+03."
    large = heatmaps.plain(np.eye(12), "A")
    assert large.words == "A, a matrix of 12 × 12 entries from 0.00 to 1.00."


@pytest.mark.parametrize(
    "figure",
    [
        courses.side_by_side(np.arange(3), np.ones((3, 4, 2)), TARGET),
        paths.path(np.array([-1.0, 1.0]), *(np.array([[0.0, 1.0], [0.0, 2.0]]),) * 3),
        survey.histogram(np.array([3, 5])),
        survey.convergence_curve(np.array([3, 5]), 4),
    ],
)
def test_every_chart_says_something(figure: Figure):
    assert figure.words.endswith(".")
    assert "nan" not in figure.words


def test_members_are_read_out_each():
    batch = History()
    batch.append(
        Step(
            0, np.zeros((2, 3)), np.array([[0.0, 1.0], [1.0, 2.0]]), np.array([2.0, 0.0]),
            np.zeros((2, 3)), np.array([Status.running, Status.converged], dtype=object),
            matrix_of=lambda r: np.zeros((2, 2, 2)),
        )
    )  # fmt: skip
    drawn = member_lines.panels(batch, [TARGET] * 2, ("first", "second"))
    assert drawn.words == "Eigenvalues after 0 steps. first: 0.00, 1.00; second: 1.00, 2.00."
    losses = member_lines.losses(batch, ("first", "second"), 1e-8).words
    assert "from 0, second, to 2; 1 below the tolerance." in losses


@pytest.mark.parametrize("meetings", [np.empty((0, 2)), np.array([[0.5, -1.0], [1.0, 1.0]])])
def test_a_landscape_says_where_the_run_stands_and_where_it_could_go(meetings: np.ndarray):
    x = np.linspace(-1, 3, 5)
    way = np.array([[2.0, -0.5], [0.5, 0.5]])
    plane = Plane(np.zeros(3), np.eye(3)[:2], ("r₀", "Strongest curvature"))
    seen = Landscape(plane, x, x, np.add.outer(x**2, x**2) + 0.25, way, np.zeros(2), True, meetings)
    said = landscape.plane(seen, np.array([0, 1200]), np.array([4.5, 0.75])).words
    assert said.startswith(
        "Loss on a plane through the point of step 1,200, r₀ across and strongest curvature up: "
        "0.75 there, from 0.25 at 0.00, 0.00 to 18; the run began at 2.00, -0.50 with 4.5 and is "
        "now at 0.50, 0.50."
    )
    assert said.endswith("meet on it, the nearest 0.71 away.") == bool(len(meetings))


def test_the_space_of_two_by_two_matrices_says_how_far_the_circle_is():
    angles = np.linspace(0, 2 * np.pi, 9)
    circle = np.column_stack([2 * np.cos(angles), 2 * np.sin(angles), np.full(9, 1.0)])
    way = np.array([[0.0, 0.0, 0.0], [0.0, 5.0, 5.0]])
    seen = Space(np.zeros((2, 2, 3)), circle, way, 4.0)
    said = landscape.space(seen, np.array([0, 7]), np.array([3.0, 0.5])).words
    assert "a circle of radius 2.00 about the axis of equal eigenvalues, at m = 1.00." in said
    assert said.endswith("at step 7, loss 0.5, 5.00 from the circle.")


def test_many_numbers_are_not_all_read_out():
    assert words.listed(np.zeros(14)).endswith("0.00 and 2 more")
