"""The ledger of documents, in Qdrant: what was read, when, and how it went. A scan can rebuild it.

Each build of the index has its own (`knowledge/storage/index_versions`).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from knowledge.core.documents import Document, DocumentState, Fingerprint, FolderLabel, make_document_id
from knowledge.storage.collection import ledger_collection_name
from knowledge.storage.repository import Repository, known_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qdrant_client import QdrantClient

    from knowledge.core.access import Audience


class DocumentLedger:
    """One record a document, by path."""

    def __init__(self, client: QdrantClient, prefix: str, number: int = 1) -> None:
        self._repository = Repository(client, ledger_collection_name(prefix, number))

    def list_documents(self) -> dict[str, Document]:
        """Every document known, by path."""
        documents = (_document_from_record(record) for record in self._repository.list_records())
        return {document.path: document for document in documents}

    def get_document(self, path: str) -> Document | None:
        """The document at `path`, if it is known."""
        record = self._repository.get_record(make_document_id(path))
        return _document_from_record(record) if record else None

    def get_documents(self, paths: Iterable[str]) -> dict[str, Document]:
        """Those documents that are known, by path."""
        records = self._repository.get_records([make_document_id(path) for path in paths])
        return {document.path: document for document in map(_document_from_record, records.values())}

    def has_documents_in_progress(self, audience: Audience) -> bool:
        """Whether a document that `audience` may know is being read now."""
        reading = map(_document_from_record, self._repository.find_records(state=DocumentState.READING))
        return any(audience.may_know(document.audience) for document in reading)

    def save_documents(self, *documents: Document) -> None:
        """Write documents down, replacing what was known of them."""
        self._repository.put_records((document.id, _record_from_document(document)) for document in documents)

    def delete_documents(self, paths: Sequence[str] | Iterable[str]) -> None:
        """Drop documents from the ledger."""
        self._repository.delete_records([make_document_id(path) for path in paths])


def _record_from_document(document: Document) -> dict[str, Any]:
    return {**asdict(document), "audience": sorted(document.audience)}


def _document_from_record(record: dict[str, Any]) -> Document:
    return Document(
        **{
            **known_to(Document, record),
            "fingerprint": Fingerprint(**known_to(Fingerprint, record["fingerprint"])),
            "state": DocumentState(record["state"]),
            "audience": frozenset(record.get("audience", ())),
            "label": FolderLabel(**known_to(FolderLabel, record.get("label", {}))),
        }
    )
