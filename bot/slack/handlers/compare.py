"""Shows administrators, by `/compare`, the model's own answer above the answer from the documents."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot.answering.question import Question
from bot.slack.events.parse import Json
from bot.slack.handlers.commands import CommandResponder, SlashCommand, acknowledge_command, command_from_payload
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.people.access import AccessDirectory
from bot.slack.people.admins import AdminGate
from bot.slack.people.users import Users
from bot.slack.questions.answer_delivery import AnswerDelivery, PreparedQuestion
from bot.slack.replies.answer_footer import NoticeName
from bot.slack.replies.ephemeral import EphemeralReply
from bot.slack.replies.paging import close_open_fence
from bot.slack.running_tasks import RunningTasks

COMPARE_COMMAND = "/compare"
_ADMIN_TIMEOUT_SECONDS = 1.0  # Slack waits three for the acknowledgement


def register(app: AsyncApp, handler: CompareCommand, running_tasks: RunningTasks) -> None:
    """Listens for `/compare`."""

    async def on_compare(ack: AsyncAck, command: Json, context: AsyncBoltContext) -> None:
        given, line = command_from_payload(command, context.bot_user_id or ""), ""
        try:
            line = await handler.choose_first_line(given)
        finally:
            await acknowledge_command(ack, line)
            running_tasks.start_task(handler.run_comparison(given))

    app.command(COMPARE_COMMAND)(on_compare)


@dataclass(frozen=True, slots=True)
class CompareCommand:
    """Asks the model twice, without the documents and with them; only the asker sees the answers."""

    responder: CommandResponder
    users: Users
    access_directory: AccessDirectory
    admin_gate: AdminGate
    delivery: AnswerDelivery

    async def choose_first_line(self, command: SlashCommand) -> str:
        """What the acknowledgement says to an administrator who asks something; else nothing."""
        try:
            async with asyncio.timeout(_ADMIN_TIMEOUT_SECONDS):
                compares = bool(command.text) and await self.admin_gate.admins.is_admin(command.user)
        except TimeoutError:
            return ""
        return (await self.responder.choose_texts_soon(command)).comparing if compares else ""

    async def run_comparison(self, command: SlashCommand) -> None:
        """Carries out one `/compare`."""
        await self.responder.respond_privately(command, self._compare_if_admin)

    async def _compare_if_admin(self, command: SlashCommand, reply: EphemeralReply, texts: InterfaceTexts) -> None:
        async with self.admin_gate.guard_admin_action(command.user, "compare", texts.compare_refused, texts) as act:
            if act.refusal:
                await reply.show_sentence(act.refusal)
            elif not command.text:
                act.outcome = "nothing"
                await reply.show_sentence(texts.compare_usage)
            else:
                await self._show_both_answers(command, reply)

    async def _show_both_answers(self, command: SlashCommand, reply: EphemeralReply) -> None:
        texts = await self.users.get_question_texts(command.text, command.user)
        alone = await self.delivery.ask_bare_model(command.text, command.user)
        if alone is None:
            alone = f"_{texts.compare_away}_"
        await reply.write_text(f"**{texts.compare_alone}**\n\n{alone}{close_open_fence(alone)}\n\n---\n\n")
        await reply.write_text(f"**{texts.compare_with}**\n\n")
        locale = await self.users.get_user_language(command.user)
        granted = await self.access_directory.find_user_audience(command.user)
        notices: tuple[NoticeName, ...] = () if granted.is_certain else ("audience_uncertain",)
        question = Question(command.text, granted.audience, locale=locale)
        prepared = PreparedQuestion(question, texts, notices)
        await self.delivery.deliver_answer(prepared, reply, asker=command.user)
