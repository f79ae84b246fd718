"""Takes the README's pictures and animation, and the preview of links, from the app at an address.

The browser is the Chromium named in EIGFIT_CHROMIUM, else Playwright's own.
"""

import io
import os
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FloatRect, ViewportSize, sync_playwright

ROOT = Path(__file__).parent.parent
SETTINGS = "?v=1&n=4&target=-1,0,1,2&learning_rate=0.005&log_x=yes"
HIDDEN = "hide=matrix,start,optimiser,run"
CHART, NUMBERS = ".st-key-{} .main-svg", ".st-key-stage_{} table"
# What is opened, the last part that is waited for, the words at the end of a run, if there is one,
# and width, height and scale. Where links are previewed, 1200×630 is what is shown uncut.
PICTURES = {
    "docs/fit.png": (
        f"{SETTINGS}&seed=3",
        CHART.format("gradient"),
        "Converged",
        (1400, 1160, 1),
    ),
    "docs/compare.png": (
        f"compare{SETTINGS}&{HIDDEN}",
        CHART.format("losses"),
        "Ended",
        (1400, 960, 1),
    ),
    "docs/derivatives.png": ("derivatives?v=1", CHART.format("d_lower"), "", (1400, 1240, 1)),
    "docs/article.png": ("article", NUMBERS.format(2), "", (1100, 900, 1)),
    "static/preview.png": (
        f"{SETTINGS}&seed=3&{HIDDEN}&embed=true",
        CHART.format("gradient"),
        "Converged",
        (1200, 630, 0.875),
    ),
}

FRAME, REST = 120, 3000  # milliseconds of the animation's pictures, and of its last


def picture(browser: Browser, address: str, name: str) -> None:
    """Open a page, play its run to the end, if it has one, and save what is seen."""
    link, last, words, (width, height, scale) = PICTURES[name]
    viewport: ViewportSize = {"width": round(width / scale), "height": round(height / scale)}
    page = browser.new_page(viewport=viewport, device_scale_factor=scale)
    page.goto(f"{address}/{link}")
    page.wait_for_selector(last, timeout=90_000)
    if words:
        page.locator(".st-key-play button").locator("visible=true").first.click()
        page.get_by_text(words).first.wait_for(timeout=90_000)
    page.wait_for_selector("[data-test-script-state='notRunning']")
    page.mouse.move(700, 20)
    page.wait_for_timeout(1500)
    page.screenshot(path=ROOT / name)


def animation(browser: Browser, address: str, name: str = "docs/run.webp") -> None:
    """Play a run from its start, and save what is seen of its two charts while it moves."""
    page = browser.new_page(viewport={"width": 1000, "height": 820})
    slowly = SETTINGS.replace("learning_rate=0.005", "learning_rate=0.001&steps_per_frame=10")
    page.goto(f"{address}/{slowly}&seed=3&{HIDDEN},ready&embed=true&play=yes")
    page.wait_for_selector(".st-key-loss .main-svg", timeout=90_000)
    seen: FloatRect = {"x": 60, "y": 150, "width": 880, "height": 620}
    frames = []
    ended = page.get_by_text("Converged")
    while not ended.is_visible():
        frames.append(Image.open(io.BytesIO(page.screenshot(clip=seen))))
    frames.append(Image.open(io.BytesIO(page.screenshot(clip=seen))))
    durations = [FRAME] * (len(frames) - 1) + [REST]
    frames[0].save(
        ROOT / name, save_all=True, append_images=frames[1:], duration=durations, loop=0, quality=60
    )


def main(address: str, *names: str) -> None:
    """Take the pictures of these names, all and the animation if none is given."""
    with sync_playwright() as playwright:
        path = os.environ.get("EIGFIT_CHROMIUM") or None
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        for name in names or PICTURES:
            picture(browser, address, name)
        if not names:
            animation(browser, address)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
