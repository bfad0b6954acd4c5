"""How a message comes back from Slack: Markdown as mrkdwn and rich text, and what people wrote as rich text. Pure.

`markdown` blocks are not kept: in their place come rich text, and tables. Recorded samples show the element types.
"""

import functools
import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from playground.slack.web_api.json_values import JsonObject, as_text

_TOKEN = re.compile(r"<(?P<sign>[@#!]|(?=https?://))(?P<name>[^<>|]+)(?:\|(?P<shown>[^<>]*))?>")
_STYLES = {"strong": "bold", "em": "italic", "s": "strike"}
_MARKS = {"bold": "*", "italic": "_", "strike": "~", "code": "`"}
_LINES = ("paragraph", "heading")


@functools.cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def translate_blocks(blocks: Sequence[JsonObject]) -> list[JsonObject]:
    """The blocks as they come back: each `markdown` block as rich text and tables."""
    translated: list[JsonObject] = []
    for block in blocks:
        if block.get("type") == "markdown":
            translated += markdown_to_blocks(as_text(block.get("text")))
        else:
            translated.append(block)
    return translated


def markdown_to_blocks(markdown: str) -> list[JsonObject]:
    """Markdown as blocks: rich text, with a block of its own for each table and rule."""
    blocks: list[JsonObject] = []
    elements: list[JsonObject] = []
    for node in _tree(markdown).children:
        if node.type in ("table", "hr"):
            blocks += _rich_text(elements)
            elements = []
            blocks.append(_table(node) if node.type == "table" else {"type": "divider"})
        else:
            elements += _elements(node, 0)
    return [*blocks, *_rich_text(elements)]


def markdown_to_mrkdwn(markdown: str) -> str:
    """Markdown as Slack's own markup, which is what the `text` of a message comes back as."""
    return "\n".join(filter(None, (_mrkdwn(node) for node in _tree(markdown).children)))


def count_tables(markdown: str) -> int:
    """How many tables a Markdown text holds."""
    return sum(node.type == "table" for node in _tree(markdown).walk()) if "|" in markdown else 0


def people_text_to_blocks(text: str) -> list[JsonObject]:
    """What a person wrote, as the client sends it: one section of words, mentions and links."""
    elements: list[JsonObject] = []
    at = 0
    for found in _TOKEN.finditer(text):
        elements += _words(text[at : found.start()])
        elements.append(_reference(found["sign"], found["name"], found["shown"]))
        at = found.end()
    elements += _words(text[at:])
    return _rich_text([{"type": "rich_text_section", "elements": elements}]) if elements else []


def _words(text: str) -> list[JsonObject]:
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return [{"type": "text", "text": plain}] if plain else []


def _reference(sign: str, name: str, shown: str | None) -> JsonObject:
    if sign == "@":
        return {"type": "user", "user_id": name}
    if sign == "#":
        return {"type": "channel", "channel_id": name}
    if sign == "!":
        return {"type": "broadcast", "range": name}
    return {"type": "link", "url": name, **({"text": shown} if shown else {})}


def _tree(markdown: str) -> SyntaxTreeNode:
    return SyntaxTreeNode(_parser().parse(markdown))


def _rich_text(elements: list[JsonObject]) -> list[JsonObject]:
    return [{"type": "rich_text", "elements": elements}] if elements else []


def _elements(node: SyntaxTreeNode, indent: int) -> list[JsonObject]:
    if node.type in ("bullet_list", "ordered_list"):
        return _list(node, indent)
    if node.type in ("fence", "code_block"):
        return [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": node.content.rstrip("\n")}]}]
    if node.type == "blockquote":
        inner = [element for child in node.walk() if child.type in _LINES for element in _inline(child, frozenset())]
        return [{"type": "rich_text_quote", "elements": inner}]
    if node.type not in _LINES:
        return []
    style = frozenset({"bold"}) if node.type == "heading" else frozenset()
    return [{"type": "rich_text_section", "elements": [*_inline(node, style), {"type": "text", "text": "\n"}]}]


def _list(node: SyntaxTreeNode, indent: int) -> list[JsonObject]:
    style = "ordered" if node.type == "ordered_list" else "bullet"
    made: list[JsonObject] = []
    for number, item in enumerate(node.children, int(node.attrs.get("start", 1))):
        lines = [element for child in item.children if child.type in _LINES for element in _inline(child, frozenset())]
        section: JsonObject = {"type": "rich_text_section", "elements": lines}
        offset: JsonObject = {"offset": number - 1} if style == "ordered" and number > 1 else {}
        made.append({"type": "rich_text_list", "style": style, "indent": indent, "elements": [section], **offset})
        for child in item.children:
            made += _elements(child, indent + 1) if child.type not in _LINES else []
    return made


def _inline(node: SyntaxTreeNode, style: frozenset[str]) -> list[JsonObject]:
    return [
        {"type": "text", "text": text, **({"style": dict.fromkeys(sorted(how), True)} if how else {})}
        for text, how in _runs(node, style)
        if text
    ]


def _runs(node: SyntaxTreeNode, style: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for child in node.children:
        if child.type in ("text", "code_inline"):
            yield child.content, style | ({"code"} if child.type == "code_inline" else set())
        elif child.type in ("softbreak", "hardbreak"):
            yield "\n", style
        else:
            yield from _runs(child, style | ({_STYLES[child.type]} if child.type in _STYLES else set()))


def _table(node: SyntaxTreeNode) -> JsonObject:
    rows = [row for row in node.walk() if row.type == "tr"]
    return {"type": "table", "rows": [[_cell(cell) for cell in row.children] for row in rows]}


def _cell(node: SyntaxTreeNode) -> JsonObject:
    return {"type": "raw_text", "text": "".join(text for text, _ in _runs(node, frozenset()))}


def _mrkdwn(node: SyntaxTreeNode, indent: str = "") -> str:
    if node.type in ("fence", "code_block"):
        return f"```{_escape(node.content)}```"
    if node.type in ("bullet_list", "ordered_list"):
        return "\n".join(_mrkdwn_item(item, number, node, indent) for number, item in enumerate(node.children, 1))
    if node.type == "table":
        rows = (row for row in node.walk() if row.type == "tr")
        return "\n".join(" | ".join(_mrkdwn_line(cell, frozenset()) for cell in row.children) for row in rows)
    if node.type == "blockquote":
        return "\n".join(f"&gt; {_mrkdwn(child)}" for child in node.children)
    return _mrkdwn_line(node, frozenset({"bold"} if node.type == "heading" else ()))


def _mrkdwn_item(item: SyntaxTreeNode, number: int, node: SyntaxTreeNode, indent: str) -> str:
    mark = f"{number}." if node.type == "ordered_list" else "•"
    first, *rest = [_mrkdwn(child, f"{indent}    ") for child in item.children] or [""]
    return "\n".join([f"{indent}{mark} {first}", *rest])


def _mrkdwn_line(node: SyntaxTreeNode, style: frozenset[str]) -> str:
    words = ""
    for text, how in _runs(node, style):
        marked = _escape(text)
        if marked.strip():
            for name in how:
                marked = f"{_MARKS[name]}{marked}{_MARKS[name]}"
        words += marked
    return words


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
