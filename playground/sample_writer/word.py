"""Write a sample document as a Word file, and decide its layout."""

from datetime import UTC, datetime, time
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from playground.sample_writer.reproducible_zip import make_reproducible
from playground.sample_writer.source_format import (
    Block,
    BulletList,
    Callout,
    CodeBlock,
    Heading,
    Paragraph,
    SampleDocument,
    Table,
)

_AMBER = RGBColor(176, 106, 14)
_INK = RGBColor(38, 41, 48)
_GREY = RGBColor(118, 122, 130)
_STYLES = {
    "Normal": (10.5, _INK),
    "Title": (26, _INK),
    "Subtitle": (13, _GREY),
    "Heading 1": (16, _AMBER),
    "Heading 2": (12.5, _INK),
}


def write_word(document: SampleDocument) -> bytes:
    """Return the bytes of the Word file: always the same for the same document."""
    word = Document()
    _set_styles(word)
    _describe(word, document)
    word.add_paragraph(document.title, style="Title")
    word.add_paragraph(document.subtitle, style="Subtitle")
    word.add_paragraph(f"{document.reference} · {document.written_on:%d/%m/%Y} · {document.author}")
    for block in document.blocks:
        _draw(word, block)
    packed = BytesIO()
    word.save(packed)
    return make_reproducible(packed.getvalue(), document.written_on)


def _set_styles(word: WordDocument) -> None:
    for style in word.styles:
        if not isinstance(style, ParagraphStyle) or style.name not in _STYLES:
            continue
        size, colour = _STYLES[style.name]
        style.font.name = "Calibri"
        style.font.size = Pt(size)
        style.font.color.rgb = colour
    word.sections[0].left_margin = word.sections[0].right_margin = Cm(2.3)


def _describe(word: WordDocument, document: SampleDocument) -> None:
    about = word.core_properties
    about.title, about.subject, about.author = document.title, document.subtitle, document.author
    about.language, about.identifier, about.comments = document.language, document.reference, ""
    about.last_modified_by = document.author
    about.created = about.modified = datetime.combine(document.written_on, time(9), UTC)
    word.sections[0].footer.paragraphs[0].text = f"Maison Lumière · {document.reference}"


def _draw(word: WordDocument, block: Block) -> None:
    match block:
        case Heading(text, level):
            word.add_heading(text, level)
        case Paragraph(text):
            word.add_paragraph(text)
        case Callout(text):
            word.add_paragraph(text, style="Intense Quote")
        case BulletList(items, numbered):
            for item in items:
                word.add_paragraph(item, style="List Number" if numbered else "List Bullet")
        case Table():
            _draw_table(word, block)
        case CodeBlock(lines):
            word.add_paragraph().add_run("\n".join(lines)).font.name = "Courier New"


def _draw_table(word: WordDocument, grid: Table) -> None:
    table = word.add_table(rows=0, cols=len(grid.header), style="Light Grid Accent 6")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for row in (grid.header, *grid.rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    word.add_paragraph()
