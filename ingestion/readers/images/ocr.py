"""Reads pictures and scanned pages with the tesseract command."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from ingestion.readers.elements import Element, collapse_whitespace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdfium2 import PdfBitmap, PdfDocument

_TESSERACT_COMMAND = "tesseract"
_LANGUAGES = "fra+eng"
TESSERACT_PACKAGES = "tesseract-ocr tesseract-ocr-fra"
_DOTS_PER_INCH = 200
_SECONDS_A_PAGE = 60
_LONGEST_SIDE = 10_000  # pixels: a page may declare any size


def is_tesseract_installed() -> bool:
    """Whether the tesseract command is installed."""
    return shutil.which(_TESSERACT_COMMAND) is not None


def ocr_page(document: PdfDocument, number: int) -> list[Element]:
    """The paragraphs that tesseract reads on page `number`, which counts from 1.

    Raises:
        subprocess.SubprocessError: tesseract failed or took too long.
    """
    page = document[number - 1]
    try:
        scale = min(_DOTS_PER_INCH / 72, _LONGEST_SIDE / max(*page.get_size(), 1.0))
        picture = page.render(scale=scale, grayscale=True)
        pixels = _grey_pixels(picture)
    finally:
        page.close()
    return ocr_image(picture.width, picture.height, pixels, number)


def ocr_image(width: int, height: int, greys: bytes, number: int) -> list[Element]:
    """The paragraphs that tesseract finds in a grey picture (one byte a pixel), as page `number`.

    Raises:
        subprocess.SubprocessError: tesseract failed or took too long.
    """
    return list(_paragraph_elements(_run_tesseract(b"P5 %d %d 255\n" % (width, height) + greys), number))


def _grey_pixels(picture: PdfBitmap) -> bytes:
    """One byte for each pixel, without the padding of the rows in memory."""
    memory = bytes(picture.buffer)
    rows = (memory[at : at + picture.width] for at in range(0, len(memory), picture.stride))
    return b"".join(rows)


def _run_tesseract(picture: bytes) -> str:
    """Run tesseract with one thread: more threads cost more than they bring."""
    done = subprocess.run(  # noqa: S603  # a fixed command; the picture goes in by its standard input
        [_TESSERACT_COMMAND, "-", "-", "-l", _LANGUAGES],
        input=picture,
        capture_output=True,
        check=True,
        timeout=_SECONDS_A_PAGE,
        env=os.environ | {"OMP_THREAD_LIMIT": "1"},
    )
    return done.stdout.decode("utf-8", "replace")


def _paragraph_elements(text: str, page: int) -> Iterator[Element]:
    for block in text.split("\n\n"):
        if paragraph := collapse_whitespace(block.replace("\f", " ")):
            yield Element(paragraph, page=page, last_page=page)
