"""What a visitor does on the Compare page, in a real Chromium."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser import pages
from tests.browser.pages import (
    box_of,
    click,
    copied,
    play_until,
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
    play_until(page, "Members: 4 converged.")
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
    link = copied(page, "Copy link")
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
    play_until(page, "Members: 2 at the step limit.")
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


# Which members stand out: of panels, headings, curves of the losses, rows and matrices.
STANDING_OUT = """() => {
    const full = (element) => getComputedStyle(element).opacity === '1';
    const all = (selector) => Array.from(document.querySelectorAll(selector)).filter(full);
    const number = (element, before) =>
        Number(new RegExp(`${before}([0-9]*)`).exec(element.getAttribute('class'))[1] || 1);
    return {
        panels: all('.st-key-panels .subplot').map((panel) => number(panel, 'subplot x') - 1),
        headings: all('.st-key-panels .annotation').map(({dataset}) => Number(dataset.index)),
        curves: all('.st-key-losses .scatterlayer > [class*=tracemember]')
            .map((curve) => Number(/member-([0-9]+)/.exec(curve.getAttribute('class'))[1])),
        rows: all('tr[data-member]').map(({dataset}) => Number(dataset.member)),
        matrices: all('.eigfit-foot').map(({dataset}) => Number(dataset.member)),
    };
}"""
PINS = (
    "Array.from(document.querySelectorAll('.eigfit-pin[aria-pressed=true]'), pin => pin.ariaLabel)"
)


def wait_for_standing_out(page: Page, members: list[int]) -> None:
    """Wait until these members stand out, in every part of the page."""
    page.wait_for_function(
        f"members => Object.values(({STANDING_OUT})()).every("
        "shown => JSON.stringify(shown) === JSON.stringify(members))",
        arg=members,
    )


def inside(page: Page, panel: int) -> tuple[float, float]:
    """A place on the page in the middle of that panel."""
    box = page.locator(f"{PANELS} .nsewdrag").nth(panel).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def on_the_curve(page: Page, member: int) -> tuple[float, float]:
    """A place on the page near the first point of a member's loss."""
    x, y = page.evaluate(
        """uid => {
            const chart = document.querySelector('.st-key-losses .eigfit-chart');
            const {xaxis, yaxis} = chart._fullLayout._plots.xy;
            const {x, y} = chart._fullData.find((trace) => trace.uid === uid);
            const box = chart.getBoundingClientRect();
            return [box.left + xaxis._offset + xaxis.d2p(x[0]) + 1,
                    box.top + yaxis._offset + yaxis.d2p(y[0])];
        }""",
        f"member-{member}",
    )
    return x, y


def test_a_member_that_is_pointed_at_stands_out_everywhere(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 2000})
    open_compare(page, f"{address}/compare?v=1&learning_rate=0.01&tolerance=0&max_steps=320")
    play_until(page, "Members: 4 at the step limit.")
    settle(page)
    everybody = [0, 1, 2, 3]
    page.mouse.move(5, 5)
    wait_for_standing_out(page, everybody)
    drawn = pages.updates(page, PANELS)

    page.mouse.move(*inside(page, 2))
    wait_for_standing_out(page, [2])
    page.locator("tr[data-member='1'] td").first.hover()
    wait_for_standing_out(page, [1])
    page.locator(".eigfit-foot canvas").nth(3).hover()
    wait_for_standing_out(page, [3])
    page.mouse.move(*on_the_curve(page, 0))
    wait_for_standing_out(page, [0])
    page.mouse.move(5, 5)
    wait_for_standing_out(page, everybody)

    page.locator(".eigfit-foot button").first.focus()
    page.keyboard.press("Tab")
    wait_for_standing_out(page, [1])
    page.locator("tr[data-member='2'] button").first.focus()
    wait_for_standing_out(page, [2])
    page.evaluate("document.activeElement.blur()")
    wait_for_standing_out(page, everybody)
    assert pages.updates(page, PANELS) == drawn, "no chart is drawn anew for it"


def test_a_highlight_and_the_zoom_stay_while_frames_stream(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 2000})
    open_compare(page, f"{address}/compare?{ENDLESS}")
    page.evaluate(
        "chart => window.Plotly.relayout(document.querySelector(chart), {'xaxis.range': [10, 90]})",
        PANELS,
    )
    click(page, "play")
    wait_for_words(page, "Running.")
    page.mouse.move(*inside(page, 1))
    wait_for_standing_out(page, [1])
    pages.wait_for_updates(page, PANELS, 5)
    wait_for_standing_out(page, [1])
    assert ranges(page, "xaxis") == [[10, 90]] * 4


