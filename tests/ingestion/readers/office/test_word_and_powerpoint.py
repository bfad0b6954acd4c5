from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pptx
import pytest
from docx import Document
from openpyxl.comments import Comment
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingestion.readers.elements import Element
from ingestion.readers.format_detection import read_document_file
from ingestion.readers.office.word_and_powerpoint import read_docx, read_pptx
from ingestion.readers.reading_options import READ_OPTIONS
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import UnreadableDocument
from tests.ingestion.readers import samples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_MACRO_TYPES = {
    ".pptm": ("presentationml.presentation.main", "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"),
    ".xlsm": ("spreadsheetml.sheet.main", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
}
_COMMENTS = (
    "<p:cmLst xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main'><p:cm authorId='0' idx='1'>"
    "<p:text>Ask Lyon first.</p:text></p:cm></p:cmLst>"
)
_AUTHORS = (
    "<p:cmAuthorLst xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main'>"
    "<p:cmAuthor id='0' name='Ana Roy'/></p:cmAuthorLst>"
)
_THREADS = (
    "<ThreadedComments xmlns='http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments'>"
    "<threadedComment ref='B2' personId='{7}' id='{1}'><text>Who asked?</text></threadedComment>"
    "<threadedComment ref='B2' personId='{8}' id='{2}' parentId='{1}'><text>I did.</text></threadedComment>"
    "</ThreadedComments>"
)
_PEOPLE = (
    "<personList xmlns='http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments'>"
    "<person displayName='Ana Roy' id='{7}'/><person displayName='Bob' id='{8}'/></personList>"
)


def test_a_word_document_keeps_headings_lists_and_tables_and_its_header_once(tmp_path: Path) -> None:
    reading = read_docx(samples.docx(tmp_path / "policy.docx"))
    assert reading.pages is None
    assert reading.elements == [
        Element("Expense policy", "heading", 1),
        Element("1. Hotels", "heading", 1),
        Element("A night costs at most 125 euros."),
        Element("1.1 Cities", "heading", 2),
        Element("Lyon", "list", 1),
        Element("", "table", rows=(("City", "Limit"), ("Paris", "165"))),
        Element("Confidential"),
    ]


def test_a_word_documents_title_is_its_property_else_its_first_heading(tmp_path: Path) -> None:
    assert read_docx(samples.docx(tmp_path / "a.docx", title="Notes & frais")).title == "Notes & frais"
    assert read_docx(samples.docx(tmp_path / "b.docx", title="Document1")).title == "Expense policy"


def test_a_bold_line_of_a_word_document_is_a_heading_and_a_bold_sentence_is_not(tmp_path: Path) -> None:
    made = Document()
    made.add_heading("Travel", 1)
    made.add_paragraph().add_run("Trains").bold = True
    made.add_paragraph("Second class is the rule.")
    made.add_paragraph().add_run("Book early.").bold = True
    made.save(str(tmp_path / "a.docx"))
    assert [(e.kind, e.text, e.level) for e in read_docx(tmp_path / "a.docx").elements] == [
        ("heading", "Travel", 1),
        ("heading", "Trains", 2),
        ("text", "Second class is the rule.", 0),
        ("text", "Book early.", 0),
    ]


def test_a_slide_gives_its_title_its_points_and_its_notes_in_that_order(tmp_path: Path) -> None:
    reading = read_pptx(samples.pptx(tmp_path / "plan.pptx"))
    assert reading.pages == 2
    assert [(e.kind, e.text or e.rows, e.page) for e in reading.elements] == [
        ("heading", "Strategy 2027", 1),
        ("list", "Open a shop in Lyon", 1),
        ("list", "Hire twelve people, and train them well before spring.", 1),
        ("text", "Notes: Say that the budget is voted.", 1),
        ("heading", "Budget", 2),
        ("table", (("Post", "Amount"), ("Rent", "120")), 2),
    ]


def _change_parts(path: Path, change: Callable[[str, bytes], bytes], more: dict[str, str] | None = None) -> Path:
    """Write a file anew with other content in its parts, and with `more` of them."""
    own = BytesIO(path.read_bytes())
    with zipfile.ZipFile(own) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            new.writestr(part, change(part, old.read(part)))
        for part, content in (more or {}).items():
            new.writestr(part, content)
    return path


def _link_parts(*links: tuple[str, str, str]) -> Callable[[str, bytes], bytes]:
    """A change that relates a part to another: the part's name, the kind of the relation, its target."""

    def change(part: str, content: bytes) -> bytes:
        for name, kind, target in links:
            if part.endswith(f"{name}.xml.rels"):
                type_ = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
                link = f'<Relationship Id="rId99" Target="{target}" Type="{type_}"/></Relationships>'
                return content.replace(b"</Relationships>", link.encode())
        return content

    return change


def _presentation(path: Path) -> Path:
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Sales"
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]  # python-pptx has no types
    data.categories = ["2025", "2026"]
    data.add_series("Lyon", (12, 15.5))
    slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, 0, 0, Inches(4), Inches(3), data)
    made.save(str(path.with_suffix(".pptx")))
    return path.with_suffix(".pptx").rename(path)


