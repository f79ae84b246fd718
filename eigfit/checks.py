"""Numbers as they enter: what is no array of real numbers is refused in a sentence."""

from __future__ import annotations

import numbers
import re
from typing import Any, Final

import numpy as np

# A number as people type it, and one whose comma could set off thousands as well as decimals.
NUMBER: Final = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
AMBIGUOUS: Final = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}(?!\d)", re.ASCII)
LONGEST_SHOWN: Final = 40
LONGEST_LIST: Final = 20_000

# How programs and papers wrap numbers up: what a number is never part of.
LATEX: Final = r"\\(?:begin|end)\s*\{[a-z]*matrix\*?\}|\\(?:begin|end)\s*\{array\}(?:\{[lcr|]*\})?"
SPACING: Final = r"\\(?:left|right|q?quad|[,;:!()\[\]{}\\ ])|[$~]"
CALLS: Final = r"(?:\b(?:np|numpy|tf|torch)\.)?\b(?:array|matrix|Matrix|tensor|float\d\d)(?=\s*\()"
NAMED: Final = r",\s*(?:dtype|shape)\s*=\s*(?:\([^()]*\)|[\w.']+)"
WRAPPING: Final = re.compile("|".join((LATEX, SPACING, CALLS, NAMED)))
POWER: Final = re.compile(r"\s*(?:\\cdot|\\times|×|·)\s*10\s*\^\s*(?:\{([+-]?\d+)\}|([+-]?\d+))")
DECIMAL: Final = "\x00"  # for a comma that LaTeX writes as one of a number
SEPARATORS: Final = re.compile(r"[\s;&|()\[\]{}]+")


def number_from(text: str) -> float:
    """The number that was typed, or a ValueError that names what was typed instead.

    Read are e-notation, the minus sign of print (−), spaces around and a decimal comma, unless it
    could set off thousands. A number that a float64 cannot hold is refused, not rounded to 0 or ∞.
    """
    plain = text.strip().replace("−", "-")
    typed = repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…")
    if not NUMBER.fullmatch(plain):
        raise ValueError(f"a number is needed, such as -0.25 or 2.5e-3; got {typed}")
    if AMBIGUOUS.match(plain):
        raise ValueError(f"the comma in {typed} could mean thousands or decimals; leave it out")
    value = float(plain.replace(",", "."))
    nothing = re.fullmatch(r"[^1-9]*", re.split("e", plain, flags=re.IGNORECASE)[0])
    if not np.isfinite(value) or (value == 0 and not nothing):
        raise ValueError(f"a number must be 0 or from 1e-323 to 1.7e308 in size; got {typed}")
    return value


def numbers_from(text: str, *counts: int) -> list[float]:
    """The numbers of a list that was typed or pasted, or a ValueError that says what is wrong.

    They may stand between commas, semicolons, spaces and new lines, in brackets as Python, NumPy
    and LaTeX write them; each is read as by `number_from`. A comma between two digits is one of
    decimals only where, as a separator, it would not give as many numbers as are needed.

    Args:
        text: what was typed.
        counts: how many may come, any unless given.
    """
    if len(text) > LONGEST_LIST:
        raise ValueError(f"a list must be at most {LONGEST_LIST} characters; got {len(text)}")
    plain = re.sub(r"[−–]", "-", text).replace("{,}", DECIMAL)
    plain = WRAPPING.sub(" ", POWER.sub(lambda power: f"e{power[1] or power[2]}", plain))
    if re.search(r",\s*,", plain):
        raise ValueError("a number is missing between two commas")
    parts = SEPARATORS.sub(" ", plain.replace(",", " ")).split()
    # Digits on both sides and no space: it may belong to a number.
    decimals = SEPARATORS.sub(" ", re.sub(r"(?<!\d),|,(?!\d)", " ", plain)).split()
    if counts and len(parts) not in counts and len(decimals) in counts and "." not in plain:
        parts = decimals
    numbers = [number_from(part.replace(DECIMAL, ",")) for part in parts]
    if counts and len(numbers) not in counts:
        needed = " or ".join(map(str, counts))
        raise ValueError(f"{needed} numbers are needed; got {len(numbers)}")
    return numbers


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


def check_index(k: int, n: int) -> None:
    """Raise an error unless k numbers one of n eigenvalues, counted from 0."""
    if not 0 <= whole_of("k", k, f"0 to {n - 1}") < n:
        raise ValueError(f"k must number one of the {n} eigenvalues, 0 to {n - 1}; got {k}")
