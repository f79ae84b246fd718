"""Numbers that follow the page: a skeleton, then what is drawn, or a sentence."""

from concurrent.futures import Future

from streamlit.testing.v1 import AppTest


def page(relevant: int = 1, error: str = "") -> None:
    import streamlit as st

    from eigfit.web.background import when_ready

    def numbers(text: str) -> str:
        if error:
            raise RuntimeError(error)
        return text

    def draw(text: str) -> None:
        st.markdown(text)

    when_ready("numbers", (f"of {relevant}",), numbers, draw, relevant)


def shown(at: AppTest) -> AppTest:
    at.run()
    at.session_state["numbers"][1].exception(60)
    at.run()
    assert not at.exception
    return at


def test_what_is_computed_is_drawn_once_it_is_there():
    at = shown(AppTest.from_function(page))
    assert [text.value for text in at.markdown] == ["of 1"]


def test_it_is_computed_again_when_that_changes_on_which_it_hangs_and_only_then():
    at = shown(AppTest.from_function(page))
    first: Future = at.session_state["numbers"][1]
    assert shown(at).session_state["numbers"][1] is first
    at.session_state["numbers"] = (0, first)
    assert shown(at).session_state["numbers"][1] is not first


def test_a_failure_is_a_sentence_that_gives_nothing_away():
    at = shown(AppTest.from_function(page, kwargs={"error": "secret"}))
    assert "could not be computed" in at.error[0].value
    assert "secret" not in at.error[0].value


def test_what_is_not_there_yet_holds_its_place():
    def waiting() -> None:
        from concurrent.futures import Future

        from eigfit.web.background import _look
        from eigfit.web.controls import PageDrawn

        _look("numbers", PageDrawn.now(), Future(), lambda _: None, 99)

    at = AppTest.from_function(waiting).run()
    assert not at.exception
    assert len(at.get("skeleton")) == 1
    assert len(at.get("bidi_component")) == 1, "it asks again"
