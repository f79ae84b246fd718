"""How fits end, random starts, and what a fit refuses."""

import numpy as np
import pytest

import eigfit as ef
from eigfit.fitting import stopping

PROBLEM = ef.Problem(ef.symmetric(3), [1, 1, 1])
ADAM = ef.optimiser("adam")
START = ef.random_start(PROBLEM, seed=0)


def last(*arguments, **options) -> ef.Step:
    return list(ef.fit(*arguments, **options))[-1]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_run_that_explodes_ends_diverged_at_its_last_finite_step(dtype: str):
    problem = ef.Problem(ef.symmetric(3), [1, 1, 1], dtype=dtype)
    steps = list(ef.fit(problem, ef.optimiser("sgd", learning_rate=3), START))
    assert [step.status for step in steps[:-1]] == [ef.Status.running] * (len(steps) - 1)
    assert steps[-1].status is ef.Status.diverged
    np.testing.assert_array_equal(steps[-1].parameters, steps[-2].parameters)
    for step in steps:
        for values in (step.parameters, step.matrix, step.eigenvectors, step.gradient, step.loss):
            assert np.isfinite(values).all()
        expected = np.linalg.eigvalsh(step.matrix.astype(float))
        size = float(np.linalg.norm(step.matrix.astype(float)))
        # The eigenvalues still belong to the matrix: to the square of the vectors' accuracy.
        np.testing.assert_allclose(
            step.eigenvalues, expected, rtol=0, atol=(1e-10 if dtype == "float64" else 1e-5) * size
        )


@pytest.mark.parametrize("seed", range(5))
def test_adam_turns_every_start_into_the_identity(seed: int):
    steps = list(ef.fit(PROBLEM, ADAM, ef.random_start(PROBLEM, seed), tolerance=1e-8))
    end = steps[-1]
    assert end.status is ef.Status.converged
    assert end.loss <= 1e-8 < steps[-2].loss
    assert 1000 < end.number < 5000  # published: 3066, 2341, 3035
    # The loss is the squared distance of A from I, so no entry is farther off than its root.
    np.testing.assert_allclose(end.matrix, np.eye(3), atol=1e-4)
    assert [step.number for step in steps] == list(range(len(steps)))


def test_an_unreachable_target_ends_stalled_at_the_smallest_loss():
    # Eigenvalues r ± 1 can never both be 0: the loss 2 (r² + 1) is least, 2, at r = 0.
    problem = ef.Problem(ef.pattern([[0, -1], [-1, 0]], [[0, 1], [1, 0]]), [0, 0])
    end = last(problem, ef.optimiser("sgd", learning_rate=0.1), [0.7])
    assert end.status is ef.Status.stalled
    np.testing.assert_allclose(end.loss, 2, rtol=1e-9)
    assert 1000 <= end.number < 1100  # a thousand steps without progress


def test_a_learning_rate_too_large_to_settle_ends_stalled():
    end = last(PROBLEM, ef.optimiser("lion", learning_rate=1.0), START, tolerance=0)
    assert end.status is ef.Status.stalled


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_start_without_progress_has_diverged_where_its_loss_has_grown_out_of_sight(dtype: type):
    # A leap from where the loss was all but nothing is no way to infinity.
    best = np.array([1e-32, 1e-32, 1e-32, 1.0, 1.0], dtype)
    loss = np.array([1e-7, 9e5, 1.1e6, 9e11, 1.1e12], dtype)
    since = np.full(5, 7)
    found = stopping.ending(loss, 7 + stopping.STALL_STEPS, best, since, dtype(0), 10**6)
    stalled, diverged = stopping.STALLED, stopping.DIVERGED
    assert found.numpy().tolist() == [stalled, stalled, diverged, stalled, diverged]
    found = stopping.ending(loss, 6 + stopping.STALL_STEPS, best, since, dtype(0), 10**6)
    assert found.numpy().tolist() == [stopping.RUNNING] * 5


def test_the_step_limit_is_the_number_of_the_last_step():
    steps = list(ef.fit(PROBLEM, ADAM, START, max_steps=20))
    assert [step.number for step in steps] == list(range(21))
    assert steps[-1].status is ef.Status.step_limit


def test_no_steps_at_all_give_the_start_itself():
    (step,) = ef.fit(PROBLEM, ADAM, START, max_steps=0)
    assert (step.number, step.status) == (0, ef.Status.step_limit)
    np.testing.assert_array_equal(step.parameters, START)


@pytest.mark.parametrize("tolerance", [0, 1e-8])
def test_a_start_at_the_answer_has_converged_before_any_step(tolerance: float):
    (step,) = ef.fit(PROBLEM, ADAM, [1, 1, 1, 0, 0, 0], tolerance=tolerance)
    assert (step.number, step.loss, step.status) == (0, 0.0, ef.Status.converged)


def test_tolerance_zero_goes_on_past_the_usual_one():
    end = last(PROBLEM, ef.optimiser("sgd", learning_rate=0.2), START, tolerance=0)
    assert end.status in (ef.Status.converged, ef.Status.stalled)
    assert end.loss < 1e-25  # halved and more at each step down to the rounding of float64


