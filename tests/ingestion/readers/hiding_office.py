"""Office files that hide the word Secret beside the word Seen, or show the word Kept in a rare way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Maker = Callable[[Path], object]

_SLIDE_WIDTH = 10  # inches


def docx(change: Callable[[Any], object]) -> Maker:
    """A Word document after `change`."""

    def make(path: Path) -> None:
        from docx import Document

        made = Document()
        made.add_paragraph("Seen.")
        change(made)
        made.save(str(path))

    return make


def run(text: str = "Secret", *, hidden: bool | None = None, white: bool = False, points: int | None = None) -> Maker:
    """A Word document with one run that looks so."""

    def change(made: Any) -> None:
        from docx.shared import Pt, RGBColor

        each = made.add_paragraph("Seen ").add_run(text)
        each.font.hidden = hidden
        each.font.size = Pt(points) if points else None
        if white:
            each.font.color.rgb = RGBColor(255, 255, 255)

    return docx(change)


def styled(kind: int, *, white: bool = False) -> Maker:
    """A Word document in which a style of characters (2) or paragraphs (1), based on another, hides words."""

    def change(made: Any) -> None:
        from docx.shared import RGBColor

        below = made.styles.add_style("Below", kind)
        above = made.styles.add_style("Above", kind)
        above.base_style = below
        below.font.hidden = None if white else True
        if white:
            below.font.color.rgb = RGBColor(254, 254, 254)
        if kind == 1:
            made.add_paragraph("Secret", style=above)
        else:
            made.add_paragraph("Seen ").add_run("Secret", style=above)

    return docx(change)


def shaded(*, cell: bool) -> Maker:
    """White words on a shaded cell, or in a shaded paragraph."""

    def change(made: Any) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import RGBColor

        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "1F3864")
        if cell:
            table = made.add_table(2, 2)
            table.cell(1, 1).text = "b"
            owner = table.cell(0, 0)
            owner._tc.get_or_add_tcPr().append(shade)
            paragraph = owner.paragraphs[0]
        else:
            paragraph = made.add_paragraph()
            paragraph._p.get_or_add_pPr().append(shade)
        paragraph.add_run("Kept").font.color.rgb = RGBColor(255, 255, 255)

    return docx(change)


def in_table(change: Callable[[Any], object]) -> Maker:
    """A Word document with a table of two rows, whose last cell says Secret, after `change` of that cell's node."""

    def add(made: Any) -> None:
        table = made.add_table(2, 2)
        table.cell(0, 0).text, table.cell(1, 1).text = "Seen", "Secret"
        change(table.cell(1, 1)._tc)

    return docx(add)


def _cover(name: str) -> Callable[[Any], object]:
    def change(cell: Any) -> None:
        from docx.oxml import OxmlElement

        cell.get_or_add_tcPr().append(OxmlElement(f"w:{name}"))

    return change


def _delete_row(cell: Any) -> None:
    from docx.oxml import OxmlElement

    cell.getparent().get_or_add_trPr().append(OxmlElement("w:del"))


def _clear(made: Any) -> None:
    from docx.oxml import parse_xml

    word = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    properties = made.add_paragraph("Seen ").add_run("Kept")._r.get_or_add_rPr()
    properties.append(parse_xml(f"<w14:textFill {word}><w14:noFill/></w14:textFill>"))


def _mark_alone(made: Any) -> None:
    """Only the end of a paragraph is hidden, as programs do it where two headings share a line."""
    from docx.oxml import OxmlElement

    paragraph = made.add_paragraph("Kept")
    marks = OxmlElement("w:rPr")
    marks.append(OxmlElement("w:vanish"))
    paragraph._p.get_or_add_pPr().append(marks)


def _rgb(red: int, green: int, blue: int) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor(red, green, blue)  # type: ignore[no-untyped-call]  # it has no annotations


def pptx(change: Callable[[Any, Any], object]) -> Maker:
    """A presentation with a title, and an empty slide after `change`."""

    def make(path: Path) -> None:
        from pptx import Presentation

        made = Presentation()
        made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = "Seen"
        change(made, made.slides.add_slide(made.slide_layouts[6]))
        made.save(str(path))

    return make


