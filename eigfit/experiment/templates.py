"""The texts of the scripts to take away, with gaps for the experiment's numbers."""

from __future__ import annotations

from typing import Final

IMPORTS: Final = """\
try:
    import numpy as np

    import eigfit as ef
except ModuleNotFoundError as missing:
    raise SystemExit(
        f"This script needs {{missing.name}}: run `pip install -e .` in the folder of the eigfit "
        "project, which is not on PyPI."
    ) from None

STRUCTURE = ef.{structure}({n})


"""

WITH_EIGFIT: Final = (
    '''\
"""An inverse eigenvalue problem with eigfit."""

'''
    + IMPORTS
    + '''\
def run(name, target, start, optimiser):
    """Fit one start and print how it ends, and with which matrix."""
    problem = ef.Problem(STRUCTURE, target, dtype="{dtype}")
    for step in ef.fit(problem, optimiser, start, tolerance={tolerance!r}, max_steps={max_steps}):
        pass
    print(name, step.status, step.number, step.loss, step.eigenvalues.tolist(), sep="; ")
    print(np.array2string(step.matrix, separator=", ", floatmode="unique", max_line_width=1000))


{runs}
'''
)

WITH_EIGFIT_THROUGH_LEGS: Final = (
    '''\
"""An inverse eigenvalue problem with eigfit, what was asked for changed on the way."""

from dataclasses import replace

'''
    + IMPORTS
    + '''\
def run(name, start, legs):
    """Fit one start, each leg until its step, and print its end and matrix."""
    ended = None
    for until, target, tolerance, optimiser in legs:
        problem = ef.Problem(STRUCTURE, target, dtype="{dtype}")
        for step in ef.fit(problem, optimiser, start, tolerance=tolerance, max_steps=until):
            if not step.final:
                ended = None
            elif ended is None:
                ended = step.number
        start = replace(step, number=max(step.number, until))
    print(name, step.status, ended, step.loss, step.eigenvalues.tolist(), sep="; ")
    print(np.array2string(step.matrix, separator=", ", floatmode="unique", max_line_width=1000))


{runs}
'''
)

WITH_TENSORFLOW: Final = '''\
"""An inverse eigenvalue problem in plain TensorFlow, without eigfit."""

import math

try:
    import numpy as np
    import tensorflow as tf
except ModuleNotFoundError as missing:
    raise SystemExit(
        f"This script needs {{missing.name}}: run `pip install tensorflow`."
    ) from None

{matrix}

def descend(r, target, optimizer, first, tolerance, max_steps):
    """Move r until it ends at a step; status, step, loss, eigenvalues and A there."""
    best, best_step, last = math.inf, first, None
    for step in range(first, max(first, max_steps) + 1):
        A = matrix(r).numpy()
        if not np.isfinite(A).all():
            break
        with tf.GradientTape() as tape:
            eigenvalues, _ = tf.linalg.eigh(matrix(r))
            loss = tf.reduce_sum((target - eigenvalues) ** 2)
        gradient = tf.convert_to_tensor(tape.gradient(loss, r))
        value = float(loss)
        if not math.isfinite(value) or not np.isfinite(gradient.numpy()).all():
            break
        last = value, eigenvalues.numpy().tolist(), A
        grown = value > {growth!r} * max(best, {smallest_loss!r})
        if value < best * (1 - {stall_share!r}):
            best, best_step = value, step
        if value <= tolerance:
            return "converged", step, *last
        if step - best_step >= {stall_steps}:
            return "diverged" if grown else "stalled", step, *last
        if step >= max_steps:
            return "step_limit", step, *last
{remembering}        optimizer.apply_gradients([(gradient, r)])
{returning}    return "diverged", step, *last


{running}


{runs}
'''

RUN: Final = '''\
def run(name, target, start, optimizer):
    """Fit one start and print how it ends, and with which matrix."""
    r = tf.Variable(start, dtype="{dtype}")
    target = tf.constant(target, r.dtype)
    *end, A = descend(r, target, optimizer, 0, {tolerance!r}, {max_steps})
    print(name, *end, sep="; ")
    print(np.array2string(A, separator=", ", floatmode="unique", max_line_width=1000))'''

# A start that diverges goes back to its last finite step, from which a later leg may go on.
REMEMBERING: Final = """\
        before = [(slot, slot.numpy()) for slot in (r, *optimizer.variables) if len(slot.shape)]
"""
RETURNING: Final = """\
    for slot, value in before:
        slot.assign(value)
"""

RUN_THROUGH_LEGS: Final = '''\
def remembered(optimizer):
    """What an optimizer remembers, by name; Nadam keeps one more outside its list."""
    variables = [slot for slot in optimizer.variables if slot is not optimizer.learning_rate]
    extra = getattr(optimizer, "_u_product", None)
    return {{slot.name: slot for slot in (variables if extra is None else [*variables, extra])}}


def run(name, start, legs):
    """Fit one start, each leg until its step, and print its end and matrix."""
    r = tf.Variable(start, dtype="{dtype}")
    first, ended, memory = 0, None, {{}}
    for until, target, tolerance, optimizer in legs:
        target = tf.constant(target, r.dtype)
        optimizer.build([r])
        slots = remembered(optimizer)
        for slot in slots.keys() & memory.keys():
            slots[slot].assign(memory[slot])
        status, step, *end, A = descend(r, target, optimizer, first, tolerance, until)
        ended = step if ended is None or step > first else ended
        first, memory = max(step, until), slots
    print(name, status, ended, *end, sep="; ")
    print(np.array2string(A, separator=", ", floatmode="unique", max_line_width=1000))'''
