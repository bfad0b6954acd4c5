"""The door of `/compare`: admins see the model's own answer above the one from the documents. Decides no word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.question import Question
from bot.slack.handlers.commands import SlashCommand, command_from_payload, respond_privately
from bot.slack.questions.deliver import deliver_answer
from bot.slack.replies.paging import close_open_fence
from knowledge.core.failures import ModelUnavailable

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

    from bot.slack.dependencies import Dependencies
    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.replies.ephemeral import EphemeralReply

COMPARE_COMMAND = "/compare"
EVENTS: tuple[str, ...] = ()


def register(app: AsyncApp, deps: Dependencies) -> None:
    """Listen for `/compare`."""
    comparing = CompareCommand(deps)

    async def on_compare(ack: AsyncAck, command: Json, context: AsyncBoltContext) -> None:
        await ack()
        deps.running_tasks.start_task(
            comparing.run_comparison(command_from_payload(command, context.bot_user_id or ""))
        )

    app.command(COMPARE_COMMAND)(on_compare)


@dataclass(frozen=True, slots=True)
class CompareCommand:
    """Asks the model twice, without the documents and with them; only the asker sees what it says."""

    deps: Dependencies

    async def run_comparison(self, command: SlashCommand) -> None:
        """Carry out one `/compare`."""
        await respond_privately(self.deps, command, self._compare_if_admin)

    async def _compare_if_admin(self, command: SlashCommand, reply: EphemeralReply, texts: InterfaceTexts) -> None:
        async with self.deps.admin_gate.guard_admin_action(
            command.user, "compare", texts.compare_refused, texts
        ) as act:
            if act.refusal:
                await reply.show_sentence(act.refusal)
            elif not command.text:
                act.outcome = "nothing"
                await reply.show_sentence(texts.compare_usage)
            else:
                await self._show_both_answers(command, reply, texts)

    async def _show_both_answers(self, command: SlashCommand, reply: EphemeralReply, texts: InterfaceTexts) -> None:
        await reply.show_progress(texts.searching, texts.comparing)

        async with self.deps.model_queue.wait_for_turn(command.user, _ignore_place):
            alone = await self._answer_from_model(command.text, texts)
        await reply.write_text(f"**{texts.compare_alone}**\n\n{alone}{close_open_fence(alone)}\n\n---\n\n")
        await reply.write_text(f"**{texts.compare_with}**\n\n")
        locale = await self.deps.users.get_user_language(command.user)
        granted = await self.deps.access_directory.find_user_audience(command.user)
        notices = () if granted.is_certain else (texts.audience_uncertain,)
        question = Question(command.text, granted.audience, locale=locale)
        await deliver_answer(self.deps, question, reply, texts, notices, asker=command.user)

    async def _answer_from_model(self, question: str, texts: InterfaceTexts) -> str:
        """The model's own answer; where it is away, what would stand here."""
        try:
            return "".join(
                [words.text async for words in self.deps.answering.answer_without_documents(question)]
            ).strip()
        except ModelUnavailable:
            return f"_{texts.compare_away}_"


async def _ignore_place(place: int) -> None:
    """Of the two turns of a comparison, the place is told for the second one."""
    del place
