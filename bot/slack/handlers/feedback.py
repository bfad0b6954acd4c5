"""Stores votes on answers: a thumb up or down at once, the reasons for a thumb down from a modal, ✅ and ❌.

The two emoji count where `REACTION_VOTES` is on. Slack tells of a reaction by the message's place alone: the question
log knows which question it answers.

Votes are kept by `knowledge/storage/votes.py`; `bot/insights/content_gaps.py` evaluates them.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Literal

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.client import post_ephemeral
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.events.parse import Json
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.people.users import Users
from bot.slack.questions.intake import QuestionIntake
from bot.slack.replies.ephemeral import EphemeralReply, ReplyAddress
from bot.slack.running_tasks import RunningTasks
from bot.slack.views.block_kit import Block, build_context_block, build_modal, build_plain_text
from bot.slack.views.sources import RATE_ACTION
from knowledge.core.failures import IndexUnavailable
from knowledge.core.text import repair_surrogates
from knowledge.storage.votes import VOTE_REASONS, Vote, VoteReason, VoteStore

log = logging.getLogger(__name__)
EVENTS: tuple[str, ...] = ("reaction_added",)
FEEDBACK_MODAL = "rate_answer_reasons"
_LIKES = frozenset({"heavy_check_mark", "white_check_mark"})
_DISLIKES = frozenset({"negative_squared_cross_mark", "x"})
_REASON, _WORDS = "reason", "words"
_MAX_LENGTH = 1_000  # characters of a person's own words
_THUMB_VALUE = re.compile(r"([+-])([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?: ([a-z]{2}))?")


def register(app: AsyncApp, handler: FeedbackHandler, running_tasks: RunningTasks, *, counts_reactions: bool) -> None:
    """Listens for both thumbs, for the modal that the thumb down opens, and for emoji under messages."""

    async def on_thumb(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        if thumb := _THUMB_VALUE.fullmatch(action.get("value") or ""):
            place, vote = (
                _place_from_body(body, thumb[3] or ""),
                Vote(thumb[2], body["user"]["id"], liked=thumb[1] == "+"),
            )
            if vote.liked:
                running_tasks.start_task(handler.record_thumb_up(vote, place))
            else:
                running_tasks.start_task(handler.ask_vote_reasons(vote, place, body["trigger_id"]))

    async def on_reasons(ack: AsyncAck, body: Json, view: Json) -> None:
        await ack()
        place = json.loads(view["private_metadata"])
        vote = Vote(place.pop("question"), body["user"]["id"], liked=False)
        vote = _add_reasons(vote, view["state"]["values"])
        running_tasks.start_task(handler.record_vote(vote, ButtonPlace(**place)))

    async def on_reaction(event: Json) -> None:
        reaction, item = str(event.get("reaction") or ""), event.get("item") or {}
        if counts_reactions and reaction in _LIKES | _DISLIKES and item.get("type") == "message":
            voting = handler.vote_by_reaction(
                str(item["channel"]), str(item["ts"]), str(event["user"]), liked=reaction in _LIKES
            )
            running_tasks.start_task(voting)

    app.action(RATE_ACTION)(on_thumb)
    app.view_submission(FEEDBACK_MODAL)(on_reasons)
    app.event("reaction_added")(on_reaction)


@dataclass(frozen=True, slots=True)
class ButtonPlace:
    """Where a thumb was pressed; `whispered` (so named in modals that are open) says that one person sees it.

    `response_url` reaches the person who pressed, also where the bot is not a member. `language` is the answer's.
    """

    channel: str
    thread_ts: str | None = None
    response_url: str = ""
    whispered: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class FeedbackHandler:
    """Stores votes, and thanks the voter so that only they see it."""

    client: AsyncWebClient
    users: Users
    intake: QuestionIntake
    vote_store: VoteStore

    async def ask_vote_reasons(self, vote: Vote, place: ButtonPlace, trigger: str) -> None:
        """Asks for the reasons of a thumb down, then stores it: Slack grants three seconds for the modal."""
        texts = await self.users.get_answer_texts(place.language, vote.user)
        try:
            view = render_feedback_modal(vote.question, place, texts)
            await self.client.views_open(trigger_id=trigger, view=view)
        except SLACK_ERRORS as error:
            log.info("no modal for reasons error=%s", get_error_code(error))
            await self.record_vote(vote, place)
            return
        if not await self._store_vote(vote):
            await self._thank_voter(texts.feedback_lost, vote.user, place)

    async def record_thumb_up(self, vote: Vote, place: ButtonPlace) -> None:
        """Stores a thumb up and thanks for it; who presses it again has changed nothing and is told nothing."""
        if not await self._find_opinion(vote):
            await self.record_vote(vote, place)

    async def vote_by_reaction(self, channel: str, ts: str, user: str, *, liked: bool) -> None:
        """Stores a vote if the message is of a finished answer. Nobody is thanked: the emoji is seen by all."""
        try:
            answered = await self.intake.run_in_log_thread(self.intake.question_log.find_answered_question, channel, ts)
        except IndexUnavailable as error:
            log.warning("reaction not counted error=%s", error)
            return
        if answered and not await self.users.is_bot_user(user):
            await self._cast_quiet_vote(Vote(answered.id, user, liked=liked))

    async def _cast_quiet_vote(self, vote: Vote) -> None:
        """Stores a vote without a word; one that says the same as before, perhaps with a reason, stays as it is."""
        if self.vote_store.is_enabled and await self._find_opinion(vote) is not vote.liked:
            await self._store_vote(vote)

    async def _find_opinion(self, vote: Vote) -> bool | None:
        """Whether this person liked the answer before; None if nothing is known of it."""
        try:
            earlier = await self.intake.run_in_log_thread(self.vote_store.get_vote, vote)
        except IndexUnavailable:
            return None  # storing it will say so
        return earlier.liked if earlier else None

    async def record_vote(self, vote: Vote, place: ButtonPlace) -> None:
        """Stores a vote in place of this person's earlier one, and thanks for it."""
        texts = await self.users.get_answer_texts(place.language, vote.user)
        noted = await self._store_vote(vote)
        await self._thank_voter(texts.feedback_thanks if noted else texts.feedback_lost, vote.user, place)

    async def _store_vote(self, vote: Vote) -> bool:
        """Whether the vote is stored; a vote on a question that the log no longer has is dropped."""
        try:
            if entry := await self.intake.fetch_question(vote.question):
                cast = replace(vote, passages=entry.used, at=time.time())
                await self.intake.run_in_log_thread(self.vote_store.cast_vote, cast)
        except IndexUnavailable as error:
            log.warning("vote not noted error=%s", error)
            return False
        log.info("vote noted liked=%s reason=%s", vote.liked, vote.reason or "-")
        return True

    async def _thank_voter(self, sentence: str, user: str, place: ButtonPlace) -> None:
        try:
            if place.whispered or not await self._post_in_place(sentence, user, place):
                address = ReplyAddress(user, place.channel, place.response_url)
                await EphemeralReply(self.client, address).show_sentence(sentence)
        except SLACK_ERRORS as error:
            log.info("no thanks for a vote error=%s", get_error_code(error))

    async def _post_in_place(self, sentence: str, user: str, place: ButtonPlace) -> bool:
        """Whether Slack accepted the sentence beside the answer; it does only where the bot is a member."""
        try:
            await post_ephemeral(self.client, place.channel, user, sentence, thread_ts=place.thread_ts)
        except SLACK_ERRORS as error:
            if not place.response_url:
                raise
            log.info("no thanks in place error=%s", get_error_code(error))
            return False
        return True


