"""The solver as its user calls it."""

import os
import pickle
import subprocess
import sys
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from dask.distributed import Client, LocalCluster

import eigfit as ef
from tests.solve.families import FAMILIES

ROOT = Path(__file__).parents[2]


def same(one: ef.Solutions, two: ef.Solutions) -> bool:
    arrays = ("starts", "ends", "converged", "iterations")
    return len(one) == len(two) and all(
        (getattr(one, name) == getattr(two, name)).all() for name in arrays
    )


def asked(problem: ef.Problem, executor: Executor | None = None) -> ef.Solutions:
    """Three batches of starts."""
    return ef.solve(problem, starts=1_200, seed=7, low=-30, high=30, executor=executor)


@pytest.fixture(scope="module")
def problem() -> ef.Problem:
    return ef.Problem(FAMILIES["additive"](np.random.default_rng(0), 4, 4), [-20.0, 0, 10, 20])


def test_every_solution_that_is_told_has_the_data(problem):
    solutions = ef.solve(problem, starts=50, low=-30, high=30)
    assert solutions.verdict is ef.Verdict.solved
    assert len(solutions) > 1
    assert solutions.most == 24
    assert sum(solution.count for solution in solutions) == solutions.converged.sum()
    for solution in solutions:
        values = np.linalg.eigvalsh(problem.structure.filled(solution.parameters))
        np.testing.assert_allclose(values, problem.target, atol=1e-7)
        assert solution.loss <= (1e-10 * np.linalg.norm(problem.target)) ** 2
    for i, one in enumerate(solutions):
        for other in solutions[i + 1 :]:
            assert np.abs(one.parameters - other.parameters).max() > 1e-4


def test_the_same_seeds_give_the_same_answer_whoever_computes(problem):
    alone = asked(problem)
    with ThreadPoolExecutor(3) as pool:
        assert same(alone, asked(problem, pool))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert same(alone, asked(problem, pool))


def test_a_cluster_gives_the_same_answer(problem):
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):
        assert same(asked(problem), asked(problem, client.get_executor()))


def test_each_start_depends_on_its_own_seed_alone(problem):
    three = ef.solve(problem, starts=3, seed=5)
    one = ef.solve(problem, starts=1, seed=7)
    np.testing.assert_array_equal(three.starts[2], one.starts[0])


def test_progress_is_told_as_batches_end(problem):
    told: list[tuple[int, int]] = []
    ef.solve(problem, starts=2_400, progress=lambda done, all_: told.append((done, all_)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (2_400, 2_400)
    assert len(told) == 3


def test_more_starts_follow_while_they_find_more_up_to_a_budget(problem):
    few = ef.solve(problem, starts=4, low=-30, high=30)
    more = ef.solve(problem, starts=4, low=-30, high=30, budget=256)
    assert len(more) > len(few)
    assert 4 < len(more.starts) <= 256
    assert len(ef.solve(problem, starts=4, low=-30, high=30, budget=6).starts) == 6
    one = ef.Problem(ef.symmetric(3), [1, 1, 1])
    assert len(ef.solve(one, starts=4, budget=256).starts) == 8, "nothing new in the last half"


def test_an_interrupt_leaves_nothing_running(problem):
    class Stop(Exception):
        pass

    def stop(done: int, all_: int) -> None:
        raise Stop

    class Kept(ThreadPoolExecutor):
        futures: list[Future] = []  # noqa: RUF012

        def submit(self, *arguments, **named):
            self.futures.append(super().submit(*arguments, **named))
            return self.futures[-1]

    with Kept(1) as pool, pytest.raises(Stop):
        ef.solve(problem, starts=10_000, executor=pool, progress=stop)
    assert len(pool.futures) == 10
    assert any(future.cancelled() for future in pool.futures)


def test_a_problem_travels_to_other_processes(problem):
    back = pickle.loads(pickle.dumps(problem))
    np.testing.assert_array_equal(back.target, problem.target)


def test_a_solver_needs_no_tensorflow():
    script = (
        "import sys; sys.modules['tensorflow'] = None; import eigfit as ef\n"
        "print(ef.solve(ef.Problem(ef.symmetric(3), [1, 2, 4]), starts=3).verdict)\n"
        "assert 'streamlit' not in sys.modules and 'keras' not in sys.modules"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False
    )
    assert said.stdout == "solved\n", said.stderr


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"rule": "newton"}, "rule must be one of majorised, levenberg_marquardt"),
        ({"tolerance": -1.0}, "tolerance must be a number from 0 to below 1; got -1"),
        ({"starts": 0}, "starts must be 1 or above; got 0"),
        ({"max_iterations": -1}, "max_iterations must be 0 or above"),
        ({"start": [1.0]}, "start has shape .1. but there are 4 parameters"),
        ({"start": [1.0, 2, np.nan, 4]}, "start must be finite, but holds nan"),
        ({"low": 2.0, "high": 1}, "low must not exceed high; got 2 and 1 for parameter 0"),
        ({"low": [1, 2]}, "low must be one finite number, or one for each of 4 parameters"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(problem, asked, sentence):
    with pytest.raises(ValueError, match=sentence):
        ef.solve(problem, **asked)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            {"low": -9, "high": -7},
            "high leaves no room for starts: parameter r0 .* -5 and 5; got -7",
        ),
        (
            {"low": [0, 3]},
            "low leaves no room for starts: parameter r1 lies between 0.5 and 2; got 3",
        ),
    ],
)
def test_starts_that_bounds_would_put_into_one_place_are_refused(asked, sentence):
    structure = ef.pattern([[0, -1], [-1, 1]])
    problem = ef.Problem(structure, [1.0, 2], bounds=([-5, 0.5], [5, 2]))
    with pytest.raises(ValueError, match=sentence):
        ef.solve(problem, **asked)
    with pytest.raises(ValueError, match=sentence):
        ef.well_posed(problem, **asked)
    assert ef.solve(problem, starts=5, low=-4, high=-1).converged.any(), "r1 stands at its bound"


def test_lift_and_project_says_where_it_cannot():
    frequencies = ef.Problem(ef.symmetric(2), [1.0, 2], of="frequencies")
    with pytest.raises(
        ValueError, match="lift_and_project needs all eigenvalues, equally well known"
    ):
        ef.solve(frequencies, rule="lift_and_project")
    assert ef.solve(frequencies, starts=3).verdict is ef.Verdict.solved


def test_something_else_than_a_problem_is_refused():
    with pytest.raises(TypeError, match=r"problem must be an eigfit.Problem or from eigfit.joint"):
        ef.solve(ef.symmetric(3))  # type: ignore[arg-type]
