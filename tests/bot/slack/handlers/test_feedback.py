"""Votes on answers: thumbs, reasons, ✅ and ❌."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.slack.handlers.feedback import ButtonPlace, render_feedback_modal
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_fr import FRENCH
from bot.slack.views.sources import RATE_ACTION, render_feedback_buttons
from knowledge.storage.question_log import UsedPassage
from knowledge.storage.votes import Vote
from playground.slack.people.simulated_user import SimulatedUser
from playground.slack.rules.blocks import find_block_problems
from playground.slack.state.records import Message, View
from playground.slack.web_api.json_values import JsonObject
from playground.slack.web_api.methods_views import view_problems
from tests.bot.slack.running_bot import Desk, at_work, found, saying, shown

WRITTEN = saying("Two days.", passages=(found(),))


async def answered(desk: Desk, name: str = "james") -> Message:
    ts = await desk.slack.person(name).post("#general", "<@USOUFFLEUR> how many days?")
    message = await desk.reply_to(ts)
    await desk.finished()
    return message


async def reasons_asked(desk: Desk) -> View:
    return await desk.slack.wait_until(lambda: next((v for v in desk.slack.views if v.kind == "modal"), None))


async def thanked(desk: Desk, user: str) -> Message:
    return await desk.slack.wait_for(lambda m: m.ephemeral_to == user and shown(m).startswith(("Thank", "Merci")))


def votes(desk: Desk) -> list[Vote]:
    question_log = desk.bot.stores.question_log
    return desk.bot.stores.vote_store.list_votes(entry.id for entry in question_log.list_questions_since(0))


def filled(reason: str, words: str) -> JsonObject:
    chosen: JsonObject = {"type": "radio_buttons", "selected_option": {"value": reason}}
    return {"reason": {"reason": chosen}, "words": {"words": {"type": "plain_text_input", "value": words}}}


async def test_a_thumb_up_is_noted_and_thanked_for_where_only_its_voter_sees_it() -> None:
    async with at_work(WRITTEN) as desk:
        answer = await answered(desk)
        await desk.slack.person("camille").click(answer, RATE_ACTION, value="positive")
        thanks = await thanked(desk, "UCAMILLE")
        assert (thanks.thread_ts, "Thank you" in shown(thanks)) == (answer.thread_ts, True)
        (vote,) = votes(desk)
        assert (vote.user, vote.liked, vote.passages) == (
            "UCAMILLE",
            True,
            (UsedPassage("id", "hr/staff handbook.pdf", 12),),
        )
        assert vote.at > 1e9


async def test_a_thumb_up_that_is_pressed_again_is_thanked_for_once() -> None:
    async with at_work(WRITTEN) as desk:
        answer = await answered(desk)
        camille = desk.slack.person("camille")
        await camille.click(answer, RATE_ACTION, value="positive")
        await thanked(desk, "UCAMILLE")
        await camille.click(answer, RATE_ACTION, value="positive")
        await desk.finished()
        said = [message for message in desk.slack.messages if message.ephemeral_to == "UCAMILLE"]
        assert len(said) == 1


async def test_a_thumb_down_is_noted_before_its_reasons_are_given() -> None:
    async with at_work(WRITTEN) as desk:
        await desk.slack.person("james").click(await answered(desk), RATE_ACTION, value="negative")
        await reasons_asked(desk)
        await desk.finished()
        assert [(vote.liked, vote.reason) for vote in votes(desk)] == [(False, "")]


async def test_reasons_are_kept_with_the_vote() -> None:
    async with at_work(WRITTEN) as desk:
        james = desk.slack.person("james")
        await james.click(await answered(desk), RATE_ACTION, value="negative")
        assert await james.submit(await reasons_asked(desk), filled("outdated", " Since May. ")) == {}
        await thanked(desk, "UJAMES")
        (vote,) = votes(desk)
        assert (vote.liked, vote.reason, vote.words, len(vote.passages)) == (False, "outdated", "Since May.", 1)


async def test_a_person_who_thinks_again_has_one_vote_and_others_keep_theirs() -> None:
    async with at_work(WRITTEN) as desk:
        answer, james = await answered(desk), desk.slack.person("james")
        await james.click(answer, RATE_ACTION, value="negative")
        await desk.finished()
        await desk.slack.person("alice").click(answer, RATE_ACTION, value="negative")
        await desk.finished()
        await james.click(answer, RATE_ACTION, value="positive")
        await james.click(answer, RATE_ACTION, value="positive")
        await desk.finished()
        assert {vote.user: vote.liked for vote in votes(desk)} == {"UJAMES": True, "UALICE": False}
        assert len(votes(desk)) == 2


async def test_a_private_answer_and_its_shared_copy_can_be_rated() -> None:
    async with at_work(WRITTEN) as desk:
        james = desk.slack.person("james")
        await james.command("/ask", "how many days?")
        answer = await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "Two days" in shown(m))
        await desk.finished()
        await james.click(answer, RATE_ACTION, value="positive")
        await thanked(desk, "UJAMES")
        (vote,) = votes(desk)
        (entry,) = desk.bot.stores.question_log.list_questions_since(0)
        assert (vote.question, entry.private, entry.is_open, entry.text) == (entry.id, True, False, "how many days?")


async def test_without_days_for_feedback_there_are_no_thumbs_and_an_old_one_keeps_nothing() -> None:
    async with at_work(WRITTEN, feedback_days=0) as desk:
        answer = await answered(desk)
        assert RATE_ACTION not in str(answer.blocks)
        (entry,) = desk.bot.stores.question_log.list_questions_since(0)
        await _pressed(desk, answer, f"+{entry.id}")
        assert votes(desk) == []


async def test_without_days_for_questions_a_private_one_leaves_no_trace() -> None:
    async with at_work(WRITTEN, journal_days=0) as desk:
        await desk.slack.person("james").command("/ask", "how many days?")
        await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "Two days" in shown(m))
        await desk.finished()
        assert desk.bot.stores.question_log.list_questions_since(0) == []


@pytest.mark.parametrize("value", ["", "+", "+no id", "-" * 37, "*6f1f2b0e-52a5-4f0c-9a0e-6f6a0f5f2a31"])
async def test_a_forged_thumb_is_let_go(value: str) -> None:
    async with at_work(WRITTEN) as desk:
        await _pressed(desk, await answered(desk), value)
        assert votes(desk) == []


async def test_a_vote_on_a_question_that_nobody_remembers_is_thanked_for_and_not_kept() -> None:
    async with at_work(WRITTEN) as desk:
        await _pressed(desk, await answered(desk), "+6f1f2b0e-52a5-4f0c-9a0e-6f6a0f5f2a31")
        await thanked(desk, "UJAMES")
        assert list(desk.bot.stores.vote_store.repository.list_records()) == []


@pytest.mark.parametrize(("channel", "private"), [("#general", False), ("#finance", True)])
async def test_the_question_log_says_whether_everybody_could_read_the_question(channel: str, private: bool) -> None:
    async with at_work(WRITTEN) as desk:
        ts = await desk.slack.person("alice").post(channel, "<@USOUFFLEUR> how many days?")
        await desk.reply_to(ts)
        await desk.finished()
        assert [entry.private for entry in desk.bot.stores.question_log.list_questions_since(0)] == [private]


@pytest.mark.parametrize("texts", [ENGLISH, FRENCH], ids=["en", "fr"])
def test_thumbs_and_modal_are_what_slack_takes(texts: InterfaceTexts) -> None:
    assert find_block_problems([render_feedback_buttons("q" * 36, texts)]) == []
    shown_view = render_feedback_modal(
        "q" * 36, ButtonPlace("C" * 11, "1.0", "https://hooks.example/" + "x" * 200), texts
    )
    assert view_problems(shown_view, "modal") == []
    assert len(json.dumps(shown_view["title"]["text"])) <= 26


async def _pressed(desk: Desk, message: Message, value: str) -> None:
    pressed: JsonObject = {"type": "feedback_buttons", "action_id": RATE_ACTION, "block_id": "b", "value": value}
    await desk.press("james", message, pressed)


async def asked_and_answered(desk: Desk) -> tuple[str, Message]:
    """A question, and its answer."""
    ts = await desk.slack.person("james").post("#general", "@souffleur how many days?")
    answer = await desk.reply_to(ts, holding="Two days.")
    await desk.finished()
    return ts, answer


def all_votes(desk: Desk) -> list[Vote]:
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
        ts, answer = await asked_and_answered(desk)
        await react(desk, answer.ts, emoji)
        (vote,) = all_votes(desk)
        assert (vote.user, vote.liked) == ("UALICE", liked)
        assert vote.question == desk.bot.stores.question_log.list_thread_questions("CGENERAL", ts)[0].id
        assert not [m for m in desk.slack.messages if m.ephemeral_to], "the emoji says it all"


async def test_other_emoji_other_messages_and_the_setting_count_no_vote() -> None:
    async with at_work(saying("Two days.")) as desk:
        ts, answer = await asked_and_answered(desk)
        await react(desk, answer.ts, "tada")
        await react(desk, ts, "white_check_mark")
        assert all_votes(desk) == []
    async with at_work(saying("Two days."), reaction_votes="off") as desk:
        _, answer = await asked_and_answered(desk)
        await react(desk, answer.ts, "white_check_mark")
        assert all_votes(desk) == []


async def test_a_reaction_of_another_apps_bot_is_no_vote() -> None:
    async with at_work(saying("Two days.")) as desk:
        _, answer = await asked_and_answered(desk)
        users, alice = desk.slack.workspace.users, desk.slack.person("alice")
        users["UALICE"] = replace(users["UALICE"], is_bot=True)
        await react(desk, answer.ts, "x", alice)
        assert all_votes(desk) == []


async def test_the_last_opinion_counts_and_a_reason_is_kept() -> None:
    async with at_work(saying("Two days.")) as desk:
        _, answer = await asked_and_answered(desk)
        await react(desk, answer.ts, "x")
        (vote,) = all_votes(desk)
        store = desk.bot.stores.vote_store
        store.cast_vote(Vote(vote.question, vote.user, liked=False, reason="outdated", at=vote.at))
        await react(desk, answer.ts, "negative_squared_cross_mark")
        assert [one.reason for one in all_votes(desk)] == ["outdated"]
        await react(desk, answer.ts, "white_check_mark")
        assert [(one.liked, one.reason) for one in all_votes(desk)] == [(True, "")]
