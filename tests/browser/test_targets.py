"""Targets pulled in the chart and typed beside it, in a real Chromium."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from eigfit.web.runs import OPENING_STEPS
from tests.browser import pages
from tests.browser.pages import box_of, click, step, wait_for_link, wait_for_updates, wait_for_words

CHART = ".st-key-eigenvalues .eigfit-chart"
HANDLE = ".st-key-eigenvalues .eigfit-handle"
ENDLESS = "v=1&target=-1,0.5,2&tolerance=0&learning_rate=1e-5&max_steps=200000"
OPENED = f"Paused at step {OPENING_STEPS}."
# Where all handles and the dashed lines' last points stand, read at once.
STANDS = f"""() => [
  Array.from(document.querySelectorAll('{HANDLE}'), h => Number(h.getAttribute('aria-valuenow'))),
  document.querySelector('{CHART}').data.filter(t => t.name === 'target').map(t => t.y.at(-1)),
]"""


def open_page(page: Page, url: str) -> None:
    pages.open_page(page, url, "eigenvalues")
    expect(page.locator(HANDLE).first).to_be_visible()
    wait_for_words(page, OPENED)


def handle(page: Page, index: int) -> Locator:
    return page.get_by_role("slider", name=f"Target of eigenvalue {index}")


def middle(locator: Locator) -> tuple[float, float]:
    box = box_of(locator)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def field(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-target_{name}").locator("input, textarea")


def wait_until_lines_end_at(page: Page, targets: list[float]) -> None:
    page.wait_for_function(
        f"targets => JSON.stringify(({STANDS})()[1]) === JSON.stringify(targets)",
        arg=sorted(targets),
    )


def test_a_target_is_pulled_by_mouse_and_the_run_goes_on(page: Page, address: str) -> None:
    open_page(page, f"{address}/?{ENDLESS}")
    click(page, "play")
    wait_for_words(page, "Running.")
    before = step(page)
    x, y = middle(handle(page, 2))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 30, y + 60, steps=3)
    held = float(handle(page, 2).get_attribute("aria-valuenow") or "nan")
    assert 0.5 < held < 2
    expect(page.locator(".eigfit-preview:visible")).to_have_count(1)
    wait_for_updates(page, CHART, 3)
    assert page.evaluate(STANDS) == [[-1, 0.5, held], [-1, 0.5, 2]], "only the handle has moved"
    page.mouse.up()
    seen = page.evaluate(
        f"""held => new Promise(done => {{
          const values = new Set();
          const look = () => {{
            const [handles, lines] = ({STANDS})();
            values.add(handles[2]);
            if (lines.at(-1) === held) done(Array.from(values));
            else requestAnimationFrame(look);
          }};
          look();
        }})""",
        held,
    )
    assert seen == [held], "it should not jump back before the answer"
    wait_for_words(page, "Target changed at step")
    wait_for_updates(page, CHART, 2)
    expect(field(page, "2")).to_have_value(f"{held:.10g}")
    wait_for_link(page, f"{held:.10g}")
    expect(page.locator(".eigfit-preview:visible")).to_have_count(0)
    wait_for_words(page, "Running.")
    assert step(page) > before
    bends = page.evaluate(
        f"document.querySelector('{CHART}').data.filter(t => t.name === 'target').at(-1).y"
    )
    assert bends == [2, 2, held, held]


def test_a_target_is_moved_by_keys_gathered_into_one_move(page: Page, address: str) -> None:
    open_page(page, f"{address}/?{ENDLESS}")
    chosen = handle(page, 1)
    chosen.focus()
    for key in ("ArrowUp", "ArrowRight", "Shift+ArrowDown", "PageUp", "ArrowLeft"):
        chosen.press(key)
    expect(chosen).to_have_attribute("aria-valuenow", "1.59")
    expect(chosen).to_have_attribute("aria-valuetext", "1.59")
    wait_until_lines_end_at(page, [-1, 1.59, 2])
    wait_for_words(page, f"Target changed at step {OPENING_STEPS}")
    wait_for_words(page, OPENED)
    expect(chosen).to_be_focused()
    expect(field(page, "1")).to_have_value("1.59")
    chosen.press("ArrowUp")
    chosen.press("Escape")
    expect(chosen).to_have_attribute("aria-valuenow", "1.59")
    chosen.press("p")
    wait_for_words(page, "Running.")


@pytest.mark.parametrize("target", ["-1,0.5,0.6", "-1,0.5,0.5"])
def test_a_target_that_passes_another_becomes_the_next_and_keeps_the_focus(
    page: Page, address: str, target: str
) -> None:
    open_page(page, f"{address}/?{ENDLESS.replace('-1,0.5,2', target)}")
    kept = float(target.split(",")[-1])
    handle(page, 1).focus()
    handle(page, 1).press("PageUp")
    last = handle(page, 2)
    expect(last).to_be_focused()
    above = float(last.get_attribute("aria-valuenow") or "nan")
    assert above > kept
    wait_until_lines_end_at(page, [-1, kept, above])
    assert page.evaluate(STANDS) == [[-1, kept, above], [-1, kept, above]]
    expect(field(page, "2")).to_have_value(f"{above:.10g}")
    for key in ("PageDown", "ArrowDown"):
        page.keyboard.press(key)
    page.wait_for_function(
        f"""kept => {{
          const [handles, lines] = ({STANDS})();
          return document.activeElement.ariaLabel === 'Target of eigenvalue 1'
            && handles[1] < kept && handles[2] === kept && String(handles) === String(lines);
        }}""",
        arg=kept,
    )


def test_keys_that_come_before_the_answer_move_the_same_target(page: Page, address: str) -> None:
    open_page(page, f"{address}/?{ENDLESS.replace('-1,0.5,2', '-1,0.5,0.6')}")
    moved = handle(page, 1)
    moved.focus()
    # What is gathered is sent as the handle is left; the next key comes in the same moment.
    page.evaluate(
        """() => {
          const grip = document.activeElement;
          const press = (key) => grip.dispatchEvent(new KeyboardEvent("keydown", { key }));
          press("PageUp");
          grip.blur();
          grip.focus();
          press("PageUp");
        }"""
    )
    page.wait_for_function(
        f"""() => {{
          const [handles, lines] = ({STANDS})();
          return handles[0] === -1 && handles[1] === 0.6 && handles[2] > 2
            && String(handles) === String(lines)
            && document.activeElement.ariaLabel === 'Target of eigenvalue 2';
        }}"""
    )


def test_handles_of_equal_targets_are_reached_each_for_itself(page: Page, address: str) -> None:
    open_page(page, f"{address}/?v=1&n=12&tolerance=0")
    for index in (0, 5, 11):
        x, y = middle(handle(page, index))
        reached = page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y)?.getAttribute('aria-label')", [x, y]
        )
        assert reached == f"Target of eigenvalue {index}"


def test_a_target_is_pulled_by_a_finger(browser: Browser, address: str) -> None:
    phone = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = phone.new_page()
    open_page(page, f"{address}/?{ENDLESS}")
    handle(page, 0).scroll_into_view_if_needed()
    x, y = middle(handle(page, 0))
    scrolled = page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    touches = phone.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        touches.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
        )

    touch("touchStart", (x, y))
    for moved in (10, 25, 40):
        touch("touchMove", (x, y - moved))
    touch("touchEnd")
    wait_for_words(page, "Target changed at step")
    assert float(handle(page, 0).get_attribute("aria-valuenow") or "nan") > -0.9
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == scrolled
    phone.close()


def test_a_list_is_pasted(page: Page, address: str) -> None:
    open_page(page, f"{address}/?{ENDLESS}")
    pasted = field(page, "list")
    pasted.fill(r"\begin{pmatrix} −1{,}25 & 0.333 \\ 1.125e0 \end{pmatrix}")
    pasted.press("Control+Enter")
    for index, text in enumerate(("-1.25", "0.333", "1.125")):
        expect(field(page, str(index))).to_have_value(text)
        shown_whole = "field => field.scrollWidth <= field.clientWidth"
        assert field(page, str(index)).evaluate(shown_whole)
    wait_until_lines_end_at(page, [-1.25, 0.333, 1.125])


@pytest.mark.parametrize("plays", [False, True])
def test_what_cannot_be_stays_in_its_field(page: Page, address: str, plays: bool) -> None:
    open_page(page, f"{address}/?{ENDLESS}")
    if plays:
        click(page, "play")
    field(page, "0").fill("1e400")
    field(page, "0").press("Enter")
    wait_for_words(page, "A number must be 0 or from 1e-323 to 1.7e308 in size; got '1e400'.")
    field(page, "1").fill("0,75")
    field(page, "1").press("Enter")
    wait_until_lines_end_at(page, [-1, 0.75, 2])
    expect(field(page, "0")).to_have_value("1e400")
    field(page, "0").fill("−1.5")
    field(page, "0").press("Enter")
    wait_until_lines_end_at(page, [-1.5, 0.75, 2])
    expect(page.get_by_text("A number must be")).to_have_count(0)


def test_keys_play_and_step_after_a_slider_was_used_and_not_where_text_is_typed(
    page: Page, address: str
) -> None:
    open_page(page, f"{address}/?{ENDLESS}")
    thumb = page.locator(".st-key-learning_rate input[type='range']")
    thumb.focus()
    page.keyboard.press("s")
    wait_for_words(page, f"Paused at step {OPENING_STEPS + 1}.")
    page.keyboard.press("p")
    wait_for_words(page, "Running.")
    page.keyboard.press("p")
    wait_for_words(page, "Paused at step")
    field(page, "0").focus()
    page.keyboard.press("End")
    page.keyboard.type("ps")
    expect(field(page, "0")).to_have_value("-1ps")
    page.keyboard.press("Enter")
    wait_for_words(page, "got '-1ps'")
    wait_for_words(page, "Paused at step")
