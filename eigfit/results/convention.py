"""The conventions in which dλ/dA is written: v vᵀ, and what TensorFlow's tape returns."""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

import numpy as np

Convention = Literal["symmetric", "lower"]
CONVENTIONS: Final[tuple[str, ...]] = get_args(Convention)


def outer_square(v: Any, convention: Convention) -> Any:
    """The matrix v v* of the vectors v [..., n], NumPy or real TensorFlow, in a convention.

    `"symmetric"` is v v*; `"lower"` doubles the entries below the diagonal and clears those above.
    """
    if convention not in CONVENTIONS:
        raise ValueError(f"convention must be one of {', '.join(CONVENTIONS)}; got {convention!r}")
    n = int(v.shape[-1])
    dtype = np.dtype(getattr(v.dtype, "as_numpy_dtype", v.dtype))
    square = v[..., :, None] * (v.conj() if dtype.kind == "c" else v)[..., None, :]
    if convention == "symmetric":
        return square
    return square * (2 * np.tril(np.ones((n, n)), -1) + np.eye(n)).astype(dtype)
