# ruff: noqa: E501  # XML on one line is read more easily than cut
from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingestion.readers.format_detection import read_document_file
from tests.ingestion.readers.office.word_files import paragraph, story, text_box, write_word_file

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.readers.elements import ParsedDocument

_CHART = (
    '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:chart><c:title><c:tx><c:rich><a:p><a:r>'
    "<a:t>Sales by year</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea><c:barChart><c:ser>"
    "<c:tx><c:strRef><c:strCache><c:pt idx='0'><c:v>Lyon</c:v></c:pt></c:strCache></c:strRef></c:tx>"
    "<c:cat><c:strRef><c:strCache><c:pt idx='0'><c:v>2025</c:v></c:pt><c:pt idx='1'><c:v>2026</c:v></c:pt></c:strCache>"
    "</c:strRef></c:cat><c:val><c:numRef><c:numCache><c:pt idx='0'><c:v>12</c:v></c:pt><c:pt idx='1'><c:v>15.000000000000002</c:v>"
    "</c:pt></c:numCache></c:numRef></c:val></c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>"
)
_DIAGRAM = (
    '<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>Plan first'
    "</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>"
)
_SEEN = paragraph("Seen.")


def _read(tmp_path: Path, body: str, **parts: tuple[str, str]) -> ParsedDocument:
    return read_document_file(write_word_file(tmp_path / "a.docx", body, parts))


def _words(reading: ParsedDocument) -> str:
    return "\n".join(element.text or str(element.rows) for element in reading.elements)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (f"<w:sdt><w:sdtContent>{paragraph('Kept in a control.')}</w:sdtContent></w:sdt>", "Kept in a control."),
        ("<w:p><w:r><w:t>A </w:t></w:r><w:sdt><w:sdtContent><w:r><w:t>Kept</w:t></w:r></w:sdtContent></w:sdt></w:p>", "A Kept"),
        (text_box("Kept in a box."), "Kept in a box."),
        ("<w:p><w:ins><w:r><w:t>Kept as new.</w:t></w:r></w:ins><w:del><w:r><w:delText>Old</w:delText></w:r></w:del></w:p>", "Kept as new."),
        ("<w:p><w:moveTo><w:r><w:t>Kept</w:t></w:r></w:moveTo></w:p><w:p><w:moveFrom><w:r><w:t>Old</w:t></w:r></w:moveFrom></w:p>", "Kept"),
        (
            "<w:p><m:oMathPara><m:oMath><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
            "</m:oMath></m:oMathPara></w:p>",
            "(a+b)/2",
        ),
        (
            "<w:p><w:r><w:t>Area </w:t></w:r><m:oMath><m:sSup><m:e><m:r><m:t>r</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup>"
            "</m:sSup></m:oMath></w:p>",
            "Area r^2",
        ),
        ("<w:p><w:smartTag><w:r><w:t>Kept</w:t></w:r></w:smartTag></w:p>", "Kept"),
        ("<w:p><w:fldSimple w:instr='x'><w:r><w:t>Kept</w:t></w:r></w:fldSimple></w:p>", "Kept"),
    ],
)  # fmt: skip
def test_words_outside_plain_paragraphs_are_read_once(tmp_path: Path, body: str, wanted: str) -> None:
    reading = _read(tmp_path, _SEEN + body)
    assert [element.text for element in reading.elements] == ["Seen.", wanted]
    assert (reading.hidden, reading.doubtful) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "reference", "wanted"),
    [
        ("footnotes", "footnoteReference", "Footnote: Kept below.\nAnd this."),
        ("endnotes", "endnoteReference", "Endnote: Kept below.\nAnd this."),
        ("comments", "commentReference", "Comment by Anna: Kept below. And this."),
    ],
)
def test_notes_and_comments_come_after_their_paragraph(tmp_path: Path, kind: str, reference: str, wanted: str) -> None:
    text = paragraph("Kept below.") + paragraph("And this.")
    note = story(kind, f"<w:{kind[:-1]} w:id='2' w:author='Anna'>{text}</w:{kind[:-1]}>")
    body = f"<w:p><w:r><w:t>Seen.</w:t></w:r><w:r><w:{reference} w:id='2'/></w:r></w:p>{paragraph('After.')}"
    reading = _read(tmp_path, body, notes=(kind, note))
    assert [element.text for element in reading.elements] == ["Seen.", *wanted.split("\n"), "After."]


