from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from qdrant_client import QdrantClient

from knowledge.core.access import Audience
from knowledge.core.documents import DocumentState, FolderLabel, make_document_id
from knowledge.core.failures import failure_from_sentence
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.record_repository import Repository
from knowledge.storage.schema import ledger_collection_name
from tests.knowledge.samples import document


@pytest.fixture
def ledger(client: QdrantClient, prefix: str) -> DocumentLedger:
    return DocumentLedger(client, prefix)


def test_before_the_first_document_nothing_is_known(ledger: DocumentLedger) -> None:
    assert ledger.list_documents() == {}
    assert ledger.get_document("a.md") is None
    ledger.delete_documents(["a.md"])


@pytest.mark.parametrize("path", ["a.md", "dossier/été 2026.md", "e\u0301te\u0301.md", "名前.txt"])
def test_a_document_comes_back_as_it_was_put(ledger: DocumentLedger, path: str) -> None:
    put = replace(
        document(path),
        state=DocumentState.FAILED,
        failure=failure_from_sentence("illisible"),
        retry_at=12.5,
        attempts=3,
        pages=None,
    )
    put = replace(put, label=FolderLabel("Ventes", "fr"))
    ledger.save_documents(put)
    assert ledger.get_document(path) == put
    assert ledger.list_documents() == {path: put}


def test_putting_again_replaces(ledger: DocumentLedger) -> None:
    ledger.save_documents(document("a.md"))
    ledger.save_documents(document("a.md", generation=2))
    assert [known.generation for known in ledger.list_documents().values()] == [2]


def test_fingerprints_keep_every_nanosecond(ledger: DocumentLedger) -> None:
    put = document()
    exact = replace(put, fingerprint=replace(put.fingerprint, mtime_ns=1_769_999_999_123_456_789, inode=2**63))
    ledger.save_documents(exact)
    known = ledger.get_document(put.path)
    assert known is not None
    assert known.fingerprint == exact.fingerprint


def test_a_document_that_is_being_read_is_told_of_to_those_who_may_know_it(ledger: DocumentLedger) -> None:
    board = Audience(frozenset({"board"}))
    ledger.save_documents(replace(document("a.md"), state=DocumentState.READING, audience=frozenset({"board"})))
    assert ledger.has_documents_in_progress(board)
    assert not ledger.has_documents_in_progress(Audience.everyone())


def test_more_documents_than_a_page_are_all_known(ledger: DocumentLedger) -> None:
    ledger.save_documents(*(document(f"{n}.md") for n in range(1_100)))
    assert len(ledger.list_documents()) == 1_100


def test_forgetting_leaves_the_others(ledger: DocumentLedger) -> None:
    ledger.save_documents(document("a.md"), document("b.md"))
    ledger.delete_documents(path for path in ["a.md", "unknown.md"])
    assert list(ledger.list_documents()) == ["b.md"]


def test_two_paths_never_share_an_id() -> None:
    assert make_document_id("a/b.md") != make_document_id("a/B.md") != make_document_id("a-b.md")


def test_a_document_that_an_older_worker_wrote_hides_nothing_yet(client: QdrantClient, prefix: str) -> None:
    known = replace(document("a.md"), hidden=3, plain_pages=2)
    ledger = DocumentLedger(client, prefix)
    ledger.save_documents(known)
    assert ledger.get_document("a.md") == known
    records = Repository(client, ledger_collection_name(prefix), dict[str, Any])
    older = dict(records.get_record(known.id) or {})
    del older["hidden"], older["plain_pages"]
    records.put_record(known.id, older)
    assert ledger.get_document("a.md") == replace(known, hidden=0, plain_pages=0)


def test_a_field_that_a_newer_worker_writes_does_not_stop_an_older_bot(client: QdrantClient, prefix: str) -> None:
    known = document("a.md")
    ledger = DocumentLedger(client, prefix)
    ledger.save_documents(known)
    records = Repository(client, ledger_collection_name(prefix), dict[str, Any])
    records.put_record(known.id, {**(records.get_record(known.id) or {}), "colour": "blue"})
    assert ledger.get_document("a.md") == known


def test_equal_audiences_and_labels_of_a_whole_ledger_are_one_object(ledger: DocumentLedger) -> None:
    label = FolderLabel("Ventes", "fr")
    ledger.save_documents(*(replace(document(f"{n}.md"), label=label) for n in range(3)))
    known = [*ledger.list_documents().values()]
    for name in ("audience", "label", "pipeline"):
        assert len({id(getattr(one, name)) for one in known}) == 1
    assert [one.label for one in known] == [label] * 3


def test_a_label_with_a_field_of_a_newer_version_keeps_it(ledger: DocumentLedger) -> None:
    newer = replace(FolderLabel("Ventes"), unknown_fields=(("colour", "red"),))
    ledger.save_documents(replace(document("a.md"), label=FolderLabel("Ventes")))
    ledger.save_documents(replace(document("b.md"), label=newer))
    assert {one.path: one.label.unknown_fields for one in ledger.list_documents().values()} == {
        "a.md": (),
        "b.md": (("colour", "red"),),
    }
