"""Decides which characters nobody sees: they hide words from people that models and addresses still hold. Pure.

And what stands in place of those that nobody can write, or that a terminal must not have.
"""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection

    from _typeshed import DataclassInstance

# What joins, turns or fills without a mark of its own: zero-width characters, marks of direction, tags, fillers,
# and variation selectors but for the two that choose how an emoji looks.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_EMOJI = "\u203c-\u3299\U0001f000-\U0001faff"
_JOINING_SCRIPTS = "\u0600-\u08ff\u0900-\u0fff\u1000-\u109f\u1780-\u17ff"  # Arabic, India's scripts, Myanmar, Khmer
# After these, two joiners and two selectors change what is seen; elsewhere they only hide.
_HIDDEN = re.compile(
    rf"[{_INVISIBLE}]|(?<![{_JOINING_SCRIPTS}])\u200c|(?<![\ufe0f{_EMOJI}{_JOINING_SCRIPTS}])\u200d"
    rf"|(?<![#*0-9\u00a9\u00ae{_EMOJI}])[\ufe0e\ufe0f]"
)
_MAY_HIDE = re.compile(rf"[{_INVISIBLE}\u200c\u200d\ufe0e\ufe0f]")  # a set alone is looked for many times faster
_HALVES = re.compile(r"[\ud800-\udfff]")  # of a character in UTF-16; no UTF-8 can hold one
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HIDDEN_RUN = re.compile(rf"(?:{_HIDDEN.pattern})+")
# Writers put these everywhere, one by one: where a word may part, where writing turns, where a file begins.
_HARMLESS = frozenset("\u00ad\u061c\u200e\u200f\u2060\ufeff")


def strip_invisible(text: str) -> str:
    """`text` without what nobody sees. Of a text and one more character, the text stays what it was."""
    return text if text.isascii() or not _MAY_HIDE.search(text) else _HIDDEN.sub("", text)


def valid(text: str) -> str:
    """`text` as UTF-8 can hold it: two halves of a character become that character, and a single half a mark."""
    if text.isascii() or not _HALVES.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def mask_control_characters(text: str) -> str:
    """`text` for a terminal, which what a document holds must not steer: a mark in place of each control character."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def count_invisible_characters(text: str) -> int:
    """How many characters of `text` nobody sees."""
    return 0 if text.isascii() else len(_HIDDEN.findall(text))


def count_invisible_runs(text: str) -> int:
    """How many runs of characters that nobody sees `text` holds, but for the single ones that writers need."""
    if text.isascii() or not _MAY_HIDE.search(text):
        return 0
    return sum(run[0] not in _HARMLESS for run in _HIDDEN_RUN.finditer(text))


T = TypeVar("T", bound="DataclassInstance")
_BREAKING_SPACE = re.compile(r" (?=[?!;:»](?:\W|$))|(?<=«) ")


def add_french_spaces(text: str) -> str:
    """The text with a no-break space before high signs, and within quotation marks."""
    return _BREAKING_SPACE.sub("\N{NO-BREAK SPACE}", text)


def add_french_spaces_to_fields(texts: T, except_fields: Collection[str] = ()) -> T:
    """Every text of a dataclass, set; those with these names stay as they are."""
    written = ((field.name, getattr(texts, field.name)) for field in fields(texts) if field.name not in except_fields)
    return replace(texts, **{name: add_french_spaces(text) for name, text in written if isinstance(text, str)})
