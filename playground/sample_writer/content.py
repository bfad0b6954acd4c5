"""The content of a sample document: headings, paragraphs, lists, tables, code."""

from dataclasses import dataclass
from datetime import date


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
