from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from knowledge.core.failure_codes import FailureCode
from knowledge.core.failure_texts_en import ENGLISH_FAILURE_TEXTS
from knowledge.core.failures import (
    BusyDocument,
    Failure,
    FailureRecord,
    SouffleurError,
    UnreadableDocument,
    failure_from_record,
    failure_from_sentence,
    leave_out_inner_names,
    list_template_fields,
    make_failure,
    read_failure_fields,
)
from knowledge.storage.record_repository import format_record

CODES = [code for code in FailureCode if code is not FailureCode.SENTENCE]
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


def test_every_code_has_an_english_sentence_of_its_own() -> None:
    assert ENGLISH_FAILURE_TEXTS.keys() == set(FailureCode)
    assert len(set(ENGLISH_FAILURE_TEXTS.values())) == len(FailureCode)


def test_a_failure_reads_as_an_english_sentence() -> None:
    failure = make_failure(FailureCode.TOO_MANY_PAGES, name="1,000.pdf", pages=20_400, most=20_000)
    assert str(failure) == "1,000.pdf has 20,400 pages, more than 20,000: split it."


def test_a_code_as_a_parameter_is_a_nested_failure() -> None:
    failure = make_failure(FailureCode.MISNAMED, name="{a}.docx", kind=FailureCode.A_PDF, better="{a}.pdf")
    assert failure.params["kind"] == Failure(FailureCode.A_PDF)
    assert str(failure) == "{a}.docx is in truth a PDF: rename it to {a}.pdf."


def test_a_sentence_is_valid_text_whatever_a_name_holds() -> None:
    assert make_failure(FailureCode.EMPTY, name="caf\udce9.md") == make_failure(FailureCode.EMPTY, name="caf\ufffd.md")


@pytest.mark.parametrize("kind", [UnreadableDocument, BusyDocument])
def test_an_error_carries_its_failure_between_processes(kind: type[SouffleurError]) -> None:
    failure = make_failure(FailureCode.WAITS, name="a.md", why=make_failure(FailureCode.NO_WORKER, scheduler="tcp://a"))
    error = pickle.loads(pickle.dumps(kind(failure)))  # noqa: S301  # made here
    assert (error.failure, str(error)) == (failure, str(failure))


def test_an_error_of_a_plain_sentence_is_shown_as_it_is() -> None:
    error = SouffleurError("Ollama does not answer.")
    assert error.failure == failure_from_sentence("Ollama does not answer.")
    assert str(error.failure) == str(error)


def test_a_failure_is_told_without_the_names_inside_the_document() -> None:
    first = make_failure(FailureCode.EMPTY, name="Layoffs.xlsx")
    unread = make_failure(FailureCode.MEMBERS_UNREAD, name="a.zip", count=2, first=first)
    wide = make_failure(FailureCode.TOO_WIDE_A_SHEET, name="a.xlsx", most=100, sheet="Layoffs")
    assert str(leave_out_inner_names(unread)) == "a.zip holds files (2), none of which can be read."
    assert "in sheet …: split it" in str(leave_out_inner_names(wide))
    assert leave_out_inner_names(first) == first


@pytest.mark.parametrize("code", FailureCode, ids=str)
def test_a_stored_failure_is_read_back_to_its_code_and_parameters(code: FailureCode) -> None:
    failure = build_failure(code, 'Plan: v2 (final), « été » – it\'s "{name}" 日本, 1,000 waits.pdf')
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


def test_a_record_of_an_older_version_keeps_its_english_sentence() -> None:
    sentence = "a.md is empty: drop it again once it holds something."
    assert read_failure_fields({"reason": sentence}) == failure_from_sentence(sentence)


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


def test_every_code_that_nests_another_is_tried_with_it() -> None:
    templates = ENGLISH_FAILURE_TEXTS.items()
    assert {code for code, text in templates if "{why}" in text or "{kind}" in text} == {code for code, _ in COMPOSED}
