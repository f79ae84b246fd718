"""Back and Forward, in a real Chromium: they walk through the experiments of a visit."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import click, open_page, settle, wait_for_link, wait_for_words

ASKED = "document.querySelector('.eigfit-view').view.asked"
LINES = """() => [
  document.querySelector(".st-key-n input[type='range']")?.value,
  String(document.querySelectorAll('.eigfit-handle').length),
  String(document.querySelector('.st-key-eigenvalues .eigfit-chart')?.data
    ?.filter(trace => trace.customdata).length),
  new URLSearchParams(location.search).get('n') ?? '3',
  document.querySelector('.st-key-target_list textarea')?.value.split(', ').length + '',
]"""


def wait_for_size(page: Page, n: int) -> None:
    """Wait until address, sidebar and chart agree that the matrix is n×n."""
    page.wait_for_function(f"n => ({LINES})().every(seen => seen === n)", arg=str(n), polling="raf")


def resize(page: Page, n: int) -> None:
    """Make the matrix n×n, one larger than it is."""
    thumb = page.locator(".st-key-n input[type='range']")
    thumb.focus()
    thumb.press("ArrowRight")
    wait_for_size(page, n)


def go(page: Page, *ways: str) -> None:
    """Press Back or Forward, each as soon as the browser has gone where the one before led."""
    page.evaluate(
        """async ways => {
          for (const way of ways) {
            const gone = new Promise(done => addEventListener("popstate", done, { once: true }));
            history[way]();
            await gone;
          }
        }""",
        list(ways),
    )


@pytest.mark.parametrize("plays", [False, True], ids=["stands", "plays"])
def test_back_and_forward_walk_through_the_experiments(
    page: Page, address: str, plays: bool
) -> None:
    endless = "v=1&tolerance=0&steps_per_frame=1&max_steps=200000"
    open_page(page, f"{address}/?{endless}", "gradient")
    if plays:
        click(page, "play")
        wait_for_words(page, "Running.")
    entries = page.evaluate("history.length")
    resize(page, 4)
    resize(page, 5)
    assert page.evaluate("history.length") == entries + 2, "one entry for each change"
    for way, n in (("back", 4), ("back", 3), ("forward", 4), ("forward", 5)):
        go(page, way)
        wait_for_size(page, n)
    go(page, "back", "back")
    wait_for_size(page, 3)
    go(page, "forward", "forward")
    wait_for_size(page, 5)
    go(page, "back", "back", "forward", "forward", "back")
    wait_for_size(page, 4)
    settle(page)
    wait_for_size(page, 4)
    asked = page.evaluate(ASKED)
    assert page.evaluate("history.length") == entries + 2
    go(page, "back")
    wait_for_size(page, 3)
    # The page has heard that the browser has come there: another way forward from here.
    page.wait_for_function(f"asked => {ASKED} > asked", arg=asked)
    settle(page)
    resize(page, 4)
    go(page, "back")
    wait_for_size(page, 3)


def test_a_page_that_is_gone_to_is_one_entry(page: Page, address: str) -> None:
    open_page(page, f"{address}/?n=4", "gradient")
    entries = page.evaluate("history.length")
    wait_for_link(page, "/?v=1&n=4")
    assert page.evaluate("history.length") == entries, "its own address, written in full"
    page.get_by_test_id("stTopNavLink").filter(has_text="Compare").click()
    wait_for_link(page, "/compare?v=1&n=4")
    expect(page.locator(".st-key-losses .main-svg").first).to_be_visible()
    settle(page)
    assert page.evaluate("history.length") == entries + 1
    page.get_by_role("button", name=re.compile("^Open .* on the Fit page")).nth(1).click()
    wait_for_link(page, "/?v=1&n=4&seed=1")
    expect(page.locator(".st-key-gradient .main-svg").first).to_be_visible()
    settle(page)
    assert page.evaluate("history.length") == entries + 2
    for way in ("back", "forward", "back"):
        go(page, way)
        wait_for_link(page, "/compare?v=1&n=4")
        expect(page.locator(".st-key-losses .main-svg").first).to_be_visible()
        # At once, while that page still says that it has come.
        go(page, way)
        wait_for_link(page, "/?v=1&n=4")
        wait_for_size(page, 4)


def test_a_page_that_was_left_asks_for_nothing(page: Page, address: str) -> None:
    open_page(page, f"{address}/?n=4", "gradient")
    page.get_by_test_id("stTopNavLink").filter(has_text="Compare").click()
    expect(page.locator(".st-key-losses .main-svg").first).to_be_visible()
    settle(page)
    asked = page.evaluate(
        """() => {
          const sent = [];
          const ask = (page) => eigfitVisit.ask(page, () => sent.push(page));
          ask("compare");
          history.back();
          return new Promise((done) => addEventListener("popstate", () => {
            // Its last frame may still be on its way, and is not the one of the page gone to.
            const came = eigfitVisit.came("compare");
            ask("compare");
            done({ sent, came, away: eigfitVisit.away("compare") });
          }));
        }"""
    )
    assert asked == {"sent": ["compare"], "came": False, "away": True}
    wait_for_size(page, 4)
