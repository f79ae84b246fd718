"""What is typed into the matrix of the Derivatives page, cell by cell."""

from collections.abc import Mapping

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from eigfit.experiment.setup import Setup
from eigfit.web.derivatives.editor import edited, shown
from eigfit.web.entries import Draft

Word = Mapping[int, Mapping[str, str | None]]
THIRD = np.full((3, 3), 1 / 3)


def typed(*words: Word) -> AppTest:
    """A page whose grid of cells has been edited like that, each word telling all edits so far."""

    def app() -> None:
        import streamlit as st

        from eigfit.web.derivatives import editor

        key = editor._grid(st.session_state["setup"]).key
        editor._typed(key, {"edited_rows": st.session_state["word"]})

    at = AppTest.from_function(app)
    at.session_state["setup"] = Setup(matrix=tuple(THIRD.ravel().tolist()))
    for word in words:
        tell(at, word)
    return at


def tell(at: AppTest, word: Word) -> None:
    """Tell all edits of the grid so far."""
    at.session_state["word"] = word
    at.run()
    assert not at.exception


def refused(at: AppTest) -> dict[tuple[int, int], Draft]:
    """What stands in cells and could not be had."""
    grid = at.session_state["matrix_grid"]
    assert grid.matrix == at.session_state["setup"].matrix
    return grid.refused


def key(at: AppTest) -> str:
    """Of the grid."""
    return at.session_state["matrix_grid"].key


def matrix(at: AppTest) -> np.ndarray:
    return np.reshape(at.session_state["setup"].matrix, (3, 3))


@pytest.mark.parametrize(("text", "value"), [("2.5e-3", 0.0025), ("1e3", 1000.0), ("−0,5", -0.5)])
def test_a_number_sets_its_entry_and_the_mirror_and_nothing_else(text: str, value: float):
    at = typed({0: {"1": text}})
    expected = THIRD.copy()
    expected[0, 1] = expected[1, 0] = value
    np.testing.assert_array_equal(matrix(at), expected)
    assert not at.toast
    assert key(at) == "matrix_editor_1", "the grid stays, and a cell that is open in it"


@pytest.mark.parametrize("text", ["1,000", "2.5e", "1e400", None])
def test_what_cannot_be_read_stays_in_its_cell_and_changes_nothing(text: str | None):
    at = typed({1: {"2": text}})
    np.testing.assert_array_equal(matrix(at), THIRD)
    ((place, draft),) = refused(at).items()
    assert (place, draft.text, draft.instead) == ((1, 2), text or "", "0.33333333")
    assert repr(text or "") in draft.refusal
    assert key(at) == "matrix_editor_1"


def test_of_many_cells_those_that_can_be_read_are_taken():
    at = typed({0: {"0": "7", "1": "x"}, 2: {"2": "1e7"}})
    assert matrix(at)[0, 0] == 7
    assert (matrix(at) == THIRD).sum() == 8
    assert {place: draft.text for place, draft in refused(at).items()} == {
        (0, 1): "x",
        (2, 2): "1e7",
    }
    assert "must lie between −1,000,000 and 1,000,000" in refused(at)[2, 2].refusal


def test_what_stands_in_a_cell_goes_when_the_entry_or_its_mirror_is_set():
    first: dict = {0: {"1": "x", "2": "y"}}
    at = typed(first, first | {1: {"0": "5"}})
    assert matrix(at)[0, 1] == 5
    assert list(refused(at)) == [(0, 2)]
    assert key(at) == "matrix_editor_1"


def test_what_stands_in_a_cell_goes_with_the_matrix():
    at = typed({0: {"1": "x"}})
    at.session_state["setup"] = Setup(matrix=tuple(np.eye(3).ravel().tolist()))
    tell(at, {2: {"2": "2"}})
    assert refused(at) == {}
    assert matrix(at)[2, 2] == 2
    assert key(at) == "matrix_editor_2"


def test_what_has_been_told_before_is_not_set_again():
    at = typed({0: {"1": "5"}}, {0: {"1": "5"}, 1: {"0": "7"}})
    assert (matrix(at)[0, 1], matrix(at)[1, 0]) == (7, 7)
    assert key(at) == "matrix_editor_1", "typing makes no grid anew"


def test_taking_the_matrix_that_is_there_clears_what_its_cells_refused():
    def app() -> None:
        import streamlit as st

        from eigfit.web.derivatives import editor

        setup = st.session_state["setup"]
        key = editor._grid(setup).key
        editor._typed(key, {"edited_rows": {0: {"1": "x"}}})
        assert st.session_state["matrix_grid"].refused
        editor._take(setup.matrix)
        assert not editor._grid(setup).refused

    at = AppTest.from_function(app)
    at.session_state["setup"] = Setup(matrix=tuple(THIRD.ravel().tolist()))
    at.run()
    assert not at.exception


def test_what_cannot_be_read_outdates_the_page_for_its_fragments():
    def app() -> None:
        import streamlit as st

        from eigfit.web.controls import PageDrawn
        from eigfit.web.derivatives import editor

        key = editor._grid(st.session_state["setup"]).key
        drawn = PageDrawn.now()
        assert not drawn.outdated()
        editor._typed(key, {"edited_rows": {0: {"1": "x"}}})
        assert drawn.outdated()

    at = AppTest.from_function(app)
    at.session_state["setup"] = Setup(matrix=tuple(THIRD.ravel().tolist()))
    at.run()
    assert not at.exception


def test_a_grid_that_is_gone_is_not_heard():
    def app() -> None:

        from eigfit.web.derivatives import editor

        editor._typed("matrix_editor_0", {"edited_rows": {0: {"1": "5"}}})

    at = AppTest.from_function(app)
    at.session_state["setup"] = Setup(matrix=tuple(THIRD.ravel().tolist()))
    at.run()
    assert not at.exception
    np.testing.assert_array_equal(matrix(at), THIRD)


def test_a_cell_left_as_it_was_shown_keeps_all_digits():
    assert shown(1 / 3) == "0.33333333"
    changed, refused = edited(THIRD, {(0, 1): "0.33333333", (2, 2): "0.3333333"})
    assert refused == {}
    assert changed[0, 1] == changed[1, 0] == 1 / 3
    assert changed[2, 2] == 0.3333333
    assert THIRD[2, 2] == 1 / 3, "what comes in is not touched"


def test_an_entry_and_its_mirror_pasted_at_once_both_stay():
    changed, _ = edited(THIRD, {(0, 1): "5", (1, 0): "7", (0, 2): "8", (2, 0): "no"})
    assert (changed[0, 1], changed[1, 0]) == (5, 7)
    assert (changed[0, 2], changed[2, 0]) == (8, 1 / 3)


def test_a_large_matrix_is_shown_in_fewer_digits_and_keeps_them_all():
    large = np.full((9, 9), 1 / 3)
    assert shown(1 / 3, 9) == "0.3333"
    changed, refused = edited(large, {(0, 1): "0.3333", (2, 2): "0.33333333"})
    assert not refused
    assert changed[0, 1] == 1 / 3
    assert changed[2, 2] == 0.33333333
