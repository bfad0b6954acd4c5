"""What a model or a document may write costs a time that grows as its length does, since it is read on the event loop.

Each text is so long that a cost which grows with the square of its length runs into the limit by far, and what is
read once stays far below it on a slow machine.
"""

from __future__ import annotations

import re

import pytest

from bot.answering.output_filter.addresses import neutralize_addresses
from bot.answering.output_filter.code_fences import align_fence, parse_fence_opening
from bot.answering.output_filter.filter import OutputFilter
from bot.answering.output_filter.links import neutralize_quoted_line
from bot.answering.output_filter.model_noise import ThinkingFilter, may_open_source_list, opens_source_list
from bot.answering.verification import statement_check
from bot.answering.verification.citations import extract_cited_numbers, normalize_citations, remove_citations
from bot.answering.verification.passage_parts import PassageParts
from bot.answering.verification.statements import extract_refusals, extract_statements
from knowledge.core.documents import Language
from tests.bot.answering.passages import found

pytestmark = pytest.mark.timeout(30)


def _long(piece: str, length: int = 200_000) -> str:
    return piece * (length // len(piece))


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


@pytest.mark.parametrize(
    "piece", ["![", "[", "[a](", "![a](", "![a][", "[a](\n ", "\\`", "`", "`` ` ", "<a", "<a ", "[a]:", "[^"]
)
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


@pytest.mark.parametrize(
    "piece", ["1%2e", "_1.1.1.1", "<@", "x-", "a-", "9.", "a@", "a@.", "$.", "=", "*", "~é", "\u0301"]
)
def test_what_may_begin_an_address_stands_before_one(piece: str) -> None:
    result = neutralize_addresses(f"{_long(piece)} example.com")
    assert re.sub("[` ]", "", result) == f"{_long(piece)}example.com"
    assert result.endswith(" `example.com`")


@pytest.mark.parametrize(
    ("begun", "piece", "ended"),
    [
        ("It is so.", " ", "Really."),
        ("Sources:\n", "sources\n", "Really so."),
        ("Sources:\n", "[1] a b c\n", "Really so."),
        ("Sources:\n", "> ", "Really so."),
        ("Sources: ", "[1] ", "Really so."),
        ("It is so. NOT FOUND", ". ", "Really so."),
        ("", "> ", "This is really so. " * 100),
    ],
)
def test_what_a_model_goes_on_with_is_no_list_and_no_end(begun: str, piece: str, ended: str) -> None:
    output_filter = OutputFilter(1)
    assert (
        output_filter.filter_text(f"{begun}{_long(piece, 60_000)}{ended}") + output_filter.flush_text()
        == output_filter.text
    )
    assert output_filter.text.endswith(ended)


@pytest.mark.parametrize("piece", [">/<a ", "<br>\t<a <"])
def test_brackets_are_begun_one_after_another(piece: str) -> None:
    output_filter = OutputFilter(1)
    assert output_filter.filter_text(f"@{_long(piece, 6_000)}")
    output_filter.flush_text()
    assert not re.search(r"<a [^>]|\]\(", output_filter.text)


def test_an_answer_names_what_it_lacks_after_many_empty_lines() -> None:
    output_filter = OutputFilter(1)
    output_filter.prose = _long("\n")
    assert not output_filter.names_missing_parts
    output_filter.prose += "**Missing**: the date.\n"
    assert output_filter.names_missing_parts


def test_white_space_comes_before_an_answer_a_character_at_a_time() -> None:
    thoughts = ThinkingFilter()
    assert not any(map(thoughts.filter_thinking, _long("\t", 500_000)))
    assert thoughts.filter_thinking("It is so.") == "It is so."


def test_marks_of_a_fence_are_followed_by_words() -> None:
    line = f"\t```{_long(' ')}!"
    assert align_fence(line) == line
    assert not parse_fence_opening(f"{_long('~')}\nx")


def test_a_passage_is_read_once_for_all_statements_that_cite_it(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(text: str, language: Language | None) -> PassageParts:
        read.append(text)
        return PassageParts(text, language)

    monkeypatch.setattr(statement_check, "PassageParts", counted)
    passages = [found("Staff may take 12 days of leave."), found("Managers may take 14 days of leave.")]
    prose = "Staff may take 12 days of leave [1]. Managers may take 14 [2]. " * 500
    result = statement_check.check_statements(prose, passages)
    assert {claim.backing for claim in result.claims} == {"backed"}
    assert (len(result.claims), len(read)) == (1000, 2)


@pytest.mark.parametrize("piece", ["12 days ", "A. ", "a | b ", "Aa Bb ", "no, ", "a1-", "1:1", "a.a.", "1,1", "€ "])
def test_a_statement_and_a_passage_go_on_and_on(piece: str) -> None:
    for text in (_long(piece, 60_000), _long(f"{piece}\n", 60_000)):
        source = statement_check.CitedText(text, "en")
        assert statement_check.judge_support("The office opens at nine on 12 May 2026.", source) == "weak"
        short = statement_check.CitedText("The office opens at nine on 12 May 2026.", "en")
        assert statement_check.judge_support(text, short) in ("weak", "unclear", "backed")
