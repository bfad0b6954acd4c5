"""Reads a number in digits, and in the words of each language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.answering.languages.all_languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.languages.word_lists import CheckingWords

_THOUSANDS_AND_DECIMALS = re.compile(r"\d{1,3}(?:(?:,\d{3})+\.|(?:\.\d{3})+,)\d+")
_CHECKING = {code: language.CHECKING for code, language in LANGUAGES.items()}
ONE = frozenset(word for checking in _CHECKING.values() for word in checking.one_words)


def read_digits(digits: str) -> frozenset[str]:
    """Returns the readings of a number, whose comma or point may separate thousands or decimals."""
    plain = re.sub(r"[ \u00a0\u202f'’]", "", digits)
    whole = re.sub(r"[.,]", "", plain).lstrip("0") or "0"
    if not re.search("[.,]", plain):
        return frozenset({whole})
    integer, _, decimals = plain.replace(",", ".").rpartition(".")
    if _THOUSANDS_AND_DECIMALS.fullmatch(plain):
        integer = integer.replace(".", "")
    decimal = f"{integer.lstrip('0') or '0'}.{decimals}".rstrip("0").rstrip(".")
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", plain)
    return frozenset({decimal, whole} if grouped else {decimal})


def read_spelled_number(words: Sequence[str], at: int, language: str | None) -> tuple[int, int]:
    """Returns the number in words that begins at `at`, and how many words it has; 0 if none.

    Without a language, the words of all languages count.
    """
    if language in _CHECKING:
        return _read_number(words, at, _CHECKING[language])
    return next(filter(any, (_read_number(words, at, checking) for checking in _CHECKING.values())), (0, 0))


def only_refers(word: str, language: str | None) -> bool:
    """Whether a number after this word refers to things named before: "les deux conditions"."""
    return word in _CHECKING[language if language in _CHECKING else "en"].referring.split()


def _read_number(words: Sequence[str], at: int, checking: CheckingWords) -> tuple[int, int]:
    word = words[at]
    if word == "quatre" and checking.joining == "et" and words[at + 1 : at + 2] in (["vingt"], ["vingts"]):
        unit, used = _unit_after_ten(words, at + 2, checking)
        return 80 + unit, 2 + used
    if word in checking.ten_values:
        unit, used = _unit_after_ten(words, at + 1, checking)
        return checking.ten_values[word] + unit, 1 + used
    value = checking.unit_values.get(word) or checking.other_values.get(word, 0)
    return (value, 1) if value else (0, 0)


def _unit_after_ten(words: Sequence[str], at: int, checking: CheckingWords) -> tuple[int, int]:
    """Returns the unit that follows a ten, and how many words it has with what joins it; 0 if none."""
    joined = bool(checking.joining) and words[at : at + 1] == [checking.joining]
    unit = words[at + joined] if at + joined < len(words) else ""
    value = checking.unit_values.get(unit) or int(unit in checking.one_words)
    return (value, 1 + joined) if value else (0, 0)
