from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from ingestion.readers.elements import Element
from ingestion.readers.format_detection import read_document_file
from knowledge.core.failures import UnreadableDocument
from tests.ingestion.readers import samples

if TYPE_CHECKING:
    from pathlib import Path


def test_an_open_document_keeps_headings_lists_code_and_tables(tmp_path: Path) -> None:
    reading = read_document_file(samples.odt(tmp_path / "a.odt"))
    assert reading.title == "Guide des congés"
    assert reading.elements == [
        Element("Congés", "heading", 1),
        Element("Posez vos congés avant mars."),
        Element("Exceptions", "heading", 2),
        Element("Mariage", "list", 1),
        Element("du salarié", "list", 2),
        Element("conges --poser\n  --jours 5", "code"),
        Element("", "table", rows=(("Motif", "Jours", "Jours"), ("Naissance", "3", ""))),
    ]


def test_an_open_document_with_a_password_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"a\.odt is protected by a password: drop a copy without one\."):
        read_document_file(samples.odt(tmp_path / "a.odt", locked=True))


_CHART = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0"><office:body><office:chart><chart:chart>'
    "<chart:title><text:p>Nights</text:p></chart:title><table:table>"
    "<table:table-row><table:table-cell/><table:table-cell><text:p>2026</text:p></table:table-cell></table:table-row>"
    "<table:table-row><table:table-cell><text:p>Lyon</text:p></table:table-cell>"
    "<table:table-cell><text:p>125</text:p></table:table-cell></table:table-row>"
    "</table:table></chart:chart></office:chart></office:body></office:document-content>"
)
_CREATOR = '<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Ana</dc:creator>'
_OBJECT = (
    '<draw:frame xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0">'
    '<draw:object xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="./Object 1"/></draw:frame>'
)


def _add_margins(path: Path, margins: str) -> None:
    head = (
        _CHART[: _CHART.index("<office:body>")].replace("chart:1.0", "style:1.0").replace("xmlns:chart", "xmlns:style")
    )
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("styles.xml", f"{head}{margins}</office:document-content>")


_SHEET = (
    f"{_CHART[: _CHART.index('<office:chart>')]}<office:spreadsheet><table:table>"
    "<table:table-row><table:table-cell><text:p>Paris</text:p></table:table-cell></table:table-row>"
    '<table:table-row table:visibility="filter"><table:table-cell><text:p>Secret</text:p></table:table-cell>'
    "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
)


def _with_chart(path: Path, body: str, mime: str, *, embedded: str = _CHART) -> Path:
    content = _CHART[: _CHART.index("<office:body>")] + body + "</office:document-content>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{mime}")
        archive.writestr("content.xml", content)
        archive.writestr("Object 1/content.xml", embedded)
    return path


@pytest.mark.parametrize("boxed", [False, True], ids=["in a paragraph", "in a text box"])
def test_a_chart_of_a_text_gives_its_title_and_data_once(tmp_path: Path, *, boxed: bool) -> None:
    xmlns = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    held = f"<draw:text-box {xmlns}><text:p>{_OBJECT}</text:p></draw:text-box>" if boxed else _OBJECT
    body = f"<office:body><office:text><text:p>Before.{held}</text:p></office:text></office:body>"
    found = read_document_file(_with_chart(tmp_path / "a.odt", body, "text")).elements
    assert [(one.text, one.rows) for one in found] == [
        ("Before.", ()),
        ("Nights", ()),
        ("", (("", "2026"), ("Lyon", "125"))),
    ]


def test_a_chart_of_a_slide_gives_its_data_on_the_slide_s_page(tmp_path: Path) -> None:
    xmlns = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    pages = f"<draw:page {xmlns}><text:p>One</text:p></draw:page><draw:page {xmlns}>{_OBJECT}</draw:page>"
    body = f"<office:body><office:presentation>{pages}</office:presentation></office:body>"
    found = read_document_file(_with_chart(tmp_path / "a.odp", body, "presentation")).elements
    assert [(one.rows, one.page) for one in found if one.rows] == [((("", "2026"), ("Lyon", "125")), 2)]


