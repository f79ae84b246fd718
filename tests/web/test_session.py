"""The session's experiment, and how one page lends it to another."""

import pytest
from streamlit.testing.v1 import AppTest

from eigfit.experiment.setup import Setup
from eigfit.web.session import sentence

OWN, LENT, CHANGED = Setup(seed=1), Setup(seed=2), Setup(seed=3)


def back(changed: bool) -> Setup:
    """The experiment after a page has lent it, and it was changed meanwhile or not."""

    def page() -> None:
        import streamlit as st

        from eigfit.web import session

        session.lend("compare", st.session_state["own"], st.session_state["lent"])
        assert session.opened("fit") == st.session_state["lent"]
        if st.session_state["changed"] is not None:
            session.take(st.session_state["changed"])
        session.opened("compare")

    at = AppTest.from_function(page)
    at.session_state["own"], at.session_state["lent"] = OWN, LENT
    at.session_state["setup"], at.session_state["changed"] = OWN, CHANGED if changed else None
    at.run()
    assert not at.exception
    return at.session_state["setup"]


def test_a_page_takes_back_what_it_has_lent():
    assert back(changed=False) == OWN


def test_what_the_borrower_has_changed_stays():
    assert back(changed=True) == CHANGED


@pytest.mark.parametrize("value", [-1, 2.5, "five"])
def test_a_value_that_cannot_be_is_refused_in_a_toast(value: object):
    def page() -> None:
        import streamlit as st

        from eigfit.web import session

        session.change("seed", st.session_state["value"])

    at = AppTest.from_function(page)
    at.session_state["setup"], at.session_state["value"] = OWN, value
    at.run()
    assert not at.exception
    assert "seed must" in at.toast[0].value
    assert at.session_state["setup"] == OWN


def test_explicit_numbers_that_no_longer_fit_give_way_and_that_is_said():
    def page() -> None:
        from eigfit.web import session

        session.change("n", 4)

    at = AppTest.from_function(page)
    at.session_state["setup"] = OWN.changed("distribution", "explicit")
    at.run()
    assert at.session_state["setup"].distribution == "uniform"
    assert "do not fit this matrix" in at.toast[0].value


def test_an_error_becomes_a_sentence():
    assert sentence(ValueError("n must be 2")) == "N must be 2."
    assert sentence("") == "."
