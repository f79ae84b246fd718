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


@pytest.mark.parametrize("said", [True, False], ids=["gone there", "still from before"])
def test_an_address_from_before_is_gone_back_to_where_the_browser_says_so(said: bool):
    def page() -> None:
        import streamlit as st
        from streamlit.runtime.scriptrunner import get_script_run_ctx

        from eigfit.web import session
        from eigfit.web.controls import slider, take_in

        context = get_script_run_ctx()
        assert context is not None
        context.is_history_navigation = st.session_state["said"]
        setup = session.opened()
        take_in()
        setup = st.session_state["setup"]
        slider("n", setup.n, "Size")
        session.publish(setup)

    at = AppTest.from_function(page)
    at.session_state["said"] = False
    at.run()
    for n in (4, 5):
        at.slider(key="n").set_value(n).run()
    assert at.query_params["n"] == "5"
    at.session_state["said"] = said
    for link, n in (({"v": "1", "n": "4"}, 4), ({}, 3), ({"v": "1", "n": "4"}, 4)):
        at.query_params.clear()
        at.query_params.update(link)
        at.slider(key="n").set_value(5)  # as the browser still shows it
        at.run()
        assert not at.exception
        assert at.session_state["setup"].n == at.slider(key="n").value == (n if said else 5)
        if not said:
            break
    for late in (5, 3):  # as it has shown it meanwhile
        at.session_state["said"] = False
        at.slider(key="n").set_value(late).run()
        assert at.session_state["setup"].n == (4 if said else late)


def test_an_error_becomes_a_sentence():
    assert sentence(ValueError("n must be 2")) == "N must be 2."
    assert sentence("") == "."
