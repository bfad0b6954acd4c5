from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ingestion.readers.format_detection import read_document_file
from ingestion.readers.pdf.lines import LineCell
from ingestion.readers.pdf.table_rows import find_kept_breaks, gather_column_tables
from ingestion.readers.pdf.tables import find_tables, join_tables_across_pages
from tests.ingestion.readers.pdf.lines import line, paragraph, row
from tests.ingestion.readers.raw_pdf import placed

if TYPE_CHECKING:
    from pathlib import Path

_COLUMNS = (("City", "Lyon", "Oslo", "Rome"), ("Night", "125", "180", "140"), ("Meal", "22", "31", "25"))


def test_aligned_cells_are_a_table_and_the_text_around_is_not() -> None:
    lines = [
        *paragraph("The limits are in the table that follows here.", y=700),
        row({50: "City", 200: "Hotel", 300: "Dinner"}, 670, bold=True),
        row({50: "Paris", 200: "165", 300: "35"}, 650),
        row({50: "Lyon", 200: "125", 300: "30"}, 630),
        *paragraph("All amounts include taxes, and they hold for every site of the house too.", y=600),
    ]
    assert list(find_tables(lines)) == [1]
    table = find_tables(lines)[1]
    assert table.header
    assert table.rows == (("City", "Hotel", "Dinner"), ("Paris", "165", "35"), ("Lyon", "125", "30"))


def test_a_cell_of_several_lines_is_one_cell() -> None:
    lines = [
        row({50: "Site", 200: "Days"}, 670, bold=True),
        row({50: "Lyon", 200: "Tuesday and"}, 650),
        line("Thursday", 638, x=200),
        row({50: "Nantes", 200: "Wednesday"}, 618),
    ]
    assert find_tables(lines)[0].rows == (("Site", "Days"), ("Lyon", "Tuesday and\nThursday"), ("Nantes", "Wednesday"))


def test_a_row_whose_cells_are_centred_upright_begins_before_its_first_wide_line() -> None:
    lines = [
        line("Site", 662, x=50, bold=True),
        line("Days of", 668, x=200, bold=True),
        line("presence", 656, x=200, bold=True),
        row({300: "Desks", 400: "Who"}, 662, bold=True),
        row({50: "Lyon", 200: "Tuesday", 300: "62", 400: "Ana"}, 630),
        row({50: "Nantes", 200: "Monday", 300: "12", 400: "Bob"}, 610),
    ]
    assert find_tables(lines)[0].rows == (
        ("Site", "Days of\npresence", "Desks", "Who"),
        ("Lyon", "Tuesday", "62", "Ana"),
        ("Nantes", "Monday", "12", "Bob"),
    )


def test_a_table_goes_on_over_the_page_under_one_header() -> None:
    lines = [
        row({50: "Code", 200: "Meaning"}, 100, bold=True),
        row({50: "E01", 200: "No current"}, 80),
        row({50: "Code", 200: "Meaning"}, 790, page=2, bold=True),
        row({50: "E02", 200: "Too much"}, 770, page=2),
    ]
    (table,) = join_tables_across_pages(find_tables(lines)).values()
    assert table.rows == (("Code", "Meaning"), ("E01", "No current"), ("E02", "Too much"))
    assert table.lines == 4


def test_bullets_labels_and_justified_words_are_no_table() -> None:
    bullets = [row({50: "•", 70: f"point {n} of the list"}, 700 - 20 * n) for n in range(3)]
    label = [row({50: "NOTE", 100: "Mind the gap."}, 600), line("It is wide.", 588, x=100)]
    justified = [
        row({50: "the word that", 130: "was stretched in this line"}, 500),
        row({50: "and another one that was stretched", 240: "here"}, 488),
    ]
    assert find_tables([*bullets, *label, *justified]) == {}


def test_a_table_ends_at_a_barrier() -> None:
    lines = [
        row({50: "Tag", 200: "Value"}, 670, bold=True),
        row({50: "host", 200: "name"}, 650),
        line("Examples", 620, x=50),
    ]
    assert find_tables(lines)[0].lines == 3
    assert find_tables(lines, {2})[0].lines == 2


def test_a_first_cell_of_several_distant_lines_is_one_cell_when_the_others_stand_beside_it() -> None:
    lines = [
        row({50: "Item", 200: "Delay"}, 700, bold=True),
        row({50: "Laptop", 200: "a day"}, 680),
        line("Screen of", 660, x=50),
        line("27 inches", 640, x=50),
        line("10 days", 650, x=200),
    ]
    assert find_tables(lines)[0].rows == (("Item", "Delay"), ("Laptop", "a day"), ("Screen of\n27 inches", "10 days"))


@pytest.mark.parametrize(
    "cells",
    [
        (LineCell("Model", 50, 75), LineCell("time (secs) simple", 420, 330, 345)),
        (LineCell("Model", 420, 445), LineCell("simple", 300, 330, 40)),
        (),
    ],
    ids=["a cell that ends left of its start", "a cell left of the one before", "a line that ends left of its start"],
)
def test_a_line_that_goes_back_to_the_left_is_no_row_and_the_rows_around_are(cells: tuple[LineCell, ...]) -> None:
    back = replace(line("Model time (secs) simple", 630, x=420), cells=cells, right=330)
    rows = [row({50: "Lyon", 200: "125", 300: "30"}, y) for y in (670, 650, 610, 590)]
    found = find_tables([*rows[:2], back, *rows[2:]])
    assert {at: table.lines for at, table in found.items()} == {0: 2, 3: 2}


def test_a_header_over_several_columns_names_each_of_them() -> None:
    lines = [
        row({150: "Beauty products", 400: "Music and films"}, 700),
        row({50: "Trait", 150: "HR", 250: "NDCG", 400: "HR", 500: "NDCG"}, 688),
        row({50: "OPEN", 150: "0.833", 250: "0.729", 400: "0.330", 500: "0.205"}, 676),
        row({50: "CON", 150: "0.883", 250: "0.769", 400: "0.228", 500: "0.132"}, 664),
    ]
    lines[0] = replace(lines[0], cells=(LineCell("Beauty products", 150, 275), LineCell("Music", 400, 525, 125)))
    (table,) = find_tables(lines).values()
    assert table.rows[0] == ("Trait", "Beauty products\nHR", "Beauty products\nNDCG", "Music\nHR", "Music\nNDCG")
    assert table.rows[1:] == (
        ("OPEN", "0.833", "0.729", "0.330", "0.205"),
        ("CON", "0.883", "0.769", "0.228", "0.132"),
    )
    assert table.lines == 4


def test_words_of_one_header_cell_name_the_columns_under_it() -> None:
    head = row({50: "Trait", 150: "HR NDCG"}, 688)
    head = replace(head, cells=(LineCell("Trait", 50, 75), LineCell("HR NDCG", 150, 275, 75)))
    lines = [
        head,
        row({50: "OPEN", 150: "0.833", 250: "0.729"}, 676),
        row({50: "CON", 150: "0.883", 250: "0.769"}, 664),
    ]
    (table,) = find_tables(lines).values()
    assert table.rows[0] == ("Trait", "HR", "NDCG")


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
