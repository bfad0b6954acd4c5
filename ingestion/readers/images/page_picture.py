"""Draws one page of a PDF as a picture, with what is quoted of it marked.

It looks for letters and digits only: spaces, hyphens and table lines differ between a page and the text read from it.
"""

from __future__ import annotations

import ctypes
import io
import re
import unicodedata
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pypdfium2 import PdfPage, PdfTextPage

_SCALE = 2.0  # pixels a point: 144 dpi
_LONGEST_SIDE = 1_600  # pixels
_MARK = (255, 232, 120)  # yellow, under which words stay as dark as they are
_PADDING = 2  # pixels around what is marked
_FEWEST_LETTERS = 12  # of a part that is looked for by itself: shorter ones stand in many places
_MOST_CHARACTERS = 100_000  # of a page
_PARTS = re.compile(r"\n+|(?<=[.!?;:])\s+|\s\|\s")

Box = tuple[float, float, float, float]  # left, top, right, bottom, in pixels


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as a PNG, its number (from 1), and whether anything is marked on it."""

    png: bytes
    page: int
    is_marked: bool


def draw_page(content: bytes, pages: Sequence[int], quotes: Sequence[str]) -> PagePicture:
    """Draw that one of these pages that holds most of the quotes; the first where none holds any."""
    with closing(pypdfium2.PdfDocument(content)) as document:
        document.init_forms()
        known = [number for number in pages if 1 <= number <= len(document)]
        if not known:
            raise ValueError("the document has no such page")
        chosen, places = known[0], list[int]()
        for number in known:
            with closing(document[number - 1]) as page, closing(page.get_textpage()) as text_page:
                found = find_quotes(_read_characters(text_page), quotes)
            if len(found) > len(places):
                chosen, places = number, found
        with closing(document[chosen - 1]) as page:
            return PagePicture(_draw_marked(page, places), chosen, bool(places))


def find_quotes(characters: Sequence[str], quotes: Sequence[str]) -> list[int]:
    """Find the places of the characters that are quoted; a quote that is not there whole is looked for in parts."""
    letters, places = _keep_letters(characters)
    found: set[int] = set()
    for quote in quotes:
        whole = _find_text(letters, quote)
        spans = [whole] if whole else [_find_text(letters, part) for part in _PARTS.split(quote)]
        for start, end in filter(None, spans):
            found.update(range(places[start], places[end - 1] + 1))
    return sorted(found)


def _find_text(letters: str, text: str) -> tuple[int, int] | None:
    wanted, _ = _keep_letters(text)
    start = letters.find(wanted) if len(wanted) >= _FEWEST_LETTERS else -1
    return (start, start + len(wanted)) if start >= 0 else None


def _keep_letters(characters: Sequence[str]) -> tuple[str, list[int]]:
    """The letters and digits without accents and capitals, and the place of each in the text."""
    kept: list[str] = []
    places: list[int] = []
    for place, character in enumerate(characters):
        for letter in unicodedata.normalize("NFKD", character).casefold():
            if letter.isalnum():
                kept.append(letter)
                places.append(place)
    return "".join(kept), places


def _read_characters(text_page: PdfTextPage) -> list[str]:
    """The characters by their numbers on the page, by which pdfium tells where they stand."""
    many = min(text_page.count_chars(), _MOST_CHARACTERS)
    codes = (pdfium.FPDFText_GetUnicode(text_page.raw, at) for at in range(many))
    return [chr(code) if code and not 0xD800 <= code < 0xE000 else " " for code in codes]


def _draw_marked(page: PdfPage, places: Sequence[int]) -> bytes:
    scale = min(_SCALE, _LONGEST_SIDE / max(page.get_size()))
    picture = page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
    if places:
        veil = Image.new("RGB", picture.size, "white")
        draw = ImageDraw.Draw(veil)
        for left, top, right, bottom in _join_boxes(_find_boxes(page, places, picture.size)):
            draw.rectangle((left - _PADDING, top - _PADDING, right + _PADDING, bottom + _PADDING), fill=_MARK)
        picture = ImageChops.multiply(picture, veil)
    held = io.BytesIO()
    picture.save(held, "PNG")
    return held.getvalue()


def _find_boxes(page: PdfPage, places: Sequence[int], size: tuple[int, int]) -> Iterator[Box]:
    """Where the characters are in a picture of this size, also on a page that is turned or cut."""
    with closing(page.get_textpage()) as text_page:
        for at in places:
            left, bottom, right, top = text_page.get_charbox(at, loose=True)
            if right > left and top > bottom:
                (x, y), (other_x, other_y) = (
                    _to_pixels(page, *corner, size) for corner in ((left, top), (right, bottom))
                )
                yield min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)


def _to_pixels(page: PdfPage, x: float, y: float, size: tuple[int, int]) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, *size, 0, x, y, across, down)
    return across.value, down.value


def _join_boxes(boxes: Iterator[Box]) -> list[Box]:
    """One box for the characters of each line; on a turned page, one for each character."""
    joined: list[Box] = []
    for box in boxes:
        if joined and _is_same_line(joined[-1], box):
            left, top, right, bottom = joined[-1]
            joined[-1] = (min(left, box[0]), min(top, box[1]), max(right, box[2]), max(bottom, box[3]))
        else:
            joined.append(box)
    return joined


def _is_same_line(one: Box, other: Box) -> bool:
    """Whether two boxes overlap by more than half in height."""
    return min(one[3], other[3]) - max(one[1], other[1]) > (other[3] - other[1]) / 2
