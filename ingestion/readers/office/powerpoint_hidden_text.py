"""Removes from a presentation what nobody sees in the show: slides, shapes and words.

Text counts as hidden by its colour only if the file gives the colour behind it: a fill or a slide background. Over a
picture, a gradient or another shape, text like the slide's background is marked. The places of shapes in groups are
computed through all groups around them (`shape_positions.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ingestion.readers.elements import insert_doubt_mark
from ingestion.readers.office.shape_positions import (
    UNMOVED,
    GroupFrame,
    SlideBox,
    boxes_overlap,
    is_empty_box,
    move_into_sight,
    place_on_slide,
)
from ingestion.readers.text_colours import BLACK, WHITE, Colour, is_similar_colour, parse_colour
from ingestion.readers.xml_tree import (
    attribute_value,
    find_ancestor,
    find_child,
    find_descendant,
    list_named,
    local_name,
    parse_xml,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Node
    from pptx.presentation import Presentation
    from pptx.slide import Slide, SlideMaster

_MAX_TINY_SIZE = 150  # hundredths of a point
_MAX_CLEAR_OPACITY = 3_000  # thousandths of a percent of opacity
_FILLS = ("solidFill", "noFill", "gradFill", "blipFill", "pattFill", "grpFill")
_SHAPES = ("sp", "pic", "grpSp", "graphicFrame", "cxnSp")
_PLAIN_BACKGROUND = "1001"  # the first of a theme's fills, which is one colour
_OFF_VALUES = ("0", "false")

Verdict = Literal["shown", "doubt", "hidden"]


@dataclass(frozen=True, slots=True)
class HiddenSlideText:
    """The hidden slides by number, the number of removed places, and whether the file changed."""

    slides: frozenset[int]
    places: int
    changed: bool


def remove_hidden_slide_text(presentation: Presentation) -> HiddenSlideText:
    """Remove from each slide what nobody sees."""
    slides: set[int] = set()
    places, taken, changed = 0, 0, False
    width, height = presentation.slide_width or 0, presentation.slide_height or 0
    for number, slide in enumerate(presentation.slides, 1):
        tree = slide.shapes._spTree  # python-pptx gives a slide's shapes, not the node they stand in
        if slide._element.get("show") in _OFF_VALUES:  # nor whether it is shown
            slides.add(number)
            places += bool(_shape_text(tree))
        else:
            stripper = _SlideStripper(slide, tree, (0, 0, int(width), int(height)))
            taken += stripper.strip_shapes()
            changed |= stripper.changed
    return HiddenSlideText(frozenset(slides), places + taken, changed or taken > 0)


class _SlideStripper:
    """Removes hidden shapes and words from one visible slide."""

    def __init__(self, slide: Slide, tree: Node, box: SlideBox) -> None:
        layout = slide.slide_layout
        self.changed = False
        self._tree = tree
        self._box = box
        self._under = [layout.slide_master._element, layout._element]  # as above
        self._slide = slide._element  # as above
        self._scheme = _ColourScheme(layout.slide_master)

    def strip_shapes(self) -> int:
        return sum(self._strip_shape(shape, UNMOVED, shape) for shape in _shapes_in(self._tree))

    def _strip_shape(self, shape: Node, frame: GroupFrame, top: Node) -> int:
        """Strip a shape, or each shape of a group; return the number of places. `frame` maps it onto the slide."""
        box = place_on_slide(shape, frame)
        if _is_hidden_shape(shape) or (box is not None and self._box[2] and not boxes_overlap(box, self._box)):
            _remove_shape(shape)
            return int(bool(_shape_text(shape)))
        if local_name(shape) == "grpSp":
            inner = frame.enter_group(shape)
            return sum(self._strip_shape(each, inner, top) for each in _shapes_in(shape))
        self.changed |= frame is not UNMOVED and move_into_sight(shape)
        is_doubtful = frame.is_unknown or (box is not None and is_empty_box(box))
        paragraphs = list_named(shape, "p")
        return sum(self._strip_paragraph(each, shape, top, is_doubtful=is_doubtful) for each in paragraphs)

    def _strip_paragraph(self, paragraph: Node, shape: Node, top: Node, *, is_doubtful: bool) -> int:
        places, before = 0, False
        for run in [node for node in paragraph if local_name(node) in ("r", "fld")]:
            words = _shape_text(run)
            verdict = self._judge_run(run, paragraph, shape, top) if words else "shown"
            places += verdict == "hidden" and not before
            before = verdict == "hidden"
            if verdict == "hidden":
                paragraph.remove(run)
            elif words and (is_doubtful or verdict == "doubt"):
                self.changed = True
                _mark_run(run)
        return places

    def _judge_run(self, run: Node, paragraph: Node, shape: Node, top: Node) -> Verdict:
        if _is_in_covered_cell(run):
            return "hidden"
        told = [each for each in self._run_properties(run, paragraph, shape) if each is not None]
        size = next((value for each in told if (value := attribute_value(each, "sz"))), "")
        if size.isdecimal() and int(size) <= _MAX_TINY_SIZE:
            return "hidden"
        fill = next((fill for each in told if (fill := _find_fill(each)) is not None), None)
        if fill is None:
            return "shown"
        outlined = any(find_child(each, "ln") is not None for each in told)
        opacity = next((attribute_value(node, "val") for node in list_named(fill, "alpha")), "")
        if local_name(fill) == "noFill" or (opacity.isdecimal() and int(opacity) <= _MAX_CLEAR_OPACITY):
            return "doubt" if outlined else "hidden"
        ink = self._scheme.fill_colour(fill)
        if ink is None:
            return "shown"
        ground = self._background_of_run(run, shape, top)
        if ground is not None:
            return "hidden" if is_similar_colour(ink, ground) else "shown"
        paper = self._slide_background() or WHITE
        return "doubt" if is_similar_colour(ink, paper) else "shown"

    def _run_properties(self, run: Node, paragraph: Node, shape: Node) -> Iterator[Node | None]:
        """The property lists that apply to a run, the nearest first: its own, its shape's, those of the layout."""
        yield find_child(run, "rPr")
        name = f"lvl{_level(paragraph)}pPr"
        for owner in (shape, *self._layout_placeholders(shape)):
            body = find_descendant(owner, "lstStyle")
            yield find_child(find_child(body, name), "defRPr")

    def _background_of_run(self, run: Node, shape: Node, top: Node) -> Colour | None:
        """The colour behind words; None if it is unknown or not one colour."""
        cell = find_ancestor(run, "tc")
        if cell is not None:
            fill = _find_fill(find_child(cell, "tcPr"))
            styled = find_descendant(shape, "tableStyleId")
            if fill is not None and local_name(fill) != "noFill":
                return self._scheme.fill_colour(fill)
            if fill is None and styled is not None:
                return None
        elif shape is not top and _find_fill(find_child(shape, "spPr")) is None:
            return None  # the group may fill it, or another of its shapes may be below
        else:
            for owner in (shape, *self._layout_placeholders(shape)):
                fill = _find_fill(find_child(owner, "spPr"))
                if fill is not None and local_name(fill) != "noFill":
                    return self._scheme.fill_colour(fill)
                if fill is not None:
                    break
                if _is_styled(owner):
                    return None
        return None if shape is not top or self._lies_on_a_shape(shape) else self._slide_background()

    def _layout_placeholders(self, shape: Node) -> Iterator[Node]:
        """The placeholders from which a shape inherits, by index or type."""
        mine = find_descendant(shape, "ph")
        for tree in reversed(self._under) if mine is not None else ():
            for other in list_named(tree, "ph"):
                same = attribute_value(other, "idx") == attribute_value(mine, "idx") or attribute_value(
                    other, "type"
                ) == attribute_value(mine, "type")
                if same and (owner := find_ancestor(other, "sp")) is not None:
                    yield owner

    def _lies_on_a_shape(self, shape: Node) -> bool:
        """Whether another visible shape may be below; unknown positions count as yes."""
        box = place_on_slide(shape)
        below = [node for tree in self._under for node in tree.iter() if local_name(node) in _SHAPES]
        below = [node for node in below if not any(local_name(each) == "ph" for each in node.iter())]
        for other in [*below, *self._tree]:
            if other is shape:
                return False
            if local_name(other) not in _SHAPES or not _is_drawn(other):
                continue
            theirs = place_on_slide(other)
            if box is None or theirs is None or boxes_overlap(box, theirs):
                return True
        return False

    def _slide_background(self) -> Colour | None:
        for tree in (self._slide, *reversed(self._under)):
            ground = find_descendant(tree, "bg")
            if ground is None:
                continue
            told = next(iter(ground), None)
            if told is None:
                return None
            if local_name(told) == "bgRef":
                return self._scheme.fill_colour(told) if attribute_value(told, "idx") == _PLAIN_BACKGROUND else None
            fill = _find_fill(told)
            return self._scheme.fill_colour(fill) if fill is not None else None
        return WHITE


