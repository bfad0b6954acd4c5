"""Quotes the best passages if the model wrote nothing, and says why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from bot.answering.model import ModelMissing, ModelNotResponding
from bot.answering.output_filter.code_fences import enclose_in_fence
from bot.answering.output_filter.links import neutralize_markdown, neutralize_quoted_line
from bot.answering.prompt.context_window import format_passage_location
from knowledge.core.lexical import extract_content_stems
from knowledge.core.text import strip_invisible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

    from bot.answering.prompt.templates import PromptTexts
    from knowledge.core.failures import ModelUnavailable
    from knowledge.core.passages import FoundPassage


_CELL_SEPARATOR = " | "


def split_prose_and_tables(text: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Yields prose and tables in order: their text, and a table's rows of cells, header first (no rows for prose)."""
    for is_row, lines in groupby(text.splitlines(), key=lambda line: _CELL_SEPARATOR in f" {line} "):
        stretch = list(lines)
        rows = [[cell.strip() for cell in f" {line} ".split(_CELL_SEPARATOR)] for line in stretch]
        is_table = is_row and len(rows) > 1 and all(len(row) <= len(rows[0]) for row in rows)
        yield "\n".join(stretch), rows if is_table else []


def format_table_row(header: Sequence[str], row: Sequence[str], colon: str) -> str:
    """Formats a row with the header's labels; the first cell gets a label only if it is a number."""
    first = f"{header[0]} {row[0]}".strip() if row[0].isdecimal() else row[0]
    named = [f"**{first}**"] if first else []
    rest = zip(header[1:], row[1:], strict=False)
    named += [f"{label}{colon}{cell}" if label else cell for label, cell in rest if cell]
    return "• " + " — ".join(named)


_SENTENCE_BREAK = re.compile(r"(?<=\D[.!?…])\s+(?=[A-ZÀ-Ý«“\"\d])|\n+")
_MAX_HEADING_CHARACTERS = 90
# A sentence's end, a list item, or a label with its value. A heading such as "4.1 Rights" has none of these.
_CONTENT_SIGN = re.compile(r"[.!?…:;][)»”\"']*$|^(?:[-*•–]|\d+[.)])\s|\s?:\s")
_LIST_NUMBER = re.compile(r"^(\s*\d+[.)]) ")


@dataclass(frozen=True, slots=True)
class _QuotePiece:
    """A sentence, a line or a row as it is shown, and how well it matches the question."""

    shown: str
    weight: float
    is_content: bool


def choose_quote(
    question: str, text: str, limit: int = 400, colon: str | None = None, headings: Sequence[str] = ()
) -> str:
    """Returns the consecutive sentences or lines of `text` that match `question` best, at most `limit` characters.

    With a `colon`, each row of a table becomes a line of labels and values. `headings` are left out, since they are
    shown elsewhere.
    """
    all_pieces = _quote_pieces(extract_content_stems(question), text, colon)
    pieces = [piece for piece in all_pieces if piece.shown not in headings] or all_pieces
    if not pieces:
        return ""
    best = max(range(len(pieces)), key=lambda n: (pieces[n].weight, -n))
    first = last = best
    while True:
        grown = [(first - 1, last), (first, last + 1)]
        fitting = [(a, b) for a, b in grown if a >= 0 and b < len(pieces) and _total_length(pieces[a : b + 1]) <= limit]
        if not fitting:
            break
        first, last = max(fitting, key=lambda span: _total_weight(pieces[span[0] : span[1] + 1]) + (span[1] > last) / 2)
    if last < len(pieces) - 1:
        while last > best and _introduces_next(pieces[last]):
            last -= 1
    chosen = "\n".join(piece.shown for piece in pieces[first : last + 1])
    return chosen if len(chosen) <= limit else chosen[: limit - 2].rsplit(" ", 1)[0] + " …"


def has_quotable_content(text: str) -> bool:
    """Whether a passage has a sentence, a list or a table, and so more than titles."""
    return any(piece.is_content for piece in _quote_pieces(frozenset(), text, ": "))


def keep_list_number(line: str) -> str:
    """Keeps the number of a quoted list item, which Markdown would otherwise count from 1 again."""
    return _LIST_NUMBER.sub("\\1\N{NO-BREAK SPACE}", line)


