"""Makes a sample of each format: reading it loads the parsers, before there is a document of anybody's."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj trailer<</Root 1 0 R>>\n"
)
_HTML = b"<html><head><style>p{color:red}</style></head><body><h1>One</h1><p>Two words.</p></body></html>"
_MAIL = b"Subject: One\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n" + _HTML
# The parsers of other formats load with each document, in its own process.
_SAMPLES: dict[str, bytes] = {
    ".pdf": _PDF,
    ".html": _HTML,
    ".htm": _HTML,
    ".md": b"# One\n\nTwo <b>words</b>.\n",
    ".markdown": b"# One\n\nTwo <b>words</b>.\n",
    ".eml": _MAIL,
    ".rst": b"One\n===\n\nTwo words.\n",
    ".rtf": b"{\\rtf1 Two words.}",
    ".txt": b"Two caf\xe9s.\n",
    ".csv": b"one,two\n1,2\n",
    ".tsv": b"one\ttwo\n1\t2\n",
    ".json": b'{"one": 2}',
    ".xml": b"<one>two</one>",
}
# These load unstructured, which takes ten times the memory of all other parsers.
LARGE_PARSERS = frozenset({".docx", ".pptx", ".html", ".htm", ".md", ".markdown", ".eml", ".msg", ".epub"})


def make_sample(suffix: str) -> bytes | None:
    """Make a small document of a format; None for a format whose parsers are small."""
    return _MAKERS[suffix]() if suffix in _MAKERS else _SAMPLES.get(suffix)


def _make_docx() -> bytes:
    from docx import Document

    document, made = Document(), BytesIO()
    document.add_heading("One")
    document.add_paragraph("Two words.")
    document.save(made)
    return made.getvalue()


def _make_pptx() -> bytes:
    from pptx import Presentation

    slides, made = Presentation(), BytesIO()
    slides.slides.add_slide(slides.slide_layouts[5]).shapes.title.text = "Two words"
    slides.save(made)
    return made.getvalue()


def _make_xlsx() -> bytes:
    from openpyxl import Workbook

    workbook, made = Workbook(), BytesIO()
    workbook.create_sheet("One").append(["two", 3])
    workbook.save(made)
    return made.getvalue()


_MAKERS: dict[str, Callable[[], bytes]] = {".docx": _make_docx, ".pptx": _make_pptx, ".xlsx": _make_xlsx}
