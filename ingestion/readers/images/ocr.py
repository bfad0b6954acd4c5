"""Reads pictures and scanned pages with the tesseract command."""

from __future__ import annotations

import os
import re
import subprocess
import warnings
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from PIL import Image, ImageOps, ImageSequence

from ingestion.readers.elements import Element, ParsedDocument, choose_document_title
from ingestion.readers.images import ocr
from ingestion.readers.reading_options import TESSERACT, TESSERACT_PACKAGES, is_installed
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pypdfium2 import PdfBitmap, PdfDocument

_USUAL_LANGUAGES = ("fra", "eng")
_MAX_LANGUAGES = 5  # each one takes its time
_NO_LANGUAGES = ("osd", "equ", "snum")
_DOTS_PER_INCH = 200
_SECONDS_A_PAGE = 60
_LONGEST_SIDE = 10_000  # pixels: a page may declare any size
_SURE, _UNSURE = 75.0, 60.0  # percent: what tesseract says of its words on the average
_COLUMNS = 12  # of its tables
_WORD_LEVEL = "5"
_TURN = re.compile(r"Rotate: (90|180|270)")
_CUT_END = re.compile(r"\w[-\u2010\u00ac]$")
_IMAGE_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF", "HEIF")
_PHONE_SUFFIXES = (".heic", ".heif")
_MAX_PAGES = 1_000
_MAX_SIDE_PIXELS = 5_000  # more does not help tesseract, and slows it


def is_tesseract_installed() -> bool:
    """Whether the tesseract command is installed."""
    return is_installed(TESSERACT)


def ocr_page(document: PdfDocument, number: int) -> list[Element]:
    """The paragraphs that tesseract reads on page `number`, which counts from 1."""
    page = document[number - 1]
    try:
        scale = min(_DOTS_PER_INCH / 72, _LONGEST_SIDE / max(*page.get_size(), 1.0))
        picture = page.render(scale=scale, grayscale=True)
        pixels = _grey_pixels(picture)
    finally:
        page.close()
    return ocr_image(picture.width, picture.height, pixels, number)


def ocr_image(width: int, height: int, greys: bytes, number: int) -> list[Element]:
    """The paragraphs that tesseract finds in a grey picture (one byte a pixel), as page `number`."""
    found = _read_words(_portable_picture(width, height, greys))
    if found.sureness < _SURE and (turned := _turn_upright(width, height, greys)) is not None:
        found = max(found, _read_words(turned), key=lambda each: each.sureness)
    if found.sureness < _UNSURE:
        return []
    return [Element(text, page=number, last_page=number) for text in found.paragraphs]


@dataclass(slots=True)
class _FoundWords:
    """The paragraphs of a page, and how sure tesseract is of its words, in percent."""

    paragraphs: list[str] = field(default_factory=list)
    sureness: float = 0.0


def _portable_picture(width: int, height: int, greys: bytes) -> bytes:
    return b"P5 %d %d 255\n" % (width, height) + greys


def _grey_pixels(picture: PdfBitmap) -> bytes:
    """One byte for each pixel, without the padding of the rows in memory."""
    memory = bytes(picture.buffer)
    rows = (memory[at : at + picture.width] for at in range(0, len(memory), picture.stride))
    return b"".join(rows)


def _turn_upright(width: int, height: int, greys: bytes) -> bytes | None:
    """The picture upright; None if it is, or if tesseract cannot tell."""
    from PIL import Image

    try:
        turn = _TURN.search(_run_tesseract(_portable_picture(width, height, greys), "--psm", "0"))
    except subprocess.CalledProcessError:  # too few words to tell, or its data of orientation are not installed
        return None
    if turn is None:
        return None
    upright = Image.frombytes("L", (width, height), greys).rotate(-int(turn[1]), expand=True)
    return _portable_picture(upright.width, upright.height, upright.tobytes())


@cache
def _languages() -> str:
    """The languages to read: the usual ones, and what was installed besides."""
    told = subprocess.run(  # noqa: S603  # a fixed command
        [TESSERACT, "--list-langs"], capture_output=True, check=False, timeout=_SECONDS_A_PAGE
    )
    installed = told.stdout.decode("utf-8", "replace").split("\n")[1:]
    own = [name for name in installed if re.fullmatch(r"[a-z_]{3,12}", name) and name not in _NO_LANGUAGES]
    usual = [name for name in _USUAL_LANGUAGES if name in own] or list(_USUAL_LANGUAGES)
    return "+".join([*usual, *(name for name in own if name not in usual)][:_MAX_LANGUAGES])


