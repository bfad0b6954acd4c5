"""Lets the next index take over from the serving one: file hashes, passages and permitted deletions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.documents import SEARCHABLE_STATES, Document, Fingerprint

if TYPE_CHECKING:
    from collections.abc import Collection

    from ingestion.sync.ledger_cache import LedgerCache
    from knowledge.core.passages import Passage
    from knowledge.storage.passage_writer import PassageWriter


@dataclass(frozen=True, slots=True)
class PreviousVersion:
    """The serving index, which follows the folder first; `has_same_pipeline`: its passages need no new reading."""

    index: PassageWriter
    ledger_cache: LedgerCache
    has_same_pipeline: bool

    def find_file_hash(self, path: str, fingerprint: Fingerprint) -> str | None:
        """Return the hash of a file that has not changed since it was read; None if it must be computed."""
        known = self.ledger_cache.list_documents().get(path)
        is_unchanged = known is not None and known.state in SEARCHABLE_STATES and known.fingerprint == fingerprint
        return known.sha256 if known and is_unchanged else None

    def find_reusable_document(self, document: Document) -> tuple[Document, list[Passage]] | None:
        """Return the same content as the serving index has it, with its passages; None if the file must be read."""
        known = self.ledger_cache.list_documents().get(document.path)
        if not self.has_same_pipeline or known is None or known.state not in SEARCHABLE_STATES:
            return None
        if (known.version, known.label) != (document.version, document.label):
            return None
        passages = self.index.get_document_passages(known)
        return (known, passages) if passages else None

    def allow_deletions(self, missing: Collection[str], known: int, *, recognised: bool) -> bool:  # noqa: ARG002  # as DeletionPermits
        """Say whether the serving index has deleted the `missing` paths: its own guard has decided."""
        return not set(missing) & self.ledger_cache.list_documents().keys()

    def record_clean_pass(self) -> None:
        """Do nothing: the serving index keeps the hold and the folder's marker."""
