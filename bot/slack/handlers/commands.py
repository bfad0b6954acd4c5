"""The doors of the slash commands: `/ask`, `/docs`, `/souffleur` and the gate of `/reindex`."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.handlers.confirm_deletions import DeletionConfirmation, is_deletion_confirmation
from bot.slack.handlers.reindex import ReindexCommand
from bot.slack.i18n.catalogue import get_texts
from bot.slack.questions.deliver import apologize_on_error
from bot.slack.questions.private_answer import PrivateAnswers, ReplyAddress
from bot.slack.replies.ephemeral import EphemeralReply
from bot.slack.views.block_kit import build_context_block, build_section_block
from bot.slack.views.documents import list_known_documents, render_document_list
from bot.slack.views.markup import escape_label, to_plain_text
from knowledge.storage.worker_requests import SCOPE_ALL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

    from bot.slack.dependencies import Dependencies
    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.views.block_kit import Block

ASK_COMMAND = "/ask"
DOCS_COMMAND = "/docs"
REINDEX_COMMAND = "/reindex"
SOUFFLEUR_COMMAND = "/souffleur"
COMMANDS = (ASK_COMMAND, DOCS_COMMAND, REINDEX_COMMAND, SOUFFLEUR_COMMAND)
EVENTS: tuple[str, ...] = ()
_ANY = re.compile(".*", re.DOTALL)


def register(app: AsyncApp, deps: Dependencies) -> None:
    """Listen for every command, known or not. A question is written down before it is acknowledged."""
    commands, answers = CommandHandler(deps), PrivateAnswers(deps)

    async def on_command(ack: AsyncAck, command: Json, context: AsyncBoltContext) -> None:
        given = command_from_payload(command, context.bot_user_id or "")
        try:
            if given.name == ASK_COMMAND and given.text:
                await answers.ask_privately(given.text, ReplyAddress(given.user, given.channel, given.response_url))
            else:
                deps.running_tasks.start_task(commands.run_command(given))
        finally:
            await ack()

    app.command(_ANY)(on_command)


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """A command as a person gave it."""

    name: str
    text: str
    user: str
    channel: str
    response_url: str
    bot_user: str = ""


def command_from_payload(payload: Json, bot_user: str) -> SlashCommand:
    """The command in Slack's payload."""
    return SlashCommand(
        name=payload["command"],
        text=to_plain_text(payload.get("text") or "", bot_user),
        user=payload["user_id"],
        channel=payload["channel_id"],
        response_url=payload["response_url"],
        bot_user=bot_user,
    )


async def respond_privately(
    deps: Dependencies,
    command: SlashCommand,
    respond: Callable[[SlashCommand, EphemeralReply, InterfaceTexts], Awaitable[None]],
) -> None:
    """Respond to a command for its person's eyes, in their language; never end in silence, whatever fails."""
    reply = EphemeralReply(deps.client, command.response_url, command.channel, command.user)
    texts: InterfaceTexts | None = None
    async with apologize_on_error(reply, get_texts(None)):
        texts = await deps.users.get_user_texts(command.user)
    if texts:
        async with apologize_on_error(reply, texts):
            await respond(command, reply, texts)


@dataclass(frozen=True, slots=True)
class CommandHandler:
    """Carries out commands that ask no question; only the person who gave one sees the response."""

    deps: Dependencies

    async def run_command(self, command: SlashCommand) -> None:
        """Carry out one command, known or not."""
        await respond_privately(self.deps, command, self._respond_to_command)

    async def _respond_to_command(self, command: SlashCommand, reply: EphemeralReply, texts: InterfaceTexts) -> None:
        if command.name == REINDEX_COMMAND:
            await self._reindex_documents(command, reply, texts)
        elif command.name == DOCS_COMMAND:
            await reply.show_blocks(texts.docs_title, await self._list_documents(command, texts))
        elif command.name == SOUFFLEUR_COMMAND:
            admin = await self.deps.admin_gate.admins.is_admin(command.user)
            await reply.show_blocks(texts.help_title, render_help(command, texts, admin=admin))
        elif command.name == ASK_COMMAND:
            await reply.show_sentence(texts.ask_usage)
        else:
            await reply.show_sentence(texts.unknown_command.format(command=escape_label(command.name)))

    async def _list_documents(self, command: SlashCommand, texts: InterfaceTexts) -> list[Block]:
        granted = await self.deps.access_directory.find_user_audience(command.user)
        admin = await self.deps.admin_gate.admins.is_admin(command.user)
        known = await asyncio.to_thread(list_known_documents, self.deps.served_documents, granted.audience, admin=admin)
        blocks = render_document_list(known.values(), command.text, self.deps.document_links, texts, admin=admin)
        return blocks if granted.is_certain else [*blocks, build_context_block(texts.audience_uncertain)]

    async def _reindex_documents(self, command: SlashCommand, reply: EphemeralReply, texts: InterfaceTexts) -> None:
        scope = command.text.strip("\"'` ") or SCOPE_ALL
        if is_deletion_confirmation(scope):
            said = await DeletionConfirmation(self.deps, command.user, texts).confirm_deletions(command.channel)
        else:
            said = await ReindexCommand(self.deps, command.user, texts).request_reindex(scope, command.channel)
        if said:
            await reply.show_sentence(said)


def render_help(command: SlashCommand, texts: InterfaceTexts, *, admin: bool) -> list[Block]:
    """What the bot is for and how it is asked; for admins, what they may do besides."""
    how = texts.home_how.format(bot=f"<@{command.bot_user}>")
    blocks = [build_section_block(f"*{texts.help_title}*\n{texts.home_what}"), build_section_block(how)]
    return [*blocks, build_section_block(texts.help_admin)] if admin else blocks
