from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.answering.languages.all_languages import LANGUAGES
from bot.answering.languages.small_talk import TalkKind
from bot.answering.talk.recognise import Talk, needs_no_model, recognise_talk, strip_courtesies
from tests.bot.answering.talk.cases import CASES, EMOJI, QUESTIONS

SAID = [(code, kind, text) for code, kinds in CASES.items() for kind, texts in kinds.items() for text in texts]
CHATTER = ("small talk", "within a thread", "rhetorical")  # in a channel, between people
SETS = sorted(Path("tests/questions").glob("*.jsonl"))


def test_the_table_has_every_kind_in_every_language_and_120_cases() -> None:
    assert CASES.keys() == LANGUAGES.keys()
    assert all(len(kinds) == 10 for kinds in CASES.values())
    assert len(SAID) + len(EMOJI) >= 120


@pytest.mark.parametrize(("code", "kind", "text"), SAID)
def test_talk_is_recognised_in_its_language(code: str, kind: TalkKind, text: str) -> None:
    talk = recognise_talk(text)
    assert talk
    assert talk.kind == kind
    assert code in talk.languages
    assert needs_no_model(text) is (kind != "changed")


@pytest.mark.parametrize("text", EMOJI)
def test_emoji_alone_are_talk(text: str) -> None:
    assert recognise_talk(text) == Talk("emoji")


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_that_looks_like_talk_is_a_question(text: str) -> None:
    assert recognise_talk(text) is None


@pytest.mark.parametrize("file", SETS, ids=lambda file: file.stem)
def test_no_question_of_the_benches_is_swallowed(file: Path) -> None:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    asked = [row["question"] for row in rows if row.get("kind") not in CHATTER]
    assert [text for text in asked if recognise_talk(text)] == []


def test_the_document_and_the_time_are_taken_from_the_words() -> None:
    changed, today = recognise_talk("when was the Expense policy last updated?"), recognise_talk("what's new today?")
    assert changed
    assert today
    assert (changed.document, today.days) == ("expense policy", 1)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Bonjour, combien de jours de congés ? Merci d'avance !", "combien de jours de congés ?"),
        ("Hi there! How long must a password be? Thanks :+1:", "How long must a password be?"),
        ("hello", "hello"),
        ("Danke", "Danke"),
        ("How long, at most?", "How long, at most?"),
    ],
)
def test_courtesies_around_a_question_are_not_searched(text: str, asked: str) -> None:
    assert strip_courtesies(text) == asked


def test_a_long_text_is_no_talk_and_costs_no_time() -> None:
    assert recognise_talk("thanks " * 1_000) is None
    assert strip_courtesies("ok, " * 1_000 + "why?") == "why?"
