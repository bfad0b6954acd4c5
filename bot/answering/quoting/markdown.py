"""Formats a quote in Markdown. Every line goes through the guard of the output filter first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.answering.output_filter.code_fences import enclose_in_fence
from bot.answering.output_filter.links import neutralize_quoted_line, split_code_spans
from bot.answering.quoting.rows import LIST_MARK
from knowledge.core.text import strip_invisible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.answering.quoting.quote import Quote, QuoteLine

_LIST_MARK = re.compile(r"^\s*[-*–•]\s+")
_LIST_NUMBER = re.compile(r"^(\s*\d+[.)]) ")
_MARKS = re.compile(r"[*_]")


def format_quote(quote: Quote, n: int = 1) -> str:
    """Formats a quote with its citation `[n]` in Markdown; rows of one table as a table."""
    if quote.table:
        return f"{format_table(quote.table)}\n\n[{n}]"
    if quote.is_code:
        code = [strip_invisible(line.text) for line in quote.lines]
        return "\n".join(f"> {line}" for line in enclose_in_fence(code)) + f"\n> [{n}]"
    *before, last = (format_quote_line(line) for line in quote.lines)
    return "\n".join(f"> {line}".rstrip() for line in end_lists((*before, f"{last} [{n}]")))


def format_table(rows: Sequence[Sequence[str]]) -> str:
    """Formats the labels and the rows of a table; every cell is made safe, and stays one cell."""
    head, *lines = (f"| {' | '.join(map(_format_cell, row))} |" for row in rows)
    return "\n".join((head, "|---" * len(rows[0]) + "|", *lines))


def _format_cell(cell: str) -> str:
    return neutralize_quoted_line(" ".join(cell.split())).replace("|", "¦")


def end_lists(lines: Iterable[str]) -> Iterator[str]:
    """The lines with an empty one after each list: what follows would be a part of its last item."""
    was_item = False
    for line in lines:
        is_item = line.startswith(LIST_MARK)
        if was_item and not is_item:
            yield ""
        yield line
        was_item = is_item


def format_quote_line(line: QuoteLine) -> str:
    """Makes a line safe, and sets its deciding words in bold."""
    safe = neutralize_quoted_line(show_list_mark(line.text))
    return keep_list_number(_emphasise(safe, line.strong))


def show_list_mark(line: str) -> str:
    """Shows a list item with the same mark in every format."""
    return _LIST_MARK.sub(LIST_MARK, line)


def keep_list_number(line: str) -> str:
    """Keeps the number of a quoted list item, which Markdown would otherwise count from 1 again."""
    return _LIST_NUMBER.sub("\\1\N{NO-BREAK SPACE}", line)


def _emphasise(safe: str, strong: Sequence[str]) -> str:
    """Sets words in bold where the text has no code and no marks of its own."""
    pattern = emphasis_pattern(strong)
    if pattern is None or _MARKS.search(safe):
        return safe
    marked = "".join(
        part if code else pattern.sub(lambda found: f"**{found[0]}**", part) for part, code in split_code_spans(safe)
    )
    return marked.replace("** **", " ")  # neighbours become one


def emphasis_pattern(strong: Sequence[str]) -> re.Pattern[str] | None:
    """A pattern for whole words, the longest first; None if there are none."""
    words = sorted({word for word in strong if word.strip() and not _MARKS.search(word)}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)") if words else None
