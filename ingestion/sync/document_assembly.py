"""Puts a document together from the parts in which it is read, which come in any order. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knowledge.core.passages import passages_from_excerpts

if TYPE_CHECKING:
    from ingestion.parsing.pool import DocumentContent
    from knowledge.core.documents import Document
    from knowledge.core.passages import Passage


@dataclass(slots=True)
class DocumentAssembly:
    """One document while its parts come in. A part counts once those before it are there: passages are numbered on.

    `ends` has the last page of each part. `answers` says whether passages may be found before the document is
    complete; the first `added` can be found. `nothing` is what the first part without any text said; `hidden` counts
    the places that the parts left out, `plain_pages` the pages that they read without an optional step.
    """

    document: Document
    part_last_pages: list[int]
    is_searchable: bool = True
    added_count: int = 0
    empty_reason: str | None = None
    hidden_count: int = 0
    plain_pages: int = 0
    passages: list[Passage] = field(default_factory=list)
    _pending_parts: dict[int, DocumentContent] = field(default_factory=dict)
    _added_parts: int = 0

    def add_part(self, part_number: int, content: DocumentContent) -> list[Passage]:
        """Take part `n`, counted from 0; give the passages that this completes, in their order."""
        self._pending_parts[part_number] = content
        fresh: list[Passage] = []
        while part := self._pending_parts.pop(self._added_parts, None):
            self._added_parts += 1
            self.empty_reason = self.empty_reason or part.nothing
            self.hidden_count += part.hidden
            self.plain_pages += part.plain_pages
            fresh += passages_from_excerpts(self.document, part.excerpts, first=len(self.passages) + len(fresh))
        self.passages += fresh
        return fresh

    @property
    def is_complete(self) -> bool:
        """Whether every part has come in."""
        return self._added_parts == len(self.part_last_pages)

    @property
    def pages_read(self) -> int:
        """How many pages, from the first one on, the parts hold that count."""
        return self.part_last_pages[self._added_parts - 1] if self._added_parts else 0
