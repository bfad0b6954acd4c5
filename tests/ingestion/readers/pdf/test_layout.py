from __future__ import annotations

from ingestion.readers.pdf.layout import elements_from_lines
from ingestion.readers.pdf.optional_steps import OptionalSteps
from tests.ingestion.readers.pdf.lines import line, paragraph, row

_BODY = [
    text
    for n in range(4)
    for text in (f"Words of the body, number {n}, of which there", f"are some more, so that {n} ends here.")
]


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
