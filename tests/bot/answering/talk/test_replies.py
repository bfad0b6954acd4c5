from __future__ import annotations

from dataclasses import fields, replace

import pytest

from bot.answering.languages.all_languages import LANGUAGES
from bot.answering.languages.small_talk import TalkTexts
from bot.answering.talk.recognise import Talk, recognise_talk
from bot.answering.talk.replies import choose_talk_language, write_reply
from knowledge.core.documents import Document, DocumentState, Fingerprint

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
