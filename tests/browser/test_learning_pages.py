"""What a reader does on the Derivatives and the Article page, in a real Chromium."""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_fit_page import click


def open_derivatives(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 3400})
    page.goto(url)
    for chart in ("d_lower", "basis", "closed", "path"):
        expect(page.locator(f".st-key-{chart} .main-svg").first).to_be_visible()


def shown(page: Page, chart: str) -> list[list[float]]:
    """The numbers of a heatmap, once it is there."""
    page.wait_for_selector(f".st-key-{chart} .main-svg")
    return page.evaluate(
        "chart => Array.from(document.querySelector(chart)._fullData[0].z, row => Array.from(row))",
        f".st-key-{chart} .eigfit-chart",
    )


def test_a_reader_edits_the_matrix_changes_k_and_goes_where_eigenvalues_meet(
    page: Page, address: str
) -> None:
    open_derivatives(page, f"{address}/derivatives")
    assert shown(page, "d_lower")[0][1:] == [0, 0]
    assert abs(shown(page, "d_lower")[2][1] + 0.98626012) < 5e-7, "the published number"

    table = page.locator("[class*='st-key-matrix_editor']")
    box = table.locator("canvas").first.bounding_box()
    assert box
    page.mouse.dblclick(box["x"] + box["width"] * 0.5, box["y"] + 52)  # row 0, column 1
    page.wait_for_timeout(500)  # nobody types before the cell has opened
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("0.25", delay=50)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("matrix=0.6102723(,|%2C)0.25(,|%2C)0.38962376(,|%2C)0.25"))

    before = shown(page, "d_symmetric")
    page.locator(".st-key-k input").click()
    page.get_by_role("option", name="λ₂").click()
    page.wait_for_url(re.compile("k=2"))
    page.wait_for_function(
        "([chart, old]) => document.querySelector(chart)?._fullData?.[0].z[0][0] !== old",
        arg=[".st-key-d_symmetric .eigfit-chart", before[0][0]],
    )

    click(page, "identity_matrix")
    expect(page.get_by_text("The nested tapes are wrong by 4")).to_be_visible()
    assert [row[i] for i, row in enumerate(shown(page, "closed"))] == [2, 2, 2, 4, 4, 4]
    expect(page.get_by_text("None of them has a derivative of its own")).to_be_visible()


def test_the_path_of_a_link_is_drawn(page: Page, address: str) -> None:
    open_derivatives(page, f"{address}/derivatives?v=1&row=2&column=1&reach=0.5")
    steps = page.evaluate("document.querySelector('.st-key-path .eigfit-chart')._fullData[0].x")
    values = list(steps.values()) if isinstance(steps, dict) else steps
    assert (min(values), max(values)) == (-0.5, 0.5)


def test_the_derivatives_fit_on_a_phone(page: Page, address: str) -> None:
    open_derivatives(page, f"{address}/derivatives")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_the_article_is_followed_to_its_end(page: Page, address: str) -> None:
    page.goto(f"{address}/article")
    for number in range(1, 11):
        stage = page.locator(f".st-key-stage_{number}")
        stage.scroll_into_view_if_needed()
        expect(stage.locator("table")).to_be_visible()
        expect(stage).not_to_contain_text("✗")
    expect(page.locator(".st-key-stage_9 table")).to_contain_text("3.99999")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
