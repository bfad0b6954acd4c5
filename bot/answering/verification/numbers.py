"""Reads a number in digits and in words: any up to a hundred in French and English, the usual ones elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answering.languages.known import LANGUAGES
from knowledge.core.text import fold_word

_UNITS = {
    2: "deux two", 3: "trois three", 4: "quatre four", 5: "cinq five", 6: "six", 7: "sept seven", 8: "huit eight",
    9: "neuf nine", 10: "dix ten", 11: "onze eleven", 12: "douze twelve", 13: "treize thirteen",
    14: "quatorze fourteen", 15: "quinze fifteen", 16: "seize sixteen", 17: "seventeen", 18: "eighteen",
    19: "nineteen",
}  # fmt: skip
_TENS = {
    20: "vingt vingts twenty", 30: "trente thirty", 40: "quarante forty", 50: "cinquante fifty",
    60: "soixante sixty", 70: "seventy", 80: "eighty", 90: "ninety",
}  # fmt: skip
_ROUND = {100: "cent cents hundred", 1000: "mille thousand"}
_COUNTED = (*range(2, 13), 15, 20, 30)  # what `AskingWords.numbers` spells, in this order
ONE = frozenset(("un", "une", "one", "premier", "premiere", "first"))


def _value_by_word(table: dict[int, str]) -> dict[str, int]:
    return {word: value for value, words in table.items() for word in words.split()}


_UNIT, _TEN, _HUNDRED = _value_by_word(_UNITS), _value_by_word(_TENS), _value_by_word(_ROUND)
_COUNTED_WORDS = {
    code: {fold_word(word): n for n, word in zip(_COUNTED, language.ASKING.numbers.split(), strict=True)}
    for code, language in LANGUAGES.items()
}
_ANY_COUNTED_WORD = {word: n for words in _COUNTED_WORDS.values() for word, n in words.items()}
# In "les deux conditions", the number only refers to things named before, so it is left out.
DETERMINERS = frozenset(
    ("les", "ces", "ses", "nos", "vos", "leurs", "des", "the", "these", "those", "its", "our", "your", "their")
)


def read_digits(digits: str) -> frozenset[str]:
    """Returns the readings of a number, whose comma or point may separate thousands or decimals."""
    plain = re.sub(r"[ \u00a0\u202f'’]", "", digits)
    whole = re.sub(r"[.,]", "", plain).lstrip("0") or "0"
    if not re.search("[.,]", plain):
        return frozenset({whole})
    integer, _, decimals = plain.replace(",", ".").rpartition(".")
    decimal = f"{integer.lstrip('0') or '0'}.{decimals}".rstrip("0").rstrip(".")
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", plain)
    return frozenset({decimal, whole} if grouped else {decimal})


def read_spelled_number(words: Sequence[str], at: int, language: str | None) -> tuple[int, int]:
    """Returns the number in words that begins at `at`, and how many words it has; 0 if none.

    Without a language, the words of all languages count.
    """
    value, used = _read_compound(words, at) if language in ("fr", "en", None) else (0, 0)
    if not used and language not in ("fr", "en"):
        value = _COUNTED_WORDS.get(language or "", _ANY_COUNTED_WORD).get(words[at], 0)
    return value, used or int(value > 0)


def _read_compound(words: Sequence[str], at: int) -> tuple[int, int]:
    word = words[at]
    if word == "quatre" and words[at + 1 : at + 2] and words[at + 1].startswith("vingt"):
        return _with_units(80, words, at + 2, 2)
    if word in _TEN:
        return _with_units(_TEN[word], words, at + 1, 1)
    value = _UNIT.get(word) or _HUNDRED.get(word)
    return (value, 1) if value else (0, 0)


def _with_units(tens: int, words: Sequence[str], at: int, used: int) -> tuple[int, int]:
    if words[at : at + 1] == ["et"]:
        at, used = at + 1, used + 1
    unit = words[at] if at < len(words) else ""
    if unit in ONE and words[at - 1] in ("et", *_TEN):
        return tens + 1, used + 1
    if unit in _UNIT:
        return tens + _UNIT[unit], used + 1
    return tens, used
