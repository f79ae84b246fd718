"""What processes compute that share what XLA has compiled; they import this module by its name."""

import os
import resource
from pathlib import Path

import tensorflow as tf

import eigfit as ef
from eigfit import compilation_cache
from eigfit.experiment.setup import Setup


def loss() -> float:
    """Of the first step of what a worker has computed before a visitor comes."""
    return float(next(Setup().steps()).loss)


def end(problem: ef.Problem, rule: ef.Optimiser, start: ef.Step, max_steps: int) -> ef.Step:
    """The last step of a fit that goes on from one of another process."""
    *_, last = ef.fit(problem, rule, start, max_steps=max_steps)
    return last


def loss_after(cache: Path, others: int = 0, full: str = "") -> float:
    """The same in a process that has not yet asked XLA for anything.

    Args:
        cache: its folder.
        others: how many functions of others are traced, and rules made, before.
        full: whether the disk is full "before" all that, "by then", or not at all.
    """
    os.environ.update(EIGFIT_CACHE=str(cache), TF_XLA_FLAGS="")
    if full == "before":
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    compilation_cache.switch_on()
    if full == "by then":
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    for i in range(others):
        tf.function(lambda x, i=i: x + i)(1.0)
        Setup().rule.keras()
    return loss()
