"""The search as a LangChain retriever for one audience. Its documents carry the passages in their metadata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from knowledge.core.access import Audience
from knowledge.core.passages import FoundPassage
from knowledge.retrieval.hybrid_search import PassageSearch, SearchResults


class PassageRetriever(BaseRetriever):
    """Finds the passages that `audience` may know. It cannot be built without an audience.

    `limit` is the highest number of passages, `variants` are other wordings of the question.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    search: PassageSearch
    audience: Audience
    limit: int
    variants: tuple[str, ...] = ()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:  # noqa: ARG002  # LangChain's signature
        """Returns the passages found, best first.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        return documents_from_results(self.search.search_passages(query, self.audience, self.limit, self.variants))


def documents_from_results(results: SearchResults) -> list[Document]:
    """Converts what a search found to LangChain's documents; each also carries how the search went."""
    how = {field.name: getattr(results, field.name) for field in fields(results) if field.name != "found"}
    return [
        Document(
            one.passage.excerpt.text,
            id=one.passage.id,
            metadata={"passage": one.passage, "score": one.score, "copies": one.copies, "pieces": one.pieces, **how},
        )
        for one in results.found
    ]


def results_from_documents(documents: Sequence[Document]) -> SearchResults:
    """Converts a retriever's documents back to the results of the search."""
    if not documents:
        return SearchResults(())
    found = tuple(
        FoundPassage(one.metadata["passage"], one.metadata["score"], one.metadata["copies"], one.metadata["pieces"])
        for one in documents
    )
    how = documents[0].metadata
    return SearchResults(found, *(how[field.name] for field in fields(SearchResults) if field.name != "found"))
