"""What a person does and sees in the browser, for the tests of all pages.

A page is redrawn part by part. So what belongs together is read in one evaluation, and what is to
come is waited for as a whole: nothing here waits for a time.
"""

import re
from typing import Any

import numpy as np
from playwright.sync_api import Locator, Page, expect

# Numbers come as arrays, as typed arrays, or as objects with numbers for keys.
PLAIN = "x => Array.from(x?.length === undefined ? Object.values(x ?? {}) : x)"
FIGURES = (
    "() => Object.fromEntries(Array.from(document.querySelectorAll('.eigfit-figures > div'),"
    "pair => Array.from(pair.children, part => part.innerText.trim())))"
)
# The same where the scripts could not be loaded and Streamlit draws them.
METRICS = (
    "() => Object.fromEntries(Array.from(document.querySelectorAll(\"[data-testid='stMetric']\"),"
    "metric => ['Label', 'Value'].map("
    "part => metric.querySelector(`[data-testid='stMetric${part}']`).innerText.trim())))"
)
ROWS = (
    "table => Array.from(document.querySelectorAll(`${table} tbody tr`),"
    "row => Array.from(row.querySelectorAll('td'), cell => cell.innerText).slice(0, -1))"
)


def settle(page: Page) -> None:
    """Wait until the page is connected and its script has ended."""
    page.wait_for_selector(
        "[data-testid='stApp'][data-test-connection-state='CONNECTED']"
        "[data-test-script-state='notRunning']"
    )


def open_page(page: Page, url: str, chart: str) -> None:
    """Go to a page and wait until that chart is drawn and nothing moves or runs."""
    page.goto(url)
    page.wait_for_selector(f".st-key-{chart} .main-svg")
    page.wait_for_function(
        "() => !/^(Running|Going|Getting ready|$)/.test("
        "document.querySelector('.eigfit-status')?.textContent ?? 'none')"
    )
    settle(page)


def button(page: Page, key: str) -> Locator:
    """The button of that key; Streamlit draws one with a tooltip twice, for touch and mouse."""
    return page.locator(f".st-key-{key} button").locator("visible=true").first


def click(page: Page, key: str) -> None:
    """Click the button of that key."""
    button(page, key).click()


def wait_for_words(page: Page, claim: str) -> None:
    """Wait until the page says so."""
    expect(page.get_by_text(claim)).to_be_visible()


def play_until(page: Page, claim: str) -> None:
    """Press Play, and wait until the page says what it does not say yet."""
    expect(page.get_by_text(claim)).to_have_count(0)
    click(page, "play")
    wait_for_words(page, claim)


def wait_for_link(page: Page, part: str) -> None:
    """Wait until that stands in the address."""
    expect(page).to_have_url(re.compile(re.escape(part)))


def figures(page: Page) -> dict[str, str]:
    """The line of figures under their names, read at once."""
    return page.evaluate(FIGURES)


def wait_for_figures(page: Page, **expected: str) -> None:
    """Wait until these figures stand beside each other."""
    page.wait_for_function(
        f"expected => {{ const shown = {{...({METRICS})(), ...({FIGURES})()}};"
        "return Object.entries(expected).every(([name, value]) => shown[name] === value) }",
        arg=expected,
    )


def step(page: Page) -> int:
    """The number of the step shown."""
    return int(figures(page)["Step"].replace(",", ""))


def updates(page: Page, chart: str) -> int:
    """How often that chart has been drawn."""
    return int(page.locator(chart).get_attribute("data-updates") or 0)


def wait_for_updates(page: Page, chart: str, more: int) -> None:
    """Wait until that chart has been drawn so many times more."""
    page.wait_for_function(
        "([chart, count]) => Number(document.querySelector(chart)?.dataset.updates) >= count",
        arg=[chart, updates(page, chart) + more],
    )


def frames(page: Page) -> int:
    """How many frames the live view has drawn."""
    return int(page.locator(".eigfit-view").get_attribute("data-frames") or 0)


def wait_for_frames(page: Page, more: int) -> None:
    """Wait until the live view has drawn so many more."""
    page.wait_for_function(
        "count => Number(document.querySelector('.eigfit-view')?.dataset.frames) >= count",
        arg=frames(page) + more,
    )


def wait_for_heatmap(page: Page, chart: str, expected: np.ndarray, within: float = 1e-6) -> None:
    """Wait until a heatmap shows the numbers expected, row by row."""
    page.wait_for_function(
        f"""([chart, expected, within]) => {{
            const plain = {PLAIN};
            const z = plain(document.querySelector(chart)?._fullData?.[0].z).map(plain);
            return z.length === expected.length && z.flat().length === expected.flat().length
              && z.flat().every((value, i) => Math.abs(value - expected.flat()[i]) <= within) }}""",
        arg=[f".st-key-{chart} .eigfit-chart", np.asarray(expected).tolist(), within],
    )


def rows(page: Page, table: str) -> list[list[str]]:
    """The cells of a table below its head, read at once."""
    return page.evaluate(ROWS, table)


def wait_for_rows(page: Page, table: str, expected: list[list[str]]) -> None:
    """Wait until a table shows exactly these rows, whose last cell is a button."""
    page.wait_for_function(
        f"([table, expected]) => JSON.stringify(({ROWS})(table)) === JSON.stringify(expected)",
        arg=[table, expected],
    )


def wait_until_it_fits(page: Page, width: int) -> None:
    """Wait until nothing stands out sideways at this width, every chart drawn anew for it."""
    page.wait_for_function(
        """width => window.innerWidth === width
            && [document.documentElement, document.querySelector('.stMain')]
              .every(scrolled => scrolled.scrollWidth <= scrolled.clientWidth)
            && Array.from(document.querySelectorAll('.eigfit-chart'))
              .filter(chart => chart.offsetParent)
              .every(chart => chart.querySelector('.main-svg')?.clientWidth
                              <= chart.clientWidth)""",
        arg=width,
    )


def box_of(locator: Locator) -> dict[str, Any]:
    """Where something stands on the page."""
    box = locator.bounding_box()
    assert box
    return {**box}


def place_in(page: Page, element: str, across: float, down: float) -> tuple[float, float]:
    """A place in an element by fractions of its size, once nothing covers it there.

    What is folded out has its place at once, and is uncovered little by little.
    """
    x, y = page.wait_for_function(
        """([selector, across, down]) => {
            const element = document.querySelector(selector), box = element.getBoundingClientRect();
            const place = [box.x + across * box.width, box.y + down * box.height];
            return document.elementFromPoint(...place) === element && place }""",
        arg=[element, across, down],
    ).json_value()
    return x, y


def copied(page: Page, label: str) -> str:
    """What the clipboard holds once the button of that label, pressed by key, says it has copied.

    It says so for a moment only, which a busy machine may miss: so the page writes it down.
    """
    button = page.get_by_role("button", name=label, exact=True)
    button.evaluate(
        """button => new MutationObserver(() => {
            if (button.textContent === 'Copied') button.dataset.saidCopied = '';
        }).observe(button, { childList: true, characterData: true, subtree: true })"""
    )
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-said-copied]")).to_have_count(1)
    page.evaluate("delete document.querySelector('[data-said-copied]').dataset.saidCopied")
    expect(button).to_be_visible()  # its label has come back
    return page.evaluate("navigator.clipboard.readText()")
