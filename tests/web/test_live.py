"""The chart that moves in place, and what stands there where its script cannot be had."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from eigfit import web
from eigfit.web.said import MOST_PULLS

WEB = Path(web.__path__[0])


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


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ([{"count": 1, "from": 2, "value": 1.5}], [(2.0, 1.5)]),
        ([{"count": 4, "from": 0.5, "value": -3}], [(0.5, -3.0)]),
        ([{"count": 1, "from": 0, "value": 1}, 7, {"count": 2, "from": 1, "value": 2}],
         [(0.0, 1.0), (1.0, 2.0)]),
        ([{"count": 3, "from": 0, "value": 1}, {"count": 2, "from": 1, "value": 2}], [(0.0, 1.0)]),
        ([{"count": k + 1, "from": k, "value": k + 1} for k in range(10**4)],
         [(k, k + 1) for k in range(MOST_PULLS)]),
        *(([{"count": 1, "from": 0, "value": value}], []) for value in (
            "1", True, None, [1], float("nan"), float("inf"), 10**400, 1e300)),
        *(([{"count": 1, "from": before, "value": 1.0}], []) for before in (
            "0", None, True, 10**400)),
        *(([{"count": count, "from": 0, "value": 1.0}], []) for count in (None, 0, -1, 1.5, "1")),
        ([{"from": 0}], []),
        ([0, 1.0], []),
        ({"count": 1, "from": 2, "value": 1.5}, []),
        (None, []),
    ],
    ids=lambda part: str(part)[:40],
)  # fmt: skip
def test_only_what_a_handle_would_say_is_a_pull(said: object, heard: list):
    def page() -> None:
        import streamlit as st

        from eigfit.web import live

        live._pull("chart", lambda before, value: st.session_state["heard"].append((before, value)))

    at = AppTest.from_function(page)
    at.session_state["heard"] = []
    at.session_state["chart"] = {"pulled": said}
    for _ in range(2):  # as Streamlit may call back twice
        assert not at.run().exception
        assert at.session_state["heard"] == heard


@pytest.mark.parametrize("sheet", sorted(WEB.rglob("*.css")), ids=lambda sheet: sheet.name)
def test_every_rule_of_a_style_sheet_is_closed(sheet: Path):
    depth = 0
    for number, line in enumerate(sheet.read_text(encoding="utf-8").splitlines(), 1):
        if re.match(r"[@.]", line):
            assert depth == 0, f"line {number} stands inside of a rule that is not closed"
        depth += line.count("{") - line.count("}")
    assert depth == 0
