"""Record the moving picture of the README in a real demo without a model: `make pictures`. Needs Chromium.

Waiting for the worker and the bot is cut short; nothing else is changed, and every word is the bot's own.
"""

from __future__ import annotations

import asyncio
import base64
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont
from playwright.async_api import expect

from playground.sample_writer.pdf import write_pdf
from playground.sample_writer.source_format import parse_source
from playground.screenshots import HEIGHT, PICTURES, WAIT_MS, WIDTH, demo_in_browser, find_chromium

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

    from playground.screenshots import ScreenshotBrowser

DOCUMENT = "Bail des bureaux de Lyon.pdf"
QUESTION = "how much is the yearly rent of the Lyon office?"
ANSWER = "118"
TARGET = PICTURES / "tour.webp"
_DROP = """([type, name, content]) => {
    const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0));
    const files = new DataTransfer();
    files.items.add(new File([bytes], name, {type: "application/pdf"}));
    const place = document.querySelector("[data-testid=folder-panel]");
    place.dispatchEvent(new DragEvent(type, {dataTransfer: files, bubbles: true, cancelable: true}));
}"""
_TYPED_AT_ONCE = 4  # letters between two frames
_VIEWER_MS = 2500  # until Chromium's own viewer has drawn the page


async def record_tour(chromium: str) -> Recording:
    """Play the tour in a demo of its own and return its frames."""
    recording = Recording()
    async with demo_in_browser(PICTURES, chromium) as (camera, _):
        await camera.wait_for_documents()
        await camera.open_place("channel-rh")
        await recording.show_pointer(camera.page)
        recording.caption = "make demo: a local Slack, a fictional company with 20 documents, and the bot"
        await recording.take(camera.page, 1800)
        await _drop_document(camera.page, recording)
        await _ask(camera, recording)
        await _open_source(camera, recording)
    return recording


async def _drop_document(page: Page, recording: Recording) -> None:
    source = Path(__file__).with_suffix(".md").read_text(encoding="utf-8")
    dropped = [DOCUMENT, base64.b64encode(write_pdf(parse_source(source))).decode()]
    recording.caption = "1. Drop a document into the documents panel: here, a lease in French"
    await recording.move_pointer(page, (520, 700), (1120, 420), carries=DOCUMENT)
    await page.evaluate(_DROP, ["dragenter", *dropped])
    await recording.take(page, 900)
    await page.evaluate(_DROP, ["drop", *dropped])
    await recording.move_pointer(page, (1120, 420), (1120, 700))
    row = page.locator(f'[data-testid=folder-file][data-path="{DOCUMENT}"]')
    await expect(row).to_be_visible(timeout=WAIT_MS)
    await row.scroll_into_view_if_needed()
    await recording.take(page, 700)
    await expect(row).to_have_attribute("data-state", re.compile("words|meaning"), timeout=WAIT_MS)
    await recording.take(page, 700)
    await expect(row).to_have_attribute("data-state", "meaning", timeout=WAIT_MS)
    await _dismiss_notice(page)
    await recording.take(page, 1200)


async def _dismiss_notice(page: Page) -> None:
    for notice in await page.get_by_test_id("toast").all():
        await notice.get_by_role("button").click()


async def _ask(camera: ScreenshotBrowser, recording: Recording) -> None:
    recording.caption = "2. Ask in another language"
    composer = camera.page.get_by_test_id("composer")
    await composer.click()
    text = f"@souffleur {QUESTION}"
    for end in range(_TYPED_AT_ONCE, len(text) + _TYPED_AT_ONCE, _TYPED_AT_ONCE):
        await composer.fill(text[:end])
        await recording.take(camera.page, 110)
    await recording.take(camera.page, 500)
    await composer.press("Enter")
    await expect(camera.open_thread).to_be_visible(timeout=WAIT_MS)
    await recording.take(camera.page, 500)
    await camera.wait_for_text(camera.open_thread, ANSWER)
    await expect(_source(camera)).to_be_visible(timeout=WAIT_MS)
    await camera.page.wait_for_timeout(500)
    recording.caption = "3. Read the answer: no model runs here, so the bot quotes the sentence, and says so"
    await recording.take(camera.page, 4200)


