"""Removes from an OpenDocument file what people do not see: sections, fields, rows, columns, covered cells and words.

White words are marked if anything behind them may be coloured: paragraph, cell, frame or page. So is text in a frame
that stands off the page or has no size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lxml.etree import _Element as Node

from ingestion.readers.elements import MAX_TABLE_COLUMNS, insert_doubt_mark
from ingestion.readers.text_colours import WHITE, Colour, is_similar_colour, parse_colour
from ingestion.readers.xml_tree import attribute_value, list_named, local_name, remove_node

Verdict = Literal["shown", "doubt", "hidden"]

_TEXT_TAGS = ("p", "h", "span", "a")
_BACKGROUND_TAGS = ("table-cell", "table-row", "table", "section", "frame", "custom-shape", "rect")
_MAX_TINY_POINTS = 1.5  # points
_LENGTH = re.compile(r"(-?[\d.]{1,12})(pt|in|cm|mm|px|pc)")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75, "pc": 12.0}
_OFF_PAGE_POINTS = -20.0  # points: left of or above where a page begins
_FRAME_TAGS = ("frame", "custom-shape", "rect", "text-box")
_MAX_STYLE_CHAIN = 20
CELLS = ("table-cell", "covered-table-cell")
_UNSEEN = ("collapse", "filter")
_MOST_DIGITS = 8


@dataclass(slots=True)
class OdtStyles:
    """The styles of a document, each with the style that it is based on."""

    styles: dict[str, Node]
    page_is_plain: bool = True

    @classmethod
    def from_roots(cls, *roots: Node) -> OdtStyles:
        """Collect the styles of a document's parts."""
        nodes = [node for root in roots for node in root.iter()]
        styles = {attribute_value(node, "name"): node for node in nodes if local_name(node) == "style"}
        pages = [
            attribute_value(node, "background-color") for node in nodes if local_name(node) == "page-layout-properties"
        ]
        return cls(styles, all(_is_white_background(page) for page in pages))

    def style_value(self, node: Node, name: str) -> str:
        """The value of an attribute in the style of a node; empty if not set."""
        style = attribute_value(node, "style-name")
        for _ in range(_MAX_STYLE_CHAIN):
            if (found := self.styles.get(style)) is None:
                return ""
            for properties in found:
                if said := attribute_value(properties, name):
                    return said
            style = attribute_value(found, "parent-style-name")
        return ""


def remove_hidden_odt_text(body: Node, styles: OdtStyles) -> int:
    """Remove hidden text; return the number of places."""
    places = 0
    for node in list(body.iter()):
        name = local_name(node)
        if _is_hidden_node(node, name):
            places += bool(_node_text(node))
            remove_node(node)
        elif name == "covered-table-cell":  # the cell itself stays: it keeps the columns in their places
            places += bool(_node_text(node))
            for child in list(node):
                remove_node(child)
        elif name in _TEXT_TAGS and (verdict := _judge_text(node, styles)) == "doubt":
            _mark_own_text(node)
        elif name in _TEXT_TAGS and verdict == "hidden":
            written = "".join(text or "" for text in _own_text(node)).strip()
            places += bool(written)
            node.text = None
            for child in node:
                child.tail = None
    return places


def remove_unseen_cells(sheet: Node, styles: OdtStyles) -> int:
    """Remove what a sheet does not show; return the number of places."""
    if styles.style_value(sheet, "display") == "false":
        return empty_node(sheet)
    places = 0
    unseen: set[int] = set()
    at = 0
    for column in list_named(sheet, "table-column"):
        times = min(repeat_count(column, "number-columns-repeated"), MAX_TABLE_COLUMNS)
        if attribute_value(column, "visibility") in _UNSEEN:
            unseen.update(range(at, at + times))
        at += times
    for row in list_named(sheet, "table-row"):
        if attribute_value(row, "visibility") in _UNSEEN:
            places += empty_node(row)
        at = 0
        for cell in [node for node in row if local_name(node) in CELLS]:
            if at in unseen or local_name(cell) == "covered-table-cell":
                places += empty_node(cell)
            at += min(repeat_count(cell, "number-columns-repeated"), MAX_TABLE_COLUMNS)
    return places


