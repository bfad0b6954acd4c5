"""Keeps the document ledger in memory too, so that a pass over an unchanged folder needs no call to Qdrant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.sync.packed_documents import PackedDocuments
from knowledge.core.documents import SEARCHABLE_STATES, DocumentState, lacks_vectors
from knowledge.storage.document_ledger import DocumentLedger

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from knowledge.core.documents import Document


class LedgerCache:
    """Reads and writes like the ledger; its memory has the last load and its own writes."""

    def __init__(self, ledger: DocumentLedger, name_pipeline: Callable[[str], str]) -> None:
        self._ledger = ledger
        self._name_pipeline = name_pipeline
        self._documents: PackedDocuments | None = None
        self._unembedded: tuple[str, set[str]] | None = None  # by this model

    def invalidate_cache(self) -> None:
        """Load the ledger again at the next use."""
        self._documents = self._unembedded = None

    def list_documents(self) -> PackedDocuments:
        """Return every known document by path; the caller must not change the result."""
        if self._documents is None:
            self._documents = PackedDocuments(self._ledger.iterate_documents())
        return self._documents

    def has_pending_documents(self) -> bool:
        """Say whether a document needs something though its file does not change: it is read or tried again."""
        return any(
            document.pipeline != self._name_pipeline(path) or not _is_final(document)
            for path, document in self.list_documents().iterate_shared_values()
        )

    def list_unembedded_paths(self, model: str) -> set[str]:
        """Return the documents that have no dense vectors of this model; the caller must not change the result."""
        if self._unembedded is None or self._unembedded[0] != model:
            documents = self.list_documents().iterate_shared_values()
            self._unembedded = model, {path for path, document in documents if lacks_vectors(document, model)}
        return self._unembedded[1]

    def get_documents(self, paths: Sequence[str]) -> dict[str, Document]:
        """Fetch the known ones of these documents from Qdrant, by path."""
        return self._ledger.get_documents(paths)

    def save_documents(self, *documents: Document) -> None:
        """Save documents, in Qdrant first."""
        self._ledger.save_documents(*documents)
        known = self.list_documents()
        for document in documents:
            known[document.path] = document
            if self._unembedded:
                model, paths = self._unembedded
                (paths.add if lacks_vectors(document, model) else paths.discard)(document.path)

    def delete_documents(self, paths: Sequence[str]) -> None:
        """Delete documents, in Qdrant first."""
        self._ledger.delete_documents(paths)
        for path in paths:
            self.list_documents().pop(path, None)
            if self._unembedded:
                self._unembedded[1].discard(path)


AnyLedger = DocumentLedger | LedgerCache


def _is_final(document: Document) -> bool:
    return document.state in SEARCHABLE_STATES or (document.state is DocumentState.FAILED and document.retry_at is None)
