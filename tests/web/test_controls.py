"""Controls tied to a field: what they offer, and what they do when touched."""

import pytest
from streamlit.testing.v1 import AppTest

from eigfit.experiment.domains import Range
from eigfit.experiment.limits import RANGES
from eigfit.experiment.setup import Setup
from eigfit.web.controls import decades


def drawn(page) -> AppTest:
    at = AppTest.from_function(page)
    at.session_state["setup"] = Setup()
    at.run()
    assert not at.exception
    return at


def test_decades_are_1_2_and_5_times_powers_of_ten():
    assert decades(-2, 0) == [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0]


def test_a_value_between_the_stops_has_its_own_place_and_label():
    def page() -> None:
        from eigfit.web.controls import stops

        stops("tolerance", 0.0010001, "Tolerance", (0.001, 0.01))

    slider = drawn(page).select_slider(key="tolerance")
    assert slider.options == ["0.001", "0.0010001", "0.01"]
    assert slider.value == 0.0010001


def test_a_control_that_is_moved_changes_its_field():
    def page() -> None:
        import streamlit as st

        from eigfit.web.controls import stops, take_in

        take_in()
        stops("tolerance", st.session_state["setup"].tolerance, "Tolerance", (0.001, 0.01))

    at = drawn(page)
    at.select_slider(key="tolerance").set_value(0.01).run()
    assert at.session_state["setup"].tolerance == 0.01


def test_the_last_of_a_selection_cannot_be_taken_away():
    def page() -> None:
        import streamlit as st

        from eigfit.web.controls import selection, take_in

        take_in()
        rates = st.session_state["setup"].learning_rates
        selection("learning_rates", rates, "Rates", "{:.1g}".format, (0.1, 0.01))

    at = drawn(page)
    chosen = at.multiselect(key="learning_rates")
    chosen.set_value([0.1]).run()
    assert at.session_state["setup"].learning_rates == (0.1,)
    at.multiselect(key="learning_rates").set_value([]).run()
    assert "At least one is needed" in at.toast[0].value
    assert at.session_state["setup"].learning_rates == (0.1,)
    assert at.multiselect(key="learning_rates").value == [0.1]


def test_what_the_browser_says_before_it_has_the_pages_own_change_is_no_wish():
    def page() -> None:
        import streamlit as st

        from eigfit.web.controls import stops, take_in

        take_in()
        stops("tolerance", st.session_state["setup"].tolerance, "Tolerance", (0.001, 0.01, 0.1))

    at = drawn(page)
    at.select_slider(key="tolerance").set_value(0.01).run()
    at.session_state["setup"] = at.session_state["setup"].changed("tolerance", 0.1)
    at.run()
    assert at.select_slider(key="tolerance").value == 0.1
    at.select_slider(key="tolerance").set_value(0.01).run()
    assert at.session_state["setup"].tolerance == 0.1, "a click that was made before"
    at.select_slider(key="tolerance").set_value(0.001).run()
    assert at.session_state["setup"].tolerance == 0.001


def test_a_control_moved_there_and_back_is_where_it_was():
    def page() -> None:
        import streamlit as st

        from eigfit.web.controls import stops, take_in

        take_in()
        stops("tolerance", st.session_state["setup"].tolerance, "Tolerance", (0.001, 0.01))

    at = drawn(page)
    for value in (0.01, 0.001, 0.01, 0.001):
        at.select_slider(key="tolerance").set_value(value).run()
        assert at.session_state["setup"].tolerance == value


def test_options_that_would_share_a_label_are_written_out():
    def page() -> None:
        from eigfit.web.controls import selection

        selection("learning_rates", (0.1000001,), "Rates", "{:.1g}".format, (0.1, 0.01))

    assert drawn(page).multiselect(key="learning_rates").options == ["0.1", "0.01", "0.1000001"]


def test_a_slider_offers_no_more_than_there_may_be(monkeypatch: pytest.MonkeyPatch):
    def page() -> None:
        from eigfit.web.controls import stops

        stops("max_steps", 500, "Step limit", (0, 500, 2000, 5000, 10_000), "{:,}")

    monkeypatch.setitem(RANGES, "max_steps", Range(0, 3000))
    assert drawn(page).select_slider(key="max_steps").options == ["0", "500", "2,000", "3,000"]
