from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
from qdrant_client import QdrantClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.answering.answer import Answer, AnswerEvent
from bot.answering.question import Question
from bot.answering.verification.citations import extract_citations
from bot.answering.verification.support import CheckedClaim
from bot.slack.questions import private_answer as private
from bot.slack.questions.private_answer import ASK_AGAIN_BUTTON, SHARE_BUTTON
from bot.slack.replies.ephemeral import EphemeralReply
from bot.slack.replies.shared_answers import PrivateAnswer, SharedAnswerRecord, SharedAnswerStore
from bot.slack.views.block_kit import Block
from bot.slack.views.sources import RATE_ACTION
from knowledge.core.documents import Document
from knowledge.core.passages import Citation, Excerpt, FoundPassage, Passage, passages_from_excerpts
from knowledge.storage.question_log import QuestionRecord
from playground.slack.app import serve_slack
from playground.slack.state.records import Message
from playground.slack.web_api.json_values import JsonObject
from tests.bot.slack.indexed_passages import indexed
from tests.bot.slack.running_bot import (
    SLACK,
    AwayAtFirst,
    Desk,
    Held,
    Script,
    at_work,
    connected,
    document,
    saying,
    shown,
    until,
)

NOTHING_MORE: JsonObject = {
    "reason": {"reason": {"type": "radio_buttons", "selected_option": None}},
    "words": {"words": {"type": "plain_text_input", "value": None}},
}
HANDBOOK = document("hr/handbook.pdf", title="Handbook")


def made(of: Document = HANDBOOK) -> Passage:
    return passages_from_excerpts(of, [Excerpt("Two days a week.", 12)])[0]


def cited() -> Script:
    citation = Citation(1, "Handbook", HANDBOOK.path, 12, (), made().id)
    return saying("Two days [1].", citations=(citation,), passages=(FoundPassage(made(), 0.5),))


async def asked(desk: Desk, channel: str = "#general") -> Message:
    await desk.slack.person("james").command("/ask", "how many days?", channel)
    return await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "Share in channel" in shown(m))


async def test_a_private_answer_is_shared_with_its_sources_and_who_asked() -> None:
    async with at_work(cited()) as desk:
        indexed(desk, HANDBOOK, [made()])
        await desk.slack.person("james").click(await asked(desk), SHARE_BUTTON)
        public = await desk.slack.wait_for(lambda m: not m.ephemeral_to and "Two days" in shown(m))
        assert "<@UJAMES> asked me: *how many days?*" in shown(public)
        assert "[1] Handbook, p. 12" in shown(public)
        assert "Show passage 1" in shown(public)
        assert SHARE_BUTTON not in str(public.blocks)
        await desk.finished()
        assert [m.ephemeral_to for m in desk.slack.messages] == [None]


async def test_copies_that_the_asker_may_know_are_not_shown_to_a_channel() -> None:
    secret = passages_from_excerpts(document("board/secret.pdf"), [made().excerpt])[0]
    [citation] = extract_citations("[1]", [FoundPassage(made(), 0.5, (secret,))])
    async with at_work(saying("Two days [1].", citations=(citation,), passages=(FoundPassage(made(), 0.5),))) as desk:
        indexed(desk, HANDBOOK, [made()])
        private = await asked(desk)
        assert "also in board/secret.pdf" in shown(private)
        await desk.slack.person("james").click(private, SHARE_BUTTON)
        public = await desk.slack.wait_for(lambda m: not m.ephemeral_to and "Two days" in shown(m))
        assert "secret" not in shown(public)


async def test_sharing_twice_posts_once() -> None:
    async with at_work(cited()) as desk:
        indexed(desk, HANDBOOK, [made()])
        message, james = await asked(desk), desk.slack.person("james")
        await james.click(message, SHARE_BUTTON)
        await james.click(message, SHARE_BUTTON)
        await desk.slack.wait_for(lambda m: bool(m.ephemeral_to) and "shared already" in shown(m))
        await desk.finished()
        assert sum("Two days" in shown(m) and not m.ephemeral_to for m in desk.slack.messages) == 1


