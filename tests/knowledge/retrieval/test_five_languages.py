"""Search by words alone in German, Spanish, Italian, Portuguese and Dutch, over a handbook of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from knowledge.core.access import Audience
from knowledge.retrieval.relevance import estimate_relevance
from tests.bot.answering.pipeline_setup import open_pipeline
from tests.knowledge.retrieval.handbooks import HANDBOOKS, UNANSWERED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.core.documents import Language
    from knowledge.retrieval.hybrid_search import PassageSearch, SearchResults


@pytest.fixture(scope="module", params=HANDBOOKS)
def handbook(request: pytest.FixtureRequest) -> Iterator[tuple[Language, PassageSearch]]:
    with open_pipeline(empty=True) as setup:
        setup.store("handbook.txt", tuple(text for text, _ in HANDBOOKS[request.param]))
        yield request.param, setup.search


def is_answered(question: str, results: SearchResults) -> bool:
    return estimate_relevance(question, results.found, results.margin) >= results.floor


def test_a_natural_question_finds_its_passage_and_is_not_refused(handbook: tuple[Language, PassageSearch]) -> None:
    language, search = handbook
    asked = [(question, text) for text, questions in HANDBOOKS[language] for question in questions]
    found = {question: search.search_passages(question, Audience.everyone(), 5) for question, _ in asked}
    missed = [
        question
        for question, text in asked
        if [one.passage.excerpt.text for one in found[question].found[:1]] != [text]
    ]
    refused = [question for question, results in found.items() if not is_answered(question, results)]
    assert len(refused) <= 0.05 * len(asked), refused
    assert len(missed) <= 0.1 * len(asked), missed


def test_function_words_alone_answer_nothing(handbook: tuple[Language, PassageSearch]) -> None:
    language, search = handbook
    found = {asked: search.search_passages(asked, Audience.everyone(), 5) for asked in UNANSWERED[language]}
    assert [asked for asked, results in found.items() if is_answered(asked, results)] == []
