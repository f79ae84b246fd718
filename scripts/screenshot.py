"""Takes the README's picture from the running app: `python scripts/screenshot.py ADDRESS FILE`.

The browser is the Chromium named in EIGFIT_CHROMIUM, else Playwright's own.
"""

import os
import sys

from playwright.sync_api import sync_playwright

LINK = "?n=4&target=-1,0,1,2&seed=3&learning_rate=0.005&log_x=yes"


def main(address: str, file: str) -> None:
    """Play an experiment until it converges, and save what is seen."""
    with sync_playwright() as playwright:
        path = os.environ.get("EIGFIT_CHROMIUM") or None
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1400, "height": 1160})
        page.goto(f"{address}/{LINK}")
        page.wait_for_selector(".st-key-gradient .main-svg", timeout=90_000)
        page.locator(".st-key-play button").locator("visible=true").first.click()
        page.get_by_text("Converged").wait_for(timeout=90_000)
        page.wait_for_selector("[data-test-script-state='notRunning']")
        page.mouse.move(700, 20)
        page.wait_for_timeout(1500)
        page.screenshot(path=file)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
