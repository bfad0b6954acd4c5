r"""Removes from rich text (RTF) what people do not see: \v, deleted and tiny words, white words on the page.

White words stay, and are marked, where a shade or a highlight may be behind them, or a picture or table is near.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from ingestion.readers.doubt_marks import DOUBT_MARK
from ingestion.readers.text_colours import WHITE, Colour, is_similar_colour

_TOKEN = re.compile(
    r"\\bin(\d{1,9}) ?|\\([a-z]{1,40})(-?\d{1,9})? ?|\\'[\da-f]{2}|\\[^a-z]|([{}])|[^\\{}]+", re.S | re.I
)
_COLOURS = re.compile(r"\{\s*\\colortbl([^{}]{0,20000})\}")
_COLOUR_PART = re.compile(r"\\(red|green|blue)(\d{1,3})")
_CHARACTERS = ("u", "tab", "line", "emdash", "endash", "bullet", "lquote", "rquote", "ldblquote", "rdblquote")
_GROUNDS = ("highlight", "cb", "chcbpat", "cbpat", "clcbpat", "chshdng", "shading", "clshdng", "cfpat", "clcfpat")
_DRAWINGS = ("pict", "shp", "do", "background", "trowd", "brdrframe")
_MAX_TINY_HALF_POINTS = 3
_USUAL_HALF_POINTS = 24
_SEEN_AS_TEXT = re.compile(r"[^\W_]")
_DESTINATIONS = (
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "themedata",
    "datastore",
    "generator",
    "listtable",
)

Verdict = Literal["shown", "doubt", "hidden"]


@dataclass(frozen=True, slots=True)
class _RtfLook:
    """How words look at one place of the source; `is_text` is false inside tables of fonts and the like."""

    is_vanished: bool = False
    is_deleted: bool = False
    half_points: int = _USUAL_HALF_POINTS
    colour: int = 0
    has_ground: bool = False
    is_text: bool = True


@dataclass(slots=True)
class _RtfReader:
    """Walks through a source with the look of its groups."""

    colours: list[Colour | None]
    has_drawings: bool
    places: int = 0
    _kept: list[str] = field(default_factory=list)
    _look: _RtfLook = field(default_factory=_RtfLook)
    _outer: list[_RtfLook] = field(default_factory=list)
    _last: Verdict = "shown"

    def strip_source(self, source: str) -> str:
        """The source without hidden words, whose doubtful words are marked."""
        at = 0
        while token := _TOKEN.match(source, at):
            at = token.end() + int(token[1] or 0)
            word, number, brace = (token[2] or "").lower(), token[3], token[4]
            if brace:
                self._enter_or_leave(brace)
                self._kept.append(brace)
            elif token[1] is not None or (word and word not in _CHARACTERS):
                self._read_word(word, number)
                if word != "v":
                    self._kept.append(source[token.start() : at])
            else:
                self._read_text(source[token.start() : at], is_character=bool(word))
        return "".join(self._kept) + source[at:]

    def _enter_or_leave(self, brace: str) -> None:
        if brace == "{":
            self._outer.append(self._look)
        elif self._outer:
            self._look = self._outer.pop()

    def _read_word(self, word: str, number: str | None) -> None:
        value = int(number) if number else None
        if word == "v":
            self._look = replace(self._look, is_vanished=value != 0)
        elif word == "deleted":
            self._look = replace(self._look, is_deleted=value != 0)
        elif word == "fs":
            self._look = replace(self._look, half_points=_USUAL_HALF_POINTS if value is None else value)
        elif word == "cf":
            self._look = replace(self._look, colour=value or 0)
        elif word in _GROUNDS:
            self._look = replace(self._look, has_ground=bool(value))
        elif word == "plain":
            self._look = replace(_RtfLook(), has_ground=self._look.has_ground, is_text=self._look.is_text)
        elif word in _DESTINATIONS:
            self._look = replace(self._look, is_text=False)

    def _read_text(self, text: str, *, is_character: bool) -> None:
        says_something = is_character or bool(text.strip())
        verdict = self._judge_look() if self._look.is_text else "shown"
        if verdict == "hidden":
            self.places += says_something and self._last != "hidden"
        elif verdict == "doubt" and _SEEN_AS_TEXT.search(text):
            mark = f"{{\\uc1\\u{ord(DOUBT_MARK) - 0x10000}?}}"
            self._kept.append(f"{mark}{text}")
        else:
            self._kept.append(text)
        if says_something:
            self._last = verdict

    def _judge_look(self) -> Verdict:
        look = self._look
        if look.is_vanished or look.is_deleted or look.half_points <= _MAX_TINY_HALF_POINTS:
            return "hidden"
        ink = self.colours[look.colour] if 0 <= look.colour < len(self.colours) else None
        if ink is None or not is_similar_colour(ink, WHITE):
            return "shown"
        return "doubt" if look.has_ground or self.has_drawings else "hidden"


def remove_hidden_rtf_text(source: str) -> tuple[str, int]:
    """The source without hidden words, and the number of hidden places; doubtful words are marked."""
    reader = _RtfReader(_read_colours(source), any(f"\\{word}" in source for word in _DRAWINGS))
    return reader.strip_source(source), reader.places


def _read_colours(source: str) -> list[Colour | None]:
    """The colours by number; None is the usual one."""
    table = _COLOURS.search(source)
    found: list[Colour | None] = []
    for entry in table[1].split(";") if table else ():
        parts = {name: min(int(value), 255) for name, value in _COLOUR_PART.findall(entry)}
        found.append((parts.get("red", 0), parts.get("green", 0), parts.get("blue", 0)) if parts else None)
    return found
