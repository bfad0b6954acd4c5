"""Read the sample documents plainly, page by page, each by the simplest library for its format."""

from collections.abc import Callable
from email import message_from_bytes, policy
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import openpyxl
import pypdfium2
from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph
from pptx import Presentation

DOCUMENTS = Path(__file__).parents[2] / "playground" / "documents"


def fold(text: str) -> str:
    """The text with each run of white space as one space."""
    return " ".join(text.split())


def pages_of(path: Path) -> list[str]:
    """The text of each page, slide or sheet; formats without pages give one."""
    return _READERS[path.suffix](path)


def _pdf(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as pdf:
        return [page.get_textpage().get_text_range() for page in pdf]


def _word(path: Path) -> list[str]:
    parts = [
        part.text if isinstance(part, Paragraph) else _rows(part) for part in Document(str(path)).iter_inner_content()
    ]
    return ["\n".join(parts)]


def _rows(table: Table) -> str:
    return "\n".join(" ".join(cell.text for cell in row.cells) for row in table.rows)


def _slides(path: Path) -> list[str]:
    pages = []
    for slide in Presentation(str(path)).slides:
        parts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        parts += [
            cell.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells
        ]
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            parts.append(slide.notes_slide.notes_text_frame.text)
        pages.append("\n".join(parts))
    return pages


def _workbook(path: Path) -> list[str]:
    book = openpyxl.load_workbook(path)
    return [
        "\n".join(" ".join(str(value) for value in row if value is not None) for row in sheet.values)
        for sheet in book.worksheets
    ]


def _mail(path: Path) -> list[str]:
    body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
    assert body is not None, f"{path.name} has no plain part"
    return [body.get_content()]


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.written = StringIO()

    def handle_data(self, data: str) -> None:
        self.written.write(data)


def _html(path: Path) -> list[str]:
    words = _Words()
    words.feed(path.read_text(encoding="utf-8"))
    return [words.written.getvalue()]


def _text(path: Path) -> list[str]:
    return [path.read_text(encoding="utf-8")]


_READERS: dict[str, Callable[[Path], list[str]]] = {
    ".pdf": _pdf,
    ".docx": _word,
    ".pptx": _slides,
    ".xlsx": _workbook,
    ".eml": _mail,
    ".html": _html,
    ".md": _text,
    ".txt": _text,
    ".csv": _text,
}
