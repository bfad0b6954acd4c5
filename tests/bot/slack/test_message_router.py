from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.answering.answer import Answer, AnswerEvent, AnswerText, Progress
from bot.answering.question import Question, Turn
from bot.slack.events.parse import IncomingMessage
from bot.slack.people.users import Users
from knowledge.core.failures import IndexUnavailable, ModelUnavailable
from knowledge.core.text import add_french_spaces
from tests.bot.slack.running_bot import SLACK, at_work, citation, found, saying, shown


async def test_a_mention_is_answered_in_its_thread_with_its_sources() -> None:
    async with at_work(saying("Two days", " a week [1].", citations=(citation(),))) as desk:
        ts = await desk.slack.person("james").post("#general", "@souffleur how many days of remote work?")
        reply = await desk.reply_to(ts, holding="Sources")
        assert reply.text == "Two days a week [1]."
        assert "[1] Staff handbook, p. 12 — Leave › Remote work" in shown(reply)
        assert desk.answering.questions[0].text == "how many days of remote work?"


async def test_the_thread_shows_what_the_bot_is_doing_until_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.replies.stream.STEP_SECONDS", 0.0)
    go_on, searching = asyncio.Event(), asyncio.Event()

    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        yield Progress("searching")
        await searching.wait()
        yield Progress("writing", 3)
        await go_on.wait()
        yield AnswerText("Deux jours.")
        yield Answer("Deux jours.", "answered", "fr")

    async with at_work(script) as desk:
        ts = await desk.slack.person("camille").post("#rh", "@souffleur combien de jours ?")
        search, write = "Recherche dans les documents", add_french_spaces("Rédaction (passages sous la main : 3)")
        for titles, following in (([f"{search}…"], searching), ([search, f"{write}…"], go_on)):
            await desk.slack.wait_for(lambda m, titles=titles: [t.title for t in m.tasks] == titles)  # type: ignore[misc] # bound now
            following.set()
        answer = await desk.reply_to(ts, holding="Deux jours.")
        assert [(task.title, task.status) for task in answer.tasks] == [(search, "complete"), (write, "complete")]
        assert answer.has_plan
        assert len(desk.replies_to(ts)) == 1


async def test_a_question_is_not_acknowledged_while_slack_does_not_say_who_the_bot_is() -> None:
    quick = replace(SLACK, ack_limit=0.2, retry_delays=(0.0, 0.2, 1.0))
    async with at_work(saying("Two days."), quick) as desk:
        # The list of people is read as the bot starts, after an auth.test of its own.
        await desk.slack.wait_until(lambda: next((c for c in desk.slack.calls if c.method == "users.list"), None))
        desk.slack.faults.fail("auth.test", "internal_error")
        ts = await desk.slack.person("james").dm("How many days?")
        await desk.reply_to(ts, holding="Two days.")
        await desk.finished()
        assert desk.slack.sent[0].acked is False, "Slack sends it again"
        assert len(desk.answering.questions) == 1


@pytest.mark.parametrize("name", ["app_mention", "message"])
async def test_a_question_is_a_bolt_event_that_is_recorded_before_it_is_acknowledged(name: str) -> None:
    async with at_work(saying("Two days.")) as desk:
        channel = {"channel": "DJAMES", "channel_type": "im"} if name == "message" else {"channel": "CGENERAL"}
        ts = await desk.slack.person("james").post("#general", "How many days?")
        event = {**channel, "type": name, "user": "UJAMES", "text": "<@USOUFFLEUR> How many days?", "ts": ts}
        with desk.index_away():
            assert (await desk.send_event(event)).status == 503
        assert (await desk.send_event(event)).status == 200
        assert desk.bot.stores.question_log.get_question("TLUMIERE", channel["channel"], ts)
        await desk.finished()


async def test_a_direct_message_is_answered_in_a_thread_of_its_own() -> None:
    async with at_work(saying("Two days.")) as desk:
        ts = await desk.slack.person("james").dm("How many days?")
        assert (await desk.reply_to(ts)).text == "Two days."
        assert desk.answering.questions[0].history == ()


async def test_a_follow_up_carries_what_was_said_before() -> None:
    async with at_work(saying("Two days.")) as desk:
        james = desk.slack.person("james")
        ts = await james.dm("How many days?")
        await desk.reply_to(ts)
        await james.dm("And in summer?", ts)
        await desk.slack.wait_until(lambda: len(desk.answering.questions) == 2 or None)
        assert desk.answering.questions[1].history == (Turn("person", "How many days?"), Turn("bot", "Two days."))


async def test_the_thread_of_a_mention_is_read_with_all_its_people() -> None:
    async with at_work(saying("Two days.")) as desk:
        alice, james = desk.slack.person("alice"), desk.slack.person("james")
        ts = await alice.post("#general", "Remote work is *great*")
        await james.post("#general", "@souffleur how many days?", ts)
        await desk.reply_to(ts)
        assert desk.answering.questions[0].history == (Turn("person", "Remote work is *great*"),)


async def test_a_message_that_comes_twice_is_answered_once() -> None:
    async with at_work(saying("Two days.")) as desk:
        desk.slack.faults.send_events_twice()
        ts = await desk.slack.person("james").post("#general", "@souffleur how many days?")
        await desk.reply_to(ts)
        await desk.slack.wait_until(lambda: len([s for s in desk.slack.sent if s.acked]) >= 3)
        await desk.finished()
        assert len(desk.answering.questions) == len(desk.replies_to(ts)) == 1


async def test_the_asker_s_language_is_told() -> None:
    async with at_work(saying("Deux jours.", language="fr")) as desk:
        await desk.slack.person("camille").dm("Combien ?")
        await desk.slack.person("james").dm("How many?")
        await desk.slack.wait_until(lambda: len(desk.answering.questions) == 2 or None)
        assert {question.locale for question in desk.answering.questions} == {"fr", "en"}


