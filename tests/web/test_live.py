"""The chart that moves in place, and what stands there where its script cannot be had."""

from pathlib import Path

import plotly
import pytest
from streamlit.testing.v1 import AppTest

from eigfit.web import live

SCRIPT = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Where the script is put, nothing there yet."""
    monkeypatch.setattr(live, "SERVED", tmp_path / "static" / "plotly.min.js")
    live._published.clear()
    yield live.SERVED
    live._published.clear()


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


def test_a_chart_is_ours_and_its_script_is_put_where_it_is_served(served: Path):
    assert charts() == (1, 0)
    assert served.read_bytes() == SCRIPT.read_bytes()


def test_a_script_of_another_version_is_replaced(served: Path):
    served.parent.mkdir()
    served.write_text("an older one", encoding="utf-8")
    assert charts() == (1, 0)
    assert served.stat().st_size == SCRIPT.stat().st_size


def test_where_the_script_cannot_be_put_the_chart_is_streamlits(served: Path):
    served.parent.write_text("a file where the folder should be", encoding="utf-8")
    assert charts() == (0, 1)


def test_a_browser_that_could_not_load_the_script_gets_streamlits_charts(served: Path):
    assert charts(plain=True) == (0, 1)


def test_a_failed_script_is_remembered():
    def page() -> None:
        from eigfit.web import live

        live._fall_back()

    assert AppTest.from_function(page).run().session_state["plain_charts"]