def _workbook(path: Path) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(["City", "Limit"])
    sheet.append(["Lyon", 12])
    made.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx").rename(path)


def test_the_data_of_a_chart_on_a_slide_is_a_table(tmp_path: Path) -> None:
    reading = read_document_file(_presentation(tmp_path / "a.pptx"))
    assert [(element.text or element.rows, element.page) for element in reading.elements] == [
        ("Sales", 1),
        ((("", "Lyon"), ("2025", "12"), ("2026", "15.5")), 1),
    ]


def test_a_chart_in_a_hidden_frame_is_left_out(tmp_path: Path) -> None:
    path = _presentation(tmp_path / "a.pptx")

    def hide(part: str, content: bytes) -> bytes:
        return content.replace(b'name="Chart 2"', b'name="Chart 2" hidden="1"') if "slides/slide1" in part else content

    reading = read_document_file(_change_parts(path, hide))
    assert [element.text for element in reading.elements] == ["Sales"]


@pytest.mark.parametrize(
    ("comments", "wanted"), [(True, ["Sales", "", "Comment by Ana Roy: Ask Lyon first."]), (False, ["Sales", ""])]
)
def test_comments_of_a_slide_are_read_with_their_author_unless_they_are_switched_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, comments: bool, wanted: list[str]
) -> None:
    link = _link_parts(
        ("slide1", "comments", "../comments/comment1.xml"), ("presentation", "commentAuthors", "commentAuthors.xml")
    )
    parts = {"ppt/comments/comment1.xml": _COMMENTS, "ppt/commentAuthors.xml": _AUTHORS}
    path = _change_parts(_presentation(tmp_path / "a.pptx"), link, parts)
    monkeypatch.setattr(READ_OPTIONS, "comments", comments)
    assert [element.text for element in read_document_file(path).elements] == wanted


@pytest.mark.parametrize(("suffix", "make"), [(".pptm", _presentation), (".xlsm", _workbook)])
def test_files_with_macros_are_read(tmp_path: Path, suffix: str, make: Callable[[Path], Path]) -> None:
    plain, special = _MACRO_TYPES[suffix]

    def rename(part: str, content: bytes) -> bytes:
        whole = f"application/vnd.openxmlformats-officedocument.{plain}+xml"
        return content.replace(whole.encode(), special.encode()) if part == "[Content_Types].xml" else content

    reading = read_document_file(_change_parts(make(tmp_path / f"a{suffix}"), rename))
    assert "Lyon" in str(reading.elements)


@pytest.mark.parametrize("suffix", [".pptx", ".xlsx"])
def test_strict_files_are_read(tmp_path: Path, suffix: str) -> None:
    def harden(part: str, content: bytes) -> bytes:
        for kind in (b"presentationml", b"spreadsheetml", b"drawingml", b"officeDocument"):
            usual, strict = b"http://schemas.openxmlformats.org/%s/2006/", b"http://purl.oclc.org/ooxml/%s/"
            content = content.replace(usual % kind, strict % kind)
        return content

    path = tmp_path / f"a{suffix}"
    reading = read_document_file(_change_parts(_presentation(path) if suffix == ".pptx" else _workbook(path), harden))
    assert "Lyon" in str(reading.elements)


def test_styles_that_another_program_writes_in_two_forms_are_read(tmp_path: Path) -> None:
    def double(part: str, content: bytes) -> bytes:
        if part != "xl/styles.xml":
            return content
        forms = (
            b'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            b'<mc:Choice Requires="x"><cellStyle odd="1"/></mc:Choice>'
            b'<mc:Fallback><cellStyle xfId="0"/></mc:Fallback></mc:AlternateContent></cellStyles>'
        )
        return content.replace(b"</cellStyles>", forms)

    reading = read_document_file(_change_parts(_workbook(tmp_path / "a.xlsx"), double))
    assert reading.elements[-1].rows == (("City", "Limit"), ("Lyon", "12"))


_DRAWING = (
    "<xdr:wsDr xmlns:xdr='http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing' "
    "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'><xdr:sp><xdr:nvSpPr><xdr:cNvPr id='1' name='b'{}/>"
    "</xdr:nvSpPr><xdr:spPr/><xdr:txBody><a:p><a:r><a:rPr{}>{}</a:rPr><a:t>Kept in a box</a:t></a:r></a:p>"
    "</xdr:txBody></xdr:sp></xdr:wsDr>"
)  # fmt: skip

_WHITE_INK = "<a:solidFill><a:srgbClr val='FFFFFF'/></a:solidFill>"