def box(slide: Any, text: str, *, left: float = 1, points: int | None = None, white: bool = True) -> Any:
    """A box of words on a slide."""
    from pptx.util import Inches, Pt

    made = slide.shapes.add_textbox(Inches(left), Inches(1), Inches(3), Inches(1))
    words = made.text_frame.paragraphs[0].add_run()
    words.text = text
    words.font.size = Pt(points) if points else None
    if white:
        words.font.color.rgb = _rgb(255, 255, 255)
    return made


def _not_shown(_: Any, slide: Any) -> None:
    box(slide, "Secret", white=False)
    slide.notes_slide.notes_text_frame.text = "Secret"
    slide._element.set("show", "0")


def _hidden_shape(_: Any, slide: Any) -> None:
    box(slide, "Secret", white=False)._element.nvSpPr.cNvPr.set("hidden", "1")


def _by_theme(_: Any, slide: Any) -> None:
    from pptx.enum.dml import MSO_THEME_COLOR

    made = box(slide, "Secret")
    made.text_frame.paragraphs[0].runs[0].font.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1


def _on_fill(_: Any, slide: Any) -> None:

    made = box(slide, "Kept")
    made.fill.solid()
    made.fill.fore_color.rgb = _rgb(0, 0, 120)


def _dark_slide(_: Any, slide: Any) -> None:

    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = _rgb(10, 10, 10)
    box(slide, "Kept")


def _over_a_shape(_: Any, slide: Any) -> None:
    from pptx.util import Inches

    slide.shapes.add_shape(1, 0, 0, Inches(9), Inches(3))
    box(slide, "Kept")


def _covered_on_slide(name: str) -> Callable[[Any, Any], object]:
    """A table in which the cell beside, or below, the first one is covered by it."""

    def change(_: Any, slide: Any) -> None:
        from pptx.util import Inches

        table = slide.shapes.add_table(2, 2, 0, 0, Inches(3), Inches(1)).table
        covered = table.cell(0, 1) if name == "hMerge" else table.cell(1, 0)
        table.cell(0, 0).text, covered.text = "Seen", "Secret"
        covered._tc.set(name, "1")

    return change


def _table_head(_: Any, slide: Any) -> None:
    from pptx.util import Inches

    table = slide.shapes.add_table(2, 2, 0, 0, Inches(3), Inches(1)).table
    table.cell(0, 0).text, table.cell(1, 1).text = "Kept", "b"
    table.cell(0, 0).text_frame.paragraphs[0].runs[0].font.color.rgb = _rgb(255, 255, 255)


def xlsx(change: Callable[[Any, Any], object], word: str = "Secret") -> Maker:
    """A workbook of four rows, whose third holds `word` in its second cell, after `change`."""

    def make(path: Path) -> None:
        from openpyxl import Workbook

        made = Workbook()
        sheet = made.active
        for row in (["Name", "Code", "City"], ["Seen", "1", "Lyon"], ["Ana", word, "Paris"], ["Bob", "3", "Seen"]):
            sheet.append(row)
        change(made, sheet)
        made.save(path)

    return make


def _font(sheet: Any, fill: str | None = None) -> None:
    from openpyxl.styles import Font, PatternFill

    sheet["B3"].font = Font(color="FFFFFFFF")
    if fill:
        sheet["B3"].fill = PatternFill("solid", fgColor=fill)


def _hidden_sheet(state: str) -> Callable[[Any, Any], object]:
    def change(made: Any, sheet: Any) -> None:
        sheet["B3"] = "2"
        other = made.create_sheet("Other")
        other.append(["Secret"])
        other.sheet_state = state

    return change


