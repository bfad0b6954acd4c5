"""A worker that dies, is stopped, or writes beside another leaves work that the next scan ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from qdrant_client import QdrantClient

from ingestion.readers.chunking import PIPELINE_VERSION
from knowledge.core.documents import Document, DocumentState, make_content_version
from knowledge.core.passages import Excerpt, passages_from_excerpts
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.inventory import PassageInventory, make_passage_version_key
from knowledge.storage.passage_writer import PassageWriter
from knowledge.storage.schema import copy_point
from tests.ingestion.worker_setup import Bench, counts
from tests.knowledge.samples import count_passages_by_path, list_points
from tests.knowledge.storage.crashing_client import Crash, crashing


@pytest.mark.parametrize("applied", [False, True], ids=["lost", "applied"])
@pytest.mark.parametrize("at", range(1, 8))
def test_a_worker_that_dies_at_any_write_leaves_work_that_the_next_one_ends(
    bench: Bench, client: QdrantClient, at: int, *, applied: bool
) -> None:
    bench.drop("a.md", "# A\n\nancien texte")
    bench.drop("b.md", "# B\n\nle texte qui reste")
    bench.drop("c.md", "# C\n\nun texte de trop")
    bench.scan()
    bench.drop("a.md", "# A\n\nnouveau texte")
    (bench.root / "b.md").rename(bench.root / "d.md")
    (bench.root / "c.md").unlink()
    dying = crashing(client, at, applied=applied)
    worker = bench.make_worker(index=PassageWriter(dying, "t", bench.meaning), ledger=DocumentLedger(dying, "t"))
    with pytest.raises(Crash):
        worker.run_pass()
    bench.scan()
    assert count_passages_by_path(bench.index) == {"a.md": 1, "d.md": 1}
    assert {path: document.state for path, document in bench.ledger.list_documents().items()} == {
        "a.md": DocumentState.WORDS,
        "d.md": DocumentState.WORDS,
    }
    assert bench.found("nouveau ancien") == {"a.md"}
    assert counts(bench.scan()) == {"unchanged": 2}


def test_two_workers_on_one_index_end_with_one_truth(bench: Bench) -> None:
    for n in range(4):
        bench.drop(f"{n}.md", f"# Titre {n}\n\ntexte {n}")
    other = bench.make_worker()
    bench.scan()
    for n in range(4):
        bench.drop(f"{n}.md", f"# Titre {n}\n\nautre texte {n}")
    other.run_pass(is_forced=lambda path: True)
    bench.scan(forced=lambda path: True)
    assert count_passages_by_path(bench.index) == {f"{n}.md": 1 for n in range(4)}


def with_another_version(bench: Bench, document: Document) -> None:
    other = replace(document, version=make_content_version("other", PIPELINE_VERSION))
    bench.index.replace_passages(other, passages_from_excerpts(other, [Excerpt("autre texte")]))


def beside_an_older_version(bench: Bench, document: Document) -> None:
    points = list_points(bench.client, bench.index.collection)
    older = replace(
        document, version=make_content_version("other", PIPELINE_VERSION), generation=document.generation - 1
    )
    late = [copy_point(point, older, live=True) for point in points]
    bench.client.upsert(bench.index.collection, late)


def put_to_sleep(bench: Bench, document: Document) -> None:
    points = list_points(bench.client, bench.index.collection)
    bench.client.upsert(bench.index.collection, [copy_point(point, document, live=False) for point in points])


def of_an_older_generation(bench: Bench, document: Document) -> None:
    older = replace(document, generation=document.generation - 1)
    bench.index.replace_passages(older, passages_from_excerpts(older, [Excerpt("un texte")]))


@pytest.mark.parametrize("late", [with_another_version, beside_an_older_version, put_to_sleep, of_an_older_generation])
def test_a_late_write_of_another_worker_is_mended_by_the_next_scan(
    bench: Bench, late: Callable[[Bench, Document], None]
) -> None:
    bench.drop("a.md", "un texte")
    bench.scan()
    known = bench.ledger.list_documents()["a.md"]
    late(bench, known)
    assert counts(bench.scan()) == {"indexed": 1}
    mended = bench.ledger.list_documents()["a.md"]
    assert bench.index.fetch_passage_inventory() == PassageInventory.from_counts(
        [(make_passage_version_key(mended, live=True), 1)]
    )
    assert counts(bench.scan()) == {"unchanged": 1}


def test_late_passages_of_a_file_that_is_set_aside_are_dropped_by_the_next_scan(bench: Bench) -> None:
    bench.drop("a.md", "un texte")
    bench.scan()
    known = bench.ledger.list_documents()["a.md"]
    bench.drop("a.md", "")
    bench.scan()
    with_another_version(bench, known)
    assert counts(bench.scan()) == {"failed": 1}
    assert count_passages_by_path(bench.index) == {}


def test_a_stop_ends_the_pass_and_the_next_one_goes_on(bench: Bench) -> None:
    for n in range(6):
        bench.drop(f"{n}.md", f"texte {n}")
    bench.stop.set()
    assert counts(bench.scan()) == {}
    bench.stop.clear()
    assert counts(bench.scan()) == {"indexed": 6}