class _ColourScheme:
    """The colours of a theme, by the names that a master uses."""

    def __init__(self, master: SlideMaster) -> None:
        from pptx.opc.constants import RELATIONSHIP_TYPE

        try:
            theme = parse_xml(master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob, "theme")
        except KeyError:
            scheme = None  # no colour is known
        else:
            scheme = find_descendant(theme, "clrScheme")
        self._colours = {local_name(node): _plain_fill(node) for node in scheme} if scheme is not None else {}
        names = find_child(master._element, "clrMap")  # as above
        self._names = {str(name): str(meant) for name, meant in names.attrib.items()} if names is not None else {}

    def fill_colour(self, fill: Node) -> Colour | None:
        """The colour of a plain fill; None for any other fill or a modified colour."""
        told = next((node for node in fill if local_name(node).endswith("Clr")), None)
        if told is None or local_name(fill) not in ("solidFill", "bgRef"):
            return None
        if any(local_name(change) != "alpha" for change in told):
            return None
        if local_name(told) == "schemeClr":
            name = attribute_value(told, "val")
            return self._colours.get(self._names.get(name, name))
        return _colour_from_node(told)


def _plain_fill(node: Node) -> Colour | None:
    told = next(iter(node), None)
    return _colour_from_node(told) if told is not None else None


