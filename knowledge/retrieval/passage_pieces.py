"""Splits the text of a passage into what can be quoted (sentences, list items, table rows, code), and scores it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Literal

from knowledge.core.documents import TITLE_SEPARATOR
from knowledge.core.passages import PieceScore

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from knowledge.core.passages import Excerpt, FoundPassage, Passage
    from knowledge.embeddings.embedding_model import EmbeddingModel

PieceKind = Literal["sentence", "item", "row", "code", "question", "heading", "furniture"]
_QUOTABLE_KINDS: frozenset[PieceKind] = frozenset({"sentence", "item", "row", "code"})

_CELL_SEPARATOR = " | "
_MAX_HEADING_CHARACTERS = 90
_MAX_FURNITURE_CHARACTERS = 200
_LONGEST_ABBREVIATION = 12
_SENTENCE_BREAK = re.compile(r"(?<=[.!?…])[)»”\"']*\s+(?=[A-ZÀ-Ý«“\"\d¿¡(])")
# A full stop after these ends no sentence: an initial, a title, a number of a list.
_NO_SENTENCE_END = re.compile(
    r"(?:^|[\s(«“])(?:[A-ZÀ-Ý]|\d{1,3}|Mr|Mrs|Ms|Dr|Mme|Mlle|art|p|pp|no|Nr|ca|vs|St|Sr|Sra)\.$"
)
_LIST_ITEM = re.compile(r"^\s*(?:[-*•–]|\d{1,3}[.)]|[a-z]\))\s")
# A sentence's end, a list item, or a label with its value. A heading such as "4.1 Rights" has none of these.
_SECTION_NUMBER = re.compile(r"^\d{1,2}(?:\.\d{1,2})+\.?\s")
_CONTENT_SIGN = re.compile(r"[.!?…:;][)»”\"']*$|\s?:\s")
_MAIL_LABEL = (
    r"(?:From|To|Cc|Bcc|Date|Sent|Subject|Reply-To|De|À|A|Objet|Envoyé|Von|An|Gesendet|Betreff|Para|Asunto|Da|"
    r"Oggetto)\s?:"
)
# Several labels on one line, or one with an address: "Date: Friday" alone may be the text itself.
_MAIL_HEADER = re.compile(rf"^\s*{_MAIL_LABEL}\s(?:[^@]*[^\s@]@[^\s@]|.*·\s{_MAIL_LABEL})", re.IGNORECASE)
_MAIL_CLOSING = re.compile(
    r"^(?:hello|hi|dear|bonjour|chère?s?|cher|hallo|liebe[rs]?|hola|buenos|ciao|best regards|kind regards|regards|"
    r"thanks|bien à vous|cordialement|merci|à bientôt|mit freundlichen|viele grüße|saludos|cordiali)\b"
    r"[^.:;!?]{0,40}[,!]?$",
    re.IGNORECASE,
)
_PAGE_FURNITURE = re.compile(
    r"^(?:[\W\d_]*|(?:page|seite|página|pagina|p\.)\s*\d+.{0,12}|©.*"
    r"|.*\b(?:all rights reserved|tous droits réservés)\b.*)$"
    r"|\bversion \d++(?:(?!\bversion )[^·\n])*+·|·[^·\n]*\bversion \d+(?:\.\d+)*\b",
    re.IGNORECASE,
)
MAX_PIECES = 24  # of a passage; a long table has more rows, which count by their words alone


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a passage's text from `start` to `end` (characters).

    `line` counts the lines of text, so that sentences of one paragraph have the same. A row has the labels of its table
    as `header` and its `cells`.
    """

    text: str
    kind: PieceKind
    start: int
    end: int
    line: int
    header: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()

    @property
    def is_quotable(self) -> bool:
        """Whether the piece says something."""
        return self.kind in _QUOTABLE_KINDS

    @property
    def labelled_text(self) -> str:
        """The text; of a row, its cells with their labels."""
        if not self.cells:
            return self.text
        labelled = zip_longest(self.header, self.cells, fillvalue="")
        return "; ".join(f"{label}: {cell}" if label else cell for label, cell in labelled if cell)


@dataclass(frozen=True, slots=True)
class IntroducedPiece:
    """A piece with the heading above it and the line that leads to it: a question, "The steps are:"; else empty."""

    piece: Piece
    heading: str
    lead: str
    follows_question: bool


def split_into_pieces(excerpt: Excerpt) -> list[Piece]:
    """Splits a passage into its pieces, in order."""
    if excerpt.kind == "code":
        return [Piece(text, "code", start, end, n) for n, (text, start, end) in enumerate(_lines(excerpt.text))]
    return list(_iterate_pieces(excerpt))