async def _open_source(camera: ScreenshotBrowser, recording: Recording) -> None:
    recording.caption = "4. Open the source: at the page of the quote"
    place = await _source(camera).bounding_box()
    if place is None:
        raise RuntimeError("The source is not on the page.")
    await recording.move_pointer(
        camera.page, (700, 700), (place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    )
    async with camera.page.context.expect_page() as opening:
        await _source(camera).click()
    opened = await opening.value
    await opened.set_viewport_size({"width": recording.width, "height": recording.height})
    await opened.wait_for_timeout(_VIEWER_MS)
    await recording.take(opened, 4000)


def _source(camera: ScreenshotBrowser) -> Locator:
    return camera.open_thread.locator('a[href*="/files/"]').first


if __name__ == "__main__":
    asyncio.run(record_tour(find_chromium())).save(TARGET)


Place = tuple[float, float]

_CAPTION_HEIGHT = 52
_CAPTION_SIZE = 22
_DARK, _LIGHT = "#1e1a1d", "#f7e6c4"
_STEPS, _STEP_MS = 5, 90
_QUALITY = 80
_POINTER = """() => {
    const pointer = document.createElement("div");
    pointer.id = "tour-pointer";
    pointer.style.cssText = "position:fixed; z-index:99; pointer-events:none; left:520px; top:700px;";
    const arrow = document.createElement("div");
    arrow.style.cssText = "width:16px; height:24px; background:#000; outline:0;"
        + "clip-path: polygon(0 0, 0 85%, 25% 65%, 45% 100%, 62% 92%, 43% 58%, 80% 58%);";
    const carried = document.createElement("div");
    carried.style.cssText = "margin:4px 0 0 14px; padding:6px 12px; border-radius:8px; background:#fff; color:#1e1a1d;"
        + "font-weight:600; box-shadow:0 4px 14px #0006; white-space:nowrap; translate:-60% 0;";
    pointer.append(arrow, carried);
    document.body.append(pointer);
}"""
_MOVE = """([x, y, name]) => {
    const pointer = document.getElementById("tour-pointer");
    pointer.style.left = `${x}px`;
    pointer.style.top = `${y}px`;
    pointer.lastChild.textContent = name;
    pointer.lastChild.hidden = !name;
}"""


class Recording:
    """Frames with their durations. `caption` is written below each frame that is taken from now on."""

    width, height = WIDTH, HEIGHT

    def __init__(self) -> None:
        self.caption = ""
        self._frames: list[Image.Image] = []
        self._durations: list[int] = []

    @property
    def seconds(self) -> float:
        """How long the picture moves."""
        return sum(self._durations) / 1000

    async def take(self, page: Page, milliseconds: int) -> None:
        """Take a frame that is shown for this long."""
        shown = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
        frame = Image.new("RGB", (self.width, self.height + _CAPTION_HEIGHT), _DARK)
        frame.paste(shown, (0, 0))
        font = ImageFont.load_default(size=_CAPTION_SIZE)
        middle = (self.width / 2, self.height + _CAPTION_HEIGHT / 2)
        ImageDraw.Draw(frame).text(middle, self.caption, fill=_LIGHT, font=font, anchor="mm")
        self._frames.append(frame)
        self._durations.append(milliseconds)

    async def show_pointer(self, page: Page) -> None:
        """Draw a pointer on the page: a screenshot has none."""
        await page.evaluate(_POINTER)
        await page.evaluate(_MOVE, [520, 700, ""])

    async def move_pointer(self, page: Page, start: Place, end: Place, *, carries: str = "") -> None:
        """Move the pointer, with the name of the file that it carries."""
        for step in range(1, _STEPS + 1):
            x, y = (a + (b - a) * step / _STEPS for a, b in zip(start, end, strict=True))
            await page.evaluate(_MOVE, [x, y, carries])
            await self.take(page, _STEP_MS)

    def save(self, path: Path) -> None:
        """Write the picture, and print how long and how large it is."""
        first, *others = self._frames
        first.save(
            path, save_all=True, append_images=others, duration=self._durations, loop=0, quality=_QUALITY, method=6
        )
        print(f"{path}: {self.seconds:.1f} s, {path.stat().st_size / 1e6:.1f} MB")  # noqa: T201  # a command
