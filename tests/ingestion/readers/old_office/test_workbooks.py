from __future__ import annotations

import zipfile
from contextlib import closing
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from ingestion.reader_processes.sandbox_pool import ReadLimits, SandboxPool
from ingestion.readers.format_detection import read_document_file
from ingestion.readers.old_office.workbook_records import XlsStream
from ingestion.settings import IngestionSettings
from knowledge.core.failures import UnreadableDocument
from tests.ingestion.readers.binary_workbooks import (
    lock_xls,
    shared_xls,
    xls,
    xls_box,
    xls_chart,
    xls_margin,
    xls_note,
    xlsb,
)
from tests.ingestion.worker_setup import document_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ingestion.readers.old_office.workbook_records import Record

_ALL = (("City", "Code", "Limit"), ("Lyon", "x1", "12.5"), ("Oslo", "x2", "9"))
_SEEN = (("City", "Limit"), ("Oslo", "9"))


@pytest.mark.parametrize(("name", "make"), [("a.xls", xls), ("a.xlt", xls), ("a.xlsb", xlsb)])
def test_a_binary_workbook_gives_its_sheets_as_tables(tmp_path: Path, name: str, make: Callable[[Path], Path]) -> None:
    reading = read_document_file(make(tmp_path / name))
    assert [(element.kind, element.text, element.rows) for element in reading.elements] == [
        ("heading", "Costs", ()),
        ("table", "", _ALL),
    ]
    assert not reading.hidden


def test_hidden_sheets_rows_and_columns_of_a_binary_workbook_are_left_out(tmp_path: Path) -> None:
    old = read_document_file(xls(tmp_path / "a.xls", secret=[["Salary", 9000.0]]))
    new = read_document_file(xlsb(tmp_path / "a.xlsb", is_hiding=True))
    for reading in (old, new):
        assert [element.rows for element in reading.elements if element.rows] == [_SEEN]
        assert reading.hidden
    assert [element.text for element in old.elements if element.kind == "heading"] == ["Costs"]


def test_boxes_comments_charts_and_headers_of_an_old_workbook_are_read(tmp_path: Path) -> None:
    objects = [xls_box(1, "For members."), xls_box(2, "Secret", is_hidden=True), xls_margin('&L&"Arial"Draft&RPage &P')]
    objects += [xls_box(3, "Ask Lyon.", kind=0x19, is_hidden=True), xls_note(1, 0, 3), xls_chart("Nights")]
    reading = read_document_file(xls(tmp_path / "a.xls", objects=b"".join(objects)))
    texts = [element.text for element in reading.elements]
    assert texts == ["Costs", "", "For members.", "Comment by Ana (A2): Ask Lyon.", "Nights", "Draft Page"]
    assert reading.hidden == 1


def test_no_letter_of_a_box_is_taken_twice(tmp_path: Path) -> None:
    box = xls_box(1, "For members.", runs=(0, 12, 0, 12, 4))
    reading = read_document_file(xls(tmp_path / "a.xls", objects=box))
    assert [element.text for element in reading.elements] == ["Costs", "", "For members."]


def test_sheets_at_one_place_are_read_once_and_hide_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[range | None] = []
    records = XlsStream.read_records

    def note(book: XlsStream, place: range | None = None) -> Iterator[Record]:
        read.append(place)
        return records(book, place)

    monkeypatch.setattr(XlsStream, "read_records", note)
    reading = read_document_file(shared_xls(tmp_path / "a.xls", 20, xls_box(1, "For members.")))
    assert [element.rows for element in reading.elements if element.rows] == [_SEEN] * 20
    assert [element.text for element in reading.elements].count("For members.") == 1
    assert len(read) == 5  # twice for the hidden lines, thrice for boxes, with the fonts


def test_an_old_workbook_that_ends_with_a_zip_file_is_read(tmp_path: Path) -> None:
    path = xls(tmp_path / "a.xls")
    theme = BytesIO()
    with zipfile.ZipFile(theme, "w") as archive:
        archive.writestr("theme/theme1.xml", "<theme/>")
    path.write_bytes(path.read_bytes() + theme.getvalue())
    assert read_document_file(path).elements[1].rows == _ALL


def test_rows_behind_a_filter_of_an_old_workbook_are_read_and_marked(tmp_path: Path) -> None:
    reading = read_document_file(xls(tmp_path / "a.xls", secret=[["x"]], filtered=True))
    (table,) = [element for element in reading.elements if element.rows]
    assert table.rows == (("City", "Limit"), ("Lyon", "12.5"), ("Oslo", "9"))
    assert table.doubtful


def test_a_workbook_of_too_many_columns_is_refused_with_the_sheets_name(tmp_path: Path) -> None:
    path = xlsb(tmp_path / "a.xlsb", [[f"c{n}" for n in range(1_001)]])
    with pytest.raises(UnreadableDocument, match=r"a\.xlsb has more than 1,000 columns in sheet Costs"):
        read_document_file(path)


def test_a_damaged_workbook_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = xls(tmp_path / "a.xls")
    content = path.read_bytes()
    path.write_bytes(content[:1500])
    with pytest.raises(UnreadableDocument, match=r"a\.xls is (?:damaged|not an Excel file)"):
        read_document_file(path)


def test_a_workbook_under_excels_own_password_is_read_in_a_confined_process(tmp_path: Path) -> None:
    path = lock_xls(xls(tmp_path / "costs.xls"), "VelvetSweatshop")
    with closing(SandboxPool()) as pool:
        content = pool.read_in_sandbox(document_file(path), ReadLimits.from_settings(IngestionSettings()))
    assert "Lyon" in content.excerpts[0].text


def test_a_workbook_under_another_password_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"^costs\.xls is protected by a password"):
        read_document_file(lock_xls(xls(tmp_path / "costs.xls"), "another"))
