"""Private questions and their answers."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.answering.answer import AnswerEvent
from bot.answering.question import Question
from bot.slack.questions.private_answer import ASK_AGAIN_BUTTON
from bot.slack.replies.ephemeral import EphemeralReply
from bot.slack.views.block_kit import Block
from knowledge.storage.question_log import QuestionRecord
from playground.slack.app import serve_slack
from playground.slack.web_api.json_values import JsonObject
from tests.bot.slack.running_bot import (
    SLACK,
    AwayAtFirst,
    Held,
    asked,
    at_work,
    cited,
    connected,
    saying,
    shown,
    until,
)
from tests.doubles.temporary_qdrant import open_temporary_qdrant


async def test_a_private_question_that_is_answered_later_is_not_to_be_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("knowledge.storage.question_log.LEASE_SECONDS", 0.5)

    async with at_work(AwayAtFirst(saying("Two days."))) as desk:
        await desk.slack.person("james").command("/ask", "how many days?", "#general")
        later = await desk.slack.wait_for(lambda m: "I answer as soon as it is back" in shown(m))
        assert "Ask again" not in shown(later)
        await desk.slack.wait_for(lambda m: m.ts > later.ts and "Two days." in shown(m))
        await desk.finished()


async def test_a_private_answer_that_another_bot_has_taken_over_is_not_shown_twice() -> None:
    held = Held(silent=True)
    async with at_work(held, qdrant_url="http://127.0.0.1:9", index=open_temporary_qdrant()) as desk:
        await desk.slack.person("james").command("/ask", "how many days?", "#general")
        await until(lambda: desk.answering.questions)
        question_log = desk.bot.stores.question_log
        (record,) = question_log.list_questions_since(0)
        assert question_log.claim_question(record, holder="another")
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
        private = await asked(desk)
        await desk.finished()
        said.clear()
        for _ in range(2):
            await desk.slack.person("alice").dm("holidays")
        await until(lambda: len(desk.answering.questions) == 2)
        await desk.slack.person("james").click(private, ASK_AGAIN_BUTTON)
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
        assert [record.state for record in desk.bot.stores.question_log.list_questions_since(0)] == ["answered"]


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


async def test_a_private_answer_about_a_message_of_the_bot_leaves_that_message_to_its_readers() -> None:
    """Slack lets an app replace its own message by the address that comes with the shortcut: others read it."""
    async with at_work(cited()) as desk:
        camille = desk.slack.person("camille")
        public = await desk.reply_to(await desk.slack.person("james").post("#general", "@souffleur hello?"))
        await desk.finished()
        before = shown(public)
        await camille.shortcut(public, "ask_about_this")
        modal = await desk.slack.wait_until(lambda: next((v for v in desk.slack.views if v.kind == "modal"), None))
        await camille.submit(modal, {"question": {"text": {"type": "plain_text_input", "value": "How many days?"}}})
        await desk.slack.wait_for(lambda m: m.ephemeral_to == "UCAMILLE" and "Two days" in shown(m))
        await desk.finished()
        assert shown(await desk.slack.wait_for(lambda m: m.key == public.key)) == before


@pytest.mark.parametrize("action", [ASK_AGAIN_BUTTON, "choose_question_1"])
async def test_a_forged_press_below_a_message_for_all_replaces_it_by_no_private_answer(action: str) -> None:
    async with at_work(cited()) as desk:
        camille = desk.slack.person("camille")
        await camille.command("/ask", "secret question")
        private = await desk.slack.wait_for(lambda m: m.ephemeral_to == "UCAMILLE" and "Two days" in shown(m))
        public = await desk.reply_to(await camille.post("#general", "@souffleur hello?"))
        await desk.finished()
        [record] = [one for one in desk.bot.stores.question_log.list_questions_since(0) if one.is_ephemeral]
        before, value = shown(public), f"{record.id}\nsecret question"
        pressed: JsonObject = {"type": "button", "action_id": action, "block_id": record.ts, "value": value}
        await desk.press("camille", public, pressed)
        assert shown(await desk.slack.wait_for(lambda m: m.key == public.key)) == before
        assert shown(await desk.slack.wait_for(lambda m: m.key == private.key)) == shown(private)


async def test_help_tells_admins_more() -> None:
    async with at_work(saying("?")) as desk:
        await desk.slack.person("james").command("/souffleur", "help")
        told = shown(await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES"))
        assert "<@USOUFFLEUR> followed by your question" in told
        assert "/reindex" not in told
        await desk.slack.person("alice").command("/souffleur")
        assert "/reindex" in shown(await desk.slack.wait_for(lambda m: m.ephemeral_to == "UALICE"))


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


async def test_a_private_question_of_a_stopped_bot_is_answered_in_its_place() -> None:
    index = open_temporary_qdrant()
    async with at_work(Held(), index=index) as desk:
        await desk.slack.person("james").command("/ask", "how many days?", "#general")
        searching = await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "I am searching" in shown(m))
        await until(lambda: desk.answering.questions)
        await desk.killed()
        async with connected(desk.slack, cited(), index=index) as heir:
            answer = await desk.slack.wait_for(lambda m: "Share in channel" in shown(m))
            assert answer.ephemeral_to == "UJAMES"
            await heir.finished()
            assert [m.ts for m in desk.slack.messages] == [searching.ts, answer.ts]
            (record,) = heir.bot.stores.question_log.list_questions_since(0)
            assert (record.state, record.text, record.response_url) == ("answered", "how many days?", "")


async def test_a_bot_that_ends_says_that_it_answers_a_private_question_later_and_does() -> None:
    index = open_temporary_qdrant()
    async with serve_slack(SLACK) as slack:
        async with connected(slack, Held(), index=index) as desk:
            await slack.person("james").command("/ask", "how many days?", "#general")
            await until(lambda: desk.answering.questions)
        await slack.wait_for(lambda m: "I answer as soon as I am back" in shown(m))
        async with connected(slack, cited(), index=index) as desk:
            await slack.wait_for(lambda m: "Share in channel" in shown(m))
            await desk.finished()
        assert len(slack.messages) == 3, "the line of the acknowledgement, the promise, the answer"


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

    index = open_temporary_qdrant()
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


@pytest.mark.parametrize(("minutes", "told"), [(26, True), (90, False)], ids=["lately", "long ago"])
async def test_a_private_question_whose_address_has_expired_is_taken_up_no_more(minutes: int, told: bool) -> None:
    index = open_temporary_qdrant()
    async with at_work(cited(), index=index) as desk:
        question_log = desk.bot.stores.question_log
        old = time.time() - minutes * 60
        record = QuestionRecord("TLUMIERE", "CGENERAL", str(uuid.uuid4()), "", user="UJAMES", text="how many days?")
        question_log.add_questions(
            [
                replace(
                    record,
                    holder="dead",
                    asked_at=old,
                    changed_at=old,
                    response_url=desk.slack.api_url.replace("/api/", "/gone"),
                )
            ]
        )
        await until(lambda: not question_log.list_questions_since(0)[0].is_open)
        (closed,) = question_log.list_questions_since(0)
        assert (closed.state, closed.outcome, closed.response_url) == ("failed", "stale", "")
        assert desk.answering.questions == []
        assert [(m.ephemeral_to, "Ask again" in shown(m)) for m in desk.slack.messages] == [("UJAMES", True)] * told


async def test_where_nobody_can_be_told_that_a_private_question_is_taken_up_it_is_answered_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send, refusals = AsyncWebhookClient.send_dict, list[object]()

    async def first_refused(self: AsyncWebhookClient, said: dict[str, object]) -> object:
        if "Searching" in str(said["text"]):
            refusals.append(said["text"])
            raise TimeoutError
        return await send(self, said)

    monkeypatch.setattr(AsyncWebhookClient, "send_dict", first_refused)
    async with at_work(cited()) as desk:
        await desk.slack.person("james").command("/ask", "how many days?", "#projets")
        first = await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "Two days" in shown(m))
        await desk.finished()
        await desk.slack.person("james").click(first, ASK_AGAIN_BUTTON)
        await desk.slack.wait_until(lambda: len(desk.answering.questions) == 2)
        await desk.finished()
        assert (len(refusals), len(desk.slack.messages)) == (1, 2)


async def test_a_private_question_without_an_address_stays_private() -> None:
    async with at_work(cited()) as desk:
        question_log = desk.bot.stores.question_log
        record = QuestionRecord("TLUMIERE", "CGENERAL", str(uuid.uuid4()), "", user="UJAMES", text="how many days?")
        question_log.add_questions([replace(record, holder="dead", asked_at=time.time(), changed_at=time.time())])
        await desk.slack.wait_for(lambda m: "Share in channel" in shown(m))
        await desk.finished()
        assert {m.ephemeral_to for m in desk.slack.messages} == {"UJAMES"}


async def test_a_private_question_that_kills_the_bot_is_given_up() -> None:
    async with at_work(Held(), index=open_temporary_qdrant()) as desk:
        await desk.slack.person("james").command("/ask", "deadly", "#general")
        await until(lambda: desk.answering.questions)
        question_log = desk.bot.stores.question_log
        (record,) = question_log.list_questions_since(0)
        question_log.update_question(record, tries=3, holder="dead")
        await desk.slack.wait_for(lambda m: "Something went wrong" in shown(m))
        await until(lambda: not question_log.list_questions_since(0)[0].is_open)
        assert question_log.list_questions_since(0)[0].state == "failed"
