"""Formats a row of a table as "column: value", for the columns that matter to a question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.quoting.matching import QuestionMatch
    from knowledge.retrieval.passage_pieces import Piece

LIST_MARK = "- "  # Slack takes a line after "• " for a list, too, and all that follows for a part of it
_FEW_COLUMNS = 3  # a narrow table is shown whole
_ADDRESS = re.compile(r"[^\s@]++@[^\s@.]++(?:\.[^\s@.]++)+|https?://\S+")


def choose_columns(piece: Piece, match: QuestionMatch) -> list[int]:
    """The columns that matter: the first, those that the question names, those whose cells it names.

    All columns matter if the question names none or asks two things, of which it may name one in other words, or if
    there are few; addresses only if they are asked for.
    """
    filled = [n for n, cell in enumerate(piece.cells) if cell]
    asked = [n for n in filled if is_label_asked(piece, n, match)]
    plain = [n for n in filled if n in asked or not _ADDRESS.fullmatch(piece.cells[n])]
    if len(piece.header) <= _FEW_COLUMNS or match.asks_twice or not any(asked):
        return plain
    named = [n for n in plain if match.weigh_text(piece.cells[n])]
    return sorted({*filled[:1], *asked, *named})


def is_label_asked(piece: Piece, column: int, match: QuestionMatch) -> bool:
    """Whether the question names the label of a column."""
    return column < len(piece.header) and bool(match.weigh_text(piece.header[column]))


def format_row(piece: Piece, columns: Sequence[int], colon: str) -> str:
    """Formats the cells of some columns with their labels; the first cell gets a label only if it is a number."""
    named = [(piece.header[n], piece.cells[n]) for n in columns[1:]]
    rest = [f"{label}{colon}{cell}" if label else cell for label, cell in named]
    return LIST_MARK + " — ".join([name_row(piece, columns), *rest])


def name_row(piece: Piece, columns: Sequence[int]) -> str:
    """The first cell that is shown, with its label if it is a number."""
    label, cell = piece.header[columns[0]], piece.cells[columns[0]]
    return f"{label} {cell}".strip() if cell.rstrip(".").isdecimal() else cell
