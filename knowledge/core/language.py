"""Decides whether a question is French or English, by the little words it uses. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from knowledge.core.lexical import ENGLISH_STOP_WORDS, FRENCH_STOP_WORDS, fold_word

if TYPE_CHECKING:
    from knowledge.core.documents import Language

_WORD = re.compile(r"\w+")
_SHARED_WORDS = frozenset(FRENCH_STOP_WORDS.split()) & frozenset(ENGLISH_STOP_WORDS.split())
# Verbs that are no stop words, but tell the two languages apart in three-word questions.
_FRENCH_WORDS = (
    frozenset(FRENCH_STOP_WORDS.split()) | {"donne", "donner", "cree", "ecris", "montre", "explique", "merci"}
) - _SHARED_WORDS
_ENGLISH_WORDS = (
    frozenset(ENGLISH_STOP_WORDS.split()) | {"show", "write", "create", "explain", "please", "thanks"}
) - _SHARED_WORDS
_ACCENTED = re.compile(r"[àâçéèêëîïôùûœ]", re.IGNORECASE)
_MIN_CLEAR_SIGNS = 3
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu)['’]\w", re.IGNORECASE)


def detect_language(text: str, locale: str | None = None) -> Language:
    """The language of `text`; where it does not tell, the asker's `locale`, else English."""
    return detect_likely_language(text) or ("fr" if locale == "fr" else "en")


def detect_likely_language(text: str) -> Language | None:
    """The language that `text` has more signs of; None where it has as many of both."""
    french, english = _count_language_signs(text)
    if french == english:
        return None
    return "fr" if french > english else "en"


def detect_clear_language(text: str) -> Language | None:
    """The language of `text` where there is no doubt: many signs of one, and few of the other."""
    french, english = _count_language_signs(text)
    if max(french, english) < _MIN_CLEAR_SIGNS or max(french, english) < 2 * min(french, english):
        return None
    return "fr" if french > english else "en"


def _count_language_signs(text: str) -> tuple[int, int]:
    """How much in `text` is French, and how much English."""
    words = [fold_word(word) for word in _WORD.findall(text)]
    french = sum(word in _FRENCH_WORDS for word in words) + len(_ACCENTED.findall(text)) + len(_ELISION.findall(text))
    return french, sum(word in _ENGLISH_WORDS for word in words)
