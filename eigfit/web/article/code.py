"""The code of the Article page: what a reader sees of these functions is what runs.

Each stage is a function that gives names and numbers, in float32 as the article's are.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

import eigfit as ef
from eigfit import tensorflow_lazily as tf

TARGET: Final = (1.0, 1.0, 1.0)


def smallest_eigenvalue() -> dict[str, Any]:
    """λ and dλ₀/dA."""
    A = tf.Variable(
        [
            [0.6102723, 0.17637432, 0.38962376],
            [0.3735156, 0.6306771, 0.19141042],
            [0.34370267, 0.7677151, 0.4024818],
        ]
    )
    with tf.GradientTape() as tape:
        eigenvalues, _ = tf.linalg.eigh(A)
        smallest = eigenvalues[0]
    return {"λ": eigenvalues, "dλ₀/dA": tape.gradient(smallest, A)}


def outside_the_tape() -> dict[str, Any]:
    """What the tape has not seen it cannot differentiate."""
    A = tf.Variable(tf.eye(3))
    with tf.GradientTape() as tape:
        eigenvalues, _ = tf.linalg.eigh(A)
    smallest = eigenvalues[0]  # one line too late
    return {"dλ₀/dA": tape.gradient(smallest, A)}


def matrix(r: Any) -> Any:
    """Half the diagonal, the rest once, and the transpose of all that."""
    half = tf.linalg.diag(r[:3] / 2) + tf.linalg.diag(r[3:5], k=1) + tf.linalg.diag(r[5:], k=2)
    return half + tf.transpose(half)


def eigenvalues(r: Any) -> Any:
    """λ of the matrix of six numbers."""
    return tf.linalg.eigh(matrix(r))[0]


def loss(r: Any) -> Any:
    """L = Σ (t − λ)²."""
    return tf.reduce_sum((tf.constant(TARGET) - eigenvalues(r)) ** 2)


def six_numbers() -> dict[str, Any]:
    """λ and L at two published points on the way."""
    r = tf.constant([0.10630785, 0.18287621, 0.14753745, 0.16277793, 0.7271476, 0.08771187])
    later = tf.constant([0.10730778, 0.18387613, 0.14853737, 0.16177836, 0.72614765, 0.0867127])
    return {
        "λ": eigenvalues(r),
        "L": loss(r),
        "λ, one step on": eigenvalues(later),
        "L, one step on": loss(later),
    }


def gradient_of_the_loss() -> dict[str, Any]:
    """dL/dr through the fill, the decomposition and the loss."""
    r = tf.Variable([0.12108588, 0.8856114, 0.00449729, 0.22199583, 0.8411281, 0.54751956])
    with tf.GradientTape() as tape:
        value = loss(r)
    return {"dL/dr": tape.gradient(value, r)}


def one_step_of_adam() -> dict[str, Any]:
    """R after one step by hand."""
    r = tf.Variable([0.12108588, 0.8856114, 0.00449729, 0.22199583, 0.8411281, 0.54751956])
    adam = tf.keras.optimizers.Adam()
    with tf.GradientTape() as tape:
        value = loss(r)
    adam.apply_gradients([(tape.gradient(value, r), r)])
    return {"r": r}


def loop() -> dict[str, Any]:
    """Steps until L ≤ 1e-8, and where A ends."""
    problem = ef.Problem(ef.symmetric(3), TARGET)
    adam = ef.optimiser("adam", learning_rate=1e-3)
    steps, A = [], np.empty(0)
    for seed in (0, 1, 2):
        for step in ef.fit(problem, adam, ef.random_start(problem, seed), tolerance=1e-8):
            A = step.matrix
        steps.append(step.number)
    return {"steps": steps, "A": A.round(3) + 0.0}


def with_minimize() -> dict[str, Any]:
    """The same step through `minimize`, and what a number in place of a function gives."""
    r = tf.Variable([0.12108588, 0.8856114, 0.00449729, 0.22199583, 0.8411281, 0.54751956])
    ef.minimize(lambda: loss(r), [r], tf.keras.optimizers.Adam())
    number: Any = loss(r)
    try:
        ef.minimize(number, [r], tf.keras.optimizers.Adam())
        error = "none"
    except TypeError as refused:
        error = str(refused)
    return {"r": r, "with a number": error, "Keras' own": hasattr(tf.keras.Optimizer, "minimize")}


def four_starts() -> dict[str, Any]:
    """Four random starts as one batch: steps, last eigenvalues, and the whole course to draw."""
    problem = ef.Problem(ef.symmetric(3), TARGET)
    starts = ef.random_start(problem, seed=0, count=4)
    history = ef.History()
    for step in ef.fit(problem, ef.optimiser("adam"), starts):
        history.append(step)
    return {
        "steps": history.ended,
        "λ": history.last.eigenvalues.round(3),
        "course": (history.numbers, history.eigenvalues),  # drawn below
    }


def distance(eigenvalues: Any) -> Any:
    """Σ (1 − λ)² of eigenvalues [..., n]."""
    return tf.reduce_sum((1 - eigenvalues) ** 2, axis=-1)


def higher_derivatives() -> dict[str, Any]:
    """d²L/dr₃² at A = I, by nested tapes through two functions."""
    r = tf.Variable([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    found = {}
    for name, loss_of in (
        ("tf.linalg.eigvalsh", lambda A: distance(tf.linalg.eigvalsh(A))),
        ("ef.spectral_function", lambda A: ef.spectral_function(distance, A)),
    ):
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                value = loss_of(matrix(r))
            slope = inner.gradient(value, r)[3]
        found[f"d²L/dr₃², {name}"] = outer.gradient(slope, r)[3]
    return found


def why_the_identity() -> dict[str, Any]:
    """The distance of two answers to two targets, from two starts each."""
    distances = {}
    for target in (TARGET, (1.0, 2.0, 4.0)):
        problem = ef.Problem(ef.symmetric(3), target)
        ends = []
        for seed in (0, 1):
            steps = ef.fit(
                problem, ef.optimiser("adam", learning_rate=0.01), ef.random_start(problem, seed)
            )
            ends.append(list(steps)[-1].matrix)
        distances[f"t = {target}"] = np.linalg.norm(ends[0] - ends[1]).round(3)
    return distances
