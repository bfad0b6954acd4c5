"""Take the screenshots of the README. For developers: needs Chromium and the tests of this repository.

The stand-in for Ollama from the tests answers in place of a model, so that everybody gets the same screenshots.
"""

from __future__ import annotations

import asyncio
import io
import shutil
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.async_api import Page, async_playwright, expect

from playground.demo import DemoSettings, start_demo

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from playwright.async_api import Locator

    from playground.slack.app import LocalSlack
    from playground.slack.state.records import Message as Posted
    from tests.doubles.ollama import Ollama
    from tests.doubles.ollama_script import Message

SCREENSHOT_FOLDER = Path(__file__).parent.parent / "docs"
_SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")
_WIDTH, _HEIGHT = 1280, 800
_COLOURS = 128  # enough for a page of text, and a third of the size
_WAIT_MS = 90_000
_SETTLED_MS = 500  # the last transition of the page
_TABLE = "Ancienneté de 6 mois ou plus"  # what the passage holds that the first answer is written from
_WRITTEN = """Cela dépend de l'ancienneté [{n}] :

- moins de 6 mois : **2 jours par semaine**, avec l'accord du responsable [{n}] ;
- 6 mois ou plus : **3 jours par semaine**, avec l'accord du responsable [{n}] ;
- temps partiel à 80 % : **2 jours par semaine**, quelle que soit l'ancienneté [{n}]."""
_COVER = "132,80"  # the same for the private answer
_PAID = (
    "En formule Famille, la mutuelle coûte **132,80 € par mois**, dont **53,12 € pour vous**\u00a0: l'entreprise en "
    "paie 60 % [{n}]. La cotisation est retenue sur la paie à partir de janvier [{n}]."
)
_ALONE = (
    "En France, la loi ne fixe aucun nombre de jours : la plupart des entreprises en accordent **deux ou trois par "
    "semaine**, selon leur accord ou leur charte. Demandez à vos ressources humaines ce qui vaut chez vous."
)
_WANTED = "place de parking"  # what no document tells
_NO_OLLAMA, _LOCAL_MODEL = "http://127.0.0.1:9", "local:multilingual-e5-small"
_WITHOUT_MODEL = (
    ("quote.png", "what is the wifi password?", "Sources"),
    ("choice.png", "le matériel", "De quoi s'agit-il"),
    ("german.png", "Was kostet die Krankenzusatzversicherung für die Familie?", "Quellen"),
)
_ENDLESS = "Le règlement intérieur compte vingt-huit articles, que voici tous, l'un après l'autre. "


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
        await expect(place.get_by_text(text).first).to_be_visible(timeout=_WAIT_MS)

    @property
    def find_open_thread(self) -> Locator:
        """Return the open thread."""
        return self.page.get_by_test_id("thread-pane")


async def take_all_screenshots(folder: Path, chromium: str) -> None:
    """Take every screenshot in one demo."""
    from tests.doubles.ollama import Faults, running_ollama

    with tempfile.TemporaryDirectory() as scratch:
        async with running_ollama(["mixtral", "bge-m3"], _speech, faults=Faults(between_tokens=0.02)) as ollama:
            settings = {"OLLAMA_URL": ollama.url}
            demo = DemoSettings(port=0, state=Path(scratch), documents=Path(scratch) / "documents", settings=settings)
            async with start_demo(demo) as running, async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium, args=list(_SWITCHES))
                page = await browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT})
                await page.goto(running.url)
                await _take_in_order(ScreenshotBrowser(page, folder), ollama, running.slack)
                await browser.close()


