"""Finds the words of other languages, and of the same, that mean about what a word of everyday work means.

`synonyms.txt` has them. It holds the common words of offices and workshops, and nothing of anybody's documents.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.core.text import fold_word, load_stemmer

if TYPE_CHECKING:
    from knowledge.core.documents import Language

WORDS_FILE = Path(__file__).with_suffix(".txt")
WORD_LANGUAGES: tuple[Language, ...] = ("fr", "en", "de", "es", "it", "pt", "nl")  # the order of its columns
_UNKNOWN_LANGUAGE: tuple[Language, ...] = ("fr", "en")
_COMPOUNDING: tuple[Language, ...] = ("de", "nl")  # a word of these may begin another: Urlaub, Urlaubstage
_LEAST_COMPOUND_LETTERS = 5


@lru_cache(maxsize=4_096)
def find_related_stems(word: str, language: Language | None) -> frozenset[str]:
    """Returns the stems of the words that mean about the same as a folded word, without its own; mostly none.

    Where the language is not known, the word is looked for in French and in English.
    """
    asked = (language,) if language else _UNKNOWN_LANGUAGE
    return frozenset[str]().union(*(_find_in_language(word, one) for one in asked))


def _find_in_language(word: str, language: Language) -> frozenset[str]:
    known, stem = _load_meanings()[language], load_stemmer(language).stemWord(word)
    if stem in known:
        return known[stem] - {stem}
    if language not in _COMPOUNDING:
        return frozenset()
    begun = (len(word) - n for n in range(1, len(word) - _LEAST_COMPOUND_LETTERS + 1))
    return next((known[word[:length]] for length in begun if word[:length] in known), frozenset())


@lru_cache
def _load_meanings() -> dict[Language, dict[str, frozenset[str]]]:
    """The stems of each meaning, by language and by the stem of each of its words."""
    meanings: dict[Language, dict[str, frozenset[str]]] = {language: {} for language in WORD_LANGUAGES}
    for line in WORDS_FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        columns = zip(WORD_LANGUAGES, line.split("|"), strict=True)
        stems = [
            (language, load_stemmer(language).stemWord(fold_word(word)))
            for language, words in columns
            for word in words.split()
        ]
        related = frozenset(stem for _, stem in stems)
        for language, stem in stems:
            meanings[language][stem] = meanings[language].get(stem, frozenset()) | related
    return meanings
