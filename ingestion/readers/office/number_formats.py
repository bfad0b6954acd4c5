"""Show a cell's value as its workbook does, near enough: percentages, decimals, currencies, dates. Pure."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache

_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_BRACKETED = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_OTHER_BRACKETS = re.compile(r"\[[^\]]*\]")
_SPACING = re.compile(r"[_*].")
_NUMBER = re.compile(r"[#0?][#0?,. ]*")
_CURRENCY = re.compile(r"[€$£¥]|CHF|EUR|USD|GBP")


def format_cell_value(value: object, number_format: str) -> str:
    """The value of a cell with this number format, as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _format_number(value, *_parse_number_format(number_format))
    if isinstance(value, datetime.datetime):
        whole = value.time() == datetime.time()
        return str(value.date()) if whole else value.isoformat(" ", "seconds")
    if isinstance(value, datetime.time):
        return value.isoformat("seconds")
    return " ".join(str(value).split())


def _format_number(value: float, decimals: int | None, before: str, after: str) -> str:
    if after.startswith("%"):
        value *= 100
    digits = format(value, ".15g") if decimals is None else format(value, f".{decimals}f")
    return f"{before}{digits}{after}"


@lru_cache(maxsize=1024)
def _parse_number_format(number_format: str) -> tuple[int | None, str, str]:
    """How many decimals a format shows (None for as many as there are), and what it writes before and after."""
    first = _SPACING.sub("", _QUOTED.sub(r"\1\2", _BRACKETED.sub(r"\1", number_format.split(";")[0])))
    first = _OTHER_BRACKETS.sub("", first)
    digits = _NUMBER.search(first)
    if digits is None or "E+" in first.upper() or "/" in first:
        return None, "", ""
    decimals = sum(c in "0#?" for c in digits[0].partition(".")[2])
    before, after = first[: digits.start()], first[digits.end() :].strip()
    if "%" in after:
        return decimals, "", "%"
    money = _CURRENCY.search(first)
    if money is None:
        return decimals, "", ""
    return (decimals, money[0], "") if money[0] in before else (decimals, "", f" {money[0]}")
