"""Passages as a search would find them. For the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.core.documents import document_id
from knowledge.core.passages import Excerpt, Found, Passage

if TYPE_CHECKING:
    from knowledge.core.passages import Kind


def found(
    text: str,
    title: str = "Guide",
    page: int | None = 3,
    last: int | None = None,
    kind: Kind = "text",
    n: int = 0,
) -> Found:
    path = f"{title}.pdf"
    excerpt = Excerpt(text, page, last, ("Guide", "Jours"), kind)
    return Found(Passage(f"id of {text[:20]}", document_id(path), path, title, "v1", 1, n, excerpt), 1.0)
