from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.readers.pdf.headers_and_footers import remove_headers_and_footers
from tests.ingestion.readers.pdf.lines import line

if TYPE_CHECKING:
    from ingestion.readers.pdf.lines import PdfLine


def _kept(*lines: PdfLine) -> list[str]:
    return [kept.text for kept in remove_headers_and_footers(list(lines))]


def test_what_repeats_at_the_same_place_is_left_out_numbers_aside() -> None:
    pages = [
        made
        for page in range(1, 5)
        for made in (line(f"Guide, part {page}", 810, page=page), line(f"words of {page}" * 3, 400, page=page))
    ]
    assert _kept(*pages) == [f"words of {page}" * 3 for page in range(1, 5)]


def test_the_same_words_far_apart_are_kept() -> None:
    pages = [line("}}", 810, page=page) for page in (1, 40, 90)] + [line("text", 400, page=2)]
    assert _kept(*pages) == ["}}", "}}", "}}", "text"]


def test_a_chapter_name_with_the_page_number_is_left_out_wherever_the_chapter_changes() -> None:
    heads = [line(f"Chapter {page // 2}: of something else {page - 3}", 810, page=page) for page in range(5, 11)]
    bodies = [line(f"In {page} there were many", 500, page=page) for page in range(5, 11)]
    assert _kept(*heads, *bodies) == [body.text for body in bodies]


def test_a_page_number_is_left_out_and_a_number_in_the_text_is_kept() -> None:
    assert _kept(line("- 12 -", 20), line("Page 3 / 9", 800), line("12", 400)) == ["12"]


def test_a_number_in_a_table_at_the_top_of_a_page_is_kept() -> None:
    """Each cell is a line of its own where the table is drawn by columns."""
    columns = [("City", 50), ("Night", 200)], [("Lyon", 50), ("125", 200)], [("Oslo", 50), ("12", 200)]
    cells = [line(text, 800 - 14 * n, x=x) for n, row in enumerate(columns) for text, x in row]
    assert _kept(*cells) == ["City", "Night", "Lyon", "125", "Oslo", "12"]


def test_a_row_of_numbers_at_the_bottom_of_a_page_is_kept() -> None:
    row = [line(text, 20, x=x) for text, x in (("7", 50), ("8", 200), ("9", 350))]
    assert _kept(line("text", 400), *row) == ["text", "7", "8", "9"]


def test_the_lines_of_a_dotted_table_of_contents_are_left_out() -> None:
    contents = [line("Contents", 420), line("4.2 Equipment . . . . . . . . 12", 400), line("Wait . . . what", 380)]
    assert _kept(*contents) == ["Contents", "Wait . . . what"]


def test_dotted_lines_whose_words_stand_elsewhere_are_a_table_of_contents() -> None:
    titles = ("Who may travel", "Hotels", "Trains")
    contents = [line(f"{n}. {title} ......... {n + 3}", 700 - 20 * n) for n, title in enumerate(titles, 1)]
    chapters = [line(f"{n} {title}", 400, page=n + 3) for n, title in enumerate(titles, 1)]
    assert _kept(*contents, *chapters) == [chapter.text for chapter in chapters]


def test_the_dotted_lines_of_a_form_are_kept_with_one_sign_for_the_dots() -> None:
    form = ("Wages, salaries, tips", "Interest", "Dividends", "Refunds")
    lines = [line(f"{text} . . . . . . . . . . {n}", 700 - 20 * n) for n, text in enumerate(form, 7)]
    assert _kept(*lines) == [f"{text} … {n}" for n, text in enumerate(form, 7)]
