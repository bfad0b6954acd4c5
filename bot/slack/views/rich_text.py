"""Turns Markdown into Slack's rich text, for addresses that refuse `markdown` blocks, and reads rich text back. Pure.

Rich text holds literal words: no mention and no link can come out of them.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.slack.views.block_kit import Block
from bot.slack.views.markup import escape_mrkdwn

_Style = frozenset[str]
_PLAIN: _Style = frozenset()
_STYLES = {"strong": "bold", "em": "italic", "s": "strike"}
_FLAT = "words"  # the flat list of a token of inline text
# Of a table: rows, columns and characters.
_TABLE_ROWS, _TABLE_COLUMNS, _TABLE_LENGTH = 100, 20, 9_000
_MARKS = {"bold": "**", "italic": "_", "strike": "~~", "code": "`"}


@functools.cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def parse_markdown(markdown: str) -> SyntaxTreeNode:
    """The blocks of a text as a tree; the words of each stay a flat list, as emphasis may nest without end."""
    tokens = _parser().parse(markdown)
    for token in tokens:
        if token.type == "inline":
            token.meta, token.children = {_FLAT: token.children or []}, None
    return SyntaxTreeNode(tokens)


def build_rich_text_blocks(markdown: str) -> list[Block]:
    """The blocks of a Markdown text; Slack takes one table in a message, the others stand in columns of equal width."""
    blocks: list[Block] = []
    elements: list[Block] = []
    has_table = False
    for node in parse_markdown(markdown).children:
        table = _build_table(node) if node.type == "table" and not has_table else None
        if node.type == "hr" or table:
            blocks += [*_wrap_elements(elements), table or {"type": "divider"}]
            elements, has_table = [], has_table or table is not None
        else:
            made = _render_block(node, 0)
            if elements and made and made[0]["type"] == elements[-1]["type"] == "rich_text_section":
                elements.append(_build_section([_build_text("\n", _PLAIN)]))
            elements += made
    return [*blocks, *_wrap_elements(elements)]


def strip_markdown(markdown: str) -> str:
    """The words of a Markdown text on one line each, without its marks."""
    lines = [read_words(node).strip() for node in parse_markdown(markdown).children]
    return "\n".join(filter(None, lines))


def _wrap_elements(elements: list[Block]) -> list[Block]:
    return [{"type": "rich_text", "elements": elements}] if elements else []


def _render_block(node: SyntaxTreeNode, indent: int) -> list[Block]:
    match node.type:
        case "paragraph":
            return [_build_section(_render_inline(node))]
        case "heading":
            return [_build_section(_render_inline(node, frozenset({"bold"})))]
        case "bullet_list" | "ordered_list":
            return _render_list(node, indent)
        case "fence" | "code_block":
            return _build_preformatted(node.content.rstrip("\n"))
        case "table":
            return _build_preformatted("\n".join(_align_rows(_read_rows(node))))
        case "blockquote":
            lines = [_render_inline(child) for child in node.walk() if child.type in ("paragraph", "heading")]
            return [{"type": "rich_text_quote", "elements": _join_lines(lines)}] if lines else []
        case _:
            return [_build_section([_build_text(node.content, _PLAIN)])] if node.content.strip() else []


def _render_list(node: SyntaxTreeNode, indent: int) -> list[Block]:
    """A list; what is nested in an item stands after it, as rich text has no tree."""
    ordered = node.type == "ordered_list"
    first = int(node.attrs.get("start", 1)) if ordered else 1
    made: list[Block] = []
    number, is_open = first, False
    for item in node.children:
        lines = [_render_inline(child) for child in item.children if child.type in ("paragraph", "heading")]
        if not is_open:
            made.append({"type": "rich_text_list", "style": "ordered" if ordered else "bullet", "indent": indent})
            made[-1] |= {"elements": [], **({"offset": number - 1} if ordered and number > 1 else {})}
        made[-1]["elements"].append(_build_section(_join_lines(lines) or [_build_text(" ", _PLAIN)]))
        nested = [child for child in item.children if child.type not in ("paragraph", "heading")]
        for child in nested:
            made += _render_block(child, indent + 1)
        is_open, number = not nested, number + 1
    return made


def _render_inline(node: SyntaxTreeNode, style: _Style = _PLAIN) -> list[Block]:
    """The words below a node, each run with its style; of a link and a picture, only the words."""
    runs: list[tuple[str, _Style]] = []
    for text, how in _walk_words(node, style):
        if runs and runs[-1][1] == how:
            runs[-1] = (runs[-1][0] + text, how)
        else:
            runs.append((text, how))
    return [_build_text(text, how) for text, how in runs if text]


def _walk_words(node: SyntaxTreeNode, style: _Style) -> Iterator[tuple[str, _Style]]:
    opened: Counter[str] = Counter()
    for token in (one for inline in node.children for one in inline.meta[_FLAT]):
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if kind in _STYLES:
            opened[_STYLES[kind]] += token.nesting
        else:
            words = "\n" if kind in ("softbreak", "hardbreak") else token.content
            own = {"code"} if kind == "code_inline" else set()
            yield words, style | own | {name for name, depth in opened.items() if depth > 0}


def _build_text(text: str, style: _Style) -> Block:
    return {"type": "text", "text": text, **({"style": dict.fromkeys(sorted(style), True)} if style else {})}


def _build_section(elements: Sequence[Block]) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def _build_preformatted(text: str) -> list[Block]:
    return [{"type": "rich_text_preformatted", "elements": [_build_text(text, _PLAIN)]}] if text else []


def _join_lines(lines: Iterable[Sequence[Block]]) -> list[Block]:
    joined: list[Block] = []
    for line in lines:
        joined += [*([_build_text("\n", _PLAIN)] if joined else []), *line]
    return joined


def _build_table(node: SyntaxTreeNode) -> Block | None:
    """A table as Slack draws it, its columns as they are aligned; None if it is too large."""
    rows = [row.children for row in node.walk() if row.type == "tr"]
    words = sum(len(read_words(cell)) for row in rows for cell in row)
    if not (rows[1:] and len(rows) <= _TABLE_ROWS and len(rows[0]) <= _TABLE_COLUMNS and words <= _TABLE_LENGTH):
        return None
    aligned = [str(cell.attrs.get("style") or "").removeprefix("text-align:") or "left" for cell in rows[0]]
    settings = [{"align": align, "is_wrapped": True} for align in aligned]
    bold = frozenset({"bold"})
    cells = [[build_cell(cell, _PLAIN if n else bold) for cell in row] for n, row in enumerate(rows)]
    return {"type": "table", "rows": cells, "column_settings": settings}


def build_cell(cell: SyntaxTreeNode, style: _Style = _PLAIN) -> Block:
    """A cell of a table; words without a style are plain."""
    elements = _render_inline(cell, style)
    if not any(one["text"].strip() for one in elements):
        return {"type": "raw_text", "text": " "}
    return {"type": "rich_text", "elements": [_build_section(elements)]}


def _read_rows(table: SyntaxTreeNode) -> list[list[str]]:
    return [[read_words(cell) for cell in row.children] for row in table.walk() if row.type == "tr"]


def _align_rows(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows of a table with their columns below one another, and a line of dashes below the first."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [*lines[:1], "  ".join("-" * width for width in widths), *lines[1:]]


def read_words(node: SyntaxTreeNode) -> str:
    """The words of a node, without Markdown's marks."""
    if node.type in ("fence", "code_block"):
        return node.content
    if node.type == "inline":
        return "".join("\n" if one.type in ("softbreak", "hardbreak") else one.content for one in node.meta[_FLAT])
    words = [read_words(child) for child in node.children]
    inline = node.type in ("paragraph", "heading", "th", "td")
    return ("" if inline else "  " if node.type == "tr" else "\n").join(words)