def _with_box(path: Path, *, hidden: str = "", size: str = "", ink: str = "") -> Path:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="d1" Type="{kind}" Target="../drawings/drawing1.xml"/></Relationships>'
    )
    more = {
        "xl/worksheets/_rels/sheet1.xml.rels": relations,
        "xl/drawings/drawing1.xml": _DRAWING.format(hidden, size, ink),
    }
    return _change_parts(_workbook(path), lambda _, content: content, more)


def test_a_text_box_on_a_sheet_is_read(tmp_path: Path) -> None:
    reading = read_document_file(_with_box(tmp_path / "a.xlsx"))
    assert [element.text for element in reading.elements] == ["Sheet", "", "Kept in a box"]


@pytest.mark.parametrize(
    "look", [{"hidden": " hidden='1'"}, {"size": " sz='100'"}, {"ink": _WHITE_INK}], ids=["hidden", "tiny", "white"]
)
def test_a_text_box_that_nobody_sees_is_left_out_and_counted(tmp_path: Path, look: dict[str, str]) -> None:
    reading = read_document_file(_with_box(tmp_path / "a.xlsx", **look))
    assert ([element.text for element in reading.elements], reading.hidden) == (["Sheet", ""], 1)


def test_comments_of_cells_are_read_and_those_of_hidden_rows_are_not(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    for row in (["City", "Limit"], ["Lyon", 12], ["Secret", 13]):
        sheet.append(row)
    sheet["B2"].comment = Comment("Bob:\nAsked for by Ana", "Bob")
    sheet["A3"].comment = Comment("Secret", "Bob")
    sheet.row_dimensions[3].hidden = True
    made.save(tmp_path / "a.xlsx")
    reading = read_document_file(tmp_path / "a.xlsx")
    assert [element.text for element in reading.elements][-1] == "Comment by Bob (B2): Asked for by Ana"
    assert "Secret" not in str(reading.elements)


def test_a_thread_of_comments_is_read_with_its_authors_and_once(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active["B2"] = 12
    made.active["B2"].comment = Comment("[Threaded comment]\nYour version of Excel …\nComment:\n Who asked?", "tc={1}")
    made.save(tmp_path / "plain.xlsx")
    link = _link_parts(
        ("sheet1", "threadedComment", "/xl/threadedComments/threadedComment1.xml"),
        ("workbook", "person", "/xl/persons/person.xml"),
    )
    parts = {"xl/threadedComments/threadedComment1.xml": _THREADS, "xl/persons/person.xml": _PEOPLE}
    path = _change_parts(tmp_path / "plain.xlsx", link, parts)
    texts = [element.text for element in read_document_file(path).elements]
    assert texts == ["Sheet", "12", "Comment by Ana Roy (B2): Who asked?", "Comment by Bob (B2): I did."]


def test_a_blank_row_does_not_part_a_header_from_its_rows(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    for row in (["City", "Limit"], [], ["Lyon", 12], ["Paris", 13]):
        made.active.append(row)
    made.save(tmp_path / "a.xlsx")
    assert read_document_file(tmp_path / "a.xlsx").elements[1].rows == (
        ("City", "Limit"),
        ("Lyon", "12"),
        ("Paris", "13"),
    )


@pytest.mark.parametrize(
    ("made", "suffix", "plain", "special"),
    [
        (_workbook, ".xlam", "spreadsheetml.sheet.main", "application/vnd.ms-excel.addin.macroEnabled.main+xml"),
        (
            *(_presentation, ".ppam", "presentationml.presentation.main"),
            "application/vnd.ms-powerpoint.addin.macroEnabled.main+xml",
        ),
    ],
    ids=["a workbook", "a presentation"],
)
def test_an_add_in_is_read_once_it_is_renamed_as_its_failure_says(
    tmp_path: Path, made: Callable[[Path], Path], suffix: str, plain: str, special: str
) -> None:
    usual = f"application/vnd.openxmlformats-officedocument.{plain}+xml".encode()
    path = _change_parts(made(tmp_path / f"a{suffix}"), lambda _, content: content.replace(usual, special.encode()))
    with pytest.raises(UnreadableDocument) as refused:
        read_document_file(path)
    assert refused.value.failure.code is FailureCode.MISNAMED
    better = path.rename(tmp_path / str(refused.value.failure.params["better"]))
    assert read_document_file(better).elements


def test_the_header_and_footer_of_sheets_are_read_once_and_without_their_codes(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    for sheet in (made.active, made.create_sheet("More")):
        sheet.append(["City", "Limit"])
        sheet.oddHeader.center.text = "For members && guests"
        sheet.oddHeader.center.font, sheet.oddHeader.center.size = "Arial,Bold", 14
        sheet.oddFooter.right.text = "Page &P"
    made.save(tmp_path / "a.xlsx")
    texts = [element.text for element in read_document_file(tmp_path / "a.xlsx").elements]
    assert texts == ["Sheet", "", "More", "", "For members & guests"]
