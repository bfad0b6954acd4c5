from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.answering.answer import Answer
from bot.answering.verification.citations import citation_from_passage
from bot.answering.verification.statement_check import CheckedStatement
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_fr import FRENCH
from bot.slack.replies.steps import list_step_sources
from bot.slack.views.block_kit import DocumentLinks
from bot.slack.views.passages import render_passage_modal
from bot.slack.views.sources import (
    MORE_PASSAGES_ACTION,
    SHOW_PASSAGE_ACTION,
    MorePassagesButton,
    PassageButton,
    format_passage_place,
    render_answer_footer,
)
from knowledge.core.passages import Excerpt, FoundPassage, passages_from_excerpts
from knowledge.retrieval.passage_lookup import PassageNeighbours
from playground.slack.rules.blocks import find_block_problems
from playground.slack.rules.message_content import count_characters
from tests.bot.slack.running_bot import citation, document, found

LINKS = DocumentLinks("http://host/files/{path}#page={page}")


def test_a_source_names_document_page_and_section() -> None:
    text = json.dumps(
        render_answer_footer(Answer("x", "answered", "en", (citation(),)), DocumentLinks(), ENGLISH), ensure_ascii=False
    )
    assert "*Sources*\\n[1] Staff handbook, p. 12 — Leave › Remote work" in text


def test_a_place_that_is_cited_twice_is_one_line_with_both_numbers() -> None:
    twice = Answer("x", "passages_only", "en", (citation(1), citation(2), citation(3, page=13)))
    sources, buttons, *_ = render_answer_footer(twice, DocumentLinks(), ENGLISH)
    _, *lines = sources["elements"][0]["text"].split("\n")
    assert [line.partition(" Staff")[0] for line in lines] == ["[1][2]", "[3]"]
    assert len(buttons["elements"]) == 3


def test_a_source_that_does_not_hold_what_is_stated_says_so_and_sentences_without_one_are_counted() -> None:
    claims = (CheckedStatement("Three days.", (1,), "weak"), CheckedStatement("On Mondays.", (2,), "backed"))
    answer = Answer("x", "answered", "en", (citation(), citation(2)), claims=claims, uncited=2)
    assert answer.unsupported_citations == {1}
    [sources, _] = render_answer_footer(answer, DocumentLinks(), ENGLISH)
    title, first, second, last = sources["elements"][0]["text"].split("\n")
    assert first.endswith(f"_{ENGLISH.weak}_")
    assert ENGLISH.weak not in second
    assert (title, last) == ("*Sources*", "Sentences without a source: 2")


def test_a_source_that_spans_pages_names_them_and_leads_to_the_first() -> None:
    one = replace(citation(), last_page=13)
    text = json.dumps(render_answer_footer(Answer("x", "answered", "en", (one,)), LINKS, ENGLISH), ensure_ascii=False)
    assert "#page=12|Staff handbook>, p. 12-13 — Leave" in text


@pytest.mark.parametrize(("member", "address"), [("", "/offer.eml#page=12|"), ("contract.pdf", "/offer.eml|")])
def test_the_page_of_a_file_inside_a_mail_is_named_and_no_link_leads_to_it(member: str, address: str) -> None:
    (passage,) = passages_from_excerpts(document("offer.eml", title="Offer"), [Excerpt("Two days.", 12, member=member)])
    one = FoundPassage(passage, 0.9)
    footer = render_answer_footer(
        Answer("x", "answered", "en", (citation_from_passage(1, one),), passages=(one,)), LINKS, ENGLISH
    )
    modal = render_passage_modal(PassageButton(1, passage.id), PassageNeighbours(passage), None, LINKS, ENGLISH)
    nearest = format_passage_place(passage, LINKS, ENGLISH)
    for shown in (json.dumps(footer), json.dumps(modal), nearest):
        assert address in shown
        assert "p. 12" in shown
    assert [f"{source.url}|".endswith(address) for source in list_step_sources([one], LINKS)] == [True]


@pytest.mark.parametrize("texts", [ENGLISH, FRENCH])
def test_where_nothing_is_found_the_nearest_titles_are_named_and_nothing_is_quoted(texts: InterfaceTexts) -> None:
    answer = Answer("x", "not_found", "fr", passages=(found("Two days."), found("Three days.")))
    shown = json.dumps(render_answer_footer(answer, DocumentLinks(), texts), ensure_ascii=False)
    assert f"{texts.nearest}\\n1. Staff handbook, p. 12" in shown
    assert "2. " not in shown
    assert "days" not in shown


def test_a_source_without_page_or_section_is_its_title() -> None:
    one = citation(page=None, section=("Staff handbook",))
    text = json.dumps(render_answer_footer(Answer("x", "answered", "en", (one,)), LINKS, ENGLISH), ensure_ascii=False)
    assert '[1] <http://host/files/hr/staff%20handbook.pdf|Staff handbook>"' in text


def test_the_document_s_own_title_is_not_repeated_as_a_section() -> None:
    one = citation(section=("Staff handbook", "Leave"))
    assert "p. 12 — Leave" in json.dumps(
        render_answer_footer(Answer("x", "answered", "en", (one,)), LINKS, ENGLISH), ensure_ascii=False
    )


