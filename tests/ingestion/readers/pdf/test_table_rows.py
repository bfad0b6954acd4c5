from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.readers.format_detection import read_document_file
from ingestion.readers.pdf.table_rows import find_kept_breaks, gather_column_tables
from tests.ingestion.readers.pdf.lines import line, paragraph, row
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


def test_rows_whose_cells_are_parted_by_spaces_alone_are_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    rows = (("City", "Night"), ("Lyon", "125"), ("Oslo", "180"))
    before = (50, 700, "The limits of what is paid are in the table below.")
    path.write_bytes(placed(before, *((50, 660 - 14 * n, f"{a}{' ' * 12}{b}") for n, (a, b) in enumerate(rows))))
    assert [element.rows for element in read_document_file(path).elements if element.rows] == [rows]


def test_words_of_justified_text_are_no_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(placed(*((50, 700 - 12 * n, "Whoever  pays  more  pays  the  difference.") for n in range(3))))
    (element,) = read_document_file(path).elements
    assert (element.kind, element.text.count("\n")) == ("text", 0)


def test_rows_without_clear_columns_stay_on_lines_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    text = "Whoever pays more than what is said below pays the difference, as he or she ever did here."
    rows = ("a b c", "d e f", "g h i")
    after = "This holds for everybody and for all the cities in which there is an office of the company."
    placed_lines = [(50, 700, text), *((50, 688 - 12 * n, row) for n, row in enumerate(rows)), (50, 652, after)]
    path.write_bytes(placed(*placed_lines))
    told = " ".join(element.text for element in read_document_file(path).elements)
    assert "here.\na b c\nd e f\ng h i" in told


def test_a_wrapped_paragraph_and_a_narrow_column_have_no_breaks() -> None:
    wide = paragraph("Words that fill the line up to its end, as those of a paragraph do.", "And its end.", y=700)
    left = paragraph("Words of the left column", "that go on in the next", "line, and so on.", y=600)
    right = [line(each.text, each.y, x=180) for each in left]
    assert find_kept_breaks([*wide, *left, *right]) == frozenset()


def test_a_word_cut_at_the_end_of_a_short_line_goes_on() -> None:
    wide = line("Words that fill the line up to its end, as those of a paragraph do.", 700)
    assert find_kept_breaks([wide, *paragraph("an exam\ufffe", "ple of it", y=600)]) == frozenset()


def test_a_narrow_cell_that_goes_on_is_joined_and_rows_of_figures_are_not() -> None:
    wide = line("Words that fill the line up to its end, as those of a paragraph do.", 700)
    cell = paragraph("Records without", "errors (actual", "percentage)", y=600)
    figures = [row({50: "income", 150: "12"}, 500), row({50: "net loss", 150: "14"}, 488)]
    columns = [row({50: "Words of a column of text, no cell", 260: "which stands beside another such one"}, 400)] * 2
    bullets = [
        row({50: "•", 70: "The first of the points, made in so many words."}, 300),
        row({50: "•", 70: "The second of them, made in as many words."}, 288),
    ]
    assert find_kept_breaks([wide, *cell, *figures, *columns, *bullets]) == {5}