def read_rich_text(blocks: Iterable[Mapping[str, Any]]) -> str:
    """The words of the rich text and the tables of a message, as Markdown, escaped as in a message's text."""
    read = ""
    for part in _list_parts(blocks):
        read += part[1:] if read.endswith("\n") and part.startswith("\n") else part
    return read.strip()


def _list_parts(blocks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for block in blocks:
        if block.get("type") == "rich_text":
            yield from map(_read_part, block.get("elements") or ())
        elif block.get("type") in ("table", "data_table"):
            yield "\n" + "".join(map(_read_row, block.get("rows") or ()))


def _read_row(row: Iterable[Mapping[str, Any]]) -> str:
    return f"| {' | '.join(map(_read_cell, row))} |\n"


def _read_cell(cell: Mapping[str, Any]) -> str:
    if "text" in cell:
        return escape_mrkdwn(str(cell["text"]))
    return "".join(map(_read_part, cell.get("elements") or ())).strip()


def _read_part(part: Mapping[str, Any]) -> str:
    inner = part.get("elements") or ()
    match part.get("type"):
        case "rich_text_list":
            first = int(part.get("offset") or 0) + 1
            marks = (f"{n}. " if part.get("style") == "ordered" else "- " for n in range(first, first + len(inner)))
            pad = "  " * int(part.get("indent") or 0)
            items = zip(marks, inner, strict=True)
            return "\n" + "".join(f"{pad}{mark}{_read_part(item).strip()}\n" for mark, item in items)
        case "rich_text_preformatted":
            return f"\n```\n{_read_words_of(inner, plain=True)}\n```\n"
        case "rich_text_quote":
            return "\n" + "".join(f"> {line}\n" for line in _read_words_of(inner).splitlines())
        case _:
            return _read_words_of(inner)


def _read_words_of(elements: Iterable[Mapping[str, Any]], *, plain: bool = False) -> str:
    return "".join(_read_element(element, plain=plain) for element in elements)


def _read_element(element: Mapping[str, Any], *, plain: bool) -> str:
    match element.get("type"):
        case "user":
            return f"<@{element.get('user_id')}>"
        case "channel":
            return f"<#{element.get('channel_id')}>"
        case "usergroup":
            return f"<!subteam^{element.get('usergroup_id')}>"
        case "broadcast":
            return f"<!{element.get('range')}>"
        case "emoji":
            return f":{element.get('name')}:"
        case "date":
            return escape_mrkdwn(str(element.get("fallback") or ""))
        case _:
            words = escape_mrkdwn(str(element.get("text") or element.get("url") or ""))
            return words if plain else _mark_words(words, element.get("style") or {})


def _mark_words(words: str, style: Mapping[str, Any]) -> str:
    """The words between their marks; spaces stay outside, as marks beside a space are none."""
    bare = words.strip()
    if not bare:
        return words
    for name, mark in reversed(_MARKS.items()):
        if style.get(name):
            bare = f"{mark}{bare}{mark}"
    start = len(words) - len(words.lstrip())
    return words[:start] + bare + words[len(words.rstrip()) :]