def _quote_pieces(asked: Set[str], text: str, colon: str | None) -> list[_QuotePiece]:
    if colon is None:
        return [_piece_from_sentence(asked, piece) for piece in _split_sentences(text)]
    pieces: list[_QuotePiece] = []
    for stretch, rows in split_prose_and_tables(text):
        if rows:
            pieces += (_piece_from_row(asked, rows[0], row, colon) for row in rows[1:])
        else:
            pieces += (_piece_from_sentence(asked, piece) for piece in _split_sentences(stretch))
    return pieces


def _split_sentences(text: str) -> list[str]:
    return [piece.strip() for piece in _SENTENCE_BREAK.split(text) if piece.strip()]


def _piece_from_sentence(asked: Set[str], piece: str) -> _QuotePiece:
    is_content = len(piece) > _MAX_HEADING_CHARACTERS or _CONTENT_SIGN.search(piece) is not None
    return _QuotePiece(piece, len(asked & extract_content_stems(piece)) - (0 if is_content else 0.5), is_content)


def _piece_from_row(asked: Set[str], header: list[str], row: list[str], colon: str) -> _QuotePiece:
    """Converts a table's row; its own cells count more than the labels that all rows share."""
    shown = format_table_row(header, row, colon)
    own = len(asked & extract_content_stems(" ".join(row)))
    return _QuotePiece(shown, own + len(asked & extract_content_stems(shown)), is_content=True)


def _introduces_next(piece: _QuotePiece) -> bool:
    """Whether a piece belongs to the next one: a heading, a question or a line that ends with a colon."""
    return not piece.is_content or piece.shown.endswith(("?", ":"))


def _total_weight(pieces: Sequence[_QuotePiece]) -> float:
    return sum(piece.weight for piece in pieces)


def _total_length(pieces: Sequence[_QuotePiece]) -> int:
    return sum(len(piece.shown) for piece in pieces) + len(pieces) - 1


_MAX_BEST_QUOTE = 450  # characters quoted from the best passage
_MAX_OTHER_QUOTE = 240  # characters quoted from each of the others
MAX_QUOTED_PASSAGES = 3


def choose_quoted_passages(found: Sequence[FoundPassage]) -> list[FoundPassage]:
    """Chooses the best passages that have quotable content."""
    quotable = [one for one in found if has_quotable_content(one.passage.excerpt.text)]
    return list(quotable or found)[:MAX_QUOTED_PASSAGES]


def format_quoted_passages(shown: Sequence[FoundPassage], question: str, prompt_texts: PromptTexts) -> str:
    """Formats passages as numbered quotes in Markdown."""
    return "\n\n".join(_format_quoted_passage(n, one, question, prompt_texts) for n, one in enumerate(shown, 1))


def explain_missing_answer(error: ModelUnavailable | None, model: str, prompt_texts: PromptTexts) -> str:
    """Says why passages are quoted: the model is missing or silent, or Ollama does not answer."""
    match error:
        case ModelMissing():
            sentence = prompt_texts.answer.model_missing
        case ModelNotResponding() | None:
            sentence = prompt_texts.answer.model_quiet
        case _:
            sentence = prompt_texts.answer.model_away
    return sentence.format(model=model)


def _format_quoted_passage(n: int, found: FoundPassage, question: str, prompt_texts: PromptTexts) -> str:
    passage, excerpt = found.passage, found.passage.excerpt
    is_code = excerpt.kind == "code"
    colon = None if is_code else prompt_texts.answer.colon
    limit = _MAX_BEST_QUOTE if n == 1 else _MAX_OTHER_QUOTE
    lines = choose_quote(question, excerpt.text, limit, colon, (passage.title, *excerpt.section)).splitlines()
    safe_lines = (
        enclose_in_fence([strip_invisible(line) for line in lines])
        if is_code
        else map(keep_list_number, map(neutralize_quoted_line, lines))
    )
    quote = "\n".join(f"> {line}" for line in safe_lines)
    location = strip_invisible(format_passage_location(passage, prompt_texts))
    return f"**{neutralize_markdown(location, opens_line=False)}** [{n}]\n{quote}"
