"""What a visitor does on the Fit page, in a real Chromium."""

import pytest
from playwright.sync_api import Browser, Page, expect

from eigfit.web.runs import OPENING_STEPS
from tests.browser import pages
from tests.browser.pages import (
    box_of,
    button,
    click,
    figures,
    play_until,
    settle,
    step,
    wait_for_figures,
    wait_for_link,
    wait_for_updates,
    wait_for_words,
    wait_until_it_fits,
)

CHART = ".st-key-eigenvalues .eigfit-chart"
CONVERGED = "Converged: the loss has reached the tolerance."
# A run that nobody waits for to end, as fast as the engine may be.
ENDLESS = "v=1&tolerance=0&steps_per_frame=1"
SWIFT = "v=1&steps_per_frame=500"  # at its end after a few frames


def open_page(page: Page, url: str) -> None:
    pages.open_page(page, url, "gradient")


def view(page: Page) -> list[list[float]]:
    return page.evaluate(
        "chart => ['xaxis', 'yaxis'].map("
        "axis => Array.from(document.querySelector(chart).layout[axis].range))",
        CHART,
    )


def ticks_of_loss(page: Page, low: float, high: float) -> list[str]:
    """What stands at the axis of the losses, zoomed into those."""
    return page.evaluate(
        "async ([low, high]) => {"
        "const chart = document.querySelector('.st-key-loss .eigfit-chart');"
        "await window.Plotly.relayout(chart, {'yaxis.range': [low, high].map(Math.log10)});"
        "return Array.from(chart.querySelectorAll('.ytick text'), tick => tick.textContent) }",
        [low, high],
    )


def test_a_visitor_plays_zooms_pauses_and_steps(page: Page, address: str) -> None:
    open_page(page, f"{address}/?{ENDLESS}")
    opened_at = step(page)
    click(page, "play")
    wait_for_words(page, "Running.")
    wait_for_updates(page, CHART, 4)
    page.evaluate(
        "([chart, view]) => window.Plotly.relayout(document.querySelector(chart), view)",
        [CHART, {"xaxis.range": [50, 250], "yaxis.range": [-0.5, 0.5]}],
    )
    wait_for_updates(page, CHART, 5)
    assert view(page) == [[50, 250], [-0.5, 0.5]], "the zoom survives streaming"

    click(page, "pause")
    wait_for_words(page, "Paused at step")
    settle(page)
    paused_at = step(page)
    assert paused_at > opened_at
    wait_for_words(page, f"Paused at step {paused_at:,}.")
    assert view(page) == [[50, 250], [-0.5, 0.5]]

    # Everything is drawn anew, and the run has not moved.
    page.get_by_role("radio", name="lower").or_(page.get_by_role("button", name="lower")).click()
    wait_for_link(page, "convention=lower")
    settle(page)
    assert step(page) == paused_at, "a paused run stands still"
    click(page, "step")
    wait_for_figures(page, Step=f"{paused_at + 1:,}")
    click(page, "step")
    wait_for_figures(page, Step=f"{paused_at + 2:,}")


def test_a_visitor_resets_converges_and_scrubs(page: Page, address: str) -> None:
    open_page(page, f"{address}/?{SWIFT}")
    wait_for_words(page, "Paused at step")
    assert step(page) > 0, "a good first picture is there without a click"
    click(page, "reset")
    wait_for_figures(page, Step="0")

    play_until(page, CONVERGED)
    settle(page)
    end = figures(page)
    assert float(end["Loss"]) <= 1e-8
    assert ticks_of_loss(page, 2e-5, 8e-5), "numbers stand also between two powers of ten"

    thumb = page.get_by_label("Step shown")
    expect(thumb).to_be_enabled()
    thumb.focus()
    for _ in range(3):
        thumb.press("ArrowLeft")
    wait_for_words(page, "Shown is step")
    page.wait_for_function(f"document.querySelector('{CHART}').layout.shapes?.length === 1")
    assert 0 < step(page) < int(end["Step"].replace(",", ""))


def test_a_run_ends_and_another_is_opened_without_making_a_chart_anew(
    page: Page, address: str
) -> None:
    parts = "[...document.querySelectorAll('.eigfit-chart, .eigfit-view')]"
    unmarked = f"{parts}.filter(part => !part.marked).length"
    open_page(page, f"{address}/?{SWIFT}")
    count = page.evaluate(f"{parts}.map(part => part.marked = true).length")
    play_until(page, CONVERGED)
    expect(page.locator(".st-key-result")).to_be_visible()
    settle(page)
    assert page.evaluate(unmarked) == 0, "what came out is added"

    stood = box_of(page.locator(CHART))
    page.locator("[data-ready='unreachable']").click()
    expect(page.locator("[aria-current='true'][data-ready]")).to_have_text("Out of reach")
    wait_for_words(page, "With zeros on its diagonal no matrix has three eigenvalues of 1")
    wait_for_words(page, "Out of reach: such a matrix's eigenvalues always add up to 0")
    wait_for_link(page, "structure=zero_diagonal")
    settle(page)
    assert page.evaluate(unmarked) == 0, "what is to be said of it is added"
    assert box_of(page.locator(CHART)) == stood, "and has had its place before"
    assert page.evaluate(f"{parts}.length") == count


