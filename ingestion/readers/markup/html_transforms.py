"""Judges what transforms do to text: scaled to nothing, turned on edge, moved off the page. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ingestion.readers.markup.css.values import VIEW_WIDTH, parse_length, parse_number, split_at_commas, value_tokens
from ingestion.readers.markup.html_computed_style import FAR_AWAY, Look, StyleReader

if TYPE_CHECKING:
    from collections.abc import Sequence

_NONE = (None, "none", "initial")
_ON_EDGE = 3.0  # degrees
_SLIGHTLY, _PARTLY = 60.0, 100.0  # percent of itself and pixels that a text may be moved by
_MIN_SHARE = 0.05  # of its size: text is not seen below it


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
    if (back := reader.value("backface-visibility")) == "hidden" and (transform or rotate):
        effect.doubtful = True
    del back
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