def _run_tesseract(picture: bytes, *options: str) -> str:
    """Run tesseract with one thread: more threads cost more than they bring."""
    done = subprocess.run(  # noqa: S603  # a fixed command; the picture goes in by its standard input
        [TESSERACT, "-", "-", *options],
        input=picture,
        capture_output=True,
        check=True,
        timeout=_SECONDS_A_PAGE,
        env=os.environ | {"OMP_THREAD_LIMIT": "1"},
    )
    return done.stdout.decode("utf-8", "replace")


def _read_words(picture: bytes) -> _FoundWords:
    rows = [row.split("\t") for row in _run_tesseract(picture, "-l", _languages(), "tsv").split("\n")]
    words = [row for row in rows if len(row) == _COLUMNS and row[0] == _WORD_LEVEL and row[11].strip()]
    paragraphs = [list(run) for _, run in groupby(words, key=lambda row: row[1:4])]
    readable = [run for run in paragraphs if _sureness(run) >= _UNSURE]
    return _FoundWords([_join_words(run) for run in readable], _sureness(words))


def _sureness(words: list[list[str]]) -> float:
    """How sure tesseract is of some words, by their length, in percent."""
    letters = sum(len(row[11]) for row in words)
    return sum(float(row[10]) * len(row[11]) for row in words) / letters if letters else 0.0


def _join_words(words: list[list[str]]) -> str:
    """The words of a paragraph on one line; a word that a line's end cuts is whole again."""
    text = words[0][11]
    for above, row in pairwise(words):
        is_cut = above[4] != row[4] and _CUT_END.search(text) and row[11][:1].islower()
        text = text[:-1] + row[11] if is_cut else f"{text} {row[11]}"
    return text


def read_image(path: Path) -> ParsedDocument:
    """A picture; each page of a TIFF is one page."""
    if path.suffix.lower() in _PHONE_SUFFIXES:
        from pi_heif import register_heif_opener  # type: ignore[import-untyped]  # it has no types

        register_heif_opener()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            pages = list(_read_frames(path))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        millions = (Image.MAX_IMAGE_PIXELS or 0) // 10**6
        raise make_unreadable(FailureCode.TOO_MANY_PIXELS, name=path.name, millions=millions) from error
    elements = [element for page in pages for element in page]
    if not elements:
        raise make_unreadable(FailureCode.PICTURE_WITHOUT_TEXT, name=path.name)
    unread = tuple(number for number, page in enumerate(pages, 1) if not page)
    return ParsedDocument(choose_document_title(path, []), len(pages), elements, unread)


def _read_frames(path: Path) -> Iterator[list[Element]]:
    with Image.open(path, formats=_IMAGE_FORMATS) as picture:
        pages = getattr(picture, "n_frames", 1)
        if pages > _MAX_PAGES:
            raise make_unreadable(FailureCode.TOO_MANY_PAGES, name=path.name, pages=pages, most=_MAX_PAGES)
        if not ocr.is_tesseract_installed():
            raise make_unreadable(FailureCode.PICTURE, name=path.name, packages=TESSERACT_PACKAGES)
        for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
            yield _read_frame(frame, number, path.name)


def _read_frame(frame: Image.Image, number: int, name: str) -> list[Element]:
    upright = ImageOps.exif_transpose(_to_greyscale(frame))
    upright.thumbnail((_MAX_SIDE_PIXELS, _MAX_SIDE_PIXELS))
    try:
        return ocr.ocr_image(upright.width, upright.height, upright.tobytes(), number)
    except subprocess.SubprocessError as error:
        raise make_unreadable(FailureCode.TESSERACT_FAILED, name=name, page=number) from error


def _to_greyscale(frame: Image.Image) -> Image.Image:
    """The picture in grey, with transparent areas white."""
    if "A" in frame.getbands() or "transparency" in frame.info:
        frame = frame.convert("RGBA")
        frame = Image.alpha_composite(Image.new("RGBA", frame.size, "white"), frame)
    return frame.convert("L")
