"""Numbers of a problem file: inline, complex as two arrays, or in a file of their own."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from eigfit.problem.files.entry import Entry
from eigfit.problem.files.words import shown

KINDS: Final = {0: "a number", 1: "a list of numbers", 2: "a matrix", 3: "a list of matrices"}


def array(entry: Entry, dimensions: int) -> np.ndarray:
    """The numbers of an entry, float64 or complex128, finite, with so many dimensions."""
    found = numbers(entry, dimensions)
    return found if isinstance(found, np.ndarray) else found.toarray()


def real_array(entry: Entry, dimensions: int) -> np.ndarray:
    """Numbers that are real."""
    found = array(entry, dimensions)
    if np.imag(found).any():
        raise ValueError(f"{entry.field} must be real; got imaginary parts")
    return np.real(found)


def numbers(entry: Entry, dimensions: int) -> Any:
    """As `array`, but what a file gives as a sparse matrix stays one."""
    needed = f"{KINDS[dimensions]}, or an object with file, or with real and imaginary"
    if isinstance(entry.value, dict):
        found = _from_object(entry, dimensions, needed)
    elif dimensions and not isinstance(entry.value, list):
        entry.wrong(needed)
    else:
        found = np.array(_nested(entry, dimensions), float)
    if np.ndim(found) != dimensions or 0 in np.shape(found):
        raise ValueError(
            f"{entry.field} must be {KINDS[dimensions]}; got shape {list(np.shape(found))}"
        )
    entries = found if isinstance(found, np.ndarray) else found.data
    if not np.isfinite(entries).all():
        raise ValueError(
            f"{entry.field} must be finite; replace the entries that are NaN or infinite"
        )
    return found


def _from_object(entry: Entry, dimensions: int, needed: str) -> Any:
    if "file" in entry.value:
        fields = entry.fields(["file"], ["array", "item"])
        which = fields["array"].text() if "array" in fields else None
        name = fields["file"].text()
        found = entry.folder.array(fields["file"].field, name, which)
        if "item" in fields:
            last = np.shape(found)[0] - 1 if np.ndim(found) else 0
            found = found[fields["item"].whole(0, last)] if np.ndim(found) else found
        # A table of one row or column is a list, and a matrix of one row where one is needed.
        if dimensions == 2 and np.shape(found) == (1,):
            found = np.reshape(found, (1, 1))
        if isinstance(found, np.ndarray):
            return found.astype(complex if found.dtype.kind == "c" else float)
        return found
    if "real" in entry.value or "imaginary" in entry.value:
        fields = entry.fields(["real", "imaginary"])
        real, imaginary = (real_array(fields[name], dimensions) for name in ("real", "imaginary"))
        if real.shape != imaginary.shape:
            raise ValueError(
                f"{entry.field}: real and imaginary must have one shape; got {list(real.shape)} "
                f"and {list(imaginary.shape)}"
            )
        return real + 1j * imaginary
    entry.wrong(needed)


def _nested(entry: Entry, dimensions: int) -> Any:
    """Lists of lists of numbers, each list of one level as long as the others."""
    if not dimensions:
        return entry.number()
    found = [np.array(_nested(item, dimensions - 1)) for item in entry.items(KINDS[dimensions])]
    for item, numbers in zip(entry.value, found, strict=True):
        if numbers.shape != found[0].shape:
            raise ValueError(
                f"{entry.field} must have rows of one length; got {shown(entry.value[0])} and "
                f"{shown(item)}"
            )
    return found
