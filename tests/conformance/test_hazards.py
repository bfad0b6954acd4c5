"""What Slack does to a bot and no other test of the Slack edge plays: each over a real socket of the local Slack."""

from __future__ import annotations

import pytest

from bot.slack.sources import RATE
from playground.slack.socket_mode import Reason
from tests.bot.slack.desk import Desk, at_work, found, saying, shown

WRITTEN = saying("Two days.", passages=(found(),))
POSTS = ("chat.postMessage", "chat.postEphemeral")


async def answered(desk: Desk, name: str = "james") -> None:
    ts = await desk.slack.person(name).dm("How many?")
    assert "Two days." in shown(await desk.reply_to(ts, holding="Two days."))


async def reconnected(desk: Desk) -> None:
    await desk.slack.wait_until(lambda: desk.slack.sockets.opened >= 2 or None, timeout=20)
    await desk.slack.wait_until(lambda: any(not s.leaving for s in desk.slack.sockets.open) or None, timeout=20)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled", "too_many_websockets"])
async def test_the_bot_comes_back_after_each_kind_of_disconnect(reason: Reason) -> None:
    async with at_work(WRITTEN) as desk:
        await desk.slack.faults.disconnect(reason)
        await reconnected(desk)
        await answered(desk)


async def test_the_bot_comes_back_after_its_socket_was_cut_without_a_word() -> None:
    async with at_work(WRITTEN) as desk:
        desk.slack.faults.drop_sockets()
        await reconnected(desk)
        await answered(desk)


async def test_a_redelivered_event_is_answered_once() -> None:
    async with at_work(WRITTEN) as desk:
        desk.slack.faults.send_events_twice()
        ts = await desk.slack.person("james").post("#general", "<@USOUFFLEUR> how many?")
        await desk.reply_to(ts)
        await desk.finished()
        assert (len(desk.replies_to(ts)), len(desk.answering.questions)) == (1, 1)


async def test_an_event_whose_acknowledgement_was_lost_is_answered_once() -> None:
    async with at_work(WRITTEN) as desk:
        desk.slack.faults.lose_acks()
        await answered(desk)
        await desk.finished()
        assert len(desk.answering.questions) == 1


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
            while desk.slack.faults.take(method):
                pass
        await answered(desk)


@pytest.mark.parametrize("method", ["users.info", "assistant.threads.setStatus", "agents.sessions.setStatus"])
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
        await james.click(await desk.reply_to(ts, holding="Two days."), RATE, value="negative")
        await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "Thank you" in shown(m))


async def test_a_channel_of_which_slack_tells_nothing_is_private() -> None:
    async with at_work(WRITTEN) as desk:
        desk.slack.faults.fail("conversations.info", "missing_scope", times=5)
        ts = await desk.slack.person("james").post("#general", "<@USOUFFLEUR> how many?")
        await desk.reply_to(ts)
        await desk.finished()
        assert [entry.private for entry in desk.bot.parts.journal.since(0)] == [True]


async def test_nothing_that_is_posted_unfurls_or_links_names_whatever_its_door() -> None:
    async with at_work(WRITTEN) as desk:
        james = desk.slack.person("james")
        desk.slack.faults.no_streaming()
        ts = await james.post("#general", "<@USOUFFLEUR> how many?")
        await desk.reply_to(ts, holding="Two days.")
        await desk.finished()
        await james.click(desk.replies_to(ts)[-1], RATE, value="positive")
        for command in ("/ask", "/docs", "/gaps", "/reindex", "/compare", "/souffleur"):
            await james.command(command, "how many?")
        await desk.finished()
        posts = [call.arguments for call in desk.slack.calls if call.method in POSTS]
    assert posts
    assert all(str(post.get("unfurl_links")).lower() in ("false", "0") for post in posts)
    assert all(str(post.get("unfurl_media")).lower() in ("false", "0") for post in posts)
    assert not any(name in post for post in posts for name in ("link_names", "parse"))
