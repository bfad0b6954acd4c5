"""The ledger as the worker keeps it: held in memory too, so that a look at an unchanged folder costs no call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.core.documents import SEARCHABLE, State
from knowledge.storage.document_ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.core.documents import Document, Fingerprint


class Books:
    """Reads and writes like the ledger. What it holds in memory is as old as the last `reload`, plus its own writes.

    Another worker may write to the same ledger: what that one writes is what this one would have written.
    """

    def __init__(self, ledger: Ledger, pipeline: str) -> None:
        self._ledger = ledger
        self._pipeline = pipeline
        self._documents: dict[str, Document] | None = None
        self._settled: dict[str, Fingerprint] | None = None

    def reload(self) -> None:
        """Read the ledger anew when it is next asked for."""
        self._documents = self._settled = None

    def all(self) -> dict[str, Document]:
        """Every document known, by path. Not to be changed by the caller."""
        if self._documents is None:
            self._documents = self._ledger.all()
        return self._documents

    @property
    def settled(self) -> dict[str, Fingerprint]:
        """The fingerprints of documents about which nothing is left to do while their files stay as they are."""
        if self._settled is None:
            self._settled = {
                path: document.fingerprint
                for path, document in self.all().items()
                if document.pipeline == self._pipeline and _is_final(document)
            }
        return self._settled

    def some(self, paths: Sequence[str]) -> dict[str, Document]:
        """Those documents that are known, by path, as Qdrant knows them now."""
        return self._ledger.some(paths)

    def put(self, *documents: Document) -> None:
        """Write documents down: in Qdrant first."""
        self._ledger.put(*documents)
        self.all().update({document.path: document for document in documents})
        self._settled = None

    def forget(self, paths: Sequence[str]) -> None:
        """Drop documents: in Qdrant first."""
        self._ledger.forget(paths)
        for path in paths:
            self.all().pop(path, None)
        self._settled = None


AnyLedger = Ledger | Books


def _is_final(document: Document) -> bool:
    return document.state in SEARCHABLE or (document.state is State.FAILED and document.retry_at is None)
