"""The ledger of documents, in Qdrant: what was read, when, and how it went. A scan can rebuild it.

Each build of the index has its own (`knowledge/storage/index_versions`).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from knowledge.core.documents import Document, Fingerprint, Label, State, document_id
from knowledge.storage.collection import documents_of_prefix
from knowledge.storage.repository import Records, known_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qdrant_client import QdrantClient

    from knowledge.core.access import Audience


class Ledger:
    """One record a document, by path."""

    def __init__(self, client: QdrantClient, prefix: str, number: int = 1) -> None:
        self._records = Records(client, documents_of_prefix(prefix, number))

    def all(self) -> dict[str, Document]:
        """Every document known, by path."""
        documents = (_document(record) for record in self._records.all())
        return {document.path: document for document in documents}

    def get(self, path: str) -> Document | None:
        """The document at `path`, if it is known."""
        record = self._records.get(document_id(path))
        return _document(record) if record else None

    def some(self, paths: Iterable[str]) -> dict[str, Document]:
        """Those documents that are known, by path."""
        records = self._records.get_all([document_id(path) for path in paths])
        return {document.path: document for document in map(_document, records.values())}

    def is_reading(self, audience: Audience) -> bool:
        """Whether a document that `audience` may know is being read now."""
        reading = map(_document, self._records.where(state=State.READING))
        return any(audience.may_know(document.audience) for document in reading)

    def put(self, *documents: Document) -> None:
        """Write documents down, replacing what was known of them."""
        self._records.put_all((document.id, _record(document)) for document in documents)

    def forget(self, paths: Sequence[str] | Iterable[str]) -> None:
        """Drop documents from the ledger."""
        self._records.delete([document_id(path) for path in paths])


def _record(document: Document) -> dict[str, Any]:
    return {**asdict(document), "audience": sorted(document.audience)}


def _document(record: dict[str, Any]) -> Document:
    return Document(
        **{
            **known_to(Document, record),
            "fingerprint": Fingerprint(**known_to(Fingerprint, record["fingerprint"])),
            "state": State(record["state"]),
            "audience": frozenset(record.get("audience", ())),
            "label": Label(**known_to(Label, record.get("label", {}))),
        }
    )
