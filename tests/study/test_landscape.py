"""The loss on a plane and in space, against LAPACK, closed forms and differences; no TensorFlow."""

import subprocess
import sys

import numpy as np
import pytest

import eigfit as ef
from eigfit.experiment.limits import CHOICES
from eigfit.experiment.setup import Setup
from eigfit.problem import derivatives
from eigfit.study import planes
from eigfit.study.landscape import landscape, outlook, space

KINDS = CHOICES["plane"]


def problem_of(structure: str, n: int) -> ef.Problem:
    return ef.Problem(ef.STRUCTURES[structure].build(n), np.arange(n) ** 1.5)


def way_of(problem: ef.Problem, points: int = 20) -> np.ndarray:
    """A crooked way of some points, [T, p]."""
    random = np.random.default_rng(problem.n)
    return random.normal(size=(points, problem.structure.parameters)).cumsum(axis=0) / 10


@pytest.fixture(params=[("symmetric", 2), ("symmetric", 4), ("tridiagonal", 3), ("toeplitz", 2),
                        ("toeplitz", 5), ("symmetric", 12)], ids=str)  # fmt: skip
def problem(request: pytest.FixtureRequest) -> ef.Problem:
    return problem_of(*request.param)


@pytest.mark.parametrize("kind", KINDS)
def test_losses_are_those_of_the_points_of_the_plane(problem: ef.Problem, kind: str):
    seen = landscape(problem, way_of(problem), kind)
    random = np.random.default_rng(0)
    for i, j in random.integers(len(seen.x), size=(20, 2)):
        d0, d1 = seen.plane.directions
        r = seen.plane.origin + seen.x[j] * d0 + seen.y[i] * d1
        values = np.linalg.eigvalsh(problem.structure.filled(r))
        np.testing.assert_allclose(seen.losses[i, j], ((values - problem.target) ** 2).sum())


