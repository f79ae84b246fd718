"""The solver's own iteration in JAX: one start as a compiled loop, `vmap` over all of them.

As somebody would write it who wants the additive problem solved and nothing else: the matrices A_k
are known to be e_k e_kᵀ, there are no bounds, no ends are told apart, a start that stalls is not
begun anew, and rounding and numbers that are not finite end nothing. Else steps, trust and ends are
those of `eigfit.solve`; see `solve/iterations.py` for their sources.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax  # pyright: ignore[reportMissingImports]
import jax.numpy as jnp  # pyright: ignore[reportMissingImports]
import numpy as np

from eigfit.solve import iterations as ours
from eigfit.solve.options import Options
from eigfit.solve.rules import RIDGE, RULES

jax.config.update("jax_enable_x64", True)


class State(NamedTuple):
    """Where a start stands."""

    number: Any
    r: Any  # [n]
    residuals: Any  # [n]
    jacobian: Any  # [n, n]
    loss: Any
    mu: Any
    growth: Any
    lowest: Any  # the loss when it fell last by a share that counts
    since: Any  # the iteration of that
    running: Any


def prepare(
    constant: np.ndarray, target: np.ndarray, starts: np.ndarray
) -> Callable[[], np.ndarray]:
    """A run of all starts [S, n], which gives the largest residual of each end, shape [S]."""
    options, rule = Options(patient=False), RULES["majorised"]
    enough = (options.tolerance * np.linalg.norm(target)) ** 2
    n = len(target)

    def at(r: Any) -> tuple[Any, Any, Any]:
        values, V = jnp.linalg.eigh(constant + jnp.diag(r))
        residuals = values - target
        return residuals, jnp.square(V).T, jnp.sum(jnp.square(residuals))

    def advance(before: State) -> State:
        J, loss, mu = before.jacobian, before.loss, before.mu
        normal, gradient = J.T @ J, J.T @ before.residuals
        M = normal + mu * (jnp.eye(n) - normal)
        scale = 1 / jnp.sqrt(jnp.diag(M))
        M = M * scale[:, None] * scale + RIDGE * jnp.eye(n)
        d = -scale * jnp.linalg.solve(M, scale * gradient)
        expected = -(2 * gradient @ d + jnp.sum(jnp.square(J @ d)))
        residuals, jacobian, new_loss = at(before.r + d)
        still = expected <= ours.STATIONARY * loss
        climbs = (before.number < ours.GRACE) & (new_loss < ours.CLIMB * loss) & ~still
        better = new_loss < loss
        taken = better | climbs
        gain = jnp.where(better, (loss - new_loss) / expected, 0.0)
        share = jnp.sqrt(jnp.where(gain > 0, new_loss / loss, 1.0))
        trust = jnp.clip(1 - (2 * gain - 1) ** 3, ours.FASTEST, 2)
        trust = jnp.minimum(trust, jnp.maximum(share, ours.SMALLEST))
        number, loss = before.number + 1, jnp.where(taken, new_loss, loss)
        fell = (loss <= (1 - ours.WORTHWHILE) * before.lowest) | (number <= ours.GRACE)
        since = jnp.where(fell, number, before.since)
        ended = still | (number - since >= ours.IDLE) | (loss <= enough)
        return State(
            number, jnp.where(taken, before.r + d, before.r),
            jnp.where(taken, residuals, before.residuals), jnp.where(taken, jacobian, J), loss,
            jnp.minimum(mu * jnp.where(taken, trust, before.growth), 1.0),
            jnp.where(taken, 2.0, 2 * before.growth), jnp.where(fell, loss, before.lowest), since,
            ~ended & (number < options.max_iterations),
        )  # fmt: skip

    def end(r: Any) -> Any:
        residuals, jacobian, loss = at(r)
        first = State(0, r, residuals, jacobian, loss, rule.mu, 2.0, loss, 0, loss > enough)
        last = jax.lax.while_loop(lambda state: state.running, advance, first)
        return jnp.abs(last.residuals).max()

    every = jax.jit(jax.vmap(end))
    return lambda: np.asarray(every(starts))
