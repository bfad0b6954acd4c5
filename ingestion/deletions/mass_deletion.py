"""Decides whether deletions may go through at once, or wait for a person. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from knowledge.storage.held_deletions import DeletionHold, DeletionHoldReason


@dataclass(frozen=True, slots=True)
class MassDeletionLimit:
    """Deletions are held where they are more than `documents` and more than `percent` of what is known."""

    max_documents: int
    max_percent: float

    def choose_hold_reason(
        self, missing: Collection[str], known: int, *, is_mounted: bool, hold: DeletionHold | None
    ) -> DeletionHoldReason | None:
        """Why the deletion of the documents `missing`, of `known`, must wait; None lets it through.

        `mounted` says whether the folder is proved to be the one that was indexed.
        """
        if not missing or (hold and hold.allows_deletion(missing)):
            return None
        if not is_mounted:
            return "unmounted"
        many = len(missing)
        return "many" if many > self.max_documents and many > known * self.max_percent / 100 else None
