"""Judges what the box of an element does to its text: not shown, cut off, moved away, scaled, covered. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import tinycss2

from ingestion.readers.markup.css.values import (
    VIEW_HEIGHT,
    VIEW_WIDTH,
    Ink,
    parse_ink,
    parse_length,
    parse_number,
    split_at_commas,
    value_tokens,
)
from ingestion.readers.markup.html_computed_style import (
    FAR_AWAY,
    MAX_GROUNDS,
    SUSPICIOUS_INDENT,
    Look,
    StyleReader,
    list_grounds,
)
from ingestion.readers.markup.html_positions import (
    CHARACTER_SHARE,
    LITTLE_ROOM,
    OFF_FLOW,
    TextAmount,
    judge_place,
    judge_room,
    length_of,
)

_HARMLESS_FILTERS = re.compile(
    r"(?:\s*(?:drop-shadow\([^()]*+(?:\([^()]*+\)[^()]*+)?\)|grayscale\([^()]*\)|sepia\([^()]*\)|hue-rotate\([^()]*\)"
    r"|saturate\([^()]*\)|opacity\([^()]*\)))*\s*"
)
_FILTER_OPACITY = re.compile(r"opacity\(([^()]*)\)")
_NONE = (None, "none", "initial")
_ON_EDGE = 3.0  # degrees
_SLIGHTLY, _PARTLY = 60.0, 100.0  # percent of itself and pixels that a text may be moved by
_MIN_SHARE = 0.05  # of its size: text is not seen below it


def with_box(
    look: Look, above: Look, reader: StyleReader, animations: Collection[str], measure: Callable[[], TextAmount]
) -> Look:
    """The look inside an element's box. `measure` tells how much text it has."""
    display = reader.value("display") or "inline"
    if display == "none":
        return replace(look, gone=True)
    position = reader.value("position") or "static"
    is_box = _is_box(display, position, above, reader)
    look = replace(
        look,
        display=display if not is_box or not display.startswith("inline") else "inline-block",
        block_indent=_block_indent(look, measure) if is_box else look.block_indent,
        doubtful=look.doubtful or reader.is_unclear,
    )
    if display == "contents":  # it has no box to cut, clear or paint
        return replace(look, is_changing=look.is_changing or reader.is_unclear)
    look = _with_effects(look, reader, animations)
    if is_box and above.display == "inline":  # the ground of what flows in a line is not painted behind a block in it
        look = replace(look, grounds=list_grounds(look), is_ground_known=False)
    look = _with_background(look, reader)
    look = judge_place(look, reader, position, is_box=is_box)
    if is_box:
        look = judge_transforms(judge_room(look, reader, position, display, measure), reader)
    if reader.is_unclear:
        return replace(look, gone=above.gone, is_changing=True)
    return look


def _block_indent(look: Look, measure: Callable[[], TextAmount]) -> float:
    """The indent of a block; a far one is less far where a second line of the text may come back into sight."""
    if look.indent > -FAR_AWAY:
        return look.indent
    text = measure()
    comes_back = text.has_breaks or text.characters * look.size * CHARACTER_SHARE > -look.indent
    return -SUSPICIOUS_INDENT if comes_back else look.indent


def is_cover(look: Look, reader: StyleReader) -> bool:
    """Whether an element paints over what stands near it."""
    ground = parse_ink(reader.value("background-color") or "transparent")
    if look.gone or not (
        (ground and ground.opacity > _OPAQUE) or reader.value("background-image") not in (None, "none")
    ):
        return False
    if reader.value("position") in OFF_FLOW:
        sized = [
            (reader.value(side) or "auto", reader.value(near), reader.value(far))
            for side, near, far in (("width", "left", "right"), ("height", "top", "bottom"))
        ]
        return all(size != "auto" or (near is not None and far is not None) for size, near, far in sized)
    up = (length_of(reader, name, look, VIEW_HEIGHT) or 0.0 for name in ("margin-top", "top"))
    return any(distance <= -LITTLE_ROOM for distance in up)


_OPAQUE = 0.5


def _is_box(display: str, position: str, above: Look, reader: StyleReader) -> bool:
    """Whether sizes, overflow and transforms apply: to all but what flows in a line."""
    if reader.is_control or display not in ("inline", "contents", "inline flow", "ruby", "run-in"):
        return True
    return (
        position in OFF_FLOW
        or (reader.value("float") or "none") != "none"
        or "flex" in above.display
        or "grid" in above.display
    )


