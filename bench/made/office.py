"""Makes Office files with unusual features, each of which holds words of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import docx
import openpyxl
import pptx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

if TYPE_CHECKING:
    from pathlib import Path

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RAW = {  # features that python-docx cannot write
    "wcontrolled": "<w:p {w}><w:sdt><w:sdtContent><w:r><w:t>wcontrolled</w:t></w:r></w:sdtContent></w:sdt></w:p>",
    "winserted": '<w:p {w}><w:ins w:id="9" w:author="Ana"><w:r><w:t>winserted</w:t></w:r></w:ins></w:p>',
    "wfielded": '<w:p {w}><w:fldSimple w:instr="QUOTE x"><w:r><w:t>wfielded</w:t></w:r></w:fldSimple></w:p>',
    "wboxed": (
        '<w:p {w} xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:pict><v:shape style="width:90pt;height:40pt">'
        "<v:textbox><w:txbxContent><w:p><w:r><w:t>wboxed</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape>"
        "</w:pict></w:r></w:p>"
    ),
    "مرحبا": "<w:p {w}><w:pPr><w:bidi/></w:pPr><w:r><w:rPr><w:rtl/></w:rPr><w:t>مرحبا</w:t></w:r></w:p>",
    "wupper": "<w:p {w}><w:r><w:rPr><w:caps/></w:rPr><w:t>wupper</w:t></w:r></w:p>",
    "wbroken": "<w:p {w}><w:r><w:t>wbro</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>ken</w:t></w:r></w:p>",
}
_HIDDEN = "<w:p {w}><w:r><w:rPr><w:vanish/></w:rPr><w:t>wvanished</w:t></w:r></w:p>"


def make_word(path: Path) -> tuple[set[str], set[str]]:
    """Write a Word document; return the words that people see in it, and those that they do not."""
    made = docx.Document()
    seen = {"wtitled", "wplain", "wlisted", "wnested", "wmerged", "wcelled", "winner", "wheaded", "wfooted", "wnoted"}
    made.add_heading("wtitled", 1)
    plain = made.add_paragraph("wplain")
    made.add_comment(plain.runs, text="wnoted", author="Ana")
    made.add_paragraph("wlisted", style="List Bullet")
    made.add_paragraph("wnested", style="List Bullet 2")
    table = made.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(1, 1)).text = "wmerged"
    table.cell(2, 2).text = "wcelled"
    table.cell(2, 0).add_table(1, 1).cell(0, 0).text = "winner"
    made.sections[0].header.paragraphs[0].text = "wheaded"
    made.sections[0].footer.paragraphs[0].text = "wfooted"
    for word, raw in [*_RAW.items(), ("", _HIDDEN)]:
        made.element.body.insert(-1, parse_xml(raw.format(w=_W)))
        seen |= {word} if word else set()
    columns = parse_xml(f"<w:cols {nsdecls('w')} w:num='2'/>")
    made.sections[0]._sectPr.append(columns)  # python-docx has no columns
    made.save(str(path))
    return seen, {"wvanished"}


def make_workbook(path: Path) -> tuple[set[str], set[str]]:
    """Write a workbook; return the words that people see in it, and those that they do not."""
    made = openpyxl.Workbook()
    sheet: Any = made.active
    sheet.title = "xsheet"
    for row in (["xcity", "xlimit"], ["xlyon", 1234.5], ["xoslo", 0.256]):
        sheet.append(row)
    sheet["B2"].number_format, sheet["B3"].number_format = "#,##0.00", "0.0%"
    sheet["A6"] = "xmerged"
    sheet.merge_cells("A6:C8")
    sheet["A2"].comment = Comment("xnoted", "Ana")
    sheet["A10"] = "xlong " * 200
    sheet.oddHeader.center.text, sheet.oddFooter.left.text = "xheaded xtwice", "xfooted xagain"
    chart: Any = BarChart()
    chart.title = "xcharted"
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "E2")
    right = made.create_sheet("xright")
    right.sheet_view.rightToLeft = True
    right.append(["שלום"])
    hidden = made.create_sheet("xhidden")
    hidden.append(["xsecret"])
    hidden.sheet_state = "hidden"
    made.save(path)
    seen = {"xsheet", "xcity", "xlimit", "xlyon", "xoslo", "xmerged", "xnoted", "xlong", "xheaded", "xtwice", "xfooted"}
    return seen | {"xagain", "xcharted", "xright", "שלום"}, {"xsecret"}


def make_slides(path: Path) -> tuple[set[str], set[str]]:
    """Write a presentation; return the words that people see in it, and those that they do not."""
    made = pptx.Presentation()
    slide: Any = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = "ptitled", "pbody"
    slide.notes_slide.notes_text_frame.text = "pspoken"
    group = slide.shapes.add_group_shape()
    group.shapes.add_group_shape().shapes.add_textbox(0, 0, Inches(2), Inches(1)).text_frame.text = "pgrouped"
    upright = slide.shapes.add_textbox(Inches(7), 0, Inches(1), Inches(3))
    upright.text_frame.text = "pupright"
    upright.text_frame._txBody.bodyPr.set("vert", "vert270")  # python-pptx has no direction of text
    turned = slide.shapes.add_textbox(Inches(4), Inches(4), Inches(2), Inches(1))
    turned.text_frame.text, turned.rotation = "pturned", 90
    other: Any = made.slides.add_slide(made.slide_layouts[5])
    other.shapes.title.text = "pother"
    table = other.shapes.add_table(2, 2, 0, Inches(2), Inches(4), Inches(1)).table
    table.cell(0, 0).text, table.cell(1, 1).text = "pmerged", "pcelled"
    table.cell(0, 0).merge(table.cell(0, 1))
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]  # python-pptx has no types
    data.categories = ["pcategory"]
    data.add_series("pseries", (12,))
    other.shapes.add_chart(XL_CHART_TYPE.PIE, Inches(4), Inches(3), Inches(4), Inches(3), data)
    hidden: Any = made.slides.add_slide(made.slide_layouts[5])
    hidden.shapes.title.text = "psecret"
    hidden._element.set("show", "0")  # python-pptx has no hidden slides
    made.save(str(path))
    seen = {"ptitled", "pbody", "pspoken", "pgrouped", "pupright", "pturned", "pother", "pmerged", "pcelled"}
    return seen | {"pcategory", "pseries"}, {"psecret"}
