from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingestion.readers.chunking import (
    MAX_CODE_CHARACTERS,
    MAX_EXCERPT_CHARACTERS,
    MIN_EXCERPT_CHARACTERS,
    split_into_excerpts,
)
from ingestion.readers.elements import Element, ParsedDocument
from knowledge.core.passages import Excerpt

_SENTENCE = "Every colleague may work from home two days a week, as agreed with the manager. "


def _split(*elements: Element) -> list[Excerpt]:
    return split_into_excerpts(ParsedDocument("A guide", None, list(elements)))


def _heading(text: str, level: int = 1, page: int | None = None) -> Element:
    return Element(text, "heading", level, page, page)


def _text(characters: int, page: int | None = None) -> Element:
    return Element((_SENTENCE * (characters // len(_SENTENCE) + 1)).strip(), page=page, last_page=page)


def test_a_passage_bears_its_headings_its_path_and_its_pages() -> None:
    found = _split(
        _heading("1. Days", page=1),
        _heading("1.1 How many", 2, page=1),
        Element("Two days.", page=1, last_page=1),
        Element("Then three.", page=2, last_page=3),
    )
    text = "1. Days\n\n1.1 How many\n\nTwo days.\n\nThen three."
    assert found == [Excerpt(text, page=1, last_page=3, section=("1. Days", "1.1 How many"))]


def test_small_neighbours_join_under_the_path_that_they_share() -> None:
    found = _split(
        _heading("1. Days"),
        _heading("1.1 How many", 2),
        Element("Two days."),
        _heading("1.2 Which", 2),
        Element("Not Tuesday."),
        _heading("2. Means"),
        _text(MIN_EXCERPT_CHARACTERS),
    )
    assert [excerpt.section for excerpt in found] == [("1. Days",), ("2. Means",)]
    assert "1.2 Which\n\nNot Tuesday." in found[0].text


def test_top_level_sections_stay_apart_unless_both_are_tiny() -> None:
    apart = _split(_heading("1. Days"), _text(300), _heading("2. Means"), Element("A laptop."))
    assert [excerpt.section for excerpt in apart] == [("1. Days",), ("2. Means",)]
    joined = _split(_heading("1. Days"), Element("Two."), _heading("2. Means"), Element("A laptop."))
    assert [excerpt.section for excerpt in joined] == [()]


def test_under_a_single_title_the_next_headings_are_the_top() -> None:
    found = _split(_heading("The guide"), _heading("Days", 2), _text(300), _heading("Means", 2), Element("A laptop."))
    assert [excerpt.section for excerpt in found] == [("The guide", "Days"), ("The guide", "Means")]


def test_a_long_section_is_cut_between_paragraphs_and_keeps_its_path() -> None:
    found = _split(_heading("Days"), *[_text(700) for _ in range(6)])
    assert len(found) > 1
    assert {excerpt.section for excerpt in found} == {("Days",)}
    assert all(len(excerpt.text) <= MAX_EXCERPT_CHARACTERS for excerpt in found)
    assert found[0].text.startswith("Days\n\nEvery")


def test_a_long_paragraph_is_cut_at_the_ends_of_sentences() -> None:
    found = _split(_text(3 * MAX_EXCERPT_CHARACTERS))
    assert all(excerpt.text.endswith("manager.") for excerpt in found)
    assert all(MIN_EXCERPT_CHARACTERS < len(excerpt.text) <= MAX_EXCERPT_CHARACTERS for excerpt in found)


def test_a_sentence_that_announces_code_goes_with_it() -> None:
    found = _split(
        _heading("Use"),
        *[_text(500) for _ in range(2)],
        Element("Write the following:"),
        Element("x = 1\n" * 150, "code"),
    )
    assert found[-1].text.startswith("Write the following:\n\nx = 1")
    assert found[-1].kind == "code"


def _method(name: str, lines: int, indent: str) -> str:
    body = "".join(f"\n{indent}    total += {n}" + ("\n" if n % 5 == 4 else "") for n in range(lines))
    return f"{indent}@checked\n{indent}def {name}(self):{body}\n{indent}    return total"


def test_functions_of_source_code_stay_whole() -> None:
    functions = [_method(f"first_{n}", 25, "") for n in range(5)]
    methods = [_method(f"second_{n}", 25, "    ") for n in range(5)]
    found = _split(Element("\n\n\n".join([*functions, "class Ledger:\n" + "\n\n".join(methods)]), "code"))
    assert len(found) > 2
    for whole in [*functions, *methods]:
        assert any(whole.strip() in excerpt.text for excerpt in found), whole


def test_code_stays_whole_up_to_its_limit_and_is_cut_at_blank_lines_above() -> None:
    whole = "line = 1\n" * (MAX_CODE_CHARACTERS // 9)
    assert [excerpt.text for excerpt in _split(Element(whole, "code"))] == [whole]
    block = "def f():\n" + "    return 1\n" * 60
    found = _split(Element("\n\n".join([block] * 6), "code"))
    assert len(found) > 1
    assert all(excerpt.text.startswith("def f():") for excerpt in found)


def test_a_long_table_is_cut_between_rows_under_its_header() -> None:
    rows = (("Code", "Meaning"), *((f"E{n:03}", "No current at all in the second circuit") for n in range(120)))
    found = _split(Element("", "table", rows=rows))
    assert len(found) > 2
    assert {excerpt.text.split("\n")[0] for excerpt in found} == {"Code | Meaning"}
    assert {excerpt.kind for excerpt in found} == {"table"}
    assert sum(excerpt.text.count("No current") for excerpt in found) == 120
    sizes = [len(excerpt.text) for excerpt in found]
    assert max(sizes) - min(sizes) < 200


def test_list_items_are_marked_unless_they_are_numbered() -> None:
    items = [Element("One", "list", 1), Element("Below", "list", 2), Element("a) Named", "list", 1)]
    assert _split(*items)[0].text == "- One\n  - Below\na) Named"


def test_a_heading_with_nothing_under_it_is_no_passage_of_its_own() -> None:
    found = _split(_heading("Contents"), _heading("Days"), _text(MIN_EXCERPT_CHARACTERS))
    assert [excerpt.section for excerpt in found] == [("Days",)]
    assert found[0].text.startswith("Contents\n\nDays\n\n")
    assert [excerpt.text for excerpt in _split(_heading("Thank you"))] == ["Thank you"]


def test_nothing_gives_no_passages() -> None:
    assert _split() == []


_WORDS = st.text(st.sampled_from("abé .:\nA1"), min_size=1, max_size=3000).filter(str.strip)
_ELEMENTS = st.one_of(
    st.builds(Element, _WORDS, st.sampled_from(["text", "list", "code"]), st.integers(1, 3)),
    st.builds(lambda text, level: Element(text[:80], "heading", level), _WORDS, st.integers(1, 4)),
    st.builds(
        lambda rows: Element("", "table", rows=tuple(rows)),
        st.lists(st.tuples(_WORDS, _WORDS), min_size=1, max_size=20),
    ),
)


@given(st.lists(_ELEMENTS, max_size=12))
def test_every_passage_fits_and_no_word_of_the_text_is_lost(elements: list[Element]) -> None:
    found = split_into_excerpts(ParsedDocument("t", None, elements))
    assert all(len(excerpt.text) <= MAX_CODE_CHARACTERS + 5 * 90 + MAX_EXCERPT_CHARACTERS for excerpt in found)
    told = "".join(excerpt.text for excerpt in found)
    for element in elements:
        if element.kind in ("text", "list", "heading"):
            assert told.count("b") >= element.text.count("b")


@given(st.lists(_ELEMENTS, max_size=12))
def test_the_same_reading_gives_the_same_passages(elements: list[Element]) -> None:
    assert split_into_excerpts(ParsedDocument("t", None, elements)) == split_into_excerpts(
        ParsedDocument("t", None, elements)
    )


def test_a_passage_of_a_very_wide_table_holds_rows_and_not_its_header_again_and_again() -> None:
    header = tuple(f"a long name of column {n}" for n in range(400))
    rows = (
        header,
        *((f"row {line}", *(f"{line}.{n}" if n % 40 == 0 else "" for n in range(1, 400))) for line in range(3)),
    )
    excerpts = split_into_excerpts(ParsedDocument("A", None, [Element("", "table", rows=rows)]))
    assert len(excerpts) <= 3
    for line in range(3):
        told = next(excerpt.text for excerpt in excerpts if f"row {line}" in excerpt.text)
        assert f"a long name of column 0: row {line}" in told
        assert f"a long name of column 360: {line}.360" in told
    assert all(len(excerpt.text) <= 2 * MAX_EXCERPT_CHARACTERS for excerpt in excerpts)
