"""Keras' optimisers as rules: functions of gradient and memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.fitting.optimisers import Optimiser
from eigfit.results.step import Slots

# Settings that say with which number a slot begins.
FIRST_VALUE_OF: Final = {"accumulator": "initial_accumulator_value"}


class KerasRule:
    """A Keras optimiser as a `Rule`.

    Keras keeps an optimiser's state in variables. Here they are scratch space: the incoming state
    is assigned, a step is taken, and the values are handed back. Settings are columns [B, 1] in
    the place of Keras' numbers, so that each start has its own and none is compiled in.
    """

    def __init__(self, optimiser: Optimiser, starts: int, p: int, dtype: str) -> None:
        self._dtype = tf.as_dtype(dtype)
        self._settings = [one for one in optimiser.kind.settings if type(one[1]) is float]
        self._variable = tf.Variable(tf.zeros([starts, p], self._dtype), name="r")
        self._rule = optimiser.kind.keras()
        self._rule.build([self._variable])
        of_parameters = [slot for slot in self._rule.variables if len(slot.shape)]
        names = [slot.path.split("/")[-1].removeprefix("r_0_") for slot in of_parameters]
        # Counts of steps, which Keras shares, are each start's own here.
        self._rule._iterations = tf.keras.Variable(np.zeros([starts, 1]), dtype=dtype)
        slots = {"iterations": self._rule._iterations}
        # Nadam keeps one more, outside its list: keras-team/keras, optimizers/nadam.py.
        if "_u_product" in vars(self._rule):
            self._rule._u_product = tf.keras.Variable(np.ones([starts, 1]), dtype=dtype)
            slots["u_product"] = self._rule._u_product
        slots |= dict(zip(names, of_parameters, strict=True))
        self._slots = {name: slot.value for name, slot in slots.items()}
        widths = tuple(int(slot.shape[-1]) for slot in self._slots.values())
        self.slots = Slots(optimiser.name, tuple(self._slots), widths)

    def init(self, optimisers: Sequence[Optimiser]) -> np.ndarray:
        """The memory before the first step, shape [B, q], with each start's settings."""
        shapes = {name: slot.shape for name, slot in self._slots.items()}
        fresh = {name: np.zeros(shape) for name, shape in shapes.items()}
        if "u_product" in fresh:
            fresh["u_product"] += 1
        for name, setting in FIRST_VALUE_OF.items():
            if name in fresh:
                values = [dict(optimiser.settings)[setting] for optimiser in optimisers]
                fresh[name] += np.array(values, np.float32)[:, None]  # as Keras fills it
        return np.concatenate(list(fresh.values()), axis=-1)

    def update(self, r: Any, gradient: Any, memory: Any, settings: Any) -> tuple[Any, Any]:
        """Parameters [B, p] and memory [B, q] one step on, for settings of `settings_of`."""
        self._variable.assign(r)
        parts = tf.split(memory, self.slots.widths, axis=-1)
        for slot, values in zip(self._slots.values(), parts, strict=True):
            slot.assign(values)
        exact, single = tf.split(settings, 2, axis=-1)
        every = zip(self._settings, _columns(exact), _columns(single), strict=True)
        for (name, plain), *columns in every:
            place = "_learning_rate" if name == "learning_rate" else name
            vars(self._rule)[place] = _Number(plain, *columns)
        self._rule.apply([gradient], [self._variable])
        values = [tf.convert_to_tensor(slot) for slot in self._slots.values()]
        return tf.convert_to_tensor(self._variable), tf.concat(values, axis=-1)


class _Number(float):
    """A tensor that Keras takes for the Python number it was made with.

    Keras compares its settings with 0, and computes with them in float64 where TensorFlow does not
    take them for float32 first, as it does with any Python number that comes without a dtype.
    """

    def __new__(cls, plain: float, exact: Any, single: Any) -> _Number:
        return float.__new__(cls, plain)

    def __init__(self, plain: float, exact: Any, single: Any) -> None:
        self.exact, self.single = exact, single

    @property
    def dtype(self) -> str:
        """The precision it takes part in, as Keras names it."""
        return self.exact.dtype.name

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        return self.single if dtype is None else self.exact


def _as_tensor(operator: str) -> Any:
    def apply(self: _Number, *other: Any) -> Any:
        return getattr(self.exact, operator)(*other)

    return apply


for _operator in ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "neg", "pow"):
    setattr(_Number, f"__{_operator}__", _as_tensor(f"__{_operator}__"))


def _columns(settings: Any) -> list[Any]:
    return tf.split(settings, settings.shape[-1], axis=-1)
