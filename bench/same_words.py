"""Say which words of another program's text are in ours in another form, and which of them the document does not have.

Both sides are treated alike. Each rule is written in docs/reading.md; the bench counts the words that it concerns.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from datetime import date, timedelta
from itertools import permutations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WORD = re.compile(r"[^\W_]+")
_WITHOUT_SPACES = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")  # Chinese and Japanese part no words
_CUT_WORD = re.compile(r"\w+[-\u00ad\u2010]\n\s*\w+")  # nobody knows whether its hyphen is its own
_HYPHENATED = re.compile(r"[^\W_]+(?:[-\u00ad\u2010\u2011][^\W_]+)+")
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W_][ .]{1,3}){3,}[^\W_](?![^\W_])")
_MARGIN_CODE = re.compile(
    r'&(?:"[^"\n]{0,200}"|K(?:[0-9A-F]{6}|\d\d[+-]\d{3})|\d{1,3}|[A-JL-MOQ-Z](?![a-z]))'
)  # of Excel, but for numbers of pages
_NUMBER_LINE = re.compile(r"^[ \t]*[^\W\d_]{0,12} ?&[PN].*$", re.M)  # a label and the number of the page
_FIELD_LINES = re.compile(
    r"^(?:\?\?\?.*|[\d./-]{8,10}, \d\d:\d\d:\d\d|[^\W\d_]{1,12} (?: / )?)$", re.M
)  # without values
_FAULT = re.compile(r"\bERROR:(?=#)")
_ADDRESS = re.compile(r'Target="((?:https?|mailto|file):[^"]{1,2000})"')
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(r"\b(\d{1,4})[-./ ](\d{1,2}|[A-Z][a-z]{2})[-./ ](\d{1,4})\b")
_SHORT_DATE = re.compile(r"\b(?:(\d{1,2})[- ])?([A-Z][a-z]{2})(?:[- ](\d{2,4}))?\b")
_TIME = re.compile(r"\b(\d{1,2}):(\d\d)(?::(\d\d))?(?:[.,]\d+)?(?: ?([AP])M)?\b")
_NUMBER = re.compile(r"\d[\d.,]*(?:E[+-]?\d+)?", re.I)
_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".xlt", ".ods")
_WITH_FIELDS = (".ods", ".odp")
_DAYS_FROM_1904, _FROM_1904 = 1462, b"\x22\0\2\0\1\0"  # the record of an XLS
_DATE_1904 = re.compile(rb"""date1904=["'](?:1|true)""")
_CENTURIES = (1900, 2000)


def cut_words(text: str) -> list[str]:
    """The words of a text: without case, accents and ligatures; each Chinese or Japanese character is one."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(each for each in folded if not unicodedata.combining(each))
    return _WORD.findall(_WITHOUT_SPACES.sub(r" \1 ", plain))


def leave_out_additions(reference: str, path: Path) -> str:
    """The text of the other program without what it adds to the words of the document."""
    text = _CUT_WORD.sub(" ", reference)
    if path.suffix.lower() in _WORKBOOKS:
        for pattern in (_MARGIN_CODE, _NUMBER_LINE, _FAULT):
            text = pattern.sub("", text)
        for name in _empty_sheets(path):
            text = re.sub(rf"^{re.escape(name)}\s*$", " ", text, count=1, flags=re.M)
    if path.suffix.lower() in _WITH_FIELDS:
        text = _FIELD_LINES.sub("", text)
    if zipfile.is_zipfile(path):
        for address in _link_addresses(path):
            text = text.replace(address, " ", 1)
    return text


def find_other_forms(reference: str, ours: str, path: Path) -> dict[str, set[str]]:
    """By rule, the words of the other program's text that ours has in another form."""
    found = {"hyphens": _hyphenated_words(reference, ours), "spaced letters": _spaced_words(reference, ours)}
    if path.suffix.lower() in _WORKBOOKS:
        found["values"] = set(_value_words(reference, ours, path))
    return found


def _hyphenated_words(reference: str, ours: str) -> set[str]:
    """Words that both have with the same letters, one of them with a hyphen: `dual-encoder` and `dualencoder`."""
    joined, told = _join_hyphenated(ours), _join_hyphenated(reference)
    words = set(cut_words(ours))
    return set(joined) | {part for whole, parts in told.items() if whole in words for part in parts}


