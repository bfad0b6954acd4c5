"""✅ and ❌ under an answer as votes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.storage.votes import Vote
from playground.slack.people.simulated_user import SimulatedUser
from playground.slack.state.records import Message
from tests.bot.slack.running_bot import Desk, at_work, saying


async def answered(desk: Desk) -> tuple[str, Message]:
    """A question, and its answer."""
    ts = await desk.slack.person("james").post("#general", "@souffleur how many days?")
    answer = await desk.reply_to(ts, holding="Two days.")
    await desk.finished()
    return ts, answer


def votes(desk: Desk) -> list[Vote]:
    return list(desk.bot.stores.vote_store.repository.list_records())


async def react(desk: Desk, ts: str, emoji: str, who: SimulatedUser | None = None) -> None:
    await (who or desk.slack.person("alice")).react("#general", ts, emoji)
    await desk.slack.wait_until(
        lambda: any(sent.acked for sent in desk.slack.sent if f"'{emoji}'" in str(sent.payload))
    )
    await desk.finished()


@pytest.mark.parametrize(("emoji", "liked"), [("white_check_mark", True), ("heavy_check_mark", True), ("x", False)])
async def test_a_check_mark_or_a_cross_under_an_answer_is_a_vote(emoji: str, liked: bool) -> None:
    async with at_work(saying("Two days.")) as desk:
        ts, answer = await answered(desk)
        await react(desk, answer.ts, emoji)
        (vote,) = votes(desk)
        assert (vote.user, vote.liked) == ("UALICE", liked)
        assert vote.question == desk.bot.stores.question_log.list_thread_questions("CGENERAL", ts)[0].id
        assert not [m for m in desk.slack.messages if m.ephemeral_to], "the emoji says it all"


async def test_other_emoji_other_messages_and_the_setting_count_no_vote() -> None:
    async with at_work(saying("Two days.")) as desk:
        ts, answer = await answered(desk)
        await react(desk, answer.ts, "tada")
        await react(desk, ts, "white_check_mark")
        assert votes(desk) == []
    async with at_work(saying("Two days."), reaction_votes="off") as desk:
        _, answer = await answered(desk)
        await react(desk, answer.ts, "white_check_mark")
        assert votes(desk) == []


async def test_a_reaction_of_another_apps_bot_is_no_vote() -> None:
    async with at_work(saying("Two days.")) as desk:
        _, answer = await answered(desk)
        users, alice = desk.slack.workspace.users, desk.slack.person("alice")
        users["UALICE"] = replace(users["UALICE"], is_bot=True)
        await react(desk, answer.ts, "x", alice)
        assert votes(desk) == []


async def test_the_last_opinion_counts_and_a_reason_is_kept() -> None:
    async with at_work(saying("Two days.")) as desk:
        _, answer = await answered(desk)
        await react(desk, answer.ts, "x")
        (vote,) = votes(desk)
        store = desk.bot.stores.vote_store
        store.cast_vote(Vote(vote.question, vote.user, liked=False, reason="outdated", at=vote.at))
        await react(desk, answer.ts, "negative_squared_cross_mark")
        assert [one.reason for one in votes(desk)] == ["outdated"]
        await react(desk, answer.ts, "white_check_mark")
        assert [(one.liked, one.reason) for one in votes(desk)] == [(True, "")]
