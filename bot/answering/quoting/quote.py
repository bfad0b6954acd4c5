"""Chooses the one quote that answers: the best sentences, list items, rows or lines of code of one passage."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.quoting.matching import QuestionMatch, emphasised_words
from bot.answering.quoting.rows import choose_columns, format_row, is_label_asked, name_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.answering.quoting.matching import WeighedPiece
    from knowledge.core.passages import FoundPassage
    from knowledge.retrieval.passage_pieces import Piece

MAX_QUOTE_CHARACTERS = 500
_CANDIDATES = 5  # the first passages that may be quoted
# What a passage's place adds to the weight of its pieces: more by words alone, where a piece tells less of itself.
_RANK_WEIGHTS_BY_WORDS = (0.20, 0.12, 0.08, 0.04, 0.0)
_RANK_WEIGHTS_WITH_MEANING = (0.20, 0.15, 0.10, 0.05, 0.0)
_ALSO_QUOTED = 0.72  # of the best piece's weight, for another piece beside it
_ENOUGH_CHARACTERS = 120  # a shorter quote takes more of its paragraph along: of 120 and 220, as many were right
_ALSO_ROWS = 0.9  # of the best row's own words, for another row of its table
_CLOSE = 0.75  # of the best piece's weight: another piece that may be the answer, anywhere in its passage
_MAX_CLOSE = 2
_REFERS_BACK = re.compile(
    r"^(?:it|they|this|these|that|he|she|its|their|il|ils|elle|elles|cela|ceci|ce|cette|ces|celui|celle|er|sie|es|dies\w*|"
    r"das|este|esta|estos|eso|questo|questa|questi|essa|esso)\b",
    re.IGNORECASE,
)
# How a reader begins a comment and the notes of a speaker: the words are theirs, not the document's own.
_VOICE = re.compile(r"(?:Comment(?: by [^:\n]{1,80}+)?+(?: \([A-Z]{1,3}\d{1,7}\))?+|Notes): ")

# B-110, E07, PSR-104: the letters name a series, the number one thing in it.
_CODE = re.compile(r"(?<!\w)([^\W\d_]{1,6})[-‑]?(\d{1,6})(?!\w)")


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line of a quote as the document says it, not yet made safe; `strong` are its deciding words."""

    text: str
    strong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """What is quoted of a passage. `spans` are the places of the quoted pieces in the passage's text.

    Where nothing but rows of one table is quoted, `table` has its labels and then their cells; else it is empty.
    """

    found: FoundPassage
    lines: tuple[QuoteLine, ...]
    spans: tuple[tuple[int, int], ...]
    weight: float
    table: tuple[tuple[str, ...], ...] = ()

    @property
    def is_code(self) -> bool:
        """Whether lines of code are quoted."""
        return self.found.passage.excerpt.kind == "code"


def choose_best_quote(
    question: str, found: Sequence[FoundPassage], colon: str, stressed: str = "", steps: int = 0
) -> Quote | None:
    """Chooses the quote that answers best, from one of the first passages; None if nothing can be quoted.

    With `steps`, the row that comes so many rows after the one that answers; None if no row does, or its table ends.
    `stressed` are the words of the question that matter most. Passages with text that their document may hide are
    quoted only if no other can be. A passage about B-010 is not quoted for a question about B-110.
    """
    match = QuestionMatch.match_from_question(question, found, stressed)
    quotes = [
        quote
        for one in found[:_CANDIDATES]
        if not _is_about_another_code(question, one.passage.indexed_text)
        if (quote := choose_quote(match, one, colon))
    ]
    quotes = [quote for quote in quotes if not quote.found.passage.excerpt.doubtful] or quotes
    ranked = zip(quotes, _RANK_WEIGHTS_WITH_MEANING if match.has_meaning else _RANK_WEIGHTS_BY_WORDS, strict=False)
    best = max(ranked, key=lambda pair: pair[0].weight + pair[1])[0] if quotes else None
    return choose_quote(match, best.found, colon, steps=steps) if best and steps else best


def _is_about_another_code(question: str, text: str) -> bool:
    """Whether a text names codes of a series that the question asks for, and none that it asks for."""
    asked, said = _list_codes(question), _list_codes(text)
    return asked.isdisjoint(said) and not {series for series, _ in asked}.isdisjoint(series for series, _ in said)


