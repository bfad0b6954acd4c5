"""Makes the index equal the folder, one pass at a time: looks, asks the plan, has its operations carried out."""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from ingestion.access.apply import AccessApplier
from ingestion.readers.chunking import PIPELINE_VERSION
from ingestion.scan.folder_scan import FolderScan, compute_content_hash, compute_folder_checksum, scan_folder
from ingestion.scan.planner import (
    ForgetDocument,
    KeepDocument,
    Operation,
    find_unsettled_files,
    plan_operations,
    select_files_to_hash,
)
from ingestion.scan.scan_cache import ScanCache
from ingestion.sync.document_operations import DocumentOperations
from ingestion.sync.executor import PassControl, PlanExecutor, ProgressListener, SilentListener
from ingestion.sync.ledger_cache import LedgerCache
from knowledge.core.documents import SEARCHABLE_STATES, Document, DocumentState, make_document_id
from knowledge.core.failures import BusyDocument, VanishedDocument
from knowledge.storage.worker_requests import FileFailure

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection
    from pathlib import Path

    from ingestion.access.policy import AccessPolicy
    from ingestion.parsing.pool import ReaderPool
    from ingestion.rollout.reuse import PreviousVersion
    from knowledge.storage.document_ledger import DocumentLedger
    from knowledge.storage.inventory import PassageInventory
    from knowledge.storage.passage_writer import PassageWriter
    from knowledge.storage.worker_requests import FolderProblems

log = logging.getLogger(__name__)

_FEW_DOCUMENTS = (
    20  # documents: before more are written, one look at the whole index costs less than one for each of them
)


class DeletionPermits(Protocol):
    """Who says whether documents may be forgotten now."""

    def allow_deletions(self, missing: Collection[str], known: int, *, empty: bool) -> bool:
        """Whether the documents `missing`, of `known`, may be forgotten. `empty`: the folder holds no file."""

    def record_clean_pass(self) -> None:
        """A pass ended that held nothing back."""


@dataclass(frozen=True, slots=True)
class PassSummary:
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
    failed: tuple[FileFailure, ...]
    passages: int
    seconds: float
    waiting: int = 0
    held: int = 0
    left: int = 0

    @property
    def has_changes(self) -> bool:
        """Whether the pass changed the index."""
        return bool(self.indexed or self.moved or self.deleted)


