"""Search among passages in other languages, on the embedded engine and over HTTP."""

from __future__ import annotations

from qdrant_client import QdrantClient

from knowledge.core.access import Audience
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import ForeignSearches
from knowledge.retrieval.vector_search import DenseSearch, VectorSearch
from knowledge.storage.index_versions import IndexVersion
from knowledge.storage.passage_writer import PassageWriter
from tests.knowledge.samples import enriched, stored

FRENCH = "Les chiens restent à la maison, sauf les chiens d'assistance."
ENGLISH = "Dogs stay at home, unless they assist somebody who needs them."
UNCLEAR = "12 | 34 | 56"


def test_only_passages_in_a_known_other_language_are_searched(
    client: QdrantClient, prefix: str, index: PassageWriter, meaning: EmbeddingModel
) -> None:
    enriched(index, stored(index, "rules.md", FRENCH, ENGLISH, UNCLEAR))
    vectors, collection = VectorSearch(client), IndexVersion().passages_collection(prefix)

    def find(language: str | None, audience: Audience) -> set[str]:
        search = DenseSearch("dogs", meaning, not_in_language=language)
        (found,) = vectors.search_passages(collection, [search], audience, 9).found
        return {one.passage.excerpt.text for one in found}

    assert find(None, Audience.everyone()) == {FRENCH, ENGLISH, UNCLEAR}
    assert find("en", Audience.everyone()) == {FRENCH}
    assert find("fr", Audience.everyone()) == {ENGLISH}
    assert find("de", Audience.everyone()) == {FRENCH, ENGLISH}
    assert not find("de", Audience(frozenset({"nobody-here"})))


def test_where_no_passage_is_in_another_language_nobody_looks_again_for_a_minute() -> None:
    now = 100.0
    searches, everyone = ForeignSearches(lambda: now), Audience.everyone()
    assert searches.are_worthwhile("passages", "fr", everyone)
    searches.record_failure("passages", "fr", everyone)
    assert not searches.are_worthwhile("passages", "fr", everyone)
    assert searches.are_worthwhile("passages", "en", everyone)
    assert searches.are_worthwhile("others", "fr", everyone)
    assert searches.are_worthwhile("passages", "fr", Audience(frozenset({"someone"})))
    now += 60
    assert searches.are_worthwhile("passages", "fr", everyone)
