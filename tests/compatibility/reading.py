"""Reads with the code of today what was written before: all that these tests know of the product's modules."""

from __future__ import annotations

import json
import threading
from concurrent.futures import Future
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from bot.slack.replies.shared_answers import Shelf
from ingestion.deletions.folder_marker import Anchor
from ingestion.deletions.guard import Deletions
from ingestion.deletions.mass_deletion import Brake
from ingestion.parsing.pool import Content, Hands, Pages
from ingestion.rollout.rollout import Lanes
from ingestion.settings import IngestionSettings
from knowledge.core.access import Audience
from knowledge.embeddings.embedding_model import Meaning
from knowledge.retrieval.search import Search
from knowledge.runtime.settings import Settings
from knowledge.storage.audit_log import Audit
from knowledge.storage.folder_problems import Troubles
from knowledge.storage.held_deletions import Holds
from knowledge.storage.index_versions import Build, Builds
from knowledge.storage.name_bindings import Bindings
from knowledge.storage.passage_writer import Index
from knowledge.storage.question_log import Entry, Journal
from knowledge.storage.votes import Votes
from knowledge.storage.worker_requests import Requests

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from qdrant_client import QdrantClient

    from tests.compatibility.dumps import Json

PREFIX = "souffleur"
_NOBODY_ASKS = "http://127.0.0.1:9"
_DAYS = 30.0
_A_MINUTE = 60.0


def told(client: QdrantClient, now: float) -> dict[str, Json]:
    """Everything that stands beside the index, as it is read at the moment `now`, by what it is."""
    return {kind: _plain(read(client, now)) for kind, read in KINDS.items()}


def found(client: QdrantClient, ollama: str, model: str, question: str, groups: Sequence[str]) -> list[Json]:
    """What a question finds on behalf of these groups, best first: where, what, and for whom that is.

    Raises:
        AssertionError: meaning was not searched.
    """
    search = Search(client, PREFIX, Meaning(Settings(ollama_url=ollama, embedding_model=model)))
    results = search.find(question, Audience(frozenset(groups)), 5)
    assert results.degraded is None, results.degraded
    return [
        _plain(
            {
                "paths": sorted(passage.path for passage in (one.passage, *one.copies)),
                "text": one.passage.excerpt.text,
                "audience": one.passage.audience,
            }
        )
        for one in results.found
    ]


def passed_over(client: QdrantClient, root: Path, ollama: str, model: str, now: float) -> tuple[Json, list[str]]:
    """What a worker's pass over the folder says, with the vectors that are wanted after it, and what it read."""
    settings = IngestionSettings(documents_dir=root, ollama_url=ollama, embedding_model=model, quiet_seconds=0)
    hands = _NoHands(settings)
    holds = Holds(client, PREFIX, lambda: now)
    deletions = Deletions(Brake(1, 20), Anchor(root, client, PREFIX), holds)
    serving = Builds(client, PREFIX).serving()
    lanes = Lanes(
        settings,
        client,
        hands,
        threading.Event(),
        deletions=deletions,
        clock=lambda: now,
        recipe=serving.recipe if serving else None,  # as long as it is the same, nothing is read anew
        prefix=PREFIX,
    )
    lanes.review()
    summary = lanes.serving.worker.run_pass()
    lanes.enrich(lanes.serving)
    hands.close()
    return _plain(asdict(summary)), hands.read_paths


def taken_over(client: QdrantClient, now: float) -> dict[str, tuple[Json, Json, Json]]:
    """Each question that was left open, by its id: as it was, as it is claimed a minute later, and as it is closed."""
    journal = _journal(client, now + _A_MINUTE)
    questions = {}
    for entry in journal.abandoned():
        taken = journal.take(entry)
        closed = journal.close(taken, "answered", outcome="answered", messages=("1.0",)) if taken else None
        questions[entry.id] = (
            _plain(asdict(entry)),
            _plain(taken and asdict(taken)),
            _plain(closed and asdict(closed)),
        )
    return questions


