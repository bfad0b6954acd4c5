"""Decides what becomes of a question that is edited, deleted or stopped after it was asked.

Edits and deletions hold in the order in which people did them. Stop waits for nobody: what is done here ends at once.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.slack.events.parse import Asked, Edit, Json, edit_of
from bot.slack.questions.thread_answer import Answers
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.question_log import Entry, question_id

if TYPE_CHECKING:
    from bot.slack.dependencies import Parts
    from bot.slack.questions.running_tasks import Reason

_TRIES = 3  # other bots write to the same journal


@dataclass(frozen=True, slots=True)
class Changes:
    """Carries out what people do to their questions."""

    parts: Parts

    async def edit(self, event: Json) -> None:
        """Ask again what was edited within a minute, in the place of the first answer; nothing, if no word is left.

        Raises:
            IndexUnavailable: the journal does not know of it.
        """
        identity = self.parts.identity
        edit = edit_of(event, await identity.workspace(), await identity.user())
        if edit is None:
            return
        entry = replace(entry_of(edit.asked), edited=edit.at)
        try:
            async with self.parts.intake.in_order(entry.id):
                if self.parts.intake.dropped(entry.id):
                    return
                if entry.text:
                    await self._ask_again(edit, entry)
                else:
                    await self._end(entry.id, "deleted", edited=edit.at)
        except IndexUnavailable:
            self.parts.intake.reword(entry)
            raise

    async def delete(self, channel: str, ts: str) -> None:
        """Stop the work on a question that was deleted, and forget what was kept of it.

        Raises:
            IndexUnavailable: the journal does not know of it.
        """
        id_ = question_id(await self.parts.identity.workspace(), channel, ts)
        self.parts.intake.drop(id_)
        async with self.parts.intake.in_order(id_):
            await self._end(id_, "deleted")

    async def stop(self, channel: str, thread_ts: str) -> None:
        """Stop the work on every question of a thread.

        Raises:
            IndexUnavailable: the journal does not know of it; what is done here is stopped all the same.
        """
        at_work = self.parts.sessions.questions(channel, thread_ts)
        here = [self.parts.flights.end(one, "stopped") for one in at_work]
        await asyncio.gather(self._stop(channel, thread_ts), *here)

    async def _stop(self, channel: str, thread_ts: str) -> None:
        intake, journal = self.parts.intake, self.parts.journal
        known = await intake.run(journal.in_thread, channel, thread_ts)
        await asyncio.gather(*(self._end(one.id, "stopped") for one in known if one.open))

    async def _ask_again(self, edit: Edit, entry: Entry) -> None:
        intake, journal = self.parts.intake, self.parts.journal
        for _ in range(_TRIES):
            known = (await intake.run(journal.read, [entry.id])).get(entry.id)
            if known is None:
                taken = await intake.take(entry) if edit.addressed else None
            elif known.text == entry.text or known.edited >= entry.edited:
                return
            else:
                # What was answered may have been kept without its words and its asker.
                said = {"text": entry.text, "files": entry.files, "user": entry.user, "team": entry.team}
                taken = await intake.run(journal.take, known, **said, edited=entry.edited, tries=1)
            if taken:
                await self.parts.flights.end(taken.id, "superseded")
                Answers(self.parts).begin(taken)
            if taken or not (known or edit.addressed):
                return

    async def _end(self, id_: str, reason: Reason, edited: float = 0.0) -> None:
        """End the work on a question here, while the journal is told; `edited` says that an edit ends it."""
        await asyncio.gather(self.parts.flights.end(id_, reason), self._write_down(id_, reason, edited))

    async def _write_down(self, id_: str, reason: Reason, edited: float) -> None:
        intake, journal = self.parts.intake, self.parts.journal
        for _ in range(_TRIES):
            known = (await intake.run(journal.read, [id_])).get(id_)
            if known is None or (edited and known.edited >= edited) or not (known.open or known.keeps):
                return
            if await intake.run(journal.stop, known, reason, edited=max(known.edited, edited)):
                return


def entry_of(asked: Asked) -> Entry:
    """A question as the journal keeps it."""
    return Entry(
        workspace=asked.workspace or asked.team,
        channel=asked.channel,
        ts=asked.ts,
        thread_ts=asked.thread_ts,
        team=asked.team,
        user=asked.user,
        text=asked.text,
        files=asked.files,
    )
