"""What a model or a document may write costs a time that grows as its length does, since it is read on the event loop.

Each text is long enough for a cost that grows with the square of its length to run into the time limit of a test.
"""

from __future__ import annotations

import pytest

from bot.answering.output_filter.bibliography import may_open_source_list, opens_source_list
from bot.answering.output_filter.links import neutralize_addresses, neutralize_quoted_line
from bot.answering.verification.citations import extract_cited_numbers, normalize_citations, remove_citations
from bot.answering.verification.claims import extract_refusals, extract_statements

_LONG = 200_000


def _long(piece: str) -> str:
    return piece * (_LONG // len(piece))


@pytest.mark.parametrize("piece", [".", "!", "…", ":", ". ", ".*", "M. "])
def test_marks_end_sentences(piece: str) -> None:
    prose = f"{_long(piece)}\nThe office opens at nine [1]."
    assert [one.cites for one in extract_statements(prose)][-1:] == [(1,)]
    assert not list(extract_refusals(prose))


def test_a_heading_is_followed_by_spaces() -> None:
    assert not list(extract_statements(f"**Leave**{_long(' ')}"))
    assert list(extract_statements(f"**Leave**{_long(' ')}is granted to all staff."))


def test_spaces_stand_before_a_citation_or_not() -> None:
    assert remove_citations(f"Leave{_long(' ')}[1]") == "Leave"
    assert normalize_citations(f"Leave{_long(' ')}[9]", 1) == "Leave"
    assert normalize_citations(_long(" "), 1) == _long(" ")


def test_citations_follow_one_another() -> None:
    assert extract_cited_numbers(_long("[1] x[0] ")) == (1,)


@pytest.mark.parametrize("piece", ["![", "[", "[a](", "![a](", "![a][", "[a](\n ", "\\`", "`", "`` ` "])
def test_links_images_and_code_are_begun_and_not_ended(piece: str) -> None:
    assert "](" not in neutralize_quoted_line(_long(piece))


def test_entities_spell_entities() -> None:
    assert neutralize_quoted_line(f"&{_long('amp;')}lt;").startswith("& amp;")
    assert neutralize_quoted_line("&amp;amp;lt;") == "<"


@pytest.mark.parametrize("begun", ["[1", "[source", "【1†"])
def test_a_citation_is_begun_and_not_ended(begun: str) -> None:
    spaces = _long(" ")
    assert normalize_citations(f"{begun}{spaces}x", 1) == f"{begun}{spaces}x"
    assert normalize_citations(_long(begun), 1) == _long(begun)


@pytest.mark.parametrize("piece", ["[1] ", "[1]., ", "[1] et ", "(1)", "【111】", "【111†a】 "])
def test_a_list_of_sources_goes_on_with_words(piece: str) -> None:
    line = f"Sources: {_long(piece)}"
    assert (opens_source_list(line), may_open_source_list(line)) == (True, True)
    assert (opens_source_list(f"{line}say so"), may_open_source_list(f"{line}say so")) == (False, False)


@pytest.mark.parametrize("piece", [" ", "_", " *", ": "])
def test_the_word_sources_is_followed_by_marks(piece: str) -> None:
    assert not may_open_source_list(f"Sources {_long(piece)}say so")


@pytest.mark.parametrize("piece", ["1%2e", "_1.1.1.1", "<@", "x-", "a-", "9."])
def test_what_may_begin_an_address_stands_before_one(piece: str) -> None:
    told = neutralize_addresses(f"{_long(piece)} example.com")
    assert told.replace("`", "") == f"{_long(piece)} example.com"
    assert told.endswith(" `example.com`")
