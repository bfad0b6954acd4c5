"""What the doors of the Slack edge are handed: answering, requests, ledger, holds, and where in Slack they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.slack.blocks import Links
from bot.slack.connection import web_client
from bot.slack.flights import Flights
from bot.slack.people import People
from bot.slack.shelf import Shelf
from knowledge.holds import Holds
from knowledge.ledger import Ledger
from knowledge.lookup import Lookup
from knowledge.requests import Requests

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from qdrant_client import QdrantClient
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.answering.answer import Event
    from bot.question import Question
    from bot.settings import BotSettings


class Answering(Protocol):
    """What answers questions. It knows no Slack."""

    def answer(self, question: Question) -> AsyncIterator[Event]:
        """Progress and words while it runs, then exactly one answer.

        Raises:
            ModelUnavailable: the model is away and there is nothing to say without it.
            IndexUnavailable: nothing can be searched.
        """
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a door may need."""

    client: AsyncWebClient
    answering: Answering
    requests: Requests
    ledger: Ledger
    holds: Holds
    lookup: Lookup
    people: People
    links: Links
    flights: Flights
    shelf: Shelf

    @classmethod
    def of(cls, settings: BotSettings, answering: Answering, qdrant: QdrantClient) -> Parts:
        """Build every part but answering, which is handed over."""
        client, prefix = web_client(settings), settings.collection
        return cls(
            client=client,
            answering=answering,
            requests=Requests(qdrant, prefix),
            ledger=Ledger(qdrant, prefix),
            holds=Holds(qdrant, prefix),
            lookup=Lookup(qdrant, prefix),
            people=People(client, settings.admins),
            links=Links(settings.document_url_template),
            flights=Flights(),
            shelf=Shelf(),
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A thread in Slack, and the person who is answered there."""

    team: str
    channel: str
    thread_ts: str
    user: str