class _NoHands(Hands):
    """Reads nothing, and remembers what it was to read."""

    def __init__(self, settings: IngestionSettings) -> None:
        super().__init__(settings)
        self.read_paths: list[str] = []

    def read(self, path: Path, pages: Pages | None = None) -> Future[Content]:
        self.read_paths.append(path.name)
        unread: Future[Content] = Future()
        unread.set_exception(AssertionError(f"{path.name} is read anew"))
        return unread


def _builds(client: QdrantClient, _: float) -> object:
    builds = Builds(client, PREFIX)
    serving = builds.serving()
    return {"serving": serving and serving.number, "all": [_build(one) for one in builds.all()]}


def _build(build: Build) -> Json:
    return asdict(replace(build, config=None))


def _documents(client: QdrantClient, _: float) -> object:
    return {path: asdict(document) for path, document in Builds(client, PREFIX).ledger().all().items()}


def _passages(client: QdrantClient, _: float) -> object:
    builds = Builds(client, PREFIX)
    index = Index(client, PREFIX, Meaning(Settings(ollama_url=_NOBODY_ASKS)), builds.serving() or Build())
    editions, ledger = index.editions(), builds.ledger().all()
    return {
        path: {
            "whole": editions.holds(document),
            "guarded": editions.guards(path, document.audience),
            "passages": [asdict(passage) for passage in index.passages(document)],
        }
        for path, document in ledger.items()
    }


def _requests(client: QdrantClient, now: float) -> object:
    requests = Requests(client, PREFIX, lambda: now)
    ids = [str(point.id) for point in client.scroll(f"{PREFIX}_requests", limit=1000)[0]]
    every = [request for id_ in ids if (request := requests.get(id_))]
    return {"open": [asdict(one) for one in requests.open()], "all": {one.id: asdict(one) for one in every}}


def _hold(client: QdrantClient, _: float) -> object:
    hold = Holds(client, PREFIX).get()
    return hold and asdict(hold)


def _questions(client: QdrantClient, now: float) -> object:
    journal = _journal(client, now)
    entries: list[Entry] = sorted(journal.since(0), key=lambda entry: entry.id)
    return {"all": {entry.id: asdict(entry) for entry in entries}, "open": [one.id for one in entries if one.open]}


def _journal(client: QdrantClient, now: float) -> Journal:
    return replace(Journal.of(client, PREFIX, alone=False), clock=lambda: now)


def _votes(client: QdrantClient, now: float) -> object:
    questions = [entry.id for entry in _journal(client, now).since(0)]
    return {vote.id: asdict(vote) for vote in Votes.of(client, PREFIX, _DAYS).on(questions)}


def _private(client: QdrantClient, now: float) -> object:
    """Each answer as whoever asked for it takes it; it is given back."""
    shelf = replace(Shelf.of(client, PREFIX, _DAYS), clock=lambda: now)
    answers = {}
    for point in client.scroll(f"{PREFIX}_private", limit=1000)[0]:
        name, user = str(point.id), str((point.payload or {})["user"])
        private = shelf.take(name, user)
        answers[name] = private and asdict(private)
        shelf.give_back(name)
    return answers


KINDS: dict[str, Callable[[QdrantClient, float], object]] = {
    "builds": _builds,
    "documents": _documents,
    "passages": _passages,
    "requests": _requests,
    "hold": _hold,
    "bindings": lambda client, _: Bindings(client, PREFIX).all(),
    "questions": _questions,
    "votes": _votes,
    "private": _private,
    "deeds": lambda client, now: [asdict(one) for one in Audit(client, PREFIX, clock=lambda: now).latest()],
    "troubles": lambda client, _: [asdict(one) for one in Troubles(client, PREFIX).all()],
}


def _plain(value: object) -> Json:
    return json.loads(json.dumps(value, default=sorted))  # sets in order, tuples as lists