async def test_what_not_everybody_may_read_is_not_shared_and_the_answer_stays() -> None:
    async with at_work(cited()) as desk:
        await desk.slack.person("james").click(await asked(desk), SHARE_BUTTON)
        await desk.slack.wait_for(lambda m: bool(m.ephemeral_to) and "cannot share" in shown(m))
        assert all(m.ephemeral_to for m in desk.slack.messages)
        assert any("Two days" in shown(m) for m in desk.slack.messages)


async def test_sharing_works_where_the_bot_is_no_member() -> None:
    async with at_work(cited()) as desk:
        indexed(desk, HANDBOOK, [made()])
        await desk.slack.person("james").click(await asked(desk, "#projets"), SHARE_BUTTON)
        await desk.slack.wait_for(lambda m: m.channel == "CPROJETS" and not m.ephemeral_to and "Two days" in shown(m))


async def test_asking_again_answers_anew_in_the_same_place() -> None:
    async with at_work(cited()) as desk:
        first = await asked(desk)
        await desk.slack.person("james").click(first, ASK_AGAIN_BUTTON)
        await desk.slack.wait_until(lambda: len(desk.answering.questions) == 2)
        await desk.finished()
        assert [question.text for question in desk.answering.questions] == ["how many days?"] * 2
        assert [m.ts for m in desk.slack.messages] == [first.ts]


async def test_asking_again_twice_asks_once_and_later_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_work(cited()) as desk:
        first, james = await asked(desk), desk.slack.person("james")
        await asyncio.gather(james.click(first, ASK_AGAIN_BUTTON), james.click(first, ASK_AGAIN_BUTTON))
        await desk.slack.wait_until(lambda: len(desk.answering.questions) == 2)
        await desk.finished()
        await james.click(first, ASK_AGAIN_BUTTON)  # a little late
        await desk.finished()
        assert len(desk.answering.questions) == 2
        monkeypatch.setattr(private, "_PRESSED_TWICE_SECONDS", 0.0)
        for times in (3, 4):  # on a device that still shows the first answer
            await asyncio.gather(james.click(first, ASK_AGAIN_BUTTON), james.click(first, ASK_AGAIN_BUTTON))
            await desk.slack.wait_until(lambda times=times: len(desk.answering.questions) == times or None)  # type: ignore[misc] # bound now
            await desk.finished()
        assert len(desk.answering.questions) == 4


async def test_a_private_question_that_is_answered_later_is_not_to_be_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("knowledge.storage.question_log.LEASE_SECONDS", 0.5)

    async with at_work(AwayAtFirst(saying("Two days."))) as desk:
        await desk.slack.person("james").command("/ask", "how many days?", "#general")
        later = await desk.slack.wait_for(lambda m: "I answer as soon as it is back" in shown(m))
        assert "Ask again" not in shown(later)
        await desk.slack.wait_for(lambda m: m.ts == later.ts and "Two days." in shown(m))
        await desk.finished()


async def test_a_private_answer_that_another_bot_has_taken_over_is_not_shown_twice() -> None:
    held = Held(silent=True)
    async with at_work(held, qdrant_url="http://127.0.0.1:9", index=QdrantClient(":memory:")) as desk:
        await desk.slack.person("james").command("/ask", "how many days?", "#general")
        await until(lambda: desk.answering.questions)
        journal = desk.bot.stores.question_log
        (entry,) = journal.list_questions_since(0)
        assert journal.claim_question(entry, holder="another")
        held.go_on.set()
        await desk.finished()
        assert not any("all is said" in shown(message) for message in desk.slack.messages)


