"""Asks a real Chromium whether people see a word of a page: does anything that is drawn change with its letters?"""

from __future__ import annotations

import shutil
from base64 import b64decode
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageChops
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

_SEEN_DIFFERENCE = 20  # of 255, in a pixel
_SEEN_PIXELS = 3  # wide and high
_READABLE_PIXELS = 4  # the height of a line: nobody reads smaller ones
# Letters of one width, so that other letters move nothing; no drawn frames, which a page's clock would change.
_FONT = (
    "<style>*{font-family:'Liberation Mono',monospace !important;text-decoration:none !important;"
    "print-color-adjust:exact !important}</style>"
)
_EXCHANGE = """([word, other]) => {
  const texts = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  let height = 0;
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.data.includes(word)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) height = Math.max(height, box.height);
    text.data = text.data.replaceAll(word, other);
  }
  return height;
}"""
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--font-render-hinting=none"]


class ChromiumJudge:
    """Judges one page at a time."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session = page.context.new_cdp_session(page)

    def sees_word(self, html: str, word: str, medium: str = "screen") -> bool:
        """Whether people see the word of this page on a screen, or on paper."""
        self._page.emulate_media(media="print" if medium == "print" else "screen")
        head, mark, rest = html.partition("</head>")
        self._page.set_content(f"{head}{_FONT}{mark}{rest}", wait_until="commit")
        before = self._draw()
        height = self._page.evaluate(_EXCHANGE, [word, "".join("m" if letter != "m" else "i" for letter in word)])
        return height >= _READABLE_PIXELS and self._differ(before, self._draw())

    def _draw(self) -> Image.Image:
        asked = {"format": "png", "optimizeForSpeed": True}
        drawn = self._session.send("Page.captureScreenshot", asked)
        return Image.open(BytesIO(b64decode(drawn["data"]))).convert("RGB")

    @staticmethod
    def _differ(one: Image.Image, other: Image.Image) -> bool:
        strongest = ImageChops.difference(one, other)
        red, green, blue = strongest.split()
        most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
        box = most.point([255 * (level >= _SEEN_DIFFERENCE) for level in range(256)]).getbbox()
        return box is not None and min(box[2] - box[0], box[3] - box[1]) >= _SEEN_PIXELS


@contextmanager
def open_judge() -> Iterator[ChromiumJudge]:
    """A judge with a browser of its own."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "This test needs a Chromium; `make system-packages` names the package."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        page = browser.new_page(viewport={"width": 500, "height": 400}, java_script_enabled=True)
        page.route("**/*", lambda route: route.abort())
        yield ChromiumJudge(page)
        browser.close()
