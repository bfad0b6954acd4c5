"""Weighs how well each piece of a passage answers a question: by its words, their rarity, and what is asked for.

Of a sentence that is quoted, it chooses the deciding words: the amount, time or name that is asked for.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.answering.languages.all_languages import (
    COUNTED_WORDS,
    JOINED_QUESTION,
    fold_phrase,
    guess_answer_kinds,
    split_at_and,
)
from knowledge.core.language import detect_likely_language
from knowledge.core.lexical import extract_content_words, extract_terms, extract_word_prefixes
from knowledge.core.passages import headings_below_title
from knowledge.core.synonyms import find_related_stems, is_false_friend
from knowledge.retrieval.passage_pieces import introduce_pieces, split_into_pieces

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.answering.languages.word_lists import AnswerKind
    from knowledge.core.documents import Language
    from knowledge.core.passages import FoundPassage
    from knowledge.retrieval.passage_pieces import Piece

_PREFIX_WEIGHT = 0.6  # of a word that matches only by its beginning
_RELATED_WEIGHT = 0.85  # of a word that matches only by one that means about the same
_LABEL_WEIGHT = 0.7  # of a word that stands in the label of a row's column
_INTRODUCED_WEIGHT = 0.85  # of a word in the line above that leads to a piece: a question, "The steps are:"
_HEADING_WEIGHT = 0.55  # of a word in the heading above a piece
_MAX_STRONG_WORDS = 5
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_TITLE_WEIGHT = 0.3  # of a word in the section or the title of the passage
_KIND_BONUS = 0.2  # for a piece with a number, a time or a name where one is asked for, or a numbered step
_NAMED_ROW_BONUS = 0.15  # for a row whose first cell the question names whole
_MEANING_WEIGHT = 2.0  # for the piece that is most like the question by meaning
# "How many vacation days?" asks for days: that a sentence counts in days tells little.
_ASKED_UNITS = frozenset(
    re.findall(
        r"\S+",
        """
        day days hour hours week weeks month months year years
        jour jours heure heures semaine semaines mois an ans
        tag tage tagen stunde stunden woche wochen monat monate monaten jahr jahre jahren
        día días hora horas semana semanas mes meses año años
        giorno giorni ora ore settimana settimane mese mesi anno anni
        dia dias mês ano anos
        dag dagen uur uren weken maand maanden jaar jaren
        """,
    )
)
_UNIT_SHARE = 0.3  # of its weight, for a unit that a question asks for
_UNITS = (
    r"(?:€|%|°C|\$|£|[^\W\d_]{1,3}\b)|\s(?:€|%|°C|\$|£|(?:km|kg|cm|mm|m|h|V|W|kW|MB|GB|day|ans?|min)\b|[^\W\d_]{4,20})"
)
# 9 h 30, 14:00; 12,50 €; 3 working days, 17 April 2026. A number inside a code such as S-07 is none.
AMOUNT = re.compile(
    r"(?<![\w-])(?:\d{1,2}\s?(?:h|Uhr)(?:\s?\d{2})?\b"
    rf"|\d+(?:[.,:\u202f\u00a0 ]\d+)*(?:{_UNITS})?(?:\s\d{{4}}\b)?)(?![\w-])"
)
NAME = re.compile(r"\b[A-ZÀ-Ý][\w’'-]{1,40}+(?:\s(?:[a-z]{2,3}\s)?[A-ZÀ-Ý][\w’'-]{1,40}+){1,8}")
LIST_MARK = re.compile(r"^\s*(?:[-*•–]|\d{1,3}[.)])\s+")
_SIGNS: Mapping[AnswerKind, re.Pattern[str]] = {
    "amount": AMOUNT,
    "time": AMOUNT,
    "person": NAME,
    "steps": re.compile(r"^\s*\d{1,2}[.)]?\s"),
}


@dataclass(frozen=True, slots=True)
class WeighedPiece:
    """A piece with its weight: `own` counts the words in it, `whole` also those above it."""

    piece: Piece
    own: float
    whole: float

    @property
    def is_quotable(self) -> bool:
        """Whether the piece says something."""
        return self.piece.is_quotable


@dataclass(frozen=True, slots=True)
class QuestionMatch:
    """The words of a question, each with its weight (they sum to 1), and the kinds of answer that it asks for.

    `language` is the question's: its stems are compared, in a passage too. `likeness` is the lowest and the highest
    likeness of all pieces; both are 0 where none was compared. `joined` has the two words around each "and";
    `asks_twice` says that a second question follows one: "and who".
    """

    weights: Mapping[str, float]
    kinds: frozenset[AnswerKind]
    language: Language | None
    likeness: tuple[float, float] = (0.0, 0.0)
    joined: tuple[tuple[str, str], ...] = ()
    asks_twice: bool = False

    @classmethod
    def match_from_question(cls, question: str, found: Sequence[FoundPassage], stressed: str = "") -> QuestionMatch:
        """Weighs the question's words by their rarity in the passages found; those of `stressed` count twice."""
        language = detect_likely_language(question)
        words = choose_words(question, language)
        texts = [terms_of(piece.text, language) for one in found for piece in split_into_pieces(one.passage.excerpt)]
        rarity = {
            word: math.log(1 + (len(texts) + 1) / (sum(match_word(word, terms, language) > 0 for terms in texts) + 0.5))
            for word in words
        }
        rarity |= {word: 2 * rarity[word] for word in choose_words(stressed, language) if word in rarity}
        kinds = guess_answer_kinds(question)
        if "amount" in kinds:
            rarity |= {word: _UNIT_SHARE * rarity[word] for word in _ASKED_UNITS.intersection(words)}
        total = sum(rarity.values()) or 1.0
        weights = {word: one / total for word, one in rarity.items()}
        likeness = [piece.likeness for one in found for piece in one.pieces] or [0.0]
        around = pairwise(choose_words(part, language) for part in split_at_and(question, language))
        joined = tuple((before[-1], after[0]) for before, after in around if before and after)
        asks_twice = bool(JOINED_QUESTION.search(fold_phrase(stressed or question)[1:]))  # not "and who?" alone
        return cls(weights, kinds, language, (min(likeness), max(likeness)), joined, asks_twice)

    @property
    def has_meaning(self) -> bool:
        """Whether pieces were compared with the question by meaning."""
        return self.likeness[1] > self.likeness[0]

    def weigh_text(self, text: str, language: Language | None = None) -> dict[str, float]:
        """The weight of each of the question's words that a text has; `language` is that of the text, if known."""
        terms, own = terms_of(text, self.language), self.language
        found = ((word, weight * match_word(word, terms, own, language)) for word, weight in self.weights.items())
        return {word: weight for word, weight in found if weight}

    def weigh_passage(self, found: FoundPassage) -> list[WeighedPiece]:
        """Weighs every piece of a passage."""
        passage = found.passage
        language = passage.language or detect_likely_language(passage.excerpt.text)
        section = headings_below_title(passage.title, passage.excerpt.section)
        around = self.weigh_text(" ".join((passage.title, *section)), language)
        meaning = self._weigh_meaning(found)
        weighed: list[WeighedPiece] = []
        for one in introduce_pieces(passage.excerpt):
            piece, lead = one.piece, self.weigh_text(one.lead, language)
            own = self.weigh_text(" ".join(piece.cells) if piece.cells else piece.text, language)
            label = self.weigh_text(" ".join(piece.header), language) if piece.header else {}
            parts = [(own, 1.0), (label, _LABEL_WEIGHT), (lead, _INTRODUCED_WEIGHT)]
            parts += [(self.weigh_text(one.heading, language), _HEADING_WEIGHT), (around, _TITLE_WEIGHT)]
            whole = _combine(parts)
            bonus = _KIND_BONUS if whole and self._has_sign(piece) else 0.0
            bonus += _NAMED_ROW_BONUS if self._names_row(piece) else 0.0
            bonus += meaning.get(piece.start, 0.0)
            weighed.append(WeighedPiece(piece, sum(own.values()), sum(whole.values()) + bonus))
        return weighed

    def _weigh_meaning(self, found: FoundPassage) -> dict[int, float]:
        """What each piece gets for its likeness to the question, by its start."""
        lowest, highest = self.likeness
        if not self.has_meaning:
            return {}
        return {
            one.start: _MEANING_WEIGHT * max(one.likeness - lowest, 0.0) / (highest - lowest) for one in found.pieces
        }

    def _names_row(self, piece: Piece) -> bool:
        """Whether the question holds every word of a row's first cell."""
        words = choose_words(piece.cells[0], self.language) if piece.cells else []
        asked = terms_of(" ".join(self.weights), self.language)
        return bool(words) and all(match_word(word, asked, self.language) == 1 for word in words)

    def _has_sign(self, piece: Piece) -> bool:
        said = piece.text if "steps" in self.kinds else LIST_MARK.sub("", piece.text)
        return any(kind in _SIGNS and _SIGNS[kind].search(said) for kind in self.kinds)


