"""Draw a paper as a PDF. Decides its look; knows nothing of what the paper says."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from functools import partial
from typing import cast

from fpdf import FPDF, FontFace, XPos, YPos
from fpdf.enums import TableBordersLayout, TableCellFillMode
from fpdf.outline import OutlineSection

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
    """A4 pages with the running head and foot of one paper."""

    def __init__(self, paper: SampleDocument) -> None:
        super().__init__(format="A4")
        self.paper = paper
        self.core_fonts_encoding = "cp1252"
        self.set_margins(_MARGIN, 20, _MARGIN)
        self.set_auto_page_break(auto=True, margin=22)

    def header(self) -> None:
        if self.page_no() == 1:
            return
        self.set_font("Helvetica", size=8.5)
        self.set_text_color(*_GREY)
        self.set_y(11)
        self.cell(0, 5, self.paper.title)
        self.set_x(_MARGIN)
        self.cell(0, 5, self.paper.reference, align="R")
        self.set_y(22)

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font("Helvetica", size=8.5)
        self.set_text_color(*_GREY)
        self.cell(0, 5, "Maison Lumière")
        self.set_x(_MARGIN)
        self.cell(0, 5, f"Page {self.page_no()}", align="R")


def write_pdf(paper: SampleDocument) -> bytes:
    """The bytes of the PDF, the same for the same paper."""
    sheet = _PdfPages(paper)
    _describe(sheet, paper)
    sheet.add_page()
    _draw_front(sheet, paper)
    if paper.contents:
        sheet.insert_toc_placeholder(partial(_draw_contents, heading=paper.contents), pages=1)
    for group in _group_with_headings(paper.blocks):
        _draw_together(sheet, group)
    return bytes(sheet.output())


def _describe(sheet: _PdfPages, paper: SampleDocument) -> None:
    sheet.set_title(paper.title)
    sheet.set_author(paper.author)
    sheet.set_subject(paper.subtitle)
    sheet.set_lang(paper.language)
    sheet.set_creation_date(datetime.combine(paper.written_on, time(9), UTC))


def _draw_front(sheet: _PdfPages, paper: SampleDocument) -> None:
    sheet.set_fill_color(*_AMBER)
    sheet.rect(_MARGIN, 22, 16, 2.2, style="F")
    sheet.set_y(29)
    _write(sheet, paper.title, size=25, line=11, style="B")
    sheet.ln(1)
    _write(sheet, paper.subtitle, size=13, line=6.5, colour=_GREY)
    sheet.ln(3)
    dated = f"{paper.reference} · {paper.written_on:%d/%m/%Y} · {paper.author}"
    _write(sheet, dated, size=9, line=4.6, colour=_GREY)
    sheet.set_draw_color(*_AMBER)
    sheet.line(_MARGIN, sheet.get_y() + 3, sheet.w - _MARGIN, sheet.get_y() + 3)
    sheet.ln(8)


def _draw_contents(sheet: FPDF, outline: list[OutlineSection], *, heading: str) -> None:
    sheet.set_x(_MARGIN)
    _write(sheet, heading, size=_HEADING_SIZES[1], line=8, style="B", colour=_AMBER)
    sheet.ln(2)
    for section in outline:
        sheet.set_font("Helvetica", style="" if section.level else "B", size=_BODY)
        sheet.set_text_color(*_INK)
        sheet.set_x(_MARGIN + 6 * section.level)
        sheet.cell(0, 6.2, section.name)
        sheet.set_x(_MARGIN)
        sheet.cell(0, 6.2, str(section.page_number), align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _write(
    sheet: FPDF,
    text: str,
    *,
    size: float = _BODY,
    line: float = _LINE,
    style: str = "",
    colour: tuple[int, int, int] = _INK,
) -> None:
    sheet.set_font("Helvetica", style=style, size=size)
    sheet.set_text_color(*colour)
    sheet.multi_cell(0, line, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _group_with_headings(blocks: tuple[Block, ...]) -> list[list[Block]]:
    """Each block with the headings right above it: a heading never ends a page."""
    groups: list[list[Block]] = [[]]
    for block in blocks:
        groups[-1].append(block)
        if not isinstance(block, Heading):
            groups.append([])
    return [group for group in groups if group]


def _draw_together(sheet: _PdfPages, group: list[Block]) -> None:
    with sheet.offset_rendering() as rehearsal:
        # The recorder stands in for the sheet without being one.
        _draw_all(cast("FPDF", rehearsal), group)
    if rehearsal.page_break_triggered and sheet.get_y() > _TOP:
        sheet.add_page()
    _draw_all(sheet, group)


def _draw_all(sheet: FPDF, group: list[Block]) -> None:
    for block in group:
        _draw(sheet, block)


def _draw(sheet: FPDF, block: Block) -> None:
    match block:
        case Heading():
            _draw_heading(sheet, block)
        case Paragraph(text):
            _write(sheet, text)
            sheet.ln(2.4)
        case Callout(text):
            _draw_note(sheet, text)
        case BulletList():
            _draw_points(sheet, block)
        case Table():
            _draw_grid(sheet, block)
        case CodeBlock(lines):
            _draw_code(sheet, lines)


def _draw_heading(sheet: FPDF, heading: Heading) -> None:
    size = _HEADING_SIZES[heading.level]
    if sheet.get_y() > _TOP:
        sheet.ln(5 if heading.level == 1 else 2)
    sheet.start_section(heading.text, level=heading.level - 1)
    _write(sheet, heading.text, size=size, line=size / 2, style="B", colour=_AMBER if heading.level == 1 else _INK)
    sheet.ln(1.8)


def _draw_note(sheet: FPDF, text: str) -> None:
    with _boxed(sheet, _PALE):
        sheet.set_font("Helvetica", style="I", size=_BODY)
        sheet.set_text_color(*_INK)
        sheet.multi_cell(0, _LINE, text, align="L", fill=True, padding=3, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _draw_code(sheet: FPDF, lines: tuple[str, ...]) -> None:
    with _boxed(sheet, _CODE):
        sheet.set_font("Courier", size=_CODE_SIZE)
        sheet.set_text_color(*_INK)
        text = "\n".join(lines)
        sheet.multi_cell(0, 4.6, text, align="L", fill=True, padding=3, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


@contextmanager
def _boxed(sheet: FPDF, colour: tuple[int, int, int]) -> Iterator[None]:
    sheet.set_fill_color(*colour)
    sheet.ln(0.8)
    yield
    sheet.ln(3.2)


def _draw_points(sheet: FPDF, points: BulletList) -> None:
    for at, item in enumerate(points.items, start=1):
        sheet.set_font("Helvetica", size=_BODY)
        sheet.set_text_color(*_AMBER)
        sheet.set_x(_MARGIN + 2)
        sheet.cell(7, _LINE, f"{at}." if points.numbered else "•")
        sheet.set_text_color(*_INK)
        sheet.multi_cell(0, _LINE, item, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        sheet.ln(0.9)
    sheet.ln(1.8)


def _draw_grid(sheet: FPDF, grid: Table) -> None:
    sheet.ln(0.8)
    sheet.set_font("Helvetica", size=9.3)
    sheet.set_text_color(*_INK)
    sheet.set_draw_color(205, 198, 186)
    sheet.set_fill_color(255, 255, 255)
    with sheet.table(
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
    sheet.ln(4)


def _widths(grid: Table) -> tuple[float, ...]:
    """Shares of the page: a column of long cells gets more, but never as much more as it is longer."""
    columns = zip(grid.header, *grid.rows, strict=True)
    return tuple(max(len(cell) for cell in column) ** 0.72 + 2 for column in columns)
