"""Reads texts whose marks are for programs: Org, AsciiDoc, LaTeX, subtitles, calendars, cards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ingestion.readers.elements import Element, ParsedDocument, choose_document_title, collapse_whitespace
from ingestion.readers.text.text_files import decode_text_file, elements_from_text

_ORG_HEADING = re.compile(r"(\*{1,6})\s+(?:TODO\s+|DONE\s+)?(\S.*)")
_ADOC_HEADING = re.compile(r"(={1,6})\s+(\S.*)")
_TEX_HEADING = re.compile(r"\\(part|chapter|section|subsection|subsubsection|paragraph|title)\*?\{(.*)")
_TEX_LEVELS = {"title": 1, "part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5}
_ORG_SETTING = re.compile(r"#\+(?!begin_|end_)\w+:|:\w+:", re.I)
_ADOC_SETTING = re.compile(r":[\w!-]+:(?:\s|$)|//(?!/)")
_ORG_FENCE = (re.compile(r"#\+begin_\w+.*", re.I), re.compile(r"#\+end_\w+.*", re.I))
_ADOC_FENCE = (re.compile(r"-{4,}\s*|\.{4,}\s*"), re.compile(r"-{4,}\s*|\.{4,}\s*"))
_TEX_FENCE = (
    re.compile(r"\\begin\{(?:verbatim|lstlisting|minted)\}.*"),
    re.compile(r"\\end\{(?:verbatim|lstlisting|minted)\}.*"),
)
_TEX_COMMENT = re.compile(r"(?<!\\)%.*")
_TEX_FRAME = re.compile(
    r"\\(?:begin|end|label|usepackage|documentclass|bibliographystyle|includegraphics)(?:\[[^\[\]]{0,200}\])?(?:\{[^{}]{0,200}\})?"
)
_TEX_COMMAND = re.compile(r"\\(?:item\b|[a-zA-Z]+\*?(?:\[[^\[\]]{0,200}\])?)")
_TEX_ESCAPE = re.compile(r"\\([%&#_${}])")
_CUE_TIME = re.compile(r"(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3}\s+-->.*")
_CUE_MARK = re.compile(r"<[^<>]{1,60}>|\{\\[^{}]{1,40}\}")
_CUES_A_PARAGRAPH = 12
_FOLD = re.compile(r"\n[ \t]")
_FIELD_NAME = re.compile(r"[A-Za-z0-9.-]{1,80}")
_ENTRIES = ("VEVENT", "VTODO", "VJOURNAL", "VCARD")
_NAMES = ("SUMMARY", "FN")
_DROPPED = frozenset(
    (
        *("BEGIN", "END", "VERSION", "PRODID", "UID", "DTSTAMP", "SEQUENCE", "CREATED", "LAST-MODIFIED", "TRANSP"),
        *("CLASS", "PRIORITY", "PHOTO", "LOGO", "KEY", "REV", "N", "CALSCALE", "METHOD", "TRIGGER", "ACTION", "RRULE"),
        *("EXDATE", "X-WR-TIMEZONE", "TZID", "GEO"),
    )
)
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{2}(Z?))?")


def read_org(path: Path) -> ParsedDocument:
    """An Org file."""
    lines = (line for line in _lines(path) if not _ORG_SETTING.match(line.strip()))
    return _document(path, _marked_elements(lines, _ORG_HEADING, _ORG_FENCE))


def read_asciidoc(path: Path) -> ParsedDocument:
    """An AsciiDoc file."""
    lines = (line for line in _lines(path) if not _ADOC_SETTING.match(line))
    return _document(path, _marked_elements(lines, _ADOC_HEADING, _ADOC_FENCE))


def read_latex(path: Path) -> ParsedDocument:
    """A LaTeX file, without its commands."""
    return _document(path, _marked_elements(map(_plain_tex, _lines(path)), _TEX_HEADING, _TEX_FENCE))


def read_subtitles(path: Path) -> ParsedDocument:
    """Subtitles (SRT, WebVTT): the words, without times and numbers."""
    said: list[str] = []
    lines = _lines(path)
    for at, line in enumerate(lines):
        is_number = line.strip().isdigit() and at + 1 < len(lines) and _CUE_TIME.match(lines[at + 1].strip())
        if is_number or _CUE_TIME.match(line.strip()) or line.startswith(("WEBVTT", "NOTE", "STYLE", "REGION")):
            continue
        if text := collapse_whitespace(_CUE_MARK.sub("", line)):
            said.append(text)
    elements = [Element(" ".join(said[at : at + _CUES_A_PARAGRAPH])) for at in range(0, len(said), _CUES_A_PARAGRAPH)]
    return _document(path, elements)


def read_code(path: Path) -> ParsedDocument:
    """A file whose line breaks and indents count: source code, settings, a log."""
    text = "\n".join(line.rstrip() for line in _lines(path)).strip("\n")
    return _document(path, [Element(text, "code")] if text else [])


def _lines(path: Path) -> list[str]:
    return decode_text_file(path).split("\n")


def _document(path: Path, elements: Iterable[Element]) -> ParsedDocument:
    found = list(elements)
    return ParsedDocument(choose_document_title(path, found), None, found)


def _marked_elements(
    lines: Iterable[str], heading: re.Pattern[str], fence: tuple[re.Pattern[str], re.Pattern[str]]
) -> Iterator[Element]:
    """Headings by their marks, fenced lines as code, everything between as plain text."""
    block: list[str] = []
    is_code = False
    for line in lines:
        stripped = line.strip()
        title = None if is_code else heading.match(line.rstrip())
        if title is None and not (fence[1] if is_code else fence[0]).fullmatch(stripped):
            block.append(line)
            continue
        yield from _block_elements(block, is_code=is_code)
        block = []
        if title is None:
            is_code = not is_code
        elif text := collapse_whitespace(title[2].rstrip("}")):
            yield Element(text, "heading", _TEX_LEVELS.get(title[1]) or len(title[1]))
    yield from _block_elements(block, is_code=is_code)


def _block_elements(lines: list[str], *, is_code: bool) -> list[Element]:
    text = "\n".join(lines).strip("\n")
    if not is_code:
        return elements_from_text(text)
    return [Element(text, "code")] if text.strip() else []


def _plain_tex(line: str) -> str:
    stripped = line.strip()
    if _TEX_HEADING.match(stripped) or any(fence.fullmatch(stripped) for fence in _TEX_FENCE):
        return stripped
    line = _TEX_COMMAND.sub(" ", _TEX_FRAME.sub("", _TEX_COMMENT.sub("", line.replace("\\\\", " "))))
    return " ".join(_TEX_ESCAPE.sub(r"\1", line).replace("{", "").replace("}", "").replace("~", " ").split())


def read_calendar(path: Path) -> ParsedDocument:
    """A calendar or a set of address cards."""
    elements: list[Element] = []
    fields: list[tuple[str, str]] = []
    is_inside = False
    for line in _FOLD.sub("", decode_text_file(path)).split("\n"):
        name, value = _split_field(line.strip())
        if name == "BEGIN" and value.upper() in _ENTRIES:
            is_inside, fields = True, []
        elif name == "END" and value.upper() in _ENTRIES:
            elements += _entry_elements(fields)
            is_inside = False
        elif is_inside and name not in _DROPPED and not name.startswith("X-") and value:
            fields.append((name, value))
    return ParsedDocument(choose_document_title(path, []), None, elements)


def _split_field(line: str) -> tuple[str, str]:
    """The name and the value of a field; its parameters, which may quote a colon, are left out."""
    name = _FIELD_NAME.match(line)
    if name is None:
        return "", ""
    is_quoted = False
    for at in range(name.end(), len(line)):
        if line[at] == '"':
            is_quoted = not is_quoted
        elif line[at] == ":" and not is_quoted:
            return name[0].rpartition(".")[2].upper(), _plain_value(line[at + 1 :])
    return "", ""


def _entry_elements(fields: list[tuple[str, str]]) -> list[Element]:
    name = next((value for field, value in fields if field in _NAMES), "")
    lines = [f"{field.capitalize()}: {value}" for field, value in fields if field not in _NAMES]
    heading = [Element(name, "heading", 1)] if name else []
    return [*heading, *([Element("\n".join(lines))] if lines else [])]


def _plain_value(value: str) -> str:
    value = value.replace("\\n", " ").replace("\\N", " ").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
    value = value.removeprefix("mailto:").removeprefix("MAILTO:").removeprefix("tel:")
    if date := _DATE.fullmatch(value):
        time = f" {date[4]}:{date[5]}{' UTC' if date[6] else ''}" if date[4] else ""
        return f"{date[1]}-{date[2]}-{date[3]}{time}"
    return collapse_whitespace(value.replace(";", " "))
