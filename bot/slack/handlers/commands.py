"""Answers the slash commands `/ask`, `/docs`, `/souffleur`, `/reindex`, and unknown ones.

`/souffleur bindings` shows administrators which channel or person each folder's name means, and lets them confirm it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.events.parse import Json
from bot.slack.handlers.confirm_deletions import DeletionConfirmation, is_deletion_confirmation
from bot.slack.handlers.reindex import ReindexCommand
from bot.slack.i18n.catalogue import get_question_texts, get_texts
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.people.access import AccessDirectory
from bot.slack.people.admins import AdminAction, AdminGate, Admins
from bot.slack.people.users import Users
from bot.slack.questions.answer_delivery import apologize_on_error
from bot.slack.questions.private_answer import PrivateQuestions
from bot.slack.replies.ephemeral import EphemeralReply, ReplyAddress
from bot.slack.running_tasks import RunningTasks
from bot.slack.views.admin_reports import render_bindings
from bot.slack.views.block_kit import Block, DocumentLinks, build_context_block, build_section_block
from bot.slack.views.documents import list_known_documents, render_document_list
from bot.slack.views.markup import escape_label, to_plain_text
from knowledge.core.access import fold_slack_name
from knowledge.storage.index_versions import ServedDocuments
from knowledge.storage.name_bindings import BindingState, NameBinding
from knowledge.storage.worker_requests import SCOPE_ALL

ASK_COMMAND = "/ask"
DOCS_COMMAND = "/docs"
REINDEX_COMMAND = "/reindex"
SOUFFLEUR_COMMAND = "/souffleur"
COMMANDS = (ASK_COMMAND, DOCS_COMMAND, REINDEX_COMMAND, SOUFFLEUR_COMMAND)
_ANY = re.compile(".*", re.DOTALL)
_LANGUAGE_TIMEOUT_SECONDS = 0.5  # Slack waits three for the acknowledgement, and recording may take two
BINDINGS_WORD = "bindings"
_STATES: dict[str, BindingState] = {"confirm": "confirmed", "undo": "undone"}


def register(
    app: AsyncApp, handler: CommandHandler, private_answers: PrivateQuestions, running_tasks: RunningTasks
) -> None:
    """Listens for every command, known or not. A question is recorded before its command is acknowledged."""

    async def on_command(ack: AsyncAck, command: Json, context: AsyncBoltContext) -> None:
        given, line = command_from_payload(command, context.bot_user_id or ""), ""
        try:
            if given.name == ASK_COMMAND and given.text:
                address = ReplyAddress(given.user, given.channel, given.response_url)
                await private_answers.ask_privately(given.text, address)
                line = (await handler.responder.choose_texts_soon(given)).answer_follows
            else:
                running_tasks.start_task(handler.run_command(given))
        finally:
            await acknowledge_command(ack, line)

    app.command(_ANY)(on_command)


async def acknowledge_command(ack: AsyncAck, line: str) -> None:
    """Acknowledges a command; the line, if there is one, stays above the answer, as Slack replaces it by nothing."""
    await (ack(line, unfurl_links=False, unfurl_media=False) if line else ack())


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


@dataclass(frozen=True, slots=True)
class CommandResponder:
    """Responds to commands so that only their person sees it, in their language."""

    client: AsyncWebClient
    users: Users

    async def choose_texts_soon(self, command: SlashCommand) -> InterfaceTexts:
        """The texts for the line in the acknowledgement, which cannot wait long for Slack to tell the language."""
        language = await self.users.get_language_soon(command.user, _LANGUAGE_TIMEOUT_SECONDS)
        return get_question_texts(command.text, language)

    async def respond_privately(
        self,
        command: SlashCommand,
        respond: Callable[[SlashCommand, EphemeralReply, InterfaceTexts], Awaitable[None]],
    ) -> None:
        """Runs `respond`; whatever fails in it, the person gets a sentence."""
        reply = EphemeralReply(self.client, ReplyAddress(command.user, command.channel, command.response_url))
        texts: InterfaceTexts | None = None
        async with apologize_on_error(reply, get_texts(None)):
            texts = await self.users.get_user_texts(command.user)
        if texts:
            async with apologize_on_error(reply, texts):
                await respond(command, reply, texts)


@dataclass(frozen=True, slots=True)
class DocumentsCommand:
    """Lists the documents that a person may know of."""

    admins: Admins
    access_directory: AccessDirectory
    served_documents: ServedDocuments
    document_links: DocumentLinks

    async def list_documents(self, command: SlashCommand, texts: InterfaceTexts) -> list[Block]:
        """Renders the documents whose title or path holds the command's words."""
        granted = await self.access_directory.find_user_audience(command.user)
        admin = await self.admins.is_admin(command.user)
        known = await asyncio.to_thread(list_known_documents, self.served_documents, granted.audience, admin=admin)
        blocks = render_document_list(known.values(), command.text, self.document_links, texts, admin=admin)
        return blocks if granted.is_certain else [*blocks, build_context_block(texts.audience_uncertain)]


