from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from ingestion.embedding import backfill
from ingestion.embedding.backfill import EmbeddingBackfill
from ingestion.embedding.lane import EmbeddingLane
from ingestion.sync.ledger_cache import LedgerCache, PackedDocuments
from knowledge.core.documents import DocumentState
from knowledge.core.passages import list_passage_ids
from knowledge.embeddings.embedding_model import EMBEDDING_BATCH_SIZE, EmbeddingModel
from knowledge.runtime.settings import Settings
from tests.doubles.ollama import Faults, Ollama
from tests.ingestion.worker_setup import Bench
from tests.knowledge.samples import document, stored


@pytest.fixture
def enricher(bench: Bench) -> EmbeddingBackfill:
    bench.index.prepare()
    return EmbeddingBackfill(bench.index, bench.ledger, EmbeddingLane(bench.meaning, clock=lambda: bench.ahead))


def known(bench: Bench, path: str, *texts: str) -> None:
    """Put a document into the index and the ledger, searchable by words."""
    bench.ledger.save_documents(stored(bench.index, path, *texts, content=path))


def states(bench: Bench) -> dict[str, DocumentState]:
    return {path: document.state for path, document in bench.ledger.list_documents().items()}


def asked(ollama: Ollama, since: int = 0) -> list[tuple[int, object]]:
    """The calls of the model since so many: how many texts each sent, and whether they might be cut."""
    bodies = ollama.bodies("/api/embed")[since:]
    return [(len(body["input"]) if isinstance(body["input"], list) else 1, body["truncate"]) for body in bodies]


def test_with_nothing_waiting_nothing_is_asked(enricher: EmbeddingBackfill, ollama: Ollama) -> None:
    assert enricher.fill_embeddings()
    assert ollama.bodies("/api/embed") == []


def test_every_passage_gets_its_vector(bench: Bench, enricher: EmbeddingBackfill) -> None:
    known(bench, "a.md", *(f"texte {n}" for n in range(EMBEDDING_BATCH_SIZE + 3)))
    steps: list[int] = []
    assert enricher.fill_embeddings(on_progress=steps.append)
    assert steps == [EMBEDDING_BATCH_SIZE, 3]
    document = bench.ledger.list_documents()["a.md"]
    assert (document.state, document.embedding_model) == (DocumentState.MEANING, "bge-m3")
    assert list(bench.index.list_unembedded_passages(list_passage_ids(document))) == []


def test_small_documents_come_first(bench: Bench, enricher: EmbeddingBackfill) -> None:
    known(bench, "large.md", "un", "deux", "trois")
    known(bench, "small.md", "seul")
    assert [document.path for document in enricher.list_pending_documents()] == ["small.md", "large.md"]


def test_an_interruption_between_two_batches_loses_nothing(
    bench: Bench, enricher: EmbeddingBackfill, ollama: Ollama
) -> None:
    known(bench, "a.md", *(f"texte {n}" for n in range(2 * EMBEDDING_BATCH_SIZE)))
    stops = iter([False, True])
    assert not enricher.fill_embeddings(should_stop=lambda: next(stops))
    assert states(bench) == {"a.md": DocumentState.WORDS}
    assert enricher.fill_embeddings()
    assert states(bench) == {"a.md": DocumentState.MEANING}
    assert len(ollama.bodies("/api/embed")) == 2  # no passage was embedded twice


def test_an_absent_model_is_asked_again_after_a_rest(bench: Bench, enricher: EmbeddingBackfill, ollama: Ollama) -> None:
    known(bench, "a.md", "texte")
    ollama.faults = Faults(missing=("bge-m3",))
    assert [enricher.model_status, enricher.fill_embeddings(), enricher.model_status] == ["untried", False, "away"]
    assert enricher.model_problem == "The embedding model bge-m3 is not in Ollama: run `ollama pull bge-m3`."
    ollama.faults = Faults()
    assert not enricher.fill_embeddings()  # it rests
    bench.ahead = 11
    assert enricher.fill_embeddings()
    assert enricher.model_problem is None
    assert enricher.model_status == "on"
    assert states(bench) == {"a.md": DocumentState.MEANING}


def test_one_text_that_the_model_refuses_stays_alone_without_meaning(
    bench: Bench, enricher: EmbeddingBackfill, ollama: Ollama
) -> None:
    known(bench, "bad.md", "poison")
    known(bench, "large.md", *(f"texte {n}" for n in range(20)), "un poison parmi d'autres")
    ollama.faults = Faults(bad_text="poison")
    assert enricher.fill_embeddings()
    assert states(bench) == {"bad.md": DocumentState.MEANING, "large.md": DocumentState.MEANING}
    kept = bench.ledger.list_documents()
    assert {path: document.words_only for path, document in kept.items()} == {"bad.md": 1, "large.md": 1}
    assert kept["large.md"].reason == (
        "1 of its passages are found by words alone: Ollama answered 400 for the embedding model bge-m3: look at its "
        "log."
    )
    waiting = [
        text
        for document in bench.ledger.list_documents().values()
        for _, text in bench.index.list_unembedded_passages(list_passage_ids(document))
    ]
    assert sorted(waiting) == ["Guide\npoison", "Guide\nun poison parmi d'autres"]
    assert bench.found("poison") == {"bad.md", "large.md"}  # by words


