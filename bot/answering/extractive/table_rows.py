"""Decides how the rows of a table read in prose: each a line of its own, its cells under their labels. Pure."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CELL_SEPARATOR = " | "


def split_prose_and_tables(text: str) -> Iterator[tuple[str, list[list[str]]]]:
    """The text in order: stretches of prose, with no rows, and tables, with their rows of cells, header first."""
    for is_row, lines in groupby(text.splitlines(), key=lambda line: _CELL_SEPARATOR in f" {line} "):
        stretch = list(lines)
        rows = [[cell.strip() for cell in f" {line} ".split(_CELL_SEPARATOR)] for line in stretch]
        is_table = is_row and len(rows) > 1 and all(len(row) <= len(rows[0]) for row in rows)
        yield "\n".join(stretch), rows if is_table else []


def format_table_row(header: Sequence[str], row: Sequence[str], colon: str) -> str:
    """A row with the header's labels; the first cell says what it is about and needs none, unless it is a number."""
    first = f"{header[0]} {row[0]}".strip() if row[0].isdecimal() else row[0]
    named = [f"**{first}**"] if first else []
    rest = zip(header[1:], row[1:], strict=False)
    named += [f"{label}{colon}{cell}" if label else cell for label, cell in rest if cell]
    return "• " + " — ".join(named)
