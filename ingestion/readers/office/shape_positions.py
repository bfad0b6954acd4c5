"""Computes where shapes stand on a slide, through the groups around them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from lxml.etree import _Element as Node

from ingestion.readers.xml_tree import attribute_value, find_child, local_name

SlideBox = tuple[int, int, int, int]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class GroupFrame:
    """How the coordinates inside groups map onto the slide; `is_unknown` is true inside a group without size."""

    across: tuple[float, float] = (1.0, 0.0)
    down: tuple[float, float] = (1.0, 0.0)
    is_unknown: bool = False

    def enter_group(self, group: Node) -> GroupFrame:
        """The frame inside a group; a group that does not say its place changes nothing."""
        place = _placement(group)
        offset, size = _pair(place, "off", "x", "y"), _pair(place, "ext", "cx", "cy")
        inner_offset, inner_size = _pair(place, "chOff", "x", "y"), _pair(place, "chExt", "cx", "cy")
        if offset is None or size is None or inner_offset is None or inner_size is None:
            return self
        axes = []
        for n, (scale, shift) in enumerate((self.across, self.down)):
            own = size[n] / inner_size[n] if inner_size[n] else 1.0
            axes.append((scale * own, shift + scale * (offset[n] - inner_offset[n] * own)))
        return GroupFrame(axes[0], axes[1], self.is_unknown or 0 in size or 0 in inner_size)

    def map_box(self, box: SlideBox) -> SlideBox:
        """A box inside the groups, on the slide."""
        (scale, shift), (scale_down, shift_down) = self.across, self.down
        return (
            int(box[0] * scale + shift),
            int(box[1] * scale_down + shift_down),
            int(box[2] * scale + shift),
            int(box[3] * scale_down + shift_down),
        )


UNMOVED = GroupFrame()


def place_on_slide(shape: Node, frame: GroupFrame = UNMOVED) -> SlideBox | None:
    """Where a shape stands; None if its layout says it."""
    place = _placement(shape)
    offset, size = _pair(place, "off", "x", "y"), _pair(place, "ext", "cx", "cy")
    if offset is None or size is None:
        return None
    return frame.map_box((offset[0], offset[1], offset[0] + size[0], offset[1] + size[1]))


def move_into_sight(shape: Node) -> bool:
    """Give a visible shape in a group coordinates that no parser takes for off the slide; return whether it had."""
    place = _placement(shape)
    offset = find_child(place, "off")
    negative = [] if offset is None else [name for name in ("x", "y") if attribute_value(offset, name).startswith("-")]
    for name in negative:
        if offset is not None:
            offset.set(name, "0")
    return bool(negative)


def is_empty_box(box: SlideBox) -> bool:
    """Whether a box has no width or no height."""
    return box[0] >= box[2] or box[1] >= box[3]


def boxes_overlap(one: SlideBox, other: SlideBox) -> bool:
    """Whether two boxes share a point; a box without size counts as its line."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _placement(shape: Node) -> Node | None:
    """The node with the place of a shape: directly in it, or in its properties."""
    for child in shape:
        name = local_name(child)
        if name == "xfrm":
            return child
        if name in ("spPr", "grpSpPr"):
            return find_child(child, "xfrm")
    return None


def _pair(place: Node | None, name: str, first: str, second: str) -> tuple[int, int] | None:
    node = find_child(place, name)
    if node is None:
        return None
    try:
        return int(attribute_value(node, first)), int(attribute_value(node, second))
    except ValueError:
        return None
