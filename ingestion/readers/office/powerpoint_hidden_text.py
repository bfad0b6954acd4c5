"""Take out of a presentation what nobody sees when it is shown: slides, shapes and words. Reads no text.

The colour of words is held against what they lie on only where the file says it: a fill, a slide's background. Over a
picture, a gradient or another shape they stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.readers.colours import BLACK, WHITE, Colour, alike, colour
from ingestion.readers.xml_tree import local, parsed, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Node
    from pptx.presentation import Presentation
    from pptx.slide import Slide, SlideMaster

_TINY = 150  # hundredths of a point
_CLEAR = 3_000  # thousandths of a percent of opacity
_FILLS = ("solidFill", "noFill", "gradFill", "blipFill", "pattFill", "grpFill")
_SHAPES = ("sp", "pic", "grpSp", "graphicFrame", "cxnSp")
_PLAIN_BACKGROUND = "1001"  # the first of a theme's fills, which is one colour
_NO = ("0", "false")

Box = tuple[int, int, int, int]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Hidden:
    """The numbers of the slides that are not shown, how many places were taken out, and whether the file changed."""

    slides: frozenset[int]
    places: int
    changed: bool


def strip(presentation: Presentation) -> Hidden:
    """Take out of each slide what nobody sees; what was taken out."""
    slides: set[int] = set()
    places = taken = 0
    width, height = presentation.slide_width or 0, presentation.slide_height or 0
    for number, slide in enumerate(presentation.slides, 1):
        tree = slide.shapes._spTree  # python-pptx gives a slide's shapes, not the node they stand in
        if slide._element.get("show") in _NO:  # nor whether it is shown
            slides.add(number)
            places += bool(_words(tree))
        else:
            taken += _Slide(slide, tree, (0, 0, int(width), int(height))).strip()
    return Hidden(frozenset(slides), places + taken, taken > 0)


class _Slide:
    """One slide that is shown."""

    def __init__(self, slide: Slide, tree: Node, box: Box) -> None:
        layout = slide.slide_layout
        self._tree = tree
        self._box = box
        self._under = [layout.slide_master._element, layout._element]  # as above
        self._slide = slide._element  # as above
        self._scheme = _Scheme(layout.slide_master)

    def strip(self) -> int:
        places = 0
        for shape in [node for node in self._tree if local(node) in _SHAPES]:
            if self._is_out_of_sight(shape):
                places += bool(_words(shape))
                self._tree.remove(shape)
                continue
            places += sum(self._strip_paragraph(each, shape) for each in shape.iter() if local(each) == "p")
        return places

    def _is_out_of_sight(self, shape: Node) -> bool:
        named = next((node for node in shape.iter() if local(node) == "cNvPr"), None)
        if named is not None and value(named, "hidden") not in ("", *_NO):
            return True
        box = _box(shape)
        return box is not None and bool(self._box[2]) and not _meet(box, self._box)

    def _strip_paragraph(self, paragraph: Node, shape: Node) -> int:
        places, before = 0, False
        for run in [node for node in paragraph if local(node) in ("r", "fld")]:
            words = _words(run)
            hides = bool(words) and self._hides(run, shape)
            places += hides and not before
            before = hides
            if hides:
                paragraph.remove(run)
        return places

    def _hides(self, run: Node, shape: Node) -> bool:
        said = _child(run, "rPr")
        if said is None:
            return False
        size = value(said, "sz")
        if size.isdecimal() and int(size) <= _TINY:
            return True
        fill = _child(said, "solidFill")
        if fill is None:
            return False
        opacity = next((value(node, "val") for node in fill.iter() if local(node) == "alpha"), "")
        if opacity.isdecimal() and int(opacity) <= _CLEAR:
            return True
        ink = self._scheme.of(fill)
        ground = self._ground(run, shape) if ink else None
        return ink is not None and ground is not None and alike(ink, ground)

    def _ground(self, run: Node, shape: Node) -> Colour | None:
        """What words lie on; None where the file does not say, or says more than a colour."""
        cell = next((node for node in run.iterancestors() if local(node) == "tc"), None)
        if cell is not None:
            fill = _fill(_child(cell, "tcPr"))
            styled = next((node for node in shape.iter() if local(node) == "tableStyleId"), None)
            if fill is not None and local(fill) != "noFill":
                return self._scheme.of(fill)
            if fill is None and styled is not None:
                return None
        elif local(shape) == "grpSp":
            return None
        else:
            for owner in (shape, *self._of_the_layout(shape)):
                fill = _fill(_child(owner, "spPr"))
                if fill is not None and local(fill) != "noFill":
                    return self._scheme.of(fill)
                if fill is not None:
                    break
                if _is_styled(owner):
                    return None
        return None if self._lies_on_a_shape(shape) else self._background()

    def _of_the_layout(self, shape: Node) -> Iterator[Node]:
        """The placeholders whose looks a shape inherits: they bear its index, or its type."""
        mine = next((node for node in shape.iter() if local(node) == "ph"), None)
        for tree in reversed(self._under) if mine is not None else ():
            for other in (node for node in tree.iter() if local(node) == "ph"):
                same = value(other, "idx") == value(mine, "idx") or value(other, "type") == value(mine, "type")
                if (
                    same
                    and (owner := next((up for up in other.iterancestors() if local(up) == "sp"), None)) is not None
                ):
                    yield owner

    def _lies_on_a_shape(self, shape: Node) -> bool:
        """Whether another shape that may be seen stands below; of one without a place, nobody knows."""
        box = _box(shape)
        below = [node for tree in self._under for node in tree.iter() if local(node) in _SHAPES]
        below = [node for node in below if not any(local(each) == "ph" for each in node.iter())]
        for other in [*below, *self._tree]:
            if other is shape:
                return False
            if local(other) not in _SHAPES or not _is_drawn(other):
                continue
            theirs = _box(other)
            if box is None or theirs is None or _meet(box, theirs):
                return True
        return False

    def _background(self) -> Colour | None:
        for tree in (self._slide, *reversed(self._under)):
            ground = next((node for node in tree.iter() if local(node) == "bg"), None)
            if ground is None:
                continue
            told = next(iter(ground), None)
            if told is None:
                return None
            if local(told) == "bgRef":
                return self._scheme.of(told) if value(told, "idx") == _PLAIN_BACKGROUND else None
            fill = _fill(told)
            return self._scheme.of(fill) if fill is not None else None
        return WHITE


class _Scheme:
    """The colours that a theme names, as a master uses the names."""

    def __init__(self, master: SlideMaster) -> None:
        from pptx.opc.constants import RELATIONSHIP_TYPE

        theme = parsed(master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob, "theme")
        scheme = next((node for node in theme.iter() if local(node) == "clrScheme"), None)
        self._colours = {local(node): _plain(node) for node in scheme} if scheme is not None else {}
        names = next((node for node in master._element if local(node) == "clrMap"), None)  # as above
        self._names = {str(name): str(meant) for name, meant in names.attrib.items()} if names is not None else {}

    def of(self, fill: Node) -> Colour | None:
        """The colour of a plain fill; None for any other, and for a colour that is changed after it is named."""
        told = next((node for node in fill if local(node).endswith("Clr")), None)
        if told is None or local(fill) not in ("solidFill", "bgRef"):
            return None
        if any(local(change) != "alpha" for change in told):
            return None
        if local(told) == "schemeClr":
            name = value(told, "val")
            return self._colours.get(self._names.get(name, name))
        return _colour(told)


def _plain(node: Node) -> Colour | None:
    told = next(iter(node), None)
    return _colour(told) if told is not None else None


def _colour(told: Node) -> Colour | None:
    if local(told) == "sysClr":
        return colour(value(told, "lastClr")) or {"window": WHITE, "windowText": BLACK}.get(value(told, "val"))
    if local(told) == "prstClr":
        return {"white": WHITE, "black": BLACK}.get(value(told, "val"))
    return colour(value(told, "val")) if local(told) == "srgbClr" else None


def _words(node: Node) -> str:
    return "".join(str(each.text or "") for each in node.iter() if local(each) == "t").strip()


def _fill(properties: Node | None) -> Node | None:
    return next((node for node in properties if local(node) in _FILLS), None) if properties is not None else None


def _is_styled(shape: Node) -> bool:
    """Whether a shape is filled by its theme's style."""
    style = _child(shape, "style")
    reference = _child(style, "fillRef") if style is not None else None
    return reference is not None and value(reference, "idx") != "0"


def _is_drawn(shape: Node) -> bool:
    if local(shape) != "sp":
        return local(shape) != "cxnSp"
    fill = _fill(_child(shape, "spPr"))
    return local(fill) != "noFill" if fill is not None else _is_styled(shape)


def _child(node: Node | None, name: str) -> Node | None:
    return next((child for child in node if local(child) == name), None) if node is not None else None


def _box(shape: Node) -> Box | None:
    """Where a shape stands; None where its layout says it."""
    place = next((node for node in shape.iter() if local(node) == "xfrm"), None)
    off, size = _child(place, "off"), _child(place, "ext")
    if off is None or size is None:
        return None
    left, top = int(value(off, "x")), int(value(off, "y"))
    return left, top, left + int(value(size, "cx")), top + int(value(size, "cy"))


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
