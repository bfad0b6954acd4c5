"""Reads with the code of today what was written before: all that these tests know of the product's modules."""

from __future__ import annotations

import json
import threading
from concurrent.futures import Future
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from bot.slack.replies.sharing import SharedAnswerStore
from ingestion.deletions import DeletionGuard, FolderMarker, MassDeletionLimit
from ingestion.reader_processes.pool import DocumentContent, PageRange, ReaderPool
from ingestion.rollout.rollout import IndexPlace, Rollout
from ingestion.scan.document_file import DocumentFile
from ingestion.settings import IngestionSettings
from ingestion.sync.reconciler import WatchedFolder
from knowledge.core.access import Audience
from knowledge.core.failures import failure_from_sentence
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.runtime.settings import Settings
from knowledge.storage.audit_log import AuditLog
from knowledge.storage.index_versions import IndexVersion, IndexVersions
from knowledge.storage.name_bindings import NameBindings
from knowledge.storage.passage_writer import PassageWriter
from knowledge.storage.question_log import QuestionLog, QuestionRecord, UsedPassage
from knowledge.storage.votes import Vote, VoteStore
from knowledge.storage.worker_requests import DeletionHolds, FolderProblem, FolderProblems, WorkerRequests

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
    search = PassageSearch(client, PREFIX, EmbeddingModel(Settings(ollama_url=ollama, embedding_model=model)))
    results = search.search_passages(question, Audience(frozenset(groups)), 5)
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
    holds = DeletionHolds(client, PREFIX, lambda: now)
    deletions = DeletionGuard(MassDeletionLimit(1, 20), FolderMarker(root, client, PREFIX), holds)
    serving = IndexVersions(client, PREFIX).get_serving_version()
    place = replace(IndexPlace.from_settings(settings, client), prefix=PREFIX)
    if serving and serving.recipe:
        place = replace(place, recipe=serving.recipe)  # as long as it is the same, nothing is read anew
    lanes = Rollout(settings, place, hands, threading.Event(), folder=WatchedFolder(root, deletions), clock=lambda: now)
    lanes.review_versions()
    summary = lanes.serving_worker.reconciler.run_pass()
    lanes.fill_version_embeddings(lanes.serving_worker)
    hands.close()
    return _plain(asdict(summary)), hands.read_paths


def taken_over(client: QdrantClient, now: float) -> dict[str, tuple[Json, Json, Json]]:
    """Each question that was left open, by its id: as it was, as it is claimed a minute later, and as it is closed."""
    journal = _journal(client, now + _A_MINUTE)
    questions = {}
    for entry in journal.list_abandoned_questions():
        taken = journal.claim_question(entry)
        closed = journal.close_question(taken, "answered", outcome="answered", messages=("1.0",)) if taken else None
        questions[entry.id] = (
            _plain(asdict(entry)),
            _plain(taken and asdict(taken)),
            _plain(closed and asdict(closed)),
        )
    return questions


class _NoHands(ReaderPool):
    """Reads nothing, and remembers what it was to read."""

    def __init__(self, settings: IngestionSettings) -> None:
        super().__init__(settings)
        self.read_paths: list[str] = []

    def submit_document(self, file: DocumentFile, pages: PageRange | None = None) -> Future[DocumentContent]:
        self.read_paths.append(file.name)
        unread: Future[DocumentContent] = Future()
        unread.set_exception(AssertionError(f"{file.name} is read anew"))
        return unread


def _builds(client: QdrantClient, _: float) -> object:
    builds = IndexVersions(client, PREFIX)
    serving = builds.get_serving_version()
    return {"serving": serving and serving.number, "all": [_build(one) for one in builds.list_index_versions()]}


def _build(build: IndexVersion) -> Json:
    fields = asdict(replace(build, config=None))
    return {**fields, "usual": fields.pop("typical_margin")}  # by the name under which it is stored


def _documents(client: QdrantClient, _: float) -> object:
    return {
        path: asdict(document)
        for path, document in IndexVersions(client, PREFIX).open_serving_ledger().list_documents().items()
    }


def _passages(client: QdrantClient, _: float) -> object:
    builds = IndexVersions(client, PREFIX)
    index = PassageWriter(
        client,
        PREFIX,
        EmbeddingModel(Settings(ollama_url=_NOBODY_ASKS)),
        builds.get_serving_version() or IndexVersion(),
    )
    editions, ledger = index.fetch_passage_inventory(), builds.open_serving_ledger().list_documents()
    return {
        path: {
            "whole": editions.matches_document(document),
            "guarded": editions.matches_audience(path, document.audience),
            "passages": [asdict(passage) for passage in index.get_document_passages(document)],
        }
        for path, document in ledger.items()
    }


def _requests(client: QdrantClient, now: float) -> object:
    requests = WorkerRequests(client, PREFIX, lambda: now)
    ids = [str(point.id) for point in client.scroll(f"{PREFIX}_requests", limit=1000)[0]]
    every = [request for id_ in ids if (request := requests.get_worker_request(id_))]
    return {
        "open": [asdict(one) for one in requests.list_open_requests()],
        "all": {one.id: asdict(one) for one in every},
    }


def _hold(client: QdrantClient, _: float) -> object:
    hold = DeletionHolds(client, PREFIX).get_deletion_hold()
    return hold and asdict(hold)


def _questions(client: QdrantClient, now: float) -> object:
    journal = _journal(client, now)
    entries: list[QuestionRecord] = sorted(journal.list_questions_since(0), key=lambda entry: entry.id)
    return {"all": {entry.id: asdict(entry) for entry in entries}, "open": [one.id for one in entries if one.is_open]}


