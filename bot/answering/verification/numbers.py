"""Extracts the numbers of a text, in digits and in French and English words."""

from __future__ import annotations

import re

from knowledge.core.text import fold_word

_DIGITS = re.compile(r"(?<![\w.,])\d+(?:[ \u00a0\u202f.,'’]\d{3}(?!\d))*(?:[.,]\d+)*")
_WORDS = re.compile(r"[^\W\d_]+")
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
_MONTHS = (
    "janvier january", "fevrier february", "mars march", "avril april", "mai may", "juin june", "juillet july",
    "aout august", "septembre september", "octobre october", "novembre november", "decembre december",
)  # fmt: skip
_DATE = re.compile(
    r"\b(?:(?P<d1>\d{1,2})[/.](?P<m1>\d{1,2})[/.](?P<y1>\d{4})|(?P<y2>\d{4})-(?P<m2>\d{2})-(?P<d2>\d{2}))\b"
)
_NAMED_MONTHS = frozenset(f"month {n}" for n in range(1, 13))
_ONE = frozenset(("un", "une", "one", "premier", "premiere", "first"))


def _value_by_word(table: dict[int, str]) -> dict[str, int]:
    return {word: value for value, words in table.items() for word in words.split()}


_UNIT, _TEN, _HUNDRED = _value_by_word(_UNITS), _value_by_word(_TENS), _value_by_word(_ROUND)
_MONTH = {word: n for n, words in enumerate(_MONTHS, 1) for word in words.split()}
# In "les deux conditions", the number only refers to things named before, so it is left out.
_DETERMINERS = frozenset(
    ("les", "ces", "ses", "nos", "vos", "leurs", "des", "the", "these", "those", "its", "our", "your", "their")
)


def extract_stated_numbers(text: str) -> list[frozenset[str]]:
    """Returns the numbers in a sentence, each with its possible readings; skips "one", which may be an article."""
    words = [fold_word(word) for word in _WORDS.findall(text)]
    dates, rest = _split_dates(text)
    spelled = [str(value) for before, value in _spelled_numbers(words) if before not in _DETERMINERS]
    return [_number_readings(match[0]) for match in _DIGITS.finditer(rest)] + [
        frozenset({value}) for value in (*spelled, *dates)
    ]


def extract_all_numbers(text: str) -> frozenset[str]:
    """Returns every possible reading of the numbers in `text`, with the months of its dates."""
    words = [fold_word(word) for word in _WORDS.findall(text)]
    dates, _ = _split_dates(text)
    readings = {reading for match in _DIGITS.finditer(text) for reading in _number_readings(match[0])}
    readings |= {part.lstrip("0") or "0" for part in re.findall(r"\d+", text)}
    months = {f"month {_MONTH[word]}" for word in words if word in _MONTH}
    return frozenset(
        readings
        | months
        | {*dates}
        | {str(value) for _, value in _spelled_numbers(words)}
        | ({"1"} & _number_one_words(words))
    )


def _split_dates(text: str) -> tuple[list[str], str]:
    """Returns the months of dates in digits, and the text with only day and year of these dates."""
    found = list(_DATE.finditer(text))
    months = [f"month {int(match['m1'] or match['m2'])}" for match in found]
    rest = _DATE.sub(lambda match: f"{match['d1'] or match['d2']} {match['y1'] or match['y2']}", text)
    return [month for month in months if month in _NAMED_MONTHS], rest


def _number_one_words(words: list[str]) -> set[str]:
    return {"1"} if _ONE.intersection(words) else set()


def _number_readings(digits: str) -> frozenset[str]:
    """Returns the readings of a number, whose comma or point may separate thousands or decimals."""
    plain = re.sub(r"[ \u00a0\u202f'’]", "", digits)
    whole = re.sub(r"[.,]", "", plain).lstrip("0") or "0"
    if not re.search("[.,]", plain):
        return frozenset({whole})
    integer, _, decimals = plain.replace(",", ".").rpartition(".")
    decimal = f"{integer.lstrip('0') or '0'}.{decimals}".rstrip("0").rstrip(".")
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", plain)
    return frozenset({decimal, whole} if grouped else {decimal})


def _spelled_numbers(words: list[str]) -> list[tuple[str, int]]:
    """Returns the numbers in words, each with the word before it."""
    found: list[tuple[str, int]] = []
    at = 0
    while at < len(words):
        value, used = _spelled_number_at(words, at)
        if used:
            found.append((words[at - 1] if at else "", value))
        at += used or 1
    return found


def _spelled_number_at(words: list[str], at: int) -> tuple[int, int]:
    """Returns the number in words that begins at `at`, and how many words it has; 0 if none."""
    word = words[at]
    if word == "quatre" and words[at + 1 : at + 2] and words[at + 1].startswith("vingt"):
        return _with_units(80, words, at + 2, 2)
    if word in _TEN:
        return _with_units(_TEN[word], words, at + 1, 1)
    value = _UNIT.get(word) or _HUNDRED.get(word)
    return (value, 1) if value else (0, 0)


def _with_units(tens: int, words: list[str], at: int, used: int) -> tuple[int, int]:
    if words[at : at + 1] == ["et"]:
        at, used = at + 1, used + 1
    unit = words[at] if at < len(words) else ""
    if unit in _ONE and words[at - 1] in ("et", *_TEN):
        return tens + 1, used + 1
    if unit in _UNIT:
        return tens + _UNIT[unit], used + 1
    return tens, used
