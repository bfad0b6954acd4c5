"""Writes failures into stored records and reads them back, those of older and newer versions included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from knowledge.core.failure_codes import FailureCode
from knowledge.core.failure_texts_en import ENGLISH_FAILURE_TEXTS
from knowledge.core.failures import Failure, failure_from_sentence, list_template_fields
from knowledge.core.old_failure_sentences import parse_old_sentence
from knowledge.core.stored_record import StoredRecord

_CODES = {code.value: code for code in FailureCode}


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
