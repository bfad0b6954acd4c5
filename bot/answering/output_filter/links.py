"""Makes links, images, definitions of links, tags and mentions in an answer harmless.

The bot adds its own links to sources after the answer, so the model's text needs none. Inline code stays as it is. A
backtick that opens no code becomes an apostrophe, so that all renderers see the same code.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from bot.answering.output_filter.addresses import neutralize_addresses, neutralize_inline_code
from bot.answering.output_filter.normalization import CanonicalText
from knowledge.core.text import strip_invisible

if TYPE_CHECKING:
    from collections.abc import Iterator


_BACKTICKS = re.compile(r"`+")
# What would open a mention or an autolink, or a tag that does not end here and may hide a backtick from us.
_TAG_NAME = r"/?[A-Za-z][A-Za-z\d-]*+[\s/]"
_WHOLE_TAG = rf"{_TAG_NAME}(?:[^<>\"'`\n]|\"[^\"<>`\n]*+\"|'[^'<>`\n]*+')*+>"  # code within would end it
_OPENS_LINK_OR_TAG = re.compile(
    rf"<(?=[@!#?]|//|[Ww]{{3}}|[A-Za-z][\w+.-]*+:|[^\s<>@`]++@|(?!{_WHOLE_TAG}){_TAG_NAME})"
)
_OPENS_HTML_BLOCK = re.compile(r"^((?:[ \t>*+-]|\d{1,9}[.)])*)<(?=script|pre|style|textarea|[!?])", re.IGNORECASE)
_STRAY = re.compile(r"\\?`")
# A label has no "[" and an address no "](": otherwise many unclosed brackets would each be read to the end.
_IMAGE = re.compile(r"!\[([^\[\]]*+)\]\([^)\]]*+(?:\](?!\()[^)\]]*+)*\)|!\[([^\[\]]*+)\]\[[^\[\]]*+\]")
_LINK = re.compile(r"\[([^\[\]\n]++)\]\(\s*+[^)\]\n]*+(?:\](?!\()[^)\]\n]*+)*\)")
_END_OF_LABEL = re.compile(r"((?<!\\)\[[^\[\]\\\n]{1,80})?\]:")
_FOOTNOTE = re.compile(r"\[(?=\^(?!\d{1,3}\]))")
_CLOSES_ANGLE = re.compile(r"[\s>]")
_ENDS_ADDRESS = re.compile(r"[\s>]|$")
_LETTER = re.compile(r"[^\W\d_]")
_FENCE_OF_TILDES = re.compile(r"~{3,}")
_HTML_LINE_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_OPENS_CODE = ("`", "~")
# Some programs undo escapes first, so a backslash in it does not end an entity.
_ENTITY = re.compile(r"\\?&\\?(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30})\\?;", re.IGNORECASE)
_MAX_NESTED_ENTITIES = 10  # levels of entities within entities; real text has at most two


def neutralize_quoted_line(line: str) -> str:
    """Makes a line of a document safe to show, and removes its invisible characters."""
    return neutralize_markdown(decode_entities(strip_invisible(line)))


def neutralize_markdown(text: str, *, opens_line: bool = True, pipe_in_code: bool = False) -> str:
    """Converts every link, image and mention to plain words or inline code, which Slack never follows.

    `opens_line` says that `text` starts a line: only there can `[label]:` define a link. `pipe_in_code` says that
    earlier code in the line has a pipe.
    """
    result, angle = "", -1
    parts = list(split_code_spans(text))
    for n, (part, code) in enumerate(parts):
        if code:
            safe_part = neutralize_inline_code(part, pipe_in_code=pipe_in_code)
            if angle >= 0 and not _ENDS_ADDRESS.match(parts[n + 1][0]):
                result = f"{result[: angle + 1]} {result[angle + 1 :]}"
        else:
            safe_part = _neutralize_prose(part, opens_line=opens_line and n == 0, pipe_in_code=pipe_in_code)
        pipe_in_code = has_pipe_in_code(part, code=code, before=pipe_in_code)
        between = " " if result.endswith("`") and safe_part.startswith("`") else ""
        result += between + safe_part
        angle = _find_open_angle(safe_part, len(result) - len(safe_part), angle)
    return result


def _find_open_angle(part: str, start: int, before: int) -> int:
    """Finds the `<` that may still open an address of mail after `part`, as <a`b`c@d> is one; -1 if there is none."""
    opened = part.rfind("<")
    if _CLOSES_ANGLE.search(part, opened + 1):
        return -1
    return start + opened if opened >= 0 else before


def has_pipe_in_code(part: str, *, code: bool, before: bool) -> bool:
    """Whether the last line of a part has a pipe in code; `before` says so of the earlier text."""
    return before or "|" in part if code else before and "\n" not in part


def decode_entities(text: str) -> str:
    """Replaces the entities in prose by their characters, as other programs may do it later.

    After `_MAX_NESTED_ENTITIES` rounds, a space after each `&` breaks the entities that are left.
    """
    for _ in range(_MAX_NESTED_ENTITIES):
        plain = "".join(part if code else _ENTITY.sub(_entity_character, part) for part, code in split_code_spans(text))
        if plain == text:
            return text
        text = plain
    return "".join(part if code else part.replace("&", "& ") for part, code in split_code_spans(text))


def _entity_character(entity: re.Match[str]) -> str:
    """Returns the character of an entity, or "" if it would break the line or open code."""
    plain = entity[0].replace("\\", "")
    character = unescape(plain)
    if character == plain:
        return entity[0]
    return strip_invisible(character) if character.isprintable() and character not in _OPENS_CODE else ""


def split_code_spans(text: str) -> Iterator[tuple[str, bool]]:
    """Yields the parts of `text`, each with whether it is code; only code has backticks."""
    at = 0
    for start, end in find_code_spans(text):
        yield _STRAY.sub("'", text[at:start]), False
        yield text[start:end], True
        at = end
    yield _STRAY.sub("'", text[at:]), False


def find_code_spans(text: str) -> list[tuple[int, int]]:
    """Returns the start and end of each code span: between two runs of equally many backticks in a line."""
    spans: list[tuple[int, int]] = []
    at, ends = 0, -1
    while opened := find_opening_backticks(text, at):
        at = opened.end()
        if ends < at:
            ends = len(text) if (found := text.find("\n", at)) < 0 else found
        runs = _BACKTICKS.finditer(text, at, ends)
        closed = next((backticks for backticks in runs if len(backticks[0]) == len(opened[0])), None)
        if closed:
            spans.append((opened.start(), at := closed.end()))
    return spans


def find_opening_backticks(text: str, at: int = 0) -> re.Match[str] | None:
    """Finds the next run of backticks that may open code: one without a backslash before it."""
    begin = at
    while run := _BACKTICKS.search(text, at):
        escapes = run.start()
        while escapes > begin and text[escapes - 1] == "\\":
            escapes -= 1
        if (run.start() - escapes) % 2 == 0:
            return run
        at = run.start() + 1
    return None


def _neutralize_prose(prose: str, *, opens_line: bool, pipe_in_code: bool) -> str:
    prose = _HTML_LINE_BREAK.sub(" ", prose)  # models write it in table cells, and Slack would show it
    prose = _IMAGE.sub(lambda match: match[1] or match[2] or "", prose)
    prose = _LINK.sub(lambda match: f"[{match[1]}]" if match[1].isdecimal() else match[1], prose)
    before, *lines = prose.split("\n")
    first = _neutralize_line(before, opens_line=opens_line, pipe_in_code=pipe_in_code)
    prose = "\n".join([first, *(_neutralize_line(line, opens_line=True, pipe_in_code=False) for line in lines)])
    prose = _FENCE_OF_TILDES.sub("~~", prose)
    # A space separates two code spans, and a span from a backslash that would escape it.
    prose = prose.replace("``", "` `").replace("\\`", "\\ `")
    # The remaining brackets are unclosed, or were opened on another line.
    prose = _FOOTNOTE.sub("[ ", prose.replace("](", "] ("))
    return CanonicalText.canonicalize(prose).replace_matches(_OPENS_LINK_OR_TAG, lambda _, written: f"{written} ")


def _neutralize_line(line: str, *, opens_line: bool, pipe_in_code: bool) -> str:
    line = neutralize_addresses(_break_definitions(line, opens_line=opens_line), pipe_in_code=pipe_in_code)
    return _OPENS_HTML_BLOCK.sub(r"\1< ", line, count=1) if opens_line else line


def _break_definitions(line: str, *, opens_line: bool) -> str:
    """Puts a space into each `]:`, since its label may begin on an earlier line; not in a sentence."""
    letter = _LETTER.search(line.replace("[x]", "[ ]")) if opens_line else None  # a box to tick is no sentence
    sentence = (letter.start() if letter else len(line)) if opens_line else 0

    def with_space(match: re.Match[str]) -> str:
        return match[0] if match[1] and match.start() >= sentence else f"{match[1] or ''}] :"

    return _END_OF_LABEL.sub(with_space, line)
