"""Turns the tables of a Markdown text into Slack's data tables, which people can sort, filter and leaf through. Pure.

A cell holds literal words: no mention and no link can come out of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.tree import SyntaxTreeNode

from bot.slack.views.block_kit import Block, build_markdown_block, shorten_text
from bot.slack.views.markup import neutralize_plain_text
from bot.slack.views.rich_text import build_cell, parse_markdown, read_words

# Slack's limits of a data table: rows with the head, columns, and characters of all cells of a message.
_TABLE_ROWS, _TABLE_COLUMNS, _TABLE_LENGTH = 101, 20, 10_000
_PAGE_ROWS = 20  # Slack shows 5 rows at a time where no number is given, and takes 1 to 100
_CAPTION_LENGTH = 150
_THOUSANDS = 3  # 1.234 and 1,234 are a thousand in one language and a little over one in another


def build_answer_blocks(markdown: str) -> list[Block]:
    """The blocks of a text: Markdown, with each table as a data table where Slack would take it."""
    blocks: list[Block] = []
    lines, at = markdown.split("\n"), 0
    for node in parse_markdown(markdown).children if "|" in markdown else ():
        table = _build_data_table(node) if node.type == "table" else None
        if table and node.map:
            first, end = node.map
            blocks += [*_build_words(lines[at:first]), table]
            at = end
    return [*blocks, *_build_words(lines[at:])]


def has_data_table(blocks: Sequence[Block]) -> bool:
    """Whether one of the blocks is a data table."""
    return any(block["type"] == "data_table" for block in blocks)


def _build_words(lines: Sequence[str]) -> list[Block]:
    words = "\n".join(lines)
    return [build_markdown_block(words)] if words.strip() else []


def _build_data_table(node: SyntaxTreeNode) -> Block | None:
    """A data table; None if there is no row below the head, or too much."""
    rows = [row.children for row in node.walk() if row.type == "tr"]
    words = [[read_words(cell).strip() for cell in row] for row in rows]
    is_small = len(rows) <= _TABLE_ROWS and len(rows[0]) <= _TABLE_COLUMNS
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
    if not (is_number and words.isascii() and (part.isdecimal() or not part)):
        return None
    sign = -1 if words.startswith("-") else 1
    return sign * (float(f"{whole}.{part}") if part else int(whole))
