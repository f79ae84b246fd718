"""The 3×3 experiment in plain TensorFlow: no eigfit, a tape, `eigh` and a Keras optimiser.

Run it with `python examples/plain_tensorflow.py`; it takes some seconds, a few milliseconds
a step.
`eigfit.fit` takes the same steps in one compiled call; tests hold the two together.
"""

from collections.abc import Iterator

import tensorflow as tf

TARGET = (1.0, 1.0, 1.0)


def matrix(r: tf.Tensor) -> tf.Tensor:
    """The symmetric 3×3 matrix of six numbers: half of it, plus its transpose."""
    half = tf.linalg.diag(r[:3] / 2) + tf.linalg.diag(r[3:5], k=1) + tf.linalg.diag(r[5:], k=2)
    return half + tf.transpose(half)


def eigenvalues(r: tf.Tensor) -> tf.Tensor:
    """The eigenvalues of the matrix, ascending."""
    values, _ = tf.linalg.eigh(matrix(r))
    return values


def loss(r: tf.Tensor) -> tf.Tensor:
    """The squared distance of the eigenvalues from the target."""
    return tf.reduce_sum((tf.constant(TARGET, r.dtype) - eigenvalues(r)) ** 2)


def by_hand(r: tf.Variable, optimizer: tf.keras.optimizers.Optimizer) -> Iterator[float]:
    """The losses on the way, each step a tape, a gradient and `apply_gradients`."""
    while True:
        with tf.GradientTape() as tape:
            value = loss(r)
        yield float(value)
        optimizer.apply_gradients([(tape.gradient(value, r), r)])


if __name__ == "__main__":
    r = tf.Variable(tf.random.stateless_uniform([6], seed=(0, 0)))
    for number, value in enumerate(by_hand(r, tf.keras.optimizers.Adam(2e-2))):
        if number % 50 == 0 or value <= 1e-8:
            print(f"step {number:5}  loss {value:.3e}  eigenvalues {eigenvalues(r).numpy()}")
        if value <= 1e-8:
            break
    print(matrix(r).numpy())
