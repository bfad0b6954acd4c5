"""Decides whether a question is French or English, by the little words it uses. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from knowledge.core.lexical import folded
from knowledge.core.stopwords import ENGLISH, FRENCH

if TYPE_CHECKING:
    from knowledge.core.documents import Language

_WORD = re.compile(r"\w+")
_SHARED = frozenset(FRENCH.split()) & frozenset(ENGLISH.split())
# Verbs that are no stop words, but tell the two languages apart in three-word questions.
_FRENCH = (frozenset(FRENCH.split()) | {"donne", "donner", "cree", "ecris", "montre", "explique", "merci"}) - _SHARED
_ENGLISH = (frozenset(ENGLISH.split()) | {"show", "write", "create", "explain", "please", "thanks"}) - _SHARED
_ACCENTED = re.compile(r"[àâçéèêëîïôùûœ]", re.IGNORECASE)
_CLEARLY = 3
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu)['’]\w", re.IGNORECASE)


def language_of(text: str, locale: str | None = None) -> Language:
    """The language of `text`; where it does not tell, the asker's `locale`, else English."""
    return told_language_of(text) or ("fr" if locale == "fr" else "en")


def told_language_of(text: str) -> Language | None:
    """The language that `text` has more signs of; None where it has as many of both."""
    french, english = _signs(text)
    if french == english:
        return None
    return "fr" if french > english else "en"


def clear_language_of(text: str) -> Language | None:
    """The language of `text` where there is no doubt: many signs of one, and few of the other."""
    french, english = _signs(text)
    if max(french, english) < _CLEARLY or max(french, english) < 2 * min(french, english):
        return None
    return "fr" if french > english else "en"


def _signs(text: str) -> tuple[int, int]:
    """How much in `text` is French, and how much English."""
    words = [folded(word) for word in _WORD.findall(text)]
    french = sum(word in _FRENCH for word in words) + len(_ACCENTED.findall(text)) + len(_ELISION.findall(text))
    return french, sum(word in _ENGLISH for word in words)
