from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.readers.format_detection import read_document_file
from ingestion.readers.pdf.column_tables import gather_column_tables
from tests.ingestion.readers.pdf.lines import line, paragraph
from tests.ingestion.readers.raw_pdf import placed

if TYPE_CHECKING:
    from pathlib import Path

_COLUMNS = (("City", "Lyon", "Oslo", "Rome"), ("Night", "125", "180", "140"), ("Meal", "22", "31", "25"))


def test_a_table_drawn_column_by_column_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    cells = [(50 + 120 * n, 600 - 14 * m, text) for n, column in enumerate(_COLUMNS) for m, text in enumerate(column)]
    before = (50, 700, "The limits of what is paid are in the table below.")
    after = (50, 500, "Whoever pays more pays the difference, as ever.")
    path.write_bytes(placed(before, *cells, after))
    found = read_document_file(path).elements
    assert [element.rows for element in found if element.rows] == [
        (("City", "Night", "Meal"), ("Lyon", "125", "22"), ("Oslo", "180", "31"), ("Rome", "140", "25"))
    ]
    assert [element.text for element in found if element.text] == [before[2], after[2]]


def test_a_cell_that_is_missing_leaves_its_place_empty() -> None:
    lines = [
        *paragraph("City", "Lyon", "Oslo", "Rome", y=600),
        *(line(text, y, x=200) for text, y in (("Night", 600), ("125", 588), ("140", 564))),
    ]
    assert [row.text for row in gather_column_tables(lines)] == ["City Night", "Lyon 125", "Oslo", "Rome 140"]


def test_two_columns_of_text_are_no_table() -> None:
    left = paragraph(*["Words of the left column, some of", "which go on in the next line, and", "so it ends."], y=600)
    right = [line(each.text, each.y, x=300) for each in left]
    assert gather_column_tables([*left, *right]) == [*left, *right]


def test_a_list_beside_nothing_stays_as_it_is() -> None:
    lines = [*paragraph("Lyon", "Oslo", "Rome", y=600), *paragraph("Paris", "Turin", "Ghent", y=500)]
    assert gather_column_tables(lines) == lines
