"""Counts the passages that the index holds of each document and each of its versions. Asks Qdrant nothing."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from knowledge.core.documents import Document
    from knowledge.core.passages import Passage


def make_passage_version_key(source: Document | Passage, *, live: bool) -> str:
    """The edition of a document or of a passage, in one word.

    Path, version, generation, whether it answers, and for whom. Equal for all passages that were written as one;
    every passage carries it, so that one question to Qdrant tells what it holds of each document.
    """
    state = "live" if live else "coming"
    return f"{source.generation}/{source.version}/{state}:{_hash_audience(source.audience)}/{source.path}"


def _hash_audience(audience: frozenset[str]) -> str:
    return hashlib.sha256("\n".join(sorted(audience)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class PassageInventory:
    """How many passages the index holds, by path and then by edition."""

    by_path: Mapping[str, Mapping[str, int]]

    @classmethod
    def from_counts(cls, counts: Iterable[tuple[str, int]]) -> PassageInventory:
        """From the number of passages of each edition."""
        by_path: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for edition, count in counts:
            by_path[edition.split("/", 3)[3]][edition] = count
        return cls(dict(by_path))

    def count_by_version(self, path: str) -> dict[str, int]:
        """How many passages the index holds of each version of the document at `path`, alive or not."""
        counts: defaultdict[str, int] = defaultdict(int)
        for edition, count in self.by_path.get(path, {}).items():
            counts[edition.split("/", 2)[1]] += count
        return dict(counts)

    def matches_document(self, document: Document) -> bool:
        """Whether the index holds all passages that the ledger tells of `document`, alive, and no other of its path.

        Whoever may know them: `guards` tells.
        """
        held: defaultdict[str, int] = defaultdict(int)
        for edition, count in self.by_path.get(document.path, {}).items():
            held[_key_without_audience(edition)] += count
        told = (
            {_key_without_audience(make_passage_version_key(document, live=True)): document.passages}
            if document.passages
            else {}
        )
        return dict(held) == told

    def matches_audience(self, path: str, audience: frozenset[str]) -> bool:
        """Whether every passage of the document at `path` is for this audience, and no other."""
        seal = _hash_audience(audience)
        return all(_audience_hash_from_key(edition) == seal for edition in self.by_path.get(path, {}))


def _key_without_audience(version_key: str) -> str:
    generation, version, standing, path = version_key.split("/", 3)
    return "/".join((generation, version, standing.partition(":")[0], path))


def _audience_hash_from_key(version_key: str) -> str:
    return version_key.split("/", 3)[2].partition(":")[2]  # empty where it was written before there were audiences


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
