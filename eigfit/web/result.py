"""What came out at the end of a run: what was asked for, the matrix found, and it as text."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from eigfit.engine.run import Run
from eigfit.experiment.links import written
from eigfit.results.history import History
from eigfit.results.outcomes import largest_error
from eigfit.results.status import Status
from eigfit.results.step import Step
from eigfit.results.texts import FORMATS
from eigfit.web.cards import place_for
from eigfit.web.copying import copy_text

MINUS: Final = "−"
LARGEST_IN_FULL: Final = 1e4  # above it five decimals would be a wall of digits
ENDS: Final = {
    Status.converged: "Here is a matrix that has them.",
    Status.stalled: "The run has stalled before it had them; this is the matrix it came to.",
    Status.step_limit: "The steps ended before it had them; this is the matrix it came to.",
}
STYLE: Final = """<style>
.eigfit-result { display: flex; flex-wrap: wrap; gap: 0.8rem 2.5rem; align-items: center }
.eigfit-scroll { max-width: 100%; overflow-x: auto }
.eigfit-result .eigfit-matrix { margin: 0; border: solid currentColor; border-width: 0 1.5px;
  border-radius: 0.7rem; border-spacing: 0; border-collapse: separate;
  font-variant-numeric: tabular-nums }
.eigfit-result td { padding: 0.15rem 0.6rem; border: 0; text-align: right; white-space: nowrap }
.eigfit-result .eigfit-found { margin: 0; padding: 0 }
.eigfit-result dt { margin: 0; padding: 0; font-size: 0.87rem }
.eigfit-result dd { margin: 0 0 0.4rem; padding: 0; font-variant-numeric: tabular-nums }
</style>"""


def result(run: Run[History]) -> None:
    """The end of the run of a single start, nothing while there is none or after it diverged."""
    step = run.record.last if run.begun and run.final else None
    place = place_for("result_place")
    if step is None or step.status not in ENDS:
        return
    target = run.lived.setup.target
    with place, st.container(border=True, key="result"):
        asked = ", ".join(written(value).replace("-", MINUS) for value in target)
        st.markdown(f"**You asked for {asked}.** {ENDS[step.status]}")
        st.html(f"{STYLE}<div class='eigfit-result'>{_found(step, target)}</div>")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("Copy A as", width="content")
            for name, text_of in FORMATS.items():
                copy_text(f"copy_{name.lower()}", name, text_of(step.matrix))


def _found(step: Step, target: tuple[float, ...]) -> str:
    rows = ("".join(f"<td>{entry}</td>" for entry in shown(row)) for row in step.matrix)
    matrix = "".join(f"<tr>{row}</tr>" for row in rows)
    error = largest_error(step.eigenvalues, target)
    found = {"Its eigenvalues": ", ".join(shown(step.eigenvalues)), "Largest error": f"{error:.1e}"}
    words = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in found.items())
    return (
        f"<div class='eigfit-scroll'><table class='eigfit-matrix' aria-label='A'>{matrix}</table>"
        f"</div><dl class='eigfit-found'>{words}</dl>"
    )


def shown(values: np.ndarray) -> list[str]:
    """Numbers for the eye: five decimals, or five digits where they are large."""
    form = "{:.5f}" if np.abs(values).max() < LARGEST_IN_FULL else "{:.5g}"
    rounded = (form.format(value) for value in values)
    return [text.replace("-", MINUS) if float(text) else text.lstrip("-") for text in rounded]
