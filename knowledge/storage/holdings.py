"""Remembers what a collection holds of each document, from one look at all of them and what was written since.

A guess that saves a search for each document, never the last word: whoever uses it counts what is really there.
Pure: asks Qdrant nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from knowledge.storage.editions import Editions


@dataclass(slots=True)
class Holdings:
    """The number of passages by version, for each document by its path; None where that must be asked.

    Without a look at all documents, nothing is remembered: somebody else may have written at any time.
    """

    _told: Editions | None = None
    _since: dict[str, Mapping[str, int] | None] = field(default_factory=dict)

    def of(self, path: str) -> Mapping[str, int] | None:
        """How many passages of each version there should be, numbered from 0 on; None where nothing is known."""
        if self._told is None:
            return None
        return self._since[path] if path in self._since else self._told.versions(path)

    def tell(self, editions: Editions) -> None:
        """Begin anew with what was just seen of all documents."""
        self._told, self._since = editions, {}

    def forget(self) -> None:
        """Begin anew, knowing nothing."""
        self._told, self._since = None, {}

    def doubt(self, path: str) -> None:
        """A document is being written: should that fail, nothing is known of it."""
        self._since[path] = None

    def note(self, path: str, versions: Mapping[str, int]) -> None:
        """A document was written, and this is what is there now."""
        self._since[path] = versions
