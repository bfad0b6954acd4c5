"""Removes from a Word document the runs that people do not see: hidden, white on white, or tiny.

The look of a run comes from the run, its styles and the document defaults; the colour behind it from its shading,
paragraph, cell and page. White text over a drawing, or in a table with a style, stays: its background is unknown.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from ingestion.readers.text_colours import WHITE, is_similar_colour, parse_colour
from ingestion.readers.xml_tree import attribute_value, local_name, parse_xml

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.etree import _Element as Node

_HIDING_SIGNS = re.compile(
    rb'<w:vanish|<w:color\b[^>]*w:val="[Ff]|<w:color\b[^>]*(?:background|light)|<w:sz w:val="[0-3]"'
)
_BODY, _STYLES = "word/document.xml", "word/styles.xml"
_MAX_TINY_SIZE = 3  # half points
_OFF_VALUES = ("0", "false", "off", "none")
_LIGHT_THEME_COLOURS = ("background1", "light1", "bg1", "lt1")
_BLOCKS_UNDER_A_DRAWING = 12  # after the paragraph that it is anchored to
_MAX_STYLE_CHAIN = 20
_TEXT_TAGS = ("t", "tab", "br", "cr", "noBreakHyphen", "sym")


def remove_hidden_word_text(path: Path) -> tuple[BytesIO | None, int]:
    """The document without hidden runs, and the number of places; None if there are none."""
    with zipfile.ZipFile(path) as archive:
        body = archive.read(_BODY)
        styles = archive.read(_STYLES) if _STYLES in archive.namelist() else b""
        if not _HIDING_SIGNS.search(body) and not _HIDING_SIGNS.search(styles):
            return None, 0
        root = parse_xml(body, path.name)
        hidden = _strip_hidden_runs(root, _WordStyles(parse_xml(styles, path.name) if styles else None))
        return (_copy_with_body(archive, root), hidden) if hidden else (None, 0)


def _copy_with_body(archive: zipfile.ZipFile, root: Node) -> BytesIO:
    from lxml import etree

    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as copy:
        for part in archive.infolist():
            content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            copy.writestr(part.filename, content if part.filename == _BODY else archive.read(part))
    made.seek(0)
    return made


def _strip_hidden_runs(root: Node, styles: _WordStyles) -> int:
    page = _WordPage(root, styles)
    places, last = 0, None
    for run in [node for node in root.iter() if local_name(node) == "r"]:
        if not any(local_name(child) in _TEXT_TAGS for child in run) or not page.is_hidden_run(run):
            continue
        written = "".join(str(child.text or "") for child in run if local_name(child) == "t").strip()
        above = run.getparent()
        places += bool(written) and (last is None or last is not run.getprevious())
        last = run
        for child in list(run) if above is not None else ():
            if local_name(child) in _TEXT_TAGS:
                run.remove(child)
    return places


class _WordStyles:
    """The text properties of the styles, each with the style that it is based on."""

    def __init__(self, root: Node | None) -> None:
        nodes = list(root) if root is not None else []
        self._styles = {attribute_value(node, "styleId"): node for node in nodes if local_name(node) == "style"}
        self._usual = next((attribute_value(n, "styleId") for n in self._styles.values() if _is_usual_paragraph(n)), "")
        self._defaults = next((node for node in nodes if local_name(node) == "docDefaults"), None)

    def run_properties(self, run: Node, paragraph: Node | None) -> list[Node]:
        """The property lists that apply to a run, the nearest first."""
        own = _child(run, "rPr")
        found = [own] if own is not None else []
        found += self._style_properties(
            attribute_value(style, "val") if (style := _child(own, "rStyle")) is not None else ""
        )
        style = _child(_child(paragraph, "pPr"), "pStyle")
        found += self._style_properties(attribute_value(style, "val") if style is not None else self._usual)
        default = _child(_child(self._defaults, "rPrDefault"), "rPr")
        return [*found, *([default] if default is not None else ())]

    def paragraph_properties(self, paragraph: Node | None) -> list[Node]:
        """The property lists that apply to a paragraph, the nearest first."""
        own = _child(paragraph, "pPr")
        style = _child(own, "pStyle")
        named = self._style_chain(attribute_value(style, "val") if style is not None else self._usual)
        return [node for node in (own, *(_child(one, "pPr") for one in named)) if node is not None]

    def _style_properties(self, name: str) -> list[Node]:
        return [found for style in self._style_chain(name) if (found := _child(style, "rPr")) is not None]

    def _style_chain(self, name: str) -> list[Node]:
        found: list[Node] = []
        while (style := self._styles.get(name)) is not None and len(found) < _MAX_STYLE_CHAIN:
            found.append(style)
            based = _child(style, "basedOn")
            name = attribute_value(based, "val") if based is not None else ""
        return found


@dataclass(slots=True)
class _WordPage:
    """Knows the colour behind each run."""

    root: Node
    styles: _WordStyles

    def is_hidden_run(self, run: Node) -> bool:
        """Whether nobody sees a run."""
        paragraph = _find_ancestor(run, "p")
        told = self.styles.run_properties(run, paragraph)
        vanish = _first_property(told, "vanish")
        if vanish is not None and attribute_value(vanish, "val") not in _OFF_VALUES:
            return True
        size = _first_property(told, "sz")
        if size is not None and (number := attribute_value(size, "val")).isdecimal() and int(number) <= _MAX_TINY_SIZE:
            return True
        ink = _first_property(told, "color")
        return ink is not None and _is_white(ink) and self._is_white_on_white(run, paragraph, told)

    def _is_white_on_white(self, run: Node, paragraph: Node | None, told: list[Node]) -> bool:
        shades = [_first_property(told, "shd"), _first_property(self.styles.paragraph_properties(paragraph), "shd")]
        for cell in run.iterancestors():
            name = local_name(cell)
            if name == "tc":
                shades.append(_child(_child(cell, "tcPr"), "shd"))
            elif name == "tbl":
                table = _child(cell, "tblPr")
                if _child(table, "tblStyle") is not None:
                    return False  # its style may shade the row
                shades.append(_child(table, "shd"))
            elif name in ("txbxContent", "textbox", "drawing", "pict"):
                return False  # a box has its own fill
        highlight = _first_property(told, "highlight")
        if highlight is not None and attribute_value(highlight, "val") not in ("none", "white"):
            return False
        nearest = next((shade for shade in shades if shade is not None and _is_white_fill(shade) is not None), None)
        if nearest is not None:
            return _is_white_fill(nearest) is True
        return not self._page_is_dark() and not self._lies_on_a_drawing(paragraph)

    def _page_is_dark(self) -> bool:
        ground = _child(self.root, "background")
        known = parse_colour(attribute_value(ground, "color")) if ground is not None else WHITE
        return known is None or not is_similar_colour(known, WHITE)

    def _lies_on_a_drawing(self, paragraph: Node | None) -> bool:
        block = paragraph
        for _ in range(_BLOCKS_UNDER_A_DRAWING):
            if block is None:
                return False
            if any(local_name(node) in ("anchor", "pict") for node in block.iter()):
                return True
            block = block.getprevious()
        return False


def _is_usual_paragraph(style: Node) -> bool:
    return attribute_value(style, "type") == "paragraph" and attribute_value(style, "default") not in ("", *_OFF_VALUES)


def _is_white(ink: Node) -> bool:
    theme = attribute_value(ink, "themeColor")
    if theme:
        return theme in _LIGHT_THEME_COLOURS and not attribute_value(ink, "themeShade")
    known = parse_colour(attribute_value(ink, "val"))
    return known is not None and is_similar_colour(known, WHITE)


def _is_white_fill(shade: Node) -> bool | None:
    """Whether a shading is white; None if there is no shading."""
    theme, fill = attribute_value(shade, "themeFill"), attribute_value(shade, "fill")
    if theme:
        return theme in _LIGHT_THEME_COLOURS and not attribute_value(shade, "themeFillShade")
    if attribute_value(shade, "val") not in ("", "clear", "nil"):
        return False  # a pattern
    known = parse_colour(fill)
    return is_similar_colour(known, WHITE) if known else None


def _child(node: Node | None, name: str) -> Node | None:
    return next((child for child in node if local_name(child) == name), None) if node is not None else None


def _find_ancestor(node: Node, name: str) -> Node | None:
    return next((above for above in node.iterancestors() if local_name(above) == name), None)


def _first_property(lists: list[Node], name: str) -> Node | None:
    return next((node for each in lists if (node := _child(each, name)) is not None), None)
