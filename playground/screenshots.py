"""Take the pictures of docs/pictures.md. For developers: needs Chromium, and the tests' stand-in for Ollama.

No model runs: every word is the bot's own, but for the picture of the steps, where the stand-in writes a sentence.
`python -m playground.screenshots steps` takes that one alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.async_api import Page, async_playwright, expect

from playground.demo import DemoSettings, start_demo
from tests.doubles.ollama import Faults, matching, running_ollama

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from playwright.async_api import Locator

    from playground.demo import RunningDemo
    from playground.slack.app import LocalSlack

PICTURES = Path(__file__).parent.parent / "docs"
WIDTH, HEIGHT = 1280, 800
WAIT_MS = 90_000
_SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")
_COLOURS = 128  # enough for a page of text, and a third of the size
_SETTLED_MS = 500  # the last transition of the page
_LOCAL_EMBEDDING = {"EMBEDDING_MODEL": "local:multilingual-e5-small"}
_NO_MODEL = {"OLLAMA_URL": "http://127.0.0.1:9", **_LOCAL_EMBEDDING}
_WRITTEN = "A hotel in London may cost up to 195 € a night [1]."
_SLOW_MODEL = Faults(first_token=6.0, between_tokens=1.0)  # so that each step is seen
_UNANSWERED = "place de parking"  # what no document tells


@dataclass(frozen=True, slots=True)
class ScreenshotBrowser:
    """A page of the playground, and the folder for its screenshots."""

    page: Page
    folder: Path

    async def take_screenshot(self, name: str, *, dark: bool = False) -> None:
        """Take a screenshot of the page."""
        await self.page.emulate_media(color_scheme="dark" if dark else "light")
        await self.page.mouse.move(1, 1)
        await self.page.wait_for_timeout(_SETTLED_MS)
        taken = Image.open(io.BytesIO(await self.page.screenshot()))
        few = taken.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
        few.save(self.folder / name, optimize=True)

    async def act_as(self, user: str) -> None:
        """Act as another person."""
        await self.page.get_by_test_id("act-as").select_option(user)

    async def open_place(self, testid: str) -> None:
        """Open a channel, a direct message or the Home tab."""
        await self.page.get_by_test_id(testid).click()

    async def send_message(self, text: str) -> None:
        """Send a message in the open channel."""
        composer = self.page.get_by_test_id("composer")
        await composer.fill(text)
        await composer.press("Enter")

    async def wait_for_text(self, place: Locator, text: str) -> None:
        """Wait until an element shows a text."""
        await expect(place.get_by_text(text).first).to_be_visible(timeout=WAIT_MS)

    async def wait_for_documents(self) -> None:
        """Wait until all documents are found by meaning."""
        unread = self.page.locator("[data-testid=folder-file]:not([data-state=meaning])")
        await expect(self.page.locator("[data-testid=folder-file]").first).to_be_visible(timeout=WAIT_MS)
        await expect(unread).to_have_count(0, timeout=WAIT_MS)

    @property
    def open_thread(self) -> Locator:
        """The open thread."""
        return self.page.get_by_test_id("thread-pane")


@contextlib.asynccontextmanager
async def demo_in_browser(
    folder: Path, chromium: str, settings: Mapping[str, str] = _NO_MODEL
) -> AsyncIterator[tuple[ScreenshotBrowser, RunningDemo]]:
    """Start a demo, without a model if nothing else is set, and a browser that shows its page."""
    with tempfile.TemporaryDirectory() as scratch:
        documents = Path(scratch) / "documents"
        demo = DemoSettings(port=0, state=Path(scratch), documents=documents, settings=dict(settings))
        async with start_demo(demo) as running, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=list(_SWITCHES))
            page = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            await page.goto(running.url)
            yield ScreenshotBrowser(page, folder), running
            await browser.close()


async def take_all_screenshots(folder: Path, chromium: str) -> None:
    """Take every screenshot in one demo."""
    async with demo_in_browser(folder, chromium) as (camera, running):
        await camera.wait_for_documents()
        await _answer(camera)
        await _page(camera)
        await _quotes(camera)
        await _private(camera)
        await _look_further(camera)
        await _direct(camera)
        await _gaps(camera)
        await _filing(camera, running.slack)
        await _reindex(camera)
        await _homes(camera)


async def take_steps_screenshot(folder: Path, chromium: str) -> None:
    """Take the one of an answer on its way, which a stand-in for a model writes."""
    async with (
        running_ollama(script=matching(("London", _WRITTEN)), faults=_SLOW_MODEL) as ollama,
        demo_in_browser(folder, chromium, {"OLLAMA_URL": ollama.url, **_LOCAL_EMBEDDING}) as (camera, _),
    ):
        await camera.wait_for_documents()
        await camera.act_as("UJAMES")
        await camera.open_place("channel-general")
        await camera.send_message("@souffleur how much may a hotel in London cost?")
        await camera.wait_for_text(camera.open_thread, "Documents consulted")
        await camera.wait_for_text(camera.open_thread, "A hotel in London may cost")
        await camera.take_screenshot("steps.png")


async def _answer(camera: ScreenshotBrowser) -> None:
    """An answer with its sources, the passage behind one of them, and the reasons of a thumb down."""
    await camera.open_place("channel-rh")
    await camera.send_message("@souffleur combien de jours de télétravail avec 6 mois d'ancienneté ?")
    await camera.wait_for_text(camera.open_thread, "Sources")
    for name, dark in (("playground.png", False), ("playground-dark.png", True)):
        await camera.take_screenshot(name, dark=dark)
    await camera.open_thread.get_by_role("button", name="Voir le passage").first.click()
    await expect(camera.page.get_by_test_id("modal").locator("blockquote, pre").first).to_be_visible()
    await camera.take_screenshot("passage.png")
    await camera.page.get_by_test_id("modal-close").click()
    await camera.open_thread.get_by_role("button", name="Pas utile").first.click()
    await expect(camera.page.get_by_test_id("modal").get_by_role("radio").first).to_be_visible()
    await camera.page.get_by_test_id("modal").get_by_role("radio").nth(2).check()
    await camera.take_screenshot("feedback.png")
    await camera.page.get_by_test_id("modal-close").click()


async def _page(camera: ScreenshotBrowser) -> None:
    """The page of a PDF that an answer cites, in the direct messages of the person who asked for it."""
    await camera.open_place("channel-rh")
    await camera.send_message("@souffleur how many characters does a password have?")
    await camera.wait_for_text(camera.open_thread, "how many characters")
    await camera.wait_for_text(camera.open_thread, "Sources")
    await camera.open_thread.get_by_role("button", name="Show passage").first.click()
    modal = camera.page.get_by_test_id("modal")
    await modal.get_by_role("button", name="Page as a picture").click(timeout=WAIT_MS)
    await camera.wait_for_text(modal, "only you see it")
    await camera.page.get_by_test_id("modal-close").click()
    await camera.open_place("dm-souffleur")
    await expect(camera.page.get_by_test_id("picture").first).to_be_visible(timeout=WAIT_MS)
    await camera.take_screenshot("page.png")


async def _quotes(camera: ScreenshotBrowser) -> None:
    for name, question, shown in (
        ("quote.png", "what is the wifi password?", "Sources"),
        ("choice.png", "le matériel", "De quoi s'agit-il"),
        ("german.png", "Was kostet die Krankenzusatzversicherung für die Familie?", "Quellen"),
    ):
        await camera.send_message(f"@souffleur {question}")
        await camera.wait_for_text(camera.open_thread, question)  # not the thread before
        await camera.wait_for_text(camera.open_thread, shown)
        await camera.take_screenshot(name)


async def _private(camera: ScreenshotBrowser) -> None:
    """A private answer, in French, that can be shared."""
    await camera.open_place("channel-rh")
    await camera.send_message("/ask combien coûte la mutuelle pour la famille ?")
    await camera.wait_for_text(camera.page.get_by_test_id("message-list"), "Partager dans le canal")
    await camera.take_screenshot("private.png", dark=True)


async def _look_further(camera: ScreenshotBrowser) -> None:
    """What a channel may not read, answered for the one person who may."""
    await camera.open_place("channel-general")
    await camera.send_message("@souffleur de combien est doté le fonds Nacre ?")
    button = camera.open_thread.get_by_role("button", name="Chercher aussi")
    await expect(button.first).to_be_visible(timeout=WAIT_MS)
    await button.first.click()
    await camera.wait_for_text(camera.open_thread, "Partager dans le canal")
    await camera.take_screenshot("further.png")


async def _direct(camera: ScreenshotBrowser) -> None:
    await camera.act_as("UJAMES")
    await camera.open_place("dm-souffleur")
    await expect(camera.page.get_by_test_id("prompt").first).to_be_visible(timeout=WAIT_MS)
    await camera.take_screenshot("direct.png")


async def _homes(camera: ScreenshotBrowser) -> None:
    """A member's Home, and an administrator's, after what administrators did in the other screenshots."""
    for user, name, dark in (("UJAMES", "home.png", False), ("UALICE", "home-admin.png", True)):
        await camera.act_as(user)
        await camera.open_place("home-tab")
        await camera.wait_for_text(camera.page.get_by_test_id("home-view"), "Documents (")
        await camera.take_screenshot(name, dark=dark)


async def _gaps(camera: ScreenshotBrowser) -> None:
    """What was asked in vain or disliked, for an administrator, after somebody disliked an answer."""
    await camera.act_as("UCAMILLE")
    await camera.open_place("channel-general")
    await camera.send_message(f"@souffleur combien coûte une {_UNANSWERED} ?")
    await camera.wait_for_text(camera.open_thread, "Sources")
    await camera.open_thread.get_by_role("button", name="Pas utile").first.click()
    await camera.page.get_by_test_id("modal").get_by_role("radio").nth(1).check()
    await camera.page.get_by_test_id("modal-submit").click()
    await expect(camera.page.get_by_test_id("modal")).to_have_count(0, timeout=WAIT_MS)
    await camera.act_as("UALICE")
    await camera.open_place("channel-general")
    await camera.send_message("/gaps")
    await camera.wait_for_text(camera.page.get_by_test_id("message-list").locator("[data-ephemeral]"), _UNANSWERED)
    await camera.take_screenshot("gaps.png")


async def _filing(camera: ScreenshotBrowser, slack: LocalSlack) -> None:
    """An administrator's file, and the menu of folders that it may go to."""
    await camera.wait_for_documents()
    alice = slack.person("alice")
    await alice.share(alice.direct.id, "", "Barème kilométrique 2026.pdf", b"%PDF-1.7")
    await camera.open_place("dm-souffleur")
    await camera.page.get_by_test_id("thread-summary").last.click()
    await expect(camera.open_thread.locator("select").first).to_be_visible(timeout=WAIT_MS)
    await camera.take_screenshot("filing.png")


async def _reindex(camera: ScreenshotBrowser) -> None:
    await camera.open_place("home-tab")
    await camera.page.get_by_role("button", name="Tout relire").click()
    await camera.page.get_by_test_id("confirm-yes").click()
    await camera.open_place("dm-souffleur")
    await camera.wait_for_text(camera.page.get_by_test_id("message-list"), "Relecture")
    await camera.take_screenshot("reindex.png")


def find_chromium() -> str:
    """Return the path of Chromium, or end with a sentence."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is missing: run `make system-packages` as root.")
    return chromium


if __name__ == "__main__":
    if sys.argv[1:] != ["steps"]:
        asyncio.run(take_all_screenshots(PICTURES, find_chromium()))
    asyncio.run(take_steps_screenshot(PICTURES, find_chromium()))
