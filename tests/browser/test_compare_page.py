"""What a visitor does on the Compare page, in a real Chromium."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser import pages
from tests.browser.pages import (
    click,
    rows,
    settle,
    wait_for_figures,
    wait_for_link,
    wait_for_rows,
    wait_for_words,
    wait_until_it_fits,
)

PANELS = ".st-key-panels .eigfit-chart"
TABLE = ".st-key-members_table table"
ENDLESS = "v=1&tolerance=0&steps_per_frame=1"


def open_compare(page: Page, url: str) -> None:
    pages.open_page(page, url, "panels")


def ranges(page: Page, axis: str) -> list[list[float]]:
    return page.evaluate(
        "([chart, axis]) => Object.entries(document.querySelector(chart)._fullLayout)"
        ".filter(([name]) => name.startsWith(axis)).map(([, axis]) => axis.range)",
        [PANELS, axis],
    )


def whole_curves(page: Page, last: int) -> list[list[float]]:
    """The lines of the eigenvalues, once each reaches the last step."""
    lines = "document.querySelector(chart)._fullData.filter(line => line.line.dash === 'solid')"
    page.wait_for_function(
        f"([chart, last]) => {lines}.every(line => line.x[line.x.length - 1] === last)",
        arg=[PANELS, last],
    )
    return page.evaluate(f"chart => {lines}.map(line => Array.from(line.y))", PANELS)


def test_four_starts_converge_and_one_opens_on_the_fit_page(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 2000})
    open_compare(page, f"{address}/compare?v=1&learning_rate=0.005&steps_per_frame=250")
    expect(page.get_by_role("link", name="Compare")).to_be_visible()
    wait_for_words(page, "Paused at step")
    click(page, "play")
    wait_for_words(page, "Members: 4 converged.")
    settle(page)
    expect(page.locator(f"{PANELS} .annotation")).to_have_count(4)

    page.evaluate(
        "chart => window.Plotly.relayout(document.querySelector(chart), {'xaxis.range': [10, 90]})",
        PANELS,
    )
    assert ranges(page, "xaxis") == [[10, 90]] * 4, "the panels' steps move together"
    heights = ranges(page, "yaxis")
    assert all(height == heights[0] for height in heights)

    expect(page.locator(f"{TABLE} tbody tr", has_text="converged")).to_have_count(4)
    unsorted = rows(page, TABLE)
    ascending = sorted(unsorted, key=lambda row: int(row[2].replace(",", "")))
    assert unsorted != ascending
    page.get_by_role("button", name="Steps", exact=True).click()
    wait_for_rows(page, TABLE, ascending)
    expect(page.locator(f"{TABLE} th[aria-sort='ascending']")).to_have_text("Steps")
    name, _, steps, loss, *_ = ascending[0]
    page.get_by_role("button", name=f"Open “{name}” on the Fit page").click()
    wait_for_words(page, "Converged: the loss has reached the tolerance.")
    wait_for_link(page, f"seed={name.split()[-1]}")
    wait_for_figures(page, Step=steps, Loss=f"{float(loss):.2e}")


def test_a_copied_link_opens_the_same_comparison_elsewhere(
    page: Page, browser: Browser, address: str
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_compare(
        page, f"{address}/compare?v=1&vary=learning_rates&learning_rates=0.02,0.05&max_steps=320"
                "&tolerance=0"
    )  # fmt: skip
    click(page, "share")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert "v=1&" in link
    assert "high=1" not in link, "only what differs is in it"
    page.keyboard.press("Escape")

    second = browser.new_context().new_page()
    open_compare(second, link)
    curves = []
    for tab in (page, second):
        click(tab, "play")
        wait_for_words(tab, "Members: 2 at the step limit.")
        curves.append(whole_curves(tab, 320))
    ours, theirs = curves
    assert len(ours) == 6
    assert max(abs(a - b) for x, y in zip(ours, theirs, strict=True)
               for a, b in zip(x, y, strict=True)) <= 1e-10  # fmt: skip
    second.context.close()


def test_a_survey_of_many_starts_runs_and_can_be_cancelled(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 2400})
    open_compare(page, f"{address}/compare?v=1&starts=1024&learning_rate=0.0001&tolerance=0")
    click(page, "run_survey")
    wait_for_words(page, "of 1,024 starts have ended")
    click(page, "cancel_survey")
    wait_for_words(page, "Cancelled after")
    open_compare(page, f"{address}/compare?v=1&starts=1024&learning_rate=0.01")
    click(page, "run_survey")
    expect(page.locator(".st-key-cancel_survey")).to_be_visible()
    expect(page.locator(".st-key-run_survey")).to_be_visible()
    expect(page.locator(".st-key-survey_figures")).to_contain_text("100.0%")
    expect(page.locator(".st-key-convergence .main-svg").first).to_be_visible()


def test_panels_stand_two_in_a_row_on_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_compare(page, f"{address}/compare")
    wait_until_it_fits(page, 390)
    grid = page.evaluate(f"document.querySelector('{PANELS}').layout.grid")
    assert (grid["rows"], grid["columns"]) == (2, 2)


def test_a_run_is_saved_and_loaded_again(page: Page, address: str, tmp_path: Path) -> None:
    open_compare(page, f"{address}/compare?v=1&members=2&max_steps=320&seed=9")
    click(page, "play")
    wait_for_words(page, "Members: 2 at the step limit.")
    click(page, "share")
    page.get_by_role("tab", name="Files").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="JSON to load again").click()
    saved = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(saved)
    assert waiting.value.suggested_filename == "eigfit-compare-symmetric-3x3-adam-9.json"
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV of all steps").click()
    assert len(waiting.value.path().read_text().splitlines()) == 1 + 2 * 321

    open_compare(page, f"{address}/compare")
    click(page, "share")
    page.get_by_role("tab", name="Files").click()
    page.locator(".st-key-load input[type='file']").set_input_files(saved)
    wait_for_words(page, "Loaded, at step 320")
    wait_for_words(page, "Members: 2 at the step limit.")
    wait_for_link(page, "seed=9")


def test_a_link_hides_what_a_lesson_does_not_need(page: Page, address: str) -> None:
    hidden = "hide=matrix,start,optimiser,run,survey&embed=true"
    open_compare(page, f"{address}/compare?{ENDLESS}&{hidden}")
    expect(page.locator(".st-key-vary")).to_be_visible()
    expect(page.locator(".st-key-n, .st-key-run_survey")).to_have_count(0)
    click(page, "play")
    wait_for_words(page, "Running.")
    wait_for_link(page, "embed=true")


def test_a_chart_is_saved_as_png_and_as_svg(page: Page, address: str) -> None:
    open_compare(page, f"{address}/compare")
    page.locator(f"{PANELS} .nsewdrag").first.hover()
    for kind in ("PNG", "SVG"):
        with page.expect_download() as waiting:
            page.locator(f"{PANELS} [data-title='Save as {kind}']").click()
        assert waiting.value.suggested_filename == f"eigfit-panels.{kind.lower()}"
        assert waiting.value.path().stat().st_size > 5_000
