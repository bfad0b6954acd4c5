"""Reads calendars (ICS) and address cards (VCF): a heading for each entry, a line for each of its fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingestion.readers.elements import Element, ParsedDocument, choose_document_title, collapse_whitespace
from ingestion.readers.text.text_files import decode_text_file

if TYPE_CHECKING:
    from pathlib import Path

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
