"""The door of private answers: asks for them, and hears of *Share in channel* and *Ask again* under them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ParamSpec

from bot.answering.question import Question
from bot.slack.api.client import UNANSWERED, code_of, webhook
from bot.slack.i18n.catalogue import texts_in
from bot.slack.questions.deliver import apology, deliver, never_silent, used
from bot.slack.questions.job import ClaimLost, Work, last_words
from bot.slack.replies.ephemeral import Whisper
from bot.slack.replies.share import may_be_shared, share
from bot.slack.replies.shared_answers import Private
from bot.slack.views.block_kit import actions, button, context, shortened
from bot.slack.views.markup import label
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import Entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.answering.answer import Answer
    from bot.slack.dependencies import Parts
    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import Texts

EVENTS: tuple[str, ...] = ()
P = ParamSpec("P")
log = logging.getLogger(__name__)
SHARE = "share_answer"
AGAIN = "ask_again"
_NAMES = uuid.UUID("5d0c3c52-6f0b-4c56-9f0a-6a7f2f6f6b51")
_PRESSED_TWICE_SECONDS = 3.0
_VALUE = 2_000
_QUESTION = 300
_ACKNOWLEDGED_SECONDS = 2.0  # of the three within which Slack wants to hear that a command or a press has come


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
        try:
            if question := action.get("value"):
                await answers.take(question, _spot(body), instead_of=action.get("block_id") or "")
        finally:
            await ack()

    app.action(SHARE)(on_share)
    app.action(AGAIN)(on_again)


@dataclass(frozen=True, slots=True)
class PrivateAnswers:
    """Answers a question so that only one person sees it, until they share it."""

    parts: Parts

    async def take(self, text: str, spot: Spot, *, instead_of: str = "") -> None:
        """Write a question down, and begin to answer it in place of what was shown at its spot.

        `instead_of` names the answer that is asked for again: it is, once, however often that is pressed at a time, but
        with `JOURNAL_DAYS=0` only until it is answered. Returns in time for an acknowledgement; what takes longer goes
        on by itself.
        """
        await self.parts.flights.wait(self._take(text, spot, instead_of), seconds=_ACKNOWLEDGED_SECONDS)

    async def _take(self, text: str, spot: Spot, instead_of: str) -> None:
        name = str(uuid.uuid5(_NAMES, instead_of) if instead_of else uuid.uuid4())
        try:
            workspace = await self.parts.identity.workspace()
            entry = Entry(workspace, spot.channel, name, "", user=spot.user, text=text, response_url=spot.response_url)
            claimed = await self.parts.intake.take(entry)
            while claimed is None and (over := await self._over(entry)):
                entry = replace(entry, ts=str(uuid.uuid5(_NAMES, over.claim)))
                claimed = await self.parts.intake.take(entry)
        except (*UNANSWERED, IndexUnavailable) as error:
            log.warning("private question not written down error=%s", code_of(error))
            self.parts.flights.start(self._apologise(spot, error))
        else:
            if claimed:
                self.begin(claimed)

    async def _over(self, entry: Entry) -> Entry | None:
        """The question that was asked under the same name, if it is answered, and not just now."""
        known = (await self.parts.intake.run(self.parts.journal.read, [entry.id])).get(entry.id)
        just_now = self.parts.journal.clock() - _PRESSED_TWICE_SECONDS
        return known if known and not known.open and known.changed_at < just_now else None

    async def _apologise(self, spot: Spot, error: Exception) -> None:
        texts = await self.parts.people.texts(spot.user)
        await last_words(self._aside(spot).break_off(apology(error, texts, later=True)))

    def begin(self, entry: Entry) -> None:
        """Answer a question that this process has claimed."""
        self.parts.flights.start(self._answer(Work(self.parts, entry)), entry.id)

    async def _answer(self, work: Work) -> None:
        entry, texts = work.entry, texts_in(None)
        whisper = self._whisper(entry, texts)
        try:
            language = await self.parts.people.language(entry.user)
            texts = texts_in(language)
            whisper = self._whisper(entry, texts)
            await self._reply(work, whisper, language)
        except ClaimLost:
            return  # whoever answers now shows it
        except asyncio.CancelledError:
            if self.parts.flights.reason() is None and not work.ending:  # the bot is stopping
                await last_words(whisper.say(texts.resumes))
                with contextlib.suppress(IndexUnavailable):
                    await work.hand_back()
            raise
        except Exception as error:  # nobody is left without a word, whatever went wrong
            log.exception("answer failed error=%s", type(error).__name__)
            later = work.stays_open(error)
            await last_words(whisper.break_off(apology(error, texts, later=later), over=not later))
            await work.fail(error)

    async def give_up(self, entry: Entry, outcome: str) -> None:
        """End a question that could not be answered in several tries, or in time, and say so."""
        texts = await self.parts.people.texts(entry.user)
        await last_words(self._whisper(entry, texts).break_off(texts.failed))
        await Work(self.parts, entry).close("failed", outcome=outcome)

    def _whisper(self, entry: Entry, texts: Texts) -> Whisper:
        again = [button(AGAIN, texts.ask_again, entry.text)] if len(entry.text) <= _VALUE else []
        here = {"block_id": entry.ts}
        return Whisper(
            self.parts.client,
            entry.response_url,
            entry.channel,
            entry.user,
            finished=[actions(button(SHARE, texts.share, entry.ts), *again) | here],
            broken_off=[actions(*again) | here] if again else [],
            announced=entry.tries > 1,
            heading=[context(texts.asked_privately.format(question=label(shortened(entry.text, _QUESTION))))],
        )

    async def _reply(self, work: Work, whisper: Whisper, language: str | None) -> None:
        entry, texts = work.entry, texts_in(language)
        await whisper.progress(texts.searching, texts.looking)
        granted = await self.parts.audiences.of_person(entry.user)
        notices = () if granted.certain else (texts.audience_uncertain,)
        question = Question(entry.text, granted.audience, locale=language)

        async def keep(answer: Answer) -> None:
            await work.check()
            private = Private.of(entry.user, entry.text, answer, entry.id)
            await self._on_the_shelf(self.parts.shelf.put, entry.ts, private)

        answer = await deliver(
            self.parts, question, whisper, texts, notices, asker=entry.user, rated=entry.id, keep=keep
        )
        work.ending = {"outcome": answer.state, "used": used(answer)}
        await work.close("answered", **work.ending)

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
        if private:
            await self._on_the_shelf(self.parts.shelf.drop if done else self.parts.shelf.give_back, name)
        if done:
            await webhook(spot.response_url).send(delete_original=True)

    async def _on_the_shelf(self, work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Keep an answer for its button, or no more; it is there to be read without that."""
        try:
            await self.parts.intake.run(work, *args, **kwargs)
        except IndexUnavailable as error:
            log.warning("private answer not kept error=%s", error)

    def _aside(self, spot: Spot) -> Whisper:
        return Whisper(self.parts.client, spot.response_url, spot.channel, spot.user, instead=False)


def _spot(body: Json) -> Spot:
    return Spot(body["user"]["id"], body["channel"]["id"], body["response_url"])
