"""Counts the passages that the index holds of each document and each of its versions."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from qdrant_client.models import FieldCondition, Filter, MatchAny

from knowledge.core.documents import make_document_id
from knowledge.storage.client import count_field_values, translate_qdrant_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qdrant_client import QdrantClient

    from knowledge.core.documents import Document
    from knowledge.core.passages import Passage

_COUNTED_TOGETHER = 10_000  # documents: an answer about a million at once would take much memory, here and in Qdrant


def make_passage_version_key(source: Document | Passage, *, live: bool) -> str:
    """The version key of a document or passage: generation, version, live or coming, audience and path in one text.

    All passages of one version of a document have the same key. One facet query then counts what Qdrant holds of each.
    """
    state = "live" if live else "coming"
    return f"{source.generation}/{source.version}/{state}:{_hash_audience(source.audience)}/{source.path}"


def _hash_audience(audience: frozenset[str]) -> str:
    return hashlib.sha256("\n".join(sorted(audience)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class PassageInventory:
    """How many passages the index holds, by path and then by version key.

    Of the documents in `known` only those are in `by_path` of which the index holds something else.
    """

    by_path: Mapping[str, Mapping[str, int]]
    known: Mapping[str, Document] = field(default_factory=dict)

    @classmethod
    def from_counts(
        cls, counts: Iterable[tuple[str, int]], known: Mapping[str, Document] | None = None
    ) -> PassageInventory:
        """Group the number of passages of each version key by path."""
        known, held = known or {}, set()
        by_path: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for key, count in counts:
            path = key.split("/", 3)[3]
            if path in known and _expect_counts(known[path]) == {key: count}:
                held.add(path)
            else:
                by_path[path][key] = count
        for path in held & by_path.keys():
            by_path[path] |= _expect_counts(known[path])
        missing = (path for path, one in known.items() if one.passages and path not in held)
        return cls({**{path: {} for path in missing}, **by_path}, known)

    def get_counts(self, path: str) -> Mapping[str, int]:
        """How many passages the index holds of the document at `path`, by version key."""
        if path in self.by_path:
            return self.by_path[path]
        return _expect_counts(self.known[path]) if path in self.known else {}

    def count_by_version(self, path: str) -> dict[str, int]:
        """How many passages the index holds of each version of the document at `path`, live or not."""
        counts: defaultdict[str, int] = defaultdict(int)
        for key, count in self.get_counts(path).items():
            counts[key.split("/", 2)[1]] += count
        return dict(counts)

    def matches_document(self, document: Document) -> bool:
        """Whether the index holds exactly the passages that the ledger records for `document`, all live.

        The audience is not compared: `matches_audience` does that.
        """
        held: defaultdict[str, int] = defaultdict(int)
        for key, count in self.get_counts(document.path).items():
            held[_key_without_audience(key)] += count
        expected = (
            {_key_without_audience(make_passage_version_key(document, live=True)): document.passages}
            if document.passages
            else {}
        )
        return dict(held) == expected

    def matches_audience(self, path: str, audience: frozenset[str]) -> bool:
        """Whether every passage of the document at `path` is for exactly this audience."""
        expected = _hash_audience(audience)
        return all(_audience_hash_from_key(key) == expected for key in self.get_counts(path))


def count_passages(
    client: QdrantClient, collection: str, known: Mapping[str, Document], every: Filter
) -> PassageInventory:
    """Count the passages of each document; many `known` documents are asked for by and by. `every` selects passages.

    Raises:
        IndexUnavailable: Qdrant failed.
    """
    if len(known) > _COUNTED_TOGETHER:
        differing: dict[str, Mapping[str, int]] = {}
        total, paths = 0, iter(known)
        while some := {path: known[path] for path in islice(paths, _COUNTED_TOGETHER)}:
            of_these = FieldCondition(
                key="metadata.document_id", match=MatchAny(any=[make_document_id(path) for path in some])
            )
            counts = count_field_values(client, collection, "metadata.edition", Filter(must=[of_these]))
            total += sum(counts.values())
            differing |= PassageInventory.from_counts(counts.items(), some).by_path
        with translate_qdrant_errors():
            if client.count(collection, every, exact=True).count == total:
                return PassageInventory(differing, known)
        # There are passages of other documents: which ones, only an answer about all of them says.
    counts = count_field_values(client, collection, "metadata.edition")
    return PassageInventory.from_counts(counts.items(), known)


def _expect_counts(document: Document) -> dict[str, int]:
    return {make_passage_version_key(document, live=True): document.passages} if document.passages else {}


def _key_without_audience(version_key: str) -> str:
    generation, version, state, path = version_key.split("/", 3)
    return "/".join((generation, version, state.partition(":")[0], path))


def _audience_hash_from_key(version_key: str) -> str:
    return version_key.split("/", 3)[2].partition(":")[2]  # empty if written before there were audiences


@dataclass(slots=True)
class InventoryCache:
    """Remembers the number of passages by version for each document, to save a search.

    It is filled by one count of all documents and by every write after it. It may be wrong if another worker writes:
    whoever uses it must check what is really there. Without that count, nothing is remembered.
    """

    _inventory: PassageInventory | None = None
    _changed_since: dict[str, Mapping[str, int] | None] = field(default_factory=dict)

    def get_version_counts(self, path: str) -> Mapping[str, int] | None:
        """How many passages of each version there should be; None if that is unknown."""
        if self._inventory is None:
            return None
        return self._changed_since[path] if path in self._changed_since else self._inventory.count_by_version(path)

    def reset_inventory(self, inventory: PassageInventory) -> None:
        """Start again from a count of all documents."""
        self._inventory, self._changed_since = inventory, {}

    def clear_inventory(self) -> None:
        """Forget everything."""
        self._inventory, self._changed_since = None, {}

    def invalidate_inventory(self, path: str) -> None:
        """Forget one document, before it is written: the write may fail."""
        self._changed_since[path] = None

    def record_version_counts(self, path: str, counts: Mapping[str, int]) -> None:
        """Remember what a completed write left of a document."""
        self._changed_since[path] = counts