def test_a_passage_that_the_model_cannot_read_to_its_end_is_found_by_its_beginning(
    bench: Bench, enricher: EmbeddingBackfill
) -> None:
    known(bench, "a.md", "court", "mot " * 10_000)
    assert enricher.fill_embeddings()
    document = bench.ledger.list_documents()["a.md"]
    assert (document.state, document.words_only) == (DocumentState.MEANING, 0)
    assert document.reason == (
        "1 of its passages are longer than bge-m3 reads and are found by their beginning and their words: set an "
        "EMBEDDING_MODEL that reads more."
    )
    assert list(bench.index.list_unembedded_passages(list_passage_ids(document))) == []


def test_a_batch_holds_passages_of_many_documents(bench: Bench, enricher: EmbeddingBackfill, ollama: Ollama) -> None:
    for n in range(EMBEDDING_BATCH_SIZE + 8):
        known(bench, f"{n:02}.md", f"texte {n}")
    known(bench, "large.md", "un", "deux", "trois")
    assert enricher.fill_embeddings()
    assert asked(ollama) == [(EMBEDDING_BATCH_SIZE, False), (11, False)]
    assert set(states(bench).values()) == {DocumentState.MEANING}
    assert not bench.index.list_unembedded_passages(
        [one for d in bench.ledger.list_documents().values() for one in list_passage_ids(d)]
    )


def test_a_refusal_is_told_of_the_document_whose_text_it_was(
    bench: Bench, enricher: EmbeddingBackfill, ollama: Ollama
) -> None:
    for path, text in (("a.md", "texte"), ("b.md", "poison"), ("c.md", "mot " * 10_000)):
        known(bench, path, text)
    ollama.faults = Faults(bad_text="poison")
    assert enricher.fill_embeddings()
    kept = bench.ledger.list_documents()
    assert [kept[path].words_only for path in ("a.md", "b.md", "c.md")] == [0, 1, 0]
    assert [bool(kept[path].reason) for path in ("a.md", "b.md", "c.md")] == [False, True, True]


def test_a_document_is_written_down_once_its_last_passage_came_back(bench: Bench, enricher: EmbeddingBackfill) -> None:
    known(bench, "a.md", "texte")
    known(bench, "large.md", *(f"texte {n}" for n in range(EMBEDDING_BATCH_SIZE + 8)))
    seen: list[dict[str, DocumentState]] = []
    enricher.fill_embeddings(on_progress=lambda _: seen.append(states(bench)))
    assert seen[-1] == {"a.md": DocumentState.MEANING, "large.md": DocumentState.WORDS}
    assert states(bench) == {"a.md": DocumentState.MEANING, "large.md": DocumentState.MEANING}


def test_documents_whose_passages_have_their_vectors_are_written_down_though_nothing_is_sent(
    bench: Bench, enricher: EmbeddingBackfill, ollama: Ollama
) -> None:
    """So it is where a crash came between the vectors and the ledger."""
    for n in range(EMBEDDING_BATCH_SIZE + 8):
        known(bench, f"{n:02}.md", f"texte {n}")
    before = bench.ledger.list_documents()
    assert enricher.fill_embeddings()
    bench.ledger.save_documents(*before.values())
    stops = iter([False, True])
    assert not enricher.fill_embeddings(should_stop=lambda: next(stops))
    assert list(states(bench).values()).count(DocumentState.MEANING) == EMBEDDING_BATCH_SIZE - 1
    assert enricher.fill_embeddings()
    assert set(states(bench).values()) == {DocumentState.MEANING}
    assert len(ollama.bodies("/api/embed")) == 2


def test_what_is_known_to_be_too_long_is_not_refused_first(
    bench: Bench, enricher: EmbeddingBackfill, ollama: Ollama
) -> None:
    known(bench, "a.md", *(f"mot {n} " * 10_000 for n in range(8)))
    assert enricher.fill_embeddings()
    before = len(ollama.bodies("/api/embed"))
    known(bench, "b.md", *(f"bref {n}" for n in range(10)), *(f"mot {n} " * 11_000 for n in range(6)))
    assert enricher.fill_embeddings()
    assert asked(ollama, before) == [(10, False), (6, True)]
    assert "6 of its passages are longer" in str(bench.ledger.list_documents()["b.md"].reason)


def test_texts_that_are_too_long_are_cut_together_and_cost_a_refusal_each(
    bench: Bench, enricher: EmbeddingBackfill, ollama: Ollama
) -> None:
    known(bench, "a.md", *(f"court {n}" for n in range(20)))
    assert enricher.fill_embeddings()
    before = len(ollama.bodies("/api/embed"))
    known(bench, "b.md", *(f"bref {n}" for n in range(10)), *(f"mot {n} " * 10_000 for n in range(6)))
    assert enricher.fill_embeddings()
    probe, alone = (1, False), [(1, False)] * 6
    assert asked(ollama, before) == [(16, False), probe, *alone, (6, True), (10, False)]


