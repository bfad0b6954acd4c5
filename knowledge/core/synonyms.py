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
_WHOLE = "."  # after a word that is looked for as it is written, and not by its stem


@lru_cache(maxsize=8_192)
def find_related_stems(word: str, language: Language | None, text_language: Language | None = None) -> frozenset[str]:
    """Returns the stems of the words that mean about the same as a folded word, without its own; mostly none.

    Where the language is not known, the word is looked for in French and in English. For a text whose language is
    known, only words of that language are returned: the stem of German "Ferien" is also that of French "férié".
    """
    asked = (language,) if language else _UNKNOWN_LANGUAGE
    found = (one for own in asked for one in _find_in_language(word, own))
    own_stems = {load_stemmer(own).stemWord(word) for own in asked}
    return frozenset(stem for one, stem in found if text_language in (None, one)) - own_stems


@lru_cache(maxsize=8_192)
def is_false_friend(word: str, language: Language | None, text_language: Language | None) -> bool:
    """Whether a folded word, met in a text in another language, means something else there; False if not known.

    Italian "ferie" is leave, French "férié" is not. English words are understood everywhere.
    """
    if language is None or text_language is None or language == text_language:
        return False
    meaning = _find_in_language(word, language)
    languages: tuple[Language, ...] = (text_language, "en")
    return bool(meaning) and not any((one, load_stemmer(one).stemWord(word)) in meaning for one in languages)


def _find_in_language(word: str, language: Language) -> frozenset[tuple[Language, str]]:
    """The words of a meaning, each as its language and stem.

    The word itself is looked for first: in Italian, "ferie" (leave) and "ferita" (wound) have one stem.
    """
    known, stem = _load_meanings()[language], load_stemmer(language).stemWord(word)
    if exact := known.get(f"{word}{_WHOLE}"):
        return exact
    if stem in known:
        return known[stem]
    if language not in _COMPOUNDING:
        return frozenset()
    begun = (len(word) - n for n in range(1, len(word) - _LEAST_COMPOUND_LETTERS + 1))
    return next((known[word[:length]] for length in begun if word[:length] in known), frozenset())


@lru_cache
def _load_meanings() -> dict[Language, dict[str, frozenset[tuple[Language, str]]]]:
    """The words of each meaning, by language and by each of its words, whole and by the stem."""
    meanings: dict[Language, dict[str, frozenset[tuple[Language, str]]]] = {one: {} for one in WORD_LANGUAGES}
    for line in WORDS_FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        columns = zip(WORD_LANGUAGES, map(str.split, fold_word(line).split("|")), strict=True)
        told = [(language, words, load_stemmer(language).stemWords(words)) for language, words in columns]
        related = frozenset((language, stem) for language, _, stems in told for stem in stems)
        for language, words, stems in told:
            known = meanings[language]
            for key in {*stems, *(f"{word}{_WHOLE}" for word in words)}:
                known[key] = known[key] | related if key in known else related
    return meanings