async def test_a_private_question_is_told_its_place_in_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    send = EphemeralReply._send

    async def heard(self: EphemeralReply, text: str, blocks: Sequence[Block], **how: bool) -> None:
        said.append(text)
        await send(self, text, blocks, **how)

    monkeypatch.setattr(EphemeralReply, "_send", heard)
    held, quick = Held(), saying("Two days.")

    def script(question: Question) -> AsyncIterator[AnswerEvent]:
        return held(question) if question.text == "holidays" else quick(question)

    async with at_work(script, chat_parallel=1) as desk:
        for _ in range(2):
            await desk.slack.person("alice").dm("holidays")
        await until(lambda: desk.answering.questions)
        await desk.slack.person("james").command("/ask", "how many days?", "#general")
        waits = await desk.slack.wait_for(lambda m: bool(m.ephemeral_to) and "Other questions come first" in shown(m))
        assert "you were number 2 in line" in shown(waits)
        held.go_on.set()
        await desk.slack.wait_for(lambda m: m.ts == waits.ts and "Share in channel" in shown(m))
        await desk.finished()
    waiting = "Other questions come first (you were number 2 in line)…"
    assert said == ["Searching the documents…", waiting, "Two days."]


@pytest.mark.parametrize("channel", ["#general", "#projets"], ids=["a member", "no member"])
async def test_a_long_private_answer_comes_whole_where_its_address_is_used_up(channel: str) -> None:
    words = [f"Paragraph {n}. {'word ' * 200}\n\n" for n in range(60)]
    async with at_work(saying(*words)) as desk:
        await desk.slack.person("james").command("/ask", "how many days?", channel)
        last = await desk.slack.wait_for(lambda m: "Paragraph 59. " in shown(m))
        await desk.finished()
        told = "".join(shown(message) for message in desk.slack.messages)
        assert [n for n in range(60) if f"Paragraph {n}. " not in told] == []
        assert ("Share in channel" in shown(last)) == (channel == "#general")  # it would share with nobody else there
        assert (last.ephemeral_to, last.channel) == (
            ("UJAMES", "CGENERAL") if channel == "#general" else (None, "DJAMES")
        )
        assert [entry.state for entry in desk.bot.stores.question_log.list_questions_since(0)] == ["answered"]


async def test_the_shortcut_asks_about_a_message_after_its_reader_has_put_the_question() -> None:
    async with at_work(cited()) as desk:
        james = desk.slack.person("james")
        ts = await james.post("#projets", "Somebody said <two> days?")
        await james.shortcut(await desk.slack.wait_for(lambda m: m.ts == ts), "ask_about_this")
        modal = await desk.slack.wait_until(lambda: next((v for v in desk.slack.views if v.kind == "modal"), None))
        assert "'initial_value': 'Somebody said <two> days?'" in str(modal.body)
        values = {"question": {"text": {"type": "plain_text_input", "value": "How many days?"}}}
        assert await james.submit(modal, dict(values)) == {}
        answer = await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "Two days" in shown(m))
        assert (answer.channel, desk.answering.questions[0].text) == ("CPROJETS", "How many days?")


