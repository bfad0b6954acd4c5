"""Builds what the handlers use, each part once: stores in Qdrant, what is known of people, the life of questions."""

from __future__ import annotations

from dataclasses import dataclass

from qdrant_client import QdrantClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import BotSettings
from bot.slack.api.client import BotIdentity
from bot.slack.api.rate_limits import RateLimitedClient
from bot.slack.events.thread_context import ThreadContext
from bot.slack.events.thread_follow_ups import ThreadFollowUps
from bot.slack.handlers.answer_buttons import AnswerSharing
from bot.slack.message_router import AwayNotices, MessageHandler
from bot.slack.people.access import AccessDirectory
from bot.slack.people.admins import AdminGate, Admins
from bot.slack.people.directory import SlackDirectory
from bot.slack.people.member_list import MemberList, StoredPeople
from bot.slack.people.users import Users
from bot.slack.questions.answer_delivery import AnswerDelivery, QuestionAnswerer
from bot.slack.questions.catch_up import CatchUp
from bot.slack.questions.claimed_question import RunningQuestions
from bot.slack.questions.edits_and_stops import QuestionEdits
from bot.slack.questions.intake import QuestionIntake
from bot.slack.questions.model_queue import ModelQueue
from bot.slack.questions.private_answer import PrivateAnswers, PrivateQuestions, WiderSearch
from bot.slack.questions.question_job import QuestionJobs
from bot.slack.questions.recovery import ClaimRenewal, QuestionRecovery
from bot.slack.questions.thread_answer import ThreadAnswers, ThreadReaders
from bot.slack.questions.unasked_pauses import ChannelPauses
from bot.slack.questions.unasked_questions import SureSearch, UnaskedPlaces, UnaskedQuestions
from bot.slack.replies.answer_footer import AnswerFooter
from bot.slack.replies.sharing import ChannelSharing, SharedAnswerStore
from bot.slack.replies.working_status import AgentSessions, WaitingMark
from bot.slack.running_tasks import RunningTasks
from bot.slack.views.block_kit import DocumentLinks
from knowledge.retrieval.passage_lookup import PassageLookup
from knowledge.storage.audit_log import AuditLog
from knowledge.storage.index_versions import IndexVersions, ServedDocuments
from knowledge.storage.name_bindings import NameBindings
from knowledge.storage.question_log import QuestionLog, Retention
from knowledge.storage.record_repository import Repository
from knowledge.storage.votes import VoteStore
from knowledge.storage.worker_requests import DeletionHolds, FolderProblems, WorkerRequests


@dataclass(frozen=True, slots=True)
class Stores:
    """What is kept in Qdrant. Only the factory holds them all: each other class gets those that it uses."""

    index_versions: IndexVersions
    served_documents: ServedDocuments
    passage_lookup: PassageLookup
    folder_problems: FolderProblems
    deletion_holds: DeletionHolds
    worker_requests: WorkerRequests
    name_bindings: NameBindings
    audit_log: AuditLog
    question_log: QuestionLog
    vote_store: VoteStore
    shared_answers: SharedAnswerStore
    people: Repository[StoredPeople]


def open_stores(settings: BotSettings, qdrant: QdrantClient) -> Stores:
    """Opens every store over one Qdrant client."""
    prefix, is_embedded = settings.collection, settings.qdrant_url is None
    index_versions = IndexVersions(qdrant, prefix)
    question_log = QuestionLog.open_question_log(
        qdrant,
        prefix,
        is_single_process=is_embedded,
        retention=Retention(settings.journal_days, (settings.catch_up_hours + 1) * 3600),
        call_timeout=0.0 if is_embedded else settings.qdrant_timeout,
    )
    return Stores(
        index_versions=index_versions,
        served_documents=ServedDocuments(index_versions),
        passage_lookup=PassageLookup(qdrant, prefix),
        folder_problems=FolderProblems(qdrant, prefix),
        deletion_holds=DeletionHolds(qdrant, prefix),
        worker_requests=WorkerRequests(qdrant, prefix),
        name_bindings=NameBindings(qdrant, prefix),
        audit_log=AuditLog(qdrant, prefix, settings.audit_days),
        question_log=question_log,
        vote_store=VoteStore.open_vote_store(qdrant, prefix, settings.feedback_days),
        shared_answers=SharedAnswerStore.open_answer_store(qdrant, prefix, settings.journal_days),
        people=Repository(qdrant, f"{prefix}_people", StoredPeople),
    )