class Reconciler:
    """Makes the index equal the folder at `root`. Once `stop` is set, a pass ends after the document in hand.

    Within `trust_seconds` of a pass that left nothing to do, a folder that has not changed since is left alone, and
    the ledger is taken from memory; then, and after every failure, index, ledger and folder are compared anew.

    What is read is written down as read by `pipeline`. With an `elder`, this worker fills a build that is to take the
    elder's place, and spares itself what that one knows.
    """

    def __init__(
        self,
        root: Path,
        index: PassageWriter,
        ledger: DocumentLedger,
        reader_pool: ReaderPool,
        stop: threading.Event,
        clock: Callable[[], float] = time.time,
        *,
        deletions: DeletionPermits | None = None,
        scan_cache_seconds: float = 0,
        pipeline: str = PIPELINE_VERSION,
        previous: PreviousVersion | None = None,
        folder_problems: FolderProblems | None = None,
    ) -> None:
        self._stop = stop
        self._root = root
        self._index = index
        self._clock = clock
        self._reader_pool = reader_pool
        self._deletions = deletions
        self._scan_cache = ScanCache(scan_cache_seconds)
        self._reported_problems: dict[str, str] = {}
        self._pipeline = pipeline
        self._previous = previous
        self.ledger_cache = LedgerCache(ledger, pipeline)
        self._operations = DocumentOperations(root, index, self.ledger_cache, reader_pool, clock, previous)
        self._access_applier = AccessApplier(root, self._operations, folder_problems)

    @property
    def reading_problem(self) -> str | None:
        """Why no document can be read, in a sentence; None where all is well."""
        return self._reader_pool.reading_problem

    def expire_scan_cache(self) -> None:
        """Let the next pass compare index, ledger and folder anew."""
        self._scan_cache.begin_pass()

    def run_pass(
        self,
        listener: ProgressListener | None = None,
        *,
        quiet_seconds: float = 0,
        is_forced: Callable[[str], bool] | None = None,
        should_pause: Callable[[], bool] | None = None,
    ) -> PassSummary:
        """Look at the folder once and bring the index to it. Documents for which `forced` holds are read anew.

        Once `pause` says so, what is being read is finished, and nothing more is begun.

        Raises:
            IndexUnavailable: Qdrant failed; what was done stands, the rest is done by the next pass.
        """
        started = time.monotonic()
        glanced = compute_folder_checksum(self._root)
        last = None if is_forced else self._scan_cache.get_unchanged_summary(glanced)
        if last is not None:
            return replace(last, seconds=round(time.monotonic() - started, 3))
        trusted = self._scan_cache.begin_pass()
        going = PassControl(listener or SilentListener(), self._stop, should_pause or _never_pause)
        summary = self._run_full_pass(going, quiet_seconds, is_forced or _force_nothing, started, trusted=trusted)
        unfinished = (
            self._stop.is_set() or summary.left or summary.waiting or summary.held or self._has_pending_retries()
        )
        self._scan_cache.end_pass(glanced, summary, is_settled=not unfinished)
        return summary

    def _run_full_pass(
        self,
        control: PassControl,
        quiet_seconds: float,
        is_forced: Callable[[str], bool],
        started: float,
        *,
        trusted: bool,
    ) -> PassSummary:
        now, everything = self._clock(), scan_folder(self._root)
        self._log_unseen_files(everything)
        ledger, held = self._load_known_state(is_trusted=trusted)
        access, ledger = self._access_applier.apply_folder_rules(everything, ledger, held, now, quiet_seconds)
        seen = access.filter_scan(everything)
        moving = find_unsettled_files(seen, now, quiet_seconds) | (
            access.kept_out if access.is_settling else frozenset()
        )
        rested = replace(seen, files={path: print_ for path, print_ in seen.files.items() if path not in moving})
        known = {path: d for path, d in ledger.items() if path not in moving and _matches_inventory(d, held)}
        relabelled = access.find_relabelled_paths(ledger)
        again = frozenset(path for path in rested.files if path in relabelled or is_forced(path))
        hashes = self._hash_files(
            select_files_to_hash(rested, known, self._pipeline, now, again), rested, ledger, access
        )
        strays = {*(held.by_path if held else ()), *ledger} - known.keys() - moving
        operations = plan_operations(rested, hashes, known, self._pipeline, now=now, strays=strays, forced=again)
        operations, ledger = self._access_applier.narrow_moving_documents(
            operations, access, ledger, seen.files, moving
        )
        operations, waiting = self._withhold_deletions(operations, ledger, access, empty=not everything.files)
        if trusted and sum(not isinstance(operation, KeepDocument) for operation in operations) > _FEW_DOCUMENTS:
            self._index.fetch_passage_inventory()
        work = PlanExecutor(
            self._operations, ledger, hashes, rested, access, control, self._reader_pool, self._pipeline, now
        )
        counts = work.execute_plan(operations)
        if self._deletions and not waiting and seen.is_complete and not self._stop.is_set():
            self._deletions.record_clean_pass()
        return self._build_summary(counts, seen, len(moving) + access.is_settling, waiting, time.monotonic() - started)

    def _load_known_state(self, *, is_trusted: bool) -> tuple[dict[str, Document], PassageInventory | None]:
        """The ledger, and what the index holds; from memory, and None, where both were compared a moment ago.

        The ledger as it stands now: what is written to it during the pass must not change the plan's grounds.
        """
        if is_trusted:
            self._index.clear_inventory_cache()
            return dict(self.ledger_cache.list_documents()), None
        self._index.prepare()
        self.ledger_cache.invalidate_cache()
        return dict(self.ledger_cache.list_documents()), self._index.fetch_passage_inventory()

    def _withhold_deletions(
        self, operations: list[Operation], ledger: dict[str, Document], policy: AccessPolicy, *, empty: bool
    ) -> tuple[list[Operation], int]:
        """The operations without the deletions that must wait, and how many those are. What is kept out never waits."""
        missing = {
            one.path for one in operations if isinstance(one, ForgetDocument) and one.path not in policy.kept_out
        }
        known = sorted(missing & ledger.keys())
        if self._deletions is None or self._deletions.allow_deletions(known, len(ledger), empty=empty):
            return operations, 0
        return [one for one in operations if not (isinstance(one, ForgetDocument) and one.path in missing)], len(known)

    def _has_pending_retries(self) -> bool:
        """Whether a document is to be tried again."""
        return len(self.ledger_cache.settled_fingerprints) < len(self.ledger_cache.list_documents())

    def _hash_files(
        self, paths: list[str], scan: FolderScan, ledger: dict[str, Document], policy: AccessPolicy
    ) -> dict[str, str]:
        hashes = {}
        for path in paths:
            if self._stop.is_set():
                break
            try:
                known = self._previous.find_file_hash(path, scan.files[path]) if self._previous else None
                hashes[path] = known or compute_content_hash(self._root / path)
            except VanishedDocument:
                log.info("vanished after it was seen, the next look tells: document=%s", make_document_id(path))
            except BusyDocument as error:
                unread = Document(
                    path, scan.files[path], "", "", 0, DocumentState.READING, audience=policy.audiences[path]
                )
                document = replace(ledger.get(path, unread), fingerprint=scan.files[path], pipeline=self._pipeline)
                document = replace(document, label=policy.labels[path])
                self._operations.record_failure(document, str(error), is_temporary=True)
        return hashes

    def _log_unseen_files(self, scan: FolderScan) -> None:
        """Log what could not be seen, once each."""
        trouble = {**scan.unseen, **scan.badly_named}
        for path, reason in trouble.items():
            if self._reported_problems.get(path) != reason:
                kept = "nothing is deleted until it is seen" if path in scan.unseen else "it is left out"
                log.warning("not seen, %s: path=%s reason=%s", kept, path, reason)
        self._reported_problems = trouble

    def _build_summary(
        self, counts: Counter[str], scan: FolderScan, waiting: int, held: int, seconds: float
    ) -> PassSummary:
        ledger = self.ledger_cache.list_documents().values()
        failed = [
            FileFailure(d.path, d.reason or "")
            for d in ledger
            if d.state is DocumentState.FAILED and d.path in scan.files
        ]
        failed += [
            FileFailure(path, f"{path} {reason}.") for path, reason in {**scan.unseen, **scan.badly_named}.items()
        ]
        failed += [FileFailure(trouble.folder, trouble.reason) for trouble in self._access_applier.problems]
        return PassSummary(
            documents=len(scan.files),
            indexed=counts["indexed"],
            unchanged=counts["unchanged"],
            moved=counts["moved"],
            deleted=counts["deleted"],
            failed=tuple(sorted(failed, key=lambda failure: failure.path)),
            passages=sum(document.passages for document in ledger if document.state in SEARCHABLE_STATES),
            seconds=round(seconds, 3),
            waiting=waiting,
            held=held,
            left=counts["left"],
        )


def _never_pause() -> bool:
    return False


def _force_nothing(_: str) -> bool:
    return False


def _matches_inventory(document: Document, inventory: PassageInventory | None) -> bool:
    """Whether the index has what the ledger tells of, and nothing else: a write may have been lost, or come late.

    While a document is read, or fails for a reason that passes, the ledger does not tell.
    """
    unsure = document.state is DocumentState.READING or document.retry_at is not None
    return inventory is None or unsure or inventory.matches_document(document)
