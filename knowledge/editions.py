"""Names the edition of a document that a passage belongs to, and holds what the index has against the ledger. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from knowledge.documents import Document
    from knowledge.passages import Passage


def edition_of(of: Document | Passage, *, live: bool) -> str:
    """The edition of a document or of a passage: path, version, generation, and whether it answers, in one word.

    Equal for all passages that were written as one; every passage carries it, so that one question to Qdrant tells
    what it holds of each document.
    """
    return f"{of.generation}/{of.version}/{'live' if live else 'coming'}/{of.path}"


@dataclass(frozen=True, slots=True)
class Editions:
    """How many passages the index holds, by path and then by edition."""

    by_path: Mapping[str, Mapping[str, int]]

    @classmethod
    def counted(cls, counts: Iterable[tuple[str, int]]) -> Editions:
        """From the number of passages of each edition."""
        by_path: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for edition, count in counts:
            by_path[edition.split("/", 3)[3]][edition] = count
        return cls(dict(by_path))

    def holds(self, document: Document) -> bool:
        """Whether the index holds all passages that the ledger tells of `document`, alive, and no other of its path."""
        told = {edition_of(document, live=True): document.passages} if document.passages else {}
        return self.by_path.get(document.path, {}) == told
