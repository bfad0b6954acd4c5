"""Lays out the text of a passage as it is shown: word for word, but each row of a table with the labels of its columns.

The text of a passage has its tables as `a | b | c`, which nobody reads well in Slack. Pure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answering.quoting.rows import format_row
from knowledge.retrieval.passage_pieces import split_into_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from knowledge.core.passages import Excerpt
    from knowledge.retrieval.passage_pieces import Piece

    Part = tuple[str, bool]  # a text, and whether it was quoted


def lay_out_passage(excerpt: Excerpt, spans: Sequence[tuple[int, int]], colon: str, limit: int) -> list[Part]:
    """The parts of a passage in order, those in `spans` marked; at most `limit` characters of it, and of what is shown.

    A row begins with its first cell; the others follow with their labels. The line of labels itself is left out.
    """
    text = excerpt.text[:limit]
    inside = [(start, end) for start, end in spans if start < end <= len(text)]
    parts: list[Part] = []
    at = 0
    for row in _list_rows(replace(excerpt, text=text)):
        if at and not text[at : row.start].strip(" |\n"):  # below another row
            parts.append(("\n", False))
        else:
            parts += _split_at_spans(text, at, max(at, _start_of_labels(text, row.start)), inside)
        filled = [n for n, cell in enumerate(row.cells) if cell]
        is_quoted = any(start < row.end and row.start < end for start, end in inside)
        parts.append((format_row(row, filled, colon), is_quoted))
        at = row.end
    return _cut_parts([*parts, *_split_at_spans(text, at, len(text), inside)], limit)


def _list_rows(excerpt: Excerpt) -> list[Piece]:
    return [piece for piece in split_into_pieces(excerpt) if piece.kind == "row"]


def _start_of_labels(text: str, row_start: int) -> int:
    """Where the last line before a row begins that is not empty."""
    above = text[:row_start].rstrip()
    return above.rfind("\n") + 1


def _split_at_spans(text: str, begin: int, stop: int, spans: Sequence[tuple[int, int]]) -> Iterator[Part]:
    """The text between two places, in parts that lie in a span and others."""
    at = begin
    for start, end in sorted(spans):
        if at <= start < end <= stop:
            yield text[at:start], False
            yield text[start:end], True
            at = end
    yield text[at:stop], False


def _cut_parts(parts: Sequence[Part], limit: int) -> list[Part]:
    """The first parts, at most `limit` characters in all: labels make a text longer than it was."""
    kept: list[Part] = []
    for text, is_quoted in parts:
        if limit > 0 and text:
            kept.append((text[:limit], is_quoted))
        limit -= len(text)
    return kept
