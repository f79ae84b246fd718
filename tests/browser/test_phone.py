"""The Fit page on a phone, by finger, in a real Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENT
from tests.browser.pages import (
    box_of,
    open_page,
    settle,
    wait_for_link,
    wait_for_words,
    wait_until_it_fits,
)

WIDTH, HEIGHT = 390, 844
CHART = ".st-key-eigenvalues .eigfit-chart"
LOSS = ".st-key-loss .eigfit-chart"


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page on a phone."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.set_default_timeout(PATIENT)
    expect.set_options(timeout=PATIENT)
    yield page
    context.close()


def test_the_chart_is_in_view_without_scrolling(phone: Page, address: str) -> None:
    open_page(phone, f"{address}/?v=1&tolerance=0", "gradient")
    wait_for_words(phone, "Paused at step")
    wait_until_it_fits(phone, WIDTH)
    box = box_of(phone.locator(CHART))
    assert box["y"] <= 410
    assert box["y"] + box["height"] <= HEIGHT


def test_targets_and_rule_are_changed_without_the_drawer(phone: Page, address: str) -> None:
    open_page(phone, f"{address}/?v=1&tolerance=0", "gradient")
    phone.get_by_role("button", name="Targets & rule").tap()
    targets = phone.locator(".st-key-target_list_at_hand textarea")
    targets.fill("−1 0,5 2")
    targets.blur()
    wait_for_link(phone, "target=-1%2C0.5%2C2")
    expect(targets).to_have_value("-1, 0.5, 2")
    phone.locator(".st-key-optimiser_at_hand input").tap()
    phone.get_by_role("option", name="Nadam").tap()
    wait_for_link(phone, "optimiser=nadam")
    expect(phone.get_by_role("button", name="Targets & rule")).to_be_in_viewport()
    expect(phone.get_by_test_id("stSidebarContent")).not_to_be_in_viewport()
    phone.set_viewport_size({"width": 1400, "height": 1000})
    expect(phone.get_by_role("button", name="Targets & rule")).to_have_count(0)


def test_what_came_out_stands_below_the_first_chart_and_moves_it_by_nothing(
    phone: Page, address: str
) -> None:
    open_page(phone, f"{address}/?v=1&learning_rate=0.01&steps_per_frame=500", "gradient")
    chart, result = phone.locator(CHART), phone.locator(".st-key-result")
    stood = box_of(chart)
    phone.get_by_role("button", name="Play").tap()
    expect(result).to_contain_text("Here is a matrix that has them.")
    wait_until_it_fits(phone, WIDTH)
    settle(phone)
    assert box_of(chart) == stood
    below = box_of(result)["y"] - (stood["y"] + stood["height"])
    assert 0 < below < 80
    assert box_of(result)["y"] < box_of(phone.locator(LOSS))["y"]
    assert box_of(phone.locator(LOSS))["width"] == stood["width"]


def test_nothing_is_said_of_keys_and_no_row_scrolls_sideways(phone: Page, address: str) -> None:
    open_page(phone, f"{address}/?v=1&tolerance=0", "gradient")
    phone.locator(".st-key-landscape summary").tap()
    expect(phone.locator(".st-key-landscape_plane .main-svg").first).to_be_attached()
    wait_for_words(phone, "Click a place")
    expect(phone.locator("kbd").locator("visible=true")).to_have_count(0)
    expect(phone.get_by_text("arrow keys").locator("visible=true")).to_have_count(0)
    scrolls = "row => row.scrollWidth > row.clientWidth"
    assert not phone.locator(".st-key-plane [role='radiogroup']").evaluate(scrolls)
