"""Reads drawings in SVG: their title, their description, and the words that they show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import cssselect2
import tinycss2

from ingestion.readers.elements import (
    Element,
    ParsedDocument,
    choose_document_title,
    collapse_whitespace,
    insert_doubt_mark,
)
from ingestion.readers.text_colours import WHITE, is_similar_colour, parse_colour
from ingestion.readers.xml_tree import attribute_value, list_named, local_name, parse_xml

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.etree import _Element as Node

    Styles = dict[Node, dict[str, str]]

_DOCTYPE = re.compile(rb"<!DOCTYPE[^<>\[\]]*>")
_WORDS = frozenset({"text", "foreignObject"})
_NEVER_SHOWN = frozenset({"script", "style", "metadata", "title", "desc"})
_STORED = frozenset({"defs", "symbol", "clipPath", "mask", "pattern", "marker"})
_INHERITED = ("display", "visibility", "opacity", "fill", "fill-opacity", "font-size", "stroke")
_NO_PAINT = ("none", "transparent")
_NOTHING = re.compile(r"0*+(?:\.0*+)?%?")
_MAX_TINY_SIZE = 1.5
_SIZE = re.compile(r"([\d.]{1,12})(?:px|pt)?")


def read_svg(path: Path) -> ParsedDocument:
    """A drawing, without pages; text that is perhaps drawn in the colour of its ground is marked."""
    root = parse_xml(_DOCTYPE.sub(b"", path.read_bytes()), path.name)
    titles = [collapse_whitespace("".join(node.itertext())) for node in root if local_name(node) == "title"]
    styles = _read_styles(root)
    used = {attribute_value(node, "href").lstrip("#") for node in list_named(root, "use")}
    elements = [Element(title, "heading", 1) for title in titles[:1] if title]
    hidden = 0
    for node in root.iter():
        name = local_name(node)
        text = collapse_whitespace(" ".join(_lines(node))) if name in _WORDS or name == "desc" else ""
        if not text:
            continue
        if name != "desc" and (_is_unseen(node, styles) or _is_only_stored(node, used)):
            hidden += 1
        elif name != "desc" and _is_white(_inherited(node, styles, "fill")):
            elements.append(Element(insert_doubt_mark(text)))
        else:
            elements.append(Element(text))
    return ParsedDocument(choose_document_title(path, elements, *titles[:1]), None, elements, hidden=hidden)


def _lines(node: Node) -> list[str]:
    """The words of a text, a description or a page within, part by part."""
    parts = [node.text or ""]
    for child in node:
        if local_name(child) not in _NEVER_SHOWN:
            placed = attribute_value(child, "x") or attribute_value(child, "y") or attribute_value(child, "dy")
            inner = _lines(child)
            if placed or local_name(child) in ("p", "div", "br", "li"):
                parts += inner
            else:
                parts[-1] += "".join(inner)
        parts[-1] += child.tail or ""
    return parts


def _read_styles(root: Node) -> Styles:
    """What style sheets, attributes and style attributes say of each node, the last one wins."""
    matcher = cssselect2.Matcher()
    for sheet in list_named(root, "style"):
        for rule in tinycss2.parse_stylesheet("".join(map(str, sheet.itertext())), skip_comments=True):
            if rule.type == "qualified-rule":
                said = _declarations(tinycss2.parse_blocks_contents(rule.content))
                try:
                    for selector in cssselect2.compile_selector_list(rule.prelude):
                        matcher.add_selector(selector, said)
                except cssselect2.SelectorError:
                    continue
    styles: Styles = {}
    for wrapped in cssselect2.ElementWrapper.from_xml_root(root).iter_subtree():
        node = wrapped.etree_element
        found = {name: value for name in _INHERITED if (value := attribute_value(node, name))}
        for match in matcher.match(wrapped):
            found |= match[3]
        found |= _declarations(tinycss2.parse_blocks_contents(attribute_value(node, "style")))
        styles[node] = found
    return styles


def _declarations(parsed: list[tinycss2.ast.Node]) -> dict[str, str]:
    return {
        each.lower_name: tinycss2.serialize(each.value).strip().lower()
        for each in parsed
        if each.type == "declaration" and each.lower_name in _INHERITED
    }


def _inherited(node: Node, styles: Styles, name: str) -> str:
    return next((said for each in (node, *node.iterancestors()) if (said := styles.get(each, {}).get(name))), "")


def _is_unseen(node: Node, styles: Styles) -> bool:
    above = (node, *node.iterancestors())
    if any(styles.get(each, {}).get("display") == "none" for each in above):
        return True
    if any((said := styles.get(each, {}).get("opacity")) and _NOTHING.fullmatch(said) for each in above):
        return True
    opacity, size = _inherited(node, styles, "fill-opacity"), _SIZE.fullmatch(_inherited(node, styles, "font-size"))
    return (
        _inherited(node, styles, "visibility") in ("hidden", "collapse")
        or (_inherited(node, styles, "fill") in _NO_PAINT and _inherited(node, styles, "stroke") in ("", *_NO_PAINT))
        or bool(opacity and _NOTHING.fullmatch(opacity))
        or (size is not None and _is_tiny(size[1]))
    )


def _is_tiny(size: str) -> bool:
    try:
        return float(size) <= _MAX_TINY_SIZE
    except ValueError:
        return False


def _is_only_stored(node: Node, used: set[str]) -> bool:
    """Whether a text is in a part that nothing in the drawing uses."""
    above = [node, *node.iterancestors()]
    stored = any(local_name(each) in _STORED for each in above)
    return stored and not any(attribute_value(each, "id") in used for each in above)


def _is_white(fill: str) -> bool:
    colour = parse_colour(fill)
    return colour is not None and is_similar_colour(colour, WHITE)