def _list_codes(text: str) -> set[tuple[str, str]]:
    return {(code[1].casefold(), code[2].lstrip("0")) for code in _CODE.finditer(text)}


def choose_other_quotes(question: str, found: Sequence[FoundPassage], colon: str) -> list[Quote]:
    """Chooses a quote of each passage, in their order."""
    match = QuestionMatch.match_from_question(question, found)
    return [quote for one in found if (quote := choose_quote(match, one, colon))]


def find_spans(statement: str, found: FoundPassage) -> tuple[tuple[int, int], ...]:
    """Finds the places in a passage that say what a statement says."""
    match = QuestionMatch.match_from_question(statement, [found])
    quote = choose_quote(match, found, "")
    return quote.spans if quote and quote.weight else ()


def choose_quote(
    match: QuestionMatch, found: FoundPassage, colon: str, limit: int = MAX_QUOTE_CHARACTERS, steps: int = 0
) -> Quote | None:
    """Chooses the best pieces of a passage, at most `limit` characters; None if it has only titles.

    With `steps`, the row that comes so many rows after the best piece; None if that is no row, or its table ends.
    """
    pieces = match.weigh_passage(found)
    candidates = [n for n, one in enumerate(pieces) if one.is_quotable]
    if not candidates:
        return None
    best = max(candidates, key=lambda n: (round(pieces[n].whole, 6), pieces[n].own, -n))
    chosen = _Choice(match, pieces, best, colon, limit)
    numbers = chosen.find_row_after(steps) if steps else sorted(chosen.add_close_pieces(chosen.choose_numbers()))
    if not numbers:
        return None
    lines = tuple(chosen.format_line(n, numbers) for n in numbers)
    spans = tuple((pieces[n].piece.start, pieces[n].piece.end) for n in numbers)
    return Quote(found, lines, spans, pieces[best].whole, chosen.build_table(numbers))


