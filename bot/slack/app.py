"""Opens Bolt, builds the bot's Slack side and registers every handler. Decides nothing else."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from qdrant_client import QdrantClient
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import BotSettings
from bot.slack import message_router
from bot.slack.api.client import BotIdentity, create_web_client
from bot.slack.api.errors import get_error_code
from bot.slack.api.rate_limits import RateLimitedClient
from bot.slack.api.tokens import TokenSuspicion
from bot.slack.events.parse import Json
from bot.slack.factory import People, Questions, Stores, build_people, build_questions, open_stores
from bot.slack.handlers import (
    answer_buttons,
    commands,
    compare,
    feedback,
    file_upload,
    gaps,
    home,
    message_shortcut,
    page_picture,
    show_passage,
    workflow_step,
)
from bot.slack.handlers.answer_buttons import ChoiceHandler
from bot.slack.handlers.commands import BindingCommand, CommandHandler, CommandResponder, DocumentsCommand
from bot.slack.handlers.compare import CompareCommand
from bot.slack.handlers.confirm_deletions import DeletionAlert, DeletionConfirmation
from bot.slack.handlers.feedback import FeedbackHandler
from bot.slack.handlers.file_upload import FileUpload, UploadFolder
from bot.slack.handlers.gaps import GapFinder, GapReport
from bot.slack.handlers.home import HomeButtons, HomeTab, OverviewReader, PromptSuggester
from bot.slack.handlers.message_shortcut import MessageShortcut
from bot.slack.handlers.page_picture import PageRenderer, PageSender
from bot.slack.handlers.reindex import ReindexCommand, RequestTracker
from bot.slack.handlers.show_passage import PassageViewHandler
from bot.slack.handlers.workflow_step import WorkflowStep
from bot.slack.i18n.catalogue import set_command_prefix
from bot.slack.message_router import MessageRouter
from bot.slack.people.directory import SlackDirectory
from bot.slack.questions import unasked_pauses
from bot.slack.questions.answer_delivery import QuestionAnswerer
from bot.slack.questions.unasked_pauses import NotHelpfulHandler
from bot.slack.running_tasks import RunningTasks
from bot.slack.views.block_kit import DocumentLinks

log = logging.getLogger(__name__)
_ANY = re.compile(".*", re.DOTALL)
_MEMBERSHIP_EVENTS = ("member_joined_channel", "member_left_channel")
_TOKEN_EVENTS = ("app_uninstalled", "tokens_revoked")
_PEOPLE_EVENTS = ("team_join", "user_change")
_RENAME_EVENTS = ("channel_rename", "group_rename")
_WORKSPACE_EVENTS = (*_MEMBERSHIP_EVENTS, *_PEOPLE_EVENTS, *_RENAME_EVENTS, *_TOKEN_EVENTS)
# What the manifest must subscribe to.
EVENTS = (*message_router.EVENTS, *home.EVENTS, *feedback.EVENTS, *_WORKSPACE_EVENTS)


@dataclass(frozen=True, slots=True)
class SlackBot:
    """The bot's Slack side, built and not yet connected. Only the runner takes it."""

    app: AsyncApp
    settings: BotSettings
    client: RateLimitedClient
    stores: Stores
    people: People
    questions: Questions
    running_tasks: RunningTasks
    token_suspicion: TokenSuspicion
    deletion_alert: DeletionAlert


def build_app(settings: BotSettings, answering: QuestionAnswerer, qdrant: QdrantClient) -> SlackBot:
    """Builds every part once and registers the handlers; the runner connects it."""
    set_command_prefix(settings.command_prefix)
    client, stores, tasks = create_web_client(settings), open_stores(settings, qdrant), RunningTasks()
    people, links = build_people(settings, client, stores), DocumentLinks(settings.document_url_template)
    questions = build_questions(settings, answering, client, stores, people, tasks)
    alert = DeletionAlert(client, people.users, people.admins, stores.deletion_holds, people.access_directory)
    app = open_bolt_app(settings, people.identity)
    bot = SlackBot(app, settings, client, stores, people, questions, tasks, TokenSuspicion(), alert)
    _register_messages(bot)
    _register_buttons(bot, links)
    _register_commands(bot, links)
    acknowledge_other_events(app)
    return bot


def _register_messages(bot: SlackBot) -> None:
    """Registers what people write, the files in it, and what Slack tells about the workspace."""
    settings, people, questions, tasks = bot.settings, bot.people, bot.questions, bot.running_tasks
    folder = UploadFolder(settings.documents_dir if settings.filing == "on" else None, settings.max_file_mb * 1_000_000)
    uploads = FileUpload(bot.client, people.users, people.admin_gate, folder, tasks)
    router = MessageRouter(questions.messages, questions.edits, uploads, settings.follow_ups, questions.unasked)
    message_router.register(bot.app, router, questions.edits, tasks)
    file_upload.register(bot.app, uploads, tasks)
    step = WorkflowStep(settings.workflow_step == "on", bot.client, questions.delivery)
    workflow_step.register(bot.app, step, tasks)
    _register_workspace_events(bot.app, people.directory, bot.token_suspicion)