def test_a_member_is_pinned_and_the_others_are_shown_against_it(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 2000})
    open_compare(page, f"{address}/compare?v=1&learning_rate=0.01&steps_per_frame=250")
    wait_for_words(page, "Members: 4 converged.")
    thin = "document.querySelector(chart)._fullData.filter(line => line.name === 'baseline').length"

    page.locator(".eigfit-foot button").nth(1).click()
    wait_for_link(page, "baseline=2")
    page.wait_for_function(f"chart => {thin} === 9", arg=PANELS)
    page.wait_for_function(f"{PINS}.length === 2")
    name = "Pin “seed 1” as the baseline"
    assert page.evaluate(PINS) == [name] * 2, "below its panel and in its row"
    expect(page.locator("tr[data-member='0'] td").nth(2)).to_contain_text(re.compile("[+−]"))
    expect(page.locator("tr[data-member='1'] td").first).to_contain_text("baseline")

    page.locator("tr[data-member='3'] .eigfit-pin").click()
    wait_for_link(page, "baseline=4")
    expect(page.locator("tr[data-member='3'] td").first).to_contain_text("baseline")
    page.locator("tr[data-member='3'] .eigfit-pin").click()
    page.wait_for_function(f"chart => {thin} === 0", arg=PANELS)
    page.wait_for_function(f"{PINS}.length === 0")


def test_a_second_click_takes_a_pin_back_and_what_was_sorted_stays_so(
    page: Page, address: str
) -> None:
    at = "([x, y]) => document.elementFromPoint(x, y)"
    order = f"Array.from(document.querySelectorAll('{TABLE} tbody tr'), row => row.dataset.member)"
    open_compare(page, f"{address}/compare?v=1&learning_rate=0.005&steps_per_frame=250")
    play_until(page, "Members: 4 converged.")
    settle(page)
    page.locator(f"{TABLE} th button").nth(2).click()
    found = page.evaluate(order)
    assert found != sorted(found), "else nothing has been sorted"

    pin = page.locator(f"{TABLE} tbody tr").nth(2).locator(".eigfit-pin")
    pin.hover()  # which brings it into view
    box = box_of(pin)
    spot = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(*spot)
    expect(page.locator(f"{TABLE} tbody tr").nth(2)).to_contain_text("baseline")
    page.wait_for_function(f"spot => ({at})(spot)?.ariaPressed === 'true'", arg=spot)
    page.mouse.click(*spot)
    expect(page.locator(TABLE)).not_to_contain_text("baseline")
    expect(pin).to_have_text("Pin")

    page.locator(f"{TABLE} tbody tr").first.get_by_role("button", name="Open").click()
    expect(page.locator(".st-key-gradient .main-svg").first).to_be_visible()
    page.go_back()
    expect(page.locator(f"{TABLE} tbody tr")).to_have_count(4)
    assert page.evaluate(order) == found


def test_what_varies_comes_back_as_it_was_left(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 2000})
    link = "v=1&learning_rate=0.01&steps_per_frame=250&target=-1,0.5,2"
    open_compare(page, f"{address}/compare?{link}")
    wait_for_words(page, "Members: 4 converged.")
    wait_for_words(page, "4 starts, 4 different matrices, one spectrum.")
    starts = rows(page, TABLE)
    page.get_by_role("radio", name="Rules").click()
    expect(page.locator(f"{TABLE} tbody tr", has_text="Gradient descent")).to_be_visible()
    page.get_by_role("radio", name="Starts").click()
    wait_for_words(page, "Members: 4 converged.")
    wait_for_rows(page, TABLE, starts)
    wait_for_words(page, "4 starts, 4 different matrices, one spectrum.")


def test_the_members_fit_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_compare(page, f"{address}/compare?v=1&members=5&baseline=1")
    wait_until_it_fits(page, 390)
    page.wait_for_function(
        """() => {
            const box = document.querySelector('.eigfit-scroll');
            const tabs = Array.from(document.querySelectorAll('.st-key-vary button'),
                                    (tab) => tab.getBoundingClientRect().top);
            const feet = Array.from(document.querySelectorAll('.eigfit-foot'));
            return box.scrollWidth <= box.clientWidth
                && tabs.length === 4 && new Set(tabs).size === 1
                && feet.length === 5 && feet.every((foot) => foot.scrollWidth <= foot.clientWidth);
        }"""
    )
