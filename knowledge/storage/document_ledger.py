"""The ledger of documents: what was read, when, and how it went. A scan of the folder can rebuild it.

Each index version has its own ledger (`knowledge/storage/index_versions`).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from qdrant_client import QdrantClient

from knowledge.core.documents import Document, DocumentState, lacks_vectors, make_document_id
from knowledge.storage.record_repository import Repository
from knowledge.storage.schema import ledger_collection_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from knowledge.core.access import Audience
    from knowledge.core.documents import FolderLabel


class DocumentLedger:
    """One record for each document, found by the id that its path gives."""

    def __init__(self, client: QdrantClient, prefix: str, number: int = 1) -> None:
        self._repository = Repository(client, ledger_collection_name(prefix, number), Document)

    def list_documents(self) -> dict[str, Document]:
        """Every known document, by path."""
        return {document.path: document for document in _share_values(self.iterate_documents())}

    def iterate_documents(self) -> Iterator[Document]:
        """Every known document, one after the other: a ledger may hold a million."""
        return self._repository.list_records()

    def list_unembedded_paths(self, model: str) -> set[str]:
        """The documents that have no dense vectors of this model."""
        return {document.path for document in self.iterate_documents() if lacks_vectors(document, model)}

    def get_document(self, path: str) -> Document | None:
        """The document at `path`, if it is known."""
        return self._repository.get_record(make_document_id(path))

    def get_documents(self, paths: Iterable[str]) -> dict[str, Document]:
        """The known ones of these documents, by path."""
        known = self._repository.get_records([make_document_id(path) for path in paths])
        return {document.path: document for document in known.values()}

    def has_documents_in_progress(self, audience: Audience) -> bool:
        """Whether a document that `audience` may know is being read now."""
        reading = self._repository.find_records(state=DocumentState.READING)
        return any(audience.may_know(document.audience) for document in reading)

    def save_documents(self, *documents: Document) -> None:
        """Write documents, each in place of its earlier record."""
        self._repository.put_records((document.id, document) for document in documents)

    def delete_documents(self, paths: Sequence[str] | Iterable[str]) -> None:
        """Delete documents from the ledger."""
        self._repository.delete_records([make_document_id(path) for path in paths])


def _share_values(documents: Iterable[Document]) -> Iterator[Document]:
    """Give equal audiences, labels and names one object: a million documents have few different ones."""
    audiences: dict[frozenset[str], frozenset[str]] = {}
    labels: dict[FolderLabel, FolderLabel] = {}
    for document in documents:
        label = document.label
        shared_label = label if label.unknown_fields else labels.setdefault(label, label)
        for name, value in (
            ("audience", audiences.setdefault(document.audience, document.audience)),
            ("label", shared_label),
            ("pipeline", sys.intern(document.pipeline)),
            ("embedding_model", document.embedding_model and sys.intern(document.embedding_model)),
        ):
            object.__setattr__(document, name, value)  # a record that nobody else has yet
        yield document
