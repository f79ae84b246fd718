"""The chart that moves in place, and what stands there where its script cannot be had."""

from streamlit.testing.v1 import AppTest


def charts(plain: bool = False) -> tuple[int, int]:
    """How many charts of ours, and of Streamlit's, a page has."""

    def page() -> None:
        from eigfit.figures.style import quiet
        from eigfit.web.live import live_chart

        live_chart(quiet([], 300, {}, {}), "made", "A chart")

    at = AppTest.from_function(page)
    if plain:
        at.session_state["plain_charts"] = True
    at.run()
    assert not at.exception
    return len(at.get("bidi_component")), len(at.get("plotly_chart"))


def test_a_chart_is_ours():
    assert charts() == (1, 0)


def test_a_browser_that_could_not_load_the_script_gets_streamlits_charts():
    assert charts(plain=True) == (0, 1)


def test_a_failed_script_is_remembered():
    def page() -> None:
        from eigfit.web import live

        live._fall_back()

    assert AppTest.from_function(page).run().session_state["plain_charts"]
