"""The door of the thumbs under an answer: a vote is noted at once, a thumb down asks for reasons in a modal.

What somebody thinks is kept by `knowledge/storage/votes`; what becomes of it is decided in `bot/insights/content_gaps`.
"""

from __future__ import annotations

import json
import logging
import re
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal

from bot.slack.api.client import SLACK_ERRORS, get_error_code
from bot.slack.replies.ephemeral import EphemeralReply
from bot.slack.views.block_kit import Block, build_context_block, build_modal, build_plain_text
from bot.slack.views.sources import RATE_ACTION
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.votes import VOTE_REASONS, Vote, VoteReason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.slack.dependencies import Dependencies
    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import InterfaceTexts

log = logging.getLogger(__name__)
EVENTS: tuple[str, ...] = ()
FEEDBACK_MODAL = "rate_answer_reasons"
_REASON, _WORDS = "reason", "words"
_MAX_LENGTH = 1_000  # characters of a person's own words
_THUMB_VALUE = re.compile(r"([+-])([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def register(app: AsyncApp, deps: Dependencies) -> None:
    """Listen for both thumbs, and for the modal that the second one opens."""
    feedback = FeedbackHandler(deps)

    async def on_thumb(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        if thumb := _THUMB_VALUE.fullmatch(action.get("value") or ""):
            spot, vote = _place_from_body(body), Vote(thumb[2], body["user"]["id"], liked=thumb[1] == "+")
            work = (
                feedback.record_vote(vote, spot)
                if vote.liked
                else feedback.ask_vote_reasons(vote, spot, body["trigger_id"])
            )
            deps.running_tasks.start_task(work)

    async def on_reasons(ack: AsyncAck, body: Json, view: Json) -> None:
        await ack()
        place = json.loads(view["private_metadata"])
        vote = Vote(place.pop("question"), body["user"]["id"], liked=False)
        deps.running_tasks.start_task(
            feedback.record_vote(_add_reasons(vote, view["state"]["values"]), ButtonPlace(**place))
        )

    app.action(RATE_ACTION)(on_thumb)
    app.view_submission(FEEDBACK_MODAL)(on_reasons)


@dataclass(frozen=True, slots=True)
class ButtonPlace:
    """Where a thumb was pressed: in a thread or in a channel, or, `whispered`, where one person sees it.

    `response_url` is the way to whoever pressed, also where the bot is no member.
    """

    channel: str
    thread_ts: str | None = None
    response_url: str = ""
    whispered: bool = False


@dataclass(frozen=True, slots=True)
class FeedbackHandler:
    """Takes votes down and thanks for them, so that only the voter sees it."""

    deps: Dependencies

    async def ask_vote_reasons(self, vote: Vote, place: ButtonPlace, trigger: str) -> None:
        """Note a thumb down, and ask why: Slack grants three seconds for the modal, so it comes first."""
        texts = await self.deps.users.get_user_texts(vote.user)
        try:
            await self.deps.client.views_open(
                trigger_id=trigger, view=render_feedback_modal(vote.question, place, texts)
            )
        except SLACK_ERRORS as error:
            log.info("no modal for reasons error=%s", get_error_code(error))
            await self.record_vote(vote, place)
            return
        if not await self._store_vote(vote):
            await self._thank_voter(texts.feedback_lost, vote.user, place)

    async def record_vote(self, vote: Vote, place: ButtonPlace) -> None:
        """Note a vote, in place of what this person thought before, and thank for it."""
        texts = await self.deps.users.get_user_texts(vote.user)
        noted = await self._store_vote(vote)
        await self._thank_voter(texts.feedback_thanks if noted else texts.feedback_lost, vote.user, place)

    async def _store_vote(self, vote: Vote) -> bool:
        """Whether the vote is noted; one on a question that nobody remembers says nothing, and is let go."""
        run, journal = self.deps.question_intake.run_in_log_thread, self.deps.question_log
        try:
            entry = (await run(journal.get_questions, [vote.question])).get(vote.question)
            if entry:
                await run(self.deps.vote_store.cast_vote, replace(vote, passages=entry.used, at=time.time()))
        except IndexUnavailable as error:
            log.warning("vote not noted error=%s", error)
            return False
        log.info("vote noted liked=%s reason=%s", vote.liked, vote.reason or "-")
        return True

    async def _thank_voter(self, sentence: str, user: str, place: ButtonPlace) -> None:
        try:
            if place.whispered or not await self._post_in_place(sentence, user, place):
                await EphemeralReply(
                    self.deps.client, place.response_url, place.channel, user, replaces_original=False
                ).show_sentence(sentence)
        except SLACK_ERRORS as error:
            log.info("no thanks for a vote error=%s", get_error_code(error))

    async def _post_in_place(self, sentence: str, user: str, place: ButtonPlace) -> bool:
        """Whether Slack took the sentence beside the answer; it does only where the bot is a member."""
        try:
            await self.deps.client.chat_postEphemeral(
                channel=place.channel,
                user=user,
                thread_ts=place.thread_ts,
                text=sentence,
                unfurl_links=False,
                unfurl_media=False,
            )
        except SLACK_ERRORS as error:
            if not place.response_url:
                raise
            log.info("no thanks in place error=%s", get_error_code(error))
            return False
        return True


def render_feedback_modal(question: str, place: ButtonPlace, texts: InterfaceTexts) -> Block:
    """The modal: one of several reasons, and room for a person's own words. Neither must be given."""
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
    words = (values[_WORDS][_WORDS].get("value") or "").strip()[:_MAX_LENGTH]
    return replace(vote, reason=reason, words=words)


def _place_from_body(body: Json) -> ButtonPlace:
    container = body.get("container") or {}
    whispered = bool(container.get("is_ephemeral") and body.get("response_url"))
    return ButtonPlace(body["channel"]["id"], container.get("thread_ts"), body.get("response_url") or "", whispered)
