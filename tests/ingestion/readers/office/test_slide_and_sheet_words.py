from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pptx
import pytest
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingestion.readers.options import READ_OPTIONS
from ingestion.readers.registry import read_document_file

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


def _change_parts(path: Path, change: Callable[[str, bytes], bytes], more: dict[str, str] | None = None) -> Path:
    """Write a file anew with other content in its parts, and with `more` of them."""
    own = BytesIO(path.read_bytes())
    with zipfile.ZipFile(own) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            new.writestr(part, change(part, old.read(part)))
        for part, content in (more or {}).items():
            new.writestr(part, content)
    return path


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
    ("comments", "wanted"), [(True, ["Sales", "", "Comment: Ask Lyon first."]), (False, ["Sales", ""])]
)
def test_comments_of_a_slide_are_read_unless_they_are_switched_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, comments: bool, wanted: list[str]
) -> None:
    relation = (
        b'<Relationship Id="rId99" Target="../comments/comment1.xml" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"/></Relationships>'
    )

    def link(part: str, content: bytes) -> bytes:
        return content.replace(b"</Relationships>", relation) if part.endswith("slide1.xml.rels") else content

    path = _change_parts(_presentation(tmp_path / "a.pptx"), link, {"ppt/comments/comment1.xml": _COMMENTS})
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