def _journal(client: QdrantClient, now: float) -> QuestionLog:
    return replace(QuestionLog.open_question_log(client, PREFIX, is_single_process=False), clock=lambda: now)


def _votes(client: QdrantClient, now: float) -> object:
    questions = [entry.id for entry in _journal(client, now).list_questions_since(0)]
    return {vote.id: asdict(vote) for vote in VoteStore.open_vote_store(client, PREFIX, _DAYS).list_votes(questions)}


def _private(client: QdrantClient, now: float) -> object:
    return _answers(client, now)


def _answers(client: QdrantClient, now: float) -> dict[str, Json]:
    """Each answer as whoever asked for it takes it; it is given back."""
    shelf = replace(SharedAnswerStore.open_answer_store(client, PREFIX, _DAYS), clock=lambda: now)
    answers: dict[str, Json] = {}
    for point in client.scroll(f"{PREFIX}_private", limit=1000)[0]:
        name, user = str(point.id), str((point.payload or {})["user"])
        private = shelf.claim_private_answer(name, user)
        answers[name] = private and asdict(private)
        shelf.release_private_answer(name)
    return answers


def changed(client: QdrantClient, kind: str, now: float, folder: Path) -> None:
    """Read every record of a kind and write it again, changed, in each way that the product does."""
    CHANGES[kind](client, now, folder)


def _change_documents(client: QdrantClient, *_: object) -> None:
    ledger = IndexVersions(client, PREFIX).open_serving_ledger()
    ledger.save_documents(*(replace(one, attempts=7) for one in ledger.list_documents().values()))


def _change_requests(client: QdrantClient, now: float, _: Path) -> None:
    requests = WorkerRequests(client, PREFIX, lambda: now)
    for point in client.scroll(f"{PREFIX}_requests", limit=1000)[0]:
        request = requests.get_worker_request(str(point.id))
        assert request
        requests.update_worker_request(request, "running", done=7)


def _change_hold(client: QdrantClient, now: float, _: Path) -> None:
    holds = DeletionHolds(client, PREFIX, lambda: now)
    holds.confirm_held_deletions("U7")
    assert holds.hold_deletions(["a.md", "b.md"], 7, "unmounted").confirmed_by is None
    holds.mark_admins_notified()


def _change_bindings(client: QdrantClient, *_: object) -> None:
    bindings = NameBindings(client, PREFIX)
    bindings.add_bindings([replace(one, id="C7") for one in bindings.list_bindings()])


def _change_questions(client: QdrantClient, now: float, _: Path) -> None:
    journal = _journal(client, now)
    for question in journal.list_questions_since(0):
        claimed = journal.claim_question(question)
        noted = claimed and journal.update_question(claimed, state="answering", messages=("7.0",))
        assert noted
        journal.renew_leases()
        closed = journal.close_question(noted, "answered", outcome="answered")
        assert closed
        assert journal.stop_question(closed, "stopped")


def _change_votes(client: QdrantClient, now: float, _: Path) -> None:
    votes = VoteStore.open_vote_store(client, PREFIX, _DAYS)
    for vote in votes.list_votes([one.id for one in _journal(client, now).list_questions_since(0)]):
        votes.cast_vote(Vote(vote.question, vote.user, not vote.liked, passages=_of_today(vote.passages), at=now))


def _of_today(passages: tuple[UsedPassage, ...]) -> tuple[UsedPassage, ...]:
    return tuple(UsedPassage(one.id, one.path, one.page) for one in passages)


def _change_private(client: QdrantClient, now: float, _: Path) -> None:
    assert all(_answers(client, now).values())  # each is claimed and released


def _change_deeds(client: QdrantClient, now: float, _: Path) -> None:
    audit = AuditLog(client, PREFIX, clock=lambda: now)
    for entry in audit.list_audit_entries():
        audit.close_audit_entry(entry, "done", "7 documents")


def _change_troubles(client: QdrantClient, *_: object) -> None:
    problems = FolderProblems(client, PREFIX)
    known = [FolderProblem(one.folder, failure=one.failure) for one in problems.list_folder_problems()]
    problems.replace_folder_problems(
        [*known, FolderProblem("of today", failure=failure_from_sentence("Nobody sees it."))]
    )


def _change_builds(client: QdrantClient, now: float, _: Path) -> None:
    builds = IndexVersions(client, PREFIX)
    for build in builds.list_index_versions():
        builds.update_index_version(build, retired_at=now)


CHANGES: dict[str, Callable[[QdrantClient, float, Path], None]] = {
    "documents_2": _change_documents,
    "requests": _change_requests,
    "holds": _change_hold,
    "bindings": _change_bindings,
    "questions": _change_questions,
    "votes": _change_votes,
    "private": _change_private,
    "audit": _change_deeds,
    "troubles": _change_troubles,
    "anchor": lambda client, _, folder: FolderMarker(folder, client, PREFIX).write_marker(),
    "passages_2": _change_builds,
}
KINDS: dict[str, Callable[[QdrantClient, float], object]] = {
    "builds": _builds,
    "documents": _documents,
    "passages": _passages,
    "requests": _requests,
    "hold": _hold,
    "bindings": lambda client, _: {one.name: one.id for one in NameBindings(client, PREFIX).list_bindings()},
    "questions": _questions,
    "votes": _votes,
    "private": _private,
    "deeds": lambda client, now: [
        asdict(one) for one in AuditLog(client, PREFIX, clock=lambda: now).list_audit_entries()
    ],
    "troubles": lambda client, _: [asdict(one) for one in FolderProblems(client, PREFIX).list_folder_problems()],
}


def _plain(value: object) -> Json:
    return json.loads(json.dumps(value, default=sorted))  # sets in order, tuples as lists
