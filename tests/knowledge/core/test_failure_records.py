from __future__ import annotations

import json
from typing import Any

import pytest

from knowledge.core import failure_records
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failure_records import FailureRecord, failure_from_record, parse_old_sentence, read_failure_fields
from knowledge.core.failure_texts_en import ENGLISH_FAILURE_TEXTS
from knowledge.core.failures import Failure, failure_from_sentence, list_template_fields, make_failure
from knowledge.storage.record_repository import format_record

EMPTY = make_failure(FailureCode.EMPTY, name="a.md")


CODES = [code for code in FailureCode if code is not FailureCode.SENTENCE]
AWKWARD = 'Plan: v2 (final), « été » – it\'s "{name}" 日本, 1,000 waits.pdf'
KINDS = [FailureCode.A_PDF, FailureCode.TEXT, FailureCode.AN_OUTLOOK_MESSAGE]
WHYS = {
    FailureCode.CLOSED: [code for code in FailureCode if code.name.startswith("RULE_")],
    FailureCode.WAITS: [FailureCode.NO_SCHEDULER, FailureCode.SCHEDULER_GONE, FailureCode.NO_WORKER],
    FailureCode.BY_WORDS: [FailureCode.MODEL_REFUSES, FailureCode.NO_DIRECTION],
    FailureCode.BY_WORDS_AND_LONGER: [FailureCode.MODEL_REFUSES, FailureCode.NO_DIRECTION],
}
COMPOSED = [
    *((code, inner) for code, whys in WHYS.items() for inner in whys),
    *((code, inner) for code in CODES if "{kind}" in ENGLISH_FAILURE_TEXTS[code] for inner in KINDS),
]


def build_failure(code: FailureCode, text: str, **params: object) -> Failure:
    """A failure with this text, or a large number, for each parameter."""
    fields = list_template_fields(ENGLISH_FAILURE_TEXTS[code])
    return make_failure(code, **{name: 1_234_567 if is_number else text for name, is_number in fields} | params)


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


@pytest.mark.parametrize("text", ["report.pdf", "3", AWKWARD, "de\\gré (é).md", "x"], ids=str)
@pytest.mark.parametrize("code", CODES, ids=str)
def test_a_sentence_is_read_back_to_its_code_and_parameters(code: FailureCode, text: str) -> None:
    failure = build_failure(code, text)
    assert parse_old_sentence(str(failure)) == failure


@pytest.mark.parametrize(("code", "inner"), COMPOSED, ids=str)
def test_a_nested_failure_is_read_back(code: FailureCode, inner: FailureCode) -> None:
    field = "kind" if "{kind}" in ENGLISH_FAILURE_TEXTS[code] else "why"
    failure = build_failure(code, AWKWARD, **{field: build_failure(inner, "bge-m3")})
    assert parse_old_sentence(str(failure)) == failure


def test_every_code_that_nests_another_is_tried_with_it() -> None:
    templates = ENGLISH_FAILURE_TEXTS.items()
    assert {code for code, text in templates if "{why}" in text or "{kind}" in text} == {code for code, _ in COMPOSED}


def test_a_name_that_holds_the_words_of_a_sentence_is_read_whole() -> None:
    name = "notes on who waits: a list (x) waits: y.md"
    failure = make_failure(FailureCode.WAITS, name=name, why=make_failure(FailureCode.NO_WORKER, scheduler="tcp://a:1"))
    assert parse_old_sentence(str(failure)).params["name"] == name


@pytest.mark.parametrize("name", ["text", "says nothing", "is too long", "a PDF"], ids=str)
def test_a_name_is_never_taken_for_a_failure(name: str) -> None:
    failure = make_failure(FailureCode.EMPTY, name=name)
    assert parse_old_sentence(str(failure)) == failure


@pytest.mark.parametrize(
    "sentence",
    ["", "Bad.", "report.pdf is in a format of tomorrow: wait.", " is empty: drop it again once it holds something."],
)
def test_an_unknown_sentence_stays_a_sentence(sentence: str) -> None:
    assert parse_old_sentence(sentence) == failure_from_sentence(sentence)


def test_a_very_long_sentence_is_not_parsed() -> None:
    failure = make_failure(FailureCode.TOO_WIDE_A_SHEET, name="a.xlsx", most=1_000, sheet="x" * 10**6)
    assert parse_old_sentence(str(failure)).code is FailureCode.SENTENCE