def _with_effects(look: Look, reader: StyleReader, animations: Collection[str]) -> Look:
    changes: dict[str, object] = {}
    if (opacity := reader.value("opacity")) is not None and (share := parse_number(opacity)) is not None:
        changes["opacity"] = look.opacity * min(max(share, 0.0), 1.0)
    if (effect := reader.value("filter")) not in (None, "none"):
        shares = [parse_number(each) for each in _FILTER_OPACITY.findall(effect or "")]
        if any(share is not None and share <= 0.02 for share in shares):
            changes["gone"] = True
        faint = any(share is None or share < 0.5 for share in shares)
        if faint or not _HARMLESS_FILTERS.fullmatch(effect or ""):
            changes |= {"doubtful": True, "is_ground_known": False}
    for name, harmless in _DOUBTFUL_UNLESS.items():
        if (said := reader.value(name)) is not None and said not in harmless:
            changes |= {"doubtful": True, "is_ground_known": False}
    if animated := reader.value("animation-name"):
        words = {word.strip("\"'") for word in re.split(r"[\s,]+", animated)}
        if words & {name.lower() for name in animations}:
            changes["is_changing"] = True
    if (content := reader.value("content")) and "url(" in content:
        changes["doubtful"] = True
    return _with_clip_path(replace(look, **changes) if changes else look, reader)  # type: ignore[arg-type]  # fields


_DOUBTFUL_UNLESS: dict[str, tuple[str, ...]] = {
    "mask-image": ("none", "initial"),
    "mix-blend-mode": ("normal", "initial"),
    "offset-path": ("none", "initial"),
    "-webkit-line-clamp": ("none", "initial"),
    "line-clamp": ("none", "initial"),
    "--letters--": (),
}


def _with_clip_path(look: Look, reader: StyleReader) -> Look:
    path = reader.value("clip-path")
    if path in (None, "none", "initial"):
        return look
    token = next(iter(value_tokens(path or "")), None)
    if token is None or token.type != "function":
        return replace(look, doubtful=True)
    words = [each for each in token.arguments if each.type in ("number", "dimension", "percentage")]
    lengths = [length for each in words if (length := parse_length(each.serialize(), look.size))]
    if token.lower_name == "inset" and lengths and not any(each.type == "function" for each in token.arguments):
        top, right, bottom, left = (
            lengths[n] for n in ((0, 0, 0, 0), (0, 1, 0, 1), (0, 1, 2, 1), (0, 1, 2, 3))[min(len(lengths), 4) - 1]
        )
        if top.percent + bottom.percent >= 100 or left.percent + right.percent >= 100:
            return replace(look, gone=True)
        if all(not length.pixels and not length.percent for length in lengths):
            return look
    if (
        token.lower_name in ("circle", "ellipse")
        and lengths
        and token.arguments
        and lengths[0].pixels + lengths[0].percent == 0
    ):
        first = value_tokens(tinycss2.serialize(token.arguments))[0]
        if first.type in ("number", "dimension", "percentage"):
            return replace(look, gone=True)
    return replace(look, doubtful=True)


def _with_background(look: Look, reader: StyleReader) -> Look:
    said, picture = reader.value("background-color"), reader.value("background-image") or "none"
    if said is None and picture in ("none", "initial"):
        return look
    if reader.value("background-clip") == "text":
        return replace(look, outlined=True, is_ground_known=False)
    ink = look.ink if said == "currentcolor" else parse_ink(said or "transparent")
    grounds, known = look.grounds, look.is_ground_known
    if ink is None:
        known = False
    elif ink.opacity > 0:
        grounds, known = tuple(ink.over(ground) for ground in look.grounds), known or ink.opacity >= 1
    if picture not in ("none", "initial"):
        stops = _gradient_colours(picture) if "url(" not in picture else []
        grounds = tuple(stop.over(ground) for stop in stops for ground in grounds) if stops else grounds
        known = known and bool(stops)
    is_short = any(_is_short(reader.value(name), look) for name in ("height", "max-height", "width", "max-width"))
    if is_short or reader.value("background-clip") == "content-box":
        grounds = (*grounds, *look.grounds)  # the text may run out of its box
    made = replace(look, grounds=tuple(dict.fromkeys(grounds))[:MAX_GROUNDS], is_ground_known=known)
    return replace(made, around=list_grounds(made))


def _is_short(value: str | None, look: Look) -> bool:
    length = parse_length(value, look.size) if value else None
    return length is not None and length.in_pixels(VIEW_WIDTH) < 2 * look.size


def _gradient_colours(picture: str) -> list[Ink]:
    """The colours of gradients; empty where one is not known."""
    found: list[Ink] = []
    for token in value_tokens(picture):
        if token.type != "function" or "gradient" not in token.lower_name:
            continue
        for each in token.arguments:
            if each.type in ("ident", "hash", "function"):
                ink = parse_ink(each.serialize())
                if ink is None and each.type == "function" and each.lower_name not in ("calc", "min", "max", "clamp"):
                    return []
                found += [ink] if ink else []
    return found


