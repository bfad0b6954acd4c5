"""Puts a document together from the parts in which it is read, which come in any order. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knowledge.core.passages import passages_of

if TYPE_CHECKING:
    from ingestion.parsing.pool import Content
    from knowledge.core.documents import Document
    from knowledge.core.passages import Passage


@dataclass(slots=True)
class Assembly:
    """One document while its parts come in. A part counts once those before it are there: passages are numbered on.

    `ends` has the last page of each part. `answers` says whether passages may be found before the document is
    complete; the first `added` can be found. `nothing` is what the first part without any text said; `hidden` counts
    the places that the parts left out, `plain_pages` the pages that they read without an optional step.
    """

    document: Document
    ends: list[int]
    answers: bool = True
    added: int = 0
    nothing: str | None = None
    hidden: int = 0
    plain_pages: int = 0
    passages: list[Passage] = field(default_factory=list)
    _waiting: dict[int, Content] = field(default_factory=dict)
    _taken: int = 0

    def take(self, n: int, content: Content) -> list[Passage]:
        """Take part `n`, counted from 0; give the passages that this completes, in their order."""
        self._waiting[n] = content
        fresh: list[Passage] = []
        while part := self._waiting.pop(self._taken, None):
            self._taken += 1
            self.nothing = self.nothing or part.nothing
            self.hidden += part.hidden
            self.plain_pages += part.plain_pages
            fresh += passages_of(self.document, part.excerpts, first=len(self.passages) + len(fresh))
        self.passages += fresh
        return fresh

    @property
    def complete(self) -> bool:
        """Whether every part has come in."""
        return self._taken == len(self.ends)

    @property
    def pages_read(self) -> int:
        """How many pages, from the first one on, the parts hold that count."""
        return self.ends[self._taken - 1] if self._taken else 0
