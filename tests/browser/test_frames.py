"""The live view: each frame is asked for by the browser that has the one before."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, Route, WebSocketRoute, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from eigfit.web.frame_route import ADDRESS as ROUTE
from tests.browser.conftest import PATIENT
from tests.browser.pages import (
    click,
    open_page,
    step,
    wait_for_frames,
    wait_for_words,
)

CHART = ".st-key-eigenvalues .eigfit-chart"
# A run that nobody waits for to end, as fast as the engine may be.
ENDLESS = "v=1&tolerance=0&steps_per_frame=1"
# The number of the figures that are there in full, and how many frames have been drawn.
DRAWN_AT = """() => { const live = document.querySelector('.eigfit-view');
    return [live.view.held?.number ?? 0, Number(live.dataset.frames)] }"""
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
    click(page, "pause")
    wait_for_words(page, "Paused at step")
    reached = step(page)
    page.wait_for_function(
        "([chart, step]) => document.querySelector(chart).data"
        ".filter(trace => trace.customdata).every(trace => trace.customdata.at(-1) === step)",
        arg=[CHART, reached],
    )
    streamed, before = points(page), page.evaluate(DRAWN_AT)
    # With the landscape the whole page is drawn, and everything is sent anew.
    page.locator(".st-key-landscape summary").click()
    page.wait_for_function(
        f"before => ({DRAWN_AT})().every((now, i) => now > before[i])", arg=before
    )
    wait_for_words(page, f"Paused at step {reached:,}.")
    assert points(page) == streamed


def watch_sockets(page: Page) -> list[int]:
    """The sizes of the asks for a frame that go to the page's script."""
    asks: list[int] = []

    def sent(payload: str | bytes) -> None:
        said = payload if isinstance(payload, bytes) else payload.encode()
        if b"__events" in said and b'"ask"' in said:
            asks.append(len(said))

    page.on("websocket", lambda socket: socket.on("framesent", sent))
    return asks


def test_frames_come_by_their_route_and_not_by_runs_of_the_script(page: Page, address: str) -> None:
    asks = watch_sockets(page)
    open_fit(page, address)
    play(page)
    wait_for_frames(page, 2)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer) if ROUTE in answer.url else None)
    before = len(asks)
    wait_for_frames(page, 8)
    assert len(asks) == before
    assert len(answers) >= 7
    assert {answer.status for answer in answers} == {200}
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert {answer.url for answer in answers} == {f"{address}/{ROUTE}"}, "no token is in it"


def test_a_run_moves_where_the_route_is_blocked(browser: Browser, address: str) -> None:
    context = browser.new_context()  # whose console may tell of what is blocked
    page = context.new_page()
    page.set_default_timeout(PATIENT)
    blocked: list[str] = []

    def block(route: Route) -> None:
        blocked.append(route.request.method)
        route.abort()

    page.route(f"**/{ROUTE}", block)
    asks = watch_sockets(page)
    open_fit(page, address)
    play(page)
    wait_for_frames(page, 8)
    assert step(page) > 8
    assert len(asks) >= 8
    assert blocked, "it was tried"
    assert len(blocked) < len(asks) / 4, "and then left alone for a while"
    click(page, "pause")
    wait_for_words(page, "Paused at step")
    context.close()


@pytest.mark.parametrize("lost", ["the ask", "the answer"])
def test_a_frame_that_never_came_is_asked_for_again(page: Page, address: str, lost: str) -> None:
    held: list[Route] = []
    losing = False

    def through(route: Route) -> None:
        if losing and not held:
            held.append(route)  # neither answered nor refused
            if lost == "the answer":
                route.fetch()
        else:
            route.continue_()

    page.route(f"**/{ROUTE}", through)
    open_fit(page, address)
    play(page)
    wait_for_frames(page, 2)
    losing = True
    wait_for_frames(page, 8)
    assert len(held) == 1


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


def test_a_press_that_the_server_has_lost_is_said_again(page: Page, address: str) -> None:
    lost: list[str] = []

    def lose_the_first_press(browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()

        def say(said: str | bytes) -> None:
            assert isinstance(said, bytes)
            states = BackMsg.FromString(said).rerun_script.widget_states.widgets
            pressed = [state.id for state in states if state.trigger_value]
            if pressed and not lost:
                lost.extend(pressed)
            else:
                server.send(said)

        browser.on_message(say)

    page.route_web_socket(re.compile("/_stcore/stream"), lose_the_first_press)
    open_fit(page, address)
    play(page)
    assert len(lost) == 1
    assert lost[0].endswith("-play")
