"""Makes links, images, addresses and mentions in an answer harmless.

The bot adds its own links to sources after the answer, so the model's text needs none. Inline code stays as it is. A
backtick that opens no code becomes an apostrophe, so that all renderers see the same code. Slack's list of domains is
unknown, so each dotted word that ends in letters counts as an address, `README.md` too. It becomes inline code, which
stays readable and is no link.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from knowledge.core.text import strip_invisible

if TYPE_CHECKING:
    from collections.abc import Iterator


_DOT = r"(?:[.\u2024\u3002\uff0e\uff61]|%2[eE])"  # characters that browsers read as a dot
_ACCENTS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"  # combining marks
# A percent-encoded dot ends a label: otherwise each dot would match in two ways, and the time would grow.
_LABEL = rf"[^\W_](?:[\w+{_ACCENTS}-]|%(?!2e[^\W_])){{0,80}}"
_ADDRESS_END = r"[^\s`<>)\[\].,;:!?*_'\"»”’]"  # the last character of an address
_ADDRESS_REST = rf"[^\s`<>)\[\]]*{_ADDRESS_END}"
_HOST = rf"(?:{_LABEL}{_DOT}){{1,30}}(?:[^\W\d_][{_ACCENTS}]*[^\W\d_]|xn--)(?:[\w.%+{_ACCENTS}-]*[^\W_])?[{_ACCENTS}]*"
_NUMBERS = r"(?<![^\W_])(?<!\.)\d{1,3}(?:\.\d{1,3}){3}(?!(?:[^\W\d]|\.)*+\d)"
_GROUP_MENTION = r"@(?:channel|here|everyone)(?![^\W_])"
_START = r"(?:(?<![^\W_])|(?<=%[\da-f]{2}))"  # no letter before it, or a percent-encoded one
_MAX_BRACKET_CHARACTERS = 1_000  # characters between "<" and ">"; the other patterns find an address in longer text
_ADDRESS_OR_MENTION = re.compile(
    rf"<((?:[@!#]|(?:https?|ftp|mailto|tel|slack):)[^>\n]{{0,{_MAX_BRACKET_CHARACTERS}}})>"
    rf"|([\w+.-]{{0,40}}://(?:(?:\[[\da-f]*:[\da-f:]*\])?{_ADDRESS_REST}|[^\s`<>)\[\]]+)"
    rf"|{_START}(?:[\w+.-]{{0,40}}mailto|tel|sms|slack|data|javascript|vbscript|file|blob|view-source|x-[\w-]{{1,80}}):"
    rf"{_ADDRESS_REST}"
    rf"|(?://)?(?:{_START}[^\W_][\w.%+-]{{0,80}}@)?{_START}(?:{_HOST}(?:\(\))?|{_NUMBERS})(?::\d+)?(?:[/?#]{_ADDRESS_REST})?"
    rf"|{_START}www{_DOT}(?:{_ADDRESS_REST}|_+)|{_GROUP_MENTION})",
    re.IGNORECASE,
)
# A sentence without a space before it, or a person's initial.
_MISSING_SPACE = re.compile(r"((?:[^\W_A-Z]+|[^\W\d_]|\d+)\.)([^\W\d_a-z][^\W\d_A-Z]+)")
_ABBREVIATED = frozenset({"p.ex"})


_NOT_WORDS = re.compile(r"[\W_]+")


def neutralize_addresses(prose: str, *, pipe_in_code: bool = False) -> str:
    """Converts each address and mention to inline code, or to plain words after a pipe in code."""
    return _ADDRESS_OR_MENTION.sub(_address_as_words if pipe_in_code else _address_as_code, prose)


def neutralize_inline_code(code: str, *, pipe_in_code: bool) -> str:
    """Changes inline code with an address only if a pipe could end the code in a table.

    `pipe_in_code` says that earlier code in the line has a pipe: in a table, the text after it may be no code.
    """
    inner = code.strip("`")
    if not (pipe_in_code or "|" in inner) or neutralize_addresses(inner) == inner:
        return code
    return f"`{_NOT_WORDS.sub(' ', inner).strip()}`" if pipe_in_code else code.replace("|", "¦")


def _address_as_words(match: re.Match[str]) -> str:
    return _NOT_WORDS.sub(" ", match[1] or match[2]).strip()


def _address_as_code(match: re.Match[str]) -> str:
    found = match[1] or match[2]
    if found.lower() in _ABBREVIATED:
        return found
    if parted := _MISSING_SPACE.fullmatch(found):
        return f"{parted[1]} {parted[2]}"
    return f"`{found.lstrip('@!#').replace('|', '¦')}`"


_BACKTICKS = re.compile(r"`+")
_OPENS_LINK = re.compile(r"<(?=[@!#]|//|[Ww]{3}|[A-Za-z][\w+.-]*:)")
_STRAY = re.compile(r"\\?`")
# A label has no "[" and an address no "](": otherwise many unclosed brackets would each be read to the end.
_IMAGE = re.compile(r"!\[([^\[\]]*+)\]\([^)\]]*+(?:\](?!\()[^)\]]*+)*\)|!\[([^\[\]]*+)\]\[[^\[\]]*+\]")
_LINK = re.compile(r"\[([^\[\]\n]++)\]\(\s*+[^)\]\n]*+(?:\](?!\()[^)\]\n]*+)*\)")
_DEFINITION = re.compile(r"^((?:[ \t>*+-]|\d{1,9}[.)])*\[[^\]\n]+\]):")
_FENCE_OF_TILDES = re.compile(r"~{3,}")
_HTML_LINE_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_OPENS_CODE = ("`", "~")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30});", re.IGNORECASE)
_MAX_NESTED_ENTITIES = 10  # levels of entities within entities; real text has at most two


def neutralize_quoted_line(line: str) -> str:
    """Makes a line of a document safe to show, and removes its invisible characters."""
    return neutralize_markdown(decode_entities(strip_invisible(line)))


def neutralize_markdown(text: str, *, opens_line: bool = True, pipe_in_code: bool = False) -> str:
    """Converts every link, image and mention to plain words or inline code, which Slack never follows.

    `opens_line` says that `text` starts a line: only there can `[label]:` define a link. `pipe_in_code` says that
    earlier code in the line has a pipe.
    """
    result = ""
    for n, (part, code) in enumerate(split_code_spans(text)):
        if code:
            safe_part = neutralize_inline_code(part, pipe_in_code=pipe_in_code)
        else:
            safe_part = _neutralize_prose(part, opens_line=opens_line and n == 0, pipe_in_code=pipe_in_code)
        pipe_in_code = has_pipe_in_code(part, code=code, before=pipe_in_code)
        between = " " if result.endswith("`") and safe_part.startswith("`") else ""
        result += between + safe_part
    return result


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
    character = unescape(entity[0])
    if character == entity[0]:
        return character
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
    if opens_line:
        prose = _DEFINITION.sub(r"\1 :", prose)
    before, *lines = prose.split("\n")
    prose = "\n".join([neutralize_addresses(before, pipe_in_code=pipe_in_code), *map(neutralize_addresses, lines)])
    prose = _FENCE_OF_TILDES.sub("~~", prose)
    # A space separates two code spans, and a span from a backslash that would escape it.
    prose = prose.replace("``", "` `").replace("\\`", "\\ `")
    # The remaining brackets are unclosed, or were opened on another line.
    return _OPENS_LINK.sub("< ", prose.replace("](", "] ("))
