from __future__ import annotations

import json
from typing import Any

import pytest

from knowledge.core import failure_records
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failure_records import FailureRecord, failure_from_record, read_failure_fields
from knowledge.core.failures import Failure, failure_from_sentence, make_failure
from knowledge.storage.record_repository import format_record
from tests.knowledge.core.test_old_failure_sentences import COMPOSED, build_failure

EMPTY = make_failure(FailureCode.EMPTY, name="a.md")


def refuse_to_parse(sentence: str) -> Failure:
    """Stands in for the parser of old sentences."""
    raise AssertionError(sentence)


@pytest.mark.parametrize("code", FailureCode, ids=str)
def test_a_new_record_is_read_without_parsing_its_sentence(code: FailureCode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failure_records, "parse_old_sentence", refuse_to_parse)
    failure = build_failure(code, "Plan: v2 (final).pdf")
    record = json.loads(json.dumps(format_record(FailureRecord(failure=failure))))
    assert record["reason"] == str(failure)
    assert record["failure"]["code"] == code.value
    assert read_failure_fields(record) == failure


@pytest.mark.parametrize(("code", "inner"), COMPOSED, ids=str)
def test_a_nested_failure_is_stored_nested(code: FailureCode, inner: FailureCode) -> None:
    failure = build_failure(code, "x", why=build_failure(inner, "y"), kind=build_failure(inner, "y"))
    stored = json.loads(json.dumps(format_record(FailureRecord(failure=failure))))
    assert stored["failure"]["params"]["why"]["code"] == inner.value
    assert read_failure_fields(stored) == failure


def test_a_record_of_an_older_version_is_read_by_its_sentence() -> None:
    assert read_failure_fields({"reason": "a.md is empty: drop it again once it holds something."}) == EMPTY


@pytest.mark.parametrize("record", [{}, {"reason": None}, {"reason": None, "failure": None}])
def test_a_record_without_a_failure_has_none(record: dict[str, Any]) -> None:
    assert read_failure_fields(record) is None


@pytest.mark.parametrize(
    "stored",
    [
        {"code": "of_a_newer_version", "params": {}},
        {"code": "empty", "params": {}},
        {"code": "too_many_pages", "params": {"name": "a.pdf", "pages": "many", "most": 3}},
        {"code": "waits", "params": {"name": "a.pdf", "why": {"code": "of_a_newer_version", "params": {}}}},
        {"code": "empty", "params": {"name": ["a.md"]}},
        {"code": 3},
        "empty",
    ],
    ids=["code", "parameter", "number", "nested", "list", "no-text", "no-object"],
)
def test_a_failure_of_a_newer_version_keeps_its_english_sentence(stored: object) -> None:
    assert failure_from_record(stored) is None
    record = {"reason": "a.md is of tomorrow: wait.", "failure": stored}
    assert read_failure_fields(record) == failure_from_sentence("a.md is of tomorrow: wait.")
