"""Remembers what a collection holds of each document, from one look at all of them and what was written since.

A guess that saves a search for each document, never the last word: whoever uses it counts what is really there.
Pure: asks Qdrant nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from knowledge.storage.editions import PassageInventory


@dataclass(slots=True)
class InventoryCache:
    """The number of passages by version, for each document by its path; None where that must be asked.

    Without a look at all documents, nothing is remembered: somebody else may have written at any time.
    """

    _inventory: PassageInventory | None = None
    _changed_since: dict[str, Mapping[str, int] | None] = field(default_factory=dict)

    def get_version_counts(self, path: str) -> Mapping[str, int] | None:
        """How many passages of each version there should be, numbered from 0 on; None where nothing is known."""
        if self._inventory is None:
            return None
        return self._changed_since[path] if path in self._changed_since else self._inventory.count_by_version(path)

    def reset_inventory(self, inventory: PassageInventory) -> None:
        """Begin anew with what was just seen of all documents."""
        self._inventory, self._changed_since = inventory, {}

    def clear_inventory(self) -> None:
        """Begin anew, knowing nothing."""
        self._inventory, self._changed_since = None, {}

    def invalidate_inventory(self, path: str) -> None:
        """A document is being written: should that fail, nothing is known of it."""
        self._changed_since[path] = None

    def record_version_counts(self, path: str, counts: Mapping[str, int]) -> None:
        """A document was written, and this is what is there now."""
        self._changed_since[path] = counts
