"""The 3×3 experiment through `minimize`, which Keras 3 no longer has and eigfit brings.

Run it with `python examples/with_minimize.py`; it takes some seconds.
"""

from collections.abc import Iterator

import tensorflow as tf

import eigfit as ef

PROBLEM = ef.Problem(ef.symmetric(3), target=[1, 1, 1], dtype="float32")


def by_minimize(r: tf.Variable, optimizer: tf.keras.optimizers.Optimizer) -> Iterator[float]:
    """The losses on the way; `minimize` wants the function, not the number it has computed."""
    while True:
        yield float(ef.minimize(lambda: PROBLEM.loss(r), [r], optimizer))


if __name__ == "__main__":
    r = tf.Variable(tf.random.stateless_uniform([6], seed=(0, 0)))
    for number, value in enumerate(by_minimize(r, tf.keras.optimizers.Adam(2e-2))):
        if number % 50 == 0 or value <= 1e-8:
            eigenvalues = PROBLEM.eigenvalues(r)
            print(f"step {number:5}  loss {value:.3e}  eigenvalues {eigenvalues.numpy()}")
        if value <= 1e-8:
            break
