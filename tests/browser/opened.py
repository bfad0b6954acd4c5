"""Open the page on the fake server and find messages on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.async_api import expect

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

    from tests.browser.page_server import PageServer


async def opened(page: Page, server: PageServer, path: str = "/") -> Page:
    """The page, once its first list of messages stands and it hears events."""
    await page.goto(server.url + path)
    await expect(page.get_by_test_id("bot-status")).to_have_attribute("data-connected", re.compile("true|false"))
    await expect(page.locator(".intro, .message").first).to_be_visible()
    return page


def text_of(page: Page, ts: str) -> Locator:
    return page.locator(f'[data-testid="message-list"] [data-ts="{ts}"] [data-testid="message-text"]')
