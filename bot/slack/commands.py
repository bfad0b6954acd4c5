"""The doors of the slash commands: `/ask`, `/docs` and the gate of `/reindex`."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.question import Question
from bot.slack.confirming import Confirming, asks_to_confirm
from bot.slack.deliver import deliver, never_silent
from bot.slack.languages import texts_in
from bot.slack.listing import listing
from bot.slack.markup import label, plain
from bot.slack.people import audience_of, refusal
from bot.slack.reindex import Reindex
from bot.slack.whisper import Whisper
from knowledge.requests import EVERYTHING

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

    from bot.slack.blocks import Block
    from bot.slack.messages import Json
    from bot.slack.parts import Parts
    from bot.slack.texts import Texts

ASK = "/ask"
DOCS = "/docs"
REINDEX = "/reindex"
COMMANDS = (ASK, DOCS, REINDEX)
EVENTS: tuple[str, ...] = ()
_ANY = re.compile(".*", re.DOTALL)


def register(app: AsyncApp, parts: Parts) -> None:
    """Listen for every command, known or not."""
    commands = Commands(parts)

    async def on_command(ack: AsyncAck, command: Json, context: AsyncBoltContext) -> None:
        await ack()
        parts.flights.start(commands.carry_out(command_of(command, context.bot_user_id or "")))

    app.command(_ANY)(on_command)


@dataclass(frozen=True, slots=True)
class Command:
    """A command as a person gave it."""

    name: str
    text: str
    user: str
    channel: str
    response_url: str


def command_of(payload: Json, bot_user: str) -> Command:
    """The command in Slack's payload."""
    return Command(
        name=payload["command"],
        text=plain(payload.get("text") or "", bot_user),
        user=payload["user_id"],
        channel=payload["channel_id"],
        response_url=payload["response_url"],
    )


@dataclass(frozen=True, slots=True)
class Commands:
    """Carries out commands; only the person who gave one sees the response."""

    parts: Parts

    async def carry_out(self, command: Command) -> None:
        """Carry out one command, known or not."""
        language = await self.parts.people.language(command.user)
        texts = texts_in(language)
        whisper = Whisper(self.parts.client, command.response_url, command.channel, command.user)
        async with never_silent(whisper, texts):
            if command.name == REINDEX:
                await self._reindex(command, whisper, texts)
            elif command.name == DOCS:
                await whisper.show(texts.docs_title, await asyncio.to_thread(self._listing, command, texts))
            elif command.name != ASK:
                await whisper.say(texts.unknown_command.format(command=label(command.name)))
            elif not command.text:
                await whisper.say(texts.ask_usage)
            else:
                await whisper.progress(texts.searching, texts.looking)
                audience = audience_of(command.user, command.channel)
                question = Question(command.text, audience, locale=language)
                await deliver(self.parts, question, whisper, texts)

    def _listing(self, command: Command, texts: Texts) -> list[Block]:
        return listing(self.parts.ledger.all().values(), command.text, self.parts.links, texts)

    async def _reindex(self, command: Command, whisper: Whisper, texts: Texts) -> None:
        admins = self.parts.people.admins
        if command.user not in admins:
            await whisper.say(refusal(texts.reindex_refused, admins, texts))
            return
        scope = command.text.strip("\"'` ") or EVERYTHING
        if asks_to_confirm(scope):
            await whisper.say(await Confirming(self.parts, command.user, texts).confirm(command.channel))
            return
        message = await Reindex(self.parts, command.user, texts).begin(scope, command.channel)
        if message is None or message.channel != command.channel:
            follow = texts.reindex_follow if message else texts.reindex_follow_home
            await whisper.say(follow.format(scope=f"`{label(scope)}`"))
