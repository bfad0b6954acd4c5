"""Collect frames of a page, with a caption and a pointer, and write them as one animated picture."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from playground.screenshots import HEIGHT, WIDTH

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Page

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
