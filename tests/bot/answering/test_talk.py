from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from bot.answering.languages.all_languages import LANGUAGES
from bot.answering.languages.answer_texts import TalkTexts
from bot.answering.languages.word_lists import TalkKind
from bot.answering.talk import Talk, choose_talk_language, needs_no_model, recognise_talk, strip_courtesies, write_reply
from knowledge.core.documents import Document, DocumentState, Fingerprint
from tests.bot.answering.talk_cases import CASES, EMOJI, QUESTIONS

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


NOW = 1_790_000_000.0  # 21 September 2026
DAY = 86_400.0


def document(path: str, title: str, days_ago: float = 30.0) -> Document:
    made = Document(path, Fingerprint(1, 1, 1, 1), "sha", "v", 1, DocumentState.WORDS, title=title)
    return replace(made, changed_at=NOW - days_ago * DAY)


HANDBOOK, POLICY = document("hr/handbook.pdf", "Staff handbook"), document("policy.docx", "Expense policy", 2.0)


def reply(text: str, *documents: Document, language: str = "en") -> str | None:
    talk = recognise_talk(text)
    assert talk
    return write_reply(talk, language, documents, NOW)


def test_the_documents_are_counted_and_listed() -> None:
    assert reply("which documents do you know?", POLICY, HANDBOOK) == (
        "Documents that I know and you may read: 2\n- Staff handbook\n- Expense policy"
    )
    many = [document(f"{n:02}.md", f"Title {n}") for n in range(14)]
    listed = reply("which documents do you know?", *many)
    assert listed
    assert listed.endswith("- Title 9\n\n… and 4 more")


def test_documents_that_cannot_be_searched_are_not_known() -> None:
    failed = replace(HANDBOOK, state=DocumentState.FAILED)
    assert reply("which documents do you know?", failed) == LANGUAGES["en"].TALK_TEXTS.no_documents


def test_what_changed_lately_is_told_with_its_day() -> None:
    told = reply("what changed this week?", HANDBOOK, POLICY)
    assert told == "Documents changed in the last days (7): 1\n- Expense policy, 19 September 2026"
    assert reply("what's new today?", HANDBOOK, POLICY) == (
        "No document changed in the last days (1).\nThe last change: Expense policy, 19 September 2026."
    )


def test_a_document_s_last_change_is_told_by_its_title_or_its_file() -> None:
    assert (
        reply("when was the handbook last changed?", HANDBOOK, POLICY)
        == "Staff handbook: last changed on 22 August 2026."
    )
    assert reply("Wann wurde das Handbook zuletzt geändert?", HANDBOOK, language="de") == (
        "Staff handbook: zuletzt geändert am 22. August 2026."
    )
    unknown = reply("when was the handbook last changed?", replace(HANDBOOK, changed_at=None))
    assert unknown == "Staff handbook: I do not know when it was last changed."


@pytest.mark.parametrize("text", ["when was the speed limit last changed?", "when was the contract changed?"])
def test_a_change_of_what_is_no_document_is_a_question_for_the_documents(text: str) -> None:
    assert reply(text, HANDBOOK, POLICY) is None


def test_a_title_is_made_harmless() -> None:
    evil = document("x.md", "See http://evil.example <!channel>")
    listed = reply("which documents do you know?", evil)
    assert listed
    assert "`http://evil.example`" in listed
    assert "<!channel>" not in listed


@pytest.mark.parametrize(
    ("talk", "locale", "guessed", "language"),
    [
        (Talk("thanks", ("fr", "de")), None, "fr", "fr"),
        (Talk("thanks", ("fr", "de")), "de", "fr", "de"),
        (Talk("identity", ("es",)), "fr", "en", "es"),
        (Talk("emoji"), "fr", "en", "fr"),
        (Talk("emoji"), None, "en", "en"),
        (Talk("ok", ("de", "it")), None, "en", "de"),
    ],
)
def test_a_reply_is_in_the_language_of_the_words_then_of_the_asker(
    talk: Talk, locale: str | None, guessed: str, language: str
) -> None:
    assert choose_talk_language(talk, locale, guessed) == language


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_every_text_with_the_same_fields(code: str) -> None:
    ours, english = LANGUAGES[code].TALK_TEXTS, LANGUAGES["en"].TALK_TEXTS
    assert len(ours.months.split()) == 12
    for field in fields(TalkTexts):
        text, model = getattr(ours, field.name), getattr(english, field.name)
        assert text
        assert set(text.split("{")[1:]) != {""}
        assert {part.split("}")[0] for part in text.split("{")[1:]} == {
            part.split("}")[0] for part in model.split("{")[1:]
        }
