from __future__ import annotations

from ingestion.readers.pdf.headings import (
    OutlineEntry,
    PdfHeading,
    find_headings,
    find_largest_text,
    match_outline,
    measure_document_style,
)
from tests.ingestion.readers.pdf.lines import line, paragraph

_TEXT = ("These are words of the body, and there are many of them,", "so that their size is known to be the body's.")


def test_the_outline_names_the_line_nearest_to_where_it_points() -> None:
    lines = [line("Maven", 700), *paragraph(*_TEXT, y=680), line("Maven", 300, bold=True), line("words", 280)]
    assert match_outline(lines, [OutlineEntry(2, "Maven", 1, 310.0)]) == {3: [PdfHeading("Maven", 2, 1)]}


def test_a_heading_over_two_lines_is_matched_and_its_number_kept() -> None:
    lines = [line("2.1 Who may work", 700, size=14), line("from home", 684, size=14), *paragraph(*_TEXT, y=660)]
    found = match_outline(lines, [OutlineEntry(1, "Who may work from home", 1, None)])
    assert found == {0: [PdfHeading("2.1 Who may work from home", 1, 2)]}


def test_an_entry_whose_words_are_not_on_the_page_stands_where_it_points() -> None:
    lines = [line("text above", 700), line("text below", 500)]
    assert match_outline(lines, [OutlineEntry(1, "Drawn as a picture", 1, 600.0)]) == {
        1: [PdfHeading("Drawn as a picture", 1, 0)]
    }


def test_entries_that_only_count_pages_are_no_headings() -> None:
    assert (
        match_outline([line("text", 700)], [OutlineEntry(1, "Page 1", 1, None), OutlineEntry(1, "Slide 2", 1, None)])
        == {}
    )


def test_without_an_outline_larger_is_shallower() -> None:
    lines = [
        line("The whole", 800, size=20),
        line("A part", 760, size=14),
        *paragraph(*_TEXT * 4, y=740),
    ]
    found = find_headings(lines, {}, measure_document_style(lines, {}), set())
    assert [(h.title, h.level) for heads in found.values() for h in heads] == [("The whole", 1), ("A part", 2)]


def test_a_bold_line_apart_is_a_heading_and_a_bold_sentence_is_not() -> None:
    lines = [
        *paragraph(*_TEXT * 3, y=800),
        line("Article 3", 690, bold=True),
        *paragraph(*_TEXT, y=670),
        line("Mind this.", 620, bold=True),
        *paragraph(*_TEXT, y=600),
    ]
    found = find_headings(lines, {}, measure_document_style(lines, {}), set())
    assert [h.title for heads in found.values() for h in heads] == ["Article 3"]


def test_the_largest_words_of_the_first_page_are_its_title() -> None:
    lines = [line("Libtasn1", 700, size=24), *paragraph(*_TEXT, y=600), line("Huge", 700, page=2, size=40)]
    assert find_largest_text(lines) == "Libtasn1"
    assert find_largest_text(paragraph(*_TEXT, y=600)) == ""


def test_a_title_in_small_capitals_is_whole() -> None:
    title = [line("STRONG GENERALIZATION: ELICITING", 716, size=14), line("STRONG CAPABILITIES", 696, size=17)]
    assert find_largest_text([*title, *paragraph(*_TEXT, y=640)]) == (
        "STRONG GENERALIZATION: ELICITING STRONG CAPABILITIES"
    )


def test_the_large_first_letter_of_a_text_is_no_title() -> None:
    lines = [line("L", 640, size=40), line("A Survey of Keys", 700, size=24), *paragraph(*_TEXT, y=600)]
    assert find_largest_text(lines) == "A Survey of Keys"