async def test_help_tells_admins_more() -> None:
    async with at_work(saying("?")) as desk:
        await desk.slack.person("james").command("/souffleur", "help")
        told = shown(await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES"))
        assert "<@USOUFFLEUR> followed by your question" in told
        assert "/reindex" not in told
        await desk.slack.person("alice").command("/souffleur")
        assert "/reindex" in shown(await desk.slack.wait_for(lambda m: m.ephemeral_to == "UALICE"))


@pytest.mark.parametrize(("days", "says"), [(30, "<@UJAMES> asked me"), (0, "only until I am restarted")])
async def test_after_a_restart_an_answer_is_shared_if_answers_are_kept(days: float, says: str) -> None:
    index = QdrantClient(":memory:")
    async with serve_slack(SLACK) as slack:
        async with connected(slack, cited(), index=index, journal_days=days) as desk:
            indexed(desk, HANDBOOK, [made()])
            private = await asked(desk)
            await desk.finished()
        assert any("_private" in c.name for c in index.get_collections().collections) == (days > 0)
        async with connected(slack, cited(), index=index, journal_days=days) as desk:
            await slack.person("james").click(private, SHARE_BUTTON)
            told = shown(await slack.wait_for(lambda m: m.ts != private.ts and says in shown(m)))
            assert ("[1] Handbook, p. 12" in told) == (days > 0)
            await desk.finished()
            await slack.person("james").click(private, ASK_AGAIN_BUTTON)
            await slack.wait_until(lambda: desk.answering.questions)
            assert [question.text for question in desk.answering.questions] == ["how many days?"]
            await desk.finished()


@pytest.mark.parametrize("channel", ["#general", "#projets"])
@pytest.mark.parametrize("thumb", ["positive", "negative"])
async def test_anybody_in_the_channel_can_rate_a_shared_answer(channel: str, thumb: str) -> None:
    async with at_work(cited()) as desk:
        indexed(desk, HANDBOOK, [made()])
        await desk.slack.person("james").click(await asked(desk, channel), SHARE_BUTTON)
        public = await desk.slack.wait_for(lambda m: not m.ephemeral_to and "Two days" in shown(m))
        alice = desk.slack.person("alice")
        await alice.click(public, RATE_ACTION, value=thumb)
        if thumb == "negative":
            modal = await desk.slack.wait_until(lambda: next((v for v in desk.slack.views if v.kind == "modal"), None))
            assert await alice.submit(modal, dict(NOTHING_MORE)) == {}
        await desk.slack.wait_for(lambda m: m.ephemeral_to == "UALICE" and shown(m).startswith(("Thank", "Merci")))
        await desk.finished()
        (entry,) = desk.bot.stores.question_log.list_questions_since(0)
        (vote,) = desk.bot.stores.vote_store.list_votes([entry.id])
        assert (vote.user, vote.liked, entry.text) == ("UALICE", thumb == "positive", "how many days?")


async def test_a_private_question_is_written_down_before_it_is_acknowledged() -> None:
    async with at_work(cited()) as desk:
        known_when_acknowledged: list[int] = []
        heard = desk.slack.sockets.on_ack

        def on_ack(envelope: str, payload: JsonObject | None) -> None:
            known_when_acknowledged.append(len(list(desk.bot.stores.question_log.repository.list_records())))
            heard(envelope, payload)

        desk.slack.sockets.on_ack = on_ack
        private = await asked(desk)
        await desk.slack.person("james").click(private, ASK_AGAIN_BUTTON)
        assert known_when_acknowledged == [1, 2]


async def test_a_private_question_that_a_dead_bot_has_left_is_answered_in_its_place() -> None:
    index = QdrantClient(":memory:")
    async with at_work(Held(), index=index) as desk:
        await desk.slack.person("james").command("/ask", "how many days?", "#general")
        searching = await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "Searching" in shown(m))
        await until(lambda: desk.answering.questions)
        await desk.killed()
        async with connected(desk.slack, cited(), index=index) as heir:
            answer = await desk.slack.wait_for(lambda m: "Share in channel" in shown(m))
            assert (answer.ts, answer.ephemeral_to) == (searching.ts, "UJAMES")
            await heir.finished()
            assert [m.ts for m in desk.slack.messages] == [searching.ts]
            (entry,) = heir.bot.stores.question_log.list_questions_since(0)
            assert (entry.state, entry.text, entry.response_url) == ("answered", "how many days?", "")


async def test_a_bot_that_ends_says_that_it_answers_a_private_question_later_and_does() -> None:
    index = QdrantClient(":memory:")
    async with serve_slack(SLACK) as slack:
        async with connected(slack, Held(), index=index) as desk:
            await slack.person("james").command("/ask", "how many days?", "#general")
            await until(lambda: desk.answering.questions)
        await slack.wait_for(lambda m: "I answer as soon as I am back" in shown(m))
        async with connected(slack, cited(), index=index) as desk:
            await slack.wait_for(lambda m: "Share in channel" in shown(m))
            await desk.finished()
        assert len(slack.messages) == 1


async def test_a_private_question_that_cannot_be_written_down_is_answered_once_the_index_is_back() -> None:
    async with at_work(cited()) as desk:
        with desk.index_away():
            await desk.slack.person("james").command("/ask", "how many days?", "#general")
            await desk.slack.wait_for(lambda m: "I cannot reach the index" in shown(m))
        await desk.slack.wait_for(lambda m: "Share in channel" in shown(m))
        await desk.finished()
        assert len(desk.answering.questions) == 1


