"""What the Compare page shows beside its charts: what varies, how the members stand."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import streamlit as st

from eigfit.checks import numbers_from
from eigfit.engine.run import Run
from eigfit.experiment.consistency import MOST_MEMBERS
from eigfit.experiment.limits import CHOICES
from eigfit.experiment.links import written
from eigfit.experiment.setup import Setup
from eigfit.figures.heatmaps import colour_limit, shaded
from eigfit.figures.style import MEMBERS
from eigfit.fitting.optimisers import OPTIMISERS
from eigfit.results.history import History
from eigfit.results.outcomes import largest_error, solutions
from eigfit.results.status import Status
from eigfit.results.step import Step
from eigfit.study.comparison import Comparison, comparison, summary
from eigfit.web.controls import decades, selection, slider, switch
from eigfit.web.entries import entry, refusal
from eigfit.web.picture import Members
from eigfit.web.runs import restart
from eigfit.web.session import change, go_to, lend, put

# Members with the same number of a solution reached the same matrix, up to the signs of its rows
# and columns.
COLUMNS: Final = ("Member", "Status", "Steps", "Loss", "Largest error", "Solution")
VARIATIONS: Final = {
    "starts": "Starts",
    "optimisers": "Rules",
    "learning_rates": "Rates",
    "targets": "Targets",
}


def variation(setup: Setup) -> None:
    """The controls for what the members differ in; the rest stays as in the sidebar."""
    if "comparison" in setup.hide:
        return
    switch("vary", setup.vary, "What varies", VARIATIONS)
    with st.container(width=560):
        if setup.vary == "starts":
            slider("members", setup.members, "Starts side by side")
        elif setup.vary == "optimisers":
            rules = CHOICES["optimisers"]
            selection(
                "optimisers", setup.optimisers, "Rules, all with the sidebar's learning rate",
                lambda name: OPTIMISERS[name].title, rules,
            )  # fmt: skip
        elif setup.vary == "learning_rates":
            rates = decades(-5, 1)
            selection(
                "learning_rates", setup.learning_rates, "Learning rates", "{:g}".format, rates
            )
        else:
            _targets(setup)


def pinned(compared: Comparison) -> int | None:
    """The member that the others are shown against, None for none."""
    number = compared.setup.baseline
    return number - 1 if 1 <= number <= len(compared.members) else None


def members(run: Run[History], compared: Comparison, step: Step) -> Members:
    """The members at a step; the table says how they stand at the last one."""
    first = run.record.kept[0].matrix
    limit = colour_limit(first, tuple(t for member in compared.members for t in member.target))
    return Members(
        summary(compared, step),
        COLUMNS,
        *_rows(run, compared),
        shaded(step.matrix, limit),
        MEMBERS[: len(compared.members)],
        pinned(compared),
    )


def _rows(run: Run[History], compared: Comparison) -> tuple[list[list[str]], list[list[Any]]]:
    """Texts and values of the table."""
    last, ended = run.record.last, run.record.ended
    targets = np.array([member.target for member in compared.members])
    errors = largest_error(last.eigenvalues, targets).tolist()
    losses = last.loss.tolist()
    steps = np.where(ended < 0, last.number, ended).tolist()
    names = [status.brief for status in last.status]
    found = _solutions(compared, last.matrix, last.status == Status.converged).tolist()
    numbers = [number or None for number in found]
    setup, titles = compared.setup, compared.titles
    places = setup.learning_rates if setup.vary == "learning_rates" else titles
    values = list(zip(places, names, steps, losses, errors, numbers, strict=True))
    texts = [
        [title, name, f"{step:,}", f"{loss:.2e}", f"{error:.2e}", str(number or "–")]
        for title, (_, name, step, loss, error, number) in zip(titles, values, strict=True)
    ]
    baseline = pinned(compared)
    if baseline is not None:
        for i in range(len(texts)):
            if i == baseline:
                texts[i][0] += "\nbaseline"
                continue
            both = ended[i] >= 0 and ended[baseline] >= 0
            texts[i][2] += f"\n{_more(steps[i] - steps[baseline])}" if both else "\n–"
            texts[i][3] += f"\n{_times(losses[i], losses[baseline])}"
            texts[i][4] += f"\n{_times(errors[i], errors[baseline])}"
    return texts, [list(row) for row in values]


def _more(steps: int) -> str:
    return f"{steps:+,}".replace("-", "−")


def _times(value: float, baseline: float) -> str:
    """How many times the baseline's a value is."""
    with np.errstate(all="ignore"):
        share = float(np.divide(value, baseline))
    return f"× {share:.3g}" if np.isfinite(share) else "–"


def pin(number: int) -> None:
    """Make that member the baseline, counted from 1; 0 for none."""
    change("baseline", number)


def open_member(index: int, run: Run[History]) -> None:
    """Go to the Fit page with that member, come as far as it has here."""
    members = comparison(run.lived.setup).members
    if not 0 <= index < len(members):
        return
    ended = int(run.record.ended[index])
    lend("compare", st.session_state["setup"], members[index])
    restart("run_fit", members[index], run.reached if ended < 0 else ended)
    go_to("fit")


def _solutions(compared: Comparison, matrices: np.ndarray, converged: np.ndarray) -> np.ndarray:
    """Numbers of the solutions; members with other targets have solutions of their own."""
    numbers = np.zeros(len(matrices), dtype=int)
    targets = [tuple(sorted(member.target)) for member in compared.members]
    for target in dict.fromkeys(targets):
        same = np.array([other == target for other in targets])
        found = solutions(matrices[same], converged[same], compared.members[0].tolerance)
        numbers[same] = np.where(found > 0, found + numbers.max(), 0)
    return numbers


def _targets(setup: Setup) -> None:
    """One line of numbers for each target."""
    lines = [written(row) for row in setup.target_rows]
    words = entry(
        "target_lines",
        "\n".join(lines),
        f"Targets, {setup.n} numbers a line, at most {MOST_MEMBERS} lines",
        _take_targets,
        st.text_area,
    )
    refusal(words)


def _take_targets(text: str) -> None:
    n = st.session_state["setup"].n
    targets: list[float] = []
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise ValueError(f"a line of {n} numbers is needed for each target")
    for number, line in enumerate(lines, 1):
        try:
            targets += numbers_from(line, n)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None
    put("targets", tuple(targets))
