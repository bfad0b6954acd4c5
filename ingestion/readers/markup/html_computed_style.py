"""Computes how the text of an element looks, from the look around it and its styles. Pure.

Nothing is laid out: what only layout can tell (what lies over what, how far text runs) is doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ingestion.readers.markup.css.properties import (
    FONT_SIZES,
    INHERITED,
    PART_OF,
    WIDE_KEYWORDS,
    is_valid_value,
    split_shorthand,
)
from ingestion.readers.markup.css.values import (
    USUAL_SIZE,
    VIEW_WIDTH,
    Ink,
    parse_ink,
    parse_length,
    substitute_variables,
    value_tokens,
)
from ingestion.readers.text_colours import BLACK, WHITE, Colour, is_similar_colour

Verdict = Literal["shown", "doubt", "hidden"]
MAX_TINY_PIXELS = 2.0  # pixels, which are 1.5 points
_SMALL_PIXELS = 4.0  # below this people may not see letters
_WIDE_SPACING = 100.0  # pixels
_MIN_LINE_SHARE = 0.4  # of the text's size
_FAINT = 30  # of 255: a difference that people easily miss
QUIRK_COLOUR = "-quirk-body"  # the colour that tables of old pages take from the body
_INITIAL = {
    "color": "#000",
    "font-size": "medium",
    "visibility": "visible",
    "text-indent": "0",
    "line-height": "normal",
}


_BLACK_INK = Ink(BLACK)
FAR_AWAY = 3_000.0  # pixels: further left or up than any page begins
SUSPICIOUS_INDENT = 400.0  # pixels


@dataclass(frozen=True, slots=True)
class Look:
    """The look of text at one place, as far as the outer elements and this one decide it.

    `grounds` are the colours that may be behind the text; `around` are those of all outer elements. `gone` and
    `doubtful` hold for everything inside. `clip` says that nothing in the flow is seen, and whether a placed element
    can leave it ("static") or not ("placed"). `is_changing` says that the look may become another, `is_away` that the
    place is off the page, from which placed elements come back.
    """

    ink: Ink | None = _BLACK_INK
    fill: Ink | None = None
    has_fill: bool = False
    outlined: bool = False
    size: float = USUAL_SIZE
    scale: float = 1.0
    opacity: float = 1.0
    visible: bool = True
    grounds: tuple[Colour, ...] = (WHITE,)
    around: tuple[Colour, ...] = (WHITE,)
    is_ground_known: bool = True
    gone: bool = False
    doubtful: bool = False
    clip: Literal["", "static", "placed"] = ""
    boxed: bool = False
    cut: bool = False
    squeezed: bool = False
    spaced: bool = False
    disguised: bool = False
    is_changing: bool = False
    is_away: bool = False
    indent: float = 0.0
    block_indent: float = 0.0
    display: str = "block"
    scheme_is_light: bool = True
    variables: Mapping[str, str] = field(default_factory=dict)
    body_ink: Ink | None = _BLACK_INK

    def judge_text(self) -> Verdict:
        """Whether people see text that looks so."""
        if self.gone:
            return "hidden"
        verdict = self._judge_visible()
        return "doubt" if self.is_changing else verdict

    def _judge_visible(self) -> Verdict:
        size = self.size * self.scale
        if not self.visible or size < MAX_TINY_PIXELS or self.clip or self.is_away or self.block_indent <= -FAR_AWAY:
            return "hidden"
        verdict = self._judge_colour()
        is_doubtful = self.is_doubtful or abs(self.block_indent) >= SUSPICIOUS_INDENT or size < _SMALL_PIXELS
        return "doubt" if is_doubtful and verdict == "shown" else verdict

    @property
    def is_doubtful(self) -> bool:
        """Whether something other than colour and size may hide the text."""
        return self.doubtful or self.squeezed or self.spaced or self.disguised

    def _judge_colour(self) -> Verdict:
        ink = self.fill if self.has_fill else self.ink
        if ink is None:
            return "doubt"
        strength = ink.opacity * self.opacity
        if strength <= 0.02:
            return "doubt" if self.outlined and self.opacity > 0.02 else "hidden"
        alike = [is_similar_colour(ink.over(ground, self.opacity), ground) for ground in self.grounds]
        if all(alike):
            return "hidden" if self.is_ground_known and not self.outlined and self.scheme_is_light else "doubt"
        faint = any(_difference(ink.over(ground, self.opacity), ground) <= _FAINT for ground in self.grounds)
        return "doubt" if faint or any(alike) else "shown"


MAX_GROUNDS = 12  # that are kept: a page may paint any number over each other


def list_grounds(look: Look) -> tuple[Colour, ...]:
    """The colours that may be behind the text, and behind all outer elements."""
    return tuple(dict.fromkeys((*look.grounds, *look.around)))[:MAX_GROUNDS]


def _difference(one: Colour, other: Colour) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


class StyleReader:
    """Reads the values of one element: variables, keywords and shorthands are resolved."""

    def __init__(self, styles: Mapping[str, str], defaults: Mapping[str, str], above: Look) -> None:
        own = {name: value for name, value in styles.items() if name.startswith("--")}
        self.variables = _merge_variables(above.variables, own) if own else above.variables
        self.is_unclear = False
        self._styles, self._defaults = styles, defaults

    @property
    def is_control(self) -> bool:
        """Whether the element is a button or a field, which is a box however it flows."""
        return self._defaults.get("display") == "inline-block"

    def value(self, name: str) -> str | None:
        """The value of a property, in lower case; None if it is not set, or inherited."""
        said = self._styles.get(name)
        if said is None:
            return None
        if "(" in said or said.startswith(PART_OF):
            resolved = self._resolve(name, said)
            if resolved is None:
                return None
            said = resolved
        if said not in WIDE_KEYWORDS:
            return said
        if said in ("revert", "revert-layer"):
            usual = self._defaults.get(name)
            self.is_unclear = (
                self.is_unclear or usual == "none"
            )  # browsers take attributes back, but no rules of theirs
            return "block" if usual == "none" else usual
        if name not in INHERITED:
            if said == "inherit" and not name.startswith(("background", "margin", "padding")):
                self.is_unclear = True
            return None
        return _INITIAL.get(name, "initial") if said == "initial" else None

    def _resolve(self, name: str, said: str) -> str | None:
        if "attr(" in said or "env(" in said or "if(" in said:
            self.is_unclear = True
            return None
        if "var(" not in said and not said.startswith(PART_OF):
            return said
        shorthand = ""
        if said.startswith(PART_OF):
            shorthand, _, said = said.removeprefix(PART_OF).partition(" ")
        found = substitute_variables(said, self.variables)
        if found is None:
            return None
        found = found.lower()
        if shorthand:
            return split_shorthand(name, shorthand, found)
        return found if is_valid_value(name, found) else None


def _merge_variables(above: Mapping[str, str], own: Mapping[str, str]) -> Mapping[str, str]:
    """The custom properties of an element; what refers to outer ones takes their values."""
    made = dict(above)
    for name, value in own.items():
        if value in ("inherit", "unset"):
            continue
        if value == "initial":
            made.pop(name, None)
            continue
        outer = {key: text for key, text in {**above, **own}.items() if key != name or f"var({name}" not in value}
        made[name] = substitute_variables(value, outer) or ""
    return made


def with_text_styles(look: Look, reader: StyleReader) -> Look:
    """The look with the inherited properties: colour, size, visibility, indent."""
    changes = _size_changes(look, reader) | _colour_changes(look, reader) | _spacing_doubts(look, reader)
    if (visibility := reader.value("visibility")) is not None:
        changes["visible"] = visibility == "visible"
    if (indent := reader.value("text-indent")) is not None:
        lengths = [parse_length(each.serialize(), look.size) for each in value_tokens(indent)]
        changes["indent"] = next((length.in_pixels(VIEW_WIDTH) for length in lengths if length), 0.0)
    return replace(look, **changes) if changes else look  # type: ignore[arg-type]  # names and types are the fields'


def _size_changes(look: Look, reader: StyleReader) -> dict[str, object]:
    found: dict[str, object] = {}
    if (size := reader.value("font-size")) is not None:
        found["size"] = font_size(size, look.size)
    if (zoom := reader.value("zoom")) is not None and (length := parse_length(zoom)):
        found["scale"] = look.scale * (length.percent / 100 or length.pixels or 1.0)
    return found


def _colour_changes(look: Look, reader: StyleReader) -> dict[str, object]:
    found: dict[str, object] = {}
    if (colour := reader.value("color")) is not None and colour != "currentcolor":
        found["ink"] = look.body_ink if colour == QUIRK_COLOUR else parse_ink(colour)
    if (fill := reader.value("-webkit-text-fill-color")) is not None:
        found |= {"has_fill": fill not in ("currentcolor", "initial"), "fill": parse_ink(fill)}
    for name in ("text-shadow", "-webkit-text-stroke-width"):
        if reader.value(name) not in (None, "none", "initial", "0", "0px"):
            found["outlined"] = True
    if "dark" in (reader.value("color-scheme") or ""):
        found["scheme_is_light"] = False
    return found


def _spacing_doubts(look: Look, reader: StyleReader) -> dict[str, object]:
    found: dict[str, object] = {}
    for name in ("letter-spacing", "word-spacing"):
        if said := reader.value(name):
            length = parse_length(said, look.size)
            room = length.in_pixels(look.size) if length else 0.0
            found["spaced"] = room < -0.3 * look.size or room > _WIDE_SPACING
    if height := reader.value("line-height"):
        length = parse_length(height, look.size)
        pixels = 0.0 if length is None else length.pixels * (look.size if length.is_number else 1.0)
        pixels += length.percent / 100 * look.size if length else look.size
        found["squeezed"] = pixels < _MIN_LINE_SHARE * look.size
    if security := reader.value("text-security"):
        found["disguised"] = security not in ("none", "initial")
    return found


def font_size(value: str, outer: float) -> float:
    """A size of text in pixels; `outer` is the size around it."""
    if value in FONT_SIZES:
        return FONT_SIZES[value]
    if value in ("smaller", "larger"):
        size = outer / 1.2 if value == "smaller" else outer * 1.2
    else:
        length = parse_length(value, outer)
        size = max(length.in_pixels(outer), 0.0) if length else outer
    is_relative = value.endswith(("em", "%", "ex", "ch", "er"))
    return max(size, _LEAST_RELATIVE_PIXELS) if is_relative and size else size


# Some browsers draw no smaller letters where the size is relative to another.
_LEAST_RELATIVE_PIXELS = 3.0
