"""Removes from a presentation what nobody sees in the show: slides, shapes and words.

Text counts as hidden by its colour only if the file gives the colour behind it: a fill or a slide background. Over a
picture, a gradient or another shape it stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.readers.text_colours import BLACK, WHITE, Colour, is_similar_colour, parse_colour
from ingestion.readers.xml_tree import attribute_value, local_name, parse_xml

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

SlideBox = tuple[int, int, int, int]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class HiddenSlideText:
    """The hidden slides by number, the number of removed places, and whether the file changed."""

    slides: frozenset[int]
    places: int
    changed: bool


def remove_hidden_slide_text(presentation: Presentation) -> HiddenSlideText:
    """Remove from each slide what nobody sees."""
    slides: set[int] = set()
    places = taken = 0
    width, height = presentation.slide_width or 0, presentation.slide_height or 0
    for number, slide in enumerate(presentation.slides, 1):
        tree = slide.shapes._spTree  # python-pptx gives a slide's shapes, not the node they stand in
        if slide._element.get("show") in _OFF_VALUES:  # nor whether it is shown
            slides.add(number)
            places += bool(_shape_text(tree))
        else:
            taken += _SlideStripper(slide, tree, (0, 0, int(width), int(height))).strip_shapes()
    return HiddenSlideText(frozenset(slides), places + taken, taken > 0)


class _SlideStripper:
    """Removes hidden shapes and words from one visible slide."""

    def __init__(self, slide: Slide, tree: Node, box: SlideBox) -> None:
        layout = slide.slide_layout
        self._tree = tree
        self._box = box
        self._under = [layout.slide_master._element, layout._element]  # as above
        self._slide = slide._element  # as above
        self._scheme = _ColourScheme(layout.slide_master)

    def strip_shapes(self) -> int:
        places = 0
        for shape in [node for node in self._tree if local_name(node) in _SHAPES]:
            if self._is_out_of_sight(shape):
                places += bool(_shape_text(shape))
                self._tree.remove(shape)
                continue
            places += sum(self._strip_paragraph(each, shape) for each in shape.iter() if local_name(each) == "p")
        return places

    def _is_out_of_sight(self, shape: Node) -> bool:
        named = next((node for node in shape.iter() if local_name(node) == "cNvPr"), None)
        if named is not None and attribute_value(named, "hidden") not in ("", *_OFF_VALUES):
            return True
        box = _shape_box(shape)
        return box is not None and bool(self._box[2]) and not _boxes_overlap(box, self._box)

    def _strip_paragraph(self, paragraph: Node, shape: Node) -> int:
        places, before = 0, False
        for run in [node for node in paragraph if local_name(node) in ("r", "fld")]:
            words = _shape_text(run)
            hides = bool(words) and self._is_hidden_run(run, shape)
            places += hides and not before
            before = hides
            if hides:
                paragraph.remove(run)
        return places

    def _is_hidden_run(self, run: Node, shape: Node) -> bool:
        said = _find_child(run, "rPr")
        if said is None:
            return False
        size = attribute_value(said, "sz")
        if size.isdecimal() and int(size) <= _MAX_TINY_SIZE:
            return True
        fill = _find_child(said, "solidFill")
        if fill is None:
            return False
        opacity = next((attribute_value(node, "val") for node in fill.iter() if local_name(node) == "alpha"), "")
        if opacity.isdecimal() and int(opacity) <= _MAX_CLEAR_OPACITY:
            return True
        ink = self._scheme.fill_colour(fill)
        ground = self._background_of_run(run, shape) if ink else None
        return ink is not None and ground is not None and is_similar_colour(ink, ground)

    def _background_of_run(self, run: Node, shape: Node) -> Colour | None:
        """The colour behind words; None if it is unknown or not one colour."""
        cell = next((node for node in run.iterancestors() if local_name(node) == "tc"), None)
        if cell is not None:
            fill = _find_fill(_find_child(cell, "tcPr"))
            styled = next((node for node in shape.iter() if local_name(node) == "tableStyleId"), None)
            if fill is not None and local_name(fill) != "noFill":
                return self._scheme.fill_colour(fill)
            if fill is None and styled is not None:
                return None
        elif local_name(shape) == "grpSp":
            return None
        else:
            for owner in (shape, *self._layout_placeholders(shape)):
                fill = _find_fill(_find_child(owner, "spPr"))
                if fill is not None and local_name(fill) != "noFill":
                    return self._scheme.fill_colour(fill)
                if fill is not None:
                    break
                if _is_styled(owner):
                    return None
        return None if self._lies_on_a_shape(shape) else self._slide_background()

    def _layout_placeholders(self, shape: Node) -> Iterator[Node]:
        """The placeholders from which a shape inherits, by index or type."""
        mine = next((node for node in shape.iter() if local_name(node) == "ph"), None)
        for tree in reversed(self._under) if mine is not None else ():
            for other in (node for node in tree.iter() if local_name(node) == "ph"):
                same = attribute_value(other, "idx") == attribute_value(mine, "idx") or attribute_value(
                    other, "type"
                ) == attribute_value(mine, "type")
                if (
                    same
                    and (owner := next((up for up in other.iterancestors() if local_name(up) == "sp"), None))
                    is not None
                ):
                    yield owner

    def _lies_on_a_shape(self, shape: Node) -> bool:
        """Whether another visible shape may be below; unknown positions count as yes."""
        box = _shape_box(shape)
        below = [node for tree in self._under for node in tree.iter() if local_name(node) in _SHAPES]
        below = [node for node in below if not any(local_name(each) == "ph" for each in node.iter())]
        for other in [*below, *self._tree]:
            if other is shape:
                return False
            if local_name(other) not in _SHAPES or not _is_drawn(other):
                continue
            theirs = _shape_box(other)
            if box is None or theirs is None or _boxes_overlap(box, theirs):
                return True
        return False

    def _slide_background(self) -> Colour | None:
        for tree in (self._slide, *reversed(self._under)):
            ground = next((node for node in tree.iter() if local_name(node) == "bg"), None)
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

        theme = parse_xml(master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob, "theme")
        scheme = next((node for node in theme.iter() if local_name(node) == "clrScheme"), None)
        self._colours = {local_name(node): _plain_fill(node) for node in scheme} if scheme is not None else {}
        names = next((node for node in master._element if local_name(node) == "clrMap"), None)  # as above
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
    return "".join(str(each.text or "") for each in node.iter() if local_name(each) == "t").strip()


def _find_fill(properties: Node | None) -> Node | None:
    return next((node for node in properties if local_name(node) in _FILLS), None) if properties is not None else None


def _is_styled(shape: Node) -> bool:
    """Whether the theme's style fills a shape."""
    style = _find_child(shape, "style")
    reference = _find_child(style, "fillRef") if style is not None else None
    return reference is not None and attribute_value(reference, "idx") != "0"


def _is_drawn(shape: Node) -> bool:
    if local_name(shape) != "sp":
        return local_name(shape) != "cxnSp"
    fill = _find_fill(_find_child(shape, "spPr"))
    return local_name(fill) != "noFill" if fill is not None else _is_styled(shape)


def _find_child(node: Node | None, name: str) -> Node | None:
    return next((child for child in node if local_name(child) == name), None) if node is not None else None


def _shape_box(shape: Node) -> SlideBox | None:
    """The position of a shape; None if its layout gives it."""
    place = next((node for node in shape.iter() if local_name(node) == "xfrm"), None)
    off, size = _find_child(place, "off"), _find_child(place, "ext")
    if off is None or size is None:
        return None
    left, top = int(attribute_value(off, "x")), int(attribute_value(off, "y"))
    return left, top, left + int(attribute_value(size, "cx")), top + int(attribute_value(size, "cy"))


def _boxes_overlap(one: SlideBox, other: SlideBox) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
