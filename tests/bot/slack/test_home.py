from __future__ import annotations

import json

import pytest

from bot.slack.blocks import Links
from bot.slack.home import prompts, view
from bot.slack.words_en import ENGLISH
from knowledge.documents import Document, Fingerprint, State
from playground.slack.blocks import block_problems
from tests.bot.slack.desk import at_work, saying


def document(path: str = "a.pdf", state: State = State.MEANING, **more: object) -> Document:
    given: dict[str, object] = {"title": path.removesuffix(".pdf"), **more}
    return Document(path, Fingerprint(1, 1, 1, 1), "sha", "v", 1, state, **given)  # type: ignore[arg-type] # a test's own


async def test_the_home_shows_how_the_documents_stand() -> None:
    async with at_work(saying("?"), document_url_template="http://host/{path}") as desk:
        failed = document("scan.pdf", State.FAILED, reason="scan.pdf is a scan without text.")
        desk.ledger.put(document("leave.pdf"), document("new.pdf", State.READING), failed)
        await desk.slack.person("james").open_home()
        home = await desk.slack.wait_until(lambda: next((v for v in desk.slack.views if v.kind == "home"), None))
        text = json.dumps(home.body, ensure_ascii=False)
        assert "Documents (3)" in text
        assert "● <http://host/leave.pdf|leave> — searchable by words and meaning" in text
        assert "scan.pdf|scan.pdf>: scan.pdf is a scan without text." in text
        assert "being read: 1 · searchable by words and meaning: 1 · could not be read: 1" in text


async def test_opening_the_messages_suggests_questions_in_the_person_s_language() -> None:
    async with at_work(saying("?")) as desk:
        desk.ledger.put(*(document(f"{n}.pdf", read_at=float(n)) for n in range(6)))
        await desk.slack.person("camille").open_home("messages")
        call = await desk.slack.wait_until(
            lambda: next((c for c in desk.slack.calls if c.method.endswith("setSuggestedPrompts")), None)
        )
        assert call.error == ""
        assert [p["message"] for p in call.arguments["prompts"]] == [f"Que dit « {n} » ?" for n in (5, 4, 3, 2)]  # type: ignore[attr-defined] # JSON


@pytest.mark.parametrize("count", [0, 1, 3_000])
def test_the_home_stays_within_slack_s_sizes(count: int) -> None:
    states = list(State)
    documents = [document(f"{n}.pdf", states[n % 4], title="t" * 150, reason="r" * 300) for n in range(count)]
    blocks = view(documents, Links("http://host/files/{path}#page={page}"), ENGLISH, "UBOT")
    assert block_problems(blocks, "home") == []


def test_without_an_index_the_home_says_so() -> None:
    assert "cannot reach the index" in json.dumps(view(None, Links(), ENGLISH, "UBOT"))


def test_only_what_can_be_searched_is_suggested() -> None:
    documents = [document("a.pdf", State.FAILED), document("b.pdf", State.READING), document("c.pdf", State.WORDS)]
    assert prompts([*documents, document("d.pdf", title="c")], ENGLISH) == [
        {"title": "What does “c” say?", "message": "What does “c” say?"}
    ]
