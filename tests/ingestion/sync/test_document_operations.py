from __future__ import annotations

import os
from concurrent.futures import Future
from dataclasses import replace

import pytest

from ingestion.reader_processes.pool import DocumentContent
from ingestion.readers.chunking import PIPELINE_VERSION
from ingestion.scan.document_file import fingerprint_from_stat
from ingestion.sync import document_assembly
from ingestion.sync.document_operations import DocumentOperations
from ingestion.sync.retries import MAX_RETRY_SECONDS
from knowledge.core.documents import Document, DocumentState, make_content_version
from knowledge.core.failures import ReaderUnavailable, failure_from_sentence
from knowledge.core.passages import Excerpt
from tests.ingestion.readers import samples
from tests.ingestion.worker_setup import Bench, counts, document_file
from tests.knowledge.samples import count_passages_by_path


@pytest.fixture
def operations(bench: Bench) -> DocumentOperations:
    bench.index.prepare()
    return DocumentOperations(bench.root, bench.index, bench.ledger, bench.reader_pool, lambda: 1000.0)


def seen(bench: Bench, path: str) -> Document:
    """The document that a worker makes of a file before it is read."""
    sha256 = document_file(bench.root / path).compute_content_hash()
    return Document(
        path,
        fingerprint_from_stat((bench.root / path).stat()),
        sha256,
        make_content_version(sha256, PIPELINE_VERSION),
        1,
        DocumentState.READING,
        pipeline=PIPELINE_VERSION,
    )


def test_a_document_being_read_says_so(bench: Bench, operations: DocumentOperations) -> None:
    bench.drop("a.md", "# Titre\n\nun texte")
    document = seen(bench, "a.md")
    future = operations.start_reading(document)
    assert bench.ledger.get_document("a.md") == document
    assert operations.index_read_part(document, 0, future).outcome == "indexed"
    read = bench.ledger.list_documents()["a.md"]
    assert (read.state, read.title, read.passages, read.read_at) == (DocumentState.WORDS, "Titre", 1, 1000.0)


def test_pages_read_without_a_step_are_counted_for_a_copy_too_and_logged_by_id(
    bench: Bench, operations: DocumentOperations, caplog: pytest.LogCaptureFixture
) -> None:
    bench.drop("a.md", "un texte")
    bench.drop("b.md", "un texte")
    document = seen(bench, "a.md")
    read: Future[DocumentContent] = Future()
    fault = "step=tables error=StopIteration at=_columns:150 pages=2"
    read.set_result(DocumentContent("a", 9, [Excerpt("un texte")], plain_pages=2, faults=[fault]))
    assert operations.index_read_part(document, 0, read).outcome == "indexed"
    known = bench.ledger.list_documents()["a.md"]
    assert known.plain_pages == 2
    assert f"without an optional step: document={document.id} {fault}" in caplog.text
    assert operations.copy_document(seen(bench, "b.md"), known, is_move=False)
    copied = bench.ledger.list_documents()["b.md"]
    assert copied.plain_pages == 2
    operations.record_failure(copied, failure_from_sentence("illisible"), is_temporary=False)
    failed = bench.ledger.list_documents()["b.md"]
    assert failed.plain_pages == 0