def test_the_numbers_that_word_counts_stand_before_their_words(tmp_path: Path) -> None:
    def level(at: int, form: str, text: str, start: str = "1") -> str:
        return f"<w:lvl w:ilvl='{at}'><w:start w:val='{start}'/><w:numFmt w:val='{form}'/><w:lvlText w:val='{text}'/></w:lvl>"

    levels = level(0, "upperRoman", "%1.") + level(1, "decimal", "%2)") + level(2, "lowerLetter", "%2.%3")
    levels += level(3, "decimal", "%4.", "9" * 5_000)
    bullets = level(0, "bullet", "-")
    lists = story(
        "numbering",
        f"<w:abstractNum w:abstractNumId='7'>{levels}</w:abstractNum><w:abstractNum w:abstractNumId='8'>{bullets}"
        "</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='7'/></w:num>"
        "<w:num w:numId='2'><w:abstractNumId w:val='8'/></w:num>"
        "<w:num w:numId='3'><w:abstractNumId w:val='7'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='9'/>"
        "</w:lvlOverride></w:num>",
    )
    places = [(1, 0), (1, 1), (1, 1), (1, 2), (1, 2), (2, 0), (1, 0), (1, 1), (3, 0), (3, 0), (0, 0), (1, 3)]
    body = "".join(
        f"<w:p><w:pPr><w:numPr><w:ilvl w:val='{at}'/><w:numId w:val='{name}'/></w:numPr></w:pPr>"
        f"<w:r><w:t>word</w:t></w:r></w:p>"
        for name, at in places
    )
    texts = [element.text for element in _read(tmp_path, body, numbering=("numbering", lists)).elements]
    box = text_box("boxed").removesuffix("</w:p>").removeprefix("<w:p>")
    numbered = "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>"
    boxed = f"{numbered}{box}<w:r><w:t>word</w:t></w:r></w:p>"
    found = [element.text for element in _read(tmp_path, boxed, numbering=("numbering", lists)).elements]
    assert found == ["I. word", "boxed"]
    counted = ["I.", "1)", "2)", "2.a", "2.b", "", "II.", "1)", "IX.", "X.", "", "0."]
    assert texts == [f"{number} word".strip() for number in counted]


def test_charts_and_diagrams_are_read(tmp_path: Path) -> None:
    drawn = "<w:p><w:r><w:drawing><c:chart r:id='chart'/></w:drawing></w:r><w:r><w:drawing><dgm:relIds r:dm='data'/></w:drawing></w:r></w:p>"
    reading = _read(tmp_path, _SEEN + drawn, chart=("chart", _CHART), data=("diagramData", _DIAGRAM))
    assert [element.text or element.rows for element in reading.elements] == [
        "Seen.",
        "Sales by year",
        (("", "Lyon"), ("2025", "12"), ("2026", "15")),
        "Plan first",
    ]


def test_a_header_is_read_once_and_one_that_no_page_shows_is_not(tmp_path: Path) -> None:
    references = (
        "<w:sectPr><w:headerReference w:type='default' r:id='head'/><w:headerReference w:type='first' r:id='first'/>"
    )
    first = ("header", story("hdr", paragraph("Secret first page")))
    reading = _read(
        tmp_path, f"{_SEEN}{references}</w:sectPr>", head=("header", story("hdr", paragraph("Acme Ltd"))), first=first
    )
    assert [element.text for element in reading.elements] == ["Seen.", "Acme Ltd"]


