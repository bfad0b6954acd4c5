"""Private answers that are stored until they are shared."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from bot.answering.answer import Answer
from bot.answering.verification.citations import extract_citations
from bot.answering.verification.statement_check import CheckedStatement
from bot.slack.replies.sharing import PrivateAnswer, SharedAnswerRecord, SharedAnswerStore
from knowledge.core.passages import FoundPassage
from tests.bot.slack.running_bot import (
    document,
    made,
)
from tests.doubles.temporary_qdrant import open_temporary_qdrant


def open_store(now: list[float], days: float = 30.0) -> SharedAnswerStore:
    return replace(SharedAnswerStore.open_answer_store(open_temporary_qdrant(), "s", days), clock=lambda: now[0])


@pytest.mark.parametrize(("days", "kept"), [(30.0, 30), (2.0, 2), (0.0, 1)])
def test_the_store_gives_an_answer_once_to_its_asker_and_forgets_the_old(days: float, kept: int) -> None:
    now = [0.0]
    store, name, other = open_store(now, days), str(uuid.uuid4()), str(uuid.uuid4())
    private = PrivateAnswer("U1", "?", Answer("x", "answered", "en"), frozenset({"p"}), "q")
    store.save_private_answer(name, private)
    assert store.claim_private_answer(name, "U2") is None
    assert store.claim_private_answer(name, "U1") == private
    assert store.claim_private_answer(name, "U1") is None
    store.release_private_answer(name)
    assert store.claim_private_answer(name, "U1") == private
    store.drop_private_answer(name)
    store.release_private_answer(name)
    assert store.claim_private_answer(name, "U1") is None
    store.save_private_answer(other, private)
    now[0] = kept * 86_400.0
    assert store.forget_old_answers() == 0
    now[0] += 1
    assert store.claim_private_answer(other, "U1") is None
    assert store.forget_old_answers() == 1
    assert list(store.records.list_records()) == []


def test_what_is_stored_of_an_answer_is_what_sharing_needs() -> None:
    found = FoundPassage(made(), 0.5, (made(document("board/secret.pdf")),))
    [citation] = extract_citations("[1]", [found])
    weak, backed = CheckedStatement("Two days.", (1,), "weak"), CheckedStatement("Three days.", (1,), "backed")
    answer = Answer("Two days [1].", "answered", "en", (citation,), (found,), claims=(weak, backed), uncited=2)
    private = PrivateAnswer.private_from_answer("U1", "?", answer, "q")
    assert private.ids == {made().id}
    assert (private.answer.passages, private.answer.citations[0].copies) == ((), ())
    assert (private.answer.unsupported_citations, private.answer.uncited, private.answer.text) == (
        frozenset({1}),
        2,
        "Two days [1].",
    )
    near = PrivateAnswer.private_from_answer("U1", "?", replace(answer, state="not_found"), "q")
    store, name = open_store([0.0]), str(uuid.uuid4())
    store.save_private_answer(name, near)
    assert store.claim_private_answer(name, "U1") == near
    assert [one.passage.excerpt.text for one in near.answer.passages] == ["Two days a week."]


@pytest.mark.parametrize("name", ["", "no name", "6F1F2B0E-52A5-4F0C-9A0E-6F6A0F5F2A31"])
def test_a_forged_name_takes_nothing_from_the_open_store(name: str) -> None:
    assert open_store([0.0]).claim_private_answer(name, "U1") is None


def test_an_answer_that_another_version_wrote_is_gone() -> None:
    store, name = open_store([0.0]), str(uuid.uuid4())
    store.records.put_record(name, SharedAnswerRecord(name, {"said": "x"}, "U1", claim="", at=0.0))
    assert store.claim_private_answer(name, "U1") is None
