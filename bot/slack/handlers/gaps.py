"""Shows administrators the questions that the documents do not answer: by `/gaps` and a button in Home."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.insights.content_gaps import GAP_DAYS, ContentGap, find_content_gaps
from bot.slack.events.parse import Json
from bot.slack.handlers.commands import CommandResponder, SlashCommand, command_from_payload
from bot.slack.handlers.feedback import get_vote_reason_names
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.people.access import AccessDirectory
from bot.slack.people.admins import AdminGate
from bot.slack.people.users import Users
from bot.slack.questions.unasked_pauses import UnaskedActivity
from bot.slack.questions.unasked_questions import UnaskedQuestions
from bot.slack.replies.ephemeral import EphemeralReply, ReplyAddress, open_and_fill_modal
from bot.slack.running_tasks import RunningTasks
from bot.slack.views.block_kit import (
    Block,
    DocumentLinks,
    build_button,
    build_context_block,
    build_modal,
    build_section_block,
    pack_lines,
    shorten_text,
)
from bot.slack.views.markup import escape_label
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.index_versions import ServedDocuments
from knowledge.storage.question_log import QuestionLog
from knowledge.storage.votes import VoteStore

GAPS_COMMAND = "/gaps"
GAPS_BUTTON = "show_gaps"
LIFT_BUTTON = "lift_pause"
_MAX_BLOCKS = 40
_MAX_CHARACTERS = 11_000  # of the 13,200 characters that all blocks of a message may hold
_QUESTION_LENGTH = 200
_REMARK_LENGTH = 200
_MAX_CHANNELS = 10  # whose answers that nobody asked for are counted
_MAX_LIFTS = 3  # pauses that are longer than at first


def register(app: AsyncApp, report: GapReport, running_tasks: RunningTasks) -> None:
    """Listens for `/gaps`, and for the buttons."""

    async def on_command(ack: AsyncAck, command: Json, context: AsyncBoltContext) -> None:
        await ack()
        running_tasks.start_task(report.send_gap_report(command_from_payload(command, context.bot_user_id or "")))

    async def on_button(ack: AsyncAck, body: Json) -> None:
        await ack()
        running_tasks.start_task(report.show_gap_modal(body["user"]["id"], body["trigger_id"]))

    async def on_lift(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        running_tasks.start_task(report.lift_pause(body, action.get("value") or ""))

    app.command(GAPS_COMMAND)(on_command)
    app.action(LIFT_BUTTON)(on_lift)
    app.action(GAPS_BUTTON)(on_button)


@dataclass(frozen=True, slots=True)
class GapFinder:
    """Finds content gaps, without the names of documents that the reader may not know of."""

    question_log: QuestionLog
    vote_store: VoteStore
    access_directory: AccessDirectory
    served_documents: ServedDocuments

    async def find_visible_gaps(self, user: str) -> list[ContentGap]:
        """The gaps as one person may read them, most wanted first."""
        gaps = await asyncio.to_thread(find_content_gaps, self.question_log, self.vote_store)
        granted = await self.access_directory.find_user_audience(user)
        paths = {gap.nearest.path for gap in gaps if gap.nearest}
        known = await asyncio.to_thread(self.served_documents.get_served_documents, paths, granted.audience)
        return [gap if gap.nearest and gap.nearest.path in known else replace(gap, nearest=None) for gap in gaps]


@dataclass(frozen=True, slots=True)
class GapReport:
    """Shows administrators the gaps, as a reply to the command or in a modal."""

    client: AsyncWebClient
    users: Users
    responder: CommandResponder
    admin_gate: AdminGate
    finder: GapFinder
    document_links: DocumentLinks
    unasked: UnaskedQuestions

    async def send_gap_report(self, command: SlashCommand) -> None:
        """Carries out one `/gaps`; only the person who gave it sees the list."""
        await self.responder.respond_privately(command, self._show_gap_list)

    async def _show_gap_list(self, command: SlashCommand, reply: EphemeralReply, texts: InterfaceTexts) -> None:
        await reply.show_blocks(texts.gaps_title, await self._build_gap_blocks(command.user, texts))

    async def show_gap_modal(self, user: str, trigger: str) -> None:
        """Shows the list in a modal, which opens before the list is ready: Slack grants three seconds for it."""
        texts = await self.users.get_user_texts(user)
        waiting = _build_gap_modal([build_section_block(texts.gaps_fetched)], texts)
        await open_and_fill_modal(self.client, trigger, waiting, partial(self._load_gap_modal, user, texts))

    async def lift_pause(self, body: Json, channel: str) -> None:
        """Has the bot answer unasked in a channel as at first, and shows the list anew where the button stood."""
        user = body["user"]["id"]
        texts = await self.users.get_user_texts(user)
        try:
            async with self.admin_gate.guard_admin_action(user, "unasked", texts.gaps_refused, texts) as act:
                if not act.refusal:
                    act.subject = f"channel={channel} votes={await self.unasked.pauses.lift(channel)}"
            blocks = await self._build_gap_blocks(user, texts)
        except IndexUnavailable:
            blocks = [build_section_block(texts.index_away)]
        if view := body.get("view"):
            await self.client.views_update(view_id=view["id"], view=_build_gap_modal(blocks, texts))
        else:
            reply = EphemeralReply(self.client, ReplyAddress.address_from_press(body))
            await reply.show_blocks(texts.gaps_title, blocks)

    async def _load_gap_modal(self, user: str, texts: InterfaceTexts) -> Block:
        try:
            blocks = await self._build_gap_blocks(user, texts)
        except IndexUnavailable:
            blocks = [build_section_block(texts.index_away)]
        return _build_gap_modal(blocks, texts)

    async def _build_gap_blocks(self, user: str, texts: InterfaceTexts) -> list[Block]:
        async with self.admin_gate.guard_admin_action(user, "gaps", texts.gaps_refused, texts) as act:
            if act.refusal:
                return [build_section_block(act.refusal)]
            found = await self.finder.find_visible_gaps(user)
            act.subject = f"gaps={len(found)}"
            activity = await self.unasked.pauses.list_activity(self.unasked.places.channels)
            return [*render_gaps(found, self.document_links, texts), *render_activity(activity, texts)]


def render_gaps(gaps: Sequence[ContentGap], links: DocumentLinks, texts: InterfaceTexts) -> list[Block]:
    """Renders the gaps, most wanted first."""
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
    opinions = [f"{named_reasons[reason]} ({count})" for reason, count in gap.reasons.items()]
    opinions += [texts.quoted.format(text=escape_label(shorten_text(remark, _REMARK_LENGTH))) for remark in gap.remarks]
    lines = [
        f"• *{escape_label(shorten_text(gap.question, _QUESTION_LENGTH))}*",
        " · ".join(facts),
        " · ".join(opinions),
    ]
    return "\n".join(filter(None, lines))


def render_activity(activity: Sequence[UnaskedActivity], texts: InterfaceTexts) -> list[Block]:
    """Renders what the bot did unasked by channel; where people made it quieter, with a button that undoes it."""
    quieter = sorted((one for one in activity if one.unhelpful), key=lambda one: -one.unhelpful)[:_MAX_LIFTS]
    lines = [_format_activity(one, texts) for one in activity if one not in quieter]
    head = build_context_block("\n".join([texts.unasked_activity, *lines[:_MAX_CHANNELS]]))
    return [head, *(_render_quieter_channel(one, texts) for one in quieter)] if activity else []


def _render_quieter_channel(activity: UnaskedActivity, texts: InterfaceTexts) -> Block:
    lift = build_button(LIFT_BUTTON, texts.lift_pause, activity.channel)
    return {**build_section_block(_format_activity(activity, texts)), "accessory": lift}


def _format_activity(activity: UnaskedActivity, texts: InterfaceTexts) -> str:
    pause = activity.pause_seconds
    how_often = texts.unasked_silent if pause is None else texts.unasked_pause.format(minutes=round(pause / 60))
    counts = texts.unasked_counts.format(answers=activity.answers, unhelpful=activity.unhelpful)
    return f"- <#{activity.channel}>: {counts} · {how_often}"


def _build_gap_modal(blocks: Sequence[Block], texts: InterfaceTexts) -> Block:
    return build_modal(texts.gaps_title, blocks, close=texts.close)
