"""When a start has ended, and how."""

from __future__ import annotations

from typing import Any, Final

from eigfit import tensorflow_lazily as tf
from eigfit.results.status import Status

STATUSES: Final = tuple(Status)
RUNNING, CONVERGED, STALLED, DIVERGED, STEP_LIMIT = range(len(STATUSES))

# A start has stalled when its loss has not fallen by this share within as many steps.
STALL_SHARE: Final = 1e-6
STALL_STEPS: Final = 1_000
# One that has grown by this factor instead is on its way to infinity. Losses below the smallest one
# count as that: where they are all but nothing, a rule whose steps have a size of their own leaps
# away from a solution by many orders, and returns. Like the learning rate, this one suits targets
# of about 1.
GROWTH: Final = 1e12
SMALLEST_LOSS: Final = 1e-6


def progress(loss: Any, number: Any, best: Any, best_number: Any, counts: Any) -> tuple[Any, Any]:
    """The lowest loss so far and its step, each [B], where the starts `counts` [B] may improve."""
    fell = counts & (loss < best * (1 - STALL_SHARE))
    return tf.where(fell, loss, best), tf.where(fell, number, best_number)


def ending(
    loss: Any, number: Any, best: Any, best_number: Any, tolerance: Any, max_steps: Any
) -> Any:
    """How starts of these losses [B] stand after step `number`: indices into STATUSES [B]."""
    waited = number - best_number >= STALL_STEPS
    return _first_true(
        (loss <= tolerance, CONVERGED),
        (waited & (loss > GROWTH * tf.maximum(best, SMALLEST_LOSS)), DIVERGED),
        (waited, STALLED),
        (tf.fill(tf.shape(loss), number >= max_steps), STEP_LIMIT),
    )


def _first_true(*cases: tuple[Any, int]) -> Any:
    """The code of the first condition [B] that holds, RUNNING where none does."""
    result = tf.fill(tf.shape(cases[0][0]), RUNNING)
    for condition, code in reversed(cases):
        result = tf.where(condition, code, result)
    return result
