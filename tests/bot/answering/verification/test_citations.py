from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answering.verification.citations import (
    bracket_citations,
    citation_from_passage,
    extract_citations,
    extract_cited_numbers,
    normalize_citations,
)
from tests.bot.answering.passages import found


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Two days [1].", "Two days [1]."),
        ("Two days [4].", "Two days."),
        ("Two days [0].", "Two days."),
        ("Two days [1][4][2].", "Two days [1][2]."),
        ("Two days [1, 3].", "Two days [1][3]."),
        ("Two days [2-9].", "Two days [2][3]."),
        ("Two days [1-99999].", "Two days [1][2][3]."),
        ("Two days [5-99999].", "Two days."),
        ("Two days [2, 99999].", "Two days [2]."),
        ("In the years [2023-2024].", "In the years [2023-2024]."),
        ("Two days [1; 1].", "Two days [1]."),
        ("Two days[2].", "Two days[2]."),
        ("Two days [1 et 2], or [2 and 3], or [1 & 9].", "Two days [1][2], or [2][3], or [1]."),
        ("Two days [ 1 ], [Source: 2], [#3], [passages 1 et 2].", "Two days [1], [2], [3], [1][2]."),
        ("Two days [1, p. 2], [passage 2, pp. 3-4], [3 page 7].", "Two days [1], [2], [3]."),
        (r"Two days \[1\], 【2:0†source】.", "Two days [1], [2]."),
        ("Two days [passage 7, p. 1].", "Two days."),
        ("[2024 et 2025]", "[2024 et 2025]"),
        ("args[0] and m[0][1]", "args[0] and m[0][1]"),
        ("[2024]", "[2024]"),
        ("[note]", "[note]"),
        ("[1](x)", "[1](x)"),
    ],
)
def test_only_numbers_of_passages_stay(text: str, kept: str) -> None:
    assert normalize_citations(text, 3) == kept
    assert normalize_citations(kept, 3) == kept


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("Selon le passage 2, deux jours.", (2,)),
        ("Two days (source 1), three euros (passages 2 et 3).", (1, 2, 3)),
        ("Two days [1]. The passage 2 speaks of pay.", (1,)),
        ("Le passage 7 le dit. Le passage de 2 heures aussi.", ()),
    ],
)
def test_passages_that_are_named_in_words_are_cited_where_there_is_no_bracket(
    text: str, cites: tuple[int, ...]
) -> None:
    assert extract_cited_numbers(bracket_citations(text, 3)) == cites


def test_what_is_cited_is_listed_once_and_by_number() -> None:
    passages = [found("one", page=4), found("two", "Handbook", page=None), found("three")]
    listed = extract_citations("Three [3], one [1][3], args[0], none [9].", passages)
    assert [(one.n, one.document, one.page) for one in listed] == [(1, "Guide", 4), (3, "Guide", 3)]
    assert listed[0].path == "Guide.pdf"
    assert listed[0].passage_id == passages[0].passage.id


def test_a_citation_names_the_pages_that_its_passage_spans() -> None:
    passages = [found("one", page=1, last=2), found("two", page=4, last=4), found("three", page=None)]
    listed = extract_citations("[1][2][3]", passages)
    assert [(one.page, one.pages) for one in listed] == [(1, "1-2"), (4, "4"), (None, None)]


def test_a_citation_names_the_other_documents_with_its_passage_once_each() -> None:
    copy, twice = (found("one", title).passage for title in ("Copy", "Copy"))
    [cited] = extract_citations("[1]", [replace(found("one"), copies=(copy, twice))])
    assert cited.copies == ("Copy.pdf",)


@pytest.mark.parametrize(
    ("quoted", "section"),
    [
        ("It opens at nine.", ("Guide",)),
        ("Two a week.", ("Guide", "Jours")),
        ("Jours", ("Guide", "Jours")),
    ],
)
def test_what_stands_before_a_subheading_is_cited_without_it(quoted: str, section: tuple[str, ...]) -> None:
    one = found("Guide\n\nIt opens at nine.\n\nJours\n\nTwo a week.")
    at = one.passage.excerpt.text.index(quoted)
    assert citation_from_passage(1, one, ((at, at + len(quoted)),)).section == section
    assert citation_from_passage(1, one).section == ("Guide", "Jours")
