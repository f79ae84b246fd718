"""The 3×3 experiment through `minimize`, which Keras 3 no longer has and eigfit brings.

Run it from the checkout with `python -m examples.with_minimize`; it takes some seconds.
"""

from collections.abc import Iterator

import tensorflow as tf

import eigfit as ef
from examples.plain_tensorflow import eigenvalues, loss


def by_minimize(r: tf.Variable, optimizer: tf.keras.optimizers.Optimizer) -> Iterator[float]:
    """The losses on the way; `minimize` wants the function, not the number it has computed."""
    while True:
        yield float(ef.minimize(lambda: loss(r), [r], optimizer))


if __name__ == "__main__":
    r = tf.Variable(tf.random.stateless_uniform([6], seed=(0, 0)))
    for number, value in enumerate(by_minimize(r, tf.keras.optimizers.Adam(1e-2))):
        if number % 50 == 0 or value <= 1e-8:
            print(f"step {number:5}  loss {value:.3e}  eigenvalues {eigenvalues(r).numpy()}")
        if value <= 1e-8:
            break
