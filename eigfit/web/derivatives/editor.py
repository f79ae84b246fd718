"""The matrix of the Derivatives page: typed into, taken from elsewhere, and its spectrum."""

from __future__ import annotations

import zlib
from typing import Any, Final

import numpy as np
import streamlit as st

from eigfit.checks import number_from
from eigfit.experiment.links import written
from eigfit.experiment.presets import default_matrix
from eigfit.experiment.setup import Setup
from eigfit.figures import heatmaps
from eigfit.figures.style import SUBSCRIPTS
from eigfit.study import derivatives
from eigfit.web.live import live_chart
from eigfit.web.session import change, sentence

LARGEST_N_IN_FULL: Final = 8
MIRROR: Final = "Typing an entry sets its mirror too."


def shown(value: float, n: int = 3) -> str:
    """An entry of an n×n matrix in the digits there is room for; left alone it keeps them all."""
    return f"{value:.{8 if n <= LARGEST_N_IN_FULL else 4}g}"


def editor(setup: Setup) -> None:
    """The matrix to type into, what is read of it, and matrices to take."""
    n, A = setup.n, derivatives.matrix_of(setup)
    # Another key for every edit and every matrix, as the editor keeps its edits by its key.
    edits = st.session_state.setdefault("matrix_edits", 0)
    key = f"matrix_editor_{edits}_{zlib.crc32(written(setup.matrix).encode())}"
    # Cells of text, as the grid's cells of numbers drop the e of 2.5e-3 while it is typed.
    st.data_editor(
        {str(j): [shown(entry, n) for entry in A[:, j]] for j in range(n)},
        key=key,
        hide_index=False,
        width="stretch",
        column_config={str(j): st.column_config.TextColumn(alignment="right") for j in range(n)},
        on_change=_typed,
        args=(key,),
        num_rows="fixed",
    )
    if np.array_equal(A, A.T):
        st.caption(MIRROR)
    else:
        st.caption(
            "This matrix is not symmetric. Decompositions read the lower triangle only: what "
            f"stands above the diagonal has no effect at all. {MIRROR}"
        )
    # Below the grid, whose own tools come up above it.
    with st.container(horizontal=True):
        st.button("The published matrix" if n == 3 else "Second differences", key="first_matrix",
                  on_click=change, args=("matrix", default_matrix(n)))  # fmt: skip
        st.button("The experiment's start", key="start_matrix", on_click=_take_start)
        st.button("The identity", key="identity_matrix", on_click=change,
                  args=("matrix", tuple(np.eye(n).ravel().tolist())))  # fmt: skip
        st.button("Make two eigenvalues equal", key="merge", icon=":material/merge:",
                  on_click=_merge, help="Moves the matrix the least that makes its two nearest "
                  "eigenvalues equal.")  # fmt: skip


def spectrum(setup: Setup) -> None:
    """Eigenvalues and eigenvectors."""
    values, V = derivatives.spectrum(setup)
    with st.container(horizontal=True, gap="medium", key="spectrum_figures"):
        for k, value in enumerate(values):
            st.metric(f"λ{k}".translate(SUBSCRIPTS), f"{value:.8g}", width="content")
    live_chart(heatmaps.plain(V, "V"), "eigenvectors", "The eigenvectors as columns of a heatmap")


def edited(A: np.ndarray, texts: dict[tuple[int, int], str]) -> tuple[np.ndarray, list[str]]:
    """The matrix with what was typed into its cells, and a sentence for each that is no number.

    An entry sets its mirror, unless both were pasted at once. A cell whose text is the one shown
    keeps all digits of its entry.
    """
    typed, refused = {}, []
    for (i, j), text in texts.items():
        try:
            typed[i, j] = A[i, j] if text == shown(A[i, j], len(A)) else number_from(text)
        except ValueError as error:
            refused.append(str(error))
    changed = A.copy()
    for (i, j), value in typed.items():
        changed[i, j] = value
        if (j, i) not in texts:
            changed[j, i] = value
    return changed, refused


def _typed(key: str) -> None:
    rows: dict[int, dict[str, Any]] = st.session_state[key]["edited_rows"]
    # An emptied cell comes as None.
    texts = {(i, int(j)): text or "" for i, row in rows.items() for j, text in row.items()}
    A, refused = edited(derivatives.matrix_of(st.session_state["setup"]), texts)
    st.session_state["matrix_edits"] += 1
    if refused:
        others = f" So it is with {len(refused) - 1} more." if len(refused) > 1 else ""
        kept = "The former entry is kept."
        st.toast(f"{sentence(refused[0])}{others} {kept}", icon=":material/info:")
    change("matrix", tuple(A.ravel().tolist()))


def _take_start() -> None:
    setup: Setup = st.session_state["setup"]
    change("matrix", tuple(derivatives.starting_matrix(setup).ravel().tolist()))


def _merge() -> None:
    change("matrix", derivatives.repeated_matrix(st.session_state["setup"]))
