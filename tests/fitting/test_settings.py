"""Settings, targets and learning rates are data: nothing is compiled for another number."""

import os
import pathlib

import numpy as np
import pytest
import tensorflow as tf

import eigfit as ef
from eigfit.fitting.loop import _program, program_for
from eigfit.fitting.rule import rule_of

PROBLEM = ef.Problem(ef.symmetric(2), [1.0, 2.0])
START = ef.random_start(PROBLEM, seed=0)
OTHERS = {"beta_1": 0.7, "beta_2": 0.9, "epsilon": 1e-3, "momentum": 0.3, "rho": 0.5}


def another(name: str, value: float) -> float:
    """A value in the setting's domain that is not the present one."""
    if name == "learning_rate_power":
        return -0.7
    return OTHERS.get(name, value + 0.25)


def last(rule: ef.Optimiser | list[ef.Optimiser], start, steps: int = 4) -> ef.Step:
    return list(ef.fit(PROBLEM, rule, start, tolerance=0, max_steps=steps))[-1]


@pytest.mark.parametrize("name", ef.OPTIMISERS)
def test_no_setting_but_a_switch_is_compiled_in(name: str):
    rule = ef.optimiser(name)
    if "momentum" in dict(rule.settings):
        rule = ef.optimiser(name, momentum=0.9)
    program = program_for(PROBLEM, rule, 1)
    last(rule, START)
    compiled = program._compiled
    for setting, value in rule.settings:
        if isinstance(value, bool):
            continue
        changed = ef.optimiser(name, **{**dict(rule.settings), setting: another(setting, value)})
        assert program_for(PROBLEM, changed, 1) is program
        r = tf.Variable(tf.constant(START))
        keras = changed.keras()
        for _ in range(4):
            gradient = PROBLEM.evaluate(tf.convert_to_tensor(r)).gradient
            keras.apply_gradients([(gradient, r)])
        np.testing.assert_allclose(last(changed, START).parameters, r.numpy(), rtol=0, atol=1e-12)
    assert program._compiled is compiled


def test_thirty_values_of_each_setting_cost_no_memory():
    def resident() -> int:
        statm = pathlib.Path("/proc/self/statm")
        if not statm.exists():
            pytest.skip("resident memory is read from /proc, which this system does not have")
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    last(ef.optimiser("adam"), START)
    before, programs = resident(), _program.cache_info().currsize
    for name in ("learning_rate", "beta_1", "beta_2", "epsilon"):
        for value in np.linspace(0.1, 0.9, 30):
            last(ef.optimiser("adam", **{name: float(value)}), START)
    assert _program.cache_info().currsize == programs
    assert resident() - before < 10 * 2**20


@pytest.mark.parametrize("name", ef.OPTIMISERS)
def test_a_memory_begins_as_keras_begins_it(name: str):
    rule = ef.optimiser(name)
    if "initial_accumulator_value" in dict(rule.settings):
        rule = ef.optimiser(name, initial_accumulator_value=0.7)
    keras, variable = rule.keras(), tf.Variable(tf.zeros([2, 3], tf.float64))
    keras.build([variable])
    ours = rule_of(rule, 2, 3, "float64")
    parts = np.split(ours.init([rule, rule]), np.cumsum(ours.slots.widths)[:-1], axis=-1)
    found = dict(zip(ours.slots.names, parts, strict=True))
    slots = {slot.path.split("/")[-1]: slot.numpy() for slot in keras.variables if slot.ndim}
    assert len(slots) == len(set(found) - {"iterations", "u_product"})
    for slot, values in slots.items():
        name = next(name for name in found if slot.endswith(f"_{name}"))
        np.testing.assert_allclose(found[name], values, rtol=1e-7)


def test_each_start_of_a_batch_has_its_own_settings_and_target():
    rules = [
        ef.optimiser("nadam", learning_rate=rate, beta_1=b) for rate, b in ((0.1, 0.9), (1, 0.5))
    ]
    targets = [[1.0, 2.0], [-3.0, 5.0]]
    starts = ef.random_start(PROBLEM, 0, 2)
    batch = list(ef.fit(ef.Problem(PROBLEM.structure, targets), rules, starts, max_steps=40))
    for i in range(2):
        alone = list(
            ef.fit(ef.Problem(PROBLEM.structure, targets[i]), rules[i], starts[i], max_steps=40)
        )
        np.testing.assert_allclose(batch[-1].parameters[i], alone[-1].parameters, atol=1e-12)
        np.testing.assert_allclose(batch[-1].loss[i], alone[-1].loss, rtol=1e-9)


@pytest.mark.parametrize(
    ("rules", "error", "words"),
    [
        ([ef.optimiser("adam")], ValueError, "there are 1 optimisers for 2 starts"),
        ([ef.optimiser("adam"), ef.optimiser("sgd")], ValueError, "must be one rule"),
        ([ef.optimiser("adam"), "adam"], TypeError, "must come from eigfit.optimiser"),
        (
            [ef.optimiser("sgd"), ef.optimiser("sgd", momentum=0.9)],
            ValueError,
            "with the same switches",
        ),
    ],
)
def test_optimisers_that_make_no_batch_are_refused(rules, error, words: str):
    with pytest.raises(error, match=words):
        ef.fit(PROBLEM, rules, ef.random_start(PROBLEM, 0, 2))


@pytest.mark.parametrize("name", ["adam", "nadam", "rmsprop"])
def test_a_fit_that_explodes_leaves_the_next_one_alone(name: str):
    rule = ef.optimiser(name)
    before = last(rule, START)
    last(ef.optimiser(name, learning_rate=1e308), START)
    np.testing.assert_array_equal(last(rule, START).parameters, before.parameters)
