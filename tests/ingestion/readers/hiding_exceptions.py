"""Files that hide the word Secret in the ways that SECURITY.md says remain, by its own words for each."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

from tests.ingestion.readers import hiding_office, hiding_pages, hiding_pdf, raw_pdf
from tests.ingestion.readers.hiding_office import box, docx, pptx, xlsx
from tests.ingestion.readers.hiding_pages import odt, page
from tests.ingestion.readers.office.word_files import paragraph, write_word_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Maker = Callable[[Path], object]

_INCH = 914_400
_DRAWN = b"BT /F 12 Tf 50 500 Td (Secret words) Tj ET"


def _linked_style(path: Path) -> None:
    path.with_name("a.css").write_text(".x { display: none }")
    page('<p class="x">Secret</p>', '<link rel="stylesheet" href="a.css">')(path)


def _styled(css: str, body: str = '<p class="x">Secret</p>') -> Maker:
    return page(body, f"<style>{css}</style>")


def _optional_layer(path: Path) -> None:
    """A page whose middle line belongs to a layer that the file switches off."""
    text = b"BT /F 12 Tf 50 %d Td (%b) Tj ET"
    drawn = b"%b /OC /L BDC %b EMC" % (text % (700, b"Seen, a line."), text % (650, b"Secret words"))
    layer, tree = b"<< /Type /OCG /Name (L) >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    off = b"/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >>"
    resources = b"/Font << /F 5 0 R >> /Properties << /L 6 0 R >>"
    place = b"/MediaBox [0 0 600 800] /Contents 4 0 R"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %b >>" % off,
        tree,
        b"<< /Type /Page /Parent 2 0 R %b /Resources << %b >> >>" % (place, resources),
        raw_pdf.stream(drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        layer,
    ]
    path.write_bytes(raw_pdf.raw(objects))


def _dark_on_dark(made: Any) -> None:
    made.set_fill_color(0)
    hiding_pdf.line(made, "Secret words", fill=True)


def _under_a_scan(made: Any) -> None:
    from PIL import Image

    made.image(Image.new("L", (600, 800), 200), x=0, y=0, w=made.w, h=made.h)
    with made.local_context(text_mode=3):
        hiding_pdf.line(made, "Secret words of a scanned page")


def _theme_cell(_: Any, sheet: Any) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.styles.colors import Color

    sheet["B3"].font = Font(color=Color(theme=4))
    sheet["B3"].fill = PatternFill("solid", fgColor=Color(theme=4))


def _whitened(_: Any, sheet: Any) -> None:
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import Font

    sheet.conditional_formatting.add("B3", FormulaRule(formula=["TRUE"], font=Font(color="FFFFFFFF")))


def _indented_cell(_: Any, sheet: Any) -> None:
    from openpyxl.styles import Alignment

    sheet["B3"].alignment = Alignment(horizontal="left", indent=250)


def _word(body: str) -> Maker:
    return lambda path: write_word_file(path, paragraph("Seen.") + body)


def _theme_words(made: Any) -> None:
    from docx.enum.dml import MSO_THEME_COLOR
    from docx.oxml import parse_xml

    named = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    added = made.add_paragraph()
    added._p.get_or_add_pPr().append(parse_xml(f'<w:shd {named} w:val="clear" w:themeFill="accent1"/>'))
    added.add_run("Secret").font.color.theme_color = MSO_THEME_COLOR.ACCENT_1


def _beside_the_page(made: Any) -> None:
    from docx.shared import Inches

    made.add_paragraph("Secret").paragraph_format.left_indent = Inches(-20)


def _narrow_cell(cell: Any) -> None:
    from docx.oxml import parse_xml

    named = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    properties = cell.get_or_add_tcPr()
    properties.insert(0, parse_xml(f'<w:tcW {named} w:w="0" w:type="dxa"/>'))


def _animated(_: Any, slide: Any) -> None:
    """A box that leaves the slide as soon as it is shown."""
    from lxml import etree

    made = box(slide, "Secret", white=False)
    drawing = "http://schemas.openxmlformats.org/presentationml/2006/main"
    effect = (
        f'<p:timing xmlns:p="{drawing}"><p:tnLst><p:par><p:cTn id="1" dur="indefinite" nodeType="tmRoot"><p:childTnLst>'
        '<p:par><p:cTn id="2" presetID="1" presetClass="exit" nodeType="afterEffect"><p:childTnLst><p:set><p:cBhvr>'
        f'<p:cTn id="3" dur="1"/><p:tgtEl><p:spTgt spid="{made.shape_id}"/></p:tgtEl><p:attrNameLst>'
        '<p:attrName>style.visibility</p:attrName></p:attrNameLst></p:cBhvr><p:to><p:strVal val="hidden"/></p:to>'
        "</p:set></p:childTnLst></p:cTn></p:par></p:childTnLst></p:cTn></p:par></p:tnLst></p:timing>"
    )
    slide._element.append(etree.fromstring(effect))


def _covered(_: Any, slide: Any) -> None:
    box(slide, "Secret", white=False)
    cover = slide.shapes.add_shape(1, 0, 0, 10 * _INCH, 7 * _INCH)
    cover.fill.solid()
    cover.fill.fore_color.rgb = hiding_office._rgb(255, 255, 255)


def _pushed_away(_: Any, slide: Any) -> None:
    box(slide, "Secret", white=False).text_frame.margin_left = 40 * _INCH


def _white_chart(_: Any, slide: Any) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    data = CategoryChartData()  # type: ignore[no-untyped-call] # it has no annotations
    data.categories = ["Secret", "b"]
    data.add_series("Seen", (1.0, 2.0))  # type: ignore[no-untyped-call] # it has no annotations
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, 5 * _INCH, 3 * _INCH, data).chart
    chart.font.color.rgb = hiding_office._rgb(255, 255, 255)


def _white_smart_art(path: Path) -> None:
    """A diagram whose words are white."""
    pptx(lambda *_: None)(path)
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/"
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    looks = '<a:rPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:rPr>'
    words = f"<dgm:t><a:bodyPr/><a:p><a:r>{looks}<a:t>Secret</a:t></a:r></a:p></dgm:t>"
    point = f'<dgm:ptLst><dgm:pt modelId="1">{words}</dgm:pt></dgm:ptLst>'
    spaces = f'xmlns:dgm="{drawing}diagram" xmlns:a="{drawing}main"'
    parts["ppt/diagrams/data1.xml"] = f"<dgm:dataModel {spaces}>{point}</dgm:dataModel>".encode()
    relations = "ppt/slides/_rels/slide2.xml.rels"
    relation = f'<Relationship Id="rIdD" Type="{kinds}/diagramData" Target="../diagrams/data1.xml"/></Relationships>'
    parts[relations] = parts[relations].replace(b"</Relationships>", relation.encode())
    frame = (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="9" name="d"/><p:cNvGraphicFramePr/><p:nvPr/>'
        f'</p:nvGraphicFramePr><p:xfrm><a:off x="0" y="0"/><a:ext cx="{_INCH}" cy="{_INCH}"/></p:xfrm><a:graphic>'
        f'<a:graphicData uri="{drawing}diagram"><dgm:relIds xmlns:dgm="{drawing}diagram" xmlns:r="{kinds}" '
        'r:dm="rIdD"/></a:graphicData></a:graphic></p:graphicFrame></p:spTree>'
    )
    parts["ppt/slides/slide2.xml"] = parts["ppt/slides/slide2.xml"].replace(b"</p:spTree>", frame.encode())
    kind = "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml"
    types = f'<Override PartName="/ppt/diagrams/data1.xml" ContentType="{kind}"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", types.encode())
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)


def _odt_style(family: str, kind: str, properties: str) -> str:
    inner = f"<style:{kind}-properties {properties}/>"
    return f'<style:style style:name="S" style:family="{family}">{inner}</style:style>'


_ODT_SPAN = '<text:p>Seen <text:span text:style-name="S">Secret</text:span></text:p>'
_ODT_ROW = "".join(f"<table:table-cell><text:p>{word}</text:p></table:table-cell>" for word in ("Seen", "Secret"))
_ODT_TABLE = (
    "<table:table><table:table-column/><table:table-column table:visibility='collapse'/>"
    f"<table:table-row>{_ODT_ROW}</table:table-row></table:table>"
)
_ODT_VARIABLE = '<text:p>Seen <text:variable-set text:name="v" text:display="none">Secret</text:variable-set></text:p>'

EXCEPTIONS: dict[tuple[str, str], tuple[str, Maker]] = {
    ("In all formats", "fonts that draw other letters"): (
        ".html",
        _styled("@font-face { font-family: F; src: url(data:font/woff2;base64,AAAA) } .x { font-family: F }"),
    ),
    ("In pages", "what a script would hide"): (
        ".html",
        page('<p id="x">Secret</p><script>document.getElementById("x").hidden = true</script>'),
    ),
    ("In pages", "what a linked style sheet would hide: it is not fetched"): (".html", _linked_style),
    ("In pages", "a tree that the browser builds in another way than lxml, as of links within links"): (
        ".html",
        _styled(
            ".x { display: none } a b a { display: inline !important }",
            '<p><a href="1">Seen <b><a class="x" href="2">Secret</a></b></a></p>',
        ),
    ),
    ("In pages", "the title of a drawing, where the page has none: it names the document"): (
        ".html",
        hiding_pages.text("<body><p>Seen</p><svg><title>Secret</title><path/></svg></body>"),
    ),
    ("In pages", "places counted from the right edge in percent"): (
        ".html",
        _styled(".x { position: absolute; right: 200% }"),
    ),
    ("In pages", "columns that are collapsed"): (
        ".html",
        _styled(
            ".x { visibility: collapse }", "<table><col><col class=x><tr><td>Seen</td><td>Secret</td></tr></table>"
        ),
    ),
    ("In pages", "styles that depend on `@property`"): (
        ".html",
        _styled("@property --d { syntax: '*'; inherits: false; initial-value: none } .x { display: var(--d) }"),
    ),
    ("In pages", "styles that depend on `!important` in layers"): (
        ".html",
        _styled(
            "@layer a, b; @layer a { .x { display: none !important } } @layer b { .x { display: block !important } }"
        ),
    ),
    ("In pages", "styles that depend on `if()`"): (
        ".html",
        _styled(".x { display: block; display: if(media(all): none; else: block) }"),
    ),
    ("In PDF", "the text layer over a scan's picture, so that a scan may hide text under its picture"): (
        ".pdf",
        hiding_pdf.pdf(_under_a_scan),
    ),
    ("In PDF", "optional layers"): (".pdf", _optional_layer),
    ("In PDF", "dark text on a dark ground"): (".pdf", hiding_pdf.pdf(_dark_on_dark)),
    ("In PDF", "what a soft mask hides"): hiding_pdf.layered(b"/Masked gs " + _DRAWN),
    ("In PDF", "letters pushed together"): hiding_pdf.layered(_DRAWN.replace(b"BT", b"BT -5 Tc")),
    ("In PDF", "clips of more than 64 points"): hiding_pdf.layered(
        b"0 0 m " + b"1 0 l 0 1 l " * 40 + b"h W n " + _DRAWN
    ),
    ("In PDF", "words under a shape of an annotation that has no drawing of its own"): hiding_pdf.layered(
        _DRAWN, over=b"<< /Type /Annot /Subtype /Square /Rect [40 480 540 530] /IC [1 1 1] >>"
    ),
    ("In PDF", "words under a picture that a form paints"): hiding_pdf.layered(
        _DRAWN + b"/X0 Do",
        (b"/BBox [0 0 600 800]", b"500 0 0 50 40 480 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \xff EI"),
    ),
    ("In PDF", "words under shapes that are no boxes"): hiding_pdf.layered(
        _DRAWN + b"1 g 0 400 m 600 400 l 0 700 l h f"
    ),
    ("In Word", "colours of a theme other than its black and white"): (".docx", docx(_theme_words)),
    ("In Word", "letters pushed together"): (".docx", _word(paragraph("Secret", '<w:spacing w:val="-2000"/>'))),
    ("In Word", "words beside the page"): (".docx", docx(_beside_the_page)),
    ("In Word", "columns of no width"): (".docx", hiding_office.in_table(_narrow_cell)),
    ("In Word", "words raised or lowered far away"): (
        ".docx",
        _word(paragraph("Secret", '<w:position w:val="3000"/>')),
    ),
    ("In Excel", "colours of a theme other than its black and white"): (".xlsx", xlsx(_theme_cell)),
    ("In Excel", "what a conditional format whitens"): (".xlsx", xlsx(_whitened)),
    ("In Excel", "indents wider than the sheet"): (".xlsx", xlsx(_indented_cell)),
    ("In PowerPoint", "what an animation hides"): (".pptx", pptx(_animated)),
    ("In PowerPoint", "words under a shape that covers them"): (".pptx", pptx(_covered)),
    ("In PowerPoint", "margins that push words away"): (".pptx", pptx(_pushed_away)),
    ("In PowerPoint", "the words of charts in the colour of their ground"): (".pptx", pptx(_white_chart)),
    ("In PowerPoint", "the words of SmartArt in the colour of their ground"): (".pptx", _white_smart_art),
    ("In ODT", "letters whose size is given in percent"): (
        ".odt",
        odt(_ODT_SPAN, hiding_pages._span('fo:font-size="0%"')),
    ),
    ("In ODT", "letters pushed together"): (
        ".odt",
        odt(_ODT_SPAN, hiding_pages._span('fo:letter-spacing="-1cm"')),
    ),
    ("In ODT", "letters scaled to no width"): (".odt", odt(_ODT_SPAN, hiding_pages._span('style:text-scale="0%"'))),
    ("In ODT", "lines of no size"): (
        ".odt",
        odt(
            '<text:p text:style-name="S">Secret</text:p>', _odt_style("paragraph", "paragraph", 'fo:line-height="0cm"')
        ),
    ),
    ("In ODT", "hidden columns"): (".odt", odt(_ODT_TABLE)),
    ("In ODT", "hidden variables"): (".odt", odt(_ODT_VARIABLE)),
}