@dataclass(frozen=True, slots=True)
class CommandHandler:
    """Carries out commands that ask no question; only the person who gave one sees the response."""

    responder: CommandResponder
    admins: Admins
    documents: DocumentsCommand
    reindex: ReindexCommand
    confirmation: DeletionConfirmation
    bindings: BindingCommand

    async def run_command(self, command: SlashCommand) -> None:
        """Carries out one command, known or not."""
        await self.responder.respond_privately(command, self._respond_to_command)

    async def _respond_to_command(self, command: SlashCommand, reply: EphemeralReply, texts: InterfaceTexts) -> None:
        if command.name == REINDEX_COMMAND:
            await self._reindex_documents(command, reply, texts)
        elif command.name == DOCS_COMMAND:
            await reply.show_blocks(texts.docs_title, await self.documents.list_documents(command, texts))
        elif command.name == SOUFFLEUR_COMMAND and is_bindings_command(command.text):
            blocks = await self.bindings.run_bindings_command(command.user, command.text, texts)
            await reply.show_blocks(texts.bindings_title, blocks)
        elif command.name == SOUFFLEUR_COMMAND:
            admin = await self.admins.is_admin(command.user)
            await reply.show_blocks(texts.help_title, render_help(command, texts, admin=admin))
        elif command.name == ASK_COMMAND:
            await reply.show_sentence(texts.ask_usage)
        else:
            await reply.show_sentence(texts.unknown_command.format(command=escape_label(command.name)))

    async def _reindex_documents(self, command: SlashCommand, reply: EphemeralReply, texts: InterfaceTexts) -> None:
        scope = command.text.strip("\"'` ") or SCOPE_ALL
        if is_deletion_confirmation(scope):
            sentence = await self.confirmation.confirm_deletions(command.user, texts, command.channel)
        else:
            sentence = await self.reindex.request_reindex(command.user, texts, scope, command.channel)
        if sentence:
            await reply.show_sentence(sentence)


def render_help(command: SlashCommand, texts: InterfaceTexts, *, admin: bool) -> list[Block]:
    """Renders what the bot does and how to ask it; for administrators, what else they can do."""
    how = texts.home_how.format(bot=f"<@{command.bot_user}>")
    what = f"*{texts.help_title}*\n{texts.home_what} {texts.is_ai}"
    blocks = [build_section_block(what), build_section_block(how)]
    return [*blocks, build_section_block(texts.help_admin)] if admin else blocks


def is_bindings_command(text: str) -> bool:
    """Whether the words after `/souffleur` are about the names of folders."""
    return text.casefold().split()[:1] == [BINDINGS_WORD]


@dataclass(frozen=True, slots=True)
class BindingCommand:
    """Carries out `/souffleur bindings`, alone or with `confirm` or `undo` and the name of a folder."""

    admin_gate: AdminGate
    access_directory: AccessDirectory

    async def run_bindings_command(self, user: str, text: str, texts: InterfaceTexts) -> list[Block]:
        """Does what the words say, for an administrator; gives what to reply with."""
        async with self.admin_gate.guard_admin_action(user, "bindings", texts.bindings_refused, texts) as act:
            if act.refusal:
                return [build_section_block(act.refusal)]
            match text.split()[1:]:
                case []:
                    return render_bindings(await self.access_directory.list_bindings(), texts)
                case [word, name] if word.casefold() in _STATES:
                    sentence = await self._set_state(act, name, _STATES[word.casefold()], texts)
                    return [build_section_block(sentence)]
                case _:
                    act.outcome = "nothing"
                    return [build_section_block(texts.bindings_usage)]

    async def _set_state(self, act: AdminAction, name: str, state: BindingState, texts: InterfaceTexts) -> str:
        act.outcome = "nothing"
        binding = find_named_binding(await self.access_directory.list_bindings(), name)
        changed = await self.access_directory.set_binding_state(binding.name, state) if binding else None
        if binding is None or changed is None:
            return texts.bindings_unchanged.format(name=escape_label(name))
        act.outcome, act.subject = "done", f"{state} id={changed.id}"
        done = texts.bindings_confirmed if state == "confirmed" else texts.bindings_undone
        return done.format(name=escape_label(changed.name), id=escape_label(changed.id))


def find_named_binding(bindings: Iterable[NameBinding], name: str) -> NameBinding | None:
    """Finds a binding by the name of its folder, with its sign or without, or by the id that it means."""
    plain = name.strip("`<>\"'")
    sign, folded = plain[:1], fold_slack_name(plain.lstrip("#@"))
    for binding in bindings:
        if sign in ("#", "@") and sign != binding.name[:1]:
            continue
        if binding.name[1:] == folded or binding.id == plain.lstrip("#@"):
            return binding
    return None
