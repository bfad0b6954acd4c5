"""Judges where a box puts its text and how much room it leaves: moved off the page, cut off, squeezed. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from ingestion.readers.markup.css.values import VIEW_HEIGHT, VIEW_WIDTH, parse_length, parse_number
from ingestion.readers.markup.html_computed_style import FAR_AWAY, Look, StyleReader, list_grounds

OFF_FLOW = ("absolute", "fixed")
CHARACTER_SHARE = 0.45  # of the size: about the width of a letter
LITTLE_ROOM = 10.0  # pixels
_NO_ROOM = 2.0  # pixels
_TIGHT_ROOM = 200.0  # pixels: below it, padding may leave no room
_SLIGHTLY_OFF, _PARTLY_OFF = 30.0, 100.0  # pixels
_CUTS = ("hidden", "clip", "auto", "scroll", "overlay")
_TABLE_INSIDES = ("table-cell", "table-row", "table-row-group", "table-header-group", "table-footer-group")
_TABLE_PARTS = (*_TABLE_INSIDES, "table")
_ZERO_TRACK = re.compile(r"(?<![\d.])0(?:fr|px|%)?(?![\d.])")
_SIDES = ("left", "top", "right", "bottom")
_NEAR_SIDES = ("left", "top")


@dataclass(frozen=True, slots=True)
class TextAmount:
    """How much text an element has, and whether it breaks a line."""

    characters: int
    has_breaks: bool


@dataclass(slots=True)
class _Outcome:
    """What was found about one box."""

    gone: bool = False
    doubtful: bool = False
    moved: bool = False


def judge_place(look: Look, reader: StyleReader, position: str, *, is_box: bool) -> Look:
    """What moving does: off the page, onto other grounds, behind others, out of a box that cuts."""
    found = _Outcome(moved=position in OFF_FLOW)
    clip, is_away = look.clip, look.is_away
    if found.moved and is_away:
        look = replace(look, doubtful=True)
        is_away = False
    found.doubtful = (reader.value("z-index") or "").startswith("-") or (look.cut and found.moved)
    if found.moved and clip:
        found.doubtful = True
        clip = "" if clip == "static" or position == "fixed" else clip
    if position not in ("static", "sticky"):
        _judge_offsets(found, look, reader, position)
    if look.display not in _TABLE_INSIDES:  # parts of a table have no margins
        _judge_margins(found, look, reader, _SIDES if is_box else ("left", "right"))
    if look.boxed:
        paddings = (length_of(reader, f"padding-{side}", look) or 0.0 for side in _NEAR_SIDES)
        found.doubtful = found.doubtful or any(padding >= _PARTLY_OFF / 2 for padding in paddings)
    if found == _Outcome() and clip == look.clip:
        return look
    return replace(
        look,
        doubtful=look.doubtful or found.doubtful,
        is_away=is_away or found.gone,
        clip=clip,
        grounds=list_grounds(look) if found.moved else look.grounds,
        is_ground_known=look.is_ground_known and not found.moved,
    )


def _judge_offsets(found: _Outcome, look: Look, reader: StyleReader, position: str) -> None:
    for side in _SIDES:
        distance = length_of(reader, side, look, VIEW_WIDTH if side in ("left", "right") else VIEW_HEIGHT)
        if not distance:
            continue
        near = side in _NEAR_SIDES
        found.moved = True
        if (distance <= -FAR_AWAY and near) or (distance >= FAR_AWAY and not near):
            # Further up in the flow there may be page.
            found.gone = found.gone or position in OFF_FLOW or side in ("left", "right")
        slight = distance <= (-_SLIGHTLY_OFF if near else -_PARTLY_OFF) or abs(distance) >= FAR_AWAY
        found.doubtful = found.doubtful or slight or (look.boxed and abs(distance) >= LITTLE_ROOM)


def _judge_margins(found: _Outcome, look: Look, reader: StyleReader, sides: tuple[str, ...]) -> None:
    for side in sides:
        distance = length_of(reader, f"margin-{side}", look) or 0.0
        if distance <= -FAR_AWAY and side == "left":
            found.gone = True
        far = distance <= -_PARTLY_OFF or distance >= FAR_AWAY
        found.doubtful = found.doubtful or far or (look.boxed and abs(distance) >= _PARTLY_OFF / 4)
        found.moved = found.moved or distance < 0


def judge_room(look: Look, reader: StyleReader, position: str, display: str, measure: Callable[[], TextAmount]) -> Look:
    """What too small a box does. `measure` tells how much text it has."""
    found = _Outcome()
    if position in OFF_FLOW:
        _judge_clip(found, look, reader)
    if reader.value("content-visibility") == "hidden" and display not in _TABLE_PARTS:
        found.gone, found.doubtful = display != "list-item", True
    contain = reader.value("contain") or ""
    contained = any(word in contain for word in ("size", "strict", "paint", "content"))
    found.doubtful = found.doubtful or "size" in contain or "strict" in contain
    across = contained or (reader.value("overflow-x") or "visible") in _CUTS
    down = contained or (reader.value("overflow-y") or "visible") in _CUTS
    found.doubtful = found.doubtful or _has_zero_track(reader)
    look = replace(look, doubtful=look.doubtful or found.doubtful, gone=look.gone or found.gone)
    if not (across or down):
        return replace(look, clip="placed") if position != "static" and look.clip == "static" else look
    return _judge_cut(look, reader, position, display, measure, across=across, down=down)


def _judge_cut(
    look: Look,
    reader: StyleReader,
    position: str,
    display: str,
    measure: Callable[[], TextAmount],
    *,
    across: bool,
    down: bool,
) -> Look:
    """What a box does that cuts off what runs out of it."""
    width, height = _side_room(look, reader, "width"), _side_room(look, reader, "height")
    clip, doubtful = look.clip, look.doubtful
    padded = any((length_of(reader, f"padding-{side}", look) or 0.0) > 1 for side in _SIDES)
    for room, cuts in ((width, across), (height, down)):
        if room is None:
            continue
        if room <= _NO_ROOM and cuts and not padded and display not in _TABLE_PARTS:
            clip = "static"
        elif room <= max(LITTLE_ROOM, look.size * 0.6) or (padded and room < _TIGHT_ROOM):
            doubtful = True
    indented = abs(look.indent) >= 0.9 * min(width or VIEW_WIDTH, VIEW_WIDTH)
    doubtful = doubtful or indented or _has_no_basis(look, reader)
    doubtful = doubtful or _overflows(look, reader, width, height, measure)
    is_home = position != "static" or bool(reader.value("contain")) or bool(reader.value("transform"))
    return replace(
        look,
        doubtful=doubtful,
        clip="placed" if clip and (position != "static" or look.clip == "placed") else clip,
        boxed=look.boxed or width is not None or height is not None,
        cut=is_home and (height is None or height < _TIGHT_ROOM / 4),
    )


def _judge_clip(found: _Outcome, look: Look, reader: StyleReader) -> None:
    rectangle = reader.value("clip") or "auto"
    if rectangle in ("auto", "initial"):
        return
    lengths = [parse_length(each, look.size) for each in re.findall(r"-?[\d.]+[a-z]*", rectangle)]
    edges = [length.pixels for length in lengths if length]
    found.gone = len(edges) == 4 and (edges[2] - edges[0] <= _NO_ROOM or edges[1] - edges[3] <= _NO_ROOM)
    found.doubtful = True


def _has_zero_track(reader: StyleReader) -> bool:
    tracks = (reader.value(name) for name in ("grid-template-rows", "grid-template-columns"))
    return any(_ZERO_TRACK.search(track) for track in tracks if track)


def _has_no_basis(look: Look, reader: StyleReader) -> bool:
    basis = parse_length(reader.value("flex-basis") or "auto", look.size)
    grows = parse_number(reader.value("flex-grow") or "0")
    return basis is not None and basis.in_pixels(VIEW_WIDTH) <= _NO_ROOM and not grows


def length_of(reader: StyleReader, name: str, look: Look, whole: float = VIEW_WIDTH) -> float | None:
    """A length in pixels; None if it is not set or is none."""
    value = reader.value(name)
    length = parse_length(value, look.size) if value and value != "auto" else None
    return length.in_pixels(whole) if length else None


def _side_room(look: Look, reader: StyleReader, side: str) -> float | None:
    """The room in a direction, in pixels; None if the content decides."""
    rooms = [_room(reader, name, look, side) for name in (side, f"max-{side}")]
    known = [room for room in rooms if room is not None]
    return max(min(known), _room(reader, f"min-{side}", look, side) or 0.0) if known else None


def _room(reader: StyleReader, name: str, look: Look, side: str) -> float | None:
    value = reader.value(name)
    length = parse_length(value, look.size) if value else None
    if value is None or length is None:
        return None
    if side == "height" and value.strip().endswith("%"):
        return LITTLE_ROOM if length.percent <= 1 else None  # of a height that may not be known
    return max(length.in_pixels(VIEW_WIDTH), 0.0)


def _overflows(
    look: Look, reader: StyleReader, width: float | None, height: float | None, measure: Callable[[], TextAmount]
) -> bool:
    """Whether a box may be too small for its text."""
    if width is None and height is None:
        return False
    length = measure().characters * max(look.size, 1.0) * CHARACTER_SHARE
    if reader.value("white-space") in ("nowrap", "pre"):
        return width is not None and length > 1.5 * width
    line = parse_length(reader.value("line-height") or "normal", look.size)
    if line and height is not None and not line.is_number and line.in_pixels(look.size) > height + look.size:
        return True
    return height is not None and length / max(width or VIEW_WIDTH, 1.0) * look.size > 1.2 * height