def test_a_comment_on_the_footer_of_a_text_is_read(tmp_path: Path) -> None:
    path = _with_chart(tmp_path / "a.odt", "<office:body><text:p>Words.</text:p></office:body>", "text")
    comment = f"<office:annotation>{_CREATOR}<text:p>Ask.</text:p></office:annotation>"
    _add_margins(path, f"<style:footer><text:p>For members{comment}</text:p></style:footer>")
    texts = [element.text for element in read_document_file(path).elements]
    assert texts == ["Words.", "For members", "Comment by Ana: Ask."]


def test_neither_a_footer_that_is_off_nor_a_comment_that_was_deleted_is_read(tmp_path: Path) -> None:
    comment = f"<office:annotation>{_CREATOR}<text:p>Secret.</text:p></office:annotation>"
    deleted = f"<text:tracked-changes><text:p>Old.{comment}</text:p></text:tracked-changes>"
    path = _with_chart(tmp_path / "a.odt", f"<office:body>{deleted}<text:p>Words.</text:p></office:body>", "text")
    _add_margins(path, f'<style:footer style:display="false"><text:p>Secret.{comment}</text:p></style:footer>')
    assert [element.text for element in read_document_file(path).elements] == ["Words."]


@pytest.mark.parametrize("active", ["A", "B", None])
def test_of_an_embedded_workbook_only_the_sheet_that_is_seen_is_read(tmp_path: Path, active: str | None) -> None:
    start = _SHEET.index("<table:table>")
    row = "<table:table-row><table:table-cell><text:p>{0}</text:p></table:table-cell></table:table-row>"
    sheets = [f'<table:table table:name="{name}">{row.format(name)}</table:table>' for name in "AB"]
    book = _SHEET[:start] + "".join(sheets) + _SHEET[_SHEET.index("</office:spreadsheet>") :]
    path = _with_chart(tmp_path / "a.odt", f"<office:body>{_OBJECT}</office:body>", "text", embedded=book)
    with zipfile.ZipFile(path, "a") as archive:
        item = f'<config-item name="ActiveTable">{active}</config-item>' if active else ""
        archive.writestr("Object 1/settings.xml", f"<settings>{item}</settings>")
    reading = read_document_file(path)
    assert [element.rows for element in reading.elements] == [((active or "A",),)]
    assert reading.hidden == 1


def test_a_slide_gives_its_title_first_its_embedded_sheet_and_its_notes(tmp_path: Path) -> None:
    names = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    names += 'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"'
    title = '<draw:frame presentation:class="title"><text:p>Costs</text:p></draw:frame>'
    notes = '<draw:frame presentation:class="notes"><text:p>Ask</text:p><text:p>Lyon.</text:p></draw:frame>'
    page = f"<draw:page {names}>{_OBJECT}{title}<presentation:notes>{notes}</presentation:notes></draw:page>"
    path = _with_chart(tmp_path / "a.odp", f"<office:body>{page}</office:body>", "presentation", embedded=_SHEET)
    reading = read_document_file(path)
    told = [(one.kind, one.text or one.rows) for one in reading.elements]
    assert told == [("heading", "Costs"), ("table", (("Paris",),)), ("text", "Notes: Ask Lyon.")]
    assert reading.hidden == 1


def test_a_sheet_gives_what_lies_beside_its_cells_and_its_footer(tmp_path: Path) -> None:
    drawing = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    inside = f"<draw:custom-shape {drawing}><text:p>Note.</text:p></draw:custom-shape>"
    inside += f"<text:p>Lyon</text:p><office:annotation>{_CREATOR}<text:p>Ask.</text:p></office:annotation>"
    row = f"<table:table-row><table:table-cell>{inside}</table:table-cell></table:table-row>"
    sheet = f'<table:table table:name="Costs"><table:shapes>{_OBJECT}</table:shapes>{row}</table:table>'
    path = _with_chart(tmp_path / "a.ods", f"<office:body>{sheet}</office:body>", "spreadsheet")
    margins = (
        "<style:header><text:p>For members <text:sheet-name>???</text:sheet-name></text:p></style:header>"
        "<style:footer><text:p>Page <text:page-number>1</text:page-number></text:p></style:footer>"
    )
    _add_margins(path, margins)
    texts = [element.text or element.rows for element in read_document_file(path).elements]
    assert texts == ["Costs", (("Lyon",),), "Comment by Ana: Ask.", "Nights", "Note.", "For members"]
