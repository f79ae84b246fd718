"""A fit cut anywhere goes on as if it had never been, and begins anew what a change ends."""

import numpy as np
import pytest

import eigfit as ef
from eigfit.results.step import Memory
from tests import first_steps
from tests.new_process import in_a_new_process

PROBLEM = ef.Problem(ef.symmetric(3), [1, 1, 1])
LARGE = ef.Problem(ef.tridiagonal(12), np.arange(12))
ADAM = ef.optimiser("adam")
TOO_FAST = ef.optimiser("lion", learning_rate=1.0)  # never settles, and so stalls
START = ef.random_start(PROBLEM, seed=0)


def last(*arguments, **options) -> ef.Step:
    return list(ef.fit(*arguments, **options))[-1]


def memory_of(step: ef.Step) -> Memory:
    assert isinstance(step.memory, Memory)
    return step.memory


def slots_of(step: ef.Step) -> dict[str, np.ndarray]:
    """What the rule of a single start remembers, by name."""
    memory = memory_of(step)
    parts = np.split(memory.values, np.cumsum(memory.slots.widths)[:-1])
    return dict(zip(memory.slots.names, parts, strict=True))


def assert_same(found: ef.Step, expected: ef.Step) -> None:
    """Equal to the last bit, memory and all."""
    assert found.number == expected.number
    assert np.array_equal(found.status, expected.status)
    for name in ("parameters", "eigenvalues", "loss", "gradient", "matrix", "eigenvectors"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    for one, other in zip(memory_of(found)[1:], memory_of(expected)[1:], strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("problem", "rule", "starts"),
    [
        (PROBLEM, ADAM, None),
        (PROBLEM, ADAM, 3),
        (PROBLEM, TOO_FAST, None),
        (LARGE, ADAM, None),
        (LARGE, ADAM, 3),
    ],
    ids=["single", "batch", "stalling", "above XLA's sizes", "a batch of these"],
)
def test_a_fit_cut_anywhere_and_resumed_is_the_same_to_the_last_bit(problem, rule, starts):
    start = ef.random_start(problem, 0, starts)
    whole = list(ef.fit(problem, rule, start, tolerance=0, max_steps=1200))
    for cut in (0, 1, 37, len(whole) // 2, len(whole) - 1):
        resumed = list(ef.fit(problem, rule, whole[cut], tolerance=0, max_steps=1200))
        assert len(resumed) == len(whole) - cut
        for ahead in {*range(min(60, len(resumed))), len(resumed) - 1}:
            assert_same(resumed[ahead], whole[cut + ahead])


def test_stalling_is_counted_through_a_cut():
    whole = list(ef.fit(PROBLEM, TOO_FAST, START, tolerance=0))
    assert whole[-1].status is ef.Status.stalled
    resumed = list(ef.fit(PROBLEM, TOO_FAST, whole[-300], tolerance=0))
    assert len(resumed) == 300
    assert_same(resumed[-1], whole[-1])


def test_another_process_goes_on_from_a_step():
    whole = list(ef.fit(PROBLEM, ADAM, START, max_steps=300))
    assert_same(in_a_new_process(first_steps.end, PROBLEM, ADAM, whole[120], 300), whole[-1])


def test_other_settings_count_stalling_anew():
    stalled = last(PROBLEM, TOO_FAST, START, tolerance=0)
    slower = ef.optimiser("lion", learning_rate=0.5)
    resumed = list(ef.fit(PROBLEM, slower, stalled, tolerance=0))
    assert resumed[0].status is ef.Status.running
    assert len(resumed) > 1000


def test_another_target_is_evaluated_anew():
    step = last(PROBLEM, ADAM, START, max_steps=50)
    elsewhere = ef.Problem(PROBLEM.structure, [0, 1, 5])
    first = next(ef.fit(elsewhere, ADAM, step))
    np.testing.assert_array_equal(first.parameters, step.parameters)
    expected = elsewhere.evaluate(step.parameters)
    np.testing.assert_allclose(first.loss, expected.loss, rtol=1e-13)
    np.testing.assert_allclose(first.gradient, expected.gradient, atol=1e-13)


def test_a_target_as_far_away_on_the_other_side_is_another_one():
    nothing = np.zeros(6)
    steps = [next(ef.fit(ef.Problem(PROBLEM.structure, t), ADAM, nothing)) for t in ([1] * 3,)]
    opposite = ef.Problem(PROBLEM.structure, [-1, -1, -1])
    first = next(ef.fit(opposite, ADAM, steps[0]))
    assert first.loss == steps[0].loss
    np.testing.assert_array_equal(first.gradient, -steps[0].gradient)


def test_other_constants_of_the_structure_are_evaluated_anew():
    structures = [ef.pattern([[0, -1], [-1, 1]], [[0, c], [c, 0]]) for c in (0.5, 2.0)]
    problems = [ef.Problem(structure, [-4, 4]) for structure in structures]
    step = last(problems[0], ADAM, [1, 2], max_steps=20)
    first = next(ef.fit(problems[1], ADAM, step))
    assert first.matrix[0, 1] == 2.0
    np.testing.assert_allclose(first.eigenvalues, np.linalg.eigvalsh(first.matrix), atol=1e-14)


def test_going_on_with_another_rule_starts_its_memory_afresh():
    step = last(PROBLEM, ADAM, START, max_steps=10)
    sgd = ef.optimiser("sgd")
    resumed = list(ef.fit(PROBLEM, sgd, step, max_steps=15))
    afresh = list(ef.fit(PROBLEM, sgd, step.parameters, max_steps=5))
    assert [step.number for step in resumed] == list(range(10, 16))
    np.testing.assert_allclose(resumed[-1].parameters, afresh[-1].parameters, rtol=0, atol=1e-13)


def test_a_switch_keeps_the_slots_that_both_rules_have():
    step = last(PROBLEM, ADAM, START, max_steps=10)
    first = next(ef.fit(PROBLEM, ef.optimiser("adam", amsgrad=True), step))
    was, found = slots_of(step), slots_of(first)
    for name, values in was.items():
        np.testing.assert_array_equal(found[name], values)
    assert set(found) - set(was) == {"velocity_hat"}


def test_a_member_that_has_diverged_stays_where_it_stood():
    rules = [ef.optimiser("sgd", learning_rate=rate) for rate in (1e300, 0.01)]
    starts = ef.random_start(PROBLEM, 0, 2)
    whole = list(ef.fit(PROBLEM, rules, starts, max_steps=60))
    assert whole[20].status[0] is ef.Status.diverged
    for found, expected in zip(
        ef.fit(PROBLEM, rules, whole[20], max_steps=60), whole[20:], strict=True
    ):
        assert_same(found, expected)


def test_a_fit_that_has_diverged_gives_its_last_step_again():
    rule = ef.optimiser("sgd", learning_rate=3)
    end = last(PROBLEM, rule, START)
    assert end.status is ef.Status.diverged
    (again,) = ef.fit(PROBLEM, rule, end)
    assert_same(again, end)
    assert last(PROBLEM, ef.optimiser("sgd", learning_rate=0.1), end).status is not end.status


def test_a_higher_step_limit_lets_an_ended_fit_go_on():
    end = last(PROBLEM, ADAM, START, max_steps=10)
    whole = list(ef.fit(PROBLEM, ADAM, START, max_steps=30))
    resumed = list(ef.fit(PROBLEM, ADAM, end, max_steps=30))
    assert_same(resumed[-1], whole[-1])
    assert [step.number for step in resumed] == list(range(10, 31))
