"""Makes the index equal the folder, one pass at a time: looks, asks the plan, has its operations carried out."""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from ingestion.access.apply import Guarding
from ingestion.readers.chunking import PIPELINE
from ingestion.scan.folder_scan import Look, content_hash, glance, look
from ingestion.scan.planner import Forget, Keep, Operation, plan, still_moving, to_hash
from ingestion.scan.scan_cache import Trust
from ingestion.sync.document_operations import Operations
from ingestion.sync.executor import Going, Nobody, Walk, Watcher
from ingestion.sync.ledger_cache import Books
from knowledge.core.documents import SEARCHABLE, Document, State, document_id
from knowledge.core.failures import BusyDocument, VanishedDocument
from knowledge.storage.worker_requests import Failure

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection
    from pathlib import Path

    from ingestion.access.policy import Access
    from ingestion.parsing.pool import Hands
    from ingestion.rollout.reuse import Elder
    from knowledge.storage.document_ledger import Ledger
    from knowledge.storage.editions import Editions
    from knowledge.storage.folder_problems import Troubles
    from knowledge.storage.passage_writer import Index

log = logging.getLogger(__name__)

_FEW = 20  # documents: before more are written, one look at the whole index costs less than one for each of them


class Permits(Protocol):
    """Who says whether documents may be forgotten now."""

    def let_through(self, missing: Collection[str], known: int, *, empty: bool) -> bool:
        """Whether the documents `missing`, of `known`, may be forgotten. `empty`: the folder holds no file."""

    def settle(self) -> None:
        """A pass ended that held nothing back."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a pass did, in numbers of documents; passages in the index; seconds.

    `failed` names, with reasons, every file of the folder that cannot be asked about as it is, whether this pass
    tried it or an earlier one did, and what could not be looked at. `waiting` counts files that still change: the
    next pass takes them. `held` counts documents whose deletion waits for a confirmation. `left` counts operations
    that were not begun, because the pass was asked to pause.
    """

    documents: int
    indexed: int
    unchanged: int
    moved: int
    deleted: int
    failed: tuple[Failure, ...]
    passages: int
    seconds: float
    waiting: int = 0
    held: int = 0
    left: int = 0

    @property
    def changed(self) -> bool:
        """Whether the pass changed the index."""
        return bool(self.indexed or self.moved or self.deleted)


