"""Chooses what of a passage is quoted for a question, and says where it stands. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.extractive.table_rows import blocks, row_as_line
from knowledge.core.documents import ABOVE
from knowledge.core.lexical import content_stems
from knowledge.core.passages import trail_of

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from bot.answering.prompt.templates import Prompts
    from knowledge.core.passages import Excerpt, Passage

_SENTENCE = re.compile(r"(?<=\D[.!?…])\s+(?=[A-ZÀ-Ý«“\"\d])|\n+")
_LONGEST_HEADING = 90
# A sentence's end, an item of a list, or a label with its value; a heading such as "4.1 Rights" has none of these.
_SAYS_SOMETHING = re.compile(r"[.!?…:;][)»”\"']*$|^(?:[-*•–]|\d+[.)])\s|\s?:\s")
_NUMBERED = re.compile(r"^(\s*\d+[.)]) ")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, a line or a row as it is shown, and how much it says on the question."""

    shown: str
    weight: float
    is_content: bool


def quote(question: str, text: str, limit: int = 400, colon: str | None = None, headings: Sequence[str] = ()) -> str:
    """The stretch of whole sentences or lines of `text`, at most `limit` characters, that is nearest to `question`.

    With a `colon`, the rows of tables are told as lines, their labels before it. `headings` are shown already.
    """
    every = _pieces(content_stems(question), text, colon)
    pieces = [piece for piece in every if piece.shown not in headings] or every
    if not pieces:
        return ""
    best = max(range(len(pieces)), key=lambda n: (pieces[n].weight, -n))
    first = last = best
    while True:
        grown = [(first - 1, last), (first, last + 1)]
        fitting = [(a, b) for a, b in grown if a >= 0 and b < len(pieces) and _length(pieces[a : b + 1]) <= limit]
        if not fitting:
            break
        first, last = max(fitting, key=lambda span: _weight(pieces[span[0] : span[1] + 1]) + (span[1] > last) / 2)
    if last < len(pieces) - 1:
        while last > best and _announces(pieces[last]):
            last -= 1
    chosen = "\n".join(piece.shown for piece in pieces[first : last + 1])
    return chosen if len(chosen) <= limit else chosen[: limit - 2].rsplit(" ", 1)[0] + " …"


def says_something(text: str) -> bool:
    """Whether a passage has more than a title page: a sentence, a list or a table."""
    return any(piece.is_content for piece in _pieces(frozenset(), text, ": "))


def verbatim(line: str) -> str:
    """A quoted line that Markdown leaves as it is: a list that is cut out of its document would be numbered anew."""
    return _NUMBERED.sub("\\1\N{NO-BREAK SPACE}", line)


def place(passage: Passage, prompts: Prompts) -> str:
    """Where a passage stands: document, page, section path."""
    excerpt = passage.excerpt
    trail = ABOVE.join(trail_of(passage.title, excerpt.section))
    return ", ".join(filter(None, (passage.title, _page(excerpt, prompts), trail)))


def _page(excerpt: Excerpt, prompts: Prompts) -> str:
    if excerpt.page is None:
        return ""
    if excerpt.last_page in (None, excerpt.page):
        return prompts.page.format(page=excerpt.page)
    return prompts.pages.format(page=excerpt.page, last=excerpt.last_page)


def _pieces(asked: Set[str], text: str, colon: str | None) -> list[_Piece]:
    if colon is None:
        return [_sentence(asked, piece) for piece in _split(text)]
    pieces: list[_Piece] = []
    for stretch, rows in blocks(text):
        if rows:
            pieces += (_row(asked, rows[0], row, colon) for row in rows[1:])
        else:
            pieces += (_sentence(asked, piece) for piece in _split(stretch))
    return pieces


def _split(text: str) -> list[str]:
    return [piece.strip() for piece in _SENTENCE.split(text) if piece.strip()]


def _sentence(asked: Set[str], piece: str) -> _Piece:
    is_content = len(piece) > _LONGEST_HEADING or _SAYS_SOMETHING.search(piece) is not None
    return _Piece(piece, len(asked & content_stems(piece)) - (0 if is_content else 0.5), is_content)


def _row(asked: Set[str], header: list[str], row: list[str], colon: str) -> _Piece:
    """What its own cells say counts more than the labels that all rows share."""
    shown = row_as_line(header, row, colon)
    own = len(asked & content_stems(" ".join(row)))
    return _Piece(shown, own + len(asked & content_stems(shown)), is_content=True)


def _announces(piece: _Piece) -> bool:
    """Whether a piece leads to what comes after it: a heading, or a question that is answered there."""
    return not piece.is_content or piece.shown.endswith(("?", ":"))


def _weight(pieces: Sequence[_Piece]) -> float:
    return sum(piece.weight for piece in pieces)


def _length(pieces: Sequence[_Piece]) -> int:
    return sum(len(piece.shown) for piece in pieces) + len(pieces) - 1
