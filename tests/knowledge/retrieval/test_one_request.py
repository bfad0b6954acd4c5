"""A question asks Qdrant once, and is answered by the index version that serves, whatever changes in between."""

from __future__ import annotations

from dataclasses import replace

import pytest
from qdrant_client import QdrantClient
from qdrant_client.http.exceptions import ResponseHandlingException

from knowledge.core.access import Audience
from knowledge.core.failures import IndexUnreachable, ModelUnavailable
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.retrieval.relevance import DEFAULT_FLOOR
from knowledge.storage.index_versions import IndexRecipe, IndexVersion, IndexVersions
from knowledge.storage.passage_writer import PassageWriter
from tests.doubles.qdrant_requests import Requests
from tests.knowledge.samples import ALL, document, enriched, passages, stored, texts

SEARCH, ALIAS = "POST {}_serving/points/query/batch", "GET {}_serving"


@pytest.fixture
def requests(client: QdrantClient) -> Requests:
    return Requests(client)


@pytest.fixture
def versions(client: QdrantClient, prefix: str, index: PassageWriter) -> IndexVersions:
    """One version serves, with a passage that has a vector."""
    enriched(index, stored(index, "a.md", "la cantine ferme à midi"))
    versions = IndexVersions(client, prefix)
    versions.activate_index_version(IndexVersion())
    return versions


@pytest.fixture
def following(client: QdrantClient, prefix: str, versions: IndexVersions, meaning: EmbeddingModel) -> IndexVersion:
    """Another version, with another passage and another floor, which may serve now."""
    recipe = IndexRecipe("2", "2", meaning.model, meaning.prefixes)
    version = IndexVersion(2, recipe, floor=replace(DEFAULT_FLOOR, threshold=0.4, with_meaning=0.4))
    index = PassageWriter(client, prefix, meaning, version)
    index.prepare()
    enriched(index, stored(index, "a.md", "la cantine ferme à onze heures", content="b"))
    return version


@pytest.mark.usefixtures("versions")
def test_a_question_asks_qdrant_once(search: PassageSearch, requests: Requests, prefix: str) -> None:
    search.search_passages("cantine", ALL, 5)
    assert requests.take() == [ALIAS.format(prefix), SEARCH.format(prefix)]
    assert texts(search.search_passages("cantine", ALL, 5, ("réfectoire",))) == ["la cantine ferme à midi"]
    assert requests.take() == [SEARCH.format(prefix)]


@pytest.mark.usefixtures("versions")
def test_a_passage_that_is_still_to_be_embedded_is_found_by_words(search: PassageSearch, index: PassageWriter) -> None:
    words = "the printer on the third floor needs the code 4711"
    added = stored(index, "b.md", words)
    question = "printer: ink, paper, cleaning, warranty, delivery?"
    results = search.search_passages(question, ALL, 5)
    assert (texts(results), results.degraded) == ([words], "Some passages have no vector yet.")
    enriched(index, added)
    assert search.search_passages(question, ALL, 5).degraded is None


@pytest.mark.usefixtures("versions")
def test_a_qdrant_that_does_not_answer_is_waited_for_once(search: PassageSearch, requests: Requests) -> None:
    def hang() -> None:
        raise ResponseHandlingException(TimeoutError())

    search.search_passages("cantine", ALL, 5)
    requests.take()
    requests.before["batch"] = hang
    with pytest.raises(IndexUnreachable, match="Qdrant does not answer"):
        search.search_passages("cantine", ALL, 5)
    assert requests.take() == []


@pytest.mark.parametrize("when", ["between two questions", "after the look-up", "before the second look-up"])
def test_a_version_that_was_replaced_answers_nobody(
    search: PassageSearch, requests: Requests, versions: IndexVersions, following: IndexVersion, when: str
) -> None:
    def switch() -> None:
        requests.before.clear()
        versions.activate_index_version(following)

    if when != "after the look-up":
        search.search_passages("cantine", ALL, 5)
    if when == "between two questions":
        switch()
    else:
        requests.before["batch"] = switch
    results = search.search_passages("cantine", ALL, 5)
    assert texts(results) == ["la cantine ferme à onze heures"]
    assert results.floor == 0.4
    requests.take()
    assert search.search_passages("cantine", ALL, 5) == results
    assert len(requests.take()) == 1


