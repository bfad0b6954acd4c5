"""Puts the parts of a long document together as they are read, in any order. Asks Qdrant nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knowledge.core.passages import Passage, passages_from_excerpts

if TYPE_CHECKING:
    from ingestion.reader_processes.pool import DocumentContent
    from knowledge.core.documents import Document, Member
    from knowledge.core.failures import Failure


@dataclass(slots=True)
class DocumentAssembly:
    """Collects the parts of one document, which come in any order, and numbers the passages through all parts.

    `is_searchable` says whether passages may be found before the document is complete; the first `added_count` can be.
    `empty_failure` is that of the first part without text. `hidden_count`, `doubtful_count` and `plain_pages` are sums
    over the parts: places of hidden and of doubtful text, and pages read without an optional step.
    """

    document: Document
    part_last_pages: list[int]
    is_searchable: bool = True
    added_count: int = 0
    empty_failure: Failure | None = None
    hidden_count: int = 0
    doubtful_count: int = 0
    plain_pages: int = 0
    members: list[Member] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    _pending_parts: dict[int, DocumentContent] = field(default_factory=dict)
    _added_parts: int = 0

    def add_part(self, part_number: int, content: DocumentContent) -> list[Passage]:
        """Add a part, counted from 0; return the passages that now follow without a gap."""
        self._pending_parts[part_number] = content
        fresh: list[Passage] = []
        while part := self._pending_parts.pop(self._added_parts, None):
            self._added_parts += 1
            self.empty_failure = self.empty_failure or part.nothing
            self.hidden_count += part.hidden
            self.doubtful_count += part.doubtful
            self.plain_pages += part.plain_pages
            self.members += part.members
            fresh += passages_from_excerpts(self.document, part.excerpts, first=len(self.passages) + len(fresh))
        self.passages += fresh
        return fresh

    @property
    def is_complete(self) -> bool:
        """Say whether every part was added."""
        return self._added_parts == len(self.part_last_pages)

    @property
    def pages_read(self) -> int:
        """The number of pages from the first one on that are read without a gap."""
        return self.part_last_pages[self._added_parts - 1] if self._added_parts else 0


def list_last_pages(first: DocumentContent) -> list[int]:
    """Return the last page of each part of a document, from its first part."""
    return [*(first_page - 1 for first_page, _ in first.more), first.pages or 0]
