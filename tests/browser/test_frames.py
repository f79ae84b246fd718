"""The live view: each frame is asked for by the browser that has the one before."""

import json
from typing import Any

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.pages import (
    click,
    open_page,
    settle,
    step,
    wait_for_frames,
    wait_for_words,
)

CHART = ".st-key-eigenvalues .eigfit-chart"
# A run that nobody waits for to end, as fast as the engine may be.
ENDLESS = "v=1&tolerance=0&steps_per_frame=1"
DRAWN = f"""() => {{
    const [chart] = document.querySelectorAll('{CHART}');
    return chart.data.filter(trace => trace.customdata).map(trace => [trace.x, trace.y]) }}"""


def open_fit(page: Page, address: str, link: str = ENDLESS) -> None:
    open_page(page, f"{address}/?{link}", "gradient")


def play(page: Page) -> None:
    click(page, "play")
    wait_for_words(page, "Running.")


def points(page: Page) -> Any:
    """What the chart of the eigenvalues has drawn."""
    return json.loads(json.dumps(page.evaluate(DRAWN)))


def test_what_was_drawn_frame_by_frame_is_what_is_sent_at_once(page: Page, address: str) -> None:
    open_fit(page, address, "v=1&tolerance=0&steps_per_frame=7")
    play(page)
    wait_for_frames(page, 12)
    # Only the frames: a pause draws the whole page and with it everything anew.
    page.evaluate("document.querySelector('.eigfit-view').view.ask = () => {}")
    settle(page)
    reached = step(page)
    page.wait_for_function(
        "([chart, step]) => document.querySelector(chart).data"
        ".filter(trace => trace.customdata).every(trace => trace.customdata.at(-1) === step)",
        arg=[CHART, reached],
    )
    streamed = points(page)
    click(page, "pause")
    wait_for_words(page, f"Paused at step {reached:,}.")
    assert points(page) == streamed


def test_a_frame_that_never_came_is_asked_for_again(page: Page, address: str) -> None:
    lost: list[int] = []
    losing = False

    def through(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def to_server(message: str | bytes) -> None:
            if losing and not lost and b"_events" in bytes(message if isinstance(message, bytes)
                                                            else message.encode()):  # fmt: skip
                lost.append(len(message))
                return
            server.send(message)

        socket.on_message(to_server)
        server.on_message(socket.send)

    page.route_web_socket("**/_stcore/stream", through)
    open_fit(page, address)
    play(page)
    wait_for_frames(page, 2)
    losing = True
    wait_for_frames(page, 8)
    assert len(lost) == 1


def test_a_run_rests_while_its_tab_is_hidden(page: Page, address: str) -> None:
    open_fit(page, address)
    play(page)
    wait_for_frames(page, 2)
    # A tab that is not looked at has no animation frames.
    page.evaluate(
        "() => { window.held = []; window.animated = window.requestAnimationFrame;"
        "window.requestAnimationFrame = draw => window.held.push(draw) }"
    )
    page.wait_for_function("() => window.held.length > 0")
    # Nothing is asked for and nothing will be, so nobody computes.
    assert page.evaluate("() => document.querySelector('.eigfit-view').view.waiting === null")
    page.evaluate(
        "() => { window.requestAnimationFrame = window.animated;"
        "window.held.forEach(draw => requestAnimationFrame(draw)) }"
    )
    wait_for_frames(page, 3)


def test_a_tooltip_stays_while_the_run_plays(page: Page, address: str) -> None:
    open_fit(page, address)
    play(page)
    wait_for_frames(page, 2)
    box = page.locator(f"{CHART} .nsewdrag").bounding_box()
    line = page.locator(f"{CHART} .js-line").last.bounding_box()
    assert box
    assert line
    # Where the last line begins, which moves little: steps come at the other end.
    page.mouse.move(box["x"] + 6, line["y"] + 2)
    page.mouse.move(box["x"] + 5, line["y"] + 2)
    tooltip = page.locator(f"{CHART} .hoverlayer .legend")
    expect(tooltip.first).to_be_visible()
    for _ in range(5):
        wait_for_frames(page, 1)
        assert page.evaluate(
            "chart => document.querySelectorAll(`${chart} .hoverlayer .legend`).length", CHART
        ), "it is there after every frame"


def test_the_focus_stays_where_play_and_pause_change_places(page: Page, address: str) -> None:
    open_fit(page, address)
    focused = "key => document.activeElement === document.querySelector(`.st-key-${key} button`)"
    page.locator(".st-key-play button").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(focused, arg="pause")
    page.keyboard.press("Enter")
    page.wait_for_function(focused, arg="play")
