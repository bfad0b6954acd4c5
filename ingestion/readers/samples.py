"""Makes a sample of each format: reading it loads the parsers, before there is a document of anybody's."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from ingestion.readers.formats import FORMATS

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
    ".md": b"# One\n\nTwo <b>words</b>.\n",
    ".eml": _MAIL,
    ".rst": b"One\n===\n\nTwo words.\n",
    ".rtf": b"{\\rtf1 Two words.}",
    ".txt": b"Two caf\xe9s.\n",
    ".csv": b"one,two\n1,2\n",
    ".json": b'{"one": 2}',
    ".xml": b"<one>two</one>",
}
# These load unstructured, which takes four times the memory of all other parsers.
_LARGE_READERS = (
    "office.word_and_powerpoint",
    "old_office.documents",
    "markup.html",
    "markup.epub",
    "containers.mail",
    "containers.archives",
)
LARGE_PARSERS = frozenset(suffix for suffix, one in FORMATS.items() if one.reader[0] in _LARGE_READERS)


def make_sample(suffix: str) -> bytes | None:
    """Make a small document of a format; None for a format whose parsers are small."""
    reader = FORMATS[suffix].reader if suffix in FORMATS else None
    for known in (*_MAKERS, *_SAMPLES):
        if FORMATS[known].reader == reader:
            return _MAKERS[known]() if known in _MAKERS else _SAMPLES[known]
    return None


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
