from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.answering.answer import Answer
from bot.slack.blocks import Links, after, fitted, shortened
from bot.slack.texts import Texts
from bot.slack.words_en import ENGLISH
from bot.slack.words_fr import FRENCH
from playground.slack.blocks import block_problems
from tests.bot.slack.desk import citation, found

LINKS = Links("http://host/files/{path}#page={page}")


@pytest.mark.parametrize(
    ("template", "page", "address"),
    [
        (None, 3, None),
        ("http://h/{path}#page={page}", 3, "http://h/a%20b/%C3%A9%26%7C.pdf#page=3"),
        ("http://h/{path}#page={page}", None, "http://h/a%20b/%C3%A9%26%7C.pdf"),
        ("http://h/?f={path}", 3, "http://h/?f=a%20b/%C3%A9%26%7C.pdf"),
    ],
)
def test_a_link_leads_to_the_page(template: str | None, page: int | None, address: str | None) -> None:
    assert Links(template).to("a b/é&|.pdf", page) == address


def test_a_source_names_document_page_and_section() -> None:
    text = json.dumps(after(Answer("x", "answered", "en", (citation(),)), Links(), ENGLISH), ensure_ascii=False)
    assert "*Sources*\\n[1] Staff handbook, p. 12 — Leave › Remote work" in text


def test_a_source_that_spans_pages_names_them_and_leads_to_the_first() -> None:
    one = replace(citation(), last_page=13)
    text = json.dumps(after(Answer("x", "answered", "en", (one,)), LINKS, ENGLISH), ensure_ascii=False)
    assert "#page=12|Staff handbook>, p. 12-13 — Leave" in text


@pytest.mark.parametrize(
    ("texts", "quoted"), [(ENGLISH, "“Two days.”"), (FRENCH, "«\N{NO-BREAK SPACE}Two days.\N{NO-BREAK SPACE}»")]
)
def test_the_nearest_passages_are_quoted_as_their_reader_quotes(texts: Texts, quoted: str) -> None:
    answer = Answer("x", "not_found", "fr", passages=(found("Two days."),))
    assert quoted in json.dumps(after(answer, Links(), texts), ensure_ascii=False)


def test_a_source_without_page_or_section_is_its_title() -> None:
    one = citation(page=None, section=("Staff handbook",))
    text = json.dumps(after(Answer("x", "answered", "en", (one,)), LINKS, ENGLISH), ensure_ascii=False)
    assert '[1] <http://host/files/hr/staff%20handbook.pdf|Staff handbook>"' in text


def test_the_document_s_own_title_is_not_repeated_as_a_section() -> None:
    one = citation(section=("Staff handbook", "Leave"))
    assert "p. 12 — Leave" in json.dumps(
        after(Answer("x", "answered", "en", (one,)), LINKS, ENGLISH), ensure_ascii=False
    )


def test_notices_come_last_and_are_defused() -> None:
    answer = Answer("x", "answered", "en", (citation(),), notices=("Beware of <!here>.",))
    assert [block["type"] for block in after(answer, LINKS, ENGLISH, ("First.",))] == ["context"] * 3
    assert "&lt;!here&gt;" in json.dumps(after(answer, LINKS, ENGLISH))


def test_an_answer_without_sources_or_notices_ends_without_blocks() -> None:
    assert after(Answer("x", "answered", "en"), LINKS, ENGLISH) == []


def test_fifty_sources_stay_within_slack_s_sizes() -> None:
    answer = Answer("x", "partly", "fr", tuple(citation(n, section=("s" * 200,)) for n in range(1, 51)))
    blocks = after(answer, LINKS, FRENCH)
    assert block_problems(blocks) == []
    assert len(json.dumps(blocks)) < 2_000
    assert "de plus" in json.dumps(blocks)


def test_the_nearest_passages_are_quoted_shortly() -> None:
    answer = Answer("x", "not_found", "en", passages=(found("word " * 2000),) * 5)
    blocks = after(answer, LINKS, ENGLISH)
    assert block_problems(blocks) == []
    assert json.dumps(blocks, ensure_ascii=False).count("… ”") == 0
    assert json.dumps(blocks, ensure_ascii=False).count("…”") == 3


def test_lines_that_do_not_fit_are_counted() -> None:
    assert fitted(["a" * 40, "b" * 40, "c" * 40], ENGLISH, 80) == f"{'a' * 40}\n… and 2 more"


def test_a_long_text_is_cut_where_a_word_ends() -> None:
    assert shortened("one  two\nthree", 10) == "one two…"
