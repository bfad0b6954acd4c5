"""Turns text into a sparse vector: BM25 weights of stems, identifiers and word prefixes.

Every word has its French and its English stem, so that texts in two languages meet; a text in one of the other five
languages has the stems of that language besides.

Qdrant multiplies by the inverse document frequency (the collection's IDF modifier). Only the part of BM25 that counts
terms within a passage is computed here.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from knowledge.core.language import detect_likely_language
from knowledge.core.stop_words import STOP_WORDS
from knowledge.core.synonyms import find_related_stems, is_false_friend
from knowledge.core.text import fold_word, load_stemmer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.core.documents import Language

K1 = 1.2
B = 0.75
TYPICAL_PASSAGE_LENGTH = 180.0  # stems and identifiers in a passage of about 300 tokens

# Related words with different stems often share a prefix (télétravailler, télétravail), and so do misspelt ones.
WORD_PREFIX_LENGTH = 5  # letters, of longer words
WORD_PREFIX_WEIGHT = 0.4  # of a whole word's weight in a question
RELATED_WORD_WEIGHT = 0.6  # the same, of a word that means about the same, mostly in another language
PREFIX_MATCH = 0.7  # of a match of whole words, where a word of a question is looked for in one passage
RELATED_MATCH = 0.8  # the same, of a word that means about the same

# Possessive, and only from the start of a word: a long run without separators then costs linear time.
_IDENTIFIER = re.compile(r"(?<![^\W_])@?[^\W_]++(?:[.\-_:/$]++[^\W_]++)+")
_WORD = re.compile(r"\w+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Documents and questions are often in one of these, whatever the language of the other: they have both stems.
_COMMON_LANGUAGES: tuple[Language, ...] = ("fr", "en")
_COMMON_STOP_WORDS = STOP_WORDS["fr"] | STOP_WORDS["en"]
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|lorsqu|puisqu|jusqu)['’](?=\w)", re.IGNORECASE)
_LONGEST_REMEMBERED = 64  # characters of a run

LEXICAL_VERSION = (
    "5"  # change it whenever the same text gets another vector: indexes are then made again from their passages
)


def sparse_vector_from_passage(text: str) -> tuple[list[int], list[float]]:
    """The sparse vector of a passage: term indices (ascending, unsigned 32 bits) and BM25 term weights."""
    identifiers, runs = _cut_text(text, detect_likely_language(text))
    terms = chain.from_iterable(run.terms for run in runs)
    counts = Counter(chain(identifiers, terms, chain.from_iterable(run.prefixes for run in runs)))
    norm = K1 * (1 - B + B * sum(counts.values()) / TYPICAL_PASSAGE_LENGTH)
    weights = {_hash_term(term): n * (K1 + 1) / (n + norm) for term, n in counts.items()}
    indices = sorted(weights)
    return indices, [weights[index] for index in indices]


def sparse_vector_from_question(text: str) -> tuple[list[int], list[float]]:
    """The sparse vector of a question: its terms with weight 1, its word prefixes and related words with less."""
    language = detect_likely_language(text)
    related = (stem for word in extract_content_words(text, language) for stem in find_related_stems(word, language))
    weights = {_hash_term(stem): RELATED_WORD_WEIGHT for stem in related}
    weights |= {_hash_term(term): WORD_PREFIX_WEIGHT for term in extract_word_prefixes(text, language)}
    weights |= {_hash_term(term): 1.0 for term in extract_terms(text, language)}
    indices = sorted(weights)
    return indices, [weights[index] for index in indices]


def extract_terms(text: str, language: Language | None = None) -> Iterator[str]:
    """The terms of a text, as often as they occur: whole identifiers, and the stems of every word.

    Here and below, `language` is that of the text: its stop words and stems count beside the French and English ones.
    """
    identifiers, runs = _cut_text(text, language)
    yield from identifiers
    for run in runs:
        yield from run.terms


def extract_content_stems(text: str, language: Language | None = None) -> frozenset[str]:
    """The distinct stems of the words that are no stop words, one for each word whatever the language."""
    return frozenset(_choose_stem(word) for word in extract_content_words(text, language))


def extract_content_words(text: str, language: Language | None = None) -> Iterator[str]:
    """The folded words of a text that are no stop words, as often as they occur."""
    return (word for word in _iterate_words(text) if not _is_stop_word(word, language))


def list_stems_of_meaning(word: str, language: Language | None = None) -> frozenset[str]:
    """The stem of a folded word, as `TextTerms.stems` has it, and those of words that mean about the same."""
    return find_related_stems(word, language) | {_choose_stem(word)}


@dataclass(frozen=True, slots=True)
class TextTerms:
    """The distinct terms and word prefixes of a text, and one stem of each word in order, None for a stop word.

    `language` is the text's, None where it is not clear or where there are several texts.
    """

    terms: frozenset[str]
    stems: tuple[str | None, ...] = ()
    language: Language | None = None

    @classmethod
    def from_text(cls, text: str) -> TextTerms:
        """Reads a text, in the language that its words show.

        The last texts are remembered, and most words: a passage is read several times a question.
        """
        return _read_text(text)

    def match_word(self, word: str, language: Language | None = None) -> float:
        """How well a folded word matches: 1 by a stem, less by its beginning or by a related word alone, else 0."""
        stems, prefixes = _read_word(word, language)
        if not self.terms.isdisjoint(stems) and not is_false_friend(word, language, self.language):
            return 1.0
        if not self.terms.isdisjoint(prefixes):
            return PREFIX_MATCH
        return 0.0 if self.terms.isdisjoint(find_related_stems(word, language, self.language)) else RELATED_MATCH


@lru_cache(maxsize=256)
def _read_text(text: str) -> TextTerms:
    language = detect_likely_language(text)
    identifiers, runs = _cut_text(text, language)
    terms = set(identifiers)
    stems: list[str | None] = []
    for run in runs:
        terms.update(run.terms, run.prefixes)
        stems += _choose_stems(run.words, language)
    return TextTerms(frozenset(terms), tuple(stems), language)


@lru_cache(maxsize=65_536)
def _choose_stems(words: tuple[str, ...], language: Language | None) -> tuple[str | None, ...]:
    """A stem of each word; None for a stop word."""
    return tuple(None if _is_stop_word(word, language) else _choose_stem(word) for word in words)


@lru_cache(maxsize=4_096)
def _read_word(word: str, language: Language | None) -> tuple[frozenset[str], frozenset[str]]:
    """The terms of a word, and its prefixes."""
    return frozenset(extract_terms(word, language)), frozenset(extract_word_prefixes(word, language))


def extract_word_prefixes(text: str, language: Language | None = None) -> Iterator[str]:
    """The prefixes of the longer words of a text, as often as they occur."""
    for run in _cut_text(text, language)[1]:
        yield from run.prefixes


@dataclass(frozen=True, slots=True)
class _Run:
    """The terms and the word prefixes of a run of letters and digits, in order; `words` are its parts, folded."""

    words: tuple[str, ...]
    terms: tuple[str, ...]
    prefixes: tuple[str, ...]


def _cut_text(text: str, language: Language | None) -> tuple[list[str], list[_Run]]:
    """The identifiers of a text, folded, and its runs of letters and digits."""
    normalized = _normalize_text(text)
    identifiers = [fold_word(identifier) for identifier in _IDENTIFIER.findall(normalized)]
    return identifiers, [_recall_run(run, language) for run in _WORD.findall(normalized.replace("_", " "))]


def _recall_run(run: str, language: Language | None) -> _Run:
    """Cut a run; the last ones are remembered, since most words come again, but no long one, since it fills memory."""
    return (_cut_run if len(run) <= _LONGEST_REMEMBERED else _cut_run.__wrapped__)(run, language)


@lru_cache(maxsize=16_384)
def _cut_run(run: str, language: Language | None) -> _Run:
    """Cut a run where a word begins with a capital."""
    words = tuple(fold_word(part) for part in _CAMEL.split(run))
    terms = [term for word in words for term in _stem_word(word, language)]
    if len(words) > 1:
        terms = [*_stem_word(fold_word(run), language), *terms]
    prefixes = (f"{word[:WORD_PREFIX_LENGTH]}…" for word in words if _has_prefix(word, language))
    return _Run(words, tuple(terms), tuple(prefixes))


def _has_prefix(word: str, language: Language | None) -> bool:
    return len(word) > WORD_PREFIX_LENGTH and not word.isdigit() and not _is_stop_word(word, language)


def _normalize_text(text: str) -> str:
    return _ELISION.sub(" ", unicodedata.normalize("NFKC", text))


def _iterate_words(text: str) -> Iterator[str]:
    normalized = _normalize_text(text).replace("_", " ")
    return (fold_word(part) for run in _WORD.findall(normalized) for part in _CAMEL.split(run))


def _is_stop_word(word: str, language: Language | None) -> bool:
    if len(word) == 1:
        return not word.isdigit()
    return word in _COMMON_STOP_WORDS or (language is not None and word in STOP_WORDS[language])


@lru_cache(maxsize=65_536)
def _stem_word(word: str, language: Language | None) -> tuple[str, ...]:
    """The stems of a folded word: the French, the English and that of `language`, each once; none for a stop word."""
    if _is_stop_word(word, language):
        return ()
    if word.isdigit():
        return (word,)
    return tuple(sorted({load_stemmer(code).stemWord(word) for code in (*_COMMON_LANGUAGES, language) if code}))


@lru_cache(maxsize=65_536)
def _choose_stem(word: str) -> str:
    """One stem of a folded word, the same in a text of any language."""
    return word if word.isdigit() else min(load_stemmer(code).stemWord(word) for code in _COMMON_LANGUAGES)


@lru_cache(maxsize=16_384)
def _hash_term(term: str) -> int:
    return zlib.crc32(term.encode())
