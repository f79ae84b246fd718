"""What a visitor takes along: the matrix, the link in its forms, a page embedded elsewhere."""

import io

import numpy as np
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import click, copied, open_page, settle, wait_for_words

QUERY = "v=1&target=-1.25,0.333,1.125&learning_rate=0.01&steps_per_frame=500"


def test_a_visitor_takes_the_matrix_along(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, f"{address}/?{QUERY}", "gradient")
    wait_for_words(page, "Here is a matrix that has them.")
    settle(page)
    rows = copied(page, "CSV").splitlines()
    A = np.array([[float(entry) for entry in row.split(",")] for row in rows])
    np.testing.assert_allclose(np.linalg.eigvalsh(A), [-1.25, 0.333, 1.125], atol=1e-3)
    np.testing.assert_array_equal(eval(copied(page, "NumPy"), {"np": np}), A)
    assert copied(page, "LaTeX").count("&") == 6


def test_a_link_is_copied_shown_as_a_code_and_embedded(
    page: Page, browser: Browser, address: str
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.emulate_media(color_scheme="dark")
    open_page(page, f"{address}/?{QUERY}", "gradient")
    click(page, "share")
    link = copied(page, "Copy link")
    assert link == f"{address}/?v=1&target=-1.25,0.333,1.125&steps_per_frame=500&learning_rate=0.01"

    page.get_by_role("tab", name="QR code").click()
    code = page.get_by_role("img", name="QR code of the link")
    expect(code).to_be_visible()
    page.wait_for_function(
        "Array.from(document.images).find(image => image.alt.startsWith('QR'))?.naturalWidth > 0"
    )
    picture = np.array(Image.open(io.BytesIO(code.screenshot())).convert("L"))
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [link]
    assert picture[4:12, 20:-20].min() > 250, "quiet and white in dark too"

    page.get_by_role("tab", name="Embed").click()
    theme = page.locator(".st-key-embed_theme")
    theme.get_by_role("radio", name="Dark").or_(theme.get_by_role("button", name="Dark")).click()
    expect(page.locator("[data-testid='stCode']").first).to_contain_text("dark_theme")
    lines = copied(page, "Copy HTML")
    with browser.new_context(color_scheme="light") as context:
        lesson = context.new_page()
        lesson.set_content(f"<h1>Lesson</h1>{lines}")
        embedded = lesson.frame_locator("iframe")
        expect(embedded.locator(".st-key-gradient .main-svg").first).to_be_visible(timeout=120_000)
        expect(embedded.get_by_test_id("stSidebarContent")).not_to_be_in_viewport()
        expect(embedded.get_by_test_id("stTopNavLink")).to_have_count(0)
        expect(embedded.get_by_test_id("stApp")).to_have_css("background-color", "rgb(16, 20, 28)")
