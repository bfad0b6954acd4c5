"""The door of private answers: asks for them, and hears of *Share in channel* and *Ask again* under them."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.question import Question
from bot.slack.blocks import actions, button
from bot.slack.connection import webhook
from bot.slack.deliver import deliver, never_silent, used
from bot.slack.languages import texts_in
from bot.slack.sharing import may_be_shared, share
from bot.slack.shelf import Private
from bot.slack.whisper import Whisper
from knowledge.errors import IndexUnavailable
from knowledge.journal import Entry

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.answering.answer import Answer
    from bot.slack.messages import Json
    from bot.slack.parts import Parts
    from bot.slack.texts import Texts

EVENTS: tuple[str, ...] = ()
log = logging.getLogger(__name__)
SHARE = "share_answer"
AGAIN = "ask_again"
_VALUE = 2_000


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a person acted: what is said at its address, only they see."""

    user: str
    channel: str
    response_url: str


def register(app: AsyncApp, parts: Parts) -> None:
    """Listen for the two buttons under a private answer."""
    answers = PrivateAnswers(parts)

    async def on_share(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        parts.flights.start(answers.share(action.get("value") or "", _spot(body)))

    async def on_again(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        if question := action.get("value"):
            parts.flights.start(answers.ask(question, _spot(body)))

    app.action(SHARE)(on_share)
    app.action(AGAIN)(on_again)


@dataclass(frozen=True, slots=True)
class PrivateAnswers:
    """Answers a question so that only one person sees it, until they share it."""

    parts: Parts

    async def ask(self, text: str, spot: Spot) -> None:
        """Answer a question at a spot, in place of what was shown there."""
        language, told = None, False
        async with never_silent(self._aside(spot), texts_in(None)):
            language, told = await self.parts.people.language(spot.user), True
        if told:
            await self._ask(text, spot, language)

    async def _ask(self, text: str, spot: Spot, language: str | None) -> None:
        name, texts = str(uuid.uuid4()), texts_in(language)
        workspace = await self.parts.identity.workspace()
        entry = Entry(workspace, spot.channel, ts=name, thread_ts="", user=spot.user, text=text)
        again = [button(AGAIN, texts.ask_again, text)] if len(text) <= _VALUE else []
        whisper = Whisper(
            self.parts.client,
            spot.response_url,
            spot.channel,
            spot.user,
            finished=[actions(button(SHARE, texts.share, name), *again)],
            broken_off=[actions(*again)] if again else [],
        )
        async with never_silent(whisper, texts):
            await whisper.progress(texts.searching, texts.looking)
            granted = await self.parts.audiences.of_person(spot.user)
            notices = () if granted.certain else (texts.audience_uncertain,)
            question = Question(text, granted.audience, locale=language)

            async def keep(answer: Answer) -> None:
                await self._keep(name, Private.of(spot.user, text, answer, entry.id))
                await self._file_away(entry, answer)

            await deliver(self.parts, question, whisper, texts, notices, asker=spot.user, rated=entry.id, keep=keep)

    async def share(self, name: str, spot: Spot) -> None:
        """Show everybody in the channel what only one person has seen; say so where that cannot be."""
        aside, texts = self._aside(spot), None
        async with never_silent(aside, texts_in(None)):
            texts = await self.parts.people.texts(spot.user)
        if texts:
            await self._share(name, spot, aside, texts)

    async def _share(self, name: str, spot: Spot, aside: Whisper, texts: Texts) -> None:
        private, done = None, False
        async with never_silent(aside, texts):
            private = await self.parts.intake.run(self.parts.shelf.take, name, spot.user)
            if private is None:
                await aside.say(texts.share_gone if self.parts.shelf.lasts else texts.share_unkept)
            elif not await may_be_shared(self.parts, private, spot.channel):
                await aside.say(texts.share_refused)
            elif not (done := await share(self.parts, private, spot.channel, spot.response_url)):
                await aside.say(texts.share_failed)
        if done:
            await webhook(spot.response_url).send(delete_original=True)
        elif private:
            await self._keep(name, private)

    async def _keep(self, name: str, private: Private) -> None:
        """Keep an answer for its button; it is there to be read without that."""
        try:
            await self.parts.intake.run(self.parts.shelf.put, name, private)
        except IndexUnavailable as error:
            log.warning("private answer not kept error=%s", error)

    def _aside(self, spot: Spot) -> Whisper:
        return Whisper(self.parts.client, spot.response_url, spot.channel, spot.user, instead=False)

    async def _file_away(self, entry: Entry, answer: Answer) -> None:
        """Keep the question for the votes on it; the answer is there without that."""
        kept = replace(entry, outcome=answer.state, used=used(answer))
        try:
            await self.parts.intake.run(self.parts.journal.file_away, kept)
        except IndexUnavailable as error:
            log.warning("private question not kept error=%s", error)


def _spot(body: Json) -> Spot:
    return Spot(body["user"]["id"], body["channel"]["id"], body["response_url"])
