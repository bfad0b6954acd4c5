"""Removes from a Word document the runs that people do not see: hidden, in the colour of their ground, or tiny.

The look of a run comes from the run, its styles and the document defaults; the colour behind it from its shading,
paragraph, cell and page. White text over a drawing, in a box or in a table with a style is marked: its ground is
unknown. So is text that is squeezed into no width or height, clear text, and text in a table whose style hides some.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from lxml.etree import _Element as Node

from ingestion.readers.elements import insert_doubt_mark
from ingestion.readers.text_colours import WHITE, Colour, is_similar_colour, parse_colour
from ingestion.readers.xml_tree import (
    attribute_value,
    find_ancestor,
    find_child,
    list_named,
    local_name,
    remove_node,
)

Verdict = Literal["shown", "doubt", "hidden"]
_MAX_TINY_SIZE = 3  # half points
_OFF_VALUES = ("0", "false", "off", "none")
_LIGHT_THEME_COLOURS = ("background1", "light1", "bg1", "lt1")
_BLOCKS_UNDER_A_DRAWING = 12  # after the paragraph that it is anchored to
_MIN_WIDTH_PERCENT, _MIN_LINE_TWIPS = 20, 60
_MAX_STYLE_CHAIN = 20
_MIN_CLEARNESS = 95_000  # thousandths of a percent that shine through
_SHOWN_BY_RUN = (
    "drawing",
    "pict",
    "object",
    "AlternateContent",
    "footnoteReference",
    "endnoteReference",
    "commentReference",
)
_SHAPES = ("wsp", "rect", "roundrect", "oval", "shape")
_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*+(?:visibility\s*+:\s*+hidden|display\s*+:\s*+none)", re.I)
_TEXT_TAGS = ("t", "tab", "br", "cr", "noBreakHyphen", "sym")


@dataclass(slots=True)
class ChangedRuns:
    """In how many places words were removed, and in how many they were marked as perhaps hidden."""

    removed: int = 0
    marked: int = 0


def strip_hidden_runs(root: Node, styles: WordStyles, page_root: Node) -> ChangedRuns:
    """Remove the hidden runs of a part, and mark doubtful ones. `page_root` says the page's colour."""
    page = _WordPage(page_root, styles)
    found, last = ChangedRuns(), None
    for shape in [node for node in root.iter() if _is_hidden_shape(node)]:
        found.removed += any(local_name(node) == "t" for node in shape.iter())
        remove_node(shape)
    for run in list_named(root, "r"):
        if page.is_vanished(run):
            found.removed += any(local_name(node) == "txbxContent" for node in run.iter())
            for child in [child for child in run if local_name(child) in _SHOWN_BY_RUN]:
                run.remove(child)
        if not any(local_name(child) in _TEXT_TAGS for child in run):
            continue
        verdict = page.judge_run(run)
        texts = [child for child in run if local_name(child) == "t" and str(child.text or "").strip()]
        if verdict == "doubt" and texts:
            found.marked += 1
            texts[0].text = insert_doubt_mark(str(texts[0].text))
        if verdict != "hidden":
            continue
        found.removed += bool(texts) and (last is None or last is not run.getprevious())
        last = run
        for child in list(run):
            if local_name(child) in _TEXT_TAGS:
                run.remove(child)
    return found


class WordStyles:
    """The text properties of the styles, each with the style that it is based on."""

    def __init__(self, root: Node | None) -> None:
        nodes = list(root) if root is not None else []
        self._styles = {attribute_value(node, "styleId"): node for node in nodes if local_name(node) == "style"}
        self._usual = next((attribute_value(n, "styleId") for n in self._styles.values() if _is_usual_paragraph(n)), "")
        self._defaults = find_child(root, "docDefaults")

    def run_properties(self, run: Node, paragraph: Node | None) -> list[Node]:
        """The property lists that apply to a run, the nearest first."""
        own = find_child(run, "rPr")
        found = [own] if own is not None else []
        found += self._style_properties(attribute_value(find_child(own, "rStyle"), "val"))
        style = find_child(find_child(paragraph, "pPr"), "pStyle")
        found += self._style_properties(attribute_value(style, "val") if style is not None else self._usual)
        default = find_child(find_child(self._defaults, "rPrDefault"), "rPr")
        return [*found, *([default] if default is not None else ())]

    def table_style_hides(self, name: str) -> bool:
        """Whether a style of tables hides words, in some of its cells or all."""
        return any(local_name(node) == "vanish" for style in self._style_chain(name) for node in style.iter())

    def paragraph_properties(self, paragraph: Node | None) -> list[Node]:
        """The property lists that apply to a paragraph, the nearest first."""
        own = find_child(paragraph, "pPr")
        style = find_child(own, "pStyle")
        named = self._style_chain(attribute_value(style, "val") if style is not None else self._usual)
        return [node for node in (own, *(find_child(one, "pPr") for one in named)) if node is not None]

    def _style_properties(self, name: str) -> list[Node]:
        return [found for style in self._style_chain(name) if (found := find_child(style, "rPr")) is not None]

    def _style_chain(self, name: str) -> list[Node]:
        found: list[Node] = []
        while (style := self._styles.get(name)) is not None and len(found) < _MAX_STYLE_CHAIN:
            found.append(style)
            based = find_child(style, "basedOn")
            name = attribute_value(based, "val")
        return found


