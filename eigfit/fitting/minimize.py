"""One step of an optimiser on a loss without arguments: what Keras 3 no longer has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from eigfit import tensorflow_lazily as tf


def minimize(loss: Callable[[], Any], variables: Sequence[Any], optimizer: Any) -> tf.Tensor:
    """One step of `optimizer` on `variables` down the gradient of `loss`, as before Keras 3.

    Args:
        loss: a function without arguments that computes the loss from the variables.
        variables: the TensorFlow variables to move.
        optimizer: a Keras optimizer, as `eigfit.optimiser("adam").keras()` or Keras itself makes.

    Returns:
        The loss before the step.

    Raises:
        TypeError: the loss is not a function, for instance the number it has computed.
        ValueError: the loss depends on none of the variables.
    """
    if not callable(loss):
        raise TypeError(
            "loss must be a function without arguments, so that it can be computed under a tape; "
            f"got {type(loss).__name__}. Pass lambda: your_loss(...), not its value"
        )
    with tf.GradientTape() as tape:
        value = loss()
    gradients = tape.gradient(value, list(variables))
    if all(gradient is None for gradient in gradients):
        raise ValueError(
            "the loss depends on none of the variables; compute it from them inside the function, "
            "with TensorFlow's operations"
        )
    optimizer.apply_gradients(zip(gradients, variables, strict=True))
    return value
