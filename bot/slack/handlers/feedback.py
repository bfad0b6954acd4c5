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

from bot.slack.api.client import UNANSWERED, code_of
from bot.slack.replies.ephemeral import Whisper
from bot.slack.views.block_kit import Block, context, modal, plain_text
from bot.slack.views.sources import RATE
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.votes import REASONS, Reason, Vote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.slack.dependencies import Parts
    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import Texts

log = logging.getLogger(__name__)
EVENTS: tuple[str, ...] = ()
REASONED = "rate_answer_reasons"
_REASON, _WORDS = "reason", "words"
_LONGEST = 1_000  # characters of a person's own words
_THUMB = re.compile(r"([+-])([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def register(app: AsyncApp, parts: Parts) -> None:
    """Listen for both thumbs, and for the modal that the second one opens."""
    feedback = Feedback(parts)

    async def on_thumb(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        if thumb := _THUMB.fullmatch(action.get("value") or ""):
            spot, vote = _spot(body), Vote(thumb[2], body["user"]["id"], liked=thumb[1] == "+")
            work = feedback.note(vote, spot) if vote.liked else feedback.ask(vote, spot, body["trigger_id"])
            parts.flights.start(work)

    async def on_reasons(ack: AsyncAck, body: Json, view: Json) -> None:
        await ack()
        place = json.loads(view["private_metadata"])
        vote = Vote(place.pop("question"), body["user"]["id"], liked=False)
        parts.flights.start(feedback.note(_reasoned(vote, view["state"]["values"]), Spot(**place)))

    app.action(RATE)(on_thumb)
    app.view_submission(REASONED)(on_reasons)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a thumb was pressed: in a thread or in a channel, or, `whispered`, where one person sees it.

    `response_url` is the way to whoever pressed, also where the bot is no member.
    """

    channel: str
    thread_ts: str | None = None
    response_url: str = ""
    whispered: bool = False


@dataclass(frozen=True, slots=True)
class Feedback:
    """Takes votes down and thanks for them, so that only the voter sees it."""

    parts: Parts

    async def ask(self, vote: Vote, spot: Spot, trigger: str) -> None:
        """Note a thumb down, and ask why: Slack grants three seconds for the modal, so it comes first."""
        texts = await self.parts.people.texts(vote.user)
        try:
            await self.parts.client.views_open(trigger_id=trigger, view=view(vote.question, spot, texts))
        except UNANSWERED as error:
            log.info("no modal for reasons error=%s", code_of(error))
            await self.note(vote, spot)
            return
        if not await self._cast(vote):
            await self._say(texts.feedback_lost, vote.user, spot)

    async def note(self, vote: Vote, spot: Spot) -> None:
        """Note a vote, in place of what this person thought before, and thank for it."""
        texts = await self.parts.people.texts(vote.user)
        noted = await self._cast(vote)
        await self._say(texts.feedback_thanks if noted else texts.feedback_lost, vote.user, spot)

    async def _cast(self, vote: Vote) -> bool:
        """Whether the vote is noted; one on a question that nobody remembers says nothing, and is let go."""
        run, journal = self.parts.intake.run, self.parts.journal
        try:
            entry = (await run(journal.read, [vote.question])).get(vote.question)
            if entry:
                await run(self.parts.votes.cast, replace(vote, passages=entry.used, at=time.time()))
        except IndexUnavailable as error:
            log.warning("vote not noted error=%s", error)
            return False
        log.info("vote noted liked=%s reason=%s", vote.liked, vote.reason or "-")
        return True

    async def _say(self, sentence: str, user: str, spot: Spot) -> None:
        try:
            if spot.whispered or not await self._said_in_place(sentence, user, spot):
                await Whisper(self.parts.client, spot.response_url, spot.channel, user, instead=False).say(sentence)
        except UNANSWERED as error:
            log.info("no thanks for a vote error=%s", code_of(error))

    async def _said_in_place(self, sentence: str, user: str, spot: Spot) -> bool:
        """Whether Slack took the sentence beside the answer; it does only where the bot is a member."""
        try:
            await self.parts.client.chat_postEphemeral(
                channel=spot.channel,
                user=user,
                thread_ts=spot.thread_ts,
                text=sentence,
                unfurl_links=False,
                unfurl_media=False,
            )
        except UNANSWERED as error:
            if not spot.response_url:
                raise
            log.info("no thanks in place error=%s", code_of(error))
            return False
        return True


def view(question: str, spot: Spot, texts: Texts) -> Block:
    """The modal: one of several reasons, and room for a person's own words. Neither must be given."""
    names = reason_names(texts)
    options = [{"text": plain_text(names[reason]), "value": reason} for reason in REASONS]
    choice = {"type": "radio_buttons", "action_id": _REASON, "options": options}
    words = {"type": "plain_text_input", "action_id": _WORDS, "multiline": True, "max_length": _LONGEST}
    return modal(
        texts.feedback_title,
        [
            _field(_REASON, texts.feedback_why, choice),
            _field(_WORDS, texts.feedback_words, words),
            context(texts.feedback_hint),
        ],
        close=texts.close,
        submit=texts.send,
        callback_id=REASONED,
        private_metadata=json.dumps({"question": question, **asdict(spot)}),
    )


def reason_names(texts: Texts) -> Mapping[str, str]:
    """What each reason is called."""
    return {
        "wrong": texts.feedback_wrong,
        "incomplete": texts.feedback_incomplete,
        "outdated": texts.feedback_outdated,
        "source": texts.feedback_source,
        "other": texts.feedback_other,
    }


def _field(name: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": name, "optional": True, "label": plain_text(label), "element": element}


def _reasoned(vote: Vote, values: Json) -> Vote:
    """The vote with what was chosen and written in the modal."""
    chosen = (values[_REASON][_REASON].get("selected_option") or {}).get("value")
    reason: Reason | Literal[""] = next((known for known in REASONS if known == chosen), "")
    words = (values[_WORDS][_WORDS].get("value") or "").strip()[:_LONGEST]
    return replace(vote, reason=reason, words=words)


def _spot(body: Json) -> Spot:
    container = body.get("container") or {}
    whispered = bool(container.get("is_ephemeral") and body.get("response_url"))
    return Spot(body["channel"]["id"], container.get("thread_ts"), body.get("response_url") or "", whispered)