def _combine(parts: Sequence[tuple[Mapping[str, float], float]]) -> dict[str, float]:
    """The best weight of each word over all parts."""
    best: dict[str, float] = {}
    for words, share in parts:
        for word, weight in words.items():
            best[word] = max(best.get(word, 0.0), weight * share)
    return best


def choose_words(text: str, language: Language | None) -> list[str]:
    """The words of a text that tell something; a code such as PSR-104 is one word, "ai-je" is none."""
    hyphened = [term for term in dict.fromkeys(extract_terms(text, language)) if not term.isalnum()]
    codes = [term for term in hyphened if any(extract_content_words(term, language))]
    parts = {part for code in codes for part in extract_content_words(code)}
    return [*codes, *(word for word in dict.fromkeys(extract_content_words(text, language)) if word not in parts)]


def match_word(
    word: str, terms: frozenset[str], language: Language | None, text_language: Language | None = None
) -> float:
    """How well a question's word matches terms: 1 by its stem, less by its beginning alone, else 0."""
    stems, prefixes = _word_terms(word, language)
    if not terms.isdisjoint(stems) and not is_false_friend(word, language, text_language):
        return 1.0
    if not terms.isdisjoint(prefixes):
        return _PREFIX_WEIGHT
    return 0.0 if terms.isdisjoint(find_related_stems(word, language, text_language)) else _RELATED_WEIGHT


