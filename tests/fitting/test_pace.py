"""How many steps a compiled call takes, which changes nothing but when they come."""

import itertools
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import eigfit as ef
from eigfit.experiment.setup import Setup
from eigfit.fitting import pace as module
from eigfit.fitting.pace import FIRST_WORK, MOST_FIRST, Pace, TimeIsOver
from eigfit.results.status import Status
from eigfit.study.comparison import comparison

N3 = 27  # the work of a step at n = 3


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the pace takes for the time."""
    clock = SimpleNamespace(now=0.0)
    clock.monotonic = lambda: clock.now
    monkeypatch.setattr(module, "time", clock)
    return clock


def test_without_a_time_the_calls_grow():
    pace, number, sizes = Pace(), 0, []
    for _ in range(7):
        sizes.append(pace.steps(number, N3))
        number += sizes[-1]
    assert sizes == [1, 4, 16, 64, 256, 512, 512]


def test_no_more_is_taken_than_is_wanted(clock: SimpleNamespace):
    assert Pace(320, 1.0).steps(300, N3) == 21
    pace = Pace(1000, 1.0)
    assert pace.steps(300, N3) == MOST_FIRST
    clock.now = 1e-6
    assert pace.steps(900, N3) == 101
    assert Pace(0, 1.0).steps(5, N3) == 1


def test_a_call_is_as_long_as_there_is_time_for(clock: SimpleNamespace):
    pace = Pace(seconds=1.0)
    size = pace.steps(0, N3)
    clock.now = 0.01 * size
    assert pace.steps(size, N3) == pytest.approx(100, abs=1)
    clock.now += 0.5
    assert pace.steps(size + 100, N3) == pytest.approx(100, abs=1)
    clock.now += 0.6
    with pytest.raises(TimeIsOver):
        pace.steps(size + 200, N3)


def test_compiling_is_not_counted_and_says_nothing_about_the_speed(clock: SimpleNamespace):
    pace = Pace(seconds=1.0)
    size = pace.steps(0, N3)
    clock.now = 20.0
    assert pace.steps(size, N3) == size
    clock.now += 0.1
    assert pace.steps(2 * size, N3) == 512


def test_large_work_opens_with_few_steps():
    assert Pace(seconds=1.0).steps(0, 64 * 12**3) < 4


def test_fits_side_by_side_take_calls_of_one_size_and_do_not_compile_two_in_one_slice(
    clock: SimpleNamespace,
):
    pace = Pace(seconds=0.1)
    size = pace.steps(0, N3)
    assert pace.steps(0, N3) == size
    clock.now = 1.0
    with pytest.raises(TimeIsOver):
        pace.steps(0, N3)


@pytest.mark.parametrize("vary", ["starts", "optimisers"])
def test_a_paced_fit_is_the_fit_to_the_last_bit(vary: str):
    compared = comparison(replace(Setup(max_steps=150), vary=vary))
    for one, other in zip(compared.steps(), compared.steps(None, Pace(150, 1e9)), strict=True):
        np.testing.assert_array_equal(one.parameters, other.parameters)
        np.testing.assert_array_equal(one.loss, other.loss)


def test_a_fit_that_diverges_in_its_first_call_has_not_begun_too_large():
    problem = ef.Problem(ef.symmetric(2), [1.0, 1.0])
    rule = ef.optimiser("sgd", learning_rate=1e150)
    steps = ef.fit(problem, rule, ef.random_start(problem, 0), pace=Pace(300, 1e9))
    assert list(itertools.islice(steps, 300))[-1].status is Status.diverged


def test_many_fits_side_by_side_open_with_as_much_work_together_as_one():
    alone, shared = Pace(1000, 1.0), Pace(1000, 1.0)
    shared.share(16)
    work = FIRST_WORK // 32
    assert alone.steps(0, work) == 16 * shared.steps(0, work) == 32
