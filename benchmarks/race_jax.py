"""Adam in JAX: one compiled `lax.scan`, as an expert would write it."""

from collections.abc import Callable
from typing import Any

import jax  # pyright: ignore[reportMissingImports]
import jax.numpy as jnp  # pyright: ignore[reportMissingImports]
import numpy as np

from benchmarks.workload import BETA_1, BETA_2, EPSILON, LEARNING_RATE, Reached, Workload

jax.config.update("jax_enable_x64", True)


def prepare(workload: Workload, steps: int) -> Callable[[], Reached]:
    """A run that keeps what a `Step` holds: r, A, eigenvalues, eigenvectors, loss and gradient."""
    return _prepared(workload, steps, lambda r, g, found: (*found, r, g))


def prepare_lean(workload: Workload, steps: int) -> Callable[[], Reached]:
    """A run that keeps eigenvalues and loss alone."""
    return _prepared(workload, steps, lambda r, g, found: found[:2])


def _prepared(workload: Workload, steps: int, kept: Callable[..., Any]) -> Callable[[], Reached]:
    index, target = jnp.asarray(workload.index), jnp.asarray(workload.target)

    def total_loss(r: Any) -> Any:
        matrix = r[..., index]
        values, vectors = jnp.linalg.eigh(matrix)
        losses = jnp.sum((target - values) ** 2, axis=-1)
        return jnp.sum(losses), (values, losses, matrix, vectors)

    def step(state: Any, number: Any) -> Any:
        r, m, v = state
        (_, found), g = jax.value_and_grad(total_loss, has_aux=True)(r)
        m = m + (1 - BETA_1) * (g - m)
        v = v + (1 - BETA_2) * (g**2 - v)
        rate = LEARNING_RATE * jnp.sqrt(1 - BETA_2**number) / (1 - BETA_1**number)
        return (r - rate * m / (jnp.sqrt(v) + EPSILON), m, v), kept(r, g, found)

    @jax.jit
    def descent(r: Any) -> Any:
        state = (r, jnp.zeros_like(r), jnp.zeros_like(r))
        return jax.lax.scan(step, state, jnp.arange(1.0, steps + 2))[1]

    def run() -> Reached:
        values, losses, *_ = (np.asarray(rows) for rows in descent(workload.start))
        return Reached(values[-1], losses[-1])

    return run