class Worker:
    """Makes the index equal the folder at `root`. Once `stop` is set, a pass ends after the document in hand.

    Within `trust_seconds` of a pass that left nothing to do, a folder that has not changed since is left alone, and
    the ledger is taken from memory; then, and after every failure, index, ledger and folder are compared anew.

    What is read is written down as read by `pipeline`. With an `elder`, this worker fills a build that is to take the
    elder's place, and spares itself what that one knows.
    """

    def __init__(
        self,
        root: Path,
        index: Index,
        ledger: Ledger,
        hands: Hands,
        stop: threading.Event,
        clock: Callable[[], float] = time.time,
        *,
        deletions: Permits | None = None,
        trust_seconds: float = 0,
        pipeline: str = PIPELINE,
        elder: Elder | None = None,
        troubles: Troubles | None = None,
    ) -> None:
        self._stop = stop
        self._root = root
        self._index = index
        self._clock = clock
        self._hands = hands
        self._deletions = deletions
        self._trust = Trust(trust_seconds)
        self._reported: dict[str, str] = {}
        self._pipeline = pipeline
        self._elder = elder
        self.books = Books(ledger, pipeline)
        self._operations = Operations(root, index, self.books, hands, clock, elder)
        self._guarding = Guarding(root, self._operations, troubles)

    @property
    def reading_trouble(self) -> str | None:
        """Why no document can be read, in a sentence; None where all is well."""
        return self._hands.trouble

    def distrust(self) -> None:
        """Let the next pass compare index, ledger and folder anew."""
        self._trust.begin()

    def run_pass(
        self,
        watcher: Watcher | None = None,
        *,
        quiet_seconds: float = 0,
        forced: Callable[[str], bool] | None = None,
        pause: Callable[[], bool] | None = None,
    ) -> Summary:
        """Look at the folder once and bring the index to it. Documents for which `forced` holds are read anew.

        Once `pause` says so, what is being read is finished, and nothing more is begun.

        Raises:
            IndexUnavailable: Qdrant failed; what was done stands, the rest is done by the next pass.
        """
        started = time.monotonic()
        glanced = glance(self._root)
        last = None if forced else self._trust.unchanged(glanced)
        if last is not None:
            return replace(last, seconds=round(time.monotonic() - started, 3))
        trusted = self._trust.begin()
        going = Going(watcher or Nobody(), self._stop, pause or _never)
        summary = self._full_pass(going, quiet_seconds, forced or _nothing, started, trusted=trusted)
        unfinished = self._stop.is_set() or summary.left or summary.waiting or summary.held or self._retries()
        self._trust.end(glanced, summary, settled=not unfinished)
        return summary

    def _full_pass(
        self, going: Going, quiet_seconds: float, forced: Callable[[str], bool], started: float, *, trusted: bool
    ) -> Summary:
        now, everything = self._clock(), look(self._root)
        self._report(everything)
        ledger, held = self._compared(trusted=trusted)
        access, ledger = self._guarding.begin(everything, ledger, held, now, quiet_seconds)
        seen = access.admitted(everything)
        moving = still_moving(seen, now, quiet_seconds) | (access.kept_out if access.settling else frozenset())
        rested = replace(seen, files={path: print_ for path, print_ in seen.files.items() if path not in moving})
        known = {path: d for path, d in ledger.items() if path not in moving and _is_held(d, held)}
        relabelled = access.relabelled(ledger)
        again = frozenset(path for path in rested.files if path in relabelled or forced(path))
        hashes = self._hashes(to_hash(rested, known, self._pipeline, now, again), rested, ledger, access)
        strays = {*(held.by_path if held else ()), *ledger} - known.keys() - moving
        operations = plan(rested, hashes, known, self._pipeline, now=now, strays=strays, forced=again)
        operations, ledger = self._guarding.along(operations, access, ledger, seen.files, moving)
        operations, waiting = self._braked(operations, ledger, access, empty=not everything.files)
        if trusted and sum(not isinstance(operation, Keep) for operation in operations) > _FEW:
            self._index.editions()
        work = Walk(self._operations, ledger, hashes, rested, access, going, self._hands, self._pipeline, now)
        counts = work.carry_out(operations)
        if self._deletions and not waiting and seen.complete and not self._stop.is_set():
            self._deletions.settle()
        return self._summary(counts, seen, len(moving) + access.settling, waiting, time.monotonic() - started)

    def _compared(self, *, trusted: bool) -> tuple[dict[str, Document], Editions | None]:
        """The ledger, and what the index holds; from memory, and None, where both were compared a moment ago.

        The ledger as it stands now: what is written to it during the pass must not change the plan's grounds.
        """
        if trusted:
            self._index.doubt()
            return dict(self.books.all()), None
        self._index.prepare()
        self.books.reload()
        return dict(self.books.all()), self._index.editions()

    def _braked(
        self, operations: list[Operation], ledger: dict[str, Document], access: Access, *, empty: bool
    ) -> tuple[list[Operation], int]:
        """The operations without the deletions that must wait, and how many those are. What is kept out never waits."""
        missing = {one.path for one in operations if isinstance(one, Forget) and one.path not in access.kept_out}
        known = sorted(missing & ledger.keys())
        if self._deletions is None or self._deletions.let_through(known, len(ledger), empty=empty):
            return operations, 0
        return [one for one in operations if not (isinstance(one, Forget) and one.path in missing)], len(known)

    def _retries(self) -> bool:
        """Whether a document is to be tried again."""
        return len(self.books.settled) < len(self.books.all())

    def _hashes(self, paths: list[str], seen: Look, ledger: dict[str, Document], access: Access) -> dict[str, str]:
        hashes = {}
        for path in paths:
            if self._stop.is_set():
                break
            try:
                known = self._elder.sha256(path, seen.files[path]) if self._elder else None
                hashes[path] = known or content_hash(self._root / path)
            except VanishedDocument:
                log.info("vanished after it was seen, the next look tells: document=%s", document_id(path))
            except BusyDocument as error:
                unread = Document(path, seen.files[path], "", "", 0, State.READING, audience=access.audiences[path])
                document = replace(ledger.get(path, unread), fingerprint=seen.files[path], pipeline=self._pipeline)
                document = replace(document, label=access.labels[path])
                self._operations.fail(document, str(error), passes=True)
        return hashes

    def _report(self, seen: Look) -> None:
        """Log what could not be seen, once each."""
        trouble = {**seen.unseen, **seen.unnamed}
        for path, reason in trouble.items():
            if self._reported.get(path) != reason:
                kept = "nothing is deleted until it is seen" if path in seen.unseen else "it is left out"
                log.warning("not seen, %s: path=%s reason=%s", kept, path, reason)
        self._reported = trouble

    def _summary(self, counts: Counter[str], seen: Look, waiting: int, held: int, seconds: float) -> Summary:
        ledger = self.books.all().values()
        failed = [Failure(d.path, d.reason or "") for d in ledger if d.state is State.FAILED and d.path in seen.files]
        failed += [Failure(path, f"{path} {reason}.") for path, reason in {**seen.unseen, **seen.unnamed}.items()]
        failed += [Failure(trouble.folder, trouble.reason) for trouble in self._guarding.troubles]
        return Summary(
            documents=len(seen.files),
            indexed=counts["indexed"],
            unchanged=counts["unchanged"],
            moved=counts["moved"],
            deleted=counts["deleted"],
            failed=tuple(sorted(failed, key=lambda failure: failure.path)),
            passages=sum(document.passages for document in ledger if document.state in SEARCHABLE),
            seconds=round(seconds, 3),
            waiting=waiting,
            held=held,
            left=counts["left"],
        )


def _never() -> bool:
    return False


def _nothing(_: str) -> bool:
    return False


def _is_held(document: Document, held: Editions | None) -> bool:
    """Whether the index has what the ledger tells of, and nothing else: a write may have been lost, or come late.

    While a document is read, or fails for a reason that passes, the ledger does not tell.
    """
    unsure = document.state is State.READING or document.retry_at is not None
    return held is None or unsure or held.holds(document)
