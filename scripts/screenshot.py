"""Takes the README's pictures from the running app: `python scripts/screenshot.py ADDRESS`.

The browser is the Chromium named in EIGFIT_CHROMIUM, else Playwright's own.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

DOCS = Path(__file__).parent.parent / "docs"
SETTINGS = "?v=1&n=4&target=-1,0,1,2&learning_rate=0.005&log_x=yes"
PICTURES = {
    "fit.png": (f"{SETTINGS}&seed=3", "gradient", "Converged", 1160),
    "compare.png": (f"compare{SETTINGS}&hide=matrix,start,optimiser,run", "losses", "Ended", 960),
}


def picture(browser: Browser, address: str, name: str) -> None:
    """Play an experiment to its end, and save what is seen."""
    link, last_chart, words, height = PICTURES[name]
    page = browser.new_page(viewport={"width": 1400, "height": height})
    page.goto(f"{address}/{link}")
    page.wait_for_selector(f".st-key-{last_chart} .main-svg", timeout=90_000)
    page.locator(".st-key-play button").locator("visible=true").first.click()
    page.get_by_text(words).first.wait_for(timeout=90_000)
    page.wait_for_selector("[data-test-script-state='notRunning']")
    page.mouse.move(700, 20)
    page.wait_for_timeout(1500)
    page.screenshot(path=DOCS / name)


def main(address: str) -> None:
    """Take all pictures."""
    with sync_playwright() as playwright:
        path = os.environ.get("EIGFIT_CHROMIUM") or None
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        for name in PICTURES:
            picture(browser, address, name)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
