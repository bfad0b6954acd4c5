"""Questions compared with texts by their tokens."""

from __future__ import annotations

import pytest

from knowledge.embeddings.local import late_interaction
from knowledge.embeddings.local.encoder import LocalEncoder, ReadText
from knowledge.embeddings.local.late_interaction import TOKEN_WEIGHT, TextComparer

QUESTION = "centred query: "
PASSAGE = "centred passage: "


@pytest.fixture
def comparer(encoder: LocalEncoder) -> TextComparer:
    return TextComparer(encoder)


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("How long is the warranty?", "La garantie dure cinq ans.", "Le bureau ferme à cinq heures."),
        ("Wer repariert den Aufzug?", "The lift is repaired by Levage.", "The landlord pays for paint and carpets."),
        ("combien de temps dure la garantie ?", "La lampe est garantie cinq ans.", "La lampe dure longtemps sur pile."),
    ],
)
def test_the_text_that_has_what_each_word_means_is_nearer(
    comparer: TextComparer, question: str, right: str, wrong: str
) -> None:
    near, far = (comparer.compare_text(QUESTION + question, PASSAGE + text) for text in (right, wrong))
    assert near > far


def test_nothing_is_more_like_a_question_than_its_own_words(comparer: TextComparer) -> None:
    same, like, other = (
        comparer.compare_text(f"{QUESTION}The lift is repaired.", PASSAGE + text)
        for text in ("The lift is repaired.", "The elevator is mended.", "Dogs stay outside.")
    )
    assert 1 + TOKEN_WEIGHT >= same > like > other


def test_a_text_without_tokens_is_compared_by_its_vector(comparer: TextComparer) -> None:
    assert -1 <= comparer.compare_text(f"{QUESTION}congés", PASSAGE) <= 1


def test_a_text_is_read_once_for_all_questions(encoder: LocalEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def note(self: LocalEncoder, text: str) -> ReadText:
        read.append(text)
        return original(self, text)

    original = LocalEncoder.read_text
    monkeypatch.setattr(LocalEncoder, "read_text", note)
    comparer = TextComparer(encoder)
    first = comparer.compare_text(f"{QUESTION}Who repairs it?", f"{PASSAGE}The lift is repaired.")
    comparer.compare_text(f"{QUESTION}When?", f"{PASSAGE}The lift is repaired.")
    assert comparer.compare_text(f"{QUESTION}Who repairs it?", f"{PASSAGE}The lift is repaired.") == first
    assert read == [f"{QUESTION}Who repairs it?", f"{PASSAGE}The lift is repaired.", f"{QUESTION}When?"]


def test_texts_that_were_compared_long_ago_leave_memory(encoder: LocalEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late_interaction, "_CACHE_BYTES", 20_000)
    comparer = TextComparer(encoder)
    for n in range(8):
        comparer.compare_text(f"{QUESTION}When?", f"{PASSAGE}The lift number {n} is repaired on Mondays.")
    assert 0 < len(comparer._texts) < 8
    assert comparer._texts.currsize <= 20_000
