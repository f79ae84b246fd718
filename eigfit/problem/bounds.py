"""Between which ends parameters must stay."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from eigfit.checks import real_array


class Bounds(NamedTuple):
    """The ends of p parameters, infinite where there is none; a fixed one has equal ends."""

    low: np.ndarray  # [p]
    high: np.ndarray  # [p]

    @property
    def given(self) -> bool:
        """Whether any parameter has an end."""
        return bool(np.isfinite(self.low).any() or np.isfinite(self.high).any())

    def inside(self, r: np.ndarray) -> np.ndarray:
        """The nearest parameters [..., p] between the ends."""
        return np.clip(r, self.low, self.high)


def checked_bounds(bounds: tuple[Any, Any] | None, p: int) -> Bounds:
    """Bounds of p parameters from (low, high), numbers or one for each; none where it is None.

    Raises:
        TypeError: an end is no number.
        ValueError: there are more or fewer than p, or a lower end lies above the upper one.
    """
    if bounds is None:
        return Bounds(np.full(p, -np.inf), np.full(p, np.inf))
    if len(bounds) != 2:
        raise ValueError(f"bounds must be (low, high); got {len(bounds)} things")
    ends = [real_array(name, end) for name, end in zip(("low", "high"), bounds, strict=True)]
    for name, end in zip(("low", "high"), ends, strict=True):
        if end.shape not in ((), (p,)) or np.isnan(end).any():
            raise ValueError(
                f"bounds: {name} must be one number, or one for each of {p} parameters; got "
                f"{end.tolist()}"
            )
    low, high = (np.broadcast_to(end, p).copy() for end in ends)
    if (low > high).any():
        k = int(np.argmax(low > high))
        raise ValueError(
            f"bounds: low must not exceed high; got {low[k]:g} and {high[k]:g} for parameter {k}"
        )
    return Bounds(low, high)
