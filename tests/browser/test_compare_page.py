"""What a visitor does on the Compare page, in a real Chromium."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.test_fit_page import click, figure, wait_until

PANELS = ".st-key-panels .eigfit-chart"
TABLE = ".st-key-members_table [role='grid']"


def open_compare(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector(f"{PANELS} .main-svg")
    page.wait_for_selector("[data-test-script-state='notRunning']")


def ranges(page: Page, axis: str) -> list[list[float]]:
    return page.evaluate(
        "([chart, axis]) => Object.entries(document.querySelector(chart)._fullLayout)"
        ".filter(([name]) => name.startsWith(axis)).map(([, axis]) => axis.range)",
        [PANELS, axis],
    )


def cell(page: Page, row: int, column: int) -> str:
    return page.locator(
        f"{TABLE} tr[aria-rowindex='{row}'] td[aria-colindex='{column}']"
    ).inner_text()


def test_four_starts_converge_and_one_opens_on_the_fit_page(
    page: Page, browser: Browser, address: str
) -> None:
    page.set_viewport_size({"width": 1400, "height": 2000})
    open_compare(page, f"{address}/compare?v=1&learning_rate=0.01")
    expect(page.get_by_role("link", name="Compare")).to_be_visible()
    click(page, "play")
    wait_until(page, "Members: 4 converged.")
    assert page.locator(f"{PANELS} .annotation").count() == 4

    page.evaluate(
        "chart => window.Plotly.relayout(document.querySelector(chart), {'xaxis.range': [10, 90]})",
        PANELS,
    )
    assert ranges(page, "xaxis") == [[10, 90]] * 4, "the panels' steps move together"
    heights = ranges(page, "yaxis")
    assert all(height == heights[0] for height in heights)

    expect(page.locator(f"{TABLE} tr[aria-rowindex='5']")).to_contain_text("converged")
    steps = [int(cell(page, row, 3).replace(",", "")) for row in range(2, 6)]
    assert steps != sorted(steps)
    box = page.locator(".st-key-members_table canvas").first.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.45, box["y"] + 15)
    first = page.locator(f"{TABLE} tr[aria-rowindex='2'] td[aria-colindex='3']")
    expect(first).to_have_text(str(min(steps)))
    name, loss = cell(page, 2, 1), cell(page, 2, 4)
    page.mouse.click(box["x"] + 15, box["y"] + 50)
    click(page, "open_member")
    wait_until(page, "Converged: the loss has reached the tolerance.")
    assert f"seed={name.split()[-1]}" in page.url
    assert int(figure(page, "Step").replace(",", "")) == min(steps)
    assert figure(page, "Loss") == f"{float(loss):.2e}"


def test_a_copied_link_opens_the_same_comparison_elsewhere(
    page: Page, browser: Browser, address: str
) -> None:
    open_compare(
        page, f"{address}/compare?v=1&vary=learning_rates&learning_rates=0.02,0.05&max_steps=100"
    )
    page.locator(".st-key-share button").first.click()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert "v=1" in link
    assert "tolerance=1e-08" in link, "defaults are written out"
    page.keyboard.press("Escape")
    click(page, "play")
    wait_until(page, "Members: 2 at the step limit.")

    second = browser.new_context().new_page()
    second.set_default_timeout(60_000)
    open_compare(second, link)
    click(second, "play")
    wait_until(second, "Members: 2 at the step limit.")
    curves = (
        "chart => document.querySelector(chart)._fullData"
        ".filter(line => line.line.dash === 'solid').map(line => Array.from(line.y))"
    )
    ours, theirs = (tab.evaluate(curves, PANELS) for tab in (page, second))
    assert len(ours) == 6
    assert max(abs(a - b) for x, y in zip(ours, theirs, strict=True)
               for a, b in zip(x, y, strict=True)) <= 1e-10  # fmt: skip
    second.context.close()


def test_a_survey_of_many_starts_runs_and_can_be_cancelled(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 2400})
    open_compare(page, f"{address}/compare?v=1&starts=1024&learning_rate=0.0001")
    click(page, "run_survey")
    expect(page.get_by_text("of 1,024 starts have ended")).to_be_visible()
    click(page, "run_survey")
    wait_until(page, "Cancelled after")
    page.goto(f"{address}/compare?v=1&starts=1024&learning_rate=0.01")
    page.wait_for_selector(f"{PANELS} .main-svg")
    click(page, "run_survey")
    expect(page.locator(".st-key-survey_figures")).to_contain_text("100.0%")
    expect(page.locator(".st-key-convergence .main-svg").first).to_be_visible()


def test_panels_stand_two_in_a_row_on_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_compare(page, f"{address}/compare")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    grid = page.evaluate(f"document.querySelector('{PANELS}').layout.grid")
    assert (grid["rows"], grid["columns"]) == (2, 2)


def test_a_run_is_saved_and_loaded_again(page: Page, address: str, tmp_path: Path) -> None:
    open_compare(page, f"{address}/compare?v=1&members=2&max_steps=320&seed=9")
    click(page, "play")
    wait_until(page, "Members: 2 at the step limit.")
    page.locator(".st-key-share button").first.click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="JSON to load again").click()
    saved = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(saved)
    assert waiting.value.suggested_filename == "eigfit-compare-symmetric-3x3-adam-9.json"
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV of all steps").click()
    assert len(waiting.value.path().read_text().splitlines()) == 1 + 2 * 321

    page.goto(f"{address}/compare")
    page.wait_for_selector(f"{PANELS} .main-svg")
    page.locator(".st-key-share button").first.click()
    page.locator(".st-key-load input[type='file']").set_input_files(saved)
    expect(page.get_by_text("Loaded, at step 320")).to_be_visible()
    expect(page.get_by_text("Members: 2 at the step limit.")).to_be_visible()
    assert "seed=9" in page.url


def test_a_link_hides_what_a_lesson_does_not_need(page: Page, address: str) -> None:
    open_compare(page, f"{address}/compare?v=1&hide=matrix,start,optimiser,run,survey&embed=true")
    assert not page.locator(".st-key-n").count()
    assert not page.locator(".st-key-run_survey").count()
    assert page.locator(".st-key-vary").count()
    click(page, "play")
    wait_until(page, "Running.")
    assert "embed=true" in page.url


def test_a_chart_is_saved_as_png_and_as_svg(page: Page, address: str) -> None:
    open_compare(page, f"{address}/compare")
    page.locator(f"{PANELS} .nsewdrag").first.hover()
    for kind in ("PNG", "SVG"):
        with page.expect_download() as waiting:
            page.locator(f"{PANELS} [data-title='Save as {kind}']").click()
        assert waiting.value.suggested_filename == f"eigfit-panels.{kind.lower()}"
        assert waiting.value.path().stat().st_size > 5_000
