"""What a link means by a name that it leaves out, by the version of links it was written in.

A row never changes: links are on slides and in lessons. A new field or setting is a new row, with
its default. Where a default changes in `Setup` or `OPTIMISERS`, links of this version go on meaning
the former one, and those made from then on write the new one out; a new version, with tables of its
own, makes them short again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

SIZE_OF_VERSION_1: Final = 3
RULE_OF_VERSION_1: Final = "adam"

# The fields that do not hang on the size, as a link writes them.
_FIELDS: Final = {
    "structure": "symmetric",
    "distribution": "uniform",
    "seed": "0",
    "low": "0",
    "high": "1",
    "start": "",
    "optimiser": RULE_OF_VERSION_1,
    "tolerance": "1e-08",
    "max_steps": "20000",
    "dtype": "float64",
    "steps_per_frame": "50",
    "play": "no",
    "k": "0",
    "convention": "symmetric",
    "log_x": "no",
    "log_y": "yes",
    "vary": "starts",
    "members": "4",
    "optimisers": "adam,nadam,rmsprop,sgd",
    "learning_rates": "0.001,0.002,0.005,0.01",
    "baseline": "0",
    "starts": "256",
    "hide": "",
    "row": "0",
    "column": "0",
    "reach": "2",
    "parameter": "0",
    "plane": "steepest",
    "axes": "",
}

_MOMENTS: Final = {"learning_rate": "0.001", "beta_1": "0.9", "beta_2": "0.999", "epsilon": "1e-07"}

SETTINGS_OF_VERSION_1: Final = {
    "adam": {**_MOMENTS, "amsgrad": "false"},
    "sgd": {"learning_rate": "0.01", "momentum": "0", "nesterov": "false"},
    "rmsprop": {
        "learning_rate": "0.001",
        "rho": "0.9",
        "momentum": "0",
        "epsilon": "1e-07",
        "centered": "false",
    },
    "nadam": _MOMENTS,
    "adagrad": {"learning_rate": "0.001", "initial_accumulator_value": "0.1", "epsilon": "1e-07"},
    "adamax": _MOMENTS,
    "lion": {"learning_rate": "0.001", "beta_1": "0.9", "beta_2": "0.99"},
    "adamw": {**_MOMENTS, "weight_decay": "0.004", "amsgrad": "false"},
    "ftrl": {
        "learning_rate": "0.001",
        "learning_rate_power": "-0.5",
        "initial_accumulator_value": "0.1",
        "l1_regularization_strength": "0",
        "l2_regularization_strength": "0",
        "l2_shrinkage_regularization_strength": "0",
        "beta": "0",
    },
    "adadelta": {"learning_rate": "0.001", "rho": "0.95", "epsilon": "1e-07"},
}

# The matrix for n = 3; for others it is the second difference.
_MATRIX: Final = (
    *(0.6102723, 0.17637432, 0.38962376),
    *(0.3735156, 0.6306771, 0.19141042),
    *(0.34370267, 0.7677151, 0.4024818),
)


def fields_of_version_1(n: int) -> dict[str, str]:
    """The fields as a link writes them, for n eigenvalues."""
    ones = n * [1.0]
    counted = [k + 1.0 for k in range(n)]
    evenly = np.linspace(-1, 1, n).round(4).tolist()
    clusters = (n // 2) * [0.0] + (n - n // 2) * [2.0]
    second_difference = 2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)
    return _FIELDS | {
        "n": str(n),
        "target": _text(ones),
        "targets": _text([*ones, *counted, *evenly, *clusters]),
        "matrix": _text(_MATRIX if n == SIZE_OF_VERSION_1 else second_difference.ravel().tolist()),
    }


def _text(numbers: Iterable[float]) -> str:
    return ",".join(map(repr, numbers))