def _colour_from_node(told: Node) -> Colour | None:
    if local_name(told) == "sysClr":
        return parse_colour(attribute_value(told, "lastClr")) or {"window": WHITE, "windowText": BLACK}.get(
            attribute_value(told, "val")
        )
    if local_name(told) == "prstClr":
        return {"white": WHITE, "black": BLACK}.get(attribute_value(told, "val"))
    return parse_colour(attribute_value(told, "val")) if local_name(told) == "srgbClr" else None


def _shape_text(node: Node) -> str:
    return "".join(str(each.text or "") for each in list_named(node, "t")).strip()


def _find_fill(properties: Node | None) -> Node | None:
    return next((node for node in properties if local_name(node) in _FILLS), None) if properties is not None else None


def _is_styled(shape: Node) -> bool:
    """Whether the theme's style fills a shape."""
    style = find_child(shape, "style")
    reference = find_child(style, "fillRef")
    return reference is not None and attribute_value(reference, "idx") != "0"


def _is_drawn(shape: Node) -> bool:
    if local_name(shape) != "sp":
        return local_name(shape) != "cxnSp"
    fill = _find_fill(find_child(shape, "spPr"))
    return local_name(fill) != "noFill" if fill is not None else _is_styled(shape)


def _level(paragraph: Node) -> int:
    """The level of a paragraph in a list, which counts from 1."""
    properties = find_child(paragraph, "pPr")
    said = attribute_value(properties, "lvl")
    return int(said) + 1 if said.isdecimal() and len(said) < 3 else 1


def _shapes_in(tree: Node) -> list[Node]:
    return [node for node in tree if local_name(node) in _SHAPES]


def _is_in_covered_cell(run: Node) -> bool:
    """Whether words stand in a cell of a table that another cell lies over."""
    cell = find_ancestor(run, "tc")
    return cell is not None and any(
        attribute_value(cell, name) not in ("", *_OFF_VALUES) for name in ("hMerge", "vMerge")
    )


def _is_hidden_shape(shape: Node) -> bool:
    described = next((node for node in shape if local_name(node).startswith("nv")), None)
    named = find_child(described, "cNvPr")
    return named is not None and attribute_value(named, "hidden").strip() not in ("", *_OFF_VALUES)


def _remove_shape(shape: Node) -> None:
    if (parent := shape.getparent()) is not None:
        parent.remove(shape)


def _mark_run(run: Node) -> None:
    text = next((node for node in run.iter() if local_name(node) == "t" and node.text), None)
    if text is not None:
        text.text = insert_doubt_mark(str(text.text))
