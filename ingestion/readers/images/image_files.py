"""Read pictures (PNG, JPEG, TIFF with its pages) by tesseract, once they are known to be of a sane size."""

from __future__ import annotations

import subprocess
import warnings
from typing import TYPE_CHECKING

from PIL import Image, ImageOps, ImageSequence

from ingestion.readers.elements import Element, Reading
from ingestion.readers.images import ocr
from ingestion.readers.titles import title_of
from knowledge.core.failure_reasons import Reason
from knowledge.core.failures import UnreadableDocument

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FORMATS = ("PNG", "JPEG", "TIFF")
_MOST_PAGES = 1_000
_LONGEST_SIDE = 5_000  # more does not help tesseract, and slows it


def read_picture(path: Path) -> Reading:
    """A picture, each of a TIFF's pages one page.

    Raises:
        UnreadableDocument: tesseract is not installed, finds no text, or the picture is absurdly large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            pages = list(_pages(path))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        millions = (Image.MAX_IMAGE_PIXELS or 0) // 10**6
        raise UnreadableDocument(Reason.TOO_MANY_PIXELS.about(name=path.name, millions=millions)) from error
    elements = [element for page in pages for element in page]
    if not elements:
        raise UnreadableDocument(Reason.PICTURE_WITHOUT_TEXT.about(name=path.name))
    unread = tuple(number for number, page in enumerate(pages, 1) if not page)
    return Reading(title_of(path, []), len(pages), elements, unread)


def _pages(path: Path) -> Iterator[list[Element]]:
    with Image.open(path, formats=_FORMATS) as picture:
        pages = getattr(picture, "n_frames", 1)
        if pages > _MOST_PAGES:
            raise UnreadableDocument(Reason.TOO_MANY_PAGES.about(name=path.name, pages=pages, most=_MOST_PAGES))
        if not ocr.is_installed():
            raise UnreadableDocument(Reason.PICTURE.about(name=path.name, packages=ocr.PACKAGES))
        for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
            yield _page(frame, number, path.name)


def _page(frame: Image.Image, number: int, name: str) -> list[Element]:
    upright = ImageOps.exif_transpose(_flat(frame))
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    try:
        return ocr.picture_text(upright.width, upright.height, upright.tobytes(), number)
    except subprocess.SubprocessError as error:
        raise UnreadableDocument(Reason.TESSERACT_FAILED.about(name=name, page=number)) from error


def _flat(frame: Image.Image) -> Image.Image:
    """The picture in greys, what is transparent made white."""
    if "A" in frame.getbands() or "transparency" in frame.info:
        frame = frame.convert("RGBA")
        frame = Image.alpha_composite(Image.new("RGBA", frame.size, "white"), frame)
    return frame.convert("L")
