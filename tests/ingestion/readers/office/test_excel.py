from __future__ import annotations

import datetime
import zipfile
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

from ingestion.readers.chunking import split_into_excerpts
from ingestion.readers.elements import Element
from ingestion.readers.format_detection import read_document_file
from ingestion.readers.office import excel
from ingestion.readers.office.excel import format_cell_value
from knowledge.core.failures import UnreadableDocument
from tests.ingestion.readers import samples

if TYPE_CHECKING:
    from pathlib import Path


def test_each_sheet_is_a_section_and_each_block_of_cells_a_table(tmp_path: Path) -> None:
    reading = read_document_file(samples.xlsx(tmp_path / "prices.xlsx"))
    assert reading.title == "prices"
    assert reading.elements == [
        Element("Prices", "heading", 1),
        Element("", "table", rows=(("Product", "Price", "Since"), ("Lamp", "10.5", "2026-01-02"))),
        Element("Prices are without tax"),
        Element("", "table", rows=(("City", "Code"), ("Lyon", "069"))),
        Element("Contacts", "heading", 1),
        Element("", "table", rows=(("Name", "Phone"), ("Ana", "0102"))),
    ]


def test_numbers_are_read_as_they_are_shown(tmp_path: Path) -> None:
    made = Workbook()
    made.active.append(["Tax", 0.256, 1200.5, datetime.date(2026, 3, 1)])
    made.active["B1"].number_format = "0.0%"
    made.active["C1"].number_format = '#,##0.00 "€"'
    made.save(tmp_path / "a.xlsx")
    assert read_document_file(tmp_path / "a.xlsx").elements[1].rows == (("Tax", "25.6%", "1,200.50 €", "2026-03-01"),)


def test_a_workbook_that_lists_a_part_which_it_lacks_is_read(tmp_path: Path) -> None:
    whole, path = samples.xlsx(tmp_path / "whole.xlsx"), tmp_path / "a.xlsx"
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    listed = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%b"/></Types>' % kind
    with zipfile.ZipFile(whole) as parts, zipfile.ZipFile(path, "w") as more:
        for part in parts.namelist():
            more.writestr(part, parts.read(part).replace(b"</Types>", listed))
    assert read_document_file(path).elements == read_document_file(whole).elements


def test_tables_side_by_side_are_told_apart_and_lines_above_a_table_are_text(tmp_path: Path) -> None:
    made = Workbook()
    for row in (["Sales of 2026"], ["City", "Sum", None, "Shop", "Head"], ["Lyon", 3, None, "B", "Ana"]):
        made.active.append(row)
    made.save(tmp_path / "a.xlsx")
    assert read_document_file(tmp_path / "a.xlsx").elements[1:] == [
        Element("Sales of 2026"),
        Element("", "table", rows=(("City", "Sum"), ("Lyon", "3"))),
        Element("", "table", rows=(("Shop", "Head"), ("B", "Ana"))),
    ]


def test_the_header_stands_over_each_passage_of_a_long_sheet(tmp_path: Path) -> None:
    made = Workbook(write_only=True)
    sheet = made.create_sheet("Stock")
    sheet.append(["Article", "Quantity"])
    for n in range(2000):
        sheet.append([f"Lamp {n}", n])
    made.save(tmp_path / "a.xlsx")
    excerpts = split_into_excerpts(read_document_file(tmp_path / "a.xlsx"))
    assert len(excerpts) > 10
    assert all("Article | Quantity\n" in excerpt.text for excerpt in excerpts)
    assert {excerpt.section for excerpt in excerpts} == {("Stock",)}


def test_a_cell_far_away_costs_nothing(tmp_path: Path) -> None:
    made = Workbook()
    made.active["A1"] = "here"
    made.active["XFD1048576"] = "there"
    made.save(tmp_path / "a.xlsx")
    assert [element.text for element in read_document_file(tmp_path / "a.xlsx").elements] == ["Sheet", "here", "there"]


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    made = Workbook(write_only=True)
    made.create_sheet("Wide").append(list(range(10_000)))
    made.save(tmp_path / "a.xlsx")
    with pytest.raises(UnreadableDocument, match=r"^a\.xlsx has more than 1,000 columns in sheet Wide: split it, or"):
        read_document_file(tmp_path / "a.xlsx")


def test_a_sheet_of_too_many_cells_is_refused_before_it_is_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Workbook(write_only=True)
    sheet = made.create_sheet("Large")
    for row in range(100):
        sheet.append(list(range(row, row + 20)))
    made.save(tmp_path / "a.xlsx")
    monkeypatch.setattr(excel, "MAX_CELLS", 1_999)
    monkeypatch.setattr(excel, "_LARGE_SHEET_BYTES", 1)
    monkeypatch.setattr(excel, "_CHUNK_BYTES", 7)  # every mark is cut somewhere
    monkeypatch.setattr(excel, "_visible_rows", lambda *_: pytest.fail("the sheet was parsed"))
    with pytest.raises(UnreadableDocument, match=r"^a\.xlsx holds more than 1,999 cells: split it"):
        read_document_file(tmp_path / "a.xlsx")


def test_a_sheet_of_as_many_cells_as_allowed_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Workbook(write_only=True)
    made.create_sheet("Large").append(list(range(20)))
    made.save(tmp_path / "a.xlsx")
    monkeypatch.setattr(excel, "MAX_CELLS", 20)
    monkeypatch.setattr(excel, "_LARGE_SHEET_BYTES", 1)
    monkeypatch.setattr(excel, "_CHUNK_BYTES", 7)
    assert len(read_document_file(tmp_path / "a.xlsx").elements[1].rows[0]) == 20


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.256, "0.0%", "25.6%"),
        (0.256, "0%", "26%"),
        (1.5, "General", "1.5"),
        (0.1 + 0.2, "General", "0.3"),
        (12345678, "General", "12345678"),
        (4.8929002400518298e17, "0", "489290024005183000"),
        (1234.5, "#,##0.00", "1,234.50"),
        (1234567, "#,##0", "1,234,567"),
        (1234.5, "0.00", "1234.50"),
        (1234.5, '#,##0.00 "€"', "1,234.50 €"),
        (1234.5, "#,##0.00\\ [$€-40C]", "1,234.50 €"),
        (99, '"$"#,##0.00', "$99.00"),
        (99, "_-[$£-809]* #,##0.00_-;-[$£-809]* #,##0.00_-", "£99.00"),
        (1024, "00000", "01024"),
        (5, "00.0", "05.0"),
        (1e-9, "0.00E+00", "1e-09"),
        (0.5, "# ?/?", "0.5"),
        (7, "[Red]0.0", "7.0"),
        (True, "General", "TRUE"),
        (None, "0%", ""),
        (datetime.datetime(2026, 1, 2), "dd/mm/yyyy", "2026-01-02"),  # noqa: DTZ001  # workbooks know no zones
        (datetime.datetime(2026, 1, 2, 9, 30), "dd/mm/yyyy hh:mm", "2026-01-02 09:30:00"),  # noqa: DTZ001  # the same
        (datetime.time(9, 30), "hh:mm", "09:30:00"),
        (datetime.time(15, 30), "h:mm AM/PM", "3:30:00 PM"),
        (datetime.timedelta(hours=255, minutes=10), "[h]:mm", "255:10:00"),
        (-datetime.timedelta(seconds=90.5), "mm:ss.0", "-0:01:30.5"),
    ],
)
def test_a_value_is_shown_as_its_workbook_shows_it(value: object, number_format: str, text: str) -> None:
    assert format_cell_value(value, number_format) == text
