from __future__ import annotations

from string import Formatter

import pytest

from knowledge.core.failure_reasons import FailureReason, ParsedReason, parse_reason

AWKWARD = 'Plan: v2 (final), « été » – it\'s "{name}" 日本, 1,000 waits.pdf'
KINDS = [FailureReason.A_PDF, FailureReason.TEXT, FailureReason.AN_OUTLOOK_MESSAGE]
WHYS = {
    FailureReason.CLOSED: [reason for reason in FailureReason if reason.name.startswith("RULE_")],
    FailureReason.WAITS: [FailureReason.NO_SCHEDULER, FailureReason.SCHEDULER_GONE, FailureReason.NO_WORKER],
    FailureReason.BY_WORDS: [FailureReason.MODEL_REFUSES, FailureReason.NO_DIRECTION],
    FailureReason.BY_WORDS_AND_LONGER: [FailureReason.MODEL_REFUSES, FailureReason.NO_DIRECTION],
}
COMPOSED = [
    *((reason, inner) for reason, whys in WHYS.items() for inner in whys),
    *((reason, inner) for reason in FailureReason if "{kind}" in reason for inner in KINDS),
]


def filled(reason: FailureReason, text: str) -> dict[str, str | int | ParsedReason]:
    """Something for each field: this text, or a large number."""
    holes = [(name, how) for _, name, how, _ in Formatter().parse(reason) if name]
    return {name: 1_234_567 if how else text for name, how in holes}


@pytest.mark.parametrize("text", ["report.pdf", "3", AWKWARD, "de\\gré (é).md", "x"], ids=str)
@pytest.mark.parametrize("reason", FailureReason, ids=lambda reason: reason.name)
def test_a_sentence_reads_back_to_its_reason_and_its_fields(reason: FailureReason, text: str) -> None:
    fields = filled(reason, text)
    assert parse_reason(reason.to_sentence(**fields)) == ParsedReason(reason, fields)


@pytest.mark.parametrize(("reason", "inner"), COMPOSED, ids=lambda reason: reason.name)
def test_what_a_sentence_is_composed_of_is_read_back_too(reason: FailureReason, inner: FailureReason) -> None:
    within = filled(inner, "bge-m3")
    field = "kind" if "{kind}" in reason else "why"
    fields = {**filled(reason, AWKWARD), field: inner.to_sentence(**within)}
    assert parse_reason(reason.to_sentence(**fields)) == ParsedReason(
        reason, {**fields, field: ParsedReason(inner, within)}
    )


def test_every_reason_that_needs_another_one_is_tried_with_it() -> None:
    assert {reason for reason in FailureReason if "{why}" in reason or "{kind}" in reason} == {
        reason for reason, _ in COMPOSED
    }


def test_no_two_reasons_are_the_same() -> None:
    assert len(FailureReason.__members__) == len({str(reason) for reason in FailureReason})


def test_a_name_that_holds_the_reason_s_own_words_is_read_whole() -> None:
    name = "notes on who waits: a list (x) waits: y.md"
    sentence = FailureReason.WAITS.to_sentence(
        name=name, why=FailureReason.NO_WORKER.to_sentence(scheduler="tcp://a:1")
    )
    said = parse_reason(sentence)
    assert said is not None
    assert said.fields["name"] == name


@pytest.mark.parametrize("name", ["text", "says nothing", "is too long", FailureReason.A_PDF], ids=str)
def test_a_name_is_never_taken_for_a_reason(name: str) -> None:
    assert parse_reason(FailureReason.EMPTY.to_sentence(name=name)) == ParsedReason(FailureReason.EMPTY, {"name": name})


@pytest.mark.parametrize(
    "sentence",
    ["", "Bad.", "report.pdf is in a format of tomorrow: wait.", " is empty: drop it again once it holds something."],
)
def test_what_no_reason_said_is_not_read_back(sentence: str) -> None:
    assert parse_reason(sentence) is None


def test_a_sentence_without_end_is_left_alone() -> None:
    assert (
        parse_reason(FailureReason.TOO_WIDE_A_SHEET.to_sentence(name="a.xlsx", most=1_000, sheet="x" * 10**6)) is None
    )


def test_a_sentence_is_valid_text_whatever_is_filled_in() -> None:
    assert FailureReason.EMPTY.to_sentence(name="caf\udce9.md") == FailureReason.EMPTY.to_sentence(name="caf\ufffd.md")
