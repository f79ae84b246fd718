"""The registry of rules against Keras itself, and what it refuses."""

import inspect

import numpy as np
import pytest
import tensorflow as tf

import eigfit as ef


@pytest.fixture(params=ef.OPTIMISERS)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


def test_settings_and_defaults_are_those_of_the_keras_class(name: str):
    signatures = {
        row.keras_class: inspect.signature(getattr(tf.keras.optimizers, row.keras_class)).parameters
        for row in ef.OPTIMISERS.values()
    }
    own = {
        parameter.name: parameter.default
        for parameter in signatures[ef.OPTIMISERS[name].keras_class].values()
        if isinstance(parameter.default, (int, float))
        # What all rules have alike is housekeeping: averaging, clipping, accumulation.
        and any(
            parameter.name not in others or others[parameter.name].default != parameter.default
            for others in signatures.values()
        )
    }
    assert {setting.name: setting.default for setting in ef.OPTIMISERS[name].settings} == own


def test_every_default_is_what_is_required(name: str):
    for setting in ef.OPTIMISERS[name].settings:
        assert setting.requirement.holds(setting.default)


def test_settings_reach_the_keras_optimiser(name: str):
    chosen = ef.optimiser(name, learning_rate=0.25)
    config = chosen.keras().get_config()
    for setting, value in chosen.settings:
        np.testing.assert_allclose(config[setting], value, rtol=1e-7)  # float32 in Keras


def test_a_rule_is_named_as_keras_names_it_in_lower_case(name: str):
    assert name == ef.OPTIMISERS[name].keras_class.lower()
    assert ef.OPTIMISERS[name].title


def test_equal_settings_make_equal_optimisers(name: str):
    chosen = ef.optimiser(name, learning_rate=0.5)
    assert chosen.learning_rate == 0.5
    assert chosen == ef.optimiser(name, learning_rate=0.5) != ef.optimiser(name)
    assert hash(chosen) == hash(ef.optimiser(name, learning_rate=0.5))


def test_adam_is_the_optimiser_unless_named_otherwise():
    assert ef.optimiser() == ef.optimiser("adam")


@pytest.mark.parametrize(
    ("wrong", "near"), [("adm", "adam"), ("SGD", "sgd"), ("rms_prop", "rmsprop"), ("zzz", "adam")]
)
def test_an_unknown_rule_is_refused_with_near_names(wrong: str, near: str):
    with pytest.raises(ValueError, match=f"no optimiser '{wrong}'; .*{near}"):
        ef.optimiser(wrong)


@pytest.mark.parametrize(
    ("wrong", "near"), [("learnin_rate", "learning_rate"), ("beta1", "beta_1"), ("qqq", "epsilon")]
)
def test_an_unknown_setting_is_refused_with_near_names(wrong: str, near: str):
    with pytest.raises(ValueError, match=f"adam has no setting '{wrong}'; .*{near}"):
        ef.optimiser("adam", **{wrong: 0.1})


@pytest.mark.parametrize("rate", [0, -1e-3, float("nan"), float("inf")])
def test_a_learning_rate_that_is_not_above_zero_is_refused(name: str, rate: float):
    with pytest.raises(ValueError, match=f"learning_rate of {name} must be a finite number above"):
        ef.optimiser(name, learning_rate=rate)


@pytest.mark.parametrize(
    ("rule", "setting", "value", "error"),
    [
        ("adam", "beta_1", 1.0, ValueError),
        ("adam", "beta_2", -0.1, ValueError),
        ("adam", "epsilon", 0, ValueError),
        ("adam", "amsgrad", 1, TypeError),
        ("adam", "learning_rate", "fast", TypeError),
        ("adam", "learning_rate", True, TypeError),
        ("sgd", "momentum", None, TypeError),
        ("adamw", "weight_decay", -1, ValueError),
        ("ftrl", "learning_rate_power", 0.5, ValueError),
    ],
)
def test_a_value_that_is_not_what_is_required_is_refused(rule: str, setting: str, value, error):
    with pytest.raises(error, match=f"{setting} of {rule} must be .*; got {value!r}"):
        ef.optimiser(rule, **{setting: value})


def test_minimize_takes_one_step_and_returns_the_loss_before_it():
    x = tf.Variable(tf.constant([3.0, -1.0]))
    value = ef.minimize(lambda: tf.reduce_sum(x**2), [x], ef.optimiser("sgd").keras())
    assert float(value) == 10.0
    np.testing.assert_allclose(x, [3 - 0.01 * 6, -1 + 0.01 * 2], rtol=1e-6)  # x − 0.01 · 2x


def test_minimize_refuses_a_computed_loss():
    x = tf.Variable(tf.constant(3.0))
    with pytest.raises(TypeError, match=r"function without arguments.*got EagerTensor"):
        ef.minimize(x**2, [x], ef.optimiser("sgd").keras())  # type: ignore[arg-type]


def test_minimize_refuses_a_loss_of_other_variables():
    x = tf.Variable(tf.constant(3.0))
    with pytest.raises(ValueError, match="depends on none of the variables"):
        ef.minimize(lambda: tf.constant(1.0), [x], ef.optimiser("sgd").keras())
