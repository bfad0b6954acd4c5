"""Draw a paper as a Word document. Decides its look; knows nothing of what the paper says."""

from datetime import UTC, datetime, time
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from playground.sample_writer.content import (
    Block,
    BulletList,
    Callout,
    CodeBlock,
    Heading,
    Paragraph,
    SampleDocument,
    Table,
)
from playground.sample_writer.reproducible_zip import make_reproducible

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


def write_word(paper: SampleDocument) -> bytes:
    """The bytes of the document, the same for the same paper."""
    word = Document()
    _set_styles(word)
    _describe(word, paper)
    word.add_paragraph(paper.title, style="Title")
    word.add_paragraph(paper.subtitle, style="Subtitle")
    word.add_paragraph(f"{paper.reference} · {paper.written_on:%d/%m/%Y} · {paper.author}")
    for block in paper.blocks:
        _draw(word, block)
    packed = BytesIO()
    word.save(packed)
    return make_reproducible(packed.getvalue(), paper.written_on)


def _set_styles(word: WordDocument) -> None:
    for style in word.styles:
        if not isinstance(style, ParagraphStyle) or style.name not in _STYLES:
            continue
        size, colour = _STYLES[style.name]
        style.font.name = "Calibri"
        style.font.size = Pt(size)
        style.font.color.rgb = colour
    word.sections[0].left_margin = word.sections[0].right_margin = Cm(2.3)


def _describe(word: WordDocument, paper: SampleDocument) -> None:
    about = word.core_properties
    about.title, about.subject, about.author = paper.title, paper.subtitle, paper.author
    about.language, about.identifier, about.comments = paper.language, paper.reference, ""
    about.last_modified_by = paper.author
    about.created = about.modified = datetime.combine(paper.written_on, time(9), UTC)
    word.sections[0].footer.paragraphs[0].text = f"Maison Lumière · {paper.reference}"


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
            _draw_grid(word, block)
        case CodeBlock(lines):
            word.add_paragraph().add_run("\n".join(lines)).font.name = "Courier New"


def _draw_grid(word: WordDocument, grid: Table) -> None:
    table = word.add_table(rows=0, cols=len(grid.header), style="Light Grid Accent 6")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for row in (grid.header, *grid.rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    word.add_paragraph()
