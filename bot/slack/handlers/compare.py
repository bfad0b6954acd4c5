"""The door of `/compare`: admins see the model's own answer above the one from the documents. Decides no word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.question import Question
from bot.slack.handlers.commands import Command, command_of, in_private
from bot.slack.questions.deliver import deliver
from bot.slack.replies.paging import closed
from knowledge.core.failures import ModelUnavailable

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

    from bot.slack.dependencies import Parts
    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import Texts
    from bot.slack.replies.ephemeral import Whisper

COMPARE = "/compare"
EVENTS: tuple[str, ...] = ()


def register(app: AsyncApp, parts: Parts) -> None:
    """Listen for `/compare`."""
    comparing = Comparing(parts)

    async def on_compare(ack: AsyncAck, command: Json, context: AsyncBoltContext) -> None:
        await ack()
        parts.flights.start(comparing.carry_out(command_of(command, context.bot_user_id or "")))

    app.command(COMPARE)(on_compare)


@dataclass(frozen=True, slots=True)
class Comparing:
    """Asks the model twice, without the documents and with them; only the asker sees what it says."""

    parts: Parts

    async def carry_out(self, command: Command) -> None:
        """Carry out one `/compare`."""
        await in_private(self.parts, command, self._compare)

    async def _compare(self, command: Command, whisper: Whisper, texts: Texts) -> None:
        async with self.parts.doorkeeper.act(command.user, "compare", texts.compare_refused, texts) as act:
            if act.denied:
                await whisper.say(act.denied)
            elif not command.text:
                act.outcome = "nothing"
                await whisper.say(texts.compare_usage)
            else:
                await self._show_both(command, whisper, texts)

    async def _show_both(self, command: Command, whisper: Whisper, texts: Texts) -> None:
        await whisper.progress(texts.searching, texts.comparing)

        async with self.parts.turns.turn(command.user, _untold):
            alone = await self._alone(command.text, texts)
        await whisper.write(f"**{texts.compare_alone}**\n\n{alone}{closed(alone)}\n\n---\n\n")
        await whisper.write(f"**{texts.compare_with}**\n\n")
        locale = await self.parts.people.language(command.user)
        granted = await self.parts.audiences.of_person(command.user)
        notices = () if granted.certain else (texts.audience_uncertain,)
        question = Question(command.text, granted.audience, locale=locale)
        await deliver(self.parts, question, whisper, texts, notices, asker=command.user)

    async def _alone(self, question: str, texts: Texts) -> str:
        """The model's own answer; where it is away, what would stand here."""
        try:
            return "".join([words.text async for words in self.parts.answering.bare(question)]).strip()
        except ModelUnavailable:
            return f"_{texts.compare_away}_"


async def _untold(place: int) -> None:
    """Of the two turns of a comparison, the place is told for the second one."""
    del place