def test_the_headers_of_every_section_are_read(tmp_path: Path) -> None:
    section = "<w:sectPr><w:headerReference w:type='default' r:id='{}'/></w:sectPr>"
    before = "".join(f"<w:p><w:pPr>{section.format('one')}</w:pPr></w:p>" for _ in range(2))
    headers = {
        name: ("header", story("hdr", paragraph(f"Header {name}") + paragraph("Secret", "<w:vanish/>")))
        for name in ("one", "two")
    }
    reading = _read(tmp_path, f"{before}{_SEEN}{section.format('two')}", **headers)
    assert [element.text for element in reading.elements] == ["Seen.", "Header one", "Header two"]
    assert reading.hidden == 2, "once for each header, however many sections have it"


@pytest.mark.parametrize("suffix", [".docx", ".docm", ".dotx"])
def test_strict_files_macros_and_templates_are_read(tmp_path: Path, suffix: str) -> None:
    path = write_word_file(tmp_path / f"a{suffix}", _SEEN, strict=suffix == ".docx")
    assert _words(read_document_file(path)) == "Seen."


_VANISH, _WHITE = "<w:vanish/>", "<w:color w:val='FFFFFF'/>"


@pytest.mark.parametrize(
    "body",
    [
        f"<w:sdt><w:sdtContent>{paragraph('Secret', _VANISH)}</w:sdtContent></w:sdt>",
        f"<w:p><w:ins><w:r><w:rPr>{_VANISH}</w:rPr><w:t>Secret</w:t></w:r></w:ins></w:p>",
        text_box("Secret", properties=_VANISH),
        text_box("Secret", properties="<w:sz w:val='2'/>"),
        text_box("Secret", hidden=" hidden='1'"),
        text_box("Secret", fill="123456", properties="<w:color w:val='123456'/>"),
        f"<w:p><w:r><w:rPr>{_VANISH}</w:rPr><w:pict><v:rect><v:textbox><w:txbxContent>{paragraph('Secret')}"
        "</w:txbxContent></v:textbox></v:rect></w:pict></w:r></w:p>",
        f"<w:p><w:r><w:pict><v:rect style='width:9pt;visibility:hidden'><v:textbox><w:txbxContent>{paragraph('Secret')}"
        "</w:txbxContent></v:textbox></v:rect></w:pict></w:r></w:p>",
    ],
)
def test_hidden_words_outside_plain_paragraphs_are_left_out_and_counted(tmp_path: Path, body: str) -> None:
    reading = _read(tmp_path, _SEEN + body)
    assert _words(reading) == "Seen."
    assert reading.hidden >= 1


@pytest.mark.parametrize("kind", ["footnotes", "comments"])
@pytest.mark.parametrize("properties", [_VANISH, _WHITE, "<w:sz w:val='2'/>"])
def test_hidden_words_of_notes_are_left_out_and_counted(tmp_path: Path, kind: str, properties: str) -> None:
    note = story(kind, f"<w:{kind[:-1]} w:id='2'>{paragraph('Secret', properties)}</w:{kind[:-1]}>")
    body = f"<w:p><w:r><w:t>Seen.</w:t></w:r><w:r><w:{kind[:-1]}Reference w:id='2'/></w:r></w:p>"
    reading = _read(tmp_path, body, notes=(kind, note))
    assert (_words(reading), reading.hidden) == ("Seen.", 1)


def test_a_note_whose_reference_is_hidden_is_left_out(tmp_path: Path) -> None:
    note = story("footnotes", f"<w:footnote w:id='2'>{paragraph('Secret')}</w:footnote>")
    body = f"{_SEEN}<w:p><w:r><w:rPr>{_VANISH}</w:rPr><w:footnoteReference w:id='2'/></w:r></w:p>"
    assert _words(_read(tmp_path, body, notes=("footnotes", note))) == "Seen."
