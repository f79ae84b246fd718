"""Fits against plain loops, and how they begin, pause and end."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tensorflow as tf

import eigfit as ef
from eigfit.fitting.loop import Program
from examples.plain_tensorflow import by_hand

PROBLEM = ef.Problem(ef.symmetric(3), [1, 1, 1])
ADAM = ef.optimiser("adam")
FAST = ef.optimiser("adam", learning_rate=0.05)
STARTS = ef.random_start(PROBLEM, seed=0, count=3)
START = STARTS[0]
# Diagonal entries have curvature 2, the others 4: with this rate the first halve, the others grow.
SGD_BETWEEN = ef.optimiser("sgd", learning_rate=0.75)
ARRAYS = ("parameters", "matrix", "eigenvalues", "eigenvectors", "gradient", "loss")


def last(steps) -> ef.Step:
    return list(steps)[-1]


def assert_same(found: ef.Step, expected: ef.Step) -> None:
    assert (found.number, found.status) == (expected.number, expected.status)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))


def assert_consistent(step: ef.Step, share: float) -> None:
    """Everything is finite, and the eigenvalues are the matrix', to a share of its norm."""
    assert all(np.isfinite(getattr(step, name)).all() for name in ARRAYS)
    scale = share * float(np.linalg.norm(step.matrix))
    eigenvalues = np.linalg.eigvalsh(step.matrix)
    np.testing.assert_allclose(step.eigenvalues, eigenvalues, atol=scale, rtol=0)
    np.testing.assert_allclose(step.loss, np.sum((eigenvalues - 1) ** 2), rtol=1e-9, atol=1e-15)


