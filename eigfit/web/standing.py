"""How a run stands, in words: a sentence with its symbol, and the figures of a step."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from eigfit.engine.run import Run
from eigfit.experiment.setup import Setup
from eigfit.problem.reach import out_of_reach
from eigfit.results.history import History
from eigfit.results.outcomes import largest_error
from eigfit.results.status import Status
from eigfit.results.step import Step
from eigfit.structures.named import STRUCTURES
from eigfit.web.runs import OPENING_STEPS

ROUNDINGS: Final = 100  # that an eigenvalue may be off by at best
SETTLED: Final = 1e-4  # of the residuals: with so small a gradient no other steps would go on
ENDING: Final = {"tolerance", "target", "max_steps"}  # with which a run may end where it stands
ICONS: Final = {
    Status.converged: "check_circle",
    Status.stalled: "trending_flat",
    Status.diverged: "error",
    Status.step_limit: "timer_off",
}


class Standing(NamedTuple):
    """How a run stands: the name of a Material symbol, and a sentence."""

    icon: str
    sentence: str


def standing(run: Run[History], step: Step) -> Standing:
    """How the run stands; with several starts, how many stand how.

    Args:
        run: the one.
        step: the step shown.
    """
    if not run.begun:
        return Standing("", "") if run.failure else Standing("hourglass_top", "Getting ready…")
    last = run.record.last
    statuses = np.atleast_1d(last.status)
    kinds = [status for status in Status if (statuses == status).any()]
    under_way = _under_way(run, last.number)
    words = {Status.running: under_way}
    if len(statuses) == 1:
        reason = _reason(kinds[0], run.wanted.setup, last)
        sentence = f"{words.get(kinds[0], kinds[0].value)}{reason}"
    else:
        counts = [f"{(statuses == kind).sum()} {kind.brief}" for kind in kinds]
        sentence = f"{words.get(kinds[0], 'Ended.')} Members: {', '.join(counts)}."
    at_the_end = run.final and run.changed_at == run.reached
    if run.changed_at is not None and (not at_the_end or run.changed & ENDING):
        sentence += (
            f" {_names(run.changed)} changed at step {run.changed_at:,}; Reset runs the whole "
        )
        sentence += "way with what holds now."
    if step is not last:
        sentence += f" Shown is step {step.number:,}."
    symbol = "pause_circle" if under_way.startswith("Paused") else "play_circle"
    return Standing(ICONS.get(kinds[0], symbol), sentence)


def _under_way(run: Run[History], number: int) -> str:
    """What a run does that has come to that step and has not ended."""
    if run.playing:
        return Status.running.value
    goal = min(run.until, run.wanted.setup.max_steps)
    if run.moving and goal > number:
        return f"Going to step {goal:,}."
    if run.gently and number == OPENING_STEPS:
        return f"Paused at step {number:,}. The first steps came by themselves; Play goes on."
    return f"Paused at step {number:,}. Play goes on, Reset goes back to the start."


def _names(changed: frozenset[str]) -> str:
    """What has changed on the way, at the beginning of a sentence: the target first."""
    ordered = sorted(changed, key=lambda name: (name != "target", name))
    *others, last = (name.replace("_", " ") for name in ordered)
    return " and ".join([", ".join(others), last] if others else [last]).capitalize()


def _reason(status: Status, setup: Setup, last: Step) -> str:
    """Why the target is not reached, as far as that is known."""
    if status in (Status.converged, Status.diverged):
        return ""
    beyond = _out_of_reach(setup.structure, setup.n, setup.target, setup.tolerance)
    if beyond or status is not Status.stalled:
        return f" {beyond}" if beyond else ""
    finest = ROUNDINGS * np.finfo(setup.dtype).eps * np.abs(setup.target).max()
    if largest_error(last.eigenvalues, setup.target) <= finest:
        return f" The tolerance lies below what {setup.dtype} can reach."
    words = " It may be a local minimum: another start (New start) may get there."
    if np.linalg.norm(last.gradient) > SETTLED * np.sqrt(last.loss):
        words += " Or the steps are too large to settle: lower the learning rate."
    return words


@lru_cache(maxsize=256)
def _out_of_reach(structure: str, n: int, target: tuple[float, ...], tolerance: float) -> str:
    return out_of_reach(STRUCTURES[structure].build(n), target, tolerance)


def figures_of(step: Step, target: tuple[float, ...]) -> dict[str, str]:
    """The figures of a single start's step under their names."""
    names = ("Step", "Loss", "Largest error", "Gradient norm", "Smallest gap")
    error = largest_error(step.eigenvalues, target)
    slope = np.hypot.reduce(step.gradient)  # without squares, which overflow in a run that diverges
    values = (step.loss, error, slope, np.diff(step.eigenvalues).min())
    written = [f"{step.number:,}", *(f"{value:.2e}" for value in values)]
    return dict(zip(names, written, strict=True))
