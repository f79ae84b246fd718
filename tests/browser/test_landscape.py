"""A run started from the landscape, by the pointer and by the keyboard, in a real Chromium."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import (
    click,
    open_page,
    place_in,
    settle,
    wait_for_frames,
    wait_for_link,
    wait_for_words,
    wait_until_it_fits,
)

PLANE = ".st-key-landscape_plane .eigfit-chart"
LINK = "v=1&target=0,1,2&learning_rate=0.02&steps_per_frame=500&plane=parameters"
# The numbers of the chart at the pixels of the page, r₀ and r₁ on this plane.
AT = """([chart, left, top]) => {
    const element = document.querySelector(chart), box = element.getBoundingClientRect();
    const { xaxis, yaxis } = element._fullLayout;
    return [xaxis.p2d(left - box.left - xaxis._offset), yaxis.p2d(top - box.top - yaxis._offset)]
}"""


def open_landscape(page: Page, address: str, link: str = LINK) -> None:
    page.set_viewport_size({"width": 1400, "height": 2000})
    open_page(page, f"{address}/?{link}", "gradient")
    page.locator(".st-key-landscape summary").click()
    expect(page.locator(f"{PLANE} .nsewdrag")).to_be_visible()
    settle(page)


def start_in_link(page: Page) -> list[float]:
    """The start in the address, once there is one."""
    wait_for_link(page, "distribution=explicit")
    found = re.search(r"[?&]start=([^&]+)", page.url)
    assert found
    return [float(number) for number in re.split(",|%2C", found[1])]


def near(start: list[float], place: Any) -> bool:
    """Whether the first two numbers are those of a place, as far as can be seen."""
    return all(abs(a - b) < 0.01 for a, b in zip(start, place, strict=False))


def test_a_click_starts_a_run_from_there(page: Page, address: str) -> None:
    open_landscape(page, address)
    spot = place_in(page, f"{PLANE} .nsewdrag", 0.3, 0.4)
    place = page.evaluate(AT, [PLANE, *spot])
    page.mouse.move(*spot)
    page.mouse.click(*spot)
    assert near(start_in_link(page), place)
    wait_for_words(page, "Converged: the loss has reached the tolerance.")
    wait_for_words(page, "has started at the place that was chosen here")


def test_the_place_that_was_clicked_is_marked_until_another_picture_comes(
    page: Page, address: str
) -> None:
    open_landscape(page, address, "v=1&tolerance=0&steps_per_frame=1")
    spot = place_in(page, f"{PLANE} .nsewdrag", 0.3, 0.4)
    page.mouse.move(*spot)
    page.mouse.click(*spot)
    wait_for_words(page, "The run goes on.")
    wait_for_frames(page, 3)
    mark = page.locator(f"{PLANE} .eigfit-crosshair")
    expect(mark).to_have_text("The run starts here")
    expect(mark).to_be_visible()
    click(page, "pause")
    expect(mark).to_be_hidden()


def test_the_keyboard_starts_a_run_from_its_crosshair(page: Page, address: str) -> None:
    open_landscape(page, address)
    chart = page.locator(PLANE)
    expect(chart).to_have_accessible_name(
        re.compile("^Loss on a plane through the point of step .*Enter chooses its place.$")
    )
    chart.focus()
    for key in ("ArrowLeft", "Shift+ArrowUp", "ArrowUp"):
        chart.press(key)
    cross = page.locator(f"{PLANE} .eigfit-crosshair")
    expect(cross).to_contain_text("loss")
    place = page.evaluate(
        f"""() => {{ const element = document.querySelector({PLANE!r});
            const {{ xaxis, yaxis }} = element._fullLayout, [x, y] = element.crosshair.place;
            return [xaxis.p2d(x - xaxis._offset), yaxis.p2d(y - yaxis._offset)] }}"""
    )
    chart.press("Enter")
    assert near(start_in_link(page), place)
    wait_for_words(page, "has started at the place that was chosen here")


def test_while_a_run_plays_the_landscape_is_not_drawn_anew(page: Page, address: str) -> None:
    open_landscape(page, address, "v=1&tolerance=0&steps_per_frame=1")
    click(page, "play")
    wait_for_words(page, "The run goes on.")
    drawn = page.evaluate("chart => document.querySelector(chart).dataset.updates", PLANE)
    frames = "Number(document.querySelector('.eigfit-view').dataset.frames)"
    page.wait_for_function(f"count => {frames} > count", arg=page.evaluate(frames) + 5)
    assert page.evaluate("chart => document.querySelector(chart).dataset.updates", PLANE) == drawn
    click(page, "pause")
    expect(page.get_by_text("The run goes on.")).to_have_count(0)


@pytest.mark.parametrize("n", [2, 3])
def test_the_landscape_fits_on_a_phone(page: Page, address: str, n: int) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    target = ",".join(map(str, range(n)))
    open_page(page, f"{address}/?v=1&n={n}&target={target}", "gradient")
    page.locator(".st-key-landscape summary").click()
    expect(page.locator(f"{PLANE} .nsewdrag")).to_be_visible()
    if n == 2:
        expect(page.locator(".st-key-landscape_space canvas").first).to_be_visible()
    settle(page)
    wait_until_it_fits(page, 390)