async def take_screenshots_without_model(folder: Path, chromium: str) -> None:
    """Take the screenshots of what the bot says where no model answers."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = {"OLLAMA_URL": _NO_OLLAMA, "EMBEDDING_MODEL": _LOCAL_MODEL}
        demo = DemoSettings(port=0, state=Path(scratch), documents=Path(scratch) / "documents", settings=settings)
        async with start_demo(demo) as running, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=list(_SWITCHES))
            page = await browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT})
            await page.goto(running.url)
            camera = ScreenshotBrowser(page, folder)
            await _all_read(camera)
            await camera.open_place("channel-rh")
            for name, question, shown in _WITHOUT_MODEL:
                await camera.send_message(f"@souffleur {question}")
                await camera.wait_for_text(camera.find_open_thread, shown)
                await camera.take_screenshot(name)
            await browser.close()


def _speech(messages: Sequence[Message]) -> Iterable[str]:
    """Answer the questions of the screenshots; quote sentences for any other question."""
    from tests.doubles.ollama_script import passages, quote, words

    asked, numbered = messages[-1].content, passages(messages[-1].content)
    if _WANTED in asked:
        return words("NOT_FOUND")
    if "article par article" in asked:
        return words(_ENDLESS * 60)
    if "combien de jours" in asked and not numbered:
        return words(_ALONE)
    for question, sign, answer in (("combien de jours", _TABLE, _WRITTEN), ("combien coûte", _COVER, _PAID)):
        held = [n for n, text in numbered if sign in text]
        if held and question in asked:
            return words(answer.format(n=held[0]))
    return quote(messages)


async def _take_in_order(camera: ScreenshotBrowser, ollama: Ollama, slack: LocalSlack) -> None:
    await _all_read(camera)
    await _answer(camera)
    await _stopped(camera, ollama)
    await _private(camera)
    await _direct(camera)
    await _gaps(camera, slack)
    await _compare(camera)
    await _reindex(camera)
    await _filing(camera, slack)
    await _homes(camera)


async def _all_read(camera: ScreenshotBrowser) -> None:
    unread = camera.page.locator("[data-testid=folder-file]:not([data-state=meaning])")
    await expect(camera.page.locator("[data-testid=folder-file]").first).to_be_visible(timeout=_WAIT_MS)
    await expect(unread).to_have_count(0, timeout=_WAIT_MS)


async def _answer(camera: ScreenshotBrowser) -> None:
    """A streamed answer with its sources, and the passage behind one of them."""
    await camera.open_place("channel-rh")
    await camera.send_message("@souffleur combien de jours de télétravail ?")
    await camera.wait_for_text(camera.find_open_thread, "Sources")
    for name, dark in (("playground.png", False), ("playground-dark.png", True)):
        await camera.take_screenshot(name, dark=dark)
    await camera.find_open_thread.get_by_role("button", name="Voir le passage").first.click()
    await expect(camera.page.get_by_test_id("modal").locator("blockquote, pre").first).to_be_visible()
    await camera.take_screenshot("passage.png")
    await camera.page.get_by_test_id("modal-close").click()
    await camera.find_open_thread.get_by_role("button", name="Pas utile").first.click()
    await expect(camera.page.get_by_test_id("modal").get_by_role("radio").first).to_be_visible()
    await camera.page.get_by_test_id("modal").get_by_role("radio").nth(2).check()
    await camera.take_screenshot("feedback.png")
    await camera.page.get_by_test_id("modal-close").click()


async def _stopped(camera: ScreenshotBrowser, ollama: Ollama) -> None:
    from tests.doubles.ollama import Faults

    fast, ollama.faults = ollama.faults, Faults(between_tokens=0.15)
    await camera.open_place("channel-general")
    await camera.send_message("@souffleur récite le règlement intérieur article par article")
    await camera.wait_for_text(camera.find_open_thread, "vingt-huit")
    await camera.page.get_by_test_id("stop").click()
    await expect(camera.page.get_by_test_id("stop")).to_have_count(0, timeout=_WAIT_MS)
    await expect(camera.find_open_thread.locator('[data-streaming="true"]')).to_have_count(0, timeout=_WAIT_MS)
    await camera.page.wait_for_timeout(_SETTLED_MS)
    await camera.take_screenshot("stopped.png")
    ollama.faults = fast


async def _private(camera: ScreenshotBrowser) -> None:
    """A private answer, in French, that can be shared."""
    await camera.open_place("channel-rh")
    await camera.send_message("/ask combien coûte la mutuelle pour la famille ?")
    await camera.wait_for_text(camera.page.get_by_test_id("message-list"), "Partager dans le canal")
    await camera.take_screenshot("private.png", dark=True)


async def _direct(camera: ScreenshotBrowser) -> None:
    await camera.act_as("UJAMES")
    await camera.open_place("dm-souffleur")
    await expect(camera.page.get_by_test_id("prompt").first).to_be_visible(timeout=_WAIT_MS)
    await camera.take_screenshot("direct.png")


async def _homes(camera: ScreenshotBrowser) -> None:
    """A member's Home, and an administrator's, after what administrators did in the other screenshots."""
    for user, name, dark in (("UJAMES", "home.png", False), ("UALICE", "home-admin.png", True)):
        await camera.act_as(user)
        await camera.open_place("home-tab")
        await camera.wait_for_text(camera.page.get_by_test_id("home-view"), "Documents (")
        await camera.take_screenshot(name, dark=dark)


async def _gaps(camera: ScreenshotBrowser, slack: LocalSlack) -> None:
    """What was asked in vain or disliked, for an administrator."""
    await camera.act_as("UALICE")
    for name, question in (("james", "quel est le tarif d'une {} ?"), ("camille", "combien coûte une {} ?")):
        ts = await slack.person(name).post("#general", f"<@{slack.workspace.bot.id}> {question.format(_WANTED)}")
        await slack.wait_for(partial(_is_answer_to, ts))
    await camera.open_place("channel-general")
    await camera.send_message("/gaps")
    await camera.wait_for_text(camera.page.get_by_test_id("message-list"), _WANTED)
    await camera.take_screenshot("gaps.png")


def _is_answer_to(ts: str, message: Posted) -> bool:
    return message.bot_id is not None and message.thread_ts == ts and not message.streaming


async def _compare(camera: ScreenshotBrowser) -> None:
    """The model alone, and with the documents, side by side."""
    await camera.open_place("channel-rh")
    await camera.send_message("/compare combien de jours de télétravail ?")
    await camera.wait_for_text(camera.page.get_by_test_id("message-list"), "Voir le passage")
    await camera.take_screenshot("compare.png")


async def _filing(camera: ScreenshotBrowser, slack: LocalSlack) -> None:
    """An administrator's file, and the menu of folders that it may go to."""
    await _all_read(camera)
    alice = slack.person("alice")
    await alice.share(alice.direct.id, "", "Barème kilométrique 2026.pdf", b"%PDF-1.7")
    await camera.open_place("dm-souffleur")
    await camera.page.get_by_test_id("thread-summary").last.click()
    await expect(camera.find_open_thread.locator("select").first).to_be_visible(timeout=_WAIT_MS)
    await camera.take_screenshot("filing.png")


async def _reindex(camera: ScreenshotBrowser) -> None:
    await camera.open_place("home-tab")
    await camera.page.get_by_role("button", name="Tout relire").click()
    await camera.page.get_by_test_id("confirm-yes").click()
    await camera.open_place("dm-souffleur")
    await camera.wait_for_text(camera.page.get_by_test_id("message-list"), "█")
    await camera.take_screenshot("reindex.png")


def main() -> int:
    """Take the screenshots; return 2 without Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Chromium is missing: run `make system-packages` as root.", file=sys.stderr)  # noqa: T201  # a command
        return 2
    asyncio.run(take_screenshots_without_model(SCREENSHOT_FOLDER, chromium))
    asyncio.run(take_all_screenshots(SCREENSHOT_FOLDER, chromium))
    return 0


if __name__ == "__main__":
    sys.exit(main())
