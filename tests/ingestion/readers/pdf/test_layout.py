from __future__ import annotations

from dataclasses import replace

import pytest

from ingestion.readers.pdf.layout import HyphenJoiner, elements_from_lines, order_pages
from ingestion.readers.pdf.optional_steps import OptionalSteps
from tests.ingestion.readers.pdf.lines import line, paragraph, row

_BODY = [
    text
    for n in range(4)
    for text in (f"Words of the body, number {n}, of which there", f"are some more, so that {n} ends here.")
]
_KNOWN = "the manipulation of start-and-stop services by Lyon and a long word, EnvironmentInfoContributor, Exposes"


def test_a_sentence_cut_by_the_page_is_whole_and_bears_both_pages() -> None:
    lines = [*paragraph(*_BODY, "Which cache is used when", y=700), *paragraph("none is set?", y=700, page=2)]
    last = elements_from_lines(lines, [], OptionalSteps())[-1]
    assert last.text.endswith("Which cache is used when none is set?")
    assert (last.page, last.last_page) == (1, 2)


def test_code_cut_by_the_page_is_one_block() -> None:
    code = [
        line("if ready:", 120, mono=True, advance=6.0),
        line("go()", 108, x=74, mono=True, advance=6.0),
        line("stop()", 700, x=74, page=2, mono=True, advance=6.0),
    ]
    found = elements_from_lines([*paragraph(*_BODY, y=700), *code], [], OptionalSteps())[-1]
    assert (found.kind, found.text) == ("code", "if ready:\n    go()\n    stop()")


def test_a_line_in_the_type_of_code_inside_a_paragraph_is_text() -> None:
    lines = paragraph(*_BODY, y=700)
    lines.insert(1, line("spring.datasource.url", 694, mono=True))
    assert [element.kind for element in elements_from_lines(lines, [], OptionalSteps())] == ["text"]


def test_a_gap_and_an_indent_start_paragraphs() -> None:
    lines = [
        *paragraph(*_BODY, y=700),
        *paragraph("After a gap.", y=580),
        line("After an indent.", 568, x=65),
    ]
    assert [e.text for e in elements_from_lines(lines, [], OptionalSteps())][1:] == ["After a gap.", "After an indent."]


def test_a_label_beside_a_paragraph_begins_it() -> None:
    lines = [*paragraph(*_BODY, y=700), line("NOTE", 560, bold=True), line("Mind the gap.", 566, x=110)]
    assert elements_from_lines(lines, [], OptionalSteps())[-1].text == "NOTE: Mind the gap."


def test_a_table_of_contents_in_columns_is_left_out() -> None:
    contents = [row({50: "Who may", 300: "2"}, 800), row({50: "What for", 300: "3"}, 780)]
    heads = [line("Who may", 740, size=16), line("What for", 640, size=16)]
    body = [paragraph(*_BODY, y=720)[0], paragraph(*_BODY, y=620)[0]]
    kinds = [
        e.kind
        for e in elements_from_lines(
            [*contents, heads[0], body[0], heads[1], body[1], *paragraph(*_BODY, y=600)], [], OptionalSteps()
        )
    ]
    assert "table" not in kinds


def test_a_table_whose_rows_are_named_as_headings_is_kept() -> None:
    headings = [line(name, 760 - 30 * n, size=14) for n, name in enumerate(("OPEN", "CON", "EXT"))]
    rows = [row({50: name, 200: "0.833", 300: "0.729"}, 400 - 12 * n) for n, name in enumerate(("OPEN", "CON", "EXT"))]
    found = elements_from_lines([*headings, *paragraph(*_BODY, y=600), *rows], [], OptionalSteps())
    assert [element.rows[0] for element in found if element.rows] == [("OPEN", "0.833", "0.729")]


def test_no_lines_give_no_elements() -> None:
    assert elements_from_lines([], [], OptionalSteps()) == []


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("manip\ufffe ulation", "manipulation"),
        ("start-and\ufffe stop", "start-and-stop"),
        ("long\ufffeword", "long-word"),
        ("hydro\ufffe thérapie", "hydrothérapie"),
        ("Saint\ufffe Étienne", "Saint-Étienne"),
        ("soft\u00adly", "softly"),
        ("no\xa0break", "no break"),
    ],
)
def test_a_word_cut_by_a_line_end_becomes_whole(cut: str, whole: str) -> None:
    assert HyphenJoiner([_KNOWN]).join_cut_words(cut) == whole


def test_the_halves_of_a_cut_word_are_no_words() -> None:
    assert HyphenJoiner(["by manip\ufffe", "ulation of words"]).join_cut_words("manip\ufffe ulation") == "manipulation"


def test_a_narrow_cell_may_cut_a_word_that_stands_whole_elsewhere() -> None:
    hyphens = HyphenJoiner([_KNOWN])
    assert hyphens.join_cell_lines("EnvironmentInfoContri\nbutor") == "EnvironmentInfoContributor"
    assert hyphens.join_cell_lines("the manipulation\nof services") == "the manipulation of services"


def test_a_heading_that_was_drawn_last_comes_first() -> None:
    title, body = line("Remote work", 720, size=14), paragraph("The days are agreed", "with the manager.", y=700)
    assert order_pages([*body, title]) == [title, *body]


def test_lines_beside_each_other_keep_the_order_they_were_drawn_in() -> None:
    left = paragraph("Left one", "left two", y=700)
    right = [line("right one", 700, x=300), line("right two", 688, x=300)]
    assert order_pages([*left, *right]) == [*left, *right]


def test_each_page_is_ordered_by_itself() -> None:
    first, second = paragraph("one", "two", y=700), paragraph("three", "four", y=740, page=2, step=60)
    assert order_pages([*first, *reversed(second)]) == [*first, *second]


def test_a_page_with_a_line_that_runs_upwards_stays_as_it_is() -> None:
    upwards = [line("One", 600), line("Two", 700), replace(line("Revision of September", 300, x=20), right=30.0)]
    assert order_pages(upwards) == upwards