@dataclass(frozen=True, slots=True)
class People:
    """What is known of people. Only the factory holds it all: each other class gets what it uses."""

    identity: BotIdentity
    users: Users
    directory: SlackDirectory
    access_directory: AccessDirectory
    admins: Admins
    admin_gate: AdminGate


def build_people(settings: BotSettings, client: AsyncWebClient, stores: Stores) -> People:
    """Builds each part once: all of them remember what Slack told."""
    identity = BotIdentity(client)
    directory = SlackDirectory(client, member_list=MemberList(client, stores.people))
    access = AccessDirectory(
        directory, identity, stores.served_documents, stores.name_bindings, guests=settings.guests_see_everyone
    )
    admins = Admins(client, settings.admins)
    return People(
        identity=identity,
        users=Users(client),
        directory=directory,
        access_directory=access,
        admins=admins,
        admin_gate=AdminGate(admins, stores.audit_log),
    )


@dataclass(frozen=True, slots=True)
class Questions:
    """What the rest of the Slack side calls of the questions' life."""

    intake: QuestionIntake
    running: RunningQuestions
    delivery: AnswerDelivery
    answers: QuestionJobs
    messages: MessageHandler
    edits: QuestionEdits
    private: PrivateQuestions
    sharing: AnswerSharing
    renewal: ClaimRenewal
    recovery: QuestionRecovery
    catch_up: CatchUp
    unasked: UnaskedQuestions


def build_questions(
    settings: BotSettings,
    answering: QuestionAnswerer,
    client: RateLimitedClient,
    stores: Stores,
    people: People,
    tasks: RunningTasks,
) -> Questions:
    """Build every part of the questions' life once."""
    identity, users, access_directory = people.identity, people.users, people.access_directory
    intake, running = QuestionIntake(stores.question_log), RunningQuestions(tasks)
    model_queue, sessions = ModelQueue(settings.chat_parallel), AgentSessions(client)
    links = DocumentLinks(settings.document_url_template)
    footer = AnswerFooter(stores.served_documents, links, is_rated=stores.vote_store.is_enabled)
    delivery = AnswerDelivery(model_queue, answering, footer)
    context = ThreadContext(client, identity, intake, stores.passage_lookup)
    waiting_mark = WaitingMark(client, tasks, settings.waiting_emoji)
    wider_search = WiderSearch(client.rate_limiter, access_directory, stores.passage_lookup)
    readers = ThreadReaders(access_directory, wider_search)
    pauses = ChannelPauses(intake, stores.vote_store)
    in_thread = ThreadAnswers(client, users, readers, sessions, context, waiting_mark, pauses)
    in_private = PrivateAnswers(client, users, access_directory, stores.shared_answers, intake)
    answers = QuestionJobs(intake, running, delivery, in_thread, in_private)
    renewal = ClaimRenewal(stores.question_log)
    places = UnaskedPlaces(settings.answer_unasked, settings.answer_unasked_after)
    sure_search = SureSearch(access_directory, answering)
    unasked = UnaskedQuestions(places, sure_search, pauses, context, intake, answers, tasks)
    follow_ups, away_notices = ThreadFollowUps(client, identity, intake), AwayNotices(client, users, sessions, tasks)
    messages = MessageHandler(identity, intake, answers, follow_ups, away_notices, unasked)
    in_channel = ChannelSharing(client, access_directory, stores.passage_lookup, footer)
    return Questions(
        intake=intake,
        running=running,
        delivery=delivery,
        answers=answers,
        messages=messages,
        edits=QuestionEdits(identity, intake, running, answers, sessions, stores.shared_answers),
        private=PrivateQuestions(client, identity, users, intake, answers, tasks),
        sharing=AnswerSharing(client, users, stores.shared_answers, intake, in_channel),
        renewal=renewal,
        recovery=QuestionRecovery(intake, running, answers, renewal, settings.catch_up_hours),
        catch_up=CatchUp(client, identity, intake, messages, settings.catch_up_hours),
        unasked=unasked,
    )
