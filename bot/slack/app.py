"""Builds the bot's Slack side and registers every handler. Decides nothing else."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import message_router
from bot.slack.api.client import get_error_code
from bot.slack.dependencies import Dependencies
from bot.slack.handlers import (
    commands,
    compare,
    feedback,
    file_upload,
    gaps,
    home,
    message_shortcut,
    show_passage,
    workspace_events,
)
from bot.slack.handlers.commands import CommandHandler, CommandResponder, DocumentsCommand
from bot.slack.handlers.compare import BareModel, CompareCommand
from bot.slack.handlers.confirm_deletions import DeletionConfirmation
from bot.slack.handlers.deletion_alert import DeletionAlert
from bot.slack.handlers.feedback import FeedbackHandler
from bot.slack.handlers.file_upload import FileUpload
from bot.slack.handlers.gaps import GapFinder, GapReport
from bot.slack.handlers.home import HomeButtons, HomeTab, PromptSuggester, StockReader
from bot.slack.handlers.message_shortcut import MessageShortcut
from bot.slack.handlers.reindex import ReindexCommand, RequestTracker
from bot.slack.handlers.show_passage import PassageViewHandler
from bot.slack.message_router import MessageRouter
from bot.slack.questions import private_buttons

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

    from bot.settings import BotSettings
    from bot.slack.questions.deliver import QuestionAnswerer

log = logging.getLogger(__name__)
_ANY = re.compile(".*", re.DOTALL)


class AuthorizationUnavailable(Exception):
    """Slack does not say who the bot is."""


# What the manifest must subscribe to.
EVENTS = (*message_router.EVENTS, *home.EVENTS, *workspace_events.EVENTS)


@dataclass(frozen=True, slots=True)
class SlackBot:
    """The bot's Slack side, built and not yet connected."""

    app: AsyncApp
    deps: Dependencies
    settings: BotSettings
    deletion_alert: DeletionAlert


def build_app(settings: BotSettings, answering: QuestionAnswerer, qdrant: QdrantClient) -> SlackBot:
    """Build the Slack side; `serve` connects it."""
    deps = Dependencies.build_dependencies(settings, answering, qdrant)

    async def authorize() -> AuthorizeResult:
        try:
            return await deps.identity.authorize_bot()
        except SlackApiError as error:  # Bolt would acknowledge the event, and it would be lost
            raise AuthorizationUnavailable(get_error_code(error)) from error

    app = AsyncApp(
        name="souffleur",
        # Bolt builds a client of its own for each event, which would ignore our proxy rules: it gets no token.
        client=AsyncWebClient(base_url=settings.slack_api_url),
        authorize=authorize,
        attaching_conversation_kwargs_enabled=False,  # nothing here uses them, and each event would pay for them
    )
    questions, uploads = deps.questions, _build_file_upload(deps)
    router = MessageRouter(questions.messages, questions.edits, uploads, settings.follow_ups)
    message_router.register(app, router, questions.edits, deps.running_tasks)
    workspace_events.register(app, deps.access_directory.directory, deps.token_suspicion)
    private_buttons.register(app, questions.private, questions.sharing, deps.running_tasks)
    _register_buttons(app, deps, uploads)
    _register_commands(app, deps)
    _acknowledge_other_events(app)
    admins = deps.admin_gate.admins
    alert = DeletionAlert(deps.client, deps.users, admins, deps.deletion_holds, deps.access_directory)
    return SlackBot(app, deps, settings, alert)


def _build_file_upload(deps: Dependencies) -> FileUpload:
    return FileUpload(deps.client, deps.users, deps.admin_gate, deps.upload_folder, deps.running_tasks)


def _register_buttons(app: AsyncApp, deps: Dependencies, uploads: FileUpload) -> None:
    """Builds and registers what people press under answers and messages."""
    client, users, tasks = deps.client, deps.users, deps.running_tasks
    passages = PassageViewHandler(
        client, users, deps.access_directory, deps.passage_lookup, deps.served_documents, deps.document_links
    )
    votes = FeedbackHandler(client, users, deps.questions.intake, deps.question_log, deps.vote_store)
    show_passage.register(app, passages, tasks)
    message_shortcut.register(app, MessageShortcut(client, users, deps.questions.private), tasks)
    feedback.register(app, votes, tasks)
    file_upload.register(app, uploads, tasks)


def _register_commands(app: AsyncApp, deps: Dependencies) -> None:
    """Builds and registers the commands, and the Home tab, whose buttons do the same."""
    client, users, tasks = deps.client, deps.users, deps.running_tasks
    gate, access, documents = deps.admin_gate, deps.access_directory, deps.served_documents
    responder = CommandResponder(client, users)
    tracker = RequestTracker(client, deps.worker_requests, deps.deletion_holds, tasks)
    reindex = ReindexCommand(gate, tracker)
    confirmation = DeletionConfirmation(gate, deps.deletion_holds, deps.worker_requests, tracker)
    stock = StockReader(
        documents,
        deps.worker_requests,
        deps.deletion_holds,
        deps.folder_problems,
        deps.index_versions,
        deps.is_embedded,
    )
    home_tab = HomeTab(client, users, gate, access, stock, deps.document_links)
    prompts = PromptSuggester(client, users, access, documents, deps.passage_lookup)
    home.register(app, home_tab, HomeButtons(home_tab, users, reindex, confirmation), prompts, tasks)
    comparing = CompareCommand(
        responder,
        users,
        access,
        gate,
        BareModel(deps.questions.model_queue, deps.answering),
        deps.questions.delivery.deliver_answer,
    )
    compare.register(app, comparing, tasks)
    finder = GapFinder(deps.question_log, deps.vote_store, access, documents)
    gaps.register(app, GapReport(client, users, responder, gate, finder, deps.document_links), tasks)
    listing = DocumentsCommand(gate.admins, access, documents, deps.document_links)
    # Bolt runs the first listener that fits, so the one for every command comes last.
    handler = CommandHandler(responder, gate.admins, listing, reindex, confirmation)
    commands.register(app, handler, deps.questions.private, tasks)


def _acknowledge_other_events(app: AsyncApp) -> None:
    """Slack sends again what is not acknowledged, and shows people a warning for a button."""

    async def on_event() -> None:
        """Bolt acknowledges events by itself, as long as there is a listener."""

    async def on_anything(ack: AsyncAck) -> None:
        await ack()

    async def on_error(error: Exception) -> None:
        if isinstance(error, AuthorizationUnavailable):
            log.warning("event not acknowledged, Slack sends it again: auth.test error=%s", error)
            return
        log.error("listener failed", exc_info=error)

    app.event(_ANY)(on_event)
    for register in (app.action, app.shortcut, app.view_submission, app.view_closed, app.options):
        register(_ANY)(on_anything)
    app.error(on_error)
