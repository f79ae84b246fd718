"""An experiment with one thing changed, and what hangs on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eigfit.experiment.setup import Setup


def changed(setup: Setup, name: str, value: Any) -> Setup:
    """See `Setup.changed`; what is changed here has already forgotten what held before."""
    if name == "n":
        n, last = int(value), setup.target[-1]
        target = (*setup.target[:n], *(last,) * (n - len(setup.target)))
        inside = {name: min(getattr(setup, name), n - 1) for name in ("k", "row", "column")}
        afresh: dict[str, Any] = {"targets": (), "matrix": (), "parameter": 0, "axes": ()}
        return replace(_random(setup), n=n, target=target, **inside, **afresh)
    if name == "structure":
        return replace(_random(setup), structure=value, parameter=0, axes=())
    if name == "distribution":
        explicit = value == "explicit"
        start = tuple(setup.starting_point().tolist()) if explicit else ()
        return replace(setup, distribution=value, start=start)
    if name == "optimiser":
        return replace(setup, optimiser=value, settings=())
    if name in ("vary", "optimisers", "learning_rates", "targets"):
        return replace(setup, baseline=0, **{name: value})  # another member would have its number
    return replace(setup, **{name: value})


def _random(setup: Setup) -> Setup:
    """With a random start, as explicit numbers fit one structure of one size."""
    explicit = setup.distribution == "explicit"
    return replace(setup, distribution="uniform", start=()) if explicit else setup
