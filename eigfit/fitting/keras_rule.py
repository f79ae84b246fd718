"""Keras' optimisers as rules: functions of gradient and memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from eigfit import tensorflow_lazily as tf
from eigfit.fitting.optimisers import Optimiser
from eigfit.results.step import Slots

# Settings that say with which number a slot begins.
FIRST_BY_SETTING: Final = {"accumulator": "initial_accumulator_value"}
# What Keras keeps once for all parameters, and with which number it begins.
SHARED: Final = {"iterations": 0, "u_product": 1}


class KerasRule:
    """A Keras optimiser as a `Rule`.

    Keras keeps an optimiser's state in variables. Once it is built, cells that hold tensors take
    their places: the incoming state is put into them, a step is taken, and what they hold then is
    handed back, so that nothing is left behind. Settings are columns [B, 1] in the place of Keras'
    numbers, so that each start has its own and none is compiled in.
    """

    def __init__(self, optimiser: Optimiser, starts: int, p: int, dtype: str) -> None:
        self._dtype = tf.as_dtype(dtype)
        self._settings = [one for one in optimiser.kind.settings if type(one[1]) is float]
        variable = tf.Variable(tf.zeros([starts, p], self._dtype), name="r")
        self._rule = rule = optimiser.kind.keras()
        rule.build([variable])
        self._parameters = _Cell(variable._unique_id)
        # Counts of steps, which Keras shares, are each start's own here; Nadam keeps one more,
        # outside its list: keras-team/keras, optimizers/nadam.py.
        shared = [name for name in SHARED if f"_{name}" in vars(rule)]
        self._cells = {name: _Cell() for name in shared}
        vars(rule).update((f"_{name}", cell) for name, cell in self._cells.items())
        for slot in rule.variables:
            for place, held in vars(rule).items():
                if isinstance(held, list) and len(held) == 1 and held[0] is slot:
                    name = slot.path.split("/")[-1].removeprefix("r_0_")
                    self._cells[name] = _Cell()
                    vars(rule)[place] = [self._cells[name]]
        widths = tuple(1 if name in shared else p for name in self._cells)
        self.slots = Slots(optimiser.name, tuple(self._cells), widths)
        self._starts = starts

    def init(self, optimisers: Sequence[Optimiser]) -> np.ndarray:
        """The memory before the first step, shape [B, q], with each start's settings."""
        fresh = {
            name: np.full((self._starts, width), float(SHARED.get(name, 0)))
            for name, width in zip(self.slots.names, self.slots.widths, strict=True)
        }
        for name, setting in FIRST_BY_SETTING.items():
            if name in fresh:
                values = [dict(optimiser.settings)[setting] for optimiser in optimisers]
                with np.errstate(over="ignore"):  # then it has no step that is finite
                    fresh[name] += np.array(values, np.float32)[:, None]  # as Keras fills it
        return np.concatenate(list(fresh.values()), axis=-1)

    def update(self, r: Any, gradient: Any, memory: Any, settings: Any) -> tuple[Any, Any]:
        """Parameters [B, p] and memory [B, q] one step on, for settings of `settings_of`."""
        self._parameters.assign(r)
        parts = tf.split(memory, self.slots.widths, axis=-1)
        for cell, part in zip(self._cells.values(), parts, strict=True):
            cell.assign(part)
        exact, single = tf.split(settings, 2, axis=-1)
        every = zip(self._settings, _columns(exact), _columns(single), strict=True)
        for (name, plain), *columns in every:
            place = "_learning_rate" if name == "learning_rate" else name
            vars(self._rule)[place] = _Number(plain, *columns)
        self._rule.apply([gradient], [self._parameters])
        return self._parameters.value, tf.concat([cell.value for cell in self._cells.values()], -1)


def _operators(names: str, operand: str) -> Callable[[type], type]:
    """Let a class compute with what it holds under the name `operand`."""

    def through(operator: str) -> Callable[..., Any]:
        return lambda self, *other: getattr(getattr(self, operand), operator)(*other)

    def decorate(owner: type) -> type:
        for name in names.split():
            setattr(owner, f"__{name}__", through(f"__{name}__"))
        return owner

    return decorate


@_operators("add radd sub rsub mul rmul truediv rtruediv neg pow", "value")
class _Cell:
    """A tensor where Keras expects a variable: assigning puts another one in its place."""

    constraint: Final = None  # Keras asks for one after a step

    def __init__(self, unique_id: str = "") -> None:
        self.value: Any = None
        self._unique_id = unique_id  # by which Keras finds a parameter's slots

    @property
    def dtype(self) -> Any:
        return self.value.dtype

    @property
    def shape(self) -> Any:
        return self.value.shape

    def assign(self, value: Any) -> None:
        self.value = tf.convert_to_tensor(value)

    def assign_add(self, value: Any) -> None:
        self.value += value

    def assign_sub(self, value: Any) -> None:
        self.value -= value

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        return self.value


@_operators("add radd sub rsub mul rmul truediv rtruediv neg pow", "exact")
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


def _columns(settings: Any) -> list[Any]:
    return tf.split(settings, settings.shape[-1], axis=-1)
