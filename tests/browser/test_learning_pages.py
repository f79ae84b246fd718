"""What a reader does on the Derivatives and the Article page, in a real Chromium."""

import re

import numpy as np
from playwright.sync_api import Locator, Page, expect

from eigfit.experiment.setup import Setup
from eigfit.web.article.stages import STAGES
from tests.browser.pages import (
    box_of,
    click,
    open_page,
    settle,
    wait_for_heatmap,
    wait_for_words,
    wait_until_it_fits,
)

GRID = "[class*='st-key-matrix_editor_']"
PUBLISHED = np.reshape(Setup().matrix, (3, 3))


def open_derivatives(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 3400})
    open_page(page, url, "eigenvectors")
    for chart in ("d_lower", "basis", "closed", "path"):
        expect(page.locator(f".st-key-{chart} .main-svg").first).to_be_visible()


def type_into_the_matrix(page: Page, text: str) -> None:
    """Type into row 0, column 1."""
    open_cell(page, text).press("Enter")


def open_cell(page: Page, text: str) -> Locator:
    """Type into row 0, column 1, and give the cell, which stands open."""
    chosen = cell_of(page, 0, 1)
    settle(page)
    box = box_of(page.locator(GRID).locator("canvas").first)
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + 52)
    expect(chosen).to_be_focused()  # else the focus arrives when the cell is open, and leaves it
    page.keyboard.press("Enter")
    cell = page.locator("textarea.gdg-input")
    expect(cell).to_be_focused()
    cell.press("ControlOrMeta+a")
    cell.press_sequentially(text)
    expect(cell).to_have_value(text)
    return cell


def cell_of(page: Page, i: int, j: int) -> Locator:
    """A cell of the matrix as a screen reader finds it; the canvas draws the same."""
    return page.locator(GRID).get_by_test_id(f"glide-cell-{j + 1}-{i}")


def derivative(A: np.ndarray, k: int) -> np.ndarray:
    """∂λ_k/∂A = v_k v_kᵀ of the lower triangle."""
    v = np.linalg.eigh(A)[1][:, k]
    return np.outer(v, v)


def test_a_reader_edits_the_matrix_changes_k_and_goes_where_eigenvalues_meet(
    page: Page, address: str
) -> None:
    open_derivatives(page, f"{address}/derivatives")
    lower = [[5.3867564e-4, 0, 0], [3.0038984e-2, 0.41877732, 0]]
    lower.append([-3.5372321e-2, -0.98626012, 0.58068389])
    wait_for_heatmap(page, "d_lower", np.array(lower))  # the published numbers

    type_into_the_matrix(page, "2.5e-3")
    wait_for_link_to_matrix(page, "0.6102723,0.0025,0.38962376,0.0025,")
    A = PUBLISHED.copy()
    A[1, 0] = 2.5e-3
    for k, value in enumerate(np.linalg.eigvalsh(A)):
        expect(page.locator(".st-key-spectrum_figures [data-testid='stMetricValue']").nth(k)) \
            .to_have_text(f"{value:.8g}")  # fmt: skip
    wait_for_heatmap(page, "d_symmetric", derivative(A, 0))

    page.locator(".st-key-k input").click()
    page.get_by_role("option", name="λ₂").click()
    wait_for_heatmap(page, "d_symmetric", derivative(A, 2))

    click(page, "identity_matrix")
    wait_for_words(page, "The nested tapes are wrong by 4")
    wait_for_heatmap(page, "closed", np.diag([2, 2, 2, 4, 4, 4]))
    wait_for_words(page, "None of them has a derivative of its own")


def test_what_is_typed_faster_than_the_browser_follows_is_kept(page: Page, address: str) -> None:
    open_derivatives(page, f"{address}/derivatives?v=1")
    # Keys in one go, as a browser hands them over that was busy meanwhile.
    open_cell(page, "2.5e-3").evaluate(
        """cell => [["3"], ["Enter", true], ["Enter"]].forEach(([key, shiftKey]) => {
            const options = { key, shiftKey, bubbles: true, cancelable: true };
            cell.dispatchEvent(new KeyboardEvent("keydown", options));
        })"""
    )
    wait_for_link_to_matrix(page, "0.6102723,0.0025,0.38962376,0.0025,")