def test_what_breaks_where_passages_are_made_costs_that_document_alone(
    bench: Bench, operations: DocumentOperations, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.drop("a.md", "un texte")
    document = seen(bench, "a.md")
    future = operations.start_reading(document)

    def fail(*_: object, **__: object) -> None:
        raise ValueError("unforeseen")

    monkeypatch.setattr(document_assembly, "passages_from_excerpts", fail)
    assert operations.index_read_part(document, 0, future).outcome == "failed"
    failed = bench.ledger.list_documents()["a.md"]
    assert (failed.state, failed.retry_at) == (DocumentState.FAILED, None)
    assert "ValueError" in str(failed.reason)


@pytest.mark.parametrize("how", ["changed", "replaced", "vanished"])
def test_a_file_that_changes_while_it_is_read_is_tried_again_later(
    bench: Bench, operations: DocumentOperations, how: str
) -> None:
    path = bench.drop("a.md", "ancien texte")
    bench.scan()
    path.write_text("un texte en cours")
    document = seen(bench, "a.md")
    future = operations.start_reading(document)
    future.result()
    path.unlink()
    if how != "vanished":
        bench.drop("a.md", "un texte en cours" if how == "replaced" else "un texte plus long")
    outcome, state = ("failed", DocumentState.FAILED) if how == "vanished" else ("waiting", DocumentState.READING)
    assert operations.index_read_part(document, 0, future).outcome == outcome
    later = bench.ledger.list_documents()["a.md"]
    assert (later.state, later.attempts, later.retry_at) == (state, 1, 1005.0)
    assert bench.found("ancien") == {"a.md"}  # the older version goes on answering
    bench.scan()
    assert bench.found("ancien") == set()
    assert count_passages_by_path(bench.index) == ({} if how == "vanished" else {"a.md": 1})


def test_a_content_that_is_not_the_one_that_was_hashed_is_not_taken_in(
    bench: Bench, operations: DocumentOperations
) -> None:
    bench.drop("a.md", "un texte")
    document = replace(seen(bench, "a.md"), sha256="0" * 64)
    assert operations.index_read_part(document, 0, operations.start_reading(document)).outcome == "waiting"
    assert count_passages_by_path(bench.index) == {}


def test_a_file_that_vanishes_before_it_is_read_is_not_judged(bench: Bench, operations: DocumentOperations) -> None:
    path = bench.drop("a.md", "un texte")
    bench.scan()
    document = seen(bench, "a.md")
    path.unlink()
    assert operations.index_read_part(document, 0, operations.start_reading(document)).outcome == "failed"
    failed = bench.ledger.list_documents()["a.md"]
    assert failed.reason == "a.md is not there any more."
    assert failed.retry_at is not None
    assert bench.found("texte") == {"a.md"}
    assert counts(bench.scan()) == {"deleted": 1}


def test_a_file_that_is_empty_only_while_it_is_read_is_tried_again(
    bench: Bench, operations: DocumentOperations
) -> None:
    path = bench.drop("a.md", "un texte")
    document = seen(bench, "a.md")
    path.write_text("")  # as programs do that save in place
    future = operations.start_reading(document)
    assert future.exception() is not None
    path.write_text("un texte")
    assert operations.index_read_part(document, 0, future).outcome == "waiting"
    waiting = bench.ledger.list_documents()["a.md"]
    assert (waiting.state, waiting.failure, waiting.attempts) == (DocumentState.READING, None, 1)
    assert counts(bench.scan()) == {"indexed": 1}


def test_a_slow_copy_waits_and_fails_only_once_it_stands_still(bench: Bench) -> None:
    whole = samples.docx(bench.root.parent / "whole.docx").read_bytes()
    copy = bench.drop("plan.docx", whole[:700])
    os.utime(copy)
    bench.ahead = 3  # it rested for longer than the quiet time, and is cut short
    assert counts(bench.scan(quiet_seconds=0.5)) == {"waiting": 1}
    bench.ahead = 15
    assert counts(bench.scan(quiet_seconds=0.5)) == {"waiting": 1}
    copy.write_bytes(whole)
    assert counts(bench.scan(quiet_seconds=0.5)) == {"indexed": 1}
    bench.drop("broken.docx", whole[:700])
    bench.ahead = 18
    assert counts(bench.scan(quiet_seconds=0.5)) == {"unchanged": 1, "waiting": 1}
    bench.ahead = 60
    assert counts(bench.scan(quiet_seconds=0.5)) == {"unchanged": 1, "failed": 1}


def test_a_file_that_is_never_whole_fails_once_the_time_of_a_copy_is_over(bench: Bench) -> None:
    bench.drop("broken.pdf", b"%PDF-1.7 and nothing else")
    for bench.ahead in (3, 9, 16):
        assert counts(bench.scan(quiet_seconds=0.5)) == {"waiting": 1}
    bench.ahead = 21
    assert counts(bench.scan(quiet_seconds=0.5)) == {"failed": 1}


def test_a_damaged_pdf_that_has_its_end_fails_at_once(bench: Bench) -> None:
    bench.drop("broken.pdf", b"%PDF-1.7 and no table\n%%EOF\n")
    bench.ahead = 3
    assert counts(bench.scan(quiet_seconds=0.5)) == {"failed": 1}
    assert "has its end, and is damaged: it cannot be opened" in str(
        bench.ledger.list_documents()["broken.pdf"].failure
    )


def test_by_hand_a_damaged_file_is_told_at_once(bench: Bench) -> None:
    bench.drop("broken.docx", b"PK\x03\x04 half a copy")
    assert counts(bench.scan()) == {"failed": 1}


@pytest.mark.parametrize(
    ("attempts", "pause"), [(0, 5.0), (1, 10.0), (3, 40.0), (12, MAX_RETRY_SECONDS), (5000, MAX_RETRY_SECONDS)]
)
def test_rests_grow_to_an_hour_and_no_further(
    bench: Bench, operations: DocumentOperations, attempts: int, pause: float
) -> None:
    bench.drop("a.md", "un texte")
    operations.record_failure(
        replace(seen(bench, "a.md"), attempts=attempts), failure_from_sentence("occupé"), is_temporary=True
    )
    failed = bench.ledger.list_documents()["a.md"]
    assert failed.retry_at == 1000.0 + pause


def test_a_reader_that_is_away_is_asked_again_soon_however_long_it_was(
    bench: Bench, operations: DocumentOperations
) -> None:
    bench.drop("a.md", "un texte")
    away: Future[DocumentContent] = Future()
    away.set_exception(ReaderUnavailable("a.md waits: nobody is there."))
    document = replace(seen(bench, "a.md"), attempts=5000)
    assert operations.index_read_part(document, 0, away).outcome == "failed"
    failed = bench.ledger.list_documents()["a.md"]
    assert failed.retry_at == 1120.0


def test_a_failure_for_good_takes_an_older_version_out(bench: Bench, operations: DocumentOperations) -> None:
    bench.drop("a.md", "un texte")
    bench.scan()
    known = bench.ledger.list_documents()["a.md"]
    operations.record_failure(known, failure_from_sentence("illisible"), is_temporary=False)
    failed = bench.ledger.list_documents()["a.md"]
    assert (failed.state, failed.reason, failed.retry_at, failed.passages) == (
        DocumentState.FAILED,
        "illisible",
        None,
        0,
    )
    assert count_passages_by_path(bench.index) == {}