def empty_node(node: Node) -> int:
    """Take the words of a node away; return whether there were any."""
    had = bool("".join(str(text) for text in node.itertext()).strip())
    for child in list(node):
        node.remove(child)
    node.text = None
    return int(had)


def repeat_count(node: Node, name: str) -> int:
    """How many times a column, row or cell stands there."""
    said = attribute_value(node, name)
    return int(said) if said.isdecimal() and len(said) <= _MOST_DIGITS else 1


def _is_hidden_node(node: Node, name: str) -> bool:
    if name == "section":
        return attribute_value(node, "is-hidden") == "true" or attribute_value(node, "display") == "none"
    if name in ("table-row", "table-column"):
        return attribute_value(node, "visibility") == "collapse"
    if name == "hidden-text":
        return attribute_value(node, "is-hidden") != "false"
    if name in ("p", "h"):
        return any(
            local_name(child) == "hidden-paragraph" and attribute_value(child, "is-hidden") == "true" for child in node
        )
    return False


def _own_text(node: Node) -> Iterator[str | None]:
    yield node.text
    yield from (child.tail for child in node)


def _mark_own_text(node: Node) -> None:
    if node.text and node.text.strip():
        node.text = insert_doubt_mark(node.text)
    for child in node:
        if child.tail and child.tail.strip():
            child.tail = insert_doubt_mark(child.tail)


def _judge_text(node: Node, styles: OdtStyles) -> Verdict:
    if _inherited_value(node, styles, "display") == "none":
        return "hidden"
    size = _parse_points(_inherited_value(node, styles, "font-size"))
    if size is not None and size <= _MAX_TINY_POINTS:
        return "hidden"
    ink = parse_colour(_inherited_value(node, styles, "color"))
    ground = _find_ground(node, styles)
    if ink is not None and is_similar_colour(ink, WHITE if ground is None else ground):
        return "doubt" if ground is None else "hidden"
    return "doubt" if any(_is_lost_frame(each) for each in node.iterancestors()) else "shown"


def _is_lost_frame(node: Node) -> bool:
    """Whether a frame stands off the page, or has no size."""
    if local_name(node) not in _FRAME_TAGS:
        return False
    at = (_parse_points(attribute_value(node, name)) for name in ("x", "y"))
    sizes = (_parse_points(attribute_value(node, name)) for name in ("width", "height"))
    return any(p is not None and p < _OFF_PAGE_POINTS for p in at) or any(s is not None and s <= 1 for s in sizes)


def _parse_points(text: str) -> float | None:
    found = _LENGTH.fullmatch(text.strip())
    try:
        return float(found[1]) * _POINTS[found[2]] if found else None
    except ValueError:
        return None


def _inherited_value(node: Node, styles: OdtStyles, name: str) -> str:
    """The value for a node from its own style or, within a paragraph, from an outer one."""
    for each in (node, *node.iterancestors()):
        if local_name(each) not in _TEXT_TAGS:
            return ""
        if said := styles.style_value(each, name):
            return said
    return ""


def _find_ground(node: Node, styles: OdtStyles) -> Colour | None:
    """The colour behind words; None if a frame, a picture or the page decides."""
    for each in (node, *node.iterancestors()):
        if local_name(each) in _FRAME_TAGS:
            return None
        if local_name(each) in (*_TEXT_TAGS, *_BACKGROUND_TAGS):
            background = styles.style_value(each, "background-color")
            if background not in ("", "transparent"):
                return parse_colour(background)
    return WHITE if styles.page_is_plain else None


def _is_white_background(background: str) -> bool:
    known = parse_colour(background)
    return background in ("", "transparent") or (known is not None and is_similar_colour(known, WHITE))


def _node_text(node: Node) -> str:
    return "".join(map(str, node.itertext())).strip() or attribute_value(node, "string-value").strip()
