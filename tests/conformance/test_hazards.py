"""What Slack does to a bot and no other test of the Slack edge plays: each over a real socket of the local Slack."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack import runner
from bot.slack.app import build_app
from bot.slack.events import thread_context
from bot.slack.handlers.gaps import GAPS_BUTTON
from bot.slack.handlers.home import REFRESH_BUTTON, REINDEX_BUTTON
from bot.slack.i18n.catalogue import get_texts
from bot.slack.views.block_kit import build_header_block
from bot.slack.views.sources import RATE_ACTION, SHOW_PASSAGE_ACTION
from knowledge.core.failures import SettingsError
from playground.slack.app import serve_slack
from playground.slack.rules.blocks import find_block_problems
from tests.bot.slack.running_bot import SLACK, Desk, Scripted, at_work, citation, found, saying, settings_for, shown
from tests.doubles.temporary_qdrant import open_temporary_qdrant

if TYPE_CHECKING:
    from bot.slack.i18n.texts import InterfaceTexts
    from playground.slack.events.socket_mode import DisconnectReason

WRITTEN = saying("Two days.", passages=(found(),), citations=(citation(),))
POSTS = ("chat.postMessage", "chat.postEphemeral")


async def answered(desk: Desk, name: str = "james") -> None:
    ts = await desk.slack.person(name).dm("How many?")
    assert "Two days." in shown(await desk.reply_to(ts, holding="Two days."))


async def reconnected(desk: Desk) -> None:
    await desk.slack.wait_until(lambda: desk.slack.sockets.opened >= 2 or None, timeout=60)
    await desk.slack.wait_until(lambda: any(not s.leaving for s in desk.slack.sockets.open) or None, timeout=60)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled", "too_many_websockets"])
async def test_the_bot_comes_back_after_each_kind_of_disconnect(reason: DisconnectReason) -> None:
    async with at_work(WRITTEN) as desk:
        await desk.slack.faults.disconnect(reason)
        await reconnected(desk)
        await answered(desk)


async def test_the_bot_comes_back_after_its_socket_was_cut_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_PING_SECONDS", 0.2)
    async with at_work(WRITTEN) as desk:
        desk.slack.faults.drop_sockets()
        await reconnected(desk)
        await answered(desk)


async def test_the_bot_comes_back_after_its_socket_went_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_PING_SECONDS", 0.2)
    async with at_work(WRITTEN) as desk:
        desk.slack.faults.silence_sockets()
        await desk.slack.wait_until(lambda: any(not s.silent for s in desk.slack.sockets.open) or None)
        await answered(desk)


async def test_an_acknowledgement_that_finds_its_socket_cut_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    async with serve_slack(SLACK) as slack:
        bot = build_app(settings_for(slack), Scripted(WRITTEN), open_temporary_qdrant())
        socket = runner.SlackSocketHandler(bot.app, slack.app_token, web_client=bot.client)
        await socket.client.connect()  # type: ignore[no-untyped-call] # the SDK leaves this one unannotated
        socket.client.auto_reconnect_enabled = False
        assert socket.client.current_session
        await socket.client.current_session.close()
        event = {"type": "reaction_added", "user": "UJAMES"}
        payload = {"type": "event_callback", "team_id": "TLUMIERE", "event": event}
        await socket.handle(socket.client, SocketModeRequest("events_api", "an envelope", payload))
        await socket.client.close()  # type: ignore[no-untyped-call] # the SDK leaves this one unannotated
    assert "not acknowledged type=events_api" in caplog.text
    assert "Traceback" not in caplog.text


async def test_what_is_no_envelope_is_ignored() -> None:
    async with at_work(WRITTEN) as desk:
        await desk.slack.faults.send_nonsense()
        await answered(desk)
        assert desk.slack.sockets.opened == 1


async def test_a_bot_whose_token_is_taken_back_ends_with_one_sentence() -> None:
    async with at_work(WRITTEN) as desk:
        await answered(desk)
        desk.slack.faults.revoke(desk.slack.bot_token, told=True)
        with pytest.raises(SettingsError, match=r"Slack refuses SLACK_BOT_TOKEN \(token_revoked\): copy it anew"):
            await asyncio.wait_for(desk.serving, 30)
        assert not desk.slack.sockets.open


async def test_a_token_that_is_taken_back_without_a_word_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_BEAT_SECONDS", 0.05)
    monkeypatch.setattr(runner, "_TOKEN_CHECK_SECONDS", 0.0)
    async with at_work(WRITTEN) as desk:
        desk.slack.faults.revoke(desk.slack.bot_token)
        with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN"):
            await asyncio.wait_for(desk.serving, 30)


async def test_a_bot_that_may_not_connect_again_ends_with_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_BEAT_SECONDS", 0.05)
    async with at_work(WRITTEN) as desk:
        desk.slack.faults.revoke(desk.slack.app_token)
        await answered(desk)
        desk.slack.faults.drop_sockets()
        with pytest.raises(SettingsError, match=r"Slack refuses SLACK_APP_TOKEN \(token_revoked\)"):
            await asyncio.wait_for(desk.serving, 30)


async def test_a_person_s_token_that_is_taken_back_is_not_the_bot_s() -> None:
    async with at_work(WRITTEN) as desk:
        desk.slack.faults.revoke("xoxp-of-somebody", told=True)
        await desk.slack.wait_until(lambda: [call for call in desk.slack.calls if call.method == "auth.test"][1:])
        await answered(desk)


async def test_a_redelivered_event_is_answered_once() -> None:
    async with at_work(WRITTEN) as desk:
        desk.slack.faults.send_events_twice()
        ts = await desk.slack.person("james").post("#general", "<@USOUFFLEUR> how many?")
        await desk.reply_to(ts)
        await desk.finished()
        assert (len(desk.replies_to(ts)), len(desk.answering.questions)) == (1, 1)


async def test_an_event_whose_acknowledgement_was_lost_is_answered_once() -> None:
    async with at_work(WRITTEN, replace(SLACK, ack_limit=0.2, retry_delays=(0.0, 0.0))) as desk:
        desk.slack.faults.lose_acks()
        await answered(desk)
        await desk.slack.wait_until(lambda: any(sent.attempt and sent.acked for sent in desk.slack.sent) or None)
        await desk.finished()
        assert len(desk.answering.questions) == 1


COMMANDS = ("/ask", "/docs", "/gaps", "/reindex", "/compare", "/souffleur")


async def test_commands_and_actions_are_acknowledged_before_any_work() -> None:
    async with at_work(WRITTEN) as desk:
        alice = desk.slack.person("alice")
        ts = await alice.dm("How many?")
        reply = await desk.reply_to(ts, holding="Two days.")
        await alice.open_home()
        home = await desk.slack.wait_until(lambda: next(iter(desk.slack.views), None))
        desk.slack.faults.delay("users.info", 60, times=50)
        desk.bot.people.users._profiles.forget_key("UALICE")
        for command in COMMANDS:
            await alice.command(command, "how many?")
        for action, value in ((RATE_ACTION, "positive"), (RATE_ACTION, "negative"), (f"{SHOW_PASSAGE_ACTION}_1", None)):
            await alice.click(reply, action, value=value)
        for button in (REINDEX_BUTTON, REFRESH_BUTTON, GAPS_BUTTON):
            await alice.click(home, button)
        interactions = [sent for sent in desk.slack.sent if sent.kind != "events_api"]
        assert len(interactions) == len(COMMANDS) + 6
        assert all(sent.acked and sent.acked_at - sent.at < 3 for sent in interactions)


async def test_a_thread_that_slack_lets_nobody_read_soon_is_answered_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(thread_context, "_TIMEOUT_SECONDS", 0.1)
    async with at_work(WRITTEN) as desk:
        james = desk.slack.person("james")
        ts = await james.dm("How many?")
        await desk.reply_to(ts, holding="Two days.")
        desk.slack.faults.limit("conversations.replies", retry_after=600, times=5)
        await james.dm("And for interns?", thread_ts=ts)
        await desk.slack.wait_for(lambda m: m.thread_ts == ts and "could not read the earlier messages" in shown(m))
        await desk.finished()
        assert len(desk.replies_to(ts)) == 2
        assert [question.history for question in desk.answering.questions] == [(), ()]


async def test_no_text_is_longer_than_slack_keeps() -> None:
    long = "\n".join(f"{n}. A line of an answer that does not end." for n in range(1, 1_200))
    async with at_work(saying(long)) as desk:
        desk.slack.faults.no_streaming()
        ts = await desk.slack.person("james").dm("How many?" * 400)
        await desk.slack.wait_for(lambda m: m.thread_ts == ts and "1199. A line" in shown(m))
        texts = [str(c.arguments.get("text") or "") for c in desk.slack.calls if c.method.startswith("chat.")]
        titles = [str(c.arguments.get("title") or "") for c in desk.slack.calls if "agents." in c.method]
        assert sum(len(shown(message)) for message in desk.replies_to(ts)) > 40_000
    assert max(map(len, texts)) <= 4_000
    assert 0 < max(map(len, titles)) <= 200


@pytest.mark.parametrize("texts", [get_texts("en"), get_texts("fr")], ids=["English", "French"])
def test_a_header_has_at_most_150_characters(texts: InterfaceTexts) -> None:
    documents = texts.home_documents.format(total=100_000)
    titles = [documents, texts.home_requests, texts.closed_title, texts.index_title, texts.hold_title]
    assert all(len(title) <= 150 for title in titles)
    assert not find_block_problems([build_header_block(text) for text in (*titles, "A title that does not end. " * 20)])


async def test_a_stream_in_a_channel_says_for_whom_it_is() -> None:
    async with at_work(WRITTEN) as desk:
        ts = await desk.slack.person("james").post("#general", "<@USOUFFLEUR> how many?")
        await desk.reply_to(ts, holding="Two days.")
        (start,) = [call for call in desk.slack.calls if call.method == "chat.startStream"]
        told = {key: start.arguments[key] for key in ("thread_ts", "recipient_user_id", "recipient_team_id")}
        assert told == {"thread_ts": ts, "recipient_user_id": "UJAMES", "recipient_team_id": "TLUMIERE"}


@pytest.mark.parametrize(
    "code", ["not_in_channel", "channel_not_found", "is_archived", "thread_not_found", "token_revoked", "missing_scope"]
)
async def test_where_slack_takes_no_answer_the_bot_lives_on(code: str) -> None:
    async with at_work(WRITTEN) as desk:
        for method in ("chat.startStream", "chat.postMessage"):
            desk.slack.faults.fail(method, code, times=3)
        await desk.slack.person("james").post("#general", "<@USOUFFLEUR> how many?")
        await desk.slack.wait_until(lambda: desk.answering.questions)
        await desk.finished()
        for method in ("chat.startStream", "chat.postMessage"):
            while desk.slack.faults.take_fault(method):
                pass
        await answered(desk)


@pytest.mark.parametrize("method", ["users.info", "agents.sessions.setStatus"])
@pytest.mark.parametrize("code", ["missing_scope", "unknown_method"])
async def test_what_slack_refuses_besides_the_answer_does_not_keep_it_back(method: str, code: str) -> None:
    async with at_work(WRITTEN) as desk:
        desk.slack.faults.fail(method, code, times=20)
        await answered(desk)


async def test_a_trigger_that_has_expired_loses_no_vote() -> None:
    async with at_work(WRITTEN) as desk:
        desk.slack.faults.fail("views.open", "expired_trigger_id")
        james = desk.slack.person("james")
        ts = await james.dm("How many?")
        await james.click(await desk.reply_to(ts, holding="Two days."), RATE_ACTION, value="negative")
        await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "Thank you" in shown(m))


async def test_a_channel_of_which_slack_tells_nothing_is_private() -> None:
    async with at_work(WRITTEN) as desk:
        desk.slack.faults.fail("conversations.info", "missing_scope", times=5)
        ts = await desk.slack.person("james").post("#general", "<@USOUFFLEUR> how many?")
        await desk.reply_to(ts)
        await desk.finished()
        assert [entry.private for entry in desk.bot.stores.question_log.list_questions_since(0)] == [True]


async def test_nothing_that_is_posted_unfurls_or_links_names() -> None:
    async with at_work(WRITTEN) as desk:
        james = desk.slack.person("james")
        desk.slack.faults.no_streaming()
        ts = await james.post("#general", "<@USOUFFLEUR> how many?")
        await desk.reply_to(ts, holding="Two days.")
        await desk.finished()
        await james.click(desk.replies_to(ts)[-1], RATE_ACTION, value="positive")
        for command in ("/ask", "/docs", "/gaps", "/reindex", "/compare", "/souffleur"):
            await james.command(command, "how many?")
        await desk.finished()
        posts = [call.arguments for call in desk.slack.calls if call.method in POSTS]
    assert posts
    assert all(str(post.get("unfurl_links")).lower() in ("false", "0") for post in posts)
    assert all(str(post.get("unfurl_media")).lower() in ("false", "0") for post in posts)
    assert not any(name in post for post in posts for name in ("link_names", "parse"))