def test_a_version_with_other_vectors_is_searched_by_them(
    search: PassageSearch, client: QdrantClient, prefix: str, versions: IndexVersions, meaning: EmbeddingModel
) -> None:
    search.search_passages("cantine", ALL, 5)
    other = meaning.with_model("other-embed", meaning.prefixes)
    version = IndexVersion(2, IndexRecipe("2", "2", other.model, other.prefixes))
    index = PassageWriter(client, prefix, other, version)
    index.prepare()
    enriched(index, stored(index, "a.md", "la cantine ferme à onze heures", content="b"))
    versions.activate_index_version(version)
    results = search.search_passages("cantine", ALL, 5)
    assert (texts(results), results.degraded) == (["la cantine ferme à onze heures"], None)


def test_another_audience_counts_at_once(
    search: PassageSearch, index: PassageWriter, versions: IndexVersions, requests: Requests
) -> None:
    assert search.search_passages("cantine", ALL, 5).found
    index.apply_audiences({"a.md": frozenset({"hr"})})
    requests.take()
    assert search.search_passages("cantine", ALL, 5).found == ()
    assert search.search_passages("cantine", Audience(frozenset({"hr"})), 5).found
    assert len(requests.take()) == 2
    assert versions.count_served_passages() == 1


def test_what_is_measured_anew_of_a_version_counts_at_once(search: PassageSearch, versions: IndexVersions) -> None:
    assert search.search_passages("cantine", ALL, 5).floor != 0.4
    versions.update_index_version(IndexVersion(), floor=replace(DEFAULT_FLOOR, threshold=0.4, with_meaning=0.4))
    assert search.search_passages("cantine", ALL, 5).floor == 0.4


def test_words_are_searched_once_where_pieces_cannot_be_compared(
    search: PassageSearch, versions: IndexVersions, requests: Requests, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> list[float]:
        raise ModelUnavailable("The model is away.")

    search.search_passages("cantine", ALL, 5)
    requests.take()
    monkeypatch.setattr(EmbeddingModel, "can_compare_pieces", True)
    monkeypatch.setattr(EmbeddingModel, "compare_pieces", fail)
    results = search.search_passages("cantine", ALL, 5)
    assert (texts(results), results.degraded) == (["la cantine ferme à midi"], "The model is away.")
    assert requests.take() == [SEARCH.format(prefix)]
    assert versions.count_served_passages() == 1


def test_an_index_of_an_older_worker_is_looked_up_each_time(
    search: PassageSearch, client: QdrantClient, index: PassageWriter, versions: IndexVersions, requests: Requests
) -> None:
    """It has no point that says which version it is, until the worker starts."""
    points, _ = client.scroll(index.collection, with_payload=True)
    client.delete(index.collection, [point.id for point in points if "metadata" not in (point.payload or {})])
    for _ in range(2):
        requests.take()
        assert search.search_passages("cantine", ALL, 5).found
        assert len(requests.take()) == 2
    index.prepare()
    search.search_passages("cantine", ALL, 5)
    requests.take()
    search.search_passages("cantine", ALL, 5)
    assert len(requests.take()) == 1
    assert versions.has_serving_alias()


def test_a_version_whose_point_was_not_written_is_looked_up_once(
    search: PassageSearch, client: QdrantClient, index: PassageWriter, versions: IndexVersions, requests: Requests
) -> None:
    """The worker was killed after it had changed the version's metadata, and before it wrote which version it is."""
    client.update_collection(index.collection, metadata={"began_at": 5.0})
    for count in (3, 1):
        requests.take()
        assert texts(search.search_passages("cantine", ALL, 5)) == ["la cantine ferme à midi"]
        assert len(requests.take()) == count
    versions.update_index_version(IndexVersion(), floor=replace(DEFAULT_FLOOR, threshold=0.4, with_meaning=0.4))
    assert search.search_passages("cantine", ALL, 5).floor == 0.4


def test_without_an_alias_the_first_version_answers(
    search: PassageSearch, index: PassageWriter, requests: Requests
) -> None:
    made = document("a.md", passages=1)
    index.replace_passages(made, passages(made, "la cantine"))
    assert texts(search.search_passages("cantine", ALL, 5)) == ["la cantine"]
    assert requests.take()[-1] == f"POST {index.collection}/points/query/batch"
