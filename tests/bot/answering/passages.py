"""Passages as a search returns them, for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.core.documents import make_document_id
from knowledge.core.passages import Excerpt, FoundPassage, Passage

if TYPE_CHECKING:
    from knowledge.core.passages import PassageKind


def found(
    text: str,
    title: str = "Guide",
    page: int | None = 3,
    last: int | None = None,
    kind: PassageKind = "text",
    n: int = 0,
    *,
    doubtful: bool = False,
) -> FoundPassage:
    path = f"{title}.pdf"
    excerpt = Excerpt(text, page, last, ("Guide", "Jours"), kind, doubtful)
    return FoundPassage(Passage(f"id of {text[:20]}", make_document_id(path), path, title, "v1", 1, n, excerpt), 1.0)
