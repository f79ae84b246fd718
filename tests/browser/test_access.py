"""The pages for everyone: no serious finding of axe's, charts in words, everything by keyboard."""

import re
from typing import Final, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, WebSocketRoute, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from eigfit.web.article.stages import STAGES
from tests.browser.pages import button, click, figures, open_page, settle, wait_for_words

SERIOUS: Final = ("serious", "critical")
WIDTHS: Final = (1400, 390)
PLOT: Final = ".st-key-{} .eigfit-chart .main-svg[role='img']"


class Excused(NamedTuple):
    """A finding that no colour of the theme and no rule of ours can mend."""

    rule: str
    part: str  # of the HTML that is Streamlit's own
    reason: str


EXCUSED: Final[tuple[Excused, ...]] = ()


class HeldLine:
    """The server's words to a page, held back from the first that draws something on."""

    def __init__(self) -> None:
        self.holding = False
        self._held: list[str | bytes] = []

    def hold_when_asked(self, browser: WebSocketRoute) -> None:
        """Pass on what the server says, or keep it."""

        def hear(said: str | bytes) -> None:
            assert isinstance(said, bytes)
            draws = ForwardMsg.FromString(said).WhichOneof("type") in ("delta", "ref_hash")
            if self.holding and (self._held or draws):
                self._held.append(said)
            else:
                browser.send(said)

        self._browser = browser
        browser.connect_to_server().on_message(hear)

    def release(self) -> None:
        """Pass on all that was kept, and all that follows."""
        self.holding = False
        for said in self._held:
            self._browser.send(said)


def look(page: Page, width: int, scheme: str) -> None:
    """Show the page at that width in those colours."""
    page.set_viewport_size({"width": width, "height": 1000})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.wait_for_function(
        "([width, scheme]) => innerWidth === width"
        " && getComputedStyle(document.querySelector('.stApp')).colorScheme === scheme",
        arg=[width, scheme],
    )


def findings(page: Page, *rules: str) -> list[str]:
    """What axe finds serious once nothing moves, by rule, with where it is and why.

    It looks for all rules unless some are given.
    """
    settle(page)
    page.wait_for_function(
        "() => document.getAnimations().every(moving => moving.playState === 'finished')"
    )
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['html']} {node['failureSummary']}"
        for rule in found
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
        if not any(rule["id"] == known.rule and known.part in node["html"] for known in EXCUSED)
    ]


def unfold(page: Page, key: str) -> None:
    """Open what is folded under that key."""
    page.locator(f".st-key-{key} summary").click()
    expect(page.locator(f".st-key-{key} details[open]")).to_be_visible()
    settle(page)


def open_for_audit(page: Page, address: str, name: str) -> None:
    """A page with all it shows, and unfolded what is folded."""
    look_at = {"fit": ("", "gradient"), "compare": ("compare", "losses")}
    if name in look_at:
        path, chart = look_at[name]
        open_page(page, f"{address}/{path}", chart)
    elif name == "derivatives":
        open_page(page, f"{address}/derivatives", "path")
        for chart in ("d_lower", "basis", "closed"):
            expect(page.locator(f".st-key-{chart} .main-svg").first).to_be_attached()
    else:
        page.goto(f"{address}/article")
        for number in range(1, len(STAGES) + 1):
            expect(page.locator(f".st-key-stage_{number} table")).to_be_attached()
    settle(page)
    if name != "article":
        unfold(page, "more")
    if name == "fit":
        unfold(page, "explanation")


@pytest.mark.parametrize("name", ["fit", "compare", "derivatives", "article"])
def test_a_page_has_no_serious_finding(page: Page, address: str, name: str) -> None:
    open_for_audit(page, address, name)
    found = {}
    for width in WIDTHS:
        look(page, width, "light")
        found[width, "light"] = findings(page)
        look(page, width, "dark")
        found[width, "dark"] = findings(page, "color-contrast")  # all that colours decide
    if name != "article":
        click(page, "share")
        expect(page.get_by_role("button", name="Copy link")).to_be_visible()
        found["shared", "dark"] = findings(page)
        look(page, WIDTHS[-1], "light")
        found["shared", "light"] = findings(page, "color-contrast")
    assert {where: said for where, said in found.items() if said} == {}


def test_what_a_busy_server_has_not_come_to_stays_as_readable_as_it_was(
    page: Page, address: str
) -> None:
    line = HeldLine()
    page.route_web_socket(re.compile("/_stcore/stream"), line.hold_when_asked)
    open_page(page, f"{address}/derivatives", "path")
    line.holding = True
    click(page, "share")
    page.wait_for_selector(".stElementContainer[data-stale='true']")
    fading = page.evaluate(
        "() => Array.from(document.querySelectorAll('[data-stale=true]')).filter(element =>"
        " getComputedStyle(element).opacity < 1 || element.getAnimations().length).length"
    )
    assert fading == 0
    line.release()
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()


def test_a_chart_says_what_came_out_and_is_one_stop_of_the_tab_key(
    page: Page, address: str
) -> None:
    open_page(page, f"{address}/?v=1&tolerance=0", "gradient")
    wait_for_words(page, "Paused at step")
    plot = page.locator(PLOT.format("eigenvalues"))
    before = int(figures(page)["Step"].replace(",", ""))
    expect(plot).to_have_accessible_name(re.compile(f"^Eigenvalues after {before:,} steps: "))
    click(page, "step")
    expect(plot).to_have_accessible_name(re.compile(f"^Eigenvalues after {before + 1:,} steps: "))
    expect(page.locator(PLOT.format("matrix"))).to_have_accessible_name(re.compile("^A, rows "))
    assert page.evaluate("() => !document.querySelector('.eigfit-chart').closest('[aria-live]')")

    stops = page.evaluate(
        "() => Array.from(document.querySelectorAll('.eigfit-chart'), chart =>"
        " Array.from(chart.querySelectorAll('.modebar-btn')).filter(x => x.tabIndex >= 0).length)"
    )
    assert set(stops) == {1}
    bar = page.locator(".st-key-eigenvalues .eigfit-chart").get_by_role("toolbar")
    bar.locator("[tabindex='0']").focus()
    page.keyboard.press("End")
    last = bar.get_by_role("button").last
    expect(last).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(bar.get_by_role("button").first).to_be_focused()
    saving = bar.get_by_role("button", name="Save as SVG")
    while not saving.evaluate("tool => tool === document.activeElement"):
        page.keyboard.press("ArrowRight")
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert saved.value.suggested_filename == "eigfit-eigenvalues.svg"

    page.emulate_media(reduced_motion="reduce")
    lasting = button(page, "play").evaluate(
        "element => getComputedStyle(element).transitionDuration"
    )
    assert max(float(part.strip().removesuffix("s")) for part in lasting.split(",")) <= 1e-4
