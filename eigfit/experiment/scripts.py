"""Experiments as Python scripts to take away: one with eigfit, one in plain TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eigfit.experiment import templates
from eigfit.experiment.legs import stages
from eigfit.experiment.setup import Setup
from eigfit.fitting.optimisers import OPTIMISERS
from eigfit.fitting.stopping import GROWTH, SMALLEST_LOSS, STALL_SHARE, STALL_STEPS
from eigfit.structures.named import STRUCTURES


def eigfit_script(members: Sequence[Setup], titles: Sequence[str]) -> str:
    """A script that runs the members with eigfit, and prints each one's end and matrix."""
    first, through_legs = members[0], _through_legs(members)
    text = templates.WITH_EIGFIT_THROUGH_LEGS if through_legs else templates.WITH_EIGFIT
    return text.format(
        structure=first.structure,
        n=first.n,
        dtype=first.dtype,
        tolerance=first.tolerance,
        max_steps=first.max_steps,
        runs=_runs(members, titles, _eigfit_rule),
    )


def tensorflow_script(members: Sequence[Setup], titles: Sequence[str]) -> str:
    """A script that runs the members without eigfit and prints the same."""
    first, through_legs = members[0], _through_legs(members)
    structure = STRUCTURES[first.structure].build(first.n)
    running = templates.RUN_THROUGH_LEGS if through_legs else templates.RUN
    return templates.WITH_TENSORFLOW.format(
        matrix=structure.in_tensorflow(),
        growth=GROWTH,
        smallest_loss=SMALLEST_LOSS,
        stall_share=STALL_SHARE,
        stall_steps=STALL_STEPS,
        remembering=templates.REMEMBERING if through_legs else "",
        returning=templates.RETURNING if through_legs else "",
        running=running.format(
            dtype=first.dtype, tolerance=first.tolerance, max_steps=first.max_steps
        ),
        runs=_runs(members, titles, _keras_rule),
    )


def _through_legs(members: Sequence[Setup]) -> bool:
    return any(member.earlier for member in members)


def _runs(members: Sequence[Setup], titles: Sequence[str], rule: Callable[[Setup], str]) -> str:
    how = _legs if _through_legs(members) else _alone
    return "\n".join(
        f"run({title!r}, {how(member, rule)})"
        for title, member in zip(titles, members, strict=True)
    )


def _alone(member: Setup, rule: Callable[[Setup], str]) -> str:
    """Towards which target, from where and by which rule."""
    return f"{sorted(member.target)}, {_start(member)}, {rule(member)}"


def _legs(member: Setup, rule: Callable[[Setup], str]) -> str:
    """From where, and until which step, towards which target and how, a line for each leg."""
    lines = [
        f"    ({held.max_steps}, {sorted(held.target)}, {held.tolerance!r}, {rule(held)}),\n"
        for _, held in stages(member)
    ]
    return f"{_start(member)}, [\n{''.join(lines)}]"


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