def by_numpy(
    problem: ef.Problem, rule: ef.Optimiser, starts: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Losses [B] and parameters [B, p] of Keras' own steps, with LAPACK's eigenvectors."""
    A, r, keras = problem.structure.filled, tf.Variable(tf.constant(starts)), rule.keras()
    constant = A(np.zeros(problem.structure.parameters))
    units = A(np.eye(problem.structure.parameters)) - constant
    while True:
        values, V = np.linalg.eigh(A(r.numpy()))
        errors = values - problem.target
        yield np.sum(errors**2, axis=-1), r.numpy()
        G = np.einsum("bik,bk,bjk->bij", V, 2 * errors, V)
        keras.apply_gradients([(tf.constant(np.einsum("pij,bij->bp", units, G)), r)])


@pytest.mark.parametrize("name", ef.OPTIMISERS)
def test_a_batch_of_every_rule_takes_the_steps_of_a_plain_loop(name: str):
    rule, parameters = ef.optimiser(name), []
    loop = by_numpy(PROBLEM, rule, STARTS)
    for step in itertools.islice(ef.fit(PROBLEM, rule, STARTS), 21):
        loss, r = next(loop)
        # Roundings of 1e-16, magnified by rules that divide by the gradient's size.
        np.testing.assert_allclose(step.loss, loss, rtol=1e-12)
        np.testing.assert_allclose(step.parameters, r, rtol=0, atol=1e-12)
        parameters.append(step.parameters)
    assert len(parameters) == 21
    assert np.ptp(parameters, axis=0).min() > 1e-6  # so that standing still would not pass


@pytest.mark.parametrize("name", ef.STRUCTURES)
def test_a_batch_of_every_structure_takes_the_steps_of_a_plain_loop(name: str):
    problem = ef.Problem(ef.STRUCTURES[name].build(4), [-1, 0, 1, 3])
    starts = ef.random_start(problem, seed=5, count=2)
    end = last(ef.fit(problem, ADAM, starts, max_steps=40))
    loss, r = next(itertools.islice(by_numpy(problem, ADAM, starts), 40, None))
    np.testing.assert_allclose(end.parameters, r, rtol=0, atol=1e-11)
    np.testing.assert_allclose(end.loss, loss, rtol=1e-11)


def test_a_single_start_takes_the_steps_of_the_plain_example():
    r = tf.Variable(tf.constant(START))
    losses = by_hand(r, ADAM.keras())
    for step in itertools.islice(ef.fit(PROBLEM, ADAM, START), 21):
        np.testing.assert_allclose(step.loss, next(losses), rtol=1e-12)
        np.testing.assert_allclose(step.parameters, r.numpy(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ef.OPTIMISERS)
def test_the_members_of_a_batch_of_every_rule_know_nothing_of_each_other(name: str):
    rule = ef.optimiser(name, learning_rate=0.05)
    batch = list(ef.fit(PROBLEM, rule, STARTS, tolerance=0.5, max_steps=40))
    for member in range(3):
        # Three of a kind are one on its own, in the program that is there.
        thrice = list(ef.fit(PROBLEM, rule, STARTS[[member] * 3], tolerance=0.5, max_steps=40))
        assert len(thrice) <= len(batch)
        for one, many in itertools.zip_longest(thrice, batch, fillvalue=thrice[-1]):
            # A finished member stands still.
            np.testing.assert_allclose(many.parameters[member], one.parameters[0], atol=1e-10)
            assert many.status[member] is one.status[0]


def test_a_single_start_is_a_member_of_a_batch():
    batch = list(ef.fit(PROBLEM, FAST, STARTS, tolerance=0.5, max_steps=40))
    for member in range(3):
        single = list(ef.fit(PROBLEM, FAST, STARTS[member], tolerance=0.5, max_steps=40))
        assert len(single) <= len(batch)
        for one, many in itertools.zip_longest(single, batch, fillvalue=single[-1]):
            np.testing.assert_allclose(many.parameters[member], one.parameters, atol=1e-10)
            np.testing.assert_allclose(many.loss[member], one.loss, atol=1e-10)
            assert many.status[member] is one.status


def test_each_step_is_consistent_in_itself():
    for step in itertools.islice(ef.fit(PROBLEM, ADAM, START), 0, 600, 7):
        assert_consistent(step, 1e-12)  # thousands of roundings
        at = PROBLEM.evaluate(tf.constant(step.parameters))
        # Eigenvectors are right to rounding, also where two eigenvalues come within 1e-3.
        np.testing.assert_allclose(step.gradient, at.gradient, atol=1e-13)


def test_nothing_runs_before_it_is_asked_for_and_chunks_grow(monkeypatch):
    asked = []
    rows = Program.rows

    def counted(*arguments, **options):
        asked.append(options["steps"])
        return rows(*arguments, **options)

    monkeypatch.setattr(Program, "rows", counted)
    steps = ef.fit(PROBLEM, ADAM, START, tolerance=0)
    assert asked == []
    next(steps)
    assert asked == [1]
    next(steps)
    assert asked == [1, 4]
    list(itertools.islice(steps, 1500))
    assert asked == [1, 4, 16, 64, 256, 512, 512, 512]


def test_a_finished_member_keeps_its_values_while_the_others_go_on():
    diagonal, full = np.array([3.0, 0, 2, 0, 0, 0]), np.array([3.0, 0, 2, 1, -1, 1]) / 2
    steps = list(ef.fit(PROBLEM, SGD_BETWEEN, [diagonal, full], max_steps=20_000))
    end = steps[-1]
    assert list(end.status) == [ef.Status.converged, ef.Status.diverged]
    done = next(i for i, step in enumerate(steps) if step.status[0].final)
    assert done < len(steps) // 2
    for step in steps[done:]:
        for name in ARRAYS:
            np.testing.assert_array_equal(getattr(step, name)[0], getattr(steps[done], name)[0])
    # At 1e153 the eigenvalues are measured 3e-11 off, more than rounding.
    assert_consistent(end.member(1), 1e-10)


def test_a_structure_of_the_same_size_brings_its_own_numbers():
    rule = ef.optimiser("adam", learning_rate=0.01)
    for constant in (0.5, 2.0):
        structure = ef.pattern([[0, -1], [-1, 1]], [[0, constant], [constant, 0]])
        end = last(ef.fit(ef.Problem(structure, [-4, 4]), rule, [1, 2], max_steps=50))
        assert end.matrix[0, 1] == constant


def test_two_fits_in_two_threads_run_as_alone():
    problems = [ef.Problem(ef.symmetric(3), target) for target in ([1, 1, 1], [-2, 0, 5])]

    def end(problem: ef.Problem) -> ef.Step:
        return last(ef.fit(problem, ADAM, START, max_steps=3000))

    alone = [end(problem) for problem in problems]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(end, problems * 3))
    for found, expected in zip(together, alone * 3, strict=True):
        assert_same(found, expected)


def test_two_fits_taken_in_turns_run_as_alone():
    fits = [ef.fit(PROBLEM, ADAM, start, max_steps=50) for start in (START, START + 1)]
    in_turns = list(zip(*fits, strict=True))[-1]
    for found, start in zip(in_turns, (START, START + 1), strict=True):
        assert_same(found, last(ef.fit(PROBLEM, ADAM, start, max_steps=50)))


def test_a_closed_fit_yields_nothing_more_and_hinders_no_other():
    steps = ef.fit(PROBLEM, ADAM, START, max_steps=50)
    expected = last(ef.fit(PROBLEM, ADAM, START, max_steps=50))
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert list(steps) == []
    assert_same(last(ef.fit(PROBLEM, ADAM, START, max_steps=50)), expected)
