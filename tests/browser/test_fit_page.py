"""What a visitor does on the Fit page, in a real Chromium."""

import re
import time

from playwright.sync_api import Browser, Page, expect

CHART = ".st-key-eigenvalues .eigfit-chart"


def open_page(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector("[data-testid='stApp'][data-test-connection-state='CONNECTED']")
    page.wait_for_selector(".st-key-gradient .main-svg")
    page.wait_for_selector("[data-test-script-state='notRunning']")


def click(page: Page, key: str) -> None:
    # Streamlit draws a button with a tooltip twice, for touch and for the mouse.
    page.locator(f".st-key-{key} button").locator("visible=true").first.click()


def figure(page: Page, name: str) -> str:
    """The value in the line of figures under that name."""
    metric = page.locator("[data-testid='stMetric']", has_text=name)
    return metric.locator("[data-testid='stMetricValue']").inner_text().strip()


def step(page: Page) -> int:
    return int(figure(page, "Step").replace(",", ""))


def wait_until(page: Page, claim: str) -> None:
    expect(page.get_by_text(claim)).to_be_visible(timeout=90_000)


def x_range(page: Page) -> list[float]:
    return page.evaluate(f"document.querySelector('{CHART}').layout.xaxis.range")


def test_a_visitor_plays_zooms_pauses_steps_resets_converges_and_scrubs(
    page: Page, address: str
) -> None:
    open_page(page, address)
    assert step(page) == 300, "a good first picture is there without a click"

    click(page, "play")
    page.wait_for_function(f"Number(document.querySelector('{CHART}').dataset.updates) > 3")
    page.evaluate(
        "([chart, view]) => window.Plotly.relayout(document.querySelector(chart), view)",
        [CHART, {"xaxis.range": [50, 250], "yaxis.range": [-0.5, 0.5]}],
    )
    updates = int(page.locator(CHART).get_attribute("data-updates") or 0)
    page.wait_for_function(
        f"Number(document.querySelector('{CHART}').dataset.updates) > {updates + 4}"
    )
    assert x_range(page) == [50, 250], "the zoom survives streaming"

    click(page, "play")
    wait_until(page, "Paused at step")
    page.wait_for_selector("[data-test-script-state='notRunning']")
    paused_at = step(page)
    time.sleep(1)
    assert step(page) == paused_at, "a paused run stands still"
    assert x_range(page) == [50, 250]

    click(page, "step")
    expect(page.locator("[data-testid='stMetricValue']").first).to_have_text(f"{paused_at + 1:,}")

    click(page, "reset")
    expect(page.locator("[data-testid='stMetricValue']").first).to_have_text("0")

    click(page, "play")
    wait_until(page, "Converged: the loss has reached the tolerance.")
    assert float(figure(page, "Loss")) <= 1e-8
    end = step(page)

    thumb = page.locator("[class*='st-key-scrub'] input[type='range']")
    thumb.focus()
    for _ in range(3):
        thumb.press("ArrowLeft")
    page.wait_for_function(f"document.querySelector('{CHART}').layout.shapes?.length === 1")
    assert step(page) < end


def test_the_keyboard_plays_and_steps(page: Page, address: str) -> None:
    open_page(page, address)
    page.keyboard.press("s")
    expect(page.locator("[data-testid='stMetricValue']").first).to_have_text("301")
    page.keyboard.press("p")
    wait_until(page, "Running.")
    page.keyboard.press("p")
    wait_until(page, "Paused at step")


def test_a_new_start_while_it_plays_goes_on_playing(page: Page, address: str) -> None:
    open_page(page, f"{address}/?v=1&tolerance=0")
    click(page, "play")
    wait_until(page, "Running.")
    for seed in ("1", "2", "3"):
        page.keyboard.press("n")
        expect(page.locator(".st-key-seed input")).to_have_value(seed)
    page.wait_for_function("!document.body.innerText.includes('Getting ready')")
    wait_until(page, "Running.")
    assert not page.locator("[data-testid='stException'], [data-testid='stAlert']").count()


def test_a_learning_rate_changed_while_it_plays_continues_the_run(page: Page, address: str) -> None:
    open_page(page, f"{address}/?steps_per_frame=1")
    click(page, "play")
    wait_until(page, "Running.")
    thumb = page.locator(".st-key-learning_rate input[type='range']")
    thumb.focus()
    thumb.press("ArrowRight")
    expect(page.get_by_text(re.compile("Settings changed at step"))).to_be_visible()
    assert step(page) > 300
    assert "learning_rate=0.002" in page.url


def test_a_link_restores_the_experiment_in_a_second_tab(
    page: Page, browser: Browser, address: str
) -> None:
    open_page(page, f"{address}/?n=4&target=1,2,3,4&seed=7&learning_rate=0.01")
    click(page, "new_start")
    expect(page.locator(".st-key-seed input")).to_have_value("8")
    page.wait_for_url(re.compile("seed=8"))
    click(page, "play")
    wait_until(page, "Converged: the loss has reached the tolerance.")
    figures = [figure(page, name) for name in ("Step", "Loss", "Smallest gap")]

    second = browser.new_context().new_page()
    second.set_default_timeout(60_000)
    open_page(second, page.url)
    expect(second.locator(".st-key-target_3 input")).to_have_value("4")
    click(second, "play")
    wait_until(second, "Converged: the loss has reached the tolerance.")
    assert [figure(second, name) for name in ("Step", "Loss", "Smallest gap")] == figures
    second.context.close()


def test_a_hostile_link_opens_a_valid_experiment_and_says_what_it_ignored(
    page: Page, address: str
) -> None:
    open_page(page, f"{address}/?n=9999999&target=nan,<script>&optimiser=adamm&seed=-4")
    expect(page.get_by_text("The link asked for something that cannot be")).to_be_visible()
    assert not page.locator("[data-testid='stException']").count()


def test_a_phone_shows_everything_without_scrolling_sideways(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, address)
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0
    click(page, "play")
    wait_until(page, "Converged: the loss has reached the tolerance.")


def test_charts_are_there_even_if_the_script_for_them_cannot_be_loaded(
    page: Page, address: str
) -> None:
    page.route("**/plotly.min.js", lambda route: route.fulfill(body=""))
    page.goto(address)
    charts = page.locator("[data-testid='stPlotlyChart'] .main-svg")
    expect(charts.first).to_be_visible()
    click(page, "step")
    expect(page.locator("[data-testid='stMetricValue']").first).to_have_text("301")
    expect(page.locator("[data-testid='stPlotlyChart']")).to_have_count(4)
