"""One fake server and one browser window for all tests of the page; each test gets a page of its own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect

from tests.browser.page_server import PageServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import BrowserContext, Page

_LIMIT_MS = 20_000  # on a busy machine


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def served() -> AsyncIterator[PageServer]:
    async with PageServer().running() as running:
        yield running


@pytest.fixture
def server(served: PageServer) -> PageServer:
    served.forget()
    return served


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def context() -> AsyncIterator[BrowserContext]:
    """One browser window for all tests, so that the page's files are fetched once."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "This test needs a Chromium; `make system-packages` names the package."
    async with async_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = await playwright.chromium.launch(executable_path=chromium, args=flags)
        opened = await browser.new_context(
            viewport={"width": 1300, "height": 800}, color_scheme="light", reduced_motion="reduce"
        )
        opened.set_default_timeout(_LIMIT_MS)
        expect.set_options(timeout=_LIMIT_MS)
        yield opened
        await browser.close()


@pytest_asyncio.fixture(loop_scope="package")
async def page(context: BrowserContext, server: PageServer) -> AsyncIterator[Page]:
    """A fresh page; at the end neither an error nor a breach of the content policy was seen."""
    opened = await context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("dialog", lambda dialog: problems.append(f"a script ran: {dialog.message}"))
    opened.on("console", lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None)
    opened.on("request", lambda asked: None if asked.url.startswith(server.url) else problems.append(asked.url))
    yield opened
    await opened.evaluate("localStorage.clear()")
    await opened.close()
    assert problems == []
