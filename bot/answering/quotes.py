"""Chooses what of a passage is quoted for a question, and says where it stands. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from knowledge.words import content_stems

if TYPE_CHECKING:
    from bot.answering.prompts import Prompts
    from knowledge.passages import Excerpt, Passage

_SENTENCE = re.compile(r"(?<=\D[.!?…])\s+(?=[A-ZÀ-Ý«“\"\d])|\n+")
_NUMBERED = re.compile(r"^(\s*\d+[.)]) ")


def quote(question: str, text: str, limit: int = 400) -> str:
    """The stretch of whole sentences or lines of `text`, at most `limit` characters, that is nearest to `question`."""
    pieces = [piece.strip() for piece in _SENTENCE.split(text) if piece.strip()]
    if not pieces:
        return ""
    asked = content_stems(question)
    weights = [len(asked & content_stems(piece)) for piece in pieces]
    best = max(range(len(pieces)), key=lambda n: (weights[n], -n))
    first = last = best
    while True:
        grown = [(first - 1, last), (first, last + 1)]
        fitting = [(a, b) for a, b in grown if a >= 0 and b < len(pieces) and _length(pieces[a : b + 1]) <= limit]
        if not fitting:
            break
        first, last = max(fitting, key=lambda span: sum(weights[span[0] : span[1] + 1]) + (span[1] > last) / 2)
    chosen = "\n".join(pieces[first : last + 1])
    return chosen if len(chosen) <= limit else chosen[: limit - 2].rsplit(" ", 1)[0] + " …"


def verbatim(line: str) -> str:
    """A quoted line that Markdown leaves as it is: a list that is cut out of its document would be numbered anew."""
    return _NUMBERED.sub("\\1\N{NO-BREAK SPACE}", line)


def coverage(question: str, text: str) -> float:
    """The share of the question's content words that occur in `text`, 0 to 1; 1 for a question without any."""
    asked = content_stems(question)
    return len(asked & content_stems(text)) / len(asked) if asked else 1.0


def place(passage: Passage, prompts: Prompts) -> str:
    """Where a passage stands: document, page, section path."""
    excerpt = passage.excerpt
    section = [heading for heading in excerpt.section if heading != passage.title]
    return ", ".join(filter(None, (passage.title, _page(excerpt, prompts), " › ".join(section))))


def _page(excerpt: Excerpt, prompts: Prompts) -> str:
    if excerpt.page is None:
        return ""
    if excerpt.last_page in (None, excerpt.page):
        return prompts.page.format(page=excerpt.page)
    return prompts.pages.format(page=excerpt.page, last=excerpt.last_page)


def _length(pieces: list[str]) -> int:
    return sum(map(len, pieces)) + len(pieces) - 1
