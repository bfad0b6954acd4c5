"""Adds the filled-in fields of a PDF form to its pages: pdfium draws them, so that lines and hidden text are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage


def open_page(document: PdfDocument, number: int, *, fields: bool) -> tuple[PdfPage, int]:
    """Open page `number` (from 1); with `fields`, draw them into it and count their characters."""
    page = document[number - 1]
    if not fields or not _has_fields(page):
        return page, 0
    before = _characters(page)
    _hide_what_is_not_shown(page)
    pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY)
    page.close()
    page = document[number - 1]
    return page, max(_characters(page) - before, 0)


def _has_fields(page: PdfPage) -> bool:
    return bool(page.formenv) and pdfium.FPDFPage_GetAnnotCount(page.raw) > 0


def _hide_what_is_not_shown(page: PdfPage) -> None:
    """Hide the fields that no screen shows: for print only, or without area."""
    for n in range(pdfium.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, n)
        flags = pdfium.FPDFAnnot_GetFlags(annotation)
        box = pdfium.FS_RECTF()
        placed = pdfium.FPDFAnnot_GetRect(annotation, box) and box.left < box.right and box.bottom < box.top
        if flags & pdfium.FPDF_ANNOT_FLAG_NOVIEW or not placed:
            pdfium.FPDFAnnot_SetFlags(annotation, flags | pdfium.FPDF_ANNOT_FLAG_HIDDEN)
        pdfium.FPDFPage_CloseAnnot(annotation)


def _characters(page: PdfPage) -> int:
    text_page = page.get_textpage()
    try:
        return int(text_page.count_chars())
    finally:
        text_page.close()
