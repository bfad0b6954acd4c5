"""Read a PDF with pdfium: its lines by ranges of pages, its outline, then one layout of the whole."""

from __future__ import annotations

import logging
import subprocess
from collections import Counter
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from ingestion.reading import ocr
from ingestion.reading.elements import Element, Reading
from ingestion.reading.pdf_headings import Entry, largest
from ingestion.reading.pdf_layout import layout
from ingestion.reading.pdf_lines import Line, lines_of
from ingestion.reading.titles import meaningful, title_of
from knowledge.errors import UnreadableDocument

if TYPE_CHECKING:
    from pathlib import Path

    from pypdfium2 import PdfDocument

log = logging.getLogger(__name__)

_FEW_CHARACTERS = 16  # a page with fewer is a picture, if it holds one
_DEEPEST_FORM = 3


def read_pdf(path: Path) -> Reading:
    """A PDF with its pages, headings, lists, code and paragraphs; scanned pages by tesseract where it is installed.

    Raises:
        UnreadableDocument: it needs a password, is damaged, or is a scan that could not be read.
    """
    document = _open(path)
    try:
        pages = len(document)
        lines = read_lines(document, 1, pages)
        elements, unread = _with_scans(document, lines, layout(lines, _outline(document)))
        if not elements and unread:
            raise UnreadableDocument(_scan(path.name))
        named = meaningful(document.get_metadata_value("Title")) or largest(lines)
        return Reading(title_of(path, elements, named), pages, elements, unread)
    finally:
        document.close()


def page_range(path: Path, first: int, last: int) -> list[Line]:
    """The lines of pages `first` to `last`, for reading a long document by several processes at once."""
    document = _open(path)
    try:
        return read_lines(document, first, last)
    finally:
        document.close()


def read_lines(document: PdfDocument, first: int, last: int) -> list[Line]:
    """The lines of a range of pages of an open document."""
    return list(lines_of(document, first, last))


def _open(path: Path) -> PdfDocument:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            problem = "is protected by a password: drop a copy without one"
        else:
            problem = "is damaged, pdfium cannot open it: export it again and drop the new copy"
        raise UnreadableDocument(f"{path.name} {problem}.") from error


def _outline(document: PdfDocument) -> list[Entry]:
    """The outline's entries that point at a page."""
    entries: list[Entry] = []
    for bookmark in document.get_toc():
        target = bookmark.get_dest()
        page = target.get_index() if target is not None else None
        if target is not None and page is not None:
            entries.append(Entry(bookmark.level + 1, bookmark.get_title(), page + 1, _height(target.get_view())))
    return entries


def _height(view: tuple[int, list[float]]) -> float | None:
    """How high on its page a target stands: given by the kinds XYZ, FitH and FitBH alone."""
    kind, numbers = view
    at = {pdfium.PDFDEST_VIEW_XYZ: 1, pdfium.PDFDEST_VIEW_FITH: 0, pdfium.PDFDEST_VIEW_FITBH: 0}.get(kind)
    return numbers[at] if at is not None and at < len(numbers) else None


def _with_scans(
    document: PdfDocument, lines: list[Line], elements: list[Element]
) -> tuple[list[Element], tuple[int, ...]]:
    """The elements with those of the scanned pages among them, and the pages that stay unread."""
    unread: list[int] = []
    for number in _scanned(document, lines):
        try:
            found = ocr.page_text(document, number) if ocr.is_installed() else []
        except subprocess.SubprocessError:
            log.warning("tesseract failed: page=%d", number, exc_info=True)
            found = []
        if not found:
            unread.append(number)
        elements = elements + found
    return sorted(elements, key=lambda element: element.page or 0), tuple(unread)


def _scanned(document: PdfDocument, lines: list[Line]) -> list[int]:
    """The pages that hold a picture and next to no text."""
    characters: Counter[int] = Counter()
    for line in lines:
        characters[line.page] += len(line.text)
    few = (n for n in range(1, len(document) + 1) if characters[n] < _FEW_CHARACTERS)
    return [number for number in few if _has_picture(document, number)]


def _has_picture(document: PdfDocument, number: int) -> bool:
    page = document[number - 1]
    try:
        return any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=_DEEPEST_FORM))
    finally:
        page.close()


def _scan(name: str) -> str:
    if ocr.is_installed():
        return f"{name} is a scan in which tesseract found no text: scan it again, sharper, or drop a searchable copy."
    return f"{name} is a scan without text: install {ocr.PACKAGES} (Debian), or drop a searchable copy."