@dataclass(slots=True)
class _WordPage:
    """Knows the colour behind each run."""

    root: Node
    styles: WordStyles

    def is_vanished(self, run: Node) -> bool:
        """Whether a run is hidden as a whole, with the drawings and references in it."""
        if not any(local_name(child) in _SHOWN_BY_RUN for child in run):
            return False
        return _is_switched_on(self.styles.run_properties(run, find_ancestor(run, "p")), "vanish")

    def judge_run(self, run: Node) -> Verdict:
        """Whether people see a run."""
        if _is_covered_or_deleted(run):
            return "hidden"
        paragraph = find_ancestor(run, "p")
        told = self.styles.run_properties(run, paragraph)
        size = _first_property(told, "sz")
        points = attribute_value(size, "val")
        if _is_switched_on(told, "vanish") or (points.isdecimal() and int(points) <= _MAX_TINY_SIZE):
            return "hidden"
        ink = _first_property(told, "color")
        colour = _ink_colour(ink) if ink is not None else None
        verdict = self._judge_colour(colour, run, paragraph, told) if colour is not None else "shown"
        unclear = _is_switched_on(told, "webHidden") or _is_clear(told) or self._is_squeezed(run, paragraph, told)
        if verdict == "shown" and unclear:
            return "doubt"
        return verdict

    def _judge_colour(self, ink: Colour, run: Node, paragraph: Node | None, told: list[Node]) -> Verdict:
        highlight = _first_property(told, "highlight")
        marked = attribute_value(highlight, "val") if highlight is not None else "none"
        if marked != "none":
            known = parse_colour(marked)
            return "shown" if known is None or not is_similar_colour(ink, known) else "hidden"
        shades = [_first_property(told, "shd"), _first_property(self.styles.paragraph_properties(paragraph), "shd")]
        unclear = False
        for outer in run.iterancestors():
            name = local_name(outer)
            if name == "tc":
                shades.append(find_child(find_child(outer, "tcPr"), "shd"))
            elif name == "tbl":
                table = find_child(outer, "tblPr")
                unclear = unclear or find_child(table, "tblStyle") is not None  # it may shade the row
                shades.append(find_child(table, "shd"))
            elif name in _SHAPES and (own := _shape_fill(outer)) is not None:
                shades.append(own)
            elif name in ("txbxContent", "textbox", "drawing", "pict"):
                unclear = True  # a box may have its own fill
        nearest = next((shade for shade in shades if shade is not None and _fill_colour(shade) is not _NO_FILL), None)
        ground = _fill_colour(nearest) if nearest is not None else WHITE
        if ground is None or isinstance(ground, str):
            return "doubt" if is_similar_colour(ink, WHITE) else "shown"
        if not is_similar_colour(ink, ground):
            return "shown"
        covered = nearest is None and (self._page_is_dark() or self._lies_on_a_drawing(paragraph))
        return "doubt" if covered or (unclear and nearest is None) else "hidden"

    def _is_squeezed(self, run: Node, paragraph: Node | None, told: list[Node]) -> bool:
        """Whether letters have no width, or lines no height."""
        width = _first_property(told, "w")
        if width is not None and _number(width, "val", 100) < _MIN_WIDTH_PERCENT:
            return True
        spacing = _first_property(self.styles.paragraph_properties(paragraph), "spacing")
        if spacing is not None and attribute_value(spacing, "lineRule") == "exact":
            return _number(spacing, "line", 240) < _MIN_LINE_TWIPS
        for outer in run.iterancestors():
            if local_name(outer) == "tr" and (height := find_child(find_child(outer, "trPr"), "trHeight")) is not None:
                exact = attribute_value(height, "hRule") == "exact"
                return exact and _number(height, "val", 240) < _MIN_LINE_TWIPS
        return self._table_style_hides(run)

    def _table_style_hides(self, run: Node) -> bool:
        table = find_ancestor(run, "tbl")
        style = find_child(find_child(table, "tblPr"), "tblStyle")
        return style is not None and self.styles.table_style_hides(attribute_value(style, "val"))

    def _page_is_dark(self) -> bool:
        ground = find_child(self.root, "background")
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


