"""Reads rich text (RTF) without what people do not see: hidden, deleted and tiny words, white words on the page."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path, PurePath
from typing import Literal

from ingestion.readers.elements import (
    DOUBT_MARK,
    Element,
    ParsedDocument,
    choose_document_title,
    collapse_whitespace,
    label_comment,
    normalize_rows,
)
from ingestion.readers.reading_options import READ_OPTIONS
from ingestion.readers.text_colours import WHITE, Colour, is_similar_colour

_HEADING_MARK = 0xE000  # a private character and its successors stand for the levels: no text holds them
_STYLE = re.compile(r"\{\s*\\s(\d{1,4})\b[^{}]*?\b(?:heading|titre|überschrift)\s*(\d)\s*;", re.I)
_DEPTH = re.compile(r"\\outlinelevel([0-8])(?!\d)")
_STYLED = re.compile(r"\\s(\d{1,4})(?!\d)")
_GROUP_END = re.compile(r"[{}]")
_TITLE = re.compile(r"\{\\info(?:(?!\{\\info).){0,2000}?\{\\title ([^{}]{1,600})\}", re.S)
_BULLET = re.compile(r"[·•▪◦*-]\t\s*")
_CELLS = "|"
_SHAPE = re.compile(r"\{\\(?:\*\\)?(?:shp|do)(?![a-z])")
_BOX = re.compile(r"\{\\shptxt(?![a-z])")
_OLD_BOX = re.compile(r"\{\\dptxbxtext(?![a-z])")
_COMMENT = re.compile(r"\{\\\*\\annotation(?![a-z])")
_AUTHOR = re.compile(r"\{\\\*\\atnauthor ([^{}]{0,200})\}")
_CODE_PAGE = re.compile(r"\\ansicpg\d{1,5}")
_HIDDEN_SHAPE = re.compile(r"\{\\sn fHidden\}\{\\sv 1\}")
_MARGIN = re.compile(r"\{\\(?:header|footer)[lrf]?(?![a-z])")  # its words are read where it stands
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
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "themedata", "datastore", "generator", "listtable",
)  # fmt: skip
_NOT_KEPT = ("v", "pict")
_BACKSLASH = "\\'5c"  # striprtf would take one before "pict" or "bin" for the start of that word
Verdict = Literal["shown", "doubt", "hidden"]


def read_rtf(path: Path) -> ParsedDocument:
    """A rich text with paragraphs, headings, lists and tables."""
    return parse_rtf(path, path.read_bytes())


def parse_rtf(path: PurePath, content: bytes) -> ParsedDocument:
    """The rich text in `content`; `path` gives the title where it has none."""
    from striprtf.striprtf import rtf_to_text

    source = content.removeprefix(BOM_UTF8).decode(
        "latin-1"
    )  # RTF is ASCII; what is beyond it is of the code page it names
    source = _MARGIN.sub("{", source)

    def plain(rich: str) -> str:
        text: str = rtf_to_text(rich, errors="replace")  # type: ignore[no-untyped-call]  # it has no annotations
        return text

    shown, hidden = remove_hidden_rtf_text(source)
    shown, hidden_boxes = _lift_text_boxes(shown)
    elements = list(_elements_from_text(plain(_mark_headings(shown)).split("\n")))
    if READ_OPTIONS.comments:
        page = _CODE_PAGE.search(source)
        start = f"{{\\rtf1\\ansi{page[0] if page else ''} "
        comments = ([plain(f"{start}{part}}}") for part in told] for told in _comments(shown))
        elements += [Element(text) for author, words in comments if (text := label_comment(words, author))]
    named = _TITLE.search(source)
    declared = plain(f"{{\\rtf1\\ansi {named[1]}}}") if named else ""
    return ParsedDocument(choose_document_title(path, elements, declared), None, elements, hidden=hidden + hidden_boxes)


def _lift_text_boxes(source: str) -> tuple[str, int]:
    """The source with the words of each text box after its shape, and the number of hidden shapes that have some."""
    parts: list[str] = []
    at = hidden = 0
    while shape := _SHAPE.search(source, at):
        end = _group_end(source, shape.start()) or len(source)
        group = source[shape.start() : end]
        words = _words_of_boxes(group, _BOX) or _words_of_boxes(group, _OLD_BOX)
        is_hidden = bool(words) and _HIDDEN_SHAPE.search(group) is not None
        hidden += is_hidden
        parts += [source[at:end], *(f"{{\\par {one}\\par}}" for one in words if not is_hidden)]
        at = end
    return "".join([*parts, source[at:]]), hidden


def _comments(source: str) -> list[tuple[str, str]]:
    """The author and the words of each comment."""
    names = [(found.start(), found[1]) for found in _AUTHOR.finditer(source)]
    found: list[tuple[str, str]] = []
    at = 0
    while (comment := _COMMENT.search(source, at)) and (end := _group_end(source, comment.start())):
        name = next((name for place, name in reversed(names) if at <= place < comment.start()), "")
        found.append((name, source[comment.end() : end - 1]))
        at = end
    return found


def _words_of_boxes(group: str, box: re.Pattern[str]) -> list[str]:
    """The content of each text box in the group of a shape; what is drawn in place of the shape repeats it."""
    words: list[str] = []
    at = 0
    while (found := box.search(group, at)) and (at := _group_end(group, found.start())):
        words.append(group[found.end() : at - 1])
    return words


def _mark_headings(source: str) -> str:
    """The source with a private character before each heading, by outline level or style."""
    start = source.find("{\\stylesheet")
    end = _group_end(source, start)
    levels = {style: int(level) for style, level in _STYLE.findall(source[max(start, 0) : end])}

    def marked(style: re.Match[str]) -> str:
        level = levels.get(style[1])
        return style[0] + (_heading_marks(level) if level else "")

    body = _DEPTH.sub(lambda depth: depth[0] + _heading_marks(int(depth[1]) + 1), source[end:])
    return source[:end] + _STYLED.sub(marked, body)


def _heading_marks(level: int) -> str:
    return f"\\uc1\\u{_HEADING_MARK + level - 0x10000}?"


def _group_end(source: str, start: int) -> int:
    """The end of the group at `start`; 0 if there is none."""
    depth = 0
    for brace in _GROUP_END.finditer(source, start) if start >= 0 else ():
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.end()
    return 0


def _elements_from_text(lines: list[str]) -> Iterator[Element]:
    for in_table, run in groupby(lines, key=lambda line: line.rstrip().endswith(_CELLS)):
        if in_table:
            if rows := normalize_rows(
                [[collapse_whitespace(cell) for cell in line.rstrip()[:-1].split(_CELLS)] for line in run]
            ):
                yield Element("", "table", rows=rows)
            continue
        for line in run:
            yield from _paragraph_elements(line)


def _paragraph_elements(line: str) -> Iterator[Element]:
    levels = {ord(c) - _HEADING_MARK for c in line if _HEADING_MARK < ord(c) <= _HEADING_MARK + 9}
    text = "".join(c for c in line if not _HEADING_MARK < ord(c) <= _HEADING_MARK + 9).strip()
    bullet = _BULLET.match(text)
    if not text:
        return
    if levels:
        yield Element(collapse_whitespace(text), "heading", min(levels))
    elif bullet:
        yield Element(collapse_whitespace(text[bullet.end() :]), "list", 1)
    else:
        yield Element(collapse_whitespace(text))


@dataclass(frozen=True, slots=True)
class _RtfLook:
    """How words look at one place of the source; `is_text` is false inside tables of fonts and the like.

    Pictures are left out here: striprtf leaves a part of their groups where one of them is stored as bytes.
    """

    is_vanished: bool = False
    is_deleted: bool = False
    half_points: int = _USUAL_HALF_POINTS
    colour: int = 0
    has_ground: bool = False
    is_text: bool = True
    is_picture: bool = False


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
            elif word and word not in _CHARACTERS:
                self._read_word(word, number)
                if word not in _NOT_KEPT:
                    self._kept.append(source[token.start() : at])
            elif token[1] is None and not self._look.is_picture:
                text = token[0] if token[0] != "\\\\" else _BACKSLASH
                self._read_text(text, is_character=bool(word))
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
            self._look = replace(
                self._look, is_vanished=False, is_deleted=False, half_points=_USUAL_HALF_POINTS, colour=0
            )
        elif word in _DESTINATIONS:
            self._look = replace(self._look, is_text=False, is_picture=self._look.is_picture or word == "pict")

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
