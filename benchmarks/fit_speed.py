"""The starting experiment to its end, by `eigfit.fit` and by `examples/plain_tensorflow.py`.

Both run Adam in float64 from one start to a loss of 1e-8, in the same process and after a warm-up.
`eigfit.fit` is consumed step by step, every `Step` made, and timed in several rounds; the plain
loop, which takes most of a minute, is timed once.
"""

from __future__ import annotations

import statistics
import time

import numpy as np
import tensorflow as tf

import eigfit as ef
from benchmarks.agreement import TOLERANCE as AGREEMENT
from benchmarks.options import Options
from benchmarks.table import table
from benchmarks.workload import LEARNING_RATE
from examples.plain_tensorflow import TARGET, by_hand, eigenvalues

TOLERANCE = 1e-8


def compiled(start: np.ndarray, max_steps: int = 20_000) -> tuple[int, float, np.ndarray]:
    """Number, loss and eigenvalues of the last step of `eigfit.fit`."""
    problem = ef.Problem(ef.symmetric(3), target=TARGET)
    adam = ef.optimiser("adam", learning_rate=LEARNING_RATE)
    for step in ef.fit(problem, adam, start, tolerance=TOLERANCE, max_steps=max_steps):
        if step.status.final:
            return step.number, step.loss, step.eigenvalues
    raise RuntimeError("the fit ended without a final step")


def eager(start: np.ndarray, max_steps: int = 20_000) -> tuple[int, float, np.ndarray]:
    """Number, loss and eigenvalues of the last step of the plain loop."""
    r = tf.Variable(tf.constant(start))
    number, loss = 0, np.inf
    for number, loss in enumerate(by_hand(r, tf.keras.optimizers.Adam(LEARNING_RATE))):
        if loss <= TOLERANCE or number == max_steps:
            break
    return number, loss, eigenvalues(r).numpy()


def report(options: Options, max_steps: int = 20_000) -> tuple[str, bool]:
    """The table in Markdown, and whether both ended at the same step and eigenvalues."""
    start = ef.random_start(ef.Problem(ef.symmetric(3), target=TARGET), seed=0)
    compiled(start, max_steps)
    eager(start, max_steps=20)
    times = []
    for _ in range(options.rounds):
        begin = time.perf_counter()
        ours = compiled(start, max_steps)
        times.append(time.perf_counter() - begin)
    begin = time.perf_counter()
    plain = eager(start, max_steps)
    slow, fast = time.perf_counter() - begin, statistics.median(times)
    rows = [
        [
            name,
            f"{steps:,}",
            f"{seconds:.4f}",
            f"{1e6 * seconds / max(steps, 1):,.1f}",
            f"{loss:.4e}",
        ]
        for name, seconds, (steps, loss, _) in (
            ("eigfit.fit", fast, ours),
            ("examples/plain_tensorflow.py", slow, plain),
        )
    ]
    apart = np.abs(ours[2] - plain[2]).max()
    ending = (
        f"{slow / fast:,.0f} times as fast ({slow / max(times):,.0f} to {slow / min(times):,.0f} "
        f"in {options.rounds} rounds); eigenvalues at the end within {apart:.0e} of each other."
    )
    agreed = ours[0] == plain[0] and bool(apart <= AGREEMENT)
    return f"{table(['', 'steps', 's', 'µs a step', 'loss'], rows)}\n\n{ending}", agreed
