"""The starting experiment, compiled and by hand: how long a step takes.

Both run Adam in float64 from one start to a loss of 1e-8, in the same process and after a warm-up.
`eigfit.fit` is consumed step by step, every `Step` made, and timed five times; the eager loop of
`examples/plain_tensorflow.py` is timed once. Run it with `python -m benchmarks.fit_speed`; it
takes about a minute.
"""

import statistics
import time

import numpy as np
import tensorflow as tf

import eigfit as ef
from examples.plain_tensorflow import TARGET, by_hand, eigenvalues

TOLERANCE = 1e-8
LEARNING_RATE = 1e-3
RUNS = 5


def compiled(start: np.ndarray) -> tuple[int, float, np.ndarray]:
    """Number, loss and eigenvalues of the last step of `eigfit.fit`."""
    problem = ef.Problem(ef.symmetric(3), target=TARGET)
    adam = ef.optimiser("adam", learning_rate=LEARNING_RATE)
    for step in ef.fit(problem, adam, start, tolerance=TOLERANCE):
        if step.status.final:
            return step.number, step.loss, step.eigenvalues
    raise RuntimeError("the fit ended without a final step")


def eager(start: np.ndarray, max_steps: int | None = None) -> tuple[int, float, np.ndarray]:
    """Number, loss and eigenvalues of the last step of the plain loop."""
    r = tf.Variable(tf.constant(start))
    number, loss = 0, np.inf
    for number, loss in enumerate(by_hand(r, tf.keras.optimizers.Adam(LEARNING_RATE))):
        if loss <= TOLERANCE or number == max_steps:
            break
    return number, loss, eigenvalues(r).numpy()


def main() -> None:
    """Warm both up, time both, print the comparison."""
    start = ef.random_start(ef.Problem(ef.symmetric(3), target=TARGET), seed=0)
    compiled(start)
    eager(start, max_steps=20)

    times = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        ours = compiled(start)
        times.append(time.perf_counter() - begin)
    begin = time.perf_counter()
    plain = eager(start)
    by_name = {
        "eigfit.fit": (statistics.median(times), *ours),
        "plain loop": (time.perf_counter() - begin, *plain),
    }

    for name, (seconds, steps, loss, values) in by_name.items():
        print(
            f"{name}  {steps} steps in {seconds:8.4f} s, {1e6 * seconds / steps:9.1f} µs a step, "
            f"loss {loss:.6e}, eigenvalues {np.array2string(values, precision=8)}"
        )
    print(f"eigfit.fit from {min(times):.4f} to {max(times):.4f} s in {RUNS} runs")
    print(f"ratio {by_name['plain loop'][0] / by_name['eigfit.fit'][0]:.0f}")
    difference = np.abs(ours[2] - plain[2]).max()
    print(f"same number of steps: {ours[0] == plain[0]}; eigenvalues within {difference:.1e}")


if __name__ == "__main__":
    main()
