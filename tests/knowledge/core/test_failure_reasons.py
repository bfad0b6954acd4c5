from __future__ import annotations

from string import Formatter

import pytest

from knowledge.core.failure_reasons import Reason, Said, read_back

AWKWARD = 'Plan: v2 (final), « été » – it\'s "{name}" 日本, 1,000 waits.pdf'
KINDS = [Reason.A_PDF, Reason.TEXT, Reason.AN_OUTLOOK_MESSAGE]
WHYS = {
    Reason.CLOSED: [reason for reason in Reason if reason.name.startswith("RULE_")],
    Reason.WAITS: [Reason.NO_SCHEDULER, Reason.SCHEDULER_GONE, Reason.NO_WORKER],
    Reason.BY_WORDS: [Reason.MODEL_REFUSES, Reason.NO_DIRECTION],
    Reason.BY_WORDS_AND_LONGER: [Reason.MODEL_REFUSES, Reason.NO_DIRECTION],
}
COMPOSED = [
    *((reason, inner) for reason, whys in WHYS.items() for inner in whys),
    *((reason, inner) for reason in Reason if "{kind}" in reason for inner in KINDS),
]


def filled(reason: Reason, text: str) -> dict[str, str | int | Said]:
    """Something for each field: this text, or a large number."""
    holes = [(name, how) for _, name, how, _ in Formatter().parse(reason) if name]
    return {name: 1_234_567 if how else text for name, how in holes}


@pytest.mark.parametrize("text", ["report.pdf", "3", AWKWARD, "de\\gré (é).md", "x"], ids=str)
@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.name)
def test_a_sentence_reads_back_to_its_reason_and_its_fields(reason: Reason, text: str) -> None:
    fields = filled(reason, text)
    assert read_back(reason.about(**fields)) == Said(reason, fields)


@pytest.mark.parametrize(("reason", "inner"), COMPOSED, ids=lambda reason: reason.name)
def test_what_a_sentence_is_composed_of_is_read_back_too(reason: Reason, inner: Reason) -> None:
    within = filled(inner, "bge-m3")
    field = "kind" if "{kind}" in reason else "why"
    fields = {**filled(reason, AWKWARD), field: inner.about(**within)}
    assert read_back(reason.about(**fields)) == Said(reason, {**fields, field: Said(inner, within)})


def test_every_reason_that_needs_another_one_is_tried_with_it() -> None:
    assert {reason for reason in Reason if "{why}" in reason or "{kind}" in reason} == {
        reason for reason, _ in COMPOSED
    }


def test_no_two_reasons_are_the_same() -> None:
    assert len(Reason.__members__) == len({str(reason) for reason in Reason})


def test_a_name_that_holds_the_reason_s_own_words_is_read_whole() -> None:
    name = "notes on who waits: a list (x) waits: y.md"
    sentence = Reason.WAITS.about(name=name, why=Reason.NO_WORKER.about(scheduler="tcp://a:1"))
    said = read_back(sentence)
    assert said is not None
    assert said.fields["name"] == name


@pytest.mark.parametrize("name", ["text", "says nothing", "is too long", Reason.A_PDF], ids=str)
def test_a_name_is_never_taken_for_a_reason(name: str) -> None:
    assert read_back(Reason.EMPTY.about(name=name)) == Said(Reason.EMPTY, {"name": name})


@pytest.mark.parametrize(
    "sentence",
    ["", "Bad.", "report.pdf is in a format of tomorrow: wait.", " is empty: drop it again once it holds something."],
)
def test_what_no_reason_said_is_not_read_back(sentence: str) -> None:
    assert read_back(sentence) is None


def test_a_sentence_without_end_is_left_alone() -> None:
    assert read_back(Reason.TOO_WIDE_A_SHEET.about(name="a.xlsx", most=1_000, sheet="x" * 10**6)) is None


def test_a_sentence_is_valid_text_whatever_is_filled_in() -> None:
    assert Reason.EMPTY.about(name="caf\udce9.md") == Reason.EMPTY.about(name="caf\ufffd.md")