def _register_buttons(bot: SlackBot, links: DocumentLinks) -> None:
    """Registers what people press below answers and messages."""
    client, users, stores, questions = bot.client, bot.people.users, bot.stores, bot.questions
    has_pages = bot.settings.page_pictures == "on"
    passages = PassageViewHandler(
        client, users, bot.people.access_directory, stores.passage_lookup, stores.served_documents, links, has_pages
    )
    votes = FeedbackHandler(client, users, questions.intake, stores.vote_store)
    choices = ChoiceHandler(client, users, questions.private, questions.edits)
    answer_buttons.register(bot.app, questions.private, questions.sharing, choices, bot.running_tasks)
    pages = PageSender(client, passages, PageRenderer(bot.settings.documents_dir) if has_pages else None)
    page_picture.register(bot.app, pages, bot.running_tasks)
    show_passage.register(bot.app, passages, bot.running_tasks)
    shortcut = MessageShortcut(client, users, questions.private, bot.running_tasks)
    message_shortcut.register(bot.app, shortcut, bot.running_tasks)
    feedback.register(bot.app, votes, bot.running_tasks, counts_reactions=bot.settings.reaction_votes == "on")
    not_helpful = NotHelpfulHandler(client, users, questions.intake, stores.vote_store)
    unasked_pauses.register(bot.app, not_helpful, bot.running_tasks)


def _register_commands(bot: SlackBot, links: DocumentLinks) -> None:
    """Registers the commands, and the Home tab, whose buttons do the same."""
    app, client, stores, people, tasks = bot.app, bot.client, bot.stores, bot.people, bot.running_tasks
    users, gate, access, documents = people.users, people.admin_gate, people.access_directory, stores.served_documents
    responder = CommandResponder(client, users)
    tracker = RequestTracker(client, stores.worker_requests, stores.deletion_holds, tasks)
    reindex = ReindexCommand(gate, tracker)
    confirmation = DeletionConfirmation(gate, stores.deletion_holds, stores.worker_requests, tracker)
    overview = OverviewReader(
        documents,
        stores.worker_requests,
        stores.deletion_holds,
        stores.folder_problems,
        stores.index_versions,
        is_embedded=bot.settings.qdrant_url is None,
    )
    home_tab = HomeTab(client, users, gate, access, overview, links)
    prompts = PromptSuggester(client, users, access, documents, stores.passage_lookup)
    home.register(app, home_tab, HomeButtons(home_tab, users, reindex, confirmation), prompts, tasks)
    comparing = CompareCommand(responder, users, access, gate, bot.questions.delivery)
    compare.register(app, comparing, tasks)
    finder = GapFinder(stores.question_log, stores.vote_store, access, documents)
    gaps.register(app, GapReport(client, users, responder, gate, finder, links, bot.questions.unasked), tasks)
    listing = DocumentsCommand(people.admins, access, documents, links)
    # Bolt runs the first listener that fits, so the one for every command comes last.
    handler = CommandHandler(responder, people.admins, listing, reindex, confirmation, BindingCommand(gate, access))
    commands.register(app, handler, bot.questions.private, tasks)


class AuthorizationUnavailable(Exception):
    """Slack does not say who the bot is."""


def open_bolt_app(settings: BotSettings, identity: BotIdentity) -> AsyncApp:
    """Creates Bolt's app for one workspace, without any listener."""

    async def authorize() -> AuthorizeResult:
        try:
            return await identity.authorize_bot()
        except SlackApiError as error:  # Bolt would acknowledge the event, and it would be lost
            raise AuthorizationUnavailable(get_error_code(error)) from error

    app = AsyncApp(
        name="souffleur",
        # Bolt builds a client of its own for each event, which would ignore our proxy rules: it gets no token.
        client=AsyncWebClient(base_url=settings.slack_api_url),
        authorize=authorize,
        attaching_conversation_kwargs_enabled=False,  # nothing here uses them, and each event would pay for them
    )
    if settings.command_prefix:
        _remove_command_prefix(app, f"/{settings.command_prefix}-")
    return app


def _remove_command_prefix(app: AsyncApp, prefix: str) -> None:
    """Has the handlers see each command by its own name."""

    async def rename_command(body: dict[str, Any], next_: Callable[[], Awaitable[None]]) -> None:
        if str(body.get("command") or "").startswith(prefix):
            body["command"] = f"/{body['command'].removeprefix(prefix)}"
        await next_()

    app.use(rename_command)


def acknowledge_other_events(app: AsyncApp) -> None:
    """Acknowledges what no handler takes: Slack would send it again, and warn the person who pressed."""

    async def on_event() -> None:
        """Does nothing: Bolt acknowledges an event that has a listener."""

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


def _register_workspace_events(app: AsyncApp, directory: SlackDirectory, token_suspicion: TokenSuspicion) -> None:
    """Listens for changes of people and channels, and for tokens taken back, those of a single person included."""

    async def on_membership_change(event: Json) -> None:
        directory.forget_membership(event["user"], event["channel"])

    async def on_person_change(event: Json) -> None:
        directory.note_person(event.get("user") or {})

    async def on_channel_rename() -> None:
        directory.forget_channel_names()

    async def on_token_loss() -> None:
        token_suspicion.raised.set()

    for name in _MEMBERSHIP_EVENTS:
        app.event(name)(on_membership_change)
    for name in _PEOPLE_EVENTS:
        app.event(name)(on_person_change)
    for name in _RENAME_EVENTS:
        app.event(name)(on_channel_rename)
    for name in _TOKEN_EVENTS:
        app.event(name)(on_token_loss)
