"""Passages are embedded while documents are read; what is not is left to the backfill, and nothing is lost."""

from __future__ import annotations

from concurrent.futures import wait

import pytest

from ingestion.embedding.backfill import EmbeddingBackfill
from ingestion.embedding.early_embedding import EarlyEmbedding
from ingestion.embedding.lane import EmbeddingLane
from ingestion.sync.reconciler import DocumentReading, IndexTarget, Reconciler, WatchedFolder
from knowledge.core.documents import Document, DocumentState
from knowledge.core.passages import Passage, list_passage_ids
from knowledge.embeddings.embedding_model import EMBEDDING_BATCH_SIZE
from tests.doubles.ollama import Faults, Ollama
from tests.ingestion.worker_setup import Bench, counts
from tests.knowledge.samples import count_passages_by_path, document, passages

LIMIT = 30.0


@pytest.fixture
def lane(bench: Bench) -> EmbeddingLane:
    bench.index.prepare()
    return EmbeddingLane(bench.meaning, clock=lambda: bench.ahead)


@pytest.fixture
def early(bench: Bench, lane: EmbeddingLane) -> EarlyEmbedding:
    return EarlyEmbedding(bench.index, lane)


def written(bench: Bench, *texts: str) -> tuple[Document, list[Passage]]:
    """A document whose passages were just written, and these."""
    made = document("a.md", passages=len(texts))
    some = passages(made, *texts)
    bench.index.replace_passages(made, some)
    bench.ledger.save_documents(made)
    return made, some


def embed_all(early: EarlyEmbedding) -> None:
    """Store vectors until the model has nothing more to do."""
    while early.futures:
        wait(early.futures, LIMIT)
        early.store_finished()


def count_unembedded(bench: Bench, made: Document) -> int:
    return len(bench.index.list_unembedded_passages(list_passage_ids(made)))


def asked_texts(ollama: Ollama) -> list[int]:
    """How many texts each call of the model had."""
    return [len(body["input"]) for body in ollama.bodies("/api/embed") if isinstance(body["input"], list)]


def test_passages_are_embedded_before_the_backfill_looks_for_them(
    bench: Bench, early: EarlyEmbedding, lane: EmbeddingLane, ollama: Ollama
) -> None:
    target = IndexTarget(bench.index, bench.ledger, early_embedding=early)
    worker = Reconciler(WatchedFolder(bench.root), target, DocumentReading(bench.reader_pool), bench.stop, bench.now)
    bench.drop("a.md", "le badge")
    bench.drop("b.md", "la cantine")
    assert counts(worker.run_pass()) == {"indexed": 2}
    early.store_finished()  # sends what waits, though it fills no batch
    embed_all(early)
    asked = len(ollama.bodies("/api/embed"))
    assert asked > 0
    assert EmbeddingBackfill(bench.index, worker.ledger_cache, lane, early).fill_embeddings()
    assert len(ollama.bodies("/api/embed")) == asked  # the backfill had nothing to ask
    assert {one.state for one in bench.ledger.list_documents().values()} == {DocumentState.MEANING}


def test_batches_hold_passages_of_like_length(bench: Bench, early: EarlyEmbedding, ollama: Ollama) -> None:
    made, some = written(bench, *("mot " * (1 + 50 * (n % 2)) for n in range(2 * EMBEDDING_BATCH_SIZE)))
    early.offer_passages(some)
    embed_all(early)
    lengths = [{len(text) for text in body["input"]} for body in ollama.bodies("/api/embed")]  # type: ignore[attr-defined]
    assert sorted(map(len, lengths)) == [1, 1]
    assert count_unembedded(bench, made) == 0


def test_passages_of_a_document_that_is_gone_get_no_vector(bench: Bench, early: EarlyEmbedding) -> None:
    _, some = written(bench, "un", "deux")
    early.offer_passages(some)
    early.store_finished()
    bench.index.delete_document_passages("a.md")
    embed_all(early)
    assert count_passages_by_path(bench.index) == {}


def test_what_the_model_cuts_is_embedded_once_and_told(
    bench: Bench, early: EarlyEmbedding, lane: EmbeddingLane, ollama: Ollama
) -> None:
    made, some = written(bench, "court", "mot " * 10_000)
    early.offer_passages(some)
    early.store_finished()
    embed_all(early)
    assert count_unembedded(bench, made) == 0
    asked = len(ollama.bodies("/api/embed"))
    assert EmbeddingBackfill(bench.index, bench.ledger, lane, early).fill_embeddings()
    assert len(ollama.bodies("/api/embed")) == asked
    known = bench.ledger.list_documents()["a.md"]
    assert "1 of its passages are longer than bge-m3 reads" in str(known.reason)


def test_no_more_passages_wait_than_there_is_room_for(bench: Bench, early: EarlyEmbedding, ollama: Ollama) -> None:
    made, some = written(bench, *(f"texte {n}" for n in range(1000)))
    early.offer_passages(some)
    embed_all(early)
    assert sum(asked_texts(ollama)) <= 512 + EMBEDDING_BATCH_SIZE
    assert 0 < count_unembedded(bench, made) < 1000  # the backfill finds these


def test_while_the_model_is_away_reading_goes_on_and_the_model_rests(
    bench: Bench, early: EarlyEmbedding, lane: EmbeddingLane, ollama: Ollama
) -> None:
    ollama.faults = Faults(missing=("bge-m3",))
    made, some = written(bench, "un", "deux")
    early.offer_passages(some)
    early.store_finished()
    embed_all(early)
    assert (lane.status, lane.is_resting, count_unembedded(bench, made)) == ("away", True, 2)
    asked = len(ollama.bodies("/api/embed"))
    early.offer_passages(some)
    early.store_finished()
    assert len(ollama.bodies("/api/embed")) == asked


def test_the_backfill_embeds_nothing_that_the_model_has_already(
    bench: Bench, early: EarlyEmbedding, lane: EmbeddingLane, ollama: Ollama
) -> None:
    _, some = written(bench, *(f"texte {n}" for n in range(2 * EMBEDDING_BATCH_SIZE)))
    early.offer_passages(some)
    assert EmbeddingBackfill(bench.index, bench.ledger, lane, early).fill_embeddings()
    assert sum(asked_texts(ollama)) == 2 * EMBEDDING_BATCH_SIZE


def test_a_call_for_something_else_waits_for_no_batch(
    bench: Bench, early: EarlyEmbedding, lane: EmbeddingLane, ollama: Ollama
) -> None:
    made, some = written(bench, *(f"texte {n}" for n in range(3 * EMBEDDING_BATCH_SIZE)))
    ollama.faults = Faults(first_token=0.5)
    early.offer_passages(some)
    assert not early.finish_sent(lambda: True)
    assert not EmbeddingBackfill(bench.index, bench.ledger, lane, early).fill_embeddings(lambda: True)
    assert len(early.futures) <= 1  # what the model has begun
    embed_all(early)
    assert len(ollama.bodies("/api/embed")) <= 1
    assert count_unembedded(bench, made) >= 2 * EMBEDDING_BATCH_SIZE