@dataclass(frozen=True, slots=True)
class _Choice:
    """Grows a quote around the best piece of a passage."""

    match: QuestionMatch
    pieces: Sequence[WeighedPiece]
    best: int
    colon: str
    limit: int

    def choose_numbers(self) -> set[int]:
        """The numbers of the quoted pieces."""
        match self._piece(self.best).kind:
            case "row":
                return self._choose_rows()
            case "code":
                return self._grow_code()
            case _:
                return self._choose_sentences()

    def find_row_after(self, steps: int) -> list[int]:
        """The number of the row that comes so many rows after the best one in its table; none where it ends before."""
        table = self._list_table_rows() if self._piece(self.best).kind == "row" else [self.best]
        at = table.index(self.best) + steps
        return [table[at]] if 0 <= at < len(table) else []

    def add_close_pieces(self, chosen: set[int]) -> set[int]:
        """The numbers with those of other pieces that answer nearly as well as the best, the best of them first.

        So do pieces about the other one of two subjects that the question joins by "and". In a list of questions, a
        piece comes with the question that it answers.
        """
        least = _CLOSE * self.pieces[self.best].whole
        close = [
            n
            for n, one in enumerate(self.pieces)
            if n not in chosen and one.is_quotable and one.piece.kind != "code"
            if self._is_about_other_subject(n)
            or (one.whole >= least > 0 and not self._lacks_figure(n) and not self._says_less(n))
        ]
        if self._piece(self.best).kind != "code":
            for n in sorted(close, key=lambda n: -self.pieces[n].whole)[:_MAX_CLOSE]:
                question = self._question_above(n)
                wanted = {n} if question is None else {question, n}
                if not self._fits(chosen | wanted):
                    break
                chosen |= wanted
        return chosen

    def format_line(self, n: int, numbers: Sequence[int]) -> QuoteLine:
        """Formats one of the chosen pieces as a line; only pieces about as good as the best get deciding words."""
        piece = self._piece(n)
        is_begun = any(m < n and self._piece(m).line == piece.line for m in numbers)
        text = piece.text if is_begun and piece.kind == "sentence" else self._shown(n)
        if len(text) > self.limit:
            text = text[: self.limit - 2].rsplit(" ", 1)[0] + " …"
        if piece.kind == "code":
            return QuoteLine(text)
        if piece.kind == "row":
            columns = self._columns(n)
            asked = [piece.cells[c] for c in columns[1:] if is_label_asked(piece, c, self.match)]
            return QuoteLine(text, (name_row(piece, columns), *asked))
        decides = n == self.best or self.pieces[n].own >= self.pieces[self.best].own > 0
        return QuoteLine(text, emphasised_words(text, self.match) if decides else ())

    def build_table(self, numbers: Sequence[int]) -> tuple[tuple[str, ...], ...]:
        """The labels and the cells of rows of one table, in the columns that matter to one of them; else nothing."""
        rows = [self._piece(n) for n in numbers]
        header = rows[0].header
        columns = sorted({column for n in numbers if self._piece(n).kind == "row" for column in self._columns(n)})
        is_table = len(rows) > 1 and all(row.kind == "row" and row.header == header for row in rows)
        if not is_table or len(columns) < 2 or not all(column < len(header) and header[column] for column in columns):
            return ()
        cells = [tuple(row.cells[n] if n < len(row.cells) else "" for n in columns) for row in rows]
        return (tuple(header[n] for n in columns), *cells)

    def _is_about_other_subject(self, n: int) -> bool:
        """Whether a piece has the other one of two joined words, of which the best piece has only one."""
        if not self.match.joined:
            return False
        best, other = (self.match.weigh_text(self._piece(one).text) for one in (self.best, n))
        pairs = [pair for pair in self.match.joined if (pair[0] in best) != (pair[1] in best)]
        return any(word in other and word not in best for pair in pairs for word in pair)

    def _lacks_figure(self, n: int) -> bool:
        """Whether a row lacks a figure of the question that the best row has: it is about another day or number."""
        if not self._piece(n).kind == self._piece(self.best).kind == "row":
            return False
        asked, said = (self.match.weigh_text(self._piece(one).text) for one in (self.best, n))
        return any(word.isdigit() and word not in said for word in asked)

    def _says_less(self, n: int) -> bool:
        """Whether a row has fewer of the question's words than the best row of its table: it is about another case."""
        best, other = self.pieces[self.best], self.pieces[n]
        if best.piece.kind != "row" or other.piece.header != best.piece.header:
            return False
        is_known = best.own > 0  # across languages, a row often has none of the question's words
        return other.own < _ALSO_ROWS * best.own if is_known else other.whole < _ALSO_ROWS * best.whole

    def _piece(self, n: int) -> Piece:
        return self.pieces[n].piece

    def _shown(self, n: int) -> str:
        piece = self._piece(n)
        if piece.kind == "row":
            return format_row(piece, self._columns(n), self.colon)
        begin = next(m for m, one in enumerate(self.pieces) if one.piece.line == piece.line)
        voice = _VOICE.match(self._piece(begin).text) if begin < n else None
        return f"{voice[0]}… {piece.text}" if voice else piece.text

    def _columns(self, n: int) -> list[int]:
        return choose_columns(self._piece(n), self.match)

    def _fits(self, numbers: set[int]) -> bool:
        return sum(len(self._shown(n)) + 1 for n in numbers) <= self.limit

    def _take(self, chosen: set[int], numbers: Iterable[int]) -> None:
        """Adds pieces in order while they fit."""
        for n in numbers:
            if not self._fits({*chosen, n}):
                return
            chosen.add(n)

    def _choose_rows(self) -> set[int]:
        best, table = self.pieces[self.best], self._list_table_rows()
        if "steps" in self.match.kinds and self._has_numbered_rows(table):
            rows = table[: table.index(self.best) + 1] if not self._fits(set(table)) and best.own else table
            chosen: set[int] = set()
            self._take(chosen, rows)
            return chosen or {self.best}
        chosen = {self.best}
        self._take(chosen, [n for n in table if n != self.best and not self._says_less(n)])
        self._take(chosen, self._also_said(best.own)[:1])
        return chosen

    def _list_table_rows(self) -> list[int]:
        header = self._piece(self.best).header
        return [n for n, one in enumerate(self.pieces) if one.piece.header == header]

    def _has_numbered_rows(self, table: Sequence[int]) -> bool:
        return all(self._piece(n).cells[0].rstrip(".").isdecimal() for n in table)

    def _also_said(self, least: float) -> list[int]:
        """The sentences outside the table that say as much by their own words."""
        return [
            n
            for n, one in enumerate(self.pieces)
            if one.piece.kind in ("sentence", "item") and one.own >= max(_ALSO_QUOTED * least, 0.2)
        ]

    def _grow_code(self) -> set[int]:
        chosen, step = {self.best}, 1
        while any(0 <= n < len(self.pieces) for n in (self.best - step, self.best + step)):
            around = [n for n in (self.best - step, self.best + step) if 0 <= n < len(self.pieces)]
            if not self._fits({*chosen, *around}):
                break
            chosen |= set(around)
            step += 1
        return chosen

    def _choose_sentences(self) -> set[int]:
        chosen = {self.best}
        question = self._question_above(self.best)
        if question is not None:
            self._take(chosen, range(question, self.best))
            self._take(chosen, range(self.best + 1, self._end_of_answer(self.best)))
            return chosen
        self._take(chosen, self._lead_before(self.best))
        if self._piece(self.best).text.endswith(":"):
            self._take(chosen, self._list_after(self.best))
        elif self._piece(self.best).kind == "item":
            self._take_items(chosen)
        else:
            self._take_paragraph(chosen)
        return chosen

    def _question_above(self, n: int) -> int | None:
        """The question that a piece answers, as in a list of questions; None if there is none."""
        above = next((m for m in range(n - 1, -1, -1) if self._piece(m).kind in ("question", "heading")), None)
        return above if above is not None and self._piece(above).kind == "question" else None

    def _end_of_answer(self, n: int) -> int:
        """The number after the last piece that answers the same question."""
        after = (m for m in range(n + 1, len(self.pieces)) if self._piece(m).kind in ("question", "heading"))
        return next(after, len(self.pieces))

    def _lead_before(self, n: int) -> list[int]:
        """What must stand before a piece: the line that introduces its list, the sentence that "it" refers to."""
        if n == 0:
            return []
        piece, above = self._piece(n), self._piece(n - 1)
        if piece.kind == "item":
            lead = self._list_around(n)[0] - 1
            return [lead] if lead >= 0 and self._piece(lead).text.endswith(":") else []
        if above.kind == "sentence" and above.text.endswith(":"):
            return [n - 1]
        if above.kind == "sentence" and above.line == piece.line and _REFERS_BACK.match(piece.text):
            return [n - 1, *self._lead_before(n - 1)]
        return []

    def _list_around(self, n: int) -> range:
        first = last = n
        while first > 0 and self._piece(first - 1).kind == "item":
            first -= 1
        while last < len(self.pieces) - 1 and self._piece(last + 1).kind == "item":
            last += 1
        return range(first, last + 1)

    def _list_after(self, n: int) -> range:
        """The items or rows below a line that ends with a colon, else what follows it."""
        first = last = n + 1
        if first < len(self.pieces):
            kind = self._piece(first).kind
            last = first + 1
            while kind in ("item", "row") and last < len(self.pieces) and self._piece(last).kind == kind:
                last += 1
        return range(first, min(last, len(self.pieces)))

    def _take_items(self, chosen: set[int]) -> None:
        items, best = self._list_around(self.best), self.pieces[self.best]
        is_procedure = "steps" in self.match.kinds and best.piece.text[:1].isdigit()
        if is_procedure and self._fits({*chosen, *items}):
            chosen |= set(items)
            return
        self._take(chosen, [n for n in items if n != self.best and self.pieces[n].own >= _ALSO_QUOTED * best.own > 0])

    def _take_paragraph(self, chosen: set[int]) -> None:
        """Adds the sentences of the paragraph that say as much, then its others until the quote is long enough."""
        line, best = self._piece(self.best).line, self.pieces[self.best]
        paragraph = [n for n, one in enumerate(self.pieces) if one.piece.line == line]
        self._take(chosen, [n for n in paragraph if self.pieces[n].own >= max(_ALSO_QUOTED * best.own, 0.15)])
        for n in sorted(paragraph, key=lambda n: (abs(n - self.best), -n)):
            if sum(len(self._shown(m)) for m in chosen) >= _ENOUGH_CHARACTERS:
                return
            if self._fits({*chosen, n}):
                chosen.add(n)
