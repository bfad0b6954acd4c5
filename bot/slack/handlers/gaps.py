"""The doors of what the documents lack: `/gaps` and a button in the Home tab, for admins. Decides no gap."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.insights.content_gaps import DAYS, Gap, known_gaps
from bot.slack.handlers.commands import Command, command_of, in_private
from bot.slack.handlers.feedback import reason_names
from bot.slack.views.block_kit import Block, Links, context, modal, packed, section, shortened
from bot.slack.views.markup import label
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

    from bot.slack.dependencies import Parts
    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import Texts
    from bot.slack.replies.ephemeral import Whisper

GAPS = "/gaps"
GAPS_BUTTON = "show_gaps"
EVENTS: tuple[str, ...] = ()
_BLOCKS = 40
_LINES = 11_000  # of the 13,200 characters that all blocks of a message may hold
_QUESTION = 200
_REMARK = 200


def register(app: AsyncApp, parts: Parts) -> None:
    """Listen for `/gaps`, and for the button."""
    doors = Gaps(parts)

    async def on_command(ack: AsyncAck, command: Json, context: AsyncBoltContext) -> None:
        await ack()
        parts.flights.start(doors.whisper(command_of(command, context.bot_user_id or "")))

    async def on_button(ack: AsyncAck, body: Json) -> None:
        await ack()
        parts.flights.start(doors.show(body["user"]["id"], body["trigger_id"]))

    app.command(GAPS)(on_command)
    app.action(GAPS_BUTTON)(on_button)


@dataclass(frozen=True, slots=True)
class Gaps:
    """Shows admins what was asked in vain."""

    parts: Parts

    async def whisper(self, command: Command) -> None:
        """Carry out one `/gaps`; only whoever gave it sees the list."""
        await in_private(self.parts, command, self._list)

    async def _list(self, command: Command, whisper: Whisper, texts: Texts) -> None:
        await whisper.show(texts.gaps_title, await self._blocks(command.user, texts))

    async def show(self, user: str, trigger: str) -> None:
        """Show the list in a modal, which opens before the list is there: Slack grants three seconds for it."""
        texts = await self.parts.people.texts(user)
        opened = await self.parts.client.views_open(
            trigger_id=trigger, view=_view([section(texts.gaps_fetched)], texts)
        )
        try:
            blocks = await self._blocks(user, texts)
        except IndexUnavailable:
            blocks = [section(texts.index_away)]
        await self.parts.client.views_update(view_id=opened["view"]["id"], view=_view(blocks, texts))

    async def _blocks(self, user: str, texts: Texts) -> list[Block]:
        async with self.parts.doorkeeper.act(user, "gaps", texts.gaps_refused, texts) as act:
            if act.denied:
                return [section(act.denied)]
            found = await asyncio.to_thread(known_gaps, self.parts.journal, self.parts.votes)
            found = await self._as_known_to(user, found)
            act.subject = f"gaps={len(found)}"
            return listed(found, self.parts.links, texts)

    async def _as_known_to(self, user: str, gaps: Sequence[Gap]) -> list[Gap]:
        """The gaps without the names of documents that this person may not know of."""
        granted = await self.parts.audiences.of_person(user)
        paths = {gap.nearest.path for gap in gaps if gap.nearest}
        known = await asyncio.to_thread(self.parts.ledger.some, paths, granted.audience)
        return [gap if gap.nearest and gap.nearest.path in known else replace(gap, nearest=None) for gap in gaps]


def listed(gaps: Sequence[Gap], links: Links, texts: Texts) -> list[Block]:
    """What the documents lack, most wanted first."""
    if not gaps:
        return [section(texts.gaps_none.format(days=DAYS)), context(texts.gaps_what)]
    head = texts.gaps_head.format(days=DAYS, count=len(gaps))
    lines = (_line(gap, links, texts) for gap in gaps)
    return [section(f"*{head}*"), context(texts.gaps_what), *packed(lines, texts.gaps_more, _BLOCKS, _LINES)]


def _line(gap: Gap, links: Links, texts: Texts) -> str:
    named = {"missing": texts.gaps_missing, "partly": texts.gaps_partly, "disliked": texts.gaps_disliked}
    facts = [texts.gaps_asked.format(times=gap.times, people=gap.people)]
    facts += [f"{named[kind]} ({count})" for kind, count in gap.kinds.items()]
    if near := gap.nearest:
        page = f", {texts.page.format(page=near.page)}" if near.page else ""
        facts.append(texts.gaps_nearest.format(document=links.shown(near.path, near.path, near.page) + page))
    named_reasons = reason_names(texts)
    said = [f"{named_reasons[reason]} ({count})" for reason, count in gap.reasons.items()]
    said += [texts.quoted.format(text=label(shortened(remark, _REMARK))) for remark in gap.remarks]
    lines = [f"• *{label(shortened(gap.question, _QUESTION))}*", " · ".join(facts), " · ".join(said)]
    return "\n".join(filter(None, lines))


def _view(blocks: Sequence[Block], texts: Texts) -> Block:
    return modal(texts.gaps_title, blocks, close=texts.close)
