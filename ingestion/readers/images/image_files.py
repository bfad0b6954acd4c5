"""Reads pictures (PNG, JPEG, multi-page TIFF, WebP, BMP, GIF, HEIC) by tesseract, after a check of their size."""

from __future__ import annotations

import subprocess
import warnings
from typing import TYPE_CHECKING

from PIL import Image, ImageOps, ImageSequence

from ingestion.readers.elements import Element, ParsedDocument, choose_document_title
from ingestion.readers.images import ocr
from ingestion.readers.programs import TESSERACT_PACKAGES
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import UnreadableDocument, make_failure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_IMAGE_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF", "HEIF")
_PHONE_SUFFIXES = (".heic", ".heif")
_MAX_PAGES = 1_000
_MAX_SIDE_PIXELS = 5_000  # more does not help tesseract, and slows it


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
        raise UnreadableDocument(
            make_failure(FailureCode.TOO_MANY_PIXELS, name=path.name, millions=millions)
        ) from error
    elements = [element for page in pages for element in page]
    if not elements:
        raise UnreadableDocument(make_failure(FailureCode.PICTURE_WITHOUT_TEXT, name=path.name))
    unread = tuple(number for number, page in enumerate(pages, 1) if not page)
    return ParsedDocument(choose_document_title(path, []), len(pages), elements, unread)


def _read_frames(path: Path) -> Iterator[list[Element]]:
    with Image.open(path, formats=_IMAGE_FORMATS) as picture:
        pages = getattr(picture, "n_frames", 1)
        if pages > _MAX_PAGES:
            raise UnreadableDocument(
                make_failure(FailureCode.TOO_MANY_PAGES, name=path.name, pages=pages, most=_MAX_PAGES)
            )
        if not ocr.is_tesseract_installed():
            raise UnreadableDocument(make_failure(FailureCode.PICTURE, name=path.name, packages=TESSERACT_PACKAGES))
        for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
            yield _read_frame(frame, number, path.name)


def _read_frame(frame: Image.Image, number: int, name: str) -> list[Element]:
    upright = ImageOps.exif_transpose(_to_greyscale(frame))
    upright.thumbnail((_MAX_SIDE_PIXELS, _MAX_SIDE_PIXELS))
    try:
        return ocr.ocr_image(upright.width, upright.height, upright.tobytes(), number)
    except subprocess.SubprocessError as error:
        raise UnreadableDocument(make_failure(FailureCode.TESSERACT_FAILED, name=name, page=number)) from error


def _to_greyscale(frame: Image.Image) -> Image.Image:
    """The picture in grey, with transparent areas white."""
    if "A" in frame.getbands() or "transparency" in frame.info:
        frame = frame.convert("RGBA")
        frame = Image.alpha_composite(Image.new("RGBA", frame.size, "white"), frame)
    return frame.convert("L")
