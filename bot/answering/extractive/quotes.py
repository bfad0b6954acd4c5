"""Chooses what of a passage is quoted for a question, and says where it stands. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.extractive.table_rows import format_table_row, split_prose_and_tables
from knowledge.core.documents import TITLE_SEPARATOR
from knowledge.core.lexical import extract_content_stems
from knowledge.core.passages import headings_below_title

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from bot.answering.prompt.templates import PromptTexts
    from knowledge.core.passages import Excerpt, Passage

_SENTENCE_BREAK = re.compile(r"(?<=\D[.!?…])\s+(?=[A-ZÀ-Ý«“\"\d])|\n+")
_MAX_HEADING_CHARACTERS = 90
# A sentence's end, an item of a list, or a label with its value; a heading such as "4.1 Rights" has none of these.
_CONTENT_SIGN = re.compile(r"[.!?…:;][)»”\"']*$|^(?:[-*•–]|\d+[.)])\s|\s?:\s")
_LIST_NUMBER = re.compile(r"^(\s*\d+[.)]) ")


@dataclass(frozen=True, slots=True)
class _QuotePiece:
    """A sentence, a line or a row as it is shown, and how much it says on the question."""

    shown: str
    weight: float
    is_content: bool


def choose_quote(
    question: str, text: str, limit: int = 400, colon: str | None = None, headings: Sequence[str] = ()
) -> str:
    """The stretch of whole sentences or lines of `text`, at most `limit` characters, that is nearest to `question`.

    With a `colon`, the rows of tables are told as lines, their labels before it. `headings` are shown already.
    """
    every = _quote_pieces(extract_content_stems(question), text, colon)
    pieces = [piece for piece in every if piece.shown not in headings] or every
    if not pieces:
        return ""
    best = max(range(len(pieces)), key=lambda n: (pieces[n].weight, -n))
    first = last = best
    while True:
        grown = [(first - 1, last), (first, last + 1)]
        fitting = [(a, b) for a, b in grown if a >= 0 and b < len(pieces) and _total_length(pieces[a : b + 1]) <= limit]
        if not fitting:
            break
        first, last = max(fitting, key=lambda span: _total_weight(pieces[span[0] : span[1] + 1]) + (span[1] > last) / 2)
    if last < len(pieces) - 1:
        while last > best and _introduces_next(pieces[last]):
            last -= 1
    chosen = "\n".join(piece.shown for piece in pieces[first : last + 1])
    return chosen if len(chosen) <= limit else chosen[: limit - 2].rsplit(" ", 1)[0] + " …"


def has_quotable_content(text: str) -> bool:
    """Whether a passage has more than a title page: a sentence, a list or a table."""
    return any(piece.is_content for piece in _quote_pieces(frozenset(), text, ": "))


def keep_list_number(line: str) -> str:
    """A quoted line that Markdown leaves as it is: a list that is cut out of its document would be numbered anew."""
    return _LIST_NUMBER.sub("\\1\N{NO-BREAK SPACE}", line)


def format_passage_location(passage: Passage, prompt_texts: PromptTexts) -> str:
    """Where a passage stands: document, page, section path."""
    excerpt = passage.excerpt
    trail = TITLE_SEPARATOR.join(headings_below_title(passage.title, excerpt.section))
    return ", ".join(filter(None, (passage.title, _format_pages(excerpt, prompt_texts), trail)))


def _format_pages(excerpt: Excerpt, prompt_texts: PromptTexts) -> str:
    if excerpt.page is None:
        return ""
    if excerpt.last_page in (None, excerpt.page):
        return prompt_texts.page.format(page=excerpt.page)
    return prompt_texts.pages.format(page=excerpt.page, last=excerpt.last_page)


def _quote_pieces(asked: Set[str], text: str, colon: str | None) -> list[_QuotePiece]:
    if colon is None:
        return [_piece_from_sentence(asked, piece) for piece in _split_sentences(text)]
    pieces: list[_QuotePiece] = []
    for stretch, rows in split_prose_and_tables(text):
        if rows:
            pieces += (_piece_from_row(asked, rows[0], row, colon) for row in rows[1:])
        else:
            pieces += (_piece_from_sentence(asked, piece) for piece in _split_sentences(stretch))
    return pieces


def _split_sentences(text: str) -> list[str]:
    return [piece.strip() for piece in _SENTENCE_BREAK.split(text) if piece.strip()]


def _piece_from_sentence(asked: Set[str], piece: str) -> _QuotePiece:
    is_content = len(piece) > _MAX_HEADING_CHARACTERS or _CONTENT_SIGN.search(piece) is not None
    return _QuotePiece(piece, len(asked & extract_content_stems(piece)) - (0 if is_content else 0.5), is_content)


def _piece_from_row(asked: Set[str], header: list[str], row: list[str], colon: str) -> _QuotePiece:
    """What its own cells say counts more than the labels that all rows share."""
    shown = format_table_row(header, row, colon)
    own = len(asked & extract_content_stems(" ".join(row)))
    return _QuotePiece(shown, own + len(asked & extract_content_stems(shown)), is_content=True)


def _introduces_next(piece: _QuotePiece) -> bool:
    """Whether a piece leads to what comes after it: a heading, or a question that is answered there."""
    return not piece.is_content or piece.shown.endswith(("?", ":"))


def _total_weight(pieces: Sequence[_QuotePiece]) -> float:
    return sum(piece.weight for piece in pieces)


def _total_length(pieces: Sequence[_QuotePiece]) -> int:
    return sum(len(piece.shown) for piece in pieces) + len(pieces) - 1