@pytest.mark.parametrize("kind", KINDS)
def test_the_middle_is_the_present_point(problem: ef.Problem, kind: str):
    way = way_of(problem)
    seen = landscape(problem, way, kind)
    middle = len(seen.x) // 2
    np.testing.assert_allclose(seen.plane.point(seen.way[-1]), way[-1], atol=1e-14)
    np.testing.assert_allclose([seen.x[middle], seen.y[middle]], seen.way[-1], atol=1e-14)
    loss = float(problem.loss(way[-1]).numpy())  # pyright: ignore[reportAttributeAccessIssue]
    np.testing.assert_allclose(seen.losses[middle, middle], loss, rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_directions_are_orthonormal(problem: ef.Problem, kind: str):
    directions = planes.plane(problem, way_of(problem), kind).directions
    np.testing.assert_allclose(directions @ directions.T, np.eye(2), atol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_the_way_is_drawn_at_the_feet_of_its_perpendiculars(problem: ef.Problem, kind: str):
    way = way_of(problem)
    seen = landscape(problem, way, kind)
    beside = way - seen.plane.point(seen.way)
    np.testing.assert_allclose(beside @ seen.plane.directions.T, 0, atol=1e-13)
    np.testing.assert_allclose(seen.offsets, np.linalg.norm(beside, axis=1), atol=1e-14)
    assert np.abs(seen.way - seen.way[-1]).max() < seen.reach, "all of it is in the picture"


def test_the_first_direction_leads_down_as_steeply_as_any(problem: ef.Problem):
    r = way_of(problem)[-1]
    downhill = planes.plane(problem, r[None], "steepest").directions[0]

    def loss(s: float) -> float:
        values = np.linalg.eigvalsh(problem.structure.filled(r + s * downhill))
        return float(((values - problem.target) ** 2).sum())

    slope = (loss(1e-6) - loss(-1e-6)) / 2e-6
    # Central differences at a step of 1e-6 are good to about 1e-9 of the loss.
    steepest = np.linalg.norm(derivatives.gradient(problem, r).numpy())
    np.testing.assert_allclose(slope, -steepest, rtol=1e-6)


def test_the_curvature_of_the_second_one_is_the_strongest_or_weakest(problem: ef.Problem):
    r = way_of(problem)[-1]
    H = derivatives.hessian(problem, r).numpy()
    downhill, steep = planes.plane(problem, r[None], "steepest").directions
    flat = planes.plane(problem, r[None], "flattest").directions[1]
    random = np.random.default_rng(0).normal(size=(200, len(r)))
    others = random - np.outer(random @ downhill, downhill)
    others /= np.linalg.norm(others, axis=1, keepdims=True)
    bends = np.abs(np.einsum("ij,jk,ik->i", others, H, others))
    assert abs(steep @ H @ steep) >= bends.max() * (1 - 1e-9)
    if (np.linalg.eigvalsh(H) > 0).all() or len(r) == 2:  # else some direction bends not at all
        assert abs(flat @ H @ flat) <= bends.min() * (1 + 1e-9)
    else:
        assert abs(flat @ H @ flat) <= abs(steep @ H @ steep)


def test_gradient_and_hessian_are_those_of_the_problem(problem: ef.Problem):
    r = way_of(problem)[-1]
    exact = derivatives.gradient(problem, r).numpy(), derivatives.hessian(problem, r).numpy()
    np.testing.assert_allclose(planes.gradient(problem, r), exact[0], rtol=1e-9, atol=1e-11)
    found = planes.hessian(problem, r)
    assert found is not None
    np.testing.assert_allclose(found, exact[1], atol=1e-9 * np.abs(exact[1]).max())


def test_two_parameters_are_axes_with_their_own_values():
    problem = problem_of("symmetric", 3)
    way = way_of(problem)
    seen = landscape(problem, way, "parameters", (4, 1))
    np.testing.assert_array_equal(seen.way, way[:, [4, 1]])
    assert seen.plane.names == ("r₄", "r₁")


def test_the_plane_of_a_flat_way_holds_it():
    problem = problem_of("symmetric", 3)
    a, b = np.random.default_rng(1).normal(size=(2, 6))
    s = np.linspace(0, 1, 30)[:, None]
    seen = landscape(problem, np.cos(s) * a + np.sin(s) * b, "way")
    assert seen.offsets.max() < 1e-13
    assert "holds 100.0%" in seen.plane.remark


@pytest.mark.parametrize("kind", KINDS)
def test_a_way_of_one_point_is_enough(problem: ef.Problem, kind: str):
    seen = landscape(problem, way_of(problem, 1), kind)
    assert seen.reach > 0
    assert np.isfinite(seen.losses).all()


@pytest.mark.parametrize("kind", ["steepest", "flattest"])
def test_where_the_gradient_vanishes_two_curvatures_take_its_place(kind: str):
    problem = ef.Problem(ef.symmetric(3), [1.0, 2.0, 4.0])
    r = np.array([1.0, 2, 4, 0, 0, 0])
    plane = planes.plane(problem, r[None], kind)
    assert "second curvature" in plane.remark
    H = np.diag([2.0, 2, 2, 0, 0, 0])  # off the diagonal it turns the matrix alone
    bends = np.einsum("ij,jk,ik->i", plane.directions, H, plane.directions)
    np.testing.assert_allclose(bends, [2, 2 if kind == "steepest" else 0], atol=1e-13)


def test_at_a_kink_parameters_take_the_place_of_curvature():
    problem = ef.Problem(ef.symmetric(3), [0.0, 1.0, 2.0])
    r = np.array([0.3, 0.3, 0.3, 0, 0, 0])
    assert planes.hessian(problem, r) is None
    plane = planes.plane(problem, r[None], "steepest")
    assert "kink" in plane.remark
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-14)


def test_equal_targets_make_no_kink_where_eigenvalues_meet():
    problem = ef.Problem(ef.symmetric(3), [1.0, 1.0, 1.0])
    seen = landscape(problem, np.zeros((1, 6)), "steepest")
    assert not seen.ridged
    assert not len(seen.meetings)
    # ‖A − I‖², a bowl.
    points = seen.plane.point(np.stack(np.meshgrid(seen.x, seen.y), axis=-1))
    bowl = ((points - [1, 1, 1, 0, 0, 0]) ** 2 * [1, 1, 1, 2, 2, 2]).sum(axis=-1)
    np.testing.assert_allclose(seen.losses, bowl, atol=1e-12)


def test_the_closed_form_of_two_by_two_matrices_and_its_one_meeting():
    problem = ef.Problem(ef.symmetric(2), [-1.0, 2.0])
    r = np.array([0.4, 1.1, 0.0])
    seen = landscape(problem, r[None], "parameters", (0, 2))
    a, b = np.meshgrid(seen.x, seen.y)
    m, rho = (a + 1.1) / 2, np.hypot((a - 1.1) / 2, b)
    np.testing.assert_allclose(seen.losses, 2 * (m - 0.5) ** 2 + 2 * (rho - 1.5) ** 2, atol=1e-12)
    # r₀ = r₁ and r₂ = 0.
    np.testing.assert_allclose(seen.meetings, [[1.1, 0]], atol=1e-8)


def test_where_a_structure_leaves_one_condition_eigenvalues_meet_on_lines():
    problem = ef.Problem(ef.toeplitz(2), [0.0, 1.0])  # r₀ ∓ |r₁|
    seen = landscape(problem, np.array([[0.5, 0.3]]), "parameters")
    assert np.abs(seen.meetings[:, 1]).max() < 1e-9
    np.testing.assert_allclose(np.sort(seen.meetings[:, 0]), seen.x, atol=1e-9)


@pytest.mark.parametrize(("structure", "n"), [("symmetric", 4), ("toeplitz", 5), ("symmetric", 8)])
def test_at_a_meeting_neighbours_are_equal_and_their_targets_differ(structure: str, n: int):
    problem = ef.Problem(ef.STRUCTURES[structure].build(n), [0.0, 0.0, *range(1, n - 1)])
    found = 0
    for seed in range(6):
        r = np.random.default_rng(seed).normal(size=problem.structure.parameters)
        seen = landscape(problem, r[None], "steepest")
        gaps = np.diff(
            np.linalg.eigvalsh(problem.structure.filled(seen.plane.point(seen.meetings)))
        )
        found += len(gaps)
        # To six digits of what a gap changes from one point of the grid to the next.
        assert (gaps[:, 1:].min(axis=1) < 1e-5 * seen.reach).all() if len(gaps) else True
    assert found > 5


@pytest.mark.parametrize("scale", [0.0, 1e-300, 1e6, 1e153])
@pytest.mark.parametrize("kind", KINDS)
def test_numbers_of_any_size_give_a_picture_without_nan(kind: str, scale: float):
    problem = problem_of("symmetric", 3)
    seen = landscape(problem, scale * way_of(problem), kind)
    for numbers in (seen.x, seen.y, seen.losses, seen.way, seen.offsets, seen.meetings):
        assert np.isfinite(numbers).all()
    assert seen.reach > 0


@pytest.mark.parametrize("target", [(-1.0, 2.0), (0.5, 0.5)])
@pytest.mark.parametrize("structure", ["symmetric", "toeplitz"])
def test_the_tube_has_the_present_loss_and_the_circle_none(
    structure: str, target: tuple[float, float]
):
    problem = ef.Problem(ef.STRUCTURES[structure].build(2), target)
    for scale in (0.1, 1.0, 30.0):  # thinner and thicker than the circle is wide
        way = scale * way_of(problem)
        seen = space(problem, way)

        def loss(points: np.ndarray) -> np.ndarray:
            u, v, m = np.moveaxis(points, -1, 0)
            A = np.stack([np.stack([m + u, v], -1), np.stack([v, m - u], -1)], -1)
            return ((np.linalg.eigvalsh(A) - target) ** 2).sum(axis=-1)

        present = float(problem.loss(way[-1]).numpy())  # pyright: ignore[reportAttributeAccessIssue]
        np.testing.assert_allclose(loss(seen.tube), present, rtol=1e-9)
        np.testing.assert_allclose(loss(seen.solutions), 0, atol=1e-28)
        np.testing.assert_allclose(loss(seen.way[-1]), present, rtol=1e-12)


def test_one_parameter_makes_no_plane_and_two_by_two_matrices_alone_a_space():
    assert outlook(Setup(), np.ones((1, 6))).space is None
    small = outlook(Setup(n=2, target=(0.0, 1.0)), np.ones((1, 3)))
    assert small.plane is not None
    assert small.space is not None


def test_a_landscape_needs_no_tensorflow():
    code = (
        "import sys, numpy as np\n"
        "from eigfit.experiment.setup import Setup\n"
        "from eigfit.study.landscape import outlook\n"
        "outlook(Setup(), np.ones((2, 6)))\n"
        "print('tensorflow' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, check=True, timeout=180,
    )  # fmt: skip
    assert found.stdout.strip() == "False"