async def test_a_mention_without_words_gets_help() -> None:
    async with at_work(saying("?")) as desk:
        ts = await desk.slack.person("camille").post("#general", "@souffleur")
        reply = await desk.reply_to(ts)
        assert reply.text.startswith("Posez-moi une question")
        assert desk.answering.questions == []


@pytest.mark.parametrize("where", ["#general", "DJAMES"])
async def test_a_file_with_a_question_is_not_ignored_silently(where: str) -> None:
    async with at_work(saying("Two days.")) as desk:
        ts = await desk.slack.person("james").share(where, "@souffleur how many days?", "plan.pdf", b"%PDF")
        reply = await desk.reply_to(ts, holding="I do not read files attached")
        assert reply.text == "Two days."


async def test_a_file_without_words_is_not_ignored_silently() -> None:
    async with at_work(saying("?")) as desk:
        ts = await desk.slack.person("james").share("DJAMES", "", "plan.pdf", b"%PDF")
        assert "Ask me a question in words" in (await desk.reply_to(ts)).text


async def test_what_is_not_a_question_is_acknowledged_and_left_alone() -> None:
    async with at_work(saying("Two days.")) as desk:
        james = desk.slack.person("james")
        ts = await james.dm("How many days?")
        await desk.reply_to(ts)
        await james.post("#general", "lunch?")
        await desk.slack.wait_until(lambda: _all_acked(desk.slack.sent))
        await desk.finished()
        assert len(desk.answering.questions) == 1


async def test_nothing_found_shows_what_is_nearest() -> None:
    script = saying("I found nothing.", state="not_found", passages=(found(), found("Three", None), found(), found()))
    async with at_work(script) as desk:
        ts = await desk.slack.person("james").dm("How many moons?")
        text = shown(await desk.reply_to(ts, holding="nearest"))
        assert text.count(". Staff handbook, p. 12") == 1
        assert "Two days" not in text


async def test_an_answer_without_streamed_words_is_shown_all_the_same() -> None:
    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        yield Answer("Nothing is indexed yet.", "not_found", "en")

    async with at_work(script) as desk:
        ts = await desk.slack.person("james").dm("How many moons?")
        assert (await desk.reply_to(ts)).text == "Nothing is indexed yet."


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ModelUnavailable("away"), "The model that writes my answers"),
        (IndexUnavailable("away"), "I cannot reach the index"),
        (ValueError("unforeseen"), "Something went wrong"),
    ],
    ids=["model", "index", "unforeseen"],
)
async def test_a_failure_ends_in_a_kind_sentence_and_a_traceback(
    error: Exception, sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        yield Progress("searching")
        raise error

    async with at_work(script) as desk:
        ts = await desk.slack.person("james").dm("A secret question?")
        assert sentence in (await desk.reply_to(ts)).text
        records = [record for record in caplog.records if record.levelno == logging.ERROR]
        assert [record.exc_info is not None for record in records] == [True]
        assert "secret" not in caplog.text


async def test_an_unforeseen_failure_to_tell_the_language_is_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(_: Users, user: str) -> str | None:
        raise LookupError(f"no word of {user}")

    async with at_work(saying("Two days.")) as desk:
        monkeypatch.setattr(Users, "get_user_language", unknown)
        ts = await desk.slack.person("james").post("#general", "How many days?")
        channel = next(message.channel for message in desk.slack.messages if message.ts == ts)
        question = IncomingMessage("TLUMIERE", channel, ts, ts, "UJAMES", "How many days?", has_files=False)
        await desk.bot.questions.messages.start_question(question)
        assert "Something went wrong" in (await desk.reply_to(ts)).text
        assert desk.answering.questions == []


async def test_a_failure_keeps_what_was_written() -> None:
    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        yield AnswerText("Like this:\n```java\nclass A")
        raise ModelUnavailable("cut")

    async with at_work(script) as desk:
        ts = await desk.slack.person("james").dm("How?")
        reply = await desk.reply_to(ts, holding="does not answer")
        assert reply.text.startswith("Like this:\n```java\nclass A\n```\n")


async def test_answering_that_ends_without_an_answer_is_a_failure() -> None:
    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        yield Progress("searching")

    async with at_work(script) as desk:
        ts = await desk.slack.person("camille").dm("Combien ?")
        assert "Un problème de mon côté" in (await desk.reply_to(ts)).text


async def test_a_stopping_bot_lets_an_answer_finish() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        yield AnswerText("Two")
        begun.set()
        await go_on.wait()
        yield AnswerText(" days.")
        yield Answer("Two days.", "answered", "en")

    async with at_work(script, shutdown_grace=10) as desk:
        ts = await desk.slack.person("james").dm("How many?")
        await begun.wait()
        desk.serving.cancel()
        await desk.slack.wait_until(lambda: None if desk.slack.sockets.open else True, what="a closed socket")
        go_on.set()
        assert (await desk.reply_to(ts)).text == "Two days."


async def test_an_answer_that_outlasts_the_grace_says_so() -> None:
    begun = asyncio.Event()

    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        yield AnswerText("Two")
        begun.set()
        await asyncio.Event().wait()

    async with at_work(script, shutdown_grace=0.05) as desk:
        ts = await desk.slack.person("james").dm("How many?")
        await begun.wait()
        desk.serving.cancel()
        reply = await desk.reply_to(ts, holding="interrupted")
        assert reply.text == "Two\n\n_I was interrupted because I am being restarted: I answer as soon as I am back._"


def _all_acked(sent: object) -> bool | None:
    return all(envelope.acked for envelope in sent) or None  # type: ignore[attr-defined] # envelopes of the playground