def _is_hidden_shape(node: Node) -> bool:
    """Whether a drawing, or a shape in one, is switched off."""
    name = local_name(node)
    if name in ("anchor", "inline"):
        named = find_child(node, "docPr")
    elif name == "wsp":
        named = find_child(node, "cNvPr")
    else:
        return name in _SHAPES and _HIDDEN_STYLE.search(attribute_value(node, "style")) is not None
    return named is not None and attribute_value(named, "hidden") not in ("", *_OFF_VALUES)


def _shape_fill(shape: Node) -> Node | None:
    """The plain fill of a shape, as a node that `_fill_colour` understands; None if it has no fill or another."""
    from lxml import etree

    if local_name(shape) == "wsp":
        fill = find_child(find_child(shape, "spPr"), "solidFill")
        colour = find_child(fill, "srgbClr")
        said = attribute_value(colour, "val") if colour is not None and not len(colour) else ""
    else:
        said = attribute_value(shape, "fillcolor") if attribute_value(shape, "filled") not in ("f", "false") else ""
        said = said.split(" ")[0]
    return etree.Element("shd", fill=said) if parse_colour(said) is not None else None


def _is_covered_or_deleted(run: Node) -> bool:
    """Whether words stand in a cell that another cell lies over, or in a row that a tracked change takes away."""
    for outer in run.iterancestors():
        name = local_name(outer)
        if name == "tc":
            merges = [find_child(find_child(outer, "tcPr"), merge) for merge in ("hMerge", "vMerge")]
            if any(attribute_value(merge, "val") in ("", "continue") for merge in merges if merge is not None):
                return True
        elif name == "tr" and find_child(find_child(outer, "trPr"), "del") is not None:
            return True
    return False


def _is_clear(told: list[Node]) -> bool:
    """Whether the letters' own fill, which newer programs use in place of their colour, cannot be seen."""
    fill = _first_property(told, "textFill")
    if fill is None:
        return False
    alphas = (attribute_value(node, "val") for node in list_named(fill, "alpha"))
    return find_child(fill, "noFill") is not None or any(
        alpha.isdecimal() and int(alpha) >= _MIN_CLEARNESS for alpha in alphas
    )


def _is_usual_paragraph(style: Node) -> bool:
    return attribute_value(style, "type") == "paragraph" and attribute_value(style, "default") not in ("", *_OFF_VALUES)


def _ink_colour(ink: Node) -> Colour | None:
    """The colour of words; None if it is automatic, or of a theme."""
    theme = attribute_value(ink, "themeColor")
    if theme:
        return WHITE if theme in _LIGHT_THEME_COLOURS and not attribute_value(ink, "themeShade") else None
    return parse_colour(attribute_value(ink, "val"))


_NO_FILL = "none"


def _fill_colour(shade: Node) -> Colour | str | None:
    """The colour of a shading; `_NO_FILL` if there is no shading, None if it is a pattern or of a theme."""
    theme, fill = attribute_value(shade, "themeFill"), attribute_value(shade, "fill")
    if theme:
        return WHITE if theme in _LIGHT_THEME_COLOURS and not attribute_value(shade, "themeFillShade") else None
    pattern = attribute_value(shade, "val")
    if pattern not in ("", "clear", "nil"):
        return parse_colour(attribute_value(shade, "color")) if pattern == "solid" else None
    return parse_colour(fill) or _NO_FILL


def _is_switched_on(told: list[Node], name: str) -> bool:
    switch = _first_property(told, name)
    return switch is not None and attribute_value(switch, "val").strip() not in _OFF_VALUES


def _number(node: Node, name: str, usual: int) -> int:
    said = attribute_value(node, name).strip().removesuffix("%")
    return int(said) if said.isdecimal() and len(said) < 9 else usual


def _first_property(lists: list[Node], name: str) -> Node | None:
    return next((node for each in lists if (node := find_child(each, name)) is not None), None)
