"""Reads what lies over the pages of a PDF: filled-in fields, text boxes and stamps are drawn into them, notes told.

pdfium draws them, so that lines and hidden text are found as in the page itself.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from ingestion.readers.elements import Element, label_comment
from ingestion.readers.pdf.page_objects import get_box_area, get_page_box, intersect_boxes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdfium2 import PdfDocument, PdfPage

    from ingestion.readers.pdf.page_objects import PdfBox

_NEVER_DRAWN = frozenset({pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP})
_NOTES = frozenset(
    {
        pdfium.FPDF_ANNOT_TEXT,
        pdfium.FPDF_ANNOT_HIGHLIGHT,
        pdfium.FPDF_ANNOT_UNDERLINE,
        pdfium.FPDF_ANNOT_SQUIGGLY,
        pdfium.FPDF_ANNOT_STRIKEOUT,
        pdfium.FPDF_ANNOT_CARET,
    }
)
_MIN_OPACITY = 0.05  # of 1
_NOT_SHOWN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW


@dataclass(slots=True)
class PageFindings:
    """What is found of some pages beside their lines.

    `hidden` counts by page the places that nobody sees, `added` the characters that people wrote over it. `notes` are
    their comments, in the order of the pages.
    """

    hidden: Counter[int] = field(default_factory=Counter)
    added: Counter[int] = field(default_factory=Counter)
    notes: list[Element] = field(default_factory=list)


def open_page(document: PdfDocument, number: int, findings: PageFindings | None) -> PdfPage:
    """Open page `number` (from 1); with `findings`, note its comments and draw what else is written over it."""
    page = document[number - 1]
    if findings is None or not pdfium.FPDFPage_GetAnnotCount(page.raw):
        return page
    findings.notes += _read_notes(page, number)
    if all(_kind(annotation) in _NEVER_DRAWN for annotation in _annotations(page)):
        return page
    before = _characters(page)
    _hide_what_is_not_shown(page)
    pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY)
    page.close()
    page = document[number - 1]
    findings.added[number] = max(_characters(page) - before, 0)
    return page


def _read_notes(page: PdfPage, number: int) -> Iterator[Element]:
    for annotation in _annotations(page):
        is_note = _kind(annotation) in _NOTES and _is_shown(annotation, page)
        if is_note and (told := label_comment(_text(annotation, b"Contents"), _text(annotation, b"T"))):
            yield Element(told, page=number, last_page=number)


def _annotations(page: PdfPage) -> Iterator[pdfium.FPDF_ANNOTATION]:
    for n in range(pdfium.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, n)
        try:
            yield annotation
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _kind(annotation: pdfium.FPDF_ANNOTATION) -> int:
    return int(pdfium.FPDFAnnot_GetSubtype(annotation))


def _text(annotation: pdfium.FPDF_ANNOTATION, key: bytes) -> str:
    size = pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    written = (ctypes.c_ushort * (size // 2 + 1))()
    pdfium.FPDFAnnot_GetStringValue(annotation, key, written, size)
    return bytes(written)[: max(size - 2, 0)].decode("utf-16-le", "ignore")


def _is_shown(note: pdfium.FPDF_ANNOTATION, page: PdfPage) -> bool:
    """Whether a screen shows that there is a note: a clear one, or one beside the page, is found by nobody."""
    opacity = ctypes.c_float(1.0)
    pdfium.FPDFAnnot_GetNumberValue(note, b"CA", opacity)
    box = _read_box(note)
    if pdfium.FPDFAnnot_GetFlags(note) & _NOT_SHOWN or opacity.value < _MIN_OPACITY or box is None:
        return False
    left, bottom, right, top = intersect_boxes(box, get_page_box(page))
    # The sign of a note has a size of its own, a marked line has that of its area.
    is_marking = _kind(note) != pdfium.FPDF_ANNOT_TEXT
    return (left < right and bottom < top) if is_marking else (left <= right and bottom <= top)


def _read_box(annotation: pdfium.FPDF_ANNOTATION) -> PdfBox | None:
    box = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, box):
        return None
    return min(box.left, box.right), min(box.bottom, box.top), max(box.left, box.right), max(box.bottom, box.top)


def _hide_what_is_not_shown(page: PdfPage) -> None:
    """Hide what no screen shows: what is for print only, or without area."""
    for annotation in _annotations(page):
        flags, box = pdfium.FPDFAnnot_GetFlags(annotation), _read_box(annotation)
        if flags & pdfium.FPDF_ANNOT_FLAG_NOVIEW or box is None or not get_box_area(box):
            pdfium.FPDFAnnot_SetFlags(annotation, flags | pdfium.FPDF_ANNOT_FLAG_HIDDEN)


def _characters(page: PdfPage) -> int:
    text_page = page.get_textpage()
    try:
        return int(text_page.count_chars())
    finally:
        text_page.close()
