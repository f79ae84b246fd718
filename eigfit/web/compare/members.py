"""What the Compare page shows beside its charts: what varies, how the members stand."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from eigfit.checks import number_from
from eigfit.engine.run import Run
from eigfit.experiment.consistency import MOST_MEMBERS
from eigfit.experiment.limits import CHOICES
from eigfit.experiment.links import written
from eigfit.experiment.setup import Setup
from eigfit.fitting.optimisers import OPTIMISERS
from eigfit.results.history import History
from eigfit.results.outcomes import largest_error, solutions
from eigfit.results.status import Status
from eigfit.study.comparison import Comparison, comparison
from eigfit.web.controls import decades, selection, slider, switch, tied
from eigfit.web.frames import Table
from eigfit.web.runs import restart
from eigfit.web.session import change, lend

# Members with the same number of a solution reached the same matrix, up to the signs of its rows
# and columns.
COLUMNS: Final = ("Member", "Status", "Steps", "Loss", "Largest error", "Solution")
VARIATIONS: Final = {
    "starts": "Random starts",
    "optimisers": "Optimisers",
    "learning_rates": "Learning rates",
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


def table(run: Run[History], compared: Comparison) -> Table:
    """One row for each member, as it stands at the last step."""
    last, ended = run.record.last, run.record.ended
    targets = np.array([member.target for member in compared.members])
    errors = largest_error(last.eigenvalues, targets).tolist()
    losses = last.loss.tolist()
    steps = np.where(ended < 0, last.number, ended).tolist()
    names = [str(status).replace("_", " ") for status in last.status]
    found = _solutions(compared, last.matrix, last.status == Status.converged).tolist()
    numbers = [number or None for number in found]
    values = zip(compared.titles, names, steps, losses, errors, numbers, strict=True)
    texts = zip(
        compared.titles,
        names,
        (f"{step:,}" for step in steps),
        (f"{loss:.2e}" for loss in losses),
        (f"{error:.2e}" for error in errors),
        (str(number or "–") for number in numbers),
        strict=True,
    )
    return Table(COLUMNS, [list(row) for row in texts], [list(row) for row in values])


def open_member(index: int, run: Run[History]) -> None:
    """Go to the Fit page with that member, come as far as it has here."""
    members = comparison(run.lived.setup).members
    if not 0 <= index < len(members):
        return
    ended = int(run.record.ended[index])
    lend("compare", st.session_state["setup"], members[index])
    restart("run_fit", members[index], run.reached if ended < 0 else ended)
    st.switch_page("pages/fit.py")


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
    st.text_area(
        f"Targets, {setup.n} numbers a line, at most {MOST_MEMBERS} lines",
        key=tied("target_lines", "\n".join(lines), _take_targets),
    )


def _take_targets(text: str) -> None:
    lines = text.strip().splitlines()
    n = st.session_state["setup"].n
    try:
        rows = [tuple(map(number_from, line.split(","))) for line in lines if line.strip()]
    except ValueError:
        st.toast("Targets must be numbers separated by commas; the former ones are kept.")
        return
    if any(len(row) != n for row in rows) or not rows:
        st.toast(f"Each target needs {n} numbers; the former ones are kept.")
        return
    change("targets", sum(rows, ()))
