"""Matrices as they enter, dense or sparse: what is none is refused in a sentence."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

# By which share of its largest entry a matrix may differ from its adjoint, as computed ones do.
ROUNDED: Final = 1e-10


def is_sparse(A: Any) -> bool:
    """Whether it is one of SciPy's sparse matrices, told without importing SciPy."""
    return type(A).__module__.startswith("scipy.sparse")


def numbers(name: str, values: Any) -> np.ndarray:
    """The values as a float64 or complex128 array, or an error that names them."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must have rows of one length throughout; got others") from None
    if array.dtype.kind not in "iufbc" and array.size:
        raise TypeError(f"{name} must hold real or complex numbers; got {values!r}")
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def check_hermitian(name: str, A: Any) -> None:
    """Raise an error unless a square matrix, dense or sparse, is finite and its own adjoint."""
    entries = A if isinstance(A, np.ndarray) else A.data
    if not np.isfinite(entries).all():
        raise ValueError(f"{name} must be finite; replace the entries that are NaN or infinite")
    off = abs(A - A.conj().T)
    if entries.size and off.max() > ROUNDED * abs(entries).max():
        i, j = np.unravel_index(off.argmax(), off.shape)
        raise ValueError(
            f"{name} must be symmetric, or Hermitian where it is complex, but entry ({i}, {j}) is "
            f"{A[i, j]:g} and entry ({j}, {i}) is {A[j, i]:g}"
        )
