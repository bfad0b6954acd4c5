"""What the doors of the Slack edge are handed: answering, requests, ledger, holds, and where in Slack they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.api.client import BotIdentity, create_web_client
from bot.slack.api.tokens import TokenSuspicion
from bot.slack.handlers.file_placement import UploadFolder
from bot.slack.people.access import AccessDirectory
from bot.slack.people.admins import AdminGate, Admins
from bot.slack.people.directory import PublicChannels, SlackDirectory
from bot.slack.people.users import Users
from bot.slack.questions.running_tasks import RunningTasks
from bot.slack.questions.wiring import Questions, build_questions
from bot.slack.replies.answer_footer import AnswerFooter
from bot.slack.replies.shared_answers import SharedAnswerStore
from bot.slack.views.block_kit import DocumentLinks
from knowledge.retrieval.passage_lookup import PassageLookup
from knowledge.storage.audit_log import AuditLog
from knowledge.storage.index_versions import IndexVersions, ServedDocuments
from knowledge.storage.name_bindings import NameBindings
from knowledge.storage.question_log import QuestionLog, Retention
from knowledge.storage.votes import VoteStore
from knowledge.storage.worker_requests import DeletionHolds, FolderProblems, WorkerRequests

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

    from bot.settings import BotSettings
    from bot.slack.api.rate_limits import RateLimitedClient
    from bot.slack.events.follow_ups import FollowUps
    from bot.slack.questions.deliver import QuestionAnswerer


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Everything a door may need."""

    client: RateLimitedClient
    token_suspicion: TokenSuspicion
    identity: BotIdentity
    answering: QuestionAnswerer
    worker_requests: WorkerRequests
    index_versions: IndexVersions
    is_embedded: bool
    served_documents: ServedDocuments
    deletion_holds: DeletionHolds
    passage_lookup: PassageLookup
    users: Users
    admin_gate: AdminGate
    upload_folder: UploadFolder
    access_directory: AccessDirectory
    folder_problems: FolderProblems
    document_links: DocumentLinks
    running_tasks: RunningTasks
    shared_answers: SharedAnswerStore
    question_log: QuestionLog
    vote_store: VoteStore
    public_channels: PublicChannels
    questions: Questions
    follow_ups: FollowUps

    @classmethod
    def build_dependencies(
        cls, settings: BotSettings, answering: QuestionAnswerer, qdrant: QdrantClient
    ) -> Dependencies:
        """Build every part but answering, which is handed over."""
        client, prefix = create_web_client(settings), settings.collection
        keeping = Retention(settings.journal_days, (settings.catch_up_hours + 1) * 3600)
        journal = QuestionLog.open_question_log(
            qdrant,
            prefix,
            is_single_process=settings.qdrant_url is None,
            retention=keeping,
            call_timeout=0.0 if settings.qdrant_url is None else settings.qdrant_timeout,
        )
        builds, identity = IndexVersions(qdrant, prefix), BotIdentity(client)
        documents = ServedDocuments(builds)
        users, tasks, channels = Users(client), RunningTasks(), PublicChannels(client)
        access_directory = AccessDirectory(
            SlackDirectory(client),
            identity,
            documents,
            NameBindings(qdrant, prefix),
            guests=settings.guests_see_everyone,
        )
        lookup, links = PassageLookup(qdrant, prefix), DocumentLinks(settings.document_url_template)
        votes = VoteStore.open_vote_store(qdrant, prefix, settings.feedback_days)
        shared_answers = SharedAnswerStore.open_answer_store(qdrant, prefix, settings.journal_days)
        questions = build_questions(
            settings,
            answering,
            journal,
            shared_answers,
            AnswerFooter(documents, links, is_rated=votes.is_enabled),
            client=client,
            identity=identity,
            users=users,
            access_directory=access_directory,
            public_channels=channels,
            passage_lookup=lookup,
            tasks=tasks,
        )
        return cls(
            client=client,
            token_suspicion=TokenSuspicion(),
            identity=identity,
            answering=answering,
            worker_requests=WorkerRequests(qdrant, prefix),
            index_versions=builds,
            is_embedded=settings.qdrant_url is None,
            served_documents=documents,
            deletion_holds=DeletionHolds(qdrant, prefix),
            passage_lookup=lookup,
            users=users,
            upload_folder=UploadFolder(
                settings.documents_dir if settings.filing == "on" else None, settings.max_file_mb * 1_000_000
            ),
            admin_gate=AdminGate(Admins(client, settings.admins), AuditLog(qdrant, prefix, settings.audit_days)),
            access_directory=access_directory,
            folder_problems=FolderProblems(qdrant, prefix),
            document_links=links,
            running_tasks=tasks,
            shared_answers=shared_answers,
            question_log=journal,
            vote_store=votes,
            public_channels=channels,
            questions=questions,
            follow_ups=settings.follow_ups,
        )
