"""The ledger as the worker keeps it: held in memory too, so that a look at an unchanged folder costs no call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.core.documents import SEARCHABLE_STATES, DocumentState
from knowledge.storage.document_ledger import DocumentLedger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.core.documents import Document, Fingerprint


class LedgerCache:
    """Reads and writes like the ledger. What it holds in memory is as old as the last `reload`, plus its own writes.

    Another worker may write to the same ledger: what that one writes is what this one would have written.
    """

    def __init__(self, ledger: DocumentLedger, pipeline: str) -> None:
        self._ledger = ledger
        self._pipeline = pipeline
        self._documents: dict[str, Document] | None = None
        self._settled_fingerprints: dict[str, Fingerprint] | None = None

    def invalidate_cache(self) -> None:
        """Read the ledger anew when it is next asked for."""
        self._documents = self._settled_fingerprints = None

    def list_documents(self) -> dict[str, Document]:
        """Every document known, by path. Not to be changed by the caller."""
        if self._documents is None:
            self._documents = self._ledger.list_documents()
        return self._documents

    @property
    def settled_fingerprints(self) -> dict[str, Fingerprint]:
        """The fingerprints of documents about which nothing is left to do while their files stay as they are."""
        if self._settled_fingerprints is None:
            self._settled_fingerprints = {
                path: document.fingerprint
                for path, document in self.list_documents().items()
                if document.pipeline == self._pipeline and _is_final(document)
            }
        return self._settled_fingerprints

    def get_documents(self, paths: Sequence[str]) -> dict[str, Document]:
        """Those documents that are known, by path, as Qdrant knows them now."""
        return self._ledger.get_documents(paths)

    def save_documents(self, *documents: Document) -> None:
        """Write documents down: in Qdrant first."""
        self._ledger.save_documents(*documents)
        self.list_documents().update({document.path: document for document in documents})
        self._settled_fingerprints = None

    def delete_documents(self, paths: Sequence[str]) -> None:
        """Drop documents: in Qdrant first."""
        self._ledger.delete_documents(paths)
        for path in paths:
            self.list_documents().pop(path, None)
        self._settled_fingerprints = None


AnyLedger = DocumentLedger | LedgerCache


def _is_final(document: Document) -> bool:
    return document.state in SEARCHABLE_STATES or (document.state is DocumentState.FAILED and document.retry_at is None)