def render_feedback_modal(question: str, place: ButtonPlace, texts: InterfaceTexts) -> Block:
    """Renders the modal: a choice of reasons and a field for a person's own words, both optional."""
    names = get_vote_reason_names(texts)
    options = [{"text": build_plain_text(names[reason]), "value": reason} for reason in VOTE_REASONS]
    choice = {"type": "radio_buttons", "action_id": _REASON, "options": options}
    words = {"type": "plain_text_input", "action_id": _WORDS, "multiline": True, "max_length": _MAX_LENGTH}
    return build_modal(
        texts.feedback_title,
        [
            _input_block(_REASON, texts.feedback_why, choice),
            _input_block(_WORDS, texts.feedback_words, words),
            build_context_block(texts.feedback_hint),
        ],
        close=texts.close,
        submit=texts.send,
        callback_id=FEEDBACK_MODAL,
        private_metadata=json.dumps({"question": question, **asdict(place)}),
    )


def get_vote_reason_names(texts: InterfaceTexts) -> Mapping[str, str]:
    """What each reason is called."""
    return {
        "wrong": texts.feedback_wrong,
        "incomplete": texts.feedback_incomplete,
        "outdated": texts.feedback_outdated,
        "source": texts.feedback_source,
        "other": texts.feedback_other,
    }


def _input_block(name: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": name, "optional": True, "label": build_plain_text(label), "element": element}


def _add_reasons(vote: Vote, values: Json) -> Vote:
    """The vote with what was chosen and written in the modal."""
    chosen = (values[_REASON][_REASON].get("selected_option") or {}).get("value")
    reason: VoteReason | Literal[""] = next((known for known in VOTE_REASONS if known == chosen), "")
    words = repair_surrogates(values[_WORDS][_WORDS].get("value") or "").strip()[:_MAX_LENGTH]
    return replace(vote, reason=reason, words=words)


def _place_from_body(body: Json, language: str) -> ButtonPlace:
    container = body.get("container") or {}
    whispered = bool(container.get("is_ephemeral") and body.get("response_url"))
    response_url = body.get("response_url") or ""
    return ButtonPlace(body["channel"]["id"], container.get("thread_ts"), response_url, whispered, language)