def _row(_: Any, sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = True


def _filtered(_: Any, sheet: Any) -> None:
    sheet.auto_filter.ref = "A1:C4"
    sheet.auto_filter.add_filter_column(0, ["Seen"])
    sheet.row_dimensions[3].hidden = True


def _outlined(_: Any, sheet: Any) -> None:
    sheet.row_dimensions.group(3, 3, hidden=True)


def _in_a_table(_: Any, sheet: Any) -> None:
    from openpyxl.worksheet.table import Table, TableStyleInfo

    table = Table(displayName="T", ref="A1:C4")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleDark1", showRowStripes=True)
    sheet.add_table(table)
    _font(sheet)


def _covered(area: str) -> Callable[[Any, Any], object]:
    """Merge an area, and keep the values below: openpyxl itself would take them away."""

    def change(_: Any, sheet: Any) -> None:
        sheet.merged_cells.add(area)

    return change


def _first_of_merged(_: Any, sheet: Any) -> None:
    sheet["C3"] = None
    sheet.merged_cells.add("B3:C3")


def _column(_: Any, sheet: Any) -> None:
    sheet.column_dimensions["B"].hidden = True


def _format(number_format: str) -> Callable[[Any, Any], object]:
    def change(_: Any, sheet: Any) -> None:
        sheet["B3"].number_format = number_format

    return change


HIDDEN: dict[str, tuple[str, Maker]] = {
    "vanished": (".docx", run(hidden=True)),
    "white": (".docx", run(white=True)),
    "tiny": (".docx", run(points=1)),
    "a style of characters": (".docx", styled(2)),
    "a style of paragraphs": (".docx", styled(1, white=True)),
    "a hidden slide": (".pptx", pptx(_not_shown)),
    "a hidden shape": (".pptx", pptx(_hidden_shape)),
    "white words": (".pptx", pptx(lambda _, slide: box(slide, "Secret"))),
    "the theme's white": (".pptx", pptx(_by_theme)),
    "tiny words": (".pptx", pptx(lambda _, slide: box(slide, "Secret", points=1, white=False))),
    "beside the slide": (".pptx", pptx(lambda _, slide: box(slide, "Secret", left=_SLIDE_WIDTH + 1, white=False))),
    "a hidden row": (".xlsx", xlsx(_row)),
    "a hidden column": (".xlsx", xlsx(_column)),
    "a hidden sheet": (".xlsx", xlsx(_hidden_sheet("hidden"))),
    "a very hidden sheet": (".xlsx", xlsx(_hidden_sheet("veryHidden"))),
    "a format that shows nothing": (".xlsx", xlsx(_format(";;;"))),
    "a format that shows no words": (".xlsx", xlsx(_format('0;-0;0;"none; at all"'))),
    "below a merged cell": (".xlsx", xlsx(_covered("A3:B3"))),
    "below a tall merged cell": (".xlsx", xlsx(_covered("B2:B400"))),
    "below a cell merged across": (".docx", in_table(_cover("hMerge"))),
    "below a cell merged down": (".docx", in_table(_cover("vMerge"))),
    "a deleted row": (".docx", in_table(_delete_row)),
    "below a slide's cell merged across": (".pptx", pptx(_covered_on_slide("hMerge"))),
    "below a slide's cell merged down": (".pptx", pptx(_covered_on_slide("vMerge"))),
    "a white font": (".xlsx", xlsx(lambda _, sheet: _font(sheet))),
    "white on a white fill": (".xlsx", xlsx(lambda _, sheet: _font(sheet, "FFFFFFFF"))),
}

SHOWN: dict[str, tuple[str, Maker]] = {
    "not hidden": (".docx", run("Kept", hidden=False, points=8)),
    "white in a dark cell": (".docx", shaded(cell=True)),
    "white in a dark paragraph": (".docx", shaded(cell=False)),
    "a hidden end of a paragraph": (".docx", docx(_mark_alone)),
    "white in a dark box": (".pptx", pptx(_on_fill)),
    "white on a dark slide": (".pptx", pptx(_dark_slide)),
    "white on blue": (".xlsx", xlsx(lambda _, sheet: _font(sheet, "FF1F3864"), "Kept")),
    "a usual format": (".xlsx", xlsx(_format("0;-0;;@"), "Kept")),
    "a format with words": (".xlsx", xlsx(_format('"a;b";0;0;"about "@'), "Kept")),
    "the first of merged cells": (".xlsx", xlsx(_first_of_merged, "Kept")),
}

DOUBTFUL: dict[str, tuple[str, Maker]] = {
    "clear words": (".docx", docx(_clear)),
    "white over a shape": (".pptx", pptx(_over_a_shape)),
    "a table's white heading": (".pptx", pptx(_table_head)),
    "a filtered row": (".xlsx", xlsx(_filtered, "Kept")),
    "a closed outline": (".xlsx", xlsx(_outlined, "Kept")),
    "a table's style": (".xlsx", xlsx(_in_a_table, "Kept")),
}