def test_what_is_no_number_stays_in_its_cell_and_changes_nothing(page: Page, address: str) -> None:
    open_derivatives(page, f"{address}/derivatives?v=1")
    type_into_the_matrix(page, "1,000")
    wait_for_words(page, "The comma in '1,000' could mean thousands or decimals")
    expect(cell_of(page, 0, 1)).to_have_text("1,000")
    wait_for_words(page, "A[0, 1] is still 0.17637432")
    type_into_the_matrix(page, "−1e0")
    wait_for_link_to_matrix(page, "0.6102723,-1,0.38962376,-1,")


def test_a_column_is_typed_without_waiting_for_the_page(page: Page, address: str) -> None:
    open_derivatives(page, f"{address}/derivatives?v=1")
    type_into_the_matrix(page, "5")
    for i, text in ((1, "6"), (2, "7")):
        expect(cell_of(page, i, 1)).to_be_focused()  # Enter has gone down by a cell
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    wait_for_link_to_matrix(page, "0.6102723,5,0.38962376,5,6,7,0.34370267,7,")
    for (i, j), text in {(0, 1): "5", (1, 0): "5", (1, 1): "6", (2, 1): "7", (1, 2): "7"}.items():
        expect(cell_of(page, i, j)).to_have_text(text)


def test_a_cell_and_its_mirror_and_another_are_typed_without_waiting(
    page: Page, address: str
) -> None:
    open_derivatives(page, f"{address}/derivatives?v=1")
    type_into_the_matrix(page, "5.0")
    expect(cell_of(page, 1, 1)).to_be_focused()  # Enter has gone down by a cell
    page.keyboard.press("ArrowLeft")
    for i, text in ((1, "7"), (2, "8")):
        expect(cell_of(page, i, 0)).to_be_focused()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    wait_for_link_to_matrix(page, "0.6102723,7,8,7,0.6306771,0.19141042,8,")
    for (i, j), text in {(0, 1): "7", (1, 0): "7", (2, 0): "8", (0, 2): "8"}.items():
        expect(cell_of(page, i, j)).to_have_text(text)


def test_a_cell_that_was_typed_into_follows_its_mirror(page: Page, address: str) -> None:
    open_derivatives(page, f"{address}/derivatives?v=1")
    type_into_the_matrix(page, "5")
    expect(cell_of(page, 1, 0)).to_have_text("5")
    cell_of(page, 0, 1).focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    expect(cell_of(page, 1, 0)).to_be_focused()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    wait_for_link_to_matrix(page, "0.6102723,7,0.38962376,7,")
    expect(cell_of(page, 0, 1)).to_have_text("7")


def wait_for_link_to_matrix(page: Page, entries: str) -> None:
    """Wait until the matrix in the address begins with these entries."""
    expect(page).to_have_url(re.compile("matrix=" + re.escape(entries).replace(",", "(,|%2C)")))


def test_the_path_of_a_link_is_drawn(page: Page, address: str) -> None:
    open_derivatives(page, f"{address}/derivatives?v=1&row=2&column=1&reach=0.5")
    steps = page.evaluate("document.querySelector('.st-key-path .eigfit-chart')._fullData[0].x")
    values = list(steps.values()) if isinstance(steps, dict) else steps
    assert (min(values), max(values)) == (-0.5, 0.5)


def test_the_derivatives_fit_on_a_phone(page: Page, address: str) -> None:
    open_derivatives(page, f"{address}/derivatives")
    page.set_viewport_size({"width": 390, "height": 844})
    wait_until_it_fits(page, 390)


def test_the_article_is_followed_to_its_end(page: Page, address: str) -> None:
    page.goto(f"{address}/article")
    for number in range(1, len(STAGES) + 1):
        stage = page.locator(f".st-key-stage_{number}")
        stage.scroll_into_view_if_needed()
        expect(stage.locator("table")).to_be_visible()
        expect(stage).not_to_contain_text("✗")
    expect(page.locator(".st-key-stage_9 table")).to_contain_text("ef.spectral_function4")
    page.set_viewport_size({"width": 390, "height": 844})
    wait_until_it_fits(page, 390)
