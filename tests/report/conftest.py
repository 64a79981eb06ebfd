"""Debian's Chromium for tests of the page."""

import os
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")


# Playwright keeps an event loop running in this thread, which Prefect would take for its own: it ends with the file.
@pytest.fixture(scope="module")
def chromium():
    if not CHROMIUM.exists():
        pytest.skip("Chromium is missing: apt-get install chromium")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        browser.close()
