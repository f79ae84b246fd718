"""Many starts at once: each takes its own steps, and who has ended drops out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from eigfit.problem.joint import Joint, parts_of
from eigfit.problem.problem import Problem
from eigfit.results.status import Status
from eigfit.solve.options import Options
from eigfit.solve.residuals import Residuals, residuals
from eigfit.solve.room import Room, room
from eigfit.solve.rules import RULES, majorant, steps

# The first steps may climb so far: what begins far away finds more solutions so (of 1,200 random
# starts of the MoS₂ bands 32 % instead of 30 %, with fewer decompositions).
GRACE: Final = 10
CLIMB: Final = 10.0
# A start is stationary where a step can lower the loss by no more than this share.
STATIONARY: Final = 1e-12
# Without patience a start is given up whose loss has not fallen by such a share in so many
# iterations: of 1,600 starts of seven published problems none that was given up so would have
# reached the data, and those that do not reach them take half as many iterations.
WORTHWHILE: Final = 0.01
IDLE: Final = 8
# Rounding may be so large a share of the data, no larger.
MOST_ROUNDING: Final = 1e-6
# A step that paid off earns trust: μ falls, at most so far.
FASTEST: Final = 0.1
SMALLEST: Final = 1e-8
FIRM: Final = 1e8


# By the numbers that `_judge` gives.
STATUSES: Final = np.array(
    [Status.running, Status.converged, Status.stalled, Status.diverged, Status.step_limit], object
)


class Ends(NamedTuple):
    """Where S starts ended."""

    parameters: np.ndarray  # [S, p]
    loss: np.ndarray  # [S]
    status: np.ndarray  # [S], a Status each
    iterations: np.ndarray  # [S]


@dataclass
class Running:
    """The starts that have not ended, after `number` iterations; made anew by each of them."""

    number: int
    starts: np.ndarray  # which they are, ints [S]
    r: np.ndarray  # [S, p]
    at: Residuals
    mu: np.ndarray  # [S]
    growth: np.ndarray  # [S], of μ if the next step fails
    largest: np.ndarray  # [S, p], of the diagonals of JᵀJ so far
    lowest: np.ndarray  # [S], the loss when it fell last by a share that counts
    since: np.ndarray  # [S], the iteration of that
    status: np.ndarray  # [S]


def iterations(problem: Problem | Joint, starts: np.ndarray, options: Options) -> Iterator[Running]:
    """The starts [S, p] as they stand at first and after each iteration.

    The last iteration of a start shows its end; after it the start is left out.
    """
    rule = RULES[options.rule]
    S, p = starts.shape
    within = room(problem)
    # Between ends only a damping without end leads to a minimum: there it is Marquardt's.
    between = within.bounds.given and rule.adaptive
    B = majorant(problem, p) if rule.majorised and not between else None
    r = within.told(within.bounds.inside(starts))
    at = residuals(problem, r)
    running = Running(
        0, np.arange(S), r, at, np.full(S, rule.mu), np.full(S, 2.0), np.zeros((S, p)), at.loss,
        np.zeros(S, int), np.full(S, Status.running, dtype=object),
    )  # fmt: skip
    told = size(problem)
    _judge(running, np.zeros(S, bool), told, options)
    while True:
        yield running
        left = running.status == Status.running
        if not left.any():
            return
        running = _advanced(
            problem, within, _chosen(running, left), B, rule.adaptive, told, options
        )


def ends(problem: Problem | Joint, starts: np.ndarray, options: Options) -> Ends:
    """Where the starts [S, p] end.

    Without patience some are given up early, as long as others reach the data; where none does, the
    minima are what is asked for, and all are followed to their very ends.
    """
    if not options.patient and len(starts) > 1:
        found = _with_mirrored(problem, starts, options)
        if (found.status == Status.converged).any():
            return found
    return _with_mirrored(problem, starts, options._replace(patient=True))


def _with_mirrored(problem: Problem | Joint, starts: np.ndarray, options: Options) -> Ends:
    """Where they end, or from where they go on.

    One that stalls goes on once from the mirror image of its start in the place where it stalled:
    of the MoS₂ bands' 39 % reach a solution from there, as many as from a fresh start and more than
    from other places on the line (a start half way: 3 %). The better of its two ends counts.
    """
    found = _ends(problem, starts, options)
    stalled = np.flatnonzero(found.status == Status.stalled)
    if not RULES[options.rule].adaptive or not len(stalled):
        return found
    mirrored = _ends(problem, 2 * found.parameters[stalled] - starts[stalled], options)
    found.iterations[stalled] += mirrored.iterations
    better = mirrored.loss < found.loss[stalled]
    for all_of, of_mirrored in zip(found[:3], mirrored[:3], strict=True):
        all_of[stalled[better]] = of_mirrored[better]
    return found


def _ends(problem: Problem | Joint, starts: np.ndarray, options: Options) -> Ends:
    S = len(starts)
    found = Ends(
        np.array(starts, float), np.empty(S), np.full(S, Status.running, object), np.zeros(S, int)
    )
    for running in iterations(problem, starts, options):
        which = running.starts
        found.parameters[which] = running.r
        found.loss[which] = running.at.loss
        found.status[which] = running.status
        found.iterations[which] = running.number
    return found


def _advanced(
    problem: Problem | Joint,
    within: Room,
    before: Running,
    B: np.ndarray | None,
    adaptive: bool,
    told: float,
    options: Options,
) -> Running:
    at, r, mu = before.at, before.r, before.mu
    J = np.concatenate([at.jacobian, at.pairs], axis=1) if at.pairs.shape[1] else at.jacobian
    normal = np.matmul(J.swapaxes(-1, -2), J)
    largest = np.maximum(before.largest, np.einsum("skk->sk", normal))
    damping = largest[:, :, None] * np.eye(r.shape[-1]) if B is None else B - normal
    g = at.gradient
    low, high = within.bounds
    free = ~(((r <= low) & (g > 0)) | ((r >= high) & (g < 0)))
    whole = r + steps(normal, g, damping, mu, free)
    reached = within.bounds.inside(whole)
    d = reached - r
    clipped = (reached != whole).any(axis=-1)
    moved = within.told(reached)
    expected = -(d * (2 * g + np.matmul(normal, d[..., None])[..., 0])).sum(-1)
    there = residuals(problem, moved)
    loss, new_loss = at.loss, there.loss
    # What is left of a step that an end has cut says nothing, before the step has become short.
    still = (expected <= STATIONARY * loss) & ~(clipped & (mu < FIRM))
    with np.errstate(invalid="ignore", over="ignore"):
        better = new_loss < loss
        climbs = (before.number < GRACE) & (new_loss < CLIMB * loss) & ~still
        gain = np.where(better, (loss - new_loss) / np.where(expected > 0, expected, np.inf), 0)
    taken, growth = np.isfinite(new_loss), before.growth
    if adaptive:
        taken = better | climbs
        most = np.inf if B is None else 1.0
        mu = np.minimum(mu * np.where(taken, _trust(loss, new_loss, gain), growth), most)
        growth = np.where(taken, 2.0, 2 * growth)
    number, loss = before.number + 1, np.where(taken, new_loss, loss)
    fell = ~(loss > (1 - WORTHWHILE) * before.lowest) | (number <= GRACE)
    after = Running(
        number, before.starts, np.where(taken[:, None], moved, r), _either(taken, there, at), mu,
        growth, largest, np.where(fell, loss, before.lowest), np.where(fell, number, before.since),
        before.status,
    )  # fmt: skip
    if not options.patient:
        still = still | (number - after.since >= IDLE)
    _judge(after, still, told, options)
    return after


def _trust(loss: np.ndarray, new_loss: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """By how much μ falls after a step of that gain, or rises where it was less than expected.

    It falls as the residuals do, so that steps end quadratic.

    Source: Nielsen, "Damping parameter in Marquardt's method" (1999), equation 2.5.
    """
    share = np.sqrt(np.where(gain > 0, new_loss / np.where(loss > 0, loss, 1), 1))
    return np.minimum(np.clip(1 - (2 * gain - 1) ** 3, FASTEST, 2), np.maximum(share, SMALLEST))


def _judge(running: Running, still: np.ndarray, told: float, options: Options) -> None:
    """Say of each start whether it has ended; `still` are those that no step lowers, or hardly."""
    norm = np.sqrt(running.at.loss)
    # Where rounding leaves hardly anything of the data, nothing has been reached.
    rounding = np.minimum(running.at.rounding, MOST_ROUNDING * told)
    done = norm <= np.maximum(options.tolerance * told, rounding)
    limit = running.number >= options.max_iterations
    codes = np.where(still, 2, 4 if limit else 0)
    codes = np.where(np.isfinite(norm), codes, 3)
    running.status = STATUSES[np.where(done, 1, codes)]


def size(problem: Problem | Joint) -> float:
    """‖t/σ‖ of all data, to which the tolerance is relative."""
    data = [part.problem.data for part in parts_of(problem)]
    return float(np.sqrt(sum(np.square(one.target / one.sigma).sum() for one in data)))


def _chosen(running: Running, which: np.ndarray) -> Running:
    if which.all():
        return running
    return Running(
        running.number, running.starts[which], running.r[which], running.at.chosen(which),
        running.mu[which], running.growth[which], running.largest[which], running.lowest[which],
        running.since[which], running.status[which],
    )  # fmt: skip


def _either(which: np.ndarray, one: Residuals, other: Residuals) -> Residuals:
    if which.all():
        return one

    def pick(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.where(which.reshape(-1, *(1,) * (a.ndim - 1)), a, b)

    values = tuple(map(pick, one.values, other.values))
    return Residuals(values, *map(pick, one[1:], other[1:]))
