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
from eigfit.results.step import Step
from eigfit.study.comparison import Comparison, comparison
from eigfit.web.controls import decades, selection, slider, switch
from eigfit.web.player import status_line
from eigfit.web.runs import restart
from eigfit.web.session import change, lend

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


def standing(run: Run[History], step: Step | None) -> None:
    """How the members stand."""
    st.markdown(status_line(run, step))


def table(run: Run[History], compared: Comparison) -> None:
    """One row for each member; the chosen one can be opened on the Fit page."""
    last, ended = run.record.last, run.record.ended
    targets = np.array([member.target for member in compared.members])
    errors = largest_error(last.eigenvalues, targets)
    converged = last.status == Status.converged
    numbers = _solutions(compared, last.matrix, converged)
    columns = {
        "Member": list(compared.titles),
        "Status": [str(status).replace("_", " ") for status in last.status],
        "Steps": np.where(ended < 0, last.number, ended).tolist(),
        "Loss": last.loss.tolist(),
        "Largest error": errors.tolist(),
        "Solution": [int(number) or None for number in numbers],
    }
    scientific = st.column_config.NumberColumn(format="%.2e")
    solution = st.column_config.NumberColumn(
        help="Members with the same number reached the same matrix, up to the signs of its rows "
        "and columns."
    )
    chosen = st.dataframe(
        columns,
        key="members_table",
        hide_index=True,
        height="content",
        column_config={"Loss": scientific, "Largest error": scientific, "Solution": solution},
        on_select="rerun",
        selection_mode="single-row",
        alt="How each member stands",
        placeholder="",
    )
    rows = [row for row in chosen["selection"]["rows"] if row < len(compared.members)]
    if not rows:
        st.caption("Choose a row to open that member on the Fit page.")
    elif st.button(
        f"Open “{compared.titles[rows[0]]}” on the Fit page",
        key="open_member",
        icon=":material/open_in_new:",
    ):
        member = comparison(run.lived.setup).members[rows[0]]
        lend("compare", st.session_state["setup"], member)
        restart("run_fit", member, columns["Steps"][rows[0]])
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
    st.session_state["target_lines"] = "\n".join(lines)
    st.text_area(
        f"Targets, {setup.n} numbers a line, at most {MOST_MEMBERS} lines",
        key="target_lines",
        on_change=_targets_changed,
    )


def _targets_changed() -> None:
    lines = st.session_state["target_lines"].strip().splitlines()
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
