"""Answers the questions of the journal that are this process's own, and writes down what becomes of each.

However an answer ends (finished, stopped, edited, taken over, interrupted), what is shown and what the journal says
agree. Decides no word of an answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.question import Question
from bot.answering.stopwatch import Stopwatch
from bot.slack.api.client import UNANSWERED
from bot.slack.dependencies import Place
from bot.slack.events.parse import Asked
from bot.slack.events.thread_history import Thread, is_there, read_thread, written_by
from bot.slack.i18n.catalogue import texts_in
from bot.slack.people.access import Granted
from bot.slack.questions.deliver import apology, deliver, used
from bot.slack.questions.job import ClaimLost, ThreadWork, last_words
from bot.slack.replies.stream import Reply, StoppedByPerson
from bot.slack.views.block_kit import shortened
from knowledge.core.access import Audience
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from bot.slack.dependencies import Parts
    from bot.slack.i18n.texts import Texts
    from knowledge.storage.question_log import Entry, Used

log = logging.getLogger(__name__)
_TITLE = 100
_LONG_SECONDS = 5.0
_LOOK_SECONDS = 2.0  # nothing is shown meanwhile
_LANGUAGE_SECONDS = 0.15  # a status in the wrong language is better than a late one


@dataclass(frozen=True, slots=True)
class Answers:
    """Carries questions from the journal to their answers in a thread."""

    parts: Parts

    def begin(self, entry: Entry) -> None:
        """Answer a question that this process has claimed."""
        self.parts.sessions.enter(_place(entry), entry.id)
        self.parts.flights.start(self._answer(ThreadWork(self.parts, entry)), entry.id)

    async def _answer(self, work: ThreadWork) -> None:
        place, texts, stopwatch = _place(work.entry), texts_in(None), Stopwatch(_since_asked(work.entry))
        paper = self._paper(work)
        try:
            if work.entry.tries > 1 or work.entry.messages:
                await self._reopen(work)
                paper = self._paper(work)
            if await self._is_gone(work.entry):
                await self.parts.intake.run(self.parts.journal.stop, work.entry, "deleted")
                await self._deleted(paper, texts)
                return
            await self.parts.intake.calm()
            language = await self._language(work.entry.user)
            texts = texts_in(language)
            await self._reply(work, paper, language)
        except asyncio.CancelledError:
            await self._interrupted(work, paper, texts)
            raise
        except StoppedByPerson:
            self.parts.flights.mark("stopped")
            work.over()
            await self._stopped(work, paper, texts)
        except ClaimLost:
            await self._lost(work, paper, texts)
        except Exception as error:  # nobody is left without a word, whatever went wrong
            log.exception("answer failed error=%s", type(error).__name__)
            await last_words(paper.break_off(apology(error, texts, later=work.stays_open(error))))
            await work.fail(error)
        finally:
            log.info("question ended channel=%s own_ms=%.1f", place.channel, 1000 * stopwatch.own)
            await self.parts.sessions.end(place, work.entry.id, goes_on=await self._goes_on_elsewhere(work.entry))

    def _paper(self, work: ThreadWork) -> Reply:
        return Reply(self.parts.client, _place(work.entry), work.entry.messages, work.begun, work.check)

    async def _is_gone(self, entry: Entry) -> bool:
        """Whether a question that waited for long was deleted meanwhile: nobody may have heard of it."""
        waited = entry.tries > 1 or time.time() - float(entry.ts) > _LONG_SECONDS
        if not (waited and self.parts.client.pace.room("conversations.replies", share=0.5)):
            return False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_SECONDS):
                return not await is_there(self.parts.client, _asked(entry))
        return False

    async def _goes_on_elsewhere(self, entry: Entry) -> bool:
        """Whether another bot is at work in the thread."""
        journal = self.parts.journal
        if journal.alone:
            return False
        with contextlib.suppress(IndexUnavailable):
            known = await self.parts.intake.run(journal.in_thread, entry.channel, entry.thread_ts)
            return any(one.open and one.holder not in ("", journal.holder) for one in known)
        return False

    async def _language(self, user: str) -> str | None:
        """The asker's language, if Slack tells it soon enough for the first status."""
        asking = asyncio.ensure_future(self.parts.people.language(user))
        done, _ = await asyncio.wait([asking], timeout=_LANGUAGE_SECONDS)
        return asking.result() if done else None

    async def _reply(self, work: ThreadWork, paper: Reply, language: str | None) -> None:
        entry, texts = work.entry, texts_in(language)
        bot_user = await self.parts.identity.user()
        granted = Granted(Audience(frozenset()))
        if entry.text:
            _, granted = await asyncio.gather(
                self._announce(entry, paper, texts), self.parts.audiences.of_place(entry.user, entry.channel)
            )
        thread = await self._thread(entry, bot_user, granted.audience)
        if not entry.text:
            files = entry.files or thread.files
            await paper.say(texts.only_attachments if files else texts.help.format(bot=f"<@{bot_user}>"))
            await work.close("answered", outcome="help")
            return
        language = await self.parts.people.language(entry.user)
        question = Question(
            entry.text,
            granted.audience,
            history=thread.turns,
            locale=language,
            thread=f"{entry.team}/{entry.channel}/{entry.thread_ts}",
        )
        texts = texts_in(language)
        notices = _notices(entry, thread, granted, texts)
        answer = await deliver(self.parts, question, paper, texts, notices, asker=entry.user, rated=entry.id)
        work.ending = {"outcome": answer.state, "used": used(answer, thread.behind)}
        private = not await self.parts.rooms.is_public(entry.channel)
        await work.close("answered", **work.ending, private=private)

    async def _announce(self, entry: Entry, paper: Reply, texts: Texts) -> None:
        """Say that a question is being worked on."""
        if entry.text:
            session = self.parts.sessions.begin(_place(entry), entry.id, _title(entry))
            await asyncio.gather(paper.progress(texts.searching, texts.looking), session)

    async def _thread(self, entry: Entry, bot_user: str, audience: Audience) -> Thread:
        """What was said before: nothing, if it opens the thread, but a mention may have come without its files."""
        asked = _asked(entry)
        opens_quietly = entry.channel.startswith("D") or not self.parts.client.pace.room(
            "conversations.replies", share=0.5
        )
        if asked.opens_a_thread and opens_quietly:
            return Thread(files=entry.files)
        reading = read_thread(self.parts.client, asked, bot_user)
        if asked.opens_a_thread:
            return await reading
        thread, repeatable = await asyncio.gather(reading, self._repeatable(entry, audience))
        return thread.without_others(repeatable)

    async def _repeatable(self, entry: Entry, audience: Audience) -> dict[str, tuple[Used, ...]]:
        """The bot's answers in the thread whose every passage may still be known by those who read there.

        What each was written from, by the ts of its messages. Of one that did not come to its end, nobody knows.
        """
        before = await self.parts.intake.run(self.parts.journal.in_thread, entry.channel, entry.thread_ts)
        ids = {passage for one in before for passage in one.passages}
        known = await asyncio.to_thread(self.parts.lookup.known, ids, audience) if ids else {}
        ended = (one for one in before if one.state == "answered" and one.outcome)
        told = (one for one in ended if known.keys() >= set(one.passages))
        return {ts: one.used for one in told for ts in one.messages}

    async def _reopen(self, work: ThreadWork) -> None:
        """Find what an earlier try has written, so that this one takes its place: the journal may not know it all."""
        entry = work.entry
        messages = entry.messages
        if not messages:
            with contextlib.suppress(*UNANSWERED):
                messages = await self._orphans(entry)
                await work.note(messages=messages)
        for ts in messages:
            if self.parts.client.pace.room("chat.stopStream"):  # else it is stopped when it is written anew
                with contextlib.suppress(*UNANSWERED):
                    await self.parts.client.chat_stopStream(channel=entry.channel, ts=ts)

    async def _orphans(self, entry: Entry) -> tuple[str, ...]:
        """The bot's messages in the thread, later than the question, that belong to no other question."""
        bot_user = await self.parts.identity.user()
        written = await written_by(self.parts.client, _asked(entry), bot_user)
        others = await self.parts.intake.run(self.parts.journal.in_thread, entry.channel, entry.thread_ts)
        known = {ts for other in others for ts in other.messages}
        return tuple(ts for ts in written if ts not in known)

    async def _interrupted(self, work: ThreadWork, paper: Reply, texts: Texts) -> None:
        if work.ending:  # the answer is shown, whatever comes now
            await work.close("answered", **work.ending)
            return
        reason = self.parts.flights.reason()
        if reason in ("stopped", "deleted"):
            work.over()
        match reason:
            case "stopped":
                await self._stopped(work, paper, texts)
            case "deleted":
                await self._deleted(paper, texts)
            case "superseded":
                await paper.leave()
            case None:
                await last_words(paper.break_off(texts.resumes))
                with contextlib.suppress(IndexUnavailable):
                    await work.hand_back()

    async def _lost(self, work: ThreadWork, paper: Reply, texts: Texts) -> None:
        """Say no more where somebody else goes on; where somebody stopped it, say so."""
        known: dict[str, Entry] = {}
        with contextlib.suppress(IndexUnavailable):
            known = await self.parts.intake.run(self.parts.journal.read, [work.entry.id])
        over = known.get(work.entry.id)
        if over is None or over.state != "stopped":
            await paper.leave()
            return
        work.over()
        if over.outcome == "deleted":
            await self._deleted(paper, texts)
        else:
            await last_words(paper.break_off(texts.stopped))

    async def _deleted(self, paper: Reply, texts: Texts) -> None:
        if paper.has_begun:
            await last_words(paper.break_off(texts.deleted))
        else:
            await paper.leave()

    async def _stopped(self, work: ThreadWork, paper: Reply, texts: Texts) -> None:
        await last_words(paper.break_off(texts.stopped))
        await work.close("stopped")

    async def give_up(self, entry: Entry, outcome: str) -> None:
        """End a question that could not be answered in several tries, or in time, and say so."""
        work = ThreadWork(self.parts, entry)
        await self._reopen(work)
        texts = texts_in(await self.parts.people.language(entry.user))
        await last_words(self._paper(work).break_off(texts.failed))
        await work.close("failed", outcome=outcome)


def _notices(entry: Entry, thread: Thread, granted: Granted, texts: Texts) -> list[str]:
    """What the asker must know of an answer besides its words."""
    told = {
        texts.attachments: entry.files or thread.files,
        texts.thread_unread: thread.unread and not _asked(entry).opens_a_thread,
        texts.audience_uncertain: not granted.certain,
    }
    return [sentence for sentence, so in told.items() if so]


def _since_asked(entry: Entry) -> float:
    """Seconds since the question came, if this is the first try."""
    return max(time.time() - entry.asked_at, 0.0) if entry.tries == 1 else 0.0


def _title(entry: Entry) -> str | None:
    """The name of a conversation in the direct messages: its first question."""
    begins = entry.channel.startswith("D") and entry.ts == entry.thread_ts
    return shortened(entry.text, _TITLE) if begins else None


def _place(entry: Entry) -> Place:
    return Place(entry.team, entry.channel, entry.thread_ts, entry.user)


def _asked(entry: Entry) -> Asked:
    return Asked(entry.team, entry.channel, entry.ts, entry.thread_ts, entry.user, entry.text, entry.files)
