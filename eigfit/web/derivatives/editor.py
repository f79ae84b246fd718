"""The matrix of the Derivatives page: typed into, taken from elsewhere, and its spectrum."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import streamlit as st

from eigfit.checks import number_from
from eigfit.experiment.limits import RANGES
from eigfit.experiment.presets import default_matrix
from eigfit.experiment.setup import Setup
from eigfit.figures import heatmaps
from eigfit.figures.style import SUBSCRIPTS
from eigfit.study import derivatives
from eigfit.web.controls import heard
from eigfit.web.entries import Draft, refusal
from eigfit.web.live import live_chart
from eigfit.web.session import change, sentence

LARGEST_N_IN_FULL: Final = 8
NOTHING: Final = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}  # as a grid says it
MIRROR: Final = "Typing an entry sets its mirror too."


def shown(value: float, n: int = 3) -> str:
    """An entry of an n×n matrix in the digits there is room for; left alone it keeps them all."""
    return f"{value:.{8 if n <= LARGEST_N_IN_FULL else 4}g}"


class Grid(NamedTuple):
    """The grid of cells that is typed into, which the browser keeps through what it brings about.

    Attributes:
        key: of the grid; another one makes it anew, and a cell that is open in it is lost.
        matrix: which it shows; made anew when that is changed elsewhere.
        word: what the browser told last, all edits in it.
        refused: what of that cannot be had.
    """

    key: str
    matrix: tuple[float, ...]
    word: dict[str, Any]
    refused: dict[tuple[int, int], Draft]


def editor(setup: Setup) -> None:
    """The matrix to type into, what is read of it, and matrices to take."""
    n, A = setup.n, derivatives.matrix_of(setup)
    grid = _grid(setup)
    texts = {place: draft.text for place, draft in grid.refused.items()}
    if grid.key in st.session_state:  # else the browser has forgotten what was typed
        # An edit is drawn as it stands there: then the browser drops it, tells so, and its cell
        # follows the matrix again. Otherwise it would hide what its mirror is set to.
        texts |= _texts(grid.word)
    # Cells of text, as the grid's cells of numbers drop the e of 2.5e-3 while it is typed.
    st.data_editor(
        {str(j): [texts.get((i, j), shown(A[i, j], n)) for i in range(n)] for j in range(n)},
        key=grid.key,
        hide_index=False,
        width="stretch",
        height="content",
        column_config={str(j): st.column_config.TextColumn(alignment="right") for j in range(n)},
        num_rows="fixed",
    )
    heard(grid.key, grid.word, lambda word: _typed(grid.key, word))
    for (i, j), draft in grid.refused.items():
        refusal(f"A[{i}, {j}] is still {draft.instead}. {draft.refusal}")
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
                  on_click=_take, args=(default_matrix(n),))  # fmt: skip
        st.button("The experiment's start", key="start_matrix", on_click=_take_start)
        st.button("The identity", key="identity_matrix", on_click=_take,
                  args=(tuple(np.eye(n).ravel().tolist()),))  # fmt: skip
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


def edited(
    A: np.ndarray, texts: dict[tuple[int, int], str]
) -> tuple[np.ndarray, dict[tuple[int, int], Draft]]:
    """The matrix with what was typed into its cells, and what of that cannot be had.

    An entry sets its mirror, unless both were pasted at once. A cell whose text is the one shown
    keeps all digits of its entry.
    """
    typed, refused = {}, {}
    for (i, j), text in texts.items():
        try:
            value = A[i, j] if text == shown(A[i, j], len(A)) else number_from(text)
            typed[i, j] = RANGES["matrix"].checked("an entry", float(value))
        except ValueError as error:
            refused[i, j] = Draft(text, shown(A[i, j], len(A)), sentence(error))
    changed = A.copy()
    for (i, j), value in typed.items():
        changed[i, j] = value
        if (j, i) not in texts:
            changed[j, i] = value
    return changed, refused


def _grid(setup: Setup) -> Grid:
    """The grid of this matrix, made anew where that came from elsewhere."""
    grid: Grid | None = st.session_state.get("matrix_grid")
    if grid is None or grid.matrix != setup.matrix:
        number = st.session_state["matrix_grids"] = st.session_state.get("matrix_grids", 0) + 1
        grid = Grid(f"matrix_editor_{number}", setup.matrix, NOTHING, {})
        st.session_state["matrix_grid"] = grid
    return grid


def _texts(word: dict[str, Any]) -> dict[tuple[int, int], str]:
    """What was typed, by place; an emptied cell comes as None."""
    rows: dict[int, dict[str, str | None]] = word["edited_rows"]
    return {(i, int(j)): text or "" for i, row in rows.items() for j, text in row.items()}


def _typed(key: str, word: dict[str, Any]) -> None:
    setup: Setup = st.session_state["setup"]
    grid = _grid(setup)
    if key != grid.key:  # of a grid that is gone, which the browser may tell once more
        return
    before = _texts(grid.word)
    texts = {place: text for place, text in _texts(word).items() if before.get(place) != text}
    A, refused = edited(derivatives.matrix_of(setup), texts)
    set_now = {place for i, j in texts.keys() - refused.keys() for place in ((i, j), (j, i))}
    still = {place: said for place, said in grid.refused.items() if place not in set_now} | refused
    if texts:
        change("matrix", tuple(A.ravel().tolist()))
    st.session_state["matrix_grid"] = Grid(key, st.session_state["setup"].matrix, word, still)


def _take(matrix: tuple[float, ...]) -> None:
    st.session_state.pop("matrix_grid", None)  # what stands in it goes, also where this is its own
    change("matrix", matrix)


def _take_start() -> None:
    setup: Setup = st.session_state["setup"]
    _take(tuple(derivatives.starting_matrix(setup).ravel().tolist()))


def _merge() -> None:
    _take(derivatives.repeated_matrix(st.session_state["setup"]))