async def test_a_question_taken_over_spends_no_message_on_what_is_being_done(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    send = EphemeralReply._send

    async def counting(self: EphemeralReply, text: str, blocks: Sequence[Block], **how: bool) -> None:
        sent.append(text)
        await send(self, text, blocks, **how)

    index = QdrantClient(":memory:")
    async with at_work(Held(), index=index) as desk:
        await desk.slack.person("james").command("/ask", "how many days?", "#general")
        await until(lambda: desk.answering.questions)
        await desk.killed()
        monkeypatch.setattr(EphemeralReply, "_send", counting)
        async with connected(desk.slack, saying("Two days."), index=index) as heir:
            await desk.slack.wait_for(lambda m: "Share in channel" in shown(m))
            await heir.finished()
    assert sent == ["Two days."]


async def test_a_question_is_acknowledged_although_nobody_can_be_told_that_it_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refused(*_: object, **__: object) -> None:
        raise SlackApiError("refused", {"ok": False, "error": "not_in_channel"})  # type: ignore[no-untyped-call] # the SDK leaves it unannotated

    async with at_work(cited()) as desk:
        with desk.index_away(), monkeypatch.context() as patched:
            patched.setattr(EphemeralReply, "_send", refused)
            await desk.slack.person("james").command("/ask", "how many days?", "#general")
            assert [sent.acked for sent in desk.slack.sent if sent.kind == "slash_commands"] == [True]
            await until(lambda: not len(desk.bot.running_tasks))
        await desk.slack.wait_for(lambda m: "Share in channel" in shown(m))


async def test_an_answer_that_could_not_be_shared_is_kept_no_longer_for_that() -> None:
    async with at_work(cited()) as desk:
        private = await asked(desk)
        await desk.finished()
        records = desk.bot.stores.shared_answers.records
        (record,) = records.list_records()
        records.put_record(record.name, replace(record, at=1.0 + time.time() - 29 * 86_400.0))
        (old,) = records.list_records()
        await desk.slack.person("james").click(private, SHARE_BUTTON)
        await desk.slack.wait_for(lambda m: bool(m.ephemeral_to) and "cannot share" in shown(m))
        await desk.finished()
        assert list(records.list_records()) == [old]


@pytest.mark.parametrize(("minutes", "told"), [(26, True), (90, False)], ids=["lately", "long ago"])
async def test_a_private_question_whose_address_has_expired_is_taken_up_no_more(minutes: int, told: bool) -> None:
    index = QdrantClient(":memory:")
    async with at_work(cited(), index=index) as desk:
        journal = desk.bot.stores.question_log
        old = time.time() - minutes * 60
        entry = QuestionRecord("TLUMIERE", "CGENERAL", str(uuid.uuid4()), "", user="UJAMES", text="how many days?")
        journal.add_questions(
            [
                replace(
                    entry,
                    holder="dead",
                    asked_at=old,
                    changed_at=old,
                    response_url=desk.slack.api_url.replace("/api/", "/gone"),
                )
            ]
        )
        await until(lambda: not journal.list_questions_since(0)[0].is_open)
        (closed,) = journal.list_questions_since(0)
        assert (closed.state, closed.outcome, closed.response_url) == ("failed", "stale", "")
        assert desk.answering.questions == []
        assert [(m.ephemeral_to, "Ask again" in shown(m)) for m in desk.slack.messages] == [("UJAMES", True)] * told


async def test_where_nobody_can_be_told_that_a_private_question_is_taken_up_it_is_answered_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send = AsyncWebhookClient.send

    async def first_refused(self: AsyncWebhookClient, **said: object) -> object:
        if "Searching" in str(said["text"]):
            raise TimeoutError
        return await send(self, **said)  # type: ignore[arg-type] # passed through

    monkeypatch.setattr(AsyncWebhookClient, "send", first_refused)
    async with at_work(cited()) as desk:
        await desk.slack.person("james").command("/ask", "how many days?", "#projets")
        await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "Two days" in shown(m))
        await desk.finished()
        assert len(desk.slack.messages) == 1


