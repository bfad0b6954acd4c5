"""Documents packed in memory come back as they were, and copies know nothing of each other's changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingestion.scan.folder_scan import PackedFingerprints
from ingestion.sync.ledger_cache import PackedDocuments
from knowledge.core.access import EVERYONE
from knowledge.core.documents import Document, DocumentState, Fingerprint, FolderLabel, Member, make_content_version
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_failure

SHA256 = "0a" * 32
READ = Document(
    "rh/Congés.pdf",
    Fingerprint(2**40, 2**60, -(2**60), 2**64 - 1),
    SHA256,
    make_content_version(SHA256, "9"),
    3,
    DocumentState.MEANING,
    title="Congés › 2026 – ✈",
    pages=12,
    passages=40,
    seen_at=1.5,
    read_at=2.25,
    changed_at=3.125,
    pipeline="9",
    embedding_model="bge-m3",
    audience=frozenset({EVERYONE}),
    label=FolderLabel("RH", "fr"),
    hidden=2,
)
OTHERS = {
    "being read": {"state": DocumentState.READING, "pages_read": 4},
    "failed": {"state": DocumentState.FAILED, "failure": make_failure(FailureCode.CHANGED, name="a"), "retry_at": 9.0},
    "with members": {"members": (Member("a.txt", passages=1),)},
    "of an unknown field": {"unknown_fields": (("colour", "blue"),)},
    "of an unknown field in its label": {"label": FolderLabel("RH", "fr", unknown_fields=(("colour", "blue"),))},
    "of another version": {"version": "v"},
    "without a hash": {"sha256": "", "version": ""},
    "with a hash in capitals": {"sha256": "0A" * 32, "version": make_content_version("0A" * 32, "9")},
    "from before there were times": {"read_at": None, "changed_at": None},
    "larger than any file": {"fingerprint": Fingerprint(2**70, 1, 1, 1)},
    "with half a character": {"title": "\ud800"},
}


@pytest.mark.parametrize("differs", [{}, *OTHERS.values()], ids=["read", *OTHERS])
def test_a_document_comes_back_as_it_was(differs: dict[str, object]) -> None:
    document = replace(READ, **differs)  # type: ignore[arg-type] # each case has values of its fields
    known = PackedDocuments([replace(READ, path="another.pdf", title="x"), document])
    back = known[document.path]
    assert (back, back.unknown_fields, back.label.unknown_fields) == (
        document,
        document.unknown_fields,
        document.label.unknown_fields,
    )
    if differs != OTHERS["larger than any file"]:
        assert known.is_of_file(document.path, PackedFingerprints({document.path: document.fingerprint}))
    changed = PackedFingerprints({document.path: replace(READ.fingerprint, ctime_ns=5)})
    assert not known.is_of_file(document.path, changed)
    shared = known.get_shared_values(document.path)
    assert shared is not None
    assert (shared.state, shared.failure, shared.audience) == (document.state, document.failure, document.audience)


def test_documents_that_differ_in_hash_and_times_alone_share_the_rest() -> None:
    shas = [f"{n:064x}" for n in range(100)]
    known = PackedDocuments(
        replace(READ, path=f"{sha}.pdf", sha256=sha, version=make_content_version(sha, "9"), seen_at=float(n))
        for n, sha in enumerate(shas)
    )
    assert len({id(shared) for _, shared in known.iterate_shared_values()}) == 1
    assert known[f"{shas[7]}.pdf"].sha256 == shas[7]


def test_a_copy_does_not_see_later_changes() -> None:
    known = PackedDocuments([READ, replace(READ, path="b.pdf")])
    copied, part = known.copy_documents(), known.copy_documents(without=["b.pdf", "unknown.pdf"])
    known[READ.path] = replace(READ, passages=41)
    del known["b.pdf"]
    assert (copied[READ.path].passages, known[READ.path].passages) == (40, 41)
    assert (set(copied), set(part), set(known)) == ({READ.path, "b.pdf"}, {READ.path}, {READ.path})
