from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_fr import FRENCH
from bot.slack.views.suggested_prompts import build_suggested_prompts, choose_latest_documents
from knowledge.core.documents import DocumentState, Language
from knowledge.core.text import add_french_spaces
from knowledge.retrieval.passage_lookup import DocumentOutline
from tests.attacks import judge
from tests.bot.slack.handlers.test_show_passage import HANDBOOK, made
from tests.bot.slack.running_bot import at_work, document, indexed
from tests.bot.slack.running_bot import saying as script

DOCUMENTS = [document(f"{n}.pdf", title=f"Guide {n}") for n in range(4)]


def _asked(headings: Mapping[int, tuple[str, ...]], texts: InterfaceTexts = ENGLISH) -> list[str]:
    of = {DOCUMENTS[n].id: DocumentOutline(found, texts.code) for n, found in headings.items()}
    return [prompt["message"] for prompt in build_suggested_prompts(DOCUMENTS, texts, of)]


def test_headings_are_asked_about_in_several_ways() -> None:
    headings = dict.fromkeys(range(4), ("1.2 Remote work", "Article 3. Leave", "Travel", "Parking"))
    assert _asked(headings) == [
        "What should I know about “Remote work”?",
        "What does “Guide 1” say about “Leave”?",
        "What should I know about “Travel”?",
        "What does “Guide 3” say about “Parking”?",
    ]
    assert len({question.split("«")[0] for question in _asked(headings, FRENCH)}) == 2


@pytest.mark.parametrize("heading", ["Guide 0", "guide 0", "1.", "4.2 A", "—————", "x" * 61])
def test_what_is_no_subject_is_not_asked_about(heading: str) -> None:
    assert _asked({0: (heading,)})[0] == "What does “Guide 0” say?"


def test_a_heading_that_is_a_question_is_asked_as_it_stands() -> None:
    assert _asked({0: ("2. Who pays the train?", "3. When?")})[0] == "Who pays the train?"


def test_a_single_question_may_be_a_closing_phrase_and_is_not_asked() -> None:
    assert _asked({0: ("Any questions?",)})[0] == "What does “Guide 0” say?"
    assert _asked({0: ("Any questions?", "Leave")})[0] == "What should I know about “Leave”?"


def test_what_a_document_asks_itself_is_suggested_before_headings_and_titles() -> None:
    assert _asked({1: ("Leave",), 3: ("Parking", "Who pays the train?", "When?")}) == [
        "Who pays the train?",
        "When?",
        "What does “Guide 1” say about “Leave”?",
        "What does “Guide 0” say?",
    ]


def test_an_older_document_that_asks_something_is_looked_at_too() -> None:
    many = [document(f"{n}.pdf", title=f"Guide {n}", read_at=float(n)) for n in range(9)]
    outlines = {many[2].id: DocumentOutline(("Who pays the train?", "When?"))}
    suggested = build_suggested_prompts(choose_latest_documents(many), ENGLISH, outlines)
    assert [one["message"] for one in suggested][1:3] == ["When?", "What does “Guide 8” say?"]
    assert len(suggested) == 4


def test_a_long_number_before_a_heading_is_read_in_one_way_only() -> None:
    """Where it can be read in two ways at each digit, fifty digits are never read to their end."""
    digits = "1" * 50
    assert _asked({0: (f"{digits}x",), 1: (f"{digits} Leave",)})[:2] == [
        f"What should I know about “{digits}x”?",
        "What does “Guide 1” say about “Leave”?",
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "Voir http://evil.example/x",
        "<https://evil.example|cliquez ici>",
        "evil.com/?q=1",
        "<!channel> lisez",
        "<@U123ABC> et @here",
        "ev\u200bil.com",
        "mailto:a@evil.com",
    ],
)
def test_whoever_presses_a_suggestion_says_no_address_and_calls_nobody(hostile: str) -> None:
    titled = [document("a.pdf", title=hostile), document("b.pdf", title="Guide")]
    for suggested in (
        build_suggested_prompts(titled[:1], FRENCH, {}),
        build_suggested_prompts(titled[1:], FRENCH, {titled[1].id: DocumentOutline((hostile,))}),
    ):
        for said in suggested[0].values():
            assert judge.mrkdwn(said, verbatim=False) == judge.Verdict(), said
            assert "«" in said


def test_only_what_can_be_searched_is_suggested_the_latest_first_and_each_title_once() -> None:
    documents = [
        document("a.pdf", DocumentState.FAILED),
        document("b.pdf", DocumentState.READING),
        document("c.pdf", DocumentState.WORDS),
    ]
    newer = document("d.pdf", title="e", read_at=9.0)
    assert choose_latest_documents([*documents, document("f.pdf", title="c"), newer]) == [newer, documents[2]]


async def test_the_messages_tab_suggests_a_heading_of_a_document() -> None:
    async with at_work(script("?")) as desk:
        indexed(desk, HANDBOOK, made())
        await desk.slack.person("camille").open_home("messages")
        call = await desk.slack.wait_until(
            lambda: next((c for c in desk.slack.calls if c.method.endswith("setSuggestedPrompts")), None)
        )
        prompted = json.dumps(call.arguments["prompts"], ensure_ascii=False)
        assert "What should I know about “Remote work”?" in prompted  # asked in the language of the only document


@pytest.mark.parametrize(
    ("spoken", "asked"),
    [
        (("fr", "en", "fr", "en"), ["What does “Guide 1” say?", "What does “Guide 3” say?"]),
        (("fr", "en", None, "fr"), ["What does “Guide 1” say?", "What does “Guide 2” say?"]),
        (("fr", "de", "fr", "fr"), ["Que dit « Guide 0 » ?", "Que dit « Guide 2 » ?", "Que dit « Guide 3 » ?"]),
        ((None, None), [f"What does “Guide {n}” say?" for n in range(4)]),
    ],
    ids=["the reader's", "unclear ones, too", "that of most documents", "nothing clear"],
)
def test_suggestions_are_in_one_language(spoken: tuple[Language | None, ...], asked: list[str]) -> None:
    outlines = {DOCUMENTS[n].id: DocumentOutline((), language) for n, language in enumerate(spoken)}
    suggested = [one["message"] for one in build_suggested_prompts(DOCUMENTS, ENGLISH, outlines)]
    assert suggested == [add_french_spaces(one) if "«" in one else one for one in asked]


def test_a_heading_is_asked_about_that_leaves_the_question_whole() -> None:
    known = document("api.md", title="API of orders, version 3")
    other = document("guide.md", title="Guide")
    headings = ("Presentation", "The life cycle of an order and of its parts", "Errors")
    first, _ = build_suggested_prompts([other, known], ENGLISH, {known.id: DocumentOutline(headings)})
    assert first["title"] == first["message"]
    assert "“Errors”" in first["title"]