@lru_cache(maxsize=4_096)
def _word_terms(word: str, language: Language | None) -> tuple[frozenset[str], frozenset[str]]:
    if not word.isalnum():  # a code matches whole, its parts only as beginnings
        return frozenset((word,)), frozenset(extract_terms(word, language)) - {word}
    return frozenset(extract_terms(word, language)), frozenset(extract_word_prefixes(word, language))


@lru_cache(maxsize=8_192)
def terms_of(text: str, language: Language | None) -> frozenset[str]:
    """The stems and word beginnings of a text."""
    return frozenset(extract_terms(text, language)) | frozenset(extract_word_prefixes(text, language))


def emphasised_words(text: str, match: QuestionMatch) -> tuple[str, ...]:
    """The deciding words of a sentence, in order, without repetition; few, so that they stand out."""
    told, said = [], LIST_MARK.sub("", text)
    if match.kinds & {"amount", "time"}:
        told = [found[0].strip() for pattern in (AMOUNT, COUNTED_WORDS) for found in pattern.finditer(said)]
    elif "person" in match.kinds:
        told = [found[0] for found in NAME.finditer(said)]
    words = [word for word in dict.fromkeys(told or _question_words(said, match)) if word]
    return tuple(words[:_MAX_STRONG_WORDS])


def _question_words(text: str, match: QuestionMatch) -> list[str]:
    found = dict.fromkeys(word[0] for word in _WORD.finditer(text))
    return [
        word
        for word in found
        if any(match_word(asked, terms_of(word, match.language), match.language) == 1 for asked in match.weights)
    ]
