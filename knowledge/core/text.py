"""Cleans text: folds and stems words, finds invisible and invalid characters, and sets French typography. Pure.

Invisible characters hide words from people, which models and links still contain.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import Stemmer

if TYPE_CHECKING:
    from collections.abc import Collection

    from _typeshed import DataclassInstance

    from knowledge.core.documents import Language

# Zero-width characters, direction marks, tags, fillers, and all variation selectors except the two for emoji.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_EMOJI = "\u203c-\u3299\U0001f000-\U0001faff"
_JOINING_SCRIPTS = "\u0600-\u08ff\u0900-\u0fff\u1000-\u109f\u1780-\u17ff"  # Arabic, India's scripts, Myanmar, Khmer
# After these, the two joiners and two selectors change what is seen. Elsewhere they are invisible.
_HIDDEN = re.compile(
    rf"[{_INVISIBLE}]|(?<![{_JOINING_SCRIPTS}])\u200c|(?<![\ufe0f{_EMOJI}{_JOINING_SCRIPTS}])\u200d"
    rf"|(?<![#*0-9\u00a9\u00ae{_EMOJI}])[\ufe0e\ufe0f]"
)
_MAY_HIDE = re.compile(rf"[{_INVISIBLE}\u200c\u200d\ufe0e\ufe0f]")  # searching one character class is many times faster
_HALVES = re.compile(r"[\ud800-\udfff]")  # UTF-16 surrogates, which UTF-8 cannot hold
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HIDDEN_RUN = re.compile(rf"(?:{_HIDDEN.pattern})+")
# Word processors write single ones: soft hyphens, direction marks, byte order marks.
_HARMLESS = frozenset("\u00ad\u061c\u200e\u200f\u2060\ufeff")

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})


def fold_word(word: str) -> str:
    """The word in lower case, without accents and ligatures."""
    if word.isascii():
        return word.lower()  # most words, and it took most of the worker's time
    decomposed = unicodedata.normalize("NFD", word.lower().translate(_LIGATURES))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache
def load_stemmer(language: Language) -> Stemmer.Stemmer:
    """Returns the stemmer of a language; it takes folded words."""
    return Stemmer.Stemmer(language)


def strip_invisible(text: str) -> str:
    """Remove invisible characters. A longer text gives a result that starts with the shorter one's."""
    return text if text.isascii() or not _MAY_HIDE.search(text) else _HIDDEN.sub("", text)


def repair_surrogates(text: str) -> str:
    """Make `text` valid UTF-8: surrogate pairs become their character, single ones a replacement character."""
    if text.isascii() or not _HALVES.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def mask_control_characters(text: str) -> str:
    """Replace control characters, because a document's text must not control a terminal."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def count_invisible_runs(text: str) -> int:
    """The number of runs of invisible characters in `text`, without harmless single ones."""
    if text.isascii() or not _MAY_HIDE.search(text):
        return 0
    return sum(run[0] not in _HARMLESS for run in _HIDDEN_RUN.finditer(text))


T = TypeVar("T", bound="DataclassInstance")
_BREAKING_SPACE = re.compile(r" (?=[?!;:»](?:\W|$))|(?<=«) ")


def add_french_spaces(text: str) -> str:
    """Put no-break spaces before high punctuation marks and inside quotation marks."""
    return _BREAKING_SPACE.sub("\N{NO-BREAK SPACE}", text)


def add_french_spaces_to_fields(texts: T, except_fields: Collection[str] = ()) -> T:
    """Apply `add_french_spaces` to every text field of a dataclass, except those named."""
    written = ((field.name, getattr(texts, field.name)) for field in fields(texts) if field.name not in except_fields)
    return replace(texts, **{name: add_french_spaces(text) for name, text in written if isinstance(text, str)})
