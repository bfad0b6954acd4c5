"""Decides, with what is remembered of the folder, whether deletions go through now; keeps and clears the hold."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from ingestion.deletions.folder_marker import FolderMarker
    from ingestion.deletions.mass_deletion import MassDeletionLimit
    from knowledge.storage.held_deletions import DeletionHolds

log = logging.getLogger(__name__)


class DeletionGuard:
    """The brake, the marker in the folder and the hold in Qdrant, put together."""

    def __init__(self, limit: MassDeletionLimit, marker: FolderMarker, holds: DeletionHolds) -> None:
        self._limit = limit
        self._marker = marker
        self._holds = holds

    def allow_deletions(self, missing: Collection[str], known: int, *, empty: bool) -> bool:
        """Whether the documents `missing`, of `known`, may be forgotten now. `empty`: the folder holds no file.

        Where they may not, they are written down as held, until somebody confirms or the files are back.
        """
        mounted = self._marker.is_indexed_folder(empty=empty)
        hold = self._holds.get_deletion_hold() if missing else None
        reason = self._limit.choose_hold_reason(missing, known, is_mounted=mounted, hold=hold)
        if reason is None:
            return True
        if hold is None or hold.count != len(missing):
            log.warning("deletions wait for a confirmation: documents=%d of=%d reason=%s", len(missing), known, reason)
        self._holds.hold_deletions(missing, known, reason)
        return False

    def record_clean_pass(self) -> None:
        """After a pass that held nothing back: clear the hold, and mark the folder as the one that is indexed."""
        self._holds.release_deletion_hold()
        self._marker.write_marker()
