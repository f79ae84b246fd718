"""The plain eager loop of `examples/plain_tensorflow.py`, for matrices of any size."""

from collections.abc import Callable

import tensorflow as tf

from benchmarks.workload import EPSILON, LEARNING_RATE, Reached, Workload


def prepare(workload: Workload, steps: int) -> Callable[[], Reached]:
    """A run of so many steps, each a tape, a gradient and `apply_gradients`; its curves kept."""
    index, start = tf.constant(workload.index), tf.constant(workload.start)
    target = tf.constant(workload.target)

    def run() -> Reached:
        r = tf.Variable(start)
        adam = tf.keras.optimizers.Adam(LEARNING_RATE, epsilon=EPSILON)
        curve = []
        for _ in range(steps + 1):
            with tf.GradientTape() as tape:
                values, _ = tf.linalg.eigh(tf.gather(r, index, axis=-1))
                losses = tf.reduce_sum((target - values) ** 2, axis=-1)
                total = tf.reduce_sum(losses)
            curve.append(Reached(values.numpy(), losses.numpy()))
            adam.apply_gradients([(tf.convert_to_tensor(tape.gradient(total, r)), r)])
        return curve[-1]

    return run
