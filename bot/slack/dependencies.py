"""What the doors of the Slack edge are handed: answering, requests, ledger, holds, and where in Slack they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.slack.api.client import Identity, web_client
from bot.slack.api.tokens import Doubt
from bot.slack.handlers.file_placement import Room
from bot.slack.people.access import Audiences
from bot.slack.people.admin_gate import Doorkeeper
from bot.slack.people.admins import Admins
from bot.slack.people.directory import Directory
from bot.slack.people.public_channels import Rooms
from bot.slack.people.users import People
from bot.slack.questions.agent_session import Sessions
from bot.slack.questions.intake import Intake
from bot.slack.questions.model_queue import Turns
from bot.slack.questions.running_tasks import Flights
from bot.slack.replies.shared_answers import Shelf
from bot.slack.views.block_kit import Links
from knowledge.retrieval.passage_lookup import Lookup
from knowledge.storage.audit_log import Audit
from knowledge.storage.folder_problems import Troubles
from knowledge.storage.held_deletions import Holds
from knowledge.storage.index_versions import Builds, Documents
from knowledge.storage.name_bindings import Bindings
from knowledge.storage.question_log import Journal, Keeping
from knowledge.storage.votes import Votes
from knowledge.storage.worker_requests import Requests

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from qdrant_client import QdrantClient

    from bot.answering.answer import Event, Words
    from bot.answering.question import Question
    from bot.settings import BotSettings
    from bot.slack.api.rate_limits import PacedClient
    from bot.slack.events.follow_ups import FollowUps


class Answering(Protocol):
    """What answers questions. It knows no Slack."""

    def answer(self, question: Question) -> AsyncIterator[Event]:
        """Progress and words while it runs, then exactly one answer.

        Raises:
            ModelUnavailable: the model is away and there is nothing to say without it.
            IndexUnavailable: nothing can be searched.
        """
        ...

    def bare(self, text: str) -> AsyncIterator[Words]:
        """The model's own words on a question, without any document.

        Raises:
            ModelUnavailable: the model is away.
        """
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a door may need."""

    client: PacedClient
    doubt: Doubt
    identity: Identity
    answering: Answering
    requests: Requests
    builds: Builds
    embedded: bool
    ledger: Documents
    holds: Holds
    lookup: Lookup
    people: People
    doorkeeper: Doorkeeper
    room: Room
    audiences: Audiences
    troubles: Troubles
    links: Links
    flights: Flights
    shelf: Shelf
    turns: Turns
    sessions: Sessions
    journal: Journal
    votes: Votes
    rooms: Rooms
    intake: Intake
    follow_ups: FollowUps

    @classmethod
    def of(cls, settings: BotSettings, answering: Answering, qdrant: QdrantClient) -> Parts:
        """Build every part but answering, which is handed over."""
        client, prefix = web_client(settings), settings.collection
        keeping = Keeping(settings.journal_days, (settings.catch_up_hours + 1) * 3600)
        journal = Journal.of(qdrant, prefix, alone=settings.qdrant_url is None, keeping=keeping)
        builds, identity = Builds(qdrant, prefix), Identity(client)
        documents = Documents(builds)
        return cls(
            client=client,
            doubt=Doubt(),
            identity=identity,
            answering=answering,
            requests=Requests(qdrant, prefix),
            builds=builds,
            embedded=settings.qdrant_url is None,
            ledger=documents,
            holds=Holds(qdrant, prefix),
            lookup=Lookup(qdrant, prefix),
            people=People(client),
            room=Room(settings.documents_dir if settings.filing == "on" else None, settings.max_file_mb * 1_000_000),
            doorkeeper=Doorkeeper(Admins(client, settings.admins), Audit(qdrant, prefix, settings.audit_days)),
            audiences=Audiences(
                Directory(client), identity, documents, Bindings(qdrant, prefix), guests=settings.guests_see_everyone
            ),
            troubles=Troubles(qdrant, prefix),
            links=Links(settings.document_url_template),
            flights=Flights(),
            shelf=Shelf.of(qdrant, prefix, settings.journal_days),
            turns=Turns(settings.chat_parallel),
            sessions=Sessions(client),
            journal=journal,
            votes=Votes.of(qdrant, prefix, settings.feedback_days),
            rooms=Rooms(client),
            intake=Intake(journal),
            follow_ups=settings.follow_ups,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A thread in Slack, and the person who is answered there."""

    team: str
    channel: str
    thread_ts: str
    user: str
