"""Decides whether deletions may go through at once, or wait for a person. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from knowledge.storage.held_deletions import Hold, HoldReason


@dataclass(frozen=True, slots=True)
class Brake:
    """Deletions are held where they are more than `documents` and more than `percent` of what is known."""

    documents: int
    percent: float

    def verdict(self, missing: Collection[str], known: int, *, mounted: bool, hold: Hold | None) -> HoldReason | None:
        """Why the deletion of the documents `missing`, of `known`, must wait; None lets it through.

        `mounted` says whether the folder is proved to be the one that was indexed.
        """
        if not missing or (hold and hold.allows(missing)):
            return None
        if not mounted:
            return "unmounted"
        many = len(missing)
        return "many" if many > self.documents and many > known * self.percent / 100 else None
