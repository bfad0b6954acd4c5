"""The doors of what the documents lack: `/gaps` and a button in the Home tab, for admins. Decides no gap."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.insights.content_gaps import GAP_DAYS, ContentGap, find_content_gaps
from bot.slack.handlers.commands import SlashCommand, command_from_payload, respond_privately
from bot.slack.handlers.feedback import get_vote_reason_names
from bot.slack.views.block_kit import (
    Block,
    DocumentLinks,
    build_context_block,
    build_modal,
    build_section_block,
    pack_lines,
    shorten_text,
)
from bot.slack.views.markup import escape_label
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

    from bot.slack.dependencies import Dependencies
    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.replies.ephemeral import EphemeralReply

GAPS_COMMAND = "/gaps"
GAPS_BUTTON = "show_gaps"
EVENTS: tuple[str, ...] = ()
_MAX_BLOCKS = 40
_MAX_CHARACTERS = 11_000  # of the 13,200 characters that all blocks of a message may hold
_QUESTION_LENGTH = 200
_REMARK_LENGTH = 200


def register(app: AsyncApp, deps: Dependencies) -> None:
    """Listen for `/gaps`, and for the button."""
    report = GapReport(deps)

    async def on_command(ack: AsyncAck, command: Json, context: AsyncBoltContext) -> None:
        await ack()
        deps.running_tasks.start_task(report.send_gap_report(command_from_payload(command, context.bot_user_id or "")))

    async def on_button(ack: AsyncAck, body: Json) -> None:
        await ack()
        deps.running_tasks.start_task(report.show_gap_modal(body["user"]["id"], body["trigger_id"]))

    app.command(GAPS_COMMAND)(on_command)
    app.action(GAPS_BUTTON)(on_button)


@dataclass(frozen=True, slots=True)
class GapReport:
    """Shows admins what was asked in vain."""

    deps: Dependencies

    async def send_gap_report(self, command: SlashCommand) -> None:
        """Carry out one `/gaps`; only whoever gave it sees the list."""
        await respond_privately(self.deps, command, self._show_gap_list)

    async def _show_gap_list(self, command: SlashCommand, reply: EphemeralReply, texts: InterfaceTexts) -> None:
        await reply.show_blocks(texts.gaps_title, await self._build_gap_blocks(command.user, texts))

    async def show_gap_modal(self, user: str, trigger: str) -> None:
        """Show the list in a modal, which opens before the list is there: Slack grants three seconds for it."""
        texts = await self.deps.users.get_user_texts(user)
        opened = await self.deps.client.views_open(
            trigger_id=trigger, view=_build_gap_modal([build_section_block(texts.gaps_fetched)], texts)
        )
        try:
            blocks = await self._build_gap_blocks(user, texts)
        except IndexUnavailable:
            blocks = [build_section_block(texts.index_away)]
        await self.deps.client.views_update(view_id=opened["view"]["id"], view=_build_gap_modal(blocks, texts))

    async def _build_gap_blocks(self, user: str, texts: InterfaceTexts) -> list[Block]:
        async with self.deps.admin_gate.guard_admin_action(user, "gaps", texts.gaps_refused, texts) as act:
            if act.refusal:
                return [build_section_block(act.refusal)]
            found = await asyncio.to_thread(find_content_gaps, self.deps.question_log, self.deps.vote_store)
            found = await self._hide_unknown_documents(user, found)
            act.subject = f"gaps={len(found)}"
            return render_gaps(found, self.deps.document_links, texts)

    async def _hide_unknown_documents(self, user: str, gaps: Sequence[ContentGap]) -> list[ContentGap]:
        """The gaps without the names of documents that this person may not know of."""
        granted = await self.deps.access_directory.find_user_audience(user)
        paths = {gap.nearest.path for gap in gaps if gap.nearest}
        known = await asyncio.to_thread(self.deps.served_documents.get_served_documents, paths, granted.audience)
        return [gap if gap.nearest and gap.nearest.path in known else replace(gap, nearest=None) for gap in gaps]


def render_gaps(gaps: Sequence[ContentGap], links: DocumentLinks, texts: InterfaceTexts) -> list[Block]:
    """What the documents lack, most wanted first."""
    if not gaps:
        return [build_section_block(texts.gaps_none.format(days=GAP_DAYS)), build_context_block(texts.gaps_what)]
    head = texts.gaps_head.format(days=GAP_DAYS, count=len(gaps))
    lines = (_render_gap(gap, links, texts) for gap in gaps)
    return [
        build_section_block(f"*{head}*"),
        build_context_block(texts.gaps_what),
        *pack_lines(lines, texts.gaps_more, _MAX_BLOCKS, _MAX_CHARACTERS),
    ]


def _render_gap(gap: ContentGap, links: DocumentLinks, texts: InterfaceTexts) -> str:
    named = {"missing": texts.gaps_missing, "partly": texts.gaps_partly, "disliked": texts.gaps_disliked}
    facts = [texts.gaps_asked.format(times=gap.times, people=gap.people)]
    facts += [f"{named[kind]} ({count})" for kind, count in gap.kinds.items()]
    if near := gap.nearest:
        page = f", {texts.page.format(page=near.page)}" if near.page else ""
        facts.append(
            texts.gaps_nearest.format(document=links.format_document_link(near.path, near.path, near.page) + page)
        )
    named_reasons = get_vote_reason_names(texts)
    said = [f"{named_reasons[reason]} ({count})" for reason, count in gap.reasons.items()]
    said += [texts.quoted.format(text=escape_label(shorten_text(remark, _REMARK_LENGTH))) for remark in gap.remarks]
    lines = [f"• *{escape_label(shorten_text(gap.question, _QUESTION_LENGTH))}*", " · ".join(facts), " · ".join(said)]
    return "\n".join(filter(None, lines))


def _build_gap_modal(blocks: Sequence[Block], texts: InterfaceTexts) -> Block:
    return build_modal(texts.gaps_title, blocks, close=texts.close)