async def test_a_private_question_without_an_address_stays_private() -> None:
    async with at_work(cited()) as desk:
        journal = desk.bot.stores.question_log
        entry = QuestionRecord("TLUMIERE", "CGENERAL", str(uuid.uuid4()), "", user="UJAMES", text="how many days?")
        journal.add_questions([replace(entry, holder="dead", asked_at=time.time(), changed_at=time.time())])
        await desk.slack.wait_for(lambda m: "Share in channel" in shown(m))
        await desk.finished()
        assert {m.ephemeral_to for m in desk.slack.messages} == {"UJAMES"}


async def test_a_private_question_that_kills_the_bot_is_given_up() -> None:
    async with at_work(Held(), index=QdrantClient(":memory:")) as desk:
        await desk.slack.person("james").command("/ask", "deadly", "#general")
        await until(lambda: desk.answering.questions)
        journal = desk.bot.stores.question_log
        (entry,) = journal.list_questions_since(0)
        journal.update_question(entry, tries=3, holder="dead")
        await desk.slack.wait_for(lambda m: "Something went wrong" in shown(m))
        await until(lambda: not journal.list_questions_since(0)[0].is_open)
        assert journal.list_questions_since(0)[0].state == "failed"


def shelf(now: list[float], days: float = 30.0) -> SharedAnswerStore:
    return replace(SharedAnswerStore.open_answer_store(QdrantClient(":memory:"), "s", days), clock=lambda: now[0])


@pytest.mark.parametrize(("days", "kept"), [(30.0, 30), (2.0, 2), (0.0, 1)])
def test_the_shelf_gives_an_answer_once_to_its_asker_and_forgets_the_old(days: float, kept: int) -> None:
    now = [0.0]
    kept_here, name, other = shelf(now, days), str(uuid.uuid4()), str(uuid.uuid4())
    private = PrivateAnswer("U1", "?", Answer("x", "answered", "en"), frozenset({"p"}), "q")
    kept_here.save_private_answer(name, private)
    assert kept_here.claim_private_answer(name, "U2") is None
    assert kept_here.claim_private_answer(name, "U1") == private
    assert kept_here.claim_private_answer(name, "U1") is None
    kept_here.release_private_answer(name)
    assert kept_here.claim_private_answer(name, "U1") == private
    kept_here.drop_private_answer(name)
    kept_here.release_private_answer(name)
    assert kept_here.claim_private_answer(name, "U1") is None
    kept_here.save_private_answer(other, private)
    now[0] = kept * 86_400.0
    assert kept_here.forget_old_answers() == 0
    now[0] += 1
    assert kept_here.claim_private_answer(other, "U1") is None
    assert kept_here.forget_old_answers() == 1
    assert list(kept_here.records.list_records()) == []


def test_what_is_kept_of_an_answer_is_what_sharing_it_takes() -> None:
    found = FoundPassage(made(), 0.5, (made(document("board/secret.pdf")),))
    [citation] = extract_citations("[1]", [found])
    weak, backed = CheckedClaim("Two days.", (1,), "weak"), CheckedClaim("Three days.", (1,), "backed")
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
    kept_here, name = shelf([0.0]), str(uuid.uuid4())
    kept_here.save_private_answer(name, near)
    assert kept_here.claim_private_answer(name, "U1") == near
    assert [one.passage.excerpt.text for one in near.answer.passages] == ["Two days a week."]


@pytest.mark.parametrize("name", ["", "no name", "6F1F2B0E-52A5-4F0C-9A0E-6F6A0F5F2A31"])
def test_a_forged_name_takes_nothing_from_the_shelf(name: str) -> None:
    assert shelf([0.0]).claim_private_answer(name, "U1") is None


def test_an_answer_that_another_version_kept_is_gone() -> None:
    kept_here, name = shelf([0.0]), str(uuid.uuid4())
    kept_here.records.put_record(name, SharedAnswerRecord(name, {"said": "x"}, "U1", claim="", at=0.0))
    assert kept_here.claim_private_answer(name, "U1") is None