def introduce_pieces(excerpt: Excerpt) -> Iterator[IntroducedPiece]:
    """Splits a passage into its pieces, in order, and says what introduces each."""
    pieces = split_into_pieces(excerpt)
    heading = lead = ""
    for n, piece in enumerate(pieces):
        yield IntroducedPiece(piece, heading, lead, n > 0 and pieces[n - 1].kind == "question")
        after = pieces[n + 1] if n + 1 < len(pieces) else None
        if piece.kind == "heading":
            heading, lead = piece.text, ""
        elif piece.kind == "question" or piece.text.endswith(":"):
            lead = piece.text
        elif after and after.line != piece.line and after.kind not in ("item", "code"):
            lead = ""


def has_quotable_pieces(excerpt: Excerpt) -> bool:
    """Whether a passage has a sentence, a list item, a row or code, and so more than titles."""
    return any(piece.is_quotable for piece in split_into_pieces(excerpt))


def _iterate_pieces(excerpt: Excerpt) -> Iterator[Piece]:
    lines = list(_lines(excerpt.text))
    at = 0
    while at < len(lines):
        rows = _table_at(lines, at)
        if rows:
            header, *body = rows
            for n, row in enumerate(body, at + 1):
                text, start, end = lines[n]
                if any(row):
                    yield Piece(text, "row", start, end, n, tuple(header), tuple(row))
            at += len(rows)
        else:
            yield from _pieces_of_line(lines[at], at, excerpt.section)
            at += 1


def _table_at(lines: Sequence[tuple[str, int, int]], first: int) -> list[list[str]]:
    """The rows of the table that begins at a line, header first; none if there is no table."""
    rows: list[list[str]] = []
    for text, _, _ in lines[first:]:
        if _CELL_SEPARATOR not in f" {text} ":
            break
        rows.append([cell.strip() for cell in f" {text} ".split(_CELL_SEPARATOR)])
    return rows if len(rows) > 1 and all(len(row) <= len(rows[0]) for row in rows) else []


def _lines(text: str) -> Iterator[tuple[str, int, int]]:
    """The lines that are not empty, each without white space at its end, with its place."""
    at = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            shown = line.rstrip()
            yield shown, at, at + len(shown)
        at += len(line)


def _pieces_of_line(line: tuple[str, int, int], n: int, section: Sequence[str]) -> Iterator[Piece]:
    text, start, end = line
    if text.strip() in section:
        yield Piece(text, "heading", start, end, n)
    elif _is_furniture(text):
        yield Piece(text, "furniture", start, end, n)
    elif _LIST_ITEM.match(text):
        yield Piece(text.strip(), "item", start, end, n)
    else:
        for a, b in _sentence_spans(text):
            yield Piece(text[a:b], _kind_of_sentence(text[a:b]), start + a, start + b, n)


def _kind_of_sentence(text: str) -> PieceKind:
    if text.endswith("?"):
        return "question"
    if len(text) <= _MAX_HEADING_CHARACTERS and _SECTION_NUMBER.match(text) and not text.endswith((".", ":", ";", "!")):
        return "heading"
    is_content = len(text) > _MAX_HEADING_CHARACTERS or text[:1].islower() or _CONTENT_SIGN.search(text)
    return "sentence" if is_content else "heading"


def _is_furniture(text: str) -> bool:
    line = text.strip()
    if len(line) > _MAX_FURNITURE_CHARACTERS:
        return bool(_MAIL_HEADER.match(line))
    return any(pattern.search(line) for pattern in (_MAIL_HEADER, _PAGE_FURNITURE)) or bool(_MAIL_CLOSING.match(line))


def _sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    first = len(text) - len(text.lstrip())
    for found in _SENTENCE_BREAK.finditer(text):
        end = found.start() + len(found[0].rstrip())
        if not _NO_SENTENCE_END.search(text[max(first, end - _LONGEST_ABBREVIATION) : end]):
            yield first, end
            first = found.end()
    if first < len(text):
        yield first, len(text)


def score_pieces(question: str, found: Sequence[FoundPassage], model: EmbeddingModel) -> list[FoundPassage]:
    """Returns the passages, each with the likeness of its pieces to the question.

    Raises:
        ModelUnavailable: the embedding model does not answer.
    """
    pieces = [list(_list_piece_texts(one.passage)) for one in found]
    texts = list(dict.fromkeys(text for own in pieces for _, text in own))
    likenesses = dict(zip(texts, model.compare_pieces(question, texts), strict=True))
    return [
        replace(one, pieces=tuple(PieceScore(piece.start, piece.end, likenesses[text]) for piece, text in own))
        for one, own in zip(found, pieces, strict=True)
    ]


def _list_piece_texts(passage: Passage) -> Iterator[tuple[Piece, str]]:
    """The first pieces that can be quoted, each with its text below title, headings, and the line that leads to it."""
    quotable = (one for one in introduce_pieces(passage.excerpt) if one.piece.is_quotable)
    for one in islice(quotable, MAX_PIECES):
        header = TITLE_SEPARATOR.join(filter(None, (*passage.headings, one.heading)))
        text = " ".join(filter(None, (one.lead, one.piece.labelled_text)))
        yield one.piece, f"{header}\n{text}" if header else text