def test_the_published_step_of_adam_comes_out():
    problem = ef.Problem(ef.symmetric(3), [1, 1, 1], dtype="float32")
    start = (0.12108588, 0.8856114, 0.00449729, 0.22199583, 0.8411281, 0.54751956)
    expected = (0.12208588, 0.8866114, 0.00549729, 0.22099583, 0.8401281, 0.5465196)
    end = last(problem, ADAM, start, max_steps=1)
    # The last printed digit: two roundings of float32 below 1.
    np.testing.assert_allclose(end.parameters, expected, atol=1.2e-7)


def test_what_a_fit_yields_cannot_be_overwritten():
    step = next(ef.fit(PROBLEM, ADAM, START))
    with pytest.raises(ValueError, match="read-only"):
        step.parameters[0] = 5.0


def test_the_callers_start_is_left_alone():
    start = START.copy()
    last(PROBLEM, ADAM, start, max_steps=10)
    np.testing.assert_array_equal(start, START)


def test_a_random_start_depends_on_its_own_seed_alone():
    starts = ef.random_start(PROBLEM, seed=7, count=4)
    assert starts.shape == (4, 6)
    for member in range(4):
        np.testing.assert_array_equal(starts[member], ef.random_start(PROBLEM, seed=7 + member))
    assert len(np.unique(starts)) == starts.size


def test_random_starts_follow_their_distribution():
    problem = ef.Problem(ef.symmetric(2), [0, 0])
    uniform = ef.random_start(problem, 0, 2000, low=-1, high=3)
    normal = ef.random_start(problem, 0, 2000, "normal", low=-1, high=3)
    assert uniform.min() >= -1
    assert uniform.max() < 3
    # 6,000 draws: the standard error of mean and deviation is below 0.03.
    for draws, deviation in ((uniform, 4 / np.sqrt(12)), (normal, 2)):
        np.testing.assert_allclose([draws.mean(), draws.std()], [1, deviation], atol=0.12)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"seed": -1}, ValueError, "seed must be 0 or above; got -1"),
        ({"seed": 1.5}, TypeError, "seed must be a whole number"),
        ({"seed": 0, "count": 0}, ValueError, "count must be 1 or above"),
        ({"seed": 0, "count": "2"}, TypeError, "count must be a whole number"),
        ({"seed": 0, "distribution": "cauchy"}, ValueError, "uniform, normal; got 'cauchy'"),
        ({"seed": 0, "low": 2, "high": 1}, ValueError, "low must not exceed high"),
        ({"seed": 0, "high": np.inf}, ValueError, "both finite"),
    ],
)
def test_a_random_start_that_cannot_be_drawn_is_refused(options, error, words: str):
    with pytest.raises(error, match=words):
        ef.random_start(PROBLEM, **options)


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"start": [1, 2, 3]}, ValueError, r"shape \[3\] but the structure has 6 parameters"),
        ({"start": np.zeros((2, 5))}, ValueError, r"shape \[2, 5\]"),
        ({"start": np.zeros((1, 2, 6))}, ValueError, r"shape \[1, 2, 6\]"),
        ({"start": np.zeros((0, 6))}, ValueError, r"shape \[0, 6\]"),
        ({"start": 1.0}, ValueError, r"shape \[\]"),
        ({"start": [0, 0, 0, 0, 0, np.nan]}, ValueError, "finite, but holds nan"),
        ({"start": ["a"] * 6}, TypeError, "start must hold real numbers"),
        ({"start": None}, TypeError, "start must hold real numbers"),
        ({"problem": ef.symmetric(3)}, TypeError, "must be an eigfit.Problem; got Pattern"),
        ({"optimiser": "adam"}, TypeError, r"eigfit.optimiser\('adam'\); got str"),
        ({"tolerance": -1e-9}, ValueError, "tolerance must be a finite number, 0 or above"),
        ({"tolerance": np.nan}, ValueError, "tolerance must be a finite number"),
        ({"tolerance": "small"}, TypeError, "tolerance must be a number"),
        ({"max_steps": -1}, ValueError, "max_steps must be 0 or above; got -1"),
        ({"max_steps": 10.0}, TypeError, "max_steps must be a whole number"),
    ],
)
def test_wrong_input_is_refused_at_once(changed, error, words: str):
    with pytest.raises(error, match=words):
        ef.fit(**{"problem": PROBLEM, "optimiser": ADAM, "start": START, **changed})


@pytest.mark.parametrize("entry", [2e154, 1e200, 1e308])
@pytest.mark.parametrize("place", [0, 3])
def test_a_start_too_large_for_its_loss_is_refused(entry: float, place: int):
    start = np.where(np.arange(6) == place, entry, START)
    with pytest.raises(ValueError, match="so large that its loss is not a finite number"):
        next(ef.fit(PROBLEM, ADAM, np.stack([START, start, START])))
