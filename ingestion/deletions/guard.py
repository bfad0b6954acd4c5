"""Decides, with what is remembered of the folder, whether deletions go through now; keeps and clears the hold."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from ingestion.deletions.folder_marker import Anchor
    from ingestion.deletions.mass_deletion import Brake
    from knowledge.storage.held_deletions import Holds

log = logging.getLogger(__name__)


class Deletions:
    """The brake, the marker in the folder and the hold in Qdrant, put together."""

    def __init__(self, brake: Brake, anchor: Anchor, holds: Holds) -> None:
        self._brake = brake
        self._anchor = anchor
        self._holds = holds

    def let_through(self, missing: Collection[str], known: int, *, empty: bool) -> bool:
        """Whether the documents `missing`, of `known`, may be forgotten now. `empty`: the folder holds no file.

        Where they may not, they are written down as held, until somebody confirms or the files are back.
        """
        mounted = self._anchor.holds(empty=empty)
        hold = self._holds.get() if missing else None
        reason = self._brake.verdict(missing, known, mounted=mounted, hold=hold)
        if reason is None:
            return True
        if hold is None or hold.count != len(missing):
            log.warning("deletions wait for a confirmation: documents=%d of=%d reason=%s", len(missing), known, reason)
        self._holds.hold(missing, known, reason)
        return False

    def settle(self) -> None:
        """After a pass that held nothing back: clear the hold, and mark the folder as the one that is indexed."""
        self._holds.release()
        self._anchor.drop()
