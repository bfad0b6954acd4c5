"""The doors of the slash commands: `/ask`, `/docs`, `/souffleur` and the gate of `/reindex`."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.handlers.confirm_deletions import Confirming, asks_to_confirm
from bot.slack.handlers.reindex import Reindex
from bot.slack.i18n.catalogue import texts_in
from bot.slack.questions.deliver import never_silent
from bot.slack.questions.private_answer import PrivateAnswers, Spot
from bot.slack.replies.ephemeral import Whisper
from bot.slack.views.block_kit import context, section
from bot.slack.views.document_list import listing, stock_for
from bot.slack.views.markup import label, plain
from knowledge.storage.worker_requests import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

    from bot.slack.dependencies import Parts
    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import Texts
    from bot.slack.views.block_kit import Block

ASK = "/ask"
DOCS = "/docs"
REINDEX = "/reindex"
SOUFFLEUR = "/souffleur"
COMMANDS = (ASK, DOCS, REINDEX, SOUFFLEUR)
EVENTS: tuple[str, ...] = ()
_ANY = re.compile(".*", re.DOTALL)


def register(app: AsyncApp, parts: Parts) -> None:
    """Listen for every command, known or not. A question is written down before it is acknowledged."""
    commands, answers = Commands(parts), PrivateAnswers(parts)

    async def on_command(ack: AsyncAck, command: Json, context: AsyncBoltContext) -> None:
        given = command_of(command, context.bot_user_id or "")
        try:
            if given.name == ASK and given.text:
                await answers.take(given.text, Spot(given.user, given.channel, given.response_url))
            else:
                parts.flights.start(commands.carry_out(given))
        finally:
            await ack()

    app.command(_ANY)(on_command)


@dataclass(frozen=True, slots=True)
class Command:
    """A command as a person gave it."""

    name: str
    text: str
    user: str
    channel: str
    response_url: str
    bot_user: str = ""


def command_of(payload: Json, bot_user: str) -> Command:
    """The command in Slack's payload."""
    return Command(
        name=payload["command"],
        text=plain(payload.get("text") or "", bot_user),
        user=payload["user_id"],
        channel=payload["channel_id"],
        response_url=payload["response_url"],
        bot_user=bot_user,
    )


async def in_private(
    parts: Parts, command: Command, respond: Callable[[Command, Whisper, Texts], Awaitable[None]]
) -> None:
    """Respond to a command for its person's eyes, in their language; never end in silence, whatever fails."""
    whisper = Whisper(parts.client, command.response_url, command.channel, command.user)
    texts: Texts | None = None
    async with never_silent(whisper, texts_in(None)):
        texts = await parts.people.texts(command.user)
    if texts:
        async with never_silent(whisper, texts):
            await respond(command, whisper, texts)


@dataclass(frozen=True, slots=True)
class Commands:
    """Carries out commands that ask no question; only the person who gave one sees the response."""

    parts: Parts

    async def carry_out(self, command: Command) -> None:
        """Carry out one command, known or not."""
        await in_private(self.parts, command, self._respond)

    async def _respond(self, command: Command, whisper: Whisper, texts: Texts) -> None:
        if command.name == REINDEX:
            await self._reindex(command, whisper, texts)
        elif command.name == DOCS:
            await whisper.show(texts.docs_title, await self._listing(command, texts))
        elif command.name == SOUFFLEUR:
            admin = await self.parts.doorkeeper.admins.include(command.user)
            await whisper.show(texts.help_title, help_for(command, texts, admin=admin))
        elif command.name == ASK:
            await whisper.say(texts.ask_usage)
        else:
            await whisper.say(texts.unknown_command.format(command=label(command.name)))

    async def _listing(self, command: Command, texts: Texts) -> list[Block]:
        granted = await self.parts.audiences.of_person(command.user)
        admin = await self.parts.doorkeeper.admins.include(command.user)
        known = await asyncio.to_thread(stock_for, self.parts.ledger, granted.audience, admin=admin)
        blocks = listing(known.values(), command.text, self.parts.links, texts, admin=admin)
        return blocks if granted.certain else [*blocks, context(texts.audience_uncertain)]

    async def _reindex(self, command: Command, whisper: Whisper, texts: Texts) -> None:
        scope = command.text.strip("\"'` ") or EVERYTHING
        if asks_to_confirm(scope):
            said = await Confirming(self.parts, command.user, texts).confirm(command.channel)
        else:
            said = await Reindex(self.parts, command.user, texts).ask(scope, command.channel)
        if said:
            await whisper.say(said)


def help_for(command: Command, texts: Texts, *, admin: bool) -> list[Block]:
    """What the bot is for and how it is asked; for admins, what they may do besides."""
    how = texts.home_how.format(bot=f"<@{command.bot_user}>")
    blocks = [section(f"*{texts.help_title}*\n{texts.home_what}"), section(how)]
    return [*blocks, section(texts.help_admin)] if admin else blocks
