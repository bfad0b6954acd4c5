from __future__ import annotations

import pytest

from knowledge.core.failure_codes import FailureCode
from knowledge.core.failure_texts_en import ENGLISH_FAILURE_TEXTS
from knowledge.core.failures import Failure, failure_from_sentence, list_template_fields, make_failure
from knowledge.core.old_failure_sentences import parse_old_sentence

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
