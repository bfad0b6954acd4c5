"""Changes the elements of a page that the parser would drop into those that it reads; numbers ordered lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Node

_AS_BLOCK = ("details", "figure", "dialog", "fieldset", "hgroup", "search", "menu")
_AS_PARAGRAPH = ("summary", "figcaption", "legend", "caption")
_NEW_TAGS = {**dict.fromkeys(_AS_BLOCK, "div"), **dict.fromkeys(_AS_PARAGRAPH, "p"), "label": "span"}
_INLINE = frozenset(
    (
        *("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd", "mark"),
        *("q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "label", "input"),
    )
)
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def simplify_structure(root: Node) -> bool:
    """Change the page in place; return whether anything changed."""
    changed = _number_lists(root)
    for node in list(root.iter("caption")):
        table = node.getparent()
        above = table.getparent() if table is not None else None
        if table is not None and above is not None and table.tag == "table":
            node.tail = None
            table.remove(node)
            above.insert(above.index(table), node)
    for node in list(root.iter(*_NEW_TAGS)):
        if node.tag in _AS_BLOCK:
            _wrap_bare_text(node)
        node.tag = _NEW_TAGS[str(node.tag)]
        changed = True
    return changed


def _wrap_bare_text(node: Node) -> None:
    """Put the words that stand directly in a block into paragraphs: the parser drops them beside others."""
    if all(child.tag in _INLINE for child in node):
        return
    from lxml import etree

    if (node.text or "").strip():
        first = etree.Element("p")
        first.text, node.text = node.text, None
        node.insert(0, first)
    for child in list(node):
        if child.tag not in _INLINE and (child.tail or "").strip():
            after = etree.Element("p")
            after.text, child.tail = child.tail, None
            node.insert(node.index(child) + 1, after)


def _number_lists(root: Node) -> bool:
    changed = False
    for ordered in list(root.iter("ol")):
        for item, number in _numbered_items(ordered):
            target = next((child for child in item if child.tag == "p"), None)
            target = item if target is None or (item.text or "").strip() else target
            target.text = f"{number}. {(target.text or '').lstrip()}"
            changed = True
    return changed


def _numbered_items(ordered: Node) -> Iterator[tuple[Node, str]]:
    """The items of a list with their numbers, as a browser shows them."""
    items = [child for child in ordered if child.tag == "li"]
    step = -1 if "reversed" in ordered.attrib else 1
    number = _number(str(ordered.get("start", "")), len(items) if step < 0 else 1)
    for item in items:
        number = _number(str(item.get("value", "")), number)
        yield item, _written(number, str(ordered.get("type", "1")))
        number += step


def _number(said: str, usual: int) -> int:
    said = said.strip()
    return int(said) if said.isdecimal() and len(said) < 7 else usual


def _written(number: int, kind: str) -> str:
    if kind in ("a", "A") and 0 < number <= 26:
        return chr(ord(kind) + number - 1)
    if kind in ("i", "I") and 0 < number < 40:
        text = ""
        for value, sign in _ROMAN:
            while number >= value:
                text, number = text + sign, number - value
        return text.upper() if kind == "I" else text
    return str(number)
