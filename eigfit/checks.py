"""Numbers as they enter: what is no array of real numbers is refused in a sentence."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np


def in_precision(name: str, values: np.ndarray, dtype: str) -> np.ndarray:
    """The finite values in a precision, or a ValueError where it cannot hold them."""
    with np.errstate(over="ignore"):
        converted = values.astype(dtype)
    if not np.isfinite(converted).all():
        raise ValueError(
            f"{name} must stay below {np.finfo(dtype).max:.1e} in {dtype}; got "
            f"{values[~np.isfinite(converted)][0]}"
        )
    return converted


def real_array(name: str, values: Any) -> np.ndarray:
    """The values as a float64 array, or a TypeError that names them."""
    try:
        array = np.asarray(values)
        if array.dtype.kind not in "iufb" and array.size:
            raise TypeError
        return array.astype(np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must hold real numbers; got {values!r}") from None


def whole_number(name: str, value: Any, least: int) -> int:
    """The value as a plain int, or an error unless it is a whole number, not below the least."""
    whole = whole_of(name, value, f"{least} or above")
    if whole < least:
        raise ValueError(f"{name} must be {least} or above; got {value}")
    return whole


def whole_of(name: str, value: Any, ends: str) -> int:
    """The value as a plain int, or a TypeError that says between which ends one is needed."""
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, {ends}; got {value!r}")
    return int(value)
