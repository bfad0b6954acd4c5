"""What a build that is being made takes from the one that answers: hashes, passages, and what is forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.documents import SEARCHABLE_STATES

if TYPE_CHECKING:
    from collections.abc import Collection

    from ingestion.sync.ledger_cache import LedgerCache
    from knowledge.core.documents import Document, Fingerprint
    from knowledge.core.passages import Passage
    from knowledge.storage.passage_writer import PassageWriter


@dataclass(frozen=True, slots=True)
class PreviousVersion:
    """The build that answers. `reads_alike` says that it was read in the same way: its passages need not be read anew.

    It is brought to the folder first, always: what it has not forgotten, the next build may not forget either.
    """

    index: PassageWriter
    ledger_cache: LedgerCache
    has_same_pipeline: bool

    def find_file_hash(self, path: str, fingerprint: Fingerprint) -> str | None:
        """The hash of a file that has not changed since it was read; None where it must be computed."""
        known = self.ledger_cache.list_documents().get(path)
        stands = known is not None and known.state in SEARCHABLE_STATES and known.fingerprint == fingerprint
        return known.sha256 if known and stands else None

    def find_reusable_document(self, document: Document) -> tuple[Document, list[Passage]] | None:
        """The same content as it was read then, with its passages; None where it must be read from the file."""
        known = self.ledger_cache.list_documents().get(document.path)
        if not self.has_same_pipeline or known is None or known.state not in SEARCHABLE_STATES:
            return None
        if (known.version, known.label) != (document.version, document.label):
            return None
        passages = self.index.get_document_passages(known)
        return (known, passages) if passages else None

    def allow_deletions(self, missing: Collection[str], known: int, *, empty: bool) -> bool:  # noqa: ARG002  # as Deletions
        """Whether the documents `missing` are forgotten here already: the brake is asked once, there."""
        return not set(missing) & self.ledger_cache.list_documents().keys()

    def record_clean_pass(self) -> None:
        """Leave the hold and the folder's marker to the build that answers."""
