"""A worker may die at any write to the index: what answers is one whole version, and a repetition mends it."""

from __future__ import annotations

import contextlib

import pytest
from qdrant_client import QdrantClient, models

from knowledge.core.documents import Document
from knowledge.core.passages import list_passage_ids
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.storage import passage_writer as index_room
from knowledge.storage.passage_writer import PassageWriter
from tests.knowledge.samples import (
    ALL,
    count_passages_by_path,
    document,
    enriched,
    list_points,
    passages,
    stored,
    texts,
)
from tests.knowledge.storage.crashing_client import Crash, crashing

OLD = [f"ancien texte {n}" for n in range(5)]
NEW = [f"nouveau texte {n}" for n in range(4)]
# Batches of two make: 2 upserts, once bringing to life, 1 delete.
WRITES = range(1, 7)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_room, "_BATCH", 2)


def dying(
    client: QdrantClient, index: PassageWriter, meaning: EmbeddingModel, at: int, *, applied: bool
) -> PassageWriter:
    prefix = index.collection.removesuffix("_passages")
    return PassageWriter(crashing(client, at, applied=applied), prefix, meaning)


def contents(client: QdrantClient, index: PassageWriter) -> list[tuple[str, bool]]:
    payloads = [point.payload or {} for point in list_points(client, index.collection)]
    return sorted((payload["page_content"], payload["metadata"]["live"]) for payload in payloads)


def new_version() -> Document:
    return document("a.md", "b", 2, len(NEW))


@pytest.mark.parametrize("applied", [False, True], ids=["lost", "applied"])
@pytest.mark.parametrize("at", WRITES)
def test_a_replacement_that_dies_shows_one_version_and_is_mended(
    client: QdrantClient,
    index: PassageWriter,
    search: PassageSearch,
    meaning: EmbeddingModel,
    at: int,
    *,
    applied: bool,
) -> None:
    stored(index, "a.md", *OLD)
    document_, failing = new_version(), dying(client, index, meaning, at, applied=applied)
    with contextlib.suppress(Crash):
        failing.replace_passages(document_, passages(document_, *NEW))
    found = texts(search.search_passages("texte", ALL, 20))
    assert found
    assert {text.split()[0] for text in found} in ({"ancien"}, {"nouveau"})
    index.replace_passages(document_, passages(document_, *NEW))
    assert contents(client, index) == [(text, True) for text in NEW]


@pytest.mark.parametrize("at", [1, 2])
def test_the_old_version_answers_until_the_new_one_is_whole(
    client: QdrantClient, index: PassageWriter, search: PassageSearch, meaning: EmbeddingModel, at: int
) -> None:
    stored(index, "a.md", *OLD)
    document_ = new_version()
    with pytest.raises(Crash):
        dying(client, index, meaning, at, applied=True).replace_passages(document_, passages(document_, *NEW))
    assert sorted(texts(search.search_passages("texte", ALL, 20))) == OLD


@pytest.mark.parametrize("at", WRITES)
def test_a_file_put_back_after_a_crash_is_clean(
    client: QdrantClient, index: PassageWriter, meaning: EmbeddingModel, at: int
) -> None:
    stored(index, "a.md", *OLD)
    document_ = new_version()
    with contextlib.suppress(Crash):
        dying(client, index, meaning, at, applied=True).replace_passages(document_, passages(document_, *NEW))
    stored(index, "a.md", *OLD, generation=3)
    assert contents(client, index) == [(text, True) for text in OLD]


@pytest.mark.parametrize("applied", [False, True], ids=["lost", "applied"])
@pytest.mark.parametrize("at", WRITES)
def test_a_copy_over_older_passages_that_dies_is_mended(
    client: QdrantClient, index: PassageWriter, meaning: EmbeddingModel, at: int, *, applied: bool
) -> None:
    source = stored(index, "b.md", *NEW, content="b")
    stored(index, "a.md", *OLD)
    with contextlib.suppress(Crash):
        dying(client, index, meaning, at, applied=applied).copy_passages(source, new_version())
    index.delete_document_passages("b.md") if index.copy_passages(source, new_version()) else None
    assert contents(client, index) == [(text, True) for text in NEW]


@pytest.mark.parametrize("applied", [False, True], ids=["lost", "applied"])
@pytest.mark.parametrize("at", [1, 2])
def test_an_enrichment_that_dies_is_taken_up(
    client: QdrantClient, index: PassageWriter, meaning: EmbeddingModel, at: int, *, applied: bool
) -> None:
    made = stored(index, "a.md", *OLD)
    with contextlib.suppress(Crash):
        enriched(dying(client, index, meaning, at, applied=applied), made)
    enriched(index, made)
    assert list(index.list_unembedded_passages(list_passage_ids(made))) == []
    held = models.Filter(must=[models.HasVectorCondition(has_vector=meaning.vector_name)])
    assert client.count(index.collection, held, exact=True).count == len(OLD)


def test_forgetting_twice_is_forgetting_once(
    client: QdrantClient, index: PassageWriter, meaning: EmbeddingModel
) -> None:
    stored(index, "a.md", *OLD)
    with pytest.raises(Crash):
        dying(client, index, meaning, 1, applied=True).delete_document_passages("a.md")
    index.delete_document_passages("a.md")
    assert count_passages_by_path(index) == {}


@pytest.mark.parametrize("applied", [False, True], ids=["lost", "applied"])
@pytest.mark.parametrize("at", WRITES)
@pytest.mark.parametrize("back", [False, True], ids=["again", "put-back"])
def test_one_look_at_everything_is_enough_to_mend_what_died(
    client: QdrantClient, index: PassageWriter, meaning: EmbeddingModel, at: int, *, applied: bool, back: bool
) -> None:
    stored(index, "a.md", *OLD)
    document_ = new_version()
    with contextlib.suppress(Crash):
        dying(client, index, meaning, at, applied=applied).replace_passages(document_, passages(document_, *NEW))
    index.fetch_passage_inventory()
    wanted = OLD if back else NEW
    stored(index, "a.md", *wanted, content="a" if back else "b", generation=3)
    assert contents(client, index) == [(text, True) for text in wanted]
    stored(index, "a.md", "autre texte", content="c", generation=4)
    assert contents(client, index) == [("autre texte", True)]


@pytest.mark.parametrize("forgotten", [False, True], ids=["rest-given-up", "forgotten"])
@pytest.mark.parametrize("at", WRITES)
def test_one_look_at_everything_is_enough_to_clear_away_what_died(
    client: QdrantClient, index: PassageWriter, meaning: EmbeddingModel, at: int, *, forgotten: bool
) -> None:
    stored(index, "a.md", *OLD)
    document_ = new_version()
    with contextlib.suppress(Crash):
        dying(client, index, meaning, at, applied=True).replace_passages(document_, passages(document_, *NEW))
    index.fetch_passage_inventory()
    if forgotten:
        index.delete_document_passages("a.md")
        assert contents(client, index) == []
    else:
        kept = index.keep_live_passages("a.md")
        held = contents(client, index)
        assert len(held) == kept
        assert held in ([(text, True) for text in OLD], [(text, True) for text in NEW])


def test_what_another_worker_wrote_after_the_look_is_replaced_too(
    client: QdrantClient, index: PassageWriter, prefix: str, meaning: EmbeddingModel
) -> None:
    stored(index, "a.md", *OLD)
    index.fetch_passage_inventory()
    stored(PassageWriter(client, prefix, meaning), "a.md", *NEW, content="b", generation=2)
    stored(index, "a.md", "autre texte", content="c", generation=3)
    assert contents(client, index) == [("autre texte", True)]
