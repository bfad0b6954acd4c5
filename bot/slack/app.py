"""Builds the bot's Slack side and registers every handler. Decides nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack import message_router
from bot.slack.api.client import create_web_client
from bot.slack.api.tokens import TokenSuspicion
from bot.slack.bolt_app import acknowledge_other_events, open_bolt_app
from bot.slack.handlers import (
    choose_question,
    commands,
    compare,
    feedback,
    file_upload,
    gaps,
    home,
    message_shortcut,
    more_passages,
    show_passage,
    workflow_step,
    workspace_events,
)
from bot.slack.handlers.choose_question import ChoiceHandler
from bot.slack.handlers.commands import CommandHandler, CommandResponder, DocumentsCommand
from bot.slack.handlers.compare import BareModel, CompareCommand
from bot.slack.handlers.confirm_deletions import DeletionAlert, DeletionConfirmation
from bot.slack.handlers.feedback import FeedbackHandler, ReactionVotes
from bot.slack.handlers.file_upload import FileUpload, UploadFolder
from bot.slack.handlers.gaps import GapFinder, GapReport
from bot.slack.handlers.home import HomeButtons, HomeTab, OverviewReader, PromptSuggester
from bot.slack.handlers.message_shortcut import MessageShortcut
from bot.slack.handlers.more_passages import MorePassagesHandler
from bot.slack.handlers.name_bindings import BindingCommand
from bot.slack.handlers.reindex import ReindexCommand, RequestTracker
from bot.slack.handlers.show_passage import PassageViewHandler
from bot.slack.handlers.workflow_step import WorkflowStep
from bot.slack.i18n.catalogue import set_command_prefix
from bot.slack.message_router import MessageRouter
from bot.slack.page_pictures import send_page
from bot.slack.page_pictures.page_renderer import PageRenderer
from bot.slack.page_pictures.send_page import PageSender
from bot.slack.people.factory import build_people
from bot.slack.qdrant_stores import Stores, open_stores
from bot.slack.questions import private_buttons
from bot.slack.questions.factory import build_questions
from bot.slack.running_tasks import RunningTasks
from bot.slack.unasked import not_helpful_button
from bot.slack.unasked.not_helpful_button import NotHelpfulHandler
from bot.slack.views.block_kit import DocumentLinks

if TYPE_CHECKING:
    from qdrant_client import QdrantClient
    from slack_bolt.async_app import AsyncApp

    from bot.settings import BotSettings
    from bot.slack.api.rate_limits import RateLimitedClient
    from bot.slack.people.factory import People
    from bot.slack.questions.answer_delivery import QuestionAnswerer
    from bot.slack.questions.factory import Questions


# What the manifest must subscribe to.
EVENTS = (*message_router.EVENTS, *home.EVENTS, *feedback.EVENTS, *workspace_events.EVENTS)


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
    _register_commands(bot, links, BareModel(questions.model_queue, answering))
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
    workspace_events.register(bot.app, people.directory, bot.token_suspicion)


def _register_buttons(bot: SlackBot, links: DocumentLinks) -> None:
    """Registers what people press below answers and messages."""
    client, users, stores, questions = bot.client, bot.people.users, bot.stores, bot.questions
    has_pages = bot.settings.page_pictures == "on"
    passages = PassageViewHandler(
        client, users, bot.people.access_directory, stores.passage_lookup, stores.served_documents, links, has_pages
    )
    votes = FeedbackHandler(client, users, questions.intake, stores.question_log, stores.vote_store)
    choose_question.register(bot.app, ChoiceHandler(client, users, questions.private, questions.edits))
    private_buttons.register(bot.app, questions.private, questions.sharing, bot.running_tasks)
    show_passage.register(bot.app, passages, bot.running_tasks)
    pages = PageSender(client, passages, PageRenderer(bot.settings.documents_dir) if has_pages else None)
    send_page.register(bot.app, pages, bot.running_tasks)
    more = MorePassagesHandler(client, users, bot.people.access_directory, stores.passage_lookup, links)
    more_passages.register(bot.app, more, bot.running_tasks)
    shortcut = MessageShortcut(client, users, questions.private, bot.running_tasks)
    message_shortcut.register(bot.app, shortcut, bot.running_tasks)
    by_reaction = ReactionVotes(bot.settings.reaction_votes == "on", questions.intake, votes, users)
    feedback.register(bot.app, votes, by_reaction, bot.running_tasks)
    not_helpful = NotHelpfulHandler(client, users, questions.intake, stores.vote_store)
    not_helpful_button.register(bot.app, not_helpful, bot.running_tasks)


def _register_commands(bot: SlackBot, links: DocumentLinks, bare_model: BareModel) -> None:
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
    comparing = CompareCommand(responder, users, access, gate, bare_model, bot.questions.delivery)
    compare.register(app, comparing, tasks)
    finder = GapFinder(stores.question_log, stores.vote_store, access, documents)
    gaps.register(app, GapReport(client, users, responder, gate, finder, links, bot.questions.unasked), tasks)
    listing = DocumentsCommand(people.admins, access, documents, links)
    # Bolt runs the first listener that fits, so the one for every command comes last.
    handler = CommandHandler(responder, people.admins, listing, reindex, confirmation, BindingCommand(gate, access))
    commands.register(app, handler, bot.questions.private, tasks)