def test_who_looks_at_the_matrix_goes_on_looking_at_it_when_the_run_ends(
    page: Page, address: str
) -> None:
    open_page(page, f"{address}/?{SWIFT}")
    button(page, "play").focus()
    page.evaluate("document.querySelector('.stMain').scrollTo(0, 450)")
    page.keyboard.press("p")
    expect(page.locator(".st-key-result")).to_be_attached()
    settle(page)
    scrolled = page.evaluate("document.querySelector('.stMain').scrollTop")
    assert scrolled >= 449, "the button that has the focus is not gone to"
    stood = box_of(page.locator(".st-key-matrix"))["y"]
    page.evaluate("document.querySelector('.st-key-result').style.minHeight = '480px'")
    page.wait_for_function(
        "([stood, scrolled]) => document.querySelector('.stMain').scrollTop > scrolled + 50"
        " && Math.abs(document.querySelector('.st-key-matrix').getBoundingClientRect().y - stood)"
        " <= 2",
        arg=[stood, scrolled],
    )


def test_the_keyboard_plays_and_steps(page: Page, address: str) -> None:
    open_page(page, f"{address}/?{ENDLESS}")
    opened_at = step(page)
    page.keyboard.press("s")
    wait_for_figures(page, Step=f"{opened_at + 1:,}")
    page.keyboard.press("p")
    wait_for_words(page, "Running.")
    page.keyboard.press("p")
    wait_for_words(page, "Paused at step")


def test_a_new_start_while_it_plays_goes_on_playing(page: Page, address: str) -> None:
    open_page(page, f"{address}/?v=1&tolerance=0")
    click(page, "play")
    wait_for_words(page, "Running.")
    for seed in ("1", "2", "3"):
        page.keyboard.press("n")
        wait_for_link(page, f"seed={seed}")
    page.wait_for_function("!document.body.innerText.includes('Getting ready')")
    wait_for_words(page, "Running.")
    wait_for_updates(page, CHART, 2)
    expect(page.locator("[data-testid='stException'], [data-testid='stAlert']")).to_have_count(0)


def test_a_learning_rate_changed_while_it_plays_continues_the_run(page: Page, address: str) -> None:
    open_page(page, f"{address}/?{ENDLESS}")
    opened_at = step(page)
    click(page, "play")
    wait_for_words(page, "Running.")
    thumb = page.locator(".st-key-learning_rate input[type='range']")
    thumb.focus()
    thumb.press("ArrowRight")
    wait_for_words(page, "Learning rate changed at step")
    wait_for_link(page, "learning_rate=0.002")
    assert step(page) > opened_at, "it has not begun again"


def test_a_link_restores_the_experiment_in_a_second_tab(
    page: Page, browser: Browser, address: str
) -> None:
    open_page(page, f"{address}/?n=4&target=1,2,3,4&seed=7&learning_rate=0.01&steps_per_frame=250")
    click(page, "new_start")
    wait_for_link(page, "seed=8")
    wait_for_figures(page, Step="0")
    play_until(page, CONVERGED)
    settle(page)
    shown = {name: figures(page)[name] for name in ("Step", "Loss", "Smallest gap")}

    second = browser.new_context().new_page()
    open_page(second, page.url)
    expect(second.locator(".st-key-target_3 input")).to_have_value("4")
    click(second, "play")
    wait_for_figures(second, **shown)
    wait_for_words(second, CONVERGED)
    second.context.close()


def test_a_hostile_link_opens_a_valid_experiment_and_says_what_it_ignored(
    page: Page, address: str
) -> None:
    open_page(page, f"{address}/?n=9999999&target=nan,<script>&optimiser=adamm&seed=-4")
    wait_for_words(page, "The link asked for something that cannot be")
    expect(page.locator("[data-testid='stException']")).to_have_count(0)


def test_a_phone_shows_everything_without_scrolling_sideways(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, f"{address}/?{SWIFT}")
    wait_until_it_fits(page, 390)
    play_until(page, CONVERGED)
    settle(page)
    wait_until_it_fits(page, 390)


@pytest.mark.parametrize("script", ["plotly.min.js", "view.js"])
def test_charts_are_there_even_if_a_script_for_them_cannot_be_loaded(
    page: Page, address: str, script: str
) -> None:
    page.route(f"**/{script}", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(address)
    charts = page.locator("[data-testid='stPlotlyChart'] .main-svg")
    expect(charts.first).to_be_visible()
    settle(page)
    wait_for_figures(page, Step=f"{OPENING_STEPS:,}")
    click(page, "step")
    wait_for_figures(page, Step=f"{OPENING_STEPS + 1:,}")
    expect(page.locator("[data-testid='stPlotlyChart']")).to_have_count(4)