def test_the_next_batch_is_sent_before_the_vectors_of_the_one_before_are_written(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.index.prepare()
    known(bench, "a.md", *(f"texte {n}" for n in range(3 * EMBEDDING_BATCH_SIZE)))
    order: list[str] = []

    class Noting(ThreadPoolExecutor):
        def submit(self, *arguments: Any, **options: Any) -> Future[Any]:
            order.append("sent")
            return super().submit(*arguments, **options)

    write = bench.index.add_dense_vectors

    def noted(vectors: Sequence[tuple[str, list[float]]]) -> None:
        order.append("written")
        write(vectors)

    monkeypatch.setattr(bench.index, "add_dense_vectors", noted)
    with Noting(1) as executor:
        assert EmbeddingBackfill(
            bench.index, bench.ledger, EmbeddingLane(bench.meaning, executor=executor)
        ).fill_embeddings()
    assert order == ["sent", "sent", "written", "sent", "written", "written"]
    assert states(bench) == {"a.md": DocumentState.MEANING}


@pytest.mark.parametrize("vectors", ["nan", "zero"])
def test_a_model_that_is_broken_is_not_taken_for_a_bad_text(
    bench: Bench, enricher: EmbeddingBackfill, ollama: Ollama, vectors: str
) -> None:
    known(bench, "a.md", *(f"texte {n}" for n in range(20)))
    ollama.faults = Faults(vectors="nan" if vectors == "nan" else "zero")
    assert not enricher.fill_embeddings()
    assert states(bench) == {"a.md": DocumentState.WORDS}
    assert len(ollama.bodies("/api/embed")) == 2


def test_another_model_makes_every_document_wait_again(
    bench: Bench, enricher: EmbeddingBackfill, ollama: Ollama
) -> None:
    known(bench, "a.md", "texte")
    enricher.fill_embeddings()
    other = EmbeddingModel(Settings(ollama_url=ollama.url, embedding_model="nomic-embed-text"))
    assert [
        d.path for d in EmbeddingBackfill(bench.index, bench.ledger, EmbeddingLane(other)).list_pending_documents()
    ] == ["a.md"]


def test_what_another_worker_read_anew_meanwhile_is_not_overwritten(bench: Bench, enricher: EmbeddingBackfill) -> None:
    known(bench, "a.md", "texte")
    enriching = iter([True])

    def meanwhile(_: int) -> None:
        if next(enriching, False):
            bench.ledger.save_documents(stored(bench.index, "a.md", "neuf", content="b", generation=2))

    enricher.fill_embeddings(on_progress=meanwhile)
    document = bench.ledger.list_documents()["a.md"]
    assert (document.generation, document.state) == (2, DocumentState.WORDS)


def test_documents_beyond_those_that_are_chosen_together_are_embedded_too(
    bench: Bench, enricher: EmbeddingBackfill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "_CHOSEN_TOGETHER", 2)
    for n in range(5):
        known(bench, f"{n}.md", f"texte {n}")
    assert (len(enricher.list_pending_documents()), enricher.count_pending_passages()) == (2, 5)
    assert enricher.fill_embeddings()
    assert set(states(bench).values()) == {DocumentState.MEANING}


def test_which_documents_wait_for_vectors_is_found_once_and_then_followed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = LedgerCache(bench.ledger, lambda _: "9")
    cache.save_documents(*(document(path, path) for path in ("a.md", "b.md")))
    assert cache.list_unembedded_paths("m") == {"a.md", "b.md"}
    monkeypatch.setattr(PackedDocuments, "iterate_shared_values", None)
    embedded = replace(document("a.md", "a.md"), state=DocumentState.MEANING, embedding_model="m")
    cache.save_documents(embedded, document("c.md", "c.md"))
    cache.delete_documents(["b.md"])
    assert cache.list_unembedded_paths("m") == {"c.md"}


def test_a_passage_that_has_its_vector_is_not_looked_at_again_after_a_stop(
    bench: Bench, enricher: EmbeddingBackfill, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(bench, "a.md", *(f"texte {n}" for n in range(3 * EMBEDDING_BATCH_SIZE)))
    looked_at: list[str] = []
    look = bench.index.list_unembedded_passages

    def note_and_look(ids: Sequence[str]) -> list[tuple[str, str]]:
        looked_at.extend(ids)
        return look(ids)

    monkeypatch.setattr(bench.index, "list_unembedded_passages", note_and_look)
    embedded: list[int] = []
    assert not enricher.fill_embeddings(lambda: bool(embedded), on_progress=embedded.append)
    looked_at.clear()
    assert enricher.fill_embeddings()
    assert len(looked_at) == 3 * EMBEDDING_BATCH_SIZE - sum(embedded)
    assert states(bench) == {"a.md": DocumentState.MEANING}
