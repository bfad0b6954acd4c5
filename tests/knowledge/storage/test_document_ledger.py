from __future__ import annotations

from dataclasses import replace

import pytest
from qdrant_client import QdrantClient

from knowledge.core.documents import Label, State, document_id
from knowledge.storage.collection import documents_of_prefix
from knowledge.storage.document_ledger import Ledger
from knowledge.storage.repository import Records
from tests.knowledge.samples import document


@pytest.fixture
def ledger(client: QdrantClient, prefix: str) -> Ledger:
    return Ledger(client, prefix)


def test_before_the_first_document_nothing_is_known(ledger: Ledger) -> None:
    assert ledger.all() == {}
    assert ledger.get("a.md") is None
    ledger.forget(["a.md"])


@pytest.mark.parametrize("path", ["a.md", "dossier/été 2026.md", "e\u0301te\u0301.md", "名前.txt"])
def test_a_document_comes_back_as_it_was_put(ledger: Ledger, path: str) -> None:
    put = replace(document(path), state=State.FAILED, reason="illisible", retry_at=12.5, attempts=3, pages=None)
    put = replace(put, label=Label("Ventes", "fr"))
    ledger.put(put)
    assert ledger.get(path) == put
    assert ledger.all() == {path: put}


def test_putting_again_replaces(ledger: Ledger) -> None:
    ledger.put(document("a.md"))
    ledger.put(document("a.md", generation=2))
    assert [known.generation for known in ledger.all().values()] == [2]


def test_fingerprints_keep_every_nanosecond(ledger: Ledger) -> None:
    put = document()
    exact = replace(put, fingerprint=replace(put.fingerprint, mtime_ns=1_769_999_999_123_456_789, inode=2**63))
    ledger.put(exact)
    known = ledger.get(put.path)
    assert known is not None
    assert known.fingerprint == exact.fingerprint


def test_more_documents_than_a_page_are_all_known(ledger: Ledger) -> None:
    ledger.put(*(document(f"{n}.md") for n in range(1_100)))
    assert len(ledger.all()) == 1_100


def test_forgetting_leaves_the_others(ledger: Ledger) -> None:
    ledger.put(document("a.md"), document("b.md"))
    ledger.forget(path for path in ["a.md", "unknown.md"])
    assert list(ledger.all()) == ["b.md"]


def test_two_paths_never_share_an_id() -> None:
    assert document_id("a/b.md") != document_id("a/B.md") != document_id("a-b.md")


def test_a_document_that_an_older_worker_wrote_hides_nothing_yet(client: QdrantClient, prefix: str) -> None:
    known = replace(document("a.md"), hidden=3, plain_pages=2)
    ledger = Ledger(client, prefix)
    ledger.put(known)
    assert ledger.get("a.md") == known
    records = Records(client, documents_of_prefix(prefix))
    older = dict(records.get(known.id) or {})
    del older["hidden"], older["plain_pages"]
    records.put(known.id, older)
    assert ledger.get("a.md") == replace(known, hidden=0, plain_pages=0)


def test_a_field_that_a_newer_worker_writes_does_not_stop_an_older_bot(client: QdrantClient, prefix: str) -> None:
    known = document("a.md")
    ledger = Ledger(client, prefix)
    ledger.put(known)
    records = Records(client, documents_of_prefix(prefix))
    records.put(known.id, {**(records.get(known.id) or {}), "colour": "blue"})
    assert ledger.get("a.md") == known
