"""The search as LangChain's retriever: for an audience or not at all, and nothing is lost on the way through it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from knowledge.core.access import Audience
from knowledge.core.passages import FoundPassage, PieceScore
from knowledge.retrieval.hybrid_search import PassageSearch, SearchResults
from knowledge.retrieval.langchain_retriever import PassageRetriever, documents_from_results, results_from_documents
from knowledge.storage.passage_writer import PassageWriter
from tests.knowledge.samples import document, passages, stored


@pytest.mark.parametrize("given", [{}, {"audience": None}, {"audience": "everyone"}], ids=["none", "null", "a word"])
def test_a_retriever_cannot_be_made_without_an_audience(search: PassageSearch, given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="audience"):
        PassageRetriever(search=search, limit=3, **given)


def test_it_finds_what_its_audience_may_know(index: PassageWriter, search: PassageSearch) -> None:
    stored(index, "a.md", "télétravail")
    everyone, nobody = (
        PassageRetriever(search=search, limit=3, audience=audience)
        for audience in (Audience.everyone(), Audience(frozenset({"nobody-here"})))
    )
    assert [one.page_content for one in everyone.invoke("télétravail")] == ["télétravail"]
    assert nobody.invoke("télétravail") == []


def test_documents_say_all_that_the_search_said() -> None:
    made = passages(document("a.md"), "un", "deux")
    results = SearchResults(
        (FoundPassage(made[0], 0.7, (made[1],), (PieceScore(0, 2, 0.5),)),), "by words", 0.25, 1.5, 0.4, 3.1
    )
    assert results_from_documents(documents_from_results(results)) == results
    assert results_from_documents([]) == SearchResults(())
