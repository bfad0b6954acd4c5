"""Turns text into a sparse vector: BM25 weights of French and English stems, identifiers and word prefixes.

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
from typing import TYPE_CHECKING

import Stemmer

if TYPE_CHECKING:
    from collections.abc import Iterator

FRENCH_STOP_WORDS = """
a afin ai aie ainsi alors apres as au aucun aucune aura aussi autre autres aux avaient avais avait avant
avec avez avoir avons ayant bien c ca ce ceci cela celle celles celui ces cet cette ceux chaque chez ci
combien comme comment d dans de depuis des desormais deux devons dois doit doivent donc dont du elle
elles en encore entre es est et etait etaient etant etc ete etes etre eu eux fait faire fais faut fois
font h hors ici il ils j je juste l la laquelle le lequel les lesquelles lesquels leur leurs lors lui m
ma mais me meme memes mes moi moins mon n ne ni nos notre nous on ont ou par parce pas pendant peu peut
peuvent peux plus plutot pour pourquoi pouvez pouvons puis puisque qu quand que quel quelle quelles
quels qui quoi s sa sans se selon sera serait seront ses si soi soit son sont sous suis sur t ta tandis
te telle telles tels tes toi ton tous tout toute toutes tres trop tu un une va vais vas vers veut veux
voici voila voir vont vos votre vous y
"""
ENGLISH_STOP_WORDS = """
a about above after again all also am an and any are as at be because been before being below between
both but by can could did do does doing don down during each few for from further get give had has have
having he her here hers herself him himself his how i if in into is it its itself just let ll me more
most my myself no nor not now of off on once only or other our ours ourselves out over own please re s
same she should so some such t than that the their theirs them themselves then there these they this
those through to too under until up ve very was we were what when where which while who whom why will
with would you your yours yourself yourselves
"""
STOP_WORDS = frozenset((FRENCH_STOP_WORDS + ENGLISH_STOP_WORDS).split())


K1 = 1.2
B = 0.75
TYPICAL_PASSAGE_LENGTH = 180.0  # stems and identifiers in a passage of about 300 tokens

# Related words with different stems often share a prefix (télétravailler, télétravail), and so do misspelt ones.
WORD_PREFIX_LENGTH = 5  # letters, of longer words
WORD_PREFIX_WEIGHT = 0.4  # of a whole word's weight in a question
PREFIX_MATCH = 0.7  # of a match of whole words, where a word of a question is looked for in one passage

# Possessive, and only from the start of a word: a long run without separators then costs linear time.
_IDENTIFIER = re.compile(r"(?<![^\W_])@?[^\W_]++(?:[.\-_:/$]++[^\W_]++)+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_WORD = re.compile(r"\w+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|lorsqu|puisqu|jusqu)['’](?=\w)", re.IGNORECASE)


LEXICAL_VERSION = (
    "2"  # change it whenever the same text gets another vector: indexes are then made again from their passages
)


def sparse_vector_from_passage(text: str) -> tuple[list[int], list[float]]:
    """The sparse vector of a passage: term indices (ascending, unsigned 32 bits) and BM25 term weights."""
    counts = Counter(extract_terms(text))
    counts.update(extract_word_prefixes(text))
    norm = K1 * (1 - B + B * sum(counts.values()) / TYPICAL_PASSAGE_LENGTH)
    weights = {_hash_term(term): n * (K1 + 1) / (n + norm) for term, n in counts.items()}
    indices = sorted(weights)
    return indices, [weights[index] for index in indices]


def sparse_vector_from_question(text: str) -> tuple[list[int], list[float]]:
    """The sparse vector of a question: its terms with weight 1, its word prefixes with less."""
    weights = {_hash_term(term): WORD_PREFIX_WEIGHT for term in extract_word_prefixes(text)}
    weights |= {_hash_term(term): 1.0 for term in extract_terms(text)}
    indices = sorted(weights)
    return indices, [weights[index] for index in indices]


def extract_terms(text: str) -> Iterator[str]:
    """The terms of a text, as often as they occur: whole identifiers, and the stems of every word."""
    text = _normalize_text(text)
    for identifier in _IDENTIFIER.findall(text):
        yield fold_word(identifier)
    for run in _WORD.findall(text.replace("_", " ")):
        parts = _CAMEL.split(run)
        if len(parts) > 1:
            yield from _stem_word(fold_word(run))
        for part in parts:
            yield from _stem_word(fold_word(part))


def extract_content_stems(text: str) -> frozenset[str]:
    """The distinct stems of the words that are no stop words, to compare a question with a passage."""
    return frozenset(min(_stem_word(word)) for word in _iterate_words(_normalize_text(text)) if _stem_word(word))


def extract_content_words(text: str) -> Iterator[str]:
    """The folded words of a text that are no stop words, as often as they occur."""
    return (word for word in _iterate_words(_normalize_text(text)) if _stem_word(word))


@dataclass(frozen=True, slots=True)
class TextTerms:
    """The distinct terms and word prefixes of a text, and one stem of each word in order, None for a stop word."""

    terms: frozenset[str]
    stems: tuple[str | None, ...] = ()

    @classmethod
    def from_text(cls, text: str) -> TextTerms:
        """Reads a text. The last texts are remembered, and most words: a passage is read several times a question."""
        return _read_text(text)

    def match_word(self, word: str) -> float:
        """How well a folded word matches: 1 by a stem, `PREFIX_MATCH` by its beginning alone, else 0."""
        stems, prefixes = _read_word(word)
        if not self.terms.isdisjoint(stems):
            return 1.0
        return 0.0 if self.terms.isdisjoint(prefixes) else PREFIX_MATCH


@lru_cache(maxsize=256)
def _read_text(text: str) -> TextTerms:
    normalized = _normalize_text(text)
    terms = {fold_word(identifier) for identifier in _IDENTIFIER.findall(normalized)}
    stems: list[str | None] = []
    for run in _WORD.findall(normalized.replace("_", " ")):
        found, in_order = _read_run(run)
        terms.update(found)
        stems += in_order
    return TextTerms(frozenset(terms), tuple(stems))


@lru_cache(maxsize=65_536)
def _read_run(run: str) -> tuple[tuple[str, ...], tuple[str | None, ...]]:
    """The terms and prefixes of a run of letters, and a stem of each word in it."""
    words = [fold_word(part) for part in _CAMEL.split(run)]
    in_order = tuple(min(_stem_word(word), default=None) for word in words)
    return (*extract_terms(run), *extract_word_prefixes(run)), in_order


@lru_cache(maxsize=4_096)
def _read_word(word: str) -> tuple[frozenset[str], frozenset[str]]:
    """The terms of a word, and its prefixes."""
    return frozenset(extract_terms(word)), frozenset(extract_word_prefixes(word))


def extract_word_prefixes(text: str) -> Iterator[str]:
    """The prefixes of the longer words of a text, as often as they occur."""
    for word in _iterate_words(_normalize_text(text)):
        if len(word) > WORD_PREFIX_LENGTH and not word.isdigit() and word not in STOP_WORDS:
            yield f"{word[:WORD_PREFIX_LENGTH]}…"


def _normalize_text(text: str) -> str:
    return _ELISION.sub(" ", unicodedata.normalize("NFKC", text))


def _iterate_words(normalized: str) -> Iterator[str]:
    return (fold_word(part) for run in _WORD.findall(normalized.replace("_", " ")) for part in _CAMEL.split(run))


def fold_word(word: str) -> str:
    """The word in lower case, without accents and ligatures."""
    decomposed = unicodedata.normalize("NFD", word.lower().translate(_LIGATURES))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache(maxsize=65_536)
def _stem_word(word: str) -> tuple[str, ...]:
    """The French and the English stem of a folded word: one if they are equal, none for a stop word."""
    if word in STOP_WORDS or (len(word) == 1 and not word.isdigit()):
        return ()
    if word.isdigit():
        return (word,)
    french, english = _load_stemmers()
    return tuple(sorted({french.stemWord(word), english.stemWord(word)}))


@lru_cache(maxsize=1)
def _load_stemmers() -> tuple[Stemmer.Stemmer, Stemmer.Stemmer]:
    return Stemmer.Stemmer("french"), Stemmer.Stemmer("english")


def _hash_term(term: str) -> int:
    return zlib.crc32(term.encode())
