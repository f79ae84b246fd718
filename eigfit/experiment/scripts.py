"""Experiments as Python scripts to take away: one with eigfit, one in plain TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from eigfit.experiment.setup import Setup
from eigfit.fitting.optimisers import OPTIMISERS
from eigfit.fitting.program import GROWTH, STALL_SHARE, STALL_STEPS
from eigfit.structures.named import STRUCTURES

WITH_EIGFIT: Final = '''"""An inverse eigenvalue problem with eigfit."""

import numpy as np

import eigfit as ef

STRUCTURE = ef.{structure}({n})


def run(name, target, start, optimiser):
    """Fit one start and print how it ends."""
    problem = ef.Problem(STRUCTURE, target, dtype="{dtype}")
    for step in ef.fit(problem, optimiser, start, tolerance={tolerance!r}, max_steps={max_steps}):
        pass
    print(name, step.status, step.number, step.loss, step.eigenvalues.tolist(), sep="; ")


{runs}
'''

WITH_TENSORFLOW: Final = '''"""An inverse eigenvalue problem in plain TensorFlow, without eigfit."""

import math

import numpy as np
import tensorflow as tf

# Which parameter stands in each entry of the matrix; {zero} is one past the last and means 0.
INDEX = {index}
TOLERANCE, MAX_STEPS = {tolerance!r}, {max_steps}


def matrix(r):
    """The matrix of the parameters."""
    return tf.gather(tf.concat([r, tf.zeros(1, r.dtype)], axis=0), INDEX)


def run(name, target, start, optimizer):
    """Fit one start and print how it ends."""
    r = tf.Variable(start, dtype="{dtype}")
    target = tf.constant(target, r.dtype)
    best, best_step, last = math.inf, 0, None
    for step in range(MAX_STEPS + 1):
        if not np.isfinite(matrix(r).numpy()).all():
            value, eigenvalues = last
            status = "diverged"
            break
        with tf.GradientTape() as tape:
            eigenvalues, _ = tf.linalg.eigh(matrix(r))
            loss = tf.reduce_sum((target - eigenvalues) ** 2)
        gradient = tf.convert_to_tensor(tape.gradient(loss, r))
        value = float(loss)
        if not math.isfinite(value) or not np.isfinite(gradient.numpy()).all():
            value, eigenvalues = last
            status = "diverged"
            break
        last = value, eigenvalues
        grown = value > {growth!r} * best
        if value < best * (1 - {stall_share!r}):
            best, best_step = value, step
        if value <= TOLERANCE:
            status = "converged"
            break
        if step - best_step >= {stall_steps}:
            status = "diverged" if grown else "stalled"
            break
        if step == MAX_STEPS:
            status = "step_limit"
            break
        optimizer.apply_gradients([(gradient, r)])
    print(name, status, step, value, eigenvalues.numpy().tolist(), sep="; ")


{runs}
'''


def eigfit_script(members: Sequence[Setup], titles: Sequence[str]) -> str:
    """A script that runs the members with eigfit; each line it prints is one member's end."""
    first = members[0]
    return WITH_EIGFIT.format(
        structure=first.structure,
        n=first.n,
        dtype=first.dtype,
        tolerance=first.tolerance,
        max_steps=first.max_steps,
        runs=_runs(members, titles, _eigfit_rule),
    )


def tensorflow_script(members: Sequence[Setup], titles: Sequence[str]) -> str:
    """A script that runs the members without eigfit, printing the same lines."""
    first = members[0]
    structure = STRUCTURES[first.structure].build(first.n)
    index = np.where(structure.index < 0, structure.parameters, structure.index)
    return WITH_TENSORFLOW.format(
        zero=structure.parameters,
        index=index.tolist(),
        dtype=first.dtype,
        tolerance=first.tolerance,
        max_steps=first.max_steps,
        growth=GROWTH,
        stall_share=STALL_SHARE,
        stall_steps=STALL_STEPS,
        runs=_runs(members, titles, _keras_rule),
    )


def _runs(members: Sequence[Setup], titles: Sequence[str], rule: Callable[[Setup], str]) -> str:
    return "\n".join(
        f"run({title!r}, {list(member.target)}, {_start(member)}, {rule(member)})"
        for title, member in zip(titles, members, strict=True)
    )


def _start(setup: Setup) -> str:
    if setup.distribution == "explicit":
        return str(list(setup.start))
    random = f"np.random.default_rng({setup.seed})"
    if setup.distribution == "normal":
        middle, deviation = (setup.low + setup.high) / 2, (setup.high - setup.low) / 2
        return f"{random}.normal({middle!r}, {deviation!r}, {setup.parameters})"
    return f"{random}.uniform({setup.low!r}, {setup.high!r}, {setup.parameters})"


def _eigfit_rule(setup: Setup) -> str:
    settings = "".join(f", {name}={value!r}" for name, value in setup.rule.settings)
    return f"ef.optimiser({setup.optimiser!r}{settings})"


def _keras_rule(setup: Setup) -> str:
    settings = ", ".join(f"{name}={value!r}" for name, value in setup.rule.settings)
    return f"tf.keras.optimizers.{OPTIMISERS[setup.optimiser].keras_class}({settings})"
