"""Opens all that the bot reads or keeps in Qdrant, each part once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.people.member_list import StoredPeople
from bot.slack.replies.sharing import SharedAnswerStore
from knowledge.retrieval.passage_lookup import PassageLookup
from knowledge.storage.audit_log import AuditLog
from knowledge.storage.index_versions import IndexVersions, ServedDocuments
from knowledge.storage.name_bindings import NameBindings
from knowledge.storage.question_log import QuestionLog, Retention
from knowledge.storage.record_repository import Repository
from knowledge.storage.votes import VoteStore
from knowledge.storage.worker_requests import DeletionHolds, FolderProblems, WorkerRequests

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

    from bot.settings import BotSettings


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
