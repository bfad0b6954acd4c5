"""Say what a manuscript is made of. Knows neither how it is written nor how it is drawn."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 opens a chapter, a slide or a sheet."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Prose:
    """One paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph set apart from the others."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list, numbered or not."""

    items: tuple[str, ...]
    numbered: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its header row."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Lines to be shown as they are."""

    lines: tuple[str, ...]


Block = Heading | Prose | Note | Points | Grid | Code


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole manuscript: its title page and its blocks, in order."""

    title: str
    subtitle: str
    reference: str
    author: str
    language: str
    written_on: date
    contents: str
    """The heading of the table of contents; empty for none."""
    blocks: tuple[Block, ...]
