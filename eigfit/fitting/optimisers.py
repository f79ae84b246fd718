"""Optimisers: Keras' elementwise rules by name, with their settings and what these may be.

A new rule is one row of `OPTIMISERS`, and one in `eigfit.experiment.versions`, of what its settings
are where a link leaves them out. Nothing here needs TensorFlow until a rule is built.
"""

from __future__ import annotations

import difflib
import numbers
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from eigfit import tensorflow_lazily as tf


class Requirement(NamedTuple):
    """What is required of a setting: the words that say so, and the test of it."""

    words: str
    holds: Callable[[Any], bool]


POSITIVE = Requirement("a finite number above 0", lambda x: 0 < x < float("inf"))
FRACTION = Requirement("a number from 0 to below 1", lambda x: 0 <= x < 1)
NOT_NEGATIVE = Requirement("a finite number, 0 or above", lambda x: 0 <= x < float("inf"))
NOT_POSITIVE = Requirement("a finite number, 0 or below", lambda x: float("-inf") < x <= 0)
SWITCH = Requirement("True or False", lambda x: isinstance(x, bool))


class Setting(NamedTuple):
    """One setting of a rule under its Keras name, with Keras' default."""

    name: str
    default: float | bool
    requirement: Requirement


class OptimiserRow(NamedTuple):
    """A row of the registry: the Keras class of the rule, its settings, what it is."""

    keras_class: str
    settings: tuple[Setting, ...]
    title: str

    def differing(self, settings: Mapping[str, float | bool]) -> tuple[tuple[str, Any], ...]:
        """Those of the settings, by name, that differ from the defaults, in the row's order."""
        return tuple(
            (name, settings[name])
            for name, default, _ in self.settings
            if name in settings and settings[name] != default
        )


# Keras remembers a momentum only where it is not 0; which one does not matter to what it remembers.
MOVING: Final = 0.5


@dataclass(frozen=True)
class Optimiser:
    """A rule and its settings, made by `optimiser`; immutable and comparable.

    Attributes:
        name: the rule's name in `OPTIMISERS`.
        settings: every setting of the rule as (name, value), in the registry's order.
    """

    name: str
    settings: tuple[tuple[str, float | bool], ...]

    @property
    def learning_rate(self) -> float:
        """The learning rate."""
        return dict(self.settings)["learning_rate"]

    @property
    def numbers(self) -> tuple[float, ...]:
        """The settings that are numbers, in order: data of a compiled fit."""
        return tuple(value for _, value in self.settings if not isinstance(value, bool))

    @property
    def kind(self) -> Optimiser:
        """What of it is compiled in: the rule, its switches, and whether it has momentum at all."""
        plain = {setting.name: setting.default for setting in OPTIMISERS[self.name].settings}
        for name, value in self.settings:
            if isinstance(value, bool):
                plain[name] = value
            elif name == "momentum":
                plain[name] = MOVING if value else 0.0
        return optimiser(self.name, **plain)

    def keras(self) -> Any:
        """A new Keras optimiser of this rule with these settings."""
        rule = getattr(tf.keras.optimizers, OPTIMISERS[self.name].keras_class)
        # Keras would number it, and the number would be part of every program with it.
        return rule(**dict(self.settings), name=self.name)


def optimiser(name: str = "adam", **settings: float | bool) -> Optimiser:
    """The optimiser of that name; settings left out have Keras' defaults.

    Raises:
        TypeError: a setting is not a number, or not True or False where it is a switch.
        ValueError: the name or a setting is unknown, or a value outside of what it may be.
    """
    if not isinstance(name, str) or name not in OPTIMISERS:
        raise ValueError(f"there is no optimiser {name!r}; {_near(name, OPTIMISERS)}")
    row = OPTIMISERS[name]
    known = [setting.name for setting in row.settings]
    for given in settings:
        if given not in known:
            raise ValueError(f"{name} has no setting {given!r}; {_near(given, known)}")
    return Optimiser(
        name,
        tuple(
            (setting.name, _checked(name, setting, settings.get(setting.name, setting.default)))
            for setting in row.settings
        ),
    )


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(name).lower(), list(known), n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"choose one of {', '.join(known)}"


def _checked(rule: str, setting: Setting, value: Any) -> float | bool:
    wanted = bool if setting.requirement is SWITCH else numbers.Real
    if not isinstance(value, wanted) or (wanted is not bool and isinstance(value, bool)):
        raise TypeError(
            f"{setting.name} of {rule} must be {setting.requirement.words}; got {value!r}"
        )
    if not setting.requirement.holds(value):
        raise ValueError(
            f"{setting.name} of {rule} must be {setting.requirement.words}; got {value!r}"
        )
    return bool(value) if wanted is bool else float(value)


LEARNING_RATE = Setting("learning_rate", 1e-3, POSITIVE)
BETA_1 = Setting("beta_1", 0.9, FRACTION)
BETA_2 = Setting("beta_2", 0.999, FRACTION)
EPSILON = Setting("epsilon", 1e-7, POSITIVE)
MOMENTUM = Setting("momentum", 0.0, FRACTION)
ACCUMULATOR = Setting("initial_accumulator_value", 0.1, NOT_NEGATIVE)
MOMENTS = (LEARNING_RATE, BETA_1, BETA_2, EPSILON)

OPTIMISERS: dict[str, OptimiserRow] = {
    "adam": OptimiserRow("Adam", (*MOMENTS, Setting("amsgrad", False, SWITCH)), "Adam"),
    "sgd": OptimiserRow(
        "SGD",
        (LEARNING_RATE._replace(default=0.01), MOMENTUM, Setting("nesterov", False, SWITCH)),
        "Gradient descent",
    ),
    "rmsprop": OptimiserRow(
        "RMSprop",
        (
            LEARNING_RATE,
            Setting("rho", 0.9, FRACTION),
            MOMENTUM,
            EPSILON,
            Setting("centered", False, SWITCH),
        ),
        "RMSprop",
    ),
    "nadam": OptimiserRow("Nadam", MOMENTS, "Nadam"),
    "adagrad": OptimiserRow("Adagrad", (LEARNING_RATE, ACCUMULATOR, EPSILON), "Adagrad"),
    "adamax": OptimiserRow("Adamax", MOMENTS, "Adamax"),
    "lion": OptimiserRow("Lion", (LEARNING_RATE, BETA_1, BETA_2._replace(default=0.99)), "Lion"),
    "adamw": OptimiserRow(
        "AdamW",
        (
            LEARNING_RATE,
            Setting("weight_decay", 0.004, NOT_NEGATIVE),
            BETA_1,
            BETA_2,
            EPSILON,
            Setting("amsgrad", False, SWITCH),
        ),
        "AdamW",
    ),
    "ftrl": OptimiserRow(
        "Ftrl",
        (
            LEARNING_RATE,
            Setting("learning_rate_power", -0.5, NOT_POSITIVE),
            ACCUMULATOR,
            Setting("l1_regularization_strength", 0.0, NOT_NEGATIVE),
            Setting("l2_regularization_strength", 0.0, NOT_NEGATIVE),
            Setting("l2_shrinkage_regularization_strength", 0.0, NOT_NEGATIVE),
            Setting("beta", 0.0, NOT_NEGATIVE),
        ),
        "Follow the regularised leader",
    ),
    "adadelta": OptimiserRow(
        "Adadelta", (LEARNING_RATE, Setting("rho", 0.95, FRACTION), EPSILON), "Adadelta"
    ),
}
