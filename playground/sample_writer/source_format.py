"""What a sample document holds, and how its source is read: `key: value` lines, then a small part of Markdown."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 opens a chapter, a slide or a sheet."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Callout:
    """A paragraph set apart from the others."""

    text: str


@dataclass(frozen=True, slots=True)
class BulletList:
    """A list, numbered or not."""

    items: tuple[str, ...]
    numbered: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its header row."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines to be shown as they are."""

    lines: tuple[str, ...]


Block = Heading | Paragraph | Callout | BulletList | Table | CodeBlock


@dataclass(frozen=True, slots=True)
class SampleDocument:
    """A whole document: its title page and its blocks in order."""

    title: str
    subtitle: str
    reference: str
    author: str
    language: str
    written_on: date
    contents: str
    """The heading of the table of contents; empty for none."""
    blocks: tuple[Block, ...]


_FENCE = "```"
NO_BREAK = "\u00a0"

_BEFORE = re.compile(r" (?=[:;!?»%€]|M€)")
_AFTER = re.compile(r"(?<=«) ")
_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}\b)")
_UNITS = re.compile(r"(?<=\d) (?=(?:h|kg|g|mm|mm²|m|V|W|A|K|lm|N·m|dB|Hz|°C)(?![\w·]))")
_MINUTES = re.compile(f"(?<=\\d{NO_BREAK}h) (?=\\d{{2}}\\b)")


def parse_source(text: str) -> SampleDocument:
    """Parse the text of a source into a document."""
    head, _, body = text.partition("\n\n")
    fields = dict(_parse_field(line) for line in head.splitlines())
    language = fields["language"]
    return SampleDocument(
        title=apply_typography(fields["title"], language),
        subtitle=apply_typography(fields["subtitle"], language),
        reference=fields["reference"],
        author=apply_typography(fields["author"], language),
        language=language,
        written_on=date.fromisoformat(fields["date"]),
        contents=fields.get("contents", ""),
        blocks=tuple(_parse_block(lines, language) for lines in _split_blocks(body)),
    )


def _parse_field(line: str) -> tuple[str, str]:
    key, _, value = line.partition(": ")
    return key, value


def _split_blocks(body: str) -> list[list[str]]:
    """Lines between blank lines; a fenced block may hold blank lines."""
    groups: list[list[str]] = []
    for at, part in enumerate(body.split(_FENCE)):
        lines = part.strip("\n").splitlines()
        if at % 2:
            groups.append([_FENCE, *lines])
        else:
            groups.extend(list(kept) for blank, kept in groupby(lines, lambda line: not line) if not blank)
    return groups


def _parse_block(lines: list[str], language: str) -> Block:
    first = lines[0]
    if first == _FENCE:
        return CodeBlock(tuple(lines[1:]))
    lines = [apply_typography(line, language) for line in lines]
    if first.startswith("#"):
        marks, _, text = lines[0].partition(" ")
        return Heading(text, len(marks))
    if first.startswith("| "):
        return _parse_table(lines)
    if first.startswith("> "):
        return Callout(" ".join(line.removeprefix("> ") for line in lines))
    if first.startswith("- "):
        return BulletList(tuple(line.removeprefix("- ") for line in lines), numbered=False)
    if first.startswith("1. "):
        return BulletList(tuple(line.partition(". ")[2] for line in lines), numbered=True)
    return Paragraph(" ".join(lines))


def _parse_table(lines: list[str]) -> Table:
    header, *rows = (tuple(cell.strip(" ") for cell in line.strip("|").split("|")) for line in lines)
    return Table(header, tuple(rows))


def apply_typography(text: str, language: str) -> str:
    """Replace straight apostrophes and, in French, put no-break spaces where they belong."""
    text = text.replace("'", "’")
    text = _THOUSANDS.sub(NO_BREAK, text)
    text = _UNITS.sub(NO_BREAK, text)
    text = text.replace(" €", f"{NO_BREAK}€")
    if language != "fr":
        return _english_quotes(text)
    for pattern in (_BEFORE, _AFTER, _MINUTES):
        text = pattern.sub(NO_BREAK, text)
    return text


def _english_quotes(text: str) -> str:
    return re.sub(r'"([^"]*)"', "“\\1”", text)
