"""Takes the README's pictures of the playground, with a real answer in it. For developers: needs Chromium.

No model is used, so that anyone gets the same picture: the answer quotes the passages.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

from playground.demo import Demo, started

PICTURES = Path(__file__).parent.parent / "docs"
QUESTION = "@souffleur combien de jours de télétravail ?"
_SETTINGS = {"OLLAMA_URL": "http://127.0.0.1:9"}  # the discard port: nothing answers there
_SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")
_READ_MS = 90_000


async def take(folder: Path, chromium: str) -> None:
    """Ask the demo's first question and picture the page, light and dark."""
    with tempfile.TemporaryDirectory() as scratch:
        demo = Demo(port=0, state=Path(scratch), documents=Path(scratch) / "documents", settings=_SETTINGS)
        async with started(demo) as running, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=list(_SWITCHES))
            page = await browser.new_page(viewport={"width": 1440, "height": 900})
            await page.goto(running.url)
            await _ask(page)
            for scheme, name in (("light", "playground.png"), ("dark", "playground-dark.png")):
                await page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
                await page.screenshot(path=folder / name)
            await browser.close()


async def _ask(page: Page) -> None:
    await page.get_by_test_id("channel-rh").click()
    await expect(page.locator("[data-testid=folder-file]:not([data-state=words])")).to_have_count(0, timeout=_READ_MS)
    composer = page.get_by_test_id("composer")
    await composer.fill(QUESTION)
    await composer.press("Enter")
    thread = page.get_by_test_id("thread-pane")
    await expect(thread.get_by_text("Sources")).to_be_visible(timeout=_READ_MS)
    await thread.get_by_test_id("message").last.evaluate("answer => answer.scrollIntoView({block: 'start'})")
    await page.mouse.move(1, 1)
    await page.wait_for_timeout(500)  # the last transition of the page


def main() -> int:
    """Take the pictures; 2 if there is no Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Chromium is missing: run `make system-packages` as root.", file=sys.stderr)  # noqa: T201  # a command
        return 2
    asyncio.run(take(PICTURES, chromium))
    return 0


if __name__ == "__main__":
    sys.exit(main())
