"""A running app and a real Chromium for the browser tests."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
PATIENT = 180_000  # milliseconds, on a machine that is busy with other work
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def harmless(url: str, address: str) -> bool:
    """Whether the page may lack that without harm.

    Streamlit asks its makers' site, which tests cannot reach, and, on a page's own address, looks
    for its server below that page first.
    """
    return not url.startswith(address) or "/_stcore/" in url


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The app, served for the whole session."""
    for _ in range(5):  # another program may take the port that was free a moment ago
        server, url = serve()
        if answers(server, url):
            break
        server.wait(20)
    else:
        pytest.fail("The app could not be served on any of five ports.")
    try:
        yield url
    finally:
        server.terminate()
        server.wait(20)


def serve() -> tuple[subprocess.Popen, str]:
    """A server on a free port, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--server.headless=true", "--server.fileWatcherType=none", f"--server.port={port}"]
    slow = os.environ.get("EIGFIT_SLOW")
    streamlit = "tests.browser.slow" if slow else "streamlit"
    server = subprocess.Popen(
        [sys.executable, "-m", streamlit, "run", "app.py", *options], cwd=ROOT
    )
    return server, f"http://127.0.0.1:{port}"


def answers(server: subprocess.Popen, url: str) -> bool:
    """Whether the server answers, after waiting for it; not if it has ended instead."""
    while server.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=10).close()
        except OSError:
            time.sleep(0.1)  # between two looks
        else:
            return server.poll() is None
    return False


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the one named in EIGFIT_CHROMIUM, else Playwright's own."""
    with sync_playwright() as playwright:
        path = os.environ.get("EIGFIT_CHROMIUM") or None
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page at desktop width that must end without an error on its console."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if message.type == "error"
            and not (
                message.text.startswith("Failed to load resource")
                and harmless(message.location["url"], address)
            )
            else None
        ),
    )
    page.set_default_timeout(PATIENT)
    expect.set_options(timeout=PATIENT)
    yield page
    context.close()
    assert complaints == []