def _join_hyphenated(text: str) -> dict[str, list[str]]:
    """The parts of each word with hyphens, by the word without them."""
    parts = (cut_words(found) for found in _HYPHENATED.findall(text))
    return {"".join(each): each for each in parts}


def _spaced_words(reference: str, ours: str) -> set[str]:
    """The letters that the other program sets apart (`C O N T E N T S`), and the words of those that we do."""
    told, own = ("".join(cut_words(text)) for text in (reference, ours))
    apart = [cut_words(run) for run in _SPACED.findall(reference)]
    found = {letter for run in apart if "".join(run) in own for letter in run}
    joined = ("".join(cut_words(run)) for run in _SPACED.findall(ours))
    runs = " ".join(run for run in joined if run in told)
    return found | {word for word in cut_words(reference) if len(word) > 2 and word in runs}


def _value_words(reference: str, ours: str, path: Path) -> Iterator[str]:
    """The words of each date, time and number of the other program that denotes one of ours."""
    shift = timedelta(_DAYS_FROM_1904 if _counts_from_1904(path) else 0)
    own = {each for found in _DATE.finditer(ours) for each in _read_date(*found.groups())}
    dates = own | {each - shift for each in own}
    times = {each for found in _TIME.finditer(ours) for each in _read_time(found)}
    numbers = {each for found in _NUMBER.findall(ours) for each in _read_number(found)}
    for found in _DATE.finditer(reference):
        if _read_date(*found.groups()) & dates:
            yield from cut_words(found[0])
    for found in _SHORT_DATE.finditer(reference):
        day, month, year = found.groups()
        if any(_is_of(each, day, month, year) for each in dates):
            yield from cut_words(found[0])
    for found in _TIME.finditer(reference):
        if _read_time(found) & times:
            yield from cut_words(found[0])
    for number in _NUMBER.findall(reference):
        if _read_number(number) & numbers:
            yield from cut_words(number)


def _counts_from_1904(path: Path) -> bool:
    """Whether the dates of a workbook count from 1904: Tika takes them for others, four years and a day earlier."""
    content = path.read_bytes()
    if not zipfile.is_zipfile(path):
        return _FROM_1904 in content
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith("xl/workbook.xml")]
        return any(_DATE_1904.search(archive.read(name)) for name in names)


def _read_date(*parts: str) -> set[date]:
    """The dates that three parts may denote, in any order; a year of two figures may be of either century."""
    found: set[date] = set()
    for year, month, day in permutations(parts):
        name = month.casefold()
        number = _MONTHS.index(name) + 1 if name in _MONTHS else int(month) if month.isdecimal() else 0
        if not (year.isdecimal() and day.isdecimal()):
            continue
        for each in (int(year),) if len(year) > 2 else (century + int(year) for century in _CENTURIES):
            try:
                found.add(date(each, number, int(day)))
            except ValueError:
                continue
    return found


def _is_of(one: date, day: str | None, month: str, year: str | None) -> bool:
    """Whether a date has this month, and this day or year, as far as they are told."""
    return (
        bool(day or year)
        and month.casefold() == _MONTHS[one.month - 1]
        and (day is None or int(day) == one.day)
        and (year is None or int(year) in (one.year, one.year % 100))
    )


def _read_time(found: re.Match[str]) -> set[tuple[int, int, int]]:
    hour, minute, second, half = found.groups()
    hours = int(hour) % 12 + 12 * (half == "P") if half else int(hour)
    return {(hours, int(minute), int(second or 0))}


def _read_number(text: str) -> set[str]:
    """The numbers that figures may denote, whether a comma or a full stop parts the decimals; nine digits of these."""
    found: set[str] = set()
    for thousands, decimals in ((",", "."), (".", ",")):
        try:
            plain = text.rstrip(".,").replace(thousands, "").replace(decimals, ".")
            found.add(str(int(plain)) if plain.isdecimal() else f"{float(plain):.9g}")
        except ValueError:
            continue
    return found


def _empty_sheets(path: Path) -> list[str]:
    """The names of the sheets without a cell."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        return [name for name in book.sheet_names if not book.get_sheet_by_name(name).height]
    except CalamineError:
        return []


def _link_addresses(path: Path) -> list[str]:
    """The addresses of links in an Office file, which nobody sees beside the words of the link."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist() if ".rels" in name]
    except (zipfile.BadZipFile, OSError, RuntimeError):
        return []
    return [address.replace("&amp;", "&") for part in parts for address in _ADDRESS.findall(part)]