@dataclass(slots=True)
class _Effect:
    """What transforms do together."""

    scale: float = 1.0
    gone: bool = False
    doubtful: bool = False
    moved: bool = False


def judge_transforms(look: Look, reader: StyleReader) -> Look:
    """The look after the transforms of an element."""
    effect = _Effect()
    if (transform := reader.value("transform")) not in _NONE:
        _apply_functions(effect, transform or "", look)
    if (scale := reader.value("scale")) not in _NONE:
        _scale(effect, [parse_number(each.serialize()) for each in value_tokens(scale or "")][:2])
    if (translate := reader.value("translate")) not in _NONE:
        _move(effect, [each.serialize() for each in value_tokens(translate or "")], look)
    if (rotate := reader.value("rotate")) not in _NONE:
        words = [each.serialize() for each in value_tokens(rotate or "")]
        if len(words) == 2 and words[0] in ("x", "y"):
            _tilt(effect, words[1])
        elif len(words) > 1:
            effect.doubtful = True
    if (origin := reader.value("transform-origin")) is not None:
        lengths = [parse_length(each.serialize(), look.size) for each in value_tokens(origin)]
        effect.doubtful = effect.doubtful or any(each and abs(each.in_pixels(100.0)) > 2 * _PARTLY for each in lengths)
    if reader.value("backface-visibility") == "hidden" and (transform or rotate):
        effect.doubtful = True
    if effect == _Effect():
        return look
    return replace(
        look,
        scale=look.scale * effect.scale,
        gone=look.gone or effect.gone or abs(effect.scale) < _MIN_SHARE,
        doubtful=look.doubtful or effect.doubtful,
        is_ground_known=look.is_ground_known and not effect.moved,
        grounds=tuple(dict.fromkeys((*look.grounds, *look.around))) if effect.moved else look.grounds,
    )


def _apply_functions(effect: _Effect, transform: str, look: Look) -> None:
    for token in value_tokens(transform):
        if token.type != "function":
            effect.doubtful = True
            continue
        words = [part[0].serialize() for part in _arguments(token) if part]
        name = token.lower_name
        if name.startswith("scale"):
            numbers = [parse_number(word) for word in words]
            _scale(
                effect,
                [numbers[0], 1.0]
                if name in ("scalex", "scaley") and numbers
                else numbers[:2]
                if name != "scalez"
                else [1.0],
            )
        elif name.startswith("translate"):
            _move(effect, words[:2] if name != "translatez" else [], look)
        elif name in ("rotatex", "rotatey"):
            _tilt(effect, words[0] if words else "0")
        elif name == "matrix":
            _matrix(effect, [parse_number(word) for word in words])
        elif name in ("rotate", "rotatez"):
            continue
        else:
            angles = [parse_length(word) for word in words] if name.startswith("skew") else [None]
            effect.doubtful = effect.doubtful or any(angle is None or abs(angle.pixels) > 60 for angle in angles)


def _arguments(token: Any) -> Sequence[list[Any]]:
    return [
        [each for each in part if each.type not in ("whitespace", "comment")]
        for part in split_at_commas(token.arguments)
    ]


def _scale(effect: _Effect, numbers: Sequence[float | None]) -> None:
    if not numbers or None in numbers:
        effect.doubtful = True
        return
    effect.scale *= min(abs(number) for number in numbers if number is not None)


def _move(effect: _Effect, words: Sequence[str], look: Look) -> None:
    for word in words:
        length = parse_length(word, look.size)
        if length is None:
            effect.doubtful = True
        elif length.pixels or length.percent:
            effect.moved = True
            effect.gone = effect.gone or length.pixels <= -FAR_AWAY
            far = abs(length.pixels) > _PARTLY or abs(length.percent) > _SLIGHTLY
            effect.doubtful = effect.doubtful or far or (look.boxed and abs(length.in_pixels(VIEW_WIDTH)) > look.size)


def _tilt(effect: _Effect, word: str) -> None:
    angle = parse_length(word)
    if angle is None:
        effect.doubtful = True
        return
    degrees = angle.pixels % 180
    if abs(degrees - 90) <= _ON_EDGE:
        effect.gone = True
    elif 60 < degrees < 120:
        effect.doubtful = True


def _matrix(effect: _Effect, numbers: Sequence[float | None]) -> None:
    known = [number for number in numbers if number is not None]
    if len(known) != 6:
        effect.doubtful = True
        return
    a, b, c, d, x, y = known
    across, down = (a * a + b * b) ** 0.5, (c * c + d * d) ** 0.5
    effect.scale *= min(across, down) if abs(a * d - b * c) > 1e-4 else 0.0
    effect.gone = effect.gone or min(x, y) <= -FAR_AWAY
    effect.doubtful = effect.doubtful or max(abs(x), abs(y)) > _PARTLY
