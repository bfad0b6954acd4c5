"""The doors of mentions and direct messages: one message becomes one answer in its thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.question import Question
from bot.slack.deliver import deliver, never_silent
from bot.slack.history import Thread, read_thread
from bot.slack.languages import texts_in
from bot.slack.messages import Asked, Json, Seen, asked
from bot.slack.parts import Place
from bot.slack.people import audience_of
from bot.slack.reply import Reply

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp, AsyncBoltContext

    from bot.slack.parts import Parts

EVENTS: tuple[str, ...] = ("app_mention", "message.im")


def register(app: AsyncApp, parts: Parts) -> None:
    """Listen for mentions and direct messages."""
    conversations = Conversations(parts, Seen())

    async def on_mention(event: Json, context: AsyncBoltContext) -> None:
        bot_user = context.bot_user_id or ""
        conversations.take(asked(event, context.team_id or "", bot_user), bot_user)

    async def on_message(event: Json, context: AsyncBoltContext) -> None:
        if event.get("channel_type") == "im":
            await on_mention(event, context)

    app.event("app_mention")(on_mention)
    app.event("message")(on_message)


@dataclass(frozen=True, slots=True)
class Conversations:
    """Answers messages, each once, however often Slack sends it."""

    parts: Parts
    seen: Seen

    def take(self, asked: Asked | None, bot_user: str) -> None:
        """Take up a message that has not been taken up before."""
        if asked and self.seen.first(asked.key):
            self.parts.flights.start(self._answer(asked, bot_user))

    async def _answer(self, asked: Asked, bot_user: str) -> None:
        place = Place(asked.team, asked.channel, asked.thread_ts, asked.user)
        paper = Reply(self.parts.client, place)
        language, known = None, False
        async with never_silent(paper, texts_in(language)):
            language, known = await self.parts.people.language(asked.user), True
        if known:
            await self._reply(asked, bot_user, paper, language)

    async def _reply(self, asked: Asked, bot_user: str, paper: Reply, language: str | None) -> None:
        texts = texts_in(language)
        async with never_silent(paper, texts):
            if asked.text:
                await paper.progress(texts.searching, texts.looking)
            thread = await self._thread(asked, bot_user)
            files = asked.files or thread.files
            if not asked.text:
                await paper.say(texts.only_attachments if files else texts.help.format(bot=f"<@{bot_user}>"))
                return
            question = Question(
                asked.text,
                audience_of(asked.user, asked.channel),
                history=thread.turns,
                locale=language,
                thread=f"{asked.team}/{asked.channel}/{asked.thread_ts}",
            )
            await deliver(self.parts, question, paper, texts, (texts.attachments,) if files else ())

    async def _thread(self, asked: Asked, bot_user: str) -> Thread:
        """A direct message that opens a thread has nothing to read; a mention may have come without its files."""
        if asked.opens_a_thread and asked.channel.startswith("D"):
            return Thread(files=asked.files)
        return await read_thread(self.parts.client, asked, bot_user)
