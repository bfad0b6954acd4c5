"""Decides whether documents that are gone may be forgotten now, or wait until a person confirms it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from ingestion.deletions.folder_marker import FolderMarker
    from knowledge.storage.worker_requests import DeletionHold, DeletionHoldReason, DeletionHolds

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MassDeletionLimit:
    """Holds deletions that exceed both a number of documents and a percentage of all known documents."""

    max_documents: int
    max_percent: float

    def choose_hold_reason(
        self, missing: Collection[str], known: int, *, is_mounted: bool, hold: DeletionHold | None
    ) -> DeletionHoldReason | None:
        """Say why the `missing` paths must wait, of `known` documents; None lets the deletion through."""
        if not missing or (hold and hold.allows_deletion(missing)):
            return None
        if not is_mounted:
            return "unmounted"
        many = len(missing)
        return "many" if many > self.max_documents and many > known * self.max_percent / 100 else None


class DeletionGuard:
    """Combines the limit, the folder's marker file and the hold that Qdrant keeps."""

    def __init__(self, limit: MassDeletionLimit, marker: FolderMarker, holds: DeletionHolds) -> None:
        self._limit = limit
        self._marker = marker
        self._holds = holds

    def allow_deletions(self, missing: Collection[str], known: int, *, recognised: bool) -> bool:
        """Say whether the `missing` paths, of `known` documents, may be forgotten now; if not, store a hold."""
        mounted = self._marker.is_indexed_folder(recognised=recognised)
        hold = self._holds.get_deletion_hold() if missing else None
        reason = self._limit.choose_hold_reason(missing, known, is_mounted=mounted, hold=hold)
        if reason is None:
            return True
        if hold is None or hold.count != len(missing):
            log.warning("deletions wait for a confirmation: documents=%d of=%d reason=%s", len(missing), known, reason)
        self._holds.hold_deletions(missing, known, reason)
        return False

    def record_clean_pass(self) -> None:
        """Release the hold and mark the folder, after a pass that held nothing back."""
        self._holds.release_deletion_hold()
        self._marker.write_marker()
