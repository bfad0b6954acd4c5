"""Write a sample document as a PDF, and decide its layout."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from functools import partial
from typing import cast

from fpdf import FPDF, FontFace, XPos, YPos
from fpdf.enums import TableBordersLayout, TableCellFillMode
from fpdf.outline import OutlineSection

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

_INK = (38, 41, 48)
_GREY = (118, 122, 130)
_AMBER = (176, 106, 14)
_PALE = (248, 243, 234)
_CODE = (241, 242, 244)
_BODY = 10.5
_LINE = 5.4
_MARGIN = 22.0
_TOP = 22.0
_HEADING_SIZES = {1: 16.0, 2: 12.5}
_CODE_SIZE = 9.0


class _PdfPages(FPDF):
    """A4 pages with the running head and foot of one document."""

    def __init__(self, document: SampleDocument) -> None:
        super().__init__(format="A4")
        self.document = document
        self.core_fonts_encoding = "cp1252"
        self.set_margins(_MARGIN, 20, _MARGIN)
        self.set_auto_page_break(auto=True, margin=22)

    def header(self) -> None:
        if self.page_no() == 1:
            return
        self.set_font("Helvetica", size=8.5)
        self.set_text_color(*_GREY)
        self.set_y(11)
        self.cell(0, 5, self.document.title)
        self.set_x(_MARGIN)
        self.cell(0, 5, self.document.reference, align="R")
        self.set_y(22)

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font("Helvetica", size=8.5)
        self.set_text_color(*_GREY)
        self.cell(0, 5, "Maison Lumière")
        self.set_x(_MARGIN)
        self.cell(0, 5, f"Page {self.page_no()}", align="R")


def write_pdf(document: SampleDocument) -> bytes:
    """Return the bytes of the PDF: always the same for the same document."""
    pdf = _PdfPages(document)
    _describe(pdf, document)
    pdf.add_page()
    _draw_front(pdf, document)
    if document.contents:
        pdf.insert_toc_placeholder(partial(_draw_contents, heading=document.contents), pages=1)
    for group in _group_with_headings(document.blocks):
        _draw_together(pdf, group)
    return bytes(pdf.output())


def _describe(pdf: _PdfPages, document: SampleDocument) -> None:
    pdf.set_title(document.title)
    pdf.set_author(document.author)
    pdf.set_subject(document.subtitle)
    pdf.set_lang(document.language)
    pdf.set_creation_date(datetime.combine(document.written_on, time(9), UTC))


def _draw_front(pdf: _PdfPages, document: SampleDocument) -> None:
    pdf.set_fill_color(*_AMBER)
    pdf.rect(_MARGIN, 22, 16, 2.2, style="F")
    pdf.set_y(29)
    _write(pdf, document.title, size=25, line=11, style="B")
    pdf.ln(1)
    _write(pdf, document.subtitle, size=13, line=6.5, colour=_GREY)
    pdf.ln(3)
    dated = f"{document.reference} · {document.written_on:%d/%m/%Y} · {document.author}"
    _write(pdf, dated, size=9, line=4.6, colour=_GREY)
    pdf.set_draw_color(*_AMBER)
    pdf.line(_MARGIN, pdf.get_y() + 3, pdf.w - _MARGIN, pdf.get_y() + 3)
    pdf.ln(8)


def _draw_contents(pdf: FPDF, outline: list[OutlineSection], *, heading: str) -> None:
    pdf.set_x(_MARGIN)
    _write(pdf, heading, size=_HEADING_SIZES[1], line=8, style="B", colour=_AMBER)
    pdf.ln(2)
    for section in outline:
        pdf.set_font("Helvetica", style="" if section.level else "B", size=_BODY)
        pdf.set_text_color(*_INK)
        pdf.set_x(_MARGIN + 6 * section.level)
        pdf.cell(0, 6.2, section.name)
        pdf.set_x(_MARGIN)
        pdf.cell(0, 6.2, str(section.page_number), align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _write(
    pdf: FPDF,
    text: str,
    *,
    size: float = _BODY,
    line: float = _LINE,
    style: str = "",
    colour: tuple[int, int, int] = _INK,
) -> None:
    pdf.set_font("Helvetica", style=style, size=size)
    pdf.set_text_color(*colour)
    pdf.multi_cell(0, line, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _group_with_headings(blocks: tuple[Block, ...]) -> list[list[Block]]:
    """Group each block with the headings above it, so that no heading ends a page."""
    groups: list[list[Block]] = [[]]
    for block in blocks:
        groups[-1].append(block)
        if not isinstance(block, Heading):
            groups.append([])
    return [group for group in groups if group]


def _draw_together(pdf: _PdfPages, group: list[Block]) -> None:
    with pdf.offset_rendering() as rehearsal:
        # The recorder stands in for the pdf without being one.
        _draw_all(cast("FPDF", rehearsal), group)
    if rehearsal.page_break_triggered and pdf.get_y() > _TOP:
        pdf.add_page()
    _draw_all(pdf, group)


def _draw_all(pdf: FPDF, group: list[Block]) -> None:
    for block in group:
        _draw(pdf, block)


def _draw(pdf: FPDF, block: Block) -> None:
    match block:
        case Heading():
            _draw_heading(pdf, block)
        case Paragraph(text):
            _write(pdf, text)
            pdf.ln(2.4)
        case Callout(text):
            _draw_callout(pdf, text)
        case BulletList():
            _draw_list(pdf, block)
        case Table():
            _draw_table(pdf, block)
        case CodeBlock(lines):
            _draw_code(pdf, lines)


def _draw_heading(pdf: FPDF, heading: Heading) -> None:
    size = _HEADING_SIZES[heading.level]
    if pdf.get_y() > _TOP:
        pdf.ln(5 if heading.level == 1 else 2)
    pdf.start_section(heading.text, level=heading.level - 1)
    _write(pdf, heading.text, size=size, line=size / 2, style="B", colour=_AMBER if heading.level == 1 else _INK)
    pdf.ln(1.8)


def _draw_callout(pdf: FPDF, text: str) -> None:
    with _boxed(pdf, _PALE):
        pdf.set_font("Helvetica", style="I", size=_BODY)
        pdf.set_text_color(*_INK)
        pdf.multi_cell(0, _LINE, text, align="L", fill=True, padding=3, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _draw_code(pdf: FPDF, lines: tuple[str, ...]) -> None:
    with _boxed(pdf, _CODE):
        pdf.set_font("Courier", size=_CODE_SIZE)
        pdf.set_text_color(*_INK)
        text = "\n".join(lines)
        pdf.multi_cell(0, 4.6, text, align="L", fill=True, padding=3, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


@contextmanager
def _boxed(pdf: FPDF, colour: tuple[int, int, int]) -> Iterator[None]:
    pdf.set_fill_color(*colour)
    pdf.ln(0.8)
    yield
    pdf.ln(3.2)


def _draw_list(pdf: FPDF, points: BulletList) -> None:
    for at, item in enumerate(points.items, start=1):
        pdf.set_font("Helvetica", size=_BODY)
        pdf.set_text_color(*_AMBER)
        pdf.set_x(_MARGIN + 2)
        pdf.cell(7, _LINE, f"{at}." if points.numbered else "•")
        pdf.set_text_color(*_INK)
        pdf.multi_cell(0, _LINE, item, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.ln(0.9)
    pdf.ln(1.8)


def _draw_table(pdf: FPDF, grid: Table) -> None:
    pdf.ln(0.8)
    pdf.set_font("Helvetica", size=9.3)
    pdf.set_text_color(*_INK)
    pdf.set_draw_color(205, 198, 186)
    pdf.set_fill_color(255, 255, 255)
    with pdf.table(
        col_widths=_widths(grid),
        line_height=5,
        padding=(1.1, 2),
        text_align="LEFT",
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        cell_fill_color=_PALE,
        cell_fill_mode=TableCellFillMode.EVEN_ROWS,
        headings_style=FontFace(emphasis="BOLD", color=(255, 255, 255), fill_color=_AMBER),
    ) as table:
        for row in (grid.header, *grid.rows):
            table.row(row)
    pdf.ln(4)


def _widths(grid: Table) -> tuple[float, ...]:
    """Compute the widths of columns: long cells get more, but less than in proportion."""
    columns = zip(grid.header, *grid.rows, strict=True)
    return tuple(max(len(cell) for cell in column) ** 0.72 + 2 for column in columns)