def test_notices_come_last_and_are_defused() -> None:
    answer = Answer("x", "answered", "en", (citation(),), notices=("Beware of <!here>.",))
    types = [block["type"] for block in render_answer_footer(answer, LINKS, ENGLISH, ("First.",))]
    assert types == ["context", "actions", "context", "context"]
    assert "&lt;!here&gt;" in json.dumps(render_answer_footer(answer, LINKS, ENGLISH))


def test_an_answer_without_sources_or_notices_ends_without_blocks() -> None:
    assert render_answer_footer(Answer("x", "answered", "en"), LINKS, ENGLISH) == []


def test_fifty_sources_stay_within_slack_s_sizes() -> None:
    answer = Answer("x", "partly", "fr", tuple(citation(n, n, ("s" * 200,)) for n in range(1, 51)))
    blocks = render_answer_footer(answer, LINKS, FRENCH)
    assert find_block_problems(blocks) == []
    assert sum(map(count_characters, blocks)) < 2_300  # with a page of words, Slack takes it
    assert "de plus" in json.dumps(blocks)


def test_at_most_two_titles_come_nearest() -> None:
    near = tuple(
        replace(one, passage=replace(one.passage, document_id=f"d{n}", title=f"Title {n}"))
        for n, one in enumerate((found("word " * 2000),) * 5)
    )
    blocks = render_answer_footer(Answer("x", "not_found", "en", passages=near), LINKS, ENGLISH)
    assert find_block_problems(blocks) == []
    assert "Title 1" in json.dumps(blocks)
    assert "Title 2" not in json.dumps(blocks)


def test_more_passages_stand_behind_one_button_that_holds_their_ids_and_the_question() -> None:
    others = tuple(replace(one, passage=replace(one.passage, id=f"id{n}")) for n, one in enumerate([found("x")] * 9))
    answer = Answer("> x [1]", "passages_only", "en", (citation(),), (found("x"), *others), searched="how many?" * 200)
    blocks = render_answer_footer(answer, LINKS, ENGLISH)
    [button] = [one for block in blocks for one in block["elements"] if one.get("action_id") == MORE_PASSAGES_ACTION]
    assert find_block_problems(blocks) == []
    more = MorePassagesButton.button_from_value(button["value"])
    assert more
    assert len(more.passage_ids) == 5
    assert ("how many?" * 200).startswith(more.question)
    alone = replace(
        answer, passages=(replace(found("x"), passage=replace(found("x").passage, id=citation().passage_id)),)
    )
    assert MORE_PASSAGES_ACTION not in json.dumps(render_answer_footer(alone, LINKS, ENGLISH))
    written = replace(answer, state="answered")
    assert MORE_PASSAGES_ACTION not in json.dumps(render_answer_footer(written, LINKS, ENGLISH))


def test_a_button_carries_the_places_of_what_is_quoted() -> None:
    button = PassageButton(1, "id", ((3, 20), (31, 40)))
    assert PassageButton.button_from_value(button.value) == button
    assert PassageButton.button_from_value("1 id nonsense 5") == PassageButton(1, "id")
    assert PassageButton.button_from_value("1 id de") == PassageButton(1, "id", language="de")


def test_a_source_says_when_its_document_was_changed() -> None:
    answer = Answer("x", "answered", "en", (citation(),))
    text = json.dumps(
        render_answer_footer(answer, DocumentLinks(), ENGLISH, changed_at={citation().path: 86_400.0}),
        ensure_ascii=False,
    )
    assert "Remote work · changed <!date^86400^{date_num}|1970-01-02>" in text


@pytest.mark.parametrize(("count", "kinds"), [(1, ["button"]), (3, ["button"] * 3), (4, ["static_select"])])
def test_each_source_can_be_shown_by_a_button_or_by_a_menu(count: int, kinds: list[str]) -> None:
    answer = Answer("x", "answered", "fr", tuple(citation(n) for n in range(1, count + 1)))
    blocks = render_answer_footer(answer, LINKS, FRENCH)
    elements = next(block["elements"] for block in blocks if block["type"] == "actions")
    assert find_block_problems(blocks) == []
    assert [element["type"] for element in elements] == kinds
    assert all(element["action_id"].startswith(SHOW_PASSAGE_ACTION) for element in elements)


def test_a_button_carries_an_id_and_no_word_of_the_passage() -> None:
    answer = Answer("x", "not_found", "en", passages=(found("Two days a week."),))
    button = next(block for block in render_answer_footer(answer, LINKS, ENGLISH) if block["type"] == "actions")[
        "elements"
    ][0]
    assert PassageButton.button_from_value(button["value"]) == PassageButton(1, "id", language="en")
    assert "days" not in json.dumps(button)


@pytest.mark.parametrize("value", ["", "1", "x y", "1 ", "²  id", "99999 id"])
def test_a_value_that_is_none_of_ours_asks_for_nothing(value: str) -> None:
    assert PassageButton.button_from_value(value) is None


@pytest.mark.parametrize(
    ("copies", "told"),
    [
        (("old/staff.pdf",), "also in <http://host/files/old/staff.pdf|old/staff.pdf>"),
        (("a.md", "b.md", "c.md", "d.md"), "b.md>, … and 2 more"),
    ],
)
def test_a_source_names_the_other_documents_that_hold_it(copies: tuple[str, ...], told: str) -> None:
    one = replace(citation(), copies=copies)
    text = json.dumps(render_answer_footer(Answer("x", "answered", "en", (one,)), LINKS, ENGLISH), ensure_ascii=False)
    assert told in text
