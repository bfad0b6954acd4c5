"""Turns the tables of a Markdown text into Slack's data tables, which people can sort, filter and leaf through. Pure.

A cell holds literal words: no mention and no link can come out of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from markdown_it.tree import SyntaxTreeNode

from bot.slack.views.block_kit import Block, build_markdown_block, shorten_text
from bot.slack.views.markup import neutralize_plain_text
from bot.slack.views.rich_text import build_cell, parse_markdown, read_words

TABLE_ROW = re.compile(r" {0,3}\|")  # the beginning of a line
# Slack's limits of a data table: rows with the head, columns, and characters of all cells of a message.
_TABLE_ROWS, _TABLE_COLUMNS, _TABLE_LENGTH = 101, 20, 10_000
_PAGE_ROWS = 20  # Slack shows 5 rows at a time where no number is given, and takes 1 to 100
_CAPTION_LENGTH = 150
_MOST_DIGITS = 15  # what has more is a name, as of an account; a program would round it
_THOUSANDS = 3  # 1.234 and 1,234 are a thousand in one language and a little over one in another


def build_answer_blocks(markdown: str, before: str = "") -> list[Block]:
    """The blocks of a text that goes on below `before`: Markdown, with each table as a data table where Slack takes it.

    Each row begins with `|`: where one may be continued later, nobody could say that a table is whole.
    """
    if "|" not in markdown:
        return _build_words([markdown])
    blocks: list[Block] = []
    lines, at = markdown.split("\n"), 0
    above = before.count("\n")
    is_line_begun = not before.endswith("\n") and before != ""
    for node in parse_markdown(before + markdown).children:
        first, end = (line - above for line in node.map or (0, 0))
        if node.type != "table" or first < is_line_begun:
            continue
        marked = list(takewhile(TABLE_ROW.match, lines[first:end]))
        if table := _build_data_table(node, len(marked) - 1):  # the second line has no words
            blocks += [*_build_words(lines[at:first]), table]
            at = first + len(marked)
    return [*blocks, *_build_words(lines[at:])]


def has_data_table(blocks: Sequence[Block]) -> bool:
    """Whether one of the blocks is a data table."""
    return any(block["type"] == "data_table" for block in blocks)


def _build_words(lines: Sequence[str]) -> list[Block]:
    words = "\n".join(lines)
    return [build_markdown_block(words)] if words.strip() else []


def _build_data_table(node: SyntaxTreeNode, most: int) -> Block | None:
    """A data table of the first `most` rows; None if there is no row below the head, or too much."""
    rows = [row.children for row in node.walk() if row.type == "tr"][: max(most, 0)]
    words = [[read_words(cell).strip() for cell in row] for row in rows]
    is_small = len(rows) <= _TABLE_ROWS and all(len(row) <= _TABLE_COLUMNS for row in rows)
    if not (rows[1:] and is_small and sum(len(cell) for row in words for cell in row) <= _TABLE_LENGTH):
        return None
    numeric = [all(_read_number(cell) is not None for cell in column) for column in zip(*words[1:], strict=True)]
    shown = [
        [_build_value(said) if is_number else build_cell(cell) for cell, said, is_number in zip(*row, strict=True)]
        for row in zip(rows[1:], words[1:], [numeric] * (len(rows) - 1), strict=True)
    ]
    labels = [neutralize_plain_text(label) for label in words[0]]  # plain text, of which no program may make a link
    head = [{"type": "raw_text", "text": label or " "} for label in labels]
    caption = shorten_text(", ".join(filter(None, labels)), _CAPTION_LENGTH) or "…"
    return {"type": "data_table", "caption": caption, "page_size": _PAGE_ROWS, "rows": [head, *shown]}


def _build_value(words: str) -> Block:
    return {"type": "raw_number", "value": _read_number(words), "text": words}


def _read_number(words: str) -> float | int | None:
    """The number that a cell says, perhaps before a citation, so that Slack can sort by it; None if it is no number."""
    whole, _, part = words.partition(" [")[0].removeprefix("-").replace(",", ".").partition(".")
    is_number = whole.isdecimal() and (whole == "0" or not whole.startswith("0")) and len(part) != _THOUSANDS
    if not (is_number and len(whole + part) <= _MOST_DIGITS and words.isascii() and (part.isdecimal() or not part)):
        return None
    sign = -1 if words.startswith("-") else 1
    return sign * (float(f"{whole}.{part}") if part else int(whole))
