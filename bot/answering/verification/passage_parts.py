"""Splits a cited passage into sentences and rows, and finds those that a statement is about."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.verification.amounts_and_names import NEGATIONS, Fact, extract_facts, extract_names
from knowledge.core.lexical import extract_content_stems
from knowledge.core.text import fold_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bot.answering.verification.amounts_and_names import Name
    from knowledge.core.documents import Language

_SENTENCE_BREAK = re.compile(r"(?<=[.!?…;:])[)»”\"']*\s+")
_WORD = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+")
_DENIAL = re.compile(r"[^\W\d_]+(?!\.?\s*\d)")  # "no 12" is a number
_CLAUSE_BREAK = re.compile(r"[,;:()–—|](?=\s)")
_CELL_SEPARATOR = " | "
_MAX_HEADING_CHARACTERS = 90
_PREFIX = "~"  # before the beginning of a long word, which may also be that of a word in another language
_PREFIX_LETTERS = 5
_PREFIX_WEIGHT = 0.5  # of a word that matches only by its beginning: indemnité, indemnity
_AROUND_WEIGHT = 0.5  # of a word in the labels of a row, or in the heading or the question above
_FACT_WEIGHT = 1.0
_NEAR = 0.8  # of the best part's score: such parts too are what a statement is about
_MAX_COMPARED = 50  # facts of one statement, and names
_NOUNS_HAVE_CAPITALS = "de"
_LEAST_SHARE = 0.25  # of the weight of all words: with less, no part is what a statement is about


@dataclass(frozen=True, slots=True)
class Clause:
    """What stands between two commas; whether it denies or forbids something."""

    stems: frozenset[str]
    is_negated: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence or a row of a passage; the sentences of a paragraph have the same `line`."""

    line: int
    is_row: bool
    stems: frozenset[str]
    words: frozenset[str]
    facts: tuple[Fact, ...]
    names: tuple[Name, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class StatementParts:
    """What a statement says: the weight of each of its words, its facts and its names."""

    weights: Mapping[str, float]
    facts: tuple[Fact, ...]
    names: tuple[Name, ...]
    clauses: tuple[Clause, ...]

    nouns_have_capitals: bool

    def weigh(self, stems: frozenset[str]) -> float:
        """The weight of some of its words."""
        return sum(self.weights.get(stem, 0.0) for stem in stems)

    @property
    def total_weight(self) -> float:
        """The weight of its whole words."""
        return sum(weight for term, weight in self.weights.items() if not term.startswith(_PREFIX))


class PassageParts:
    """The parts of a passage, with an index by which a statement finds those that it is about."""

    def __init__(self, text: str, language: Language | None) -> None:
        self.parts: list[Part] = []
        self.words = frozenset(map(fold_word, _WORD.findall(text)))
        facts = extract_facts(text, generous=True)
        self._facts = _index_facts((0, fact) for fact in (*facts, *_numbers_within(facts)))
        self._weights: defaultdict[str, dict[int, float]] = defaultdict(dict)  # by word: its weight in each part
        for n, (part, own, around) in enumerate(_split_into_parts(text, language)):
            self.parts.append(part)
            self._weights_of(around, n, _AROUND_WEIGHT)
            self._weights_of(own, n, 1.0)
        self._facts_of_parts = _index_facts((n, fact) for n, part in enumerate(self.parts) for fact in part.facts)

    def _weights_of(self, text: str, n: int, weight: float) -> None:
        for term in _terms_of(text):
            self._weights[term][n] = weight

    def states_fact(self, fact: Fact) -> bool:
        """Whether the passage has a fact, in whatever part."""
        return any(fact.agrees_with(other) for reading in fact.readings for _, other in self._facts.get(reading, ()))

    def read_statement(self, text: str, language: str | None) -> StatementParts:
        """Reads a statement in a language; a word counts more where few parts have it."""
        weights = {term: self._rarity(term) for term in _terms_of(text)}
        found = {f"{_PREFIX}{term[:_PREFIX_LETTERS]}" for term in weights if term in self._weights}
        weights = {term: weight for term, weight in weights.items() if term not in found}
        with_nouns = language == _NOUNS_HAVE_CAPITALS
        names = extract_names(text, only_groups=with_nouns)
        clauses = _split_into_clauses(text, language)
        return StatementParts(
            weights,
            tuple(extract_facts(text, language)[:_MAX_COMPARED]),
            tuple(names[:_MAX_COMPARED]),
            clauses,
            with_nouns,
        )

    def _rarity(self, term: str) -> float:
        rarity = math.log(1 + (len(self.parts) + 1) / (len(self._weights.get(term, ())) + 0.5))
        return rarity * _PREFIX_WEIGHT if term.startswith(_PREFIX) else rarity

    def find_parts(self, statement: StatementParts, without: Fact | Name | None = None) -> list[Part]:
        """Returns the parts that a statement is about, the best first, judged by all that it says but `without`."""
        left_out = _terms_of(" ".join(without)) if isinstance(without, tuple) else frozenset()
        scores: defaultdict[int, float] = defaultdict(float)
        for term, weight in statement.weights.items():
            if term not in left_out:
                for n, share in self._weights.get(term, {}).items():
                    scores[n] += weight * share
        for fact in statement.facts:
            if fact is not without:
                for n in self._parts_with(fact):
                    scores[n] += _FACT_WEIGHT
        best = max(scores.values(), default=0.0)
        if best < _LEAST_SHARE * statement.total_weight:
            return []
        near = [n for n, score in scores.items() if score >= _NEAR * best]
        return [self.parts[n] for n in sorted(near, key=lambda n: (-scores[n], n))]

    def add_paragraphs(self, parts: Sequence[Part]) -> list[Part]:
        """Returns the parts with the other sentences of their paragraphs."""
        lines = {part.line for part in parts if not part.is_row}
        return [*parts, *(part for part in self.parts if part.line in lines and not part.is_row)]

    def _parts_with(self, fact: Fact) -> set[int]:
        found = (one for reading in fact.readings for one in self._facts_of_parts.get(reading, ()))
        return {n for n, other in found if fact.agrees_with(other)}


def _is_negated(text: str, language: str | None) -> bool:
    """Whether a text denies or forbids something, by the words of its language."""
    words = NEGATIONS.get(language or "", frozenset())
    return not words.isdisjoint(map(fold_word, _DENIAL.findall(text)))


def _split_into_clauses(text: str, language: str | None) -> tuple[Clause, ...]:
    clauses = ((extract_content_stems(one), _is_negated(one, language)) for one in _CLAUSE_BREAK.split(text))
    return tuple(Clause(stems, negated) for stems, negated in clauses if stems)


def _numbers_within(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Yields the numbers in codes and in numbers with points: week 4 is S04, chapter 4 has a section 4.1."""
    for fact in facts:
        if fact.kind in ("code", "number"):
            for run in _DIGITS.findall(" ".join(fact.readings)):
                yield Fact("number", frozenset({run.lstrip("0") or "0"}))


def _index_facts(facts: Iterable[tuple[int, Fact]]) -> dict[str, list[tuple[int, Fact]]]:
    index: defaultdict[str, list[tuple[int, Fact]]] = defaultdict(list)
    for n, fact in facts:
        for reading in fact.readings:
            index[reading].append((n, fact))
    return index


def _terms_of(text: str) -> frozenset[str]:
    """The stems of a text's words, and the beginnings of its long words."""
    stems = {stem for stem in extract_content_stems(text) if not stem.isdigit()}
    long_words = (fold_word(word) for word in _WORD.findall(text) if len(word) > _PREFIX_LETTERS)
    return frozenset(stems | {f"{_PREFIX}{word[:_PREFIX_LETTERS]}" for word in long_words})


def _split_into_parts(text: str, language: Language | None) -> Iterator[tuple[Part, str, str]]:
    """Yields each sentence and row, with its own text and what stands above it: labels, heading, question."""
    labels = lead = ""
    in_table = False
    for n, line in enumerate(filter(None, map(str.strip, text.splitlines()))):
        if _CELL_SEPARATOR in line:
            if in_table:
                yield _make_part(line, n, language, is_row=True), line, f"{labels} {lead}"
            else:
                labels = line
            in_table = True
            continue
        in_table = False
        if is_lead := line.endswith("?") or (len(line) < _MAX_HEADING_CHARACTERS and line[-1] not in ".;:!"):
            lead = line
        for sentence in filter(None, _SENTENCE_BREAK.split(line)):
            yield _make_part(sentence, n, language, is_row=False), sentence, "" if is_lead else lead


def _make_part(text: str, line: int, language: Language | None, *, is_row: bool) -> Part:
    return Part(
        line,
        is_row,
        frozenset(extract_content_stems(text)),
        frozenset(map(fold_word, _WORD.findall(text))),
        tuple(extract_facts(text, generous=True)),
        tuple(extract_names(text, only_groups=False)),
        _split_into_clauses(text, language),
    )
