"""Writes failures into stored records and reads them back, those of older and newer versions included.

Older versions stored English sentences. If the wording of one changes, its old template must be kept here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING, Any

from knowledge.core.failure_codes import FailureCode
from knowledge.core.failure_texts_en import ENGLISH_FAILURE_TEXTS
from knowledge.core.failures import Failure, failure_from_sentence, list_template_fields
from knowledge.core.stored_record import StoredRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

_NESTED_FIELDS = frozenset({"why", "kind"})  # the fields that hold another failure
_NUMBER_PATTERNS = {"d": r"\d++", ",": r"(?:\d{3},)*+\d{1,3}"}  # as they stand from right to left
_MAX_CHARACTERS = 4_000  # a longer sentence contains foreign text, and the search would take long
_CODES = {code.value: code for code in FailureCode}


def parse_old_sentence(sentence: str) -> Failure:
    """Finds the code and the parameters that a sentence was made of; without any, it stays a plain sentence.

    Where several templates fit, the one with more fixed characters wins.
    """
    return _match_sentence(sentence) or failure_from_sentence(sentence)


def _match_sentence(sentence: str) -> Failure | None:
    if len(sentence) > _MAX_CHARACTERS:
        return None
    for one in _list_patterns():
        if one.longest_literal in sentence and (found := one.pattern.fullmatch(sentence[::-1])):
            fields = {name: text[::-1] for name, text in found.groupdict().items()}
            params = {name: _parse_field(name, text, one.number_fields) for name, text in fields.items()}
            return Failure(one.code, params)
    return None


def _parse_field(name: str, text: str, number_fields: frozenset[str]) -> str | int | Failure:
    if name in number_fields:
        return int(text.replace(",", ""))
    nested = _match_sentence(text) if name in _NESTED_FIELDS else None
    return nested or text


@dataclass(frozen=True, slots=True)
class _SentencePattern:
    """A sentence as it is searched for: the plain search for `longest_literal` is faster than the pattern."""

    code: FailureCode
    literal_length: int
    longest_literal: str
    number_fields: frozenset[str]
    pattern: re.Pattern[str]


@cache
def _list_patterns() -> tuple[_SentencePattern, ...]:
    """The patterns of all sentences, those with the most fixed characters first."""
    codes = (code for code in FailureCode if code is not FailureCode.SENTENCE)
    return tuple(sorted(map(_pattern_from_code, codes), key=lambda one: one.literal_length, reverse=True))


def _pattern_from_code(code: FailureCode) -> _SentencePattern:
    template = ENGLISH_FAILURE_TEXTS[code]
    literals = [literal for literal, *_ in Formatter().parse(template)]
    numbers = frozenset(name for name, is_number in list_template_fields(template) if is_number)
    pattern = re.compile("".join(_build_patterns(template)), re.DOTALL)
    return _SentencePattern(code, sum(map(len, literals)), max(literals, key=len), numbers, pattern)


def _build_patterns(template: str) -> Iterator[str]:
    """Yields the parts of a pattern that reads a sentence from right to left.

    A field ends where the fixed characters before it stand, so each matches in one way only: the time does not grow
    faster than the sentence.
    """
    for literal, name, spec, _ in reversed([*Formatter().parse(template)]):
        before = re.escape(literal[::-1])
        if name:
            words = f".(?:(?!{before}).)*+" if before else ".+"
            yield f"(?P<{name}>{_NUMBER_PATTERNS.get(spec or '', words)})"
        yield before


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureRecord(StoredRecord):
    """A stored value that may hold a failure. `reason` is its English sentence, which older versions read."""

    failure: Failure | None = None
    reason: str | None = field(init=False, default=None, compare=False)

    def __post_init__(self) -> None:
        """Word the failure."""
        object.__setattr__(self, "reason", str(self.failure) if self.failure else None)

    @classmethod
    def upgrade_record(cls, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Read the failure of a stored record; its sentence is worded again."""
        known = {name: value for name, value in record.items() if name != "reason"}
        return {**known, "failure": read_failure_fields(record)}


def read_failure_fields(record: Mapping[str, Any]) -> Failure | None:
    """The failure that a record holds.

    The sentence of a record of an older version is parsed; that of a newer version, with a code that this one lacks,
    stays a sentence.
    """
    sentence, stored = record.get("reason"), record.get("failure")
    if isinstance(stored, Failure):
        return stored
    if stored is not None:
        return failure_from_record(stored) or failure_from_sentence(str(sentence or ""))
    return None if sentence is None else parse_old_sentence(sentence)


def failure_to_record(failure: Failure) -> dict[str, Any]:
    """The stored form: {"code": …, "params": {…}}, a nested failure in the same form."""
    params = {
        name: failure_to_record(value) if isinstance(value, Failure) else value
        for name, value in failure.params.items()
    }
    return {"code": failure.code.value, "params": params}


def failure_from_record(stored: object) -> Failure | None:
    """Reads the stored form; None where this version lacks the code, or the record a parameter of its sentence."""
    match stored:
        case {"code": str(value), "params": dict(values)} if value in _CODES:
            code = _CODES[value]
        case _:
            return None
    params: dict[str, str | int | Failure] = {}
    for key, value in values.items():
        param = failure_from_record(value) if isinstance(value, dict) else value
        if not isinstance(param, str | int | Failure):
            return None
        params[key] = param
    for name, is_number in list_template_fields(ENGLISH_FAILURE_TEXTS[code]):
        if name not in params or (is_number and not isinstance(params[name], int)):
            return None
    return Failure(code, params)
