"""Makes the index equal the folder, one pass at a time: scans, plans, and executes the plan."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol

from ingestion.access.apply import AccessApplier
from ingestion.readers.chunking import PIPELINE_VERSION
from ingestion.readers.formats import FORMATS
from ingestion.readers.reading_options import ReadOptions
from ingestion.scan.folder_scan import FolderScan, ScanCache, compute_folder_checksum, is_left_out, scan_folder
from ingestion.sync.document_operations import DocumentOperations
from ingestion.sync.executor import DocumentFactory, PassControl, PlanExecutor, ProgressListener, SilentListener
from ingestion.sync.file_hashes import FileHasher
from ingestion.sync.ledger_cache import LedgerCache, PackedDocuments, iterate_shared_values
from ingestion.sync.planner import (
    ForgetDocument,
    KeepDocument,
    Operation,
    ReadingRule,
    find_unsettled_files,
    holds_indexed_document,
    plan_operations,
    select_files_to_hash,
)
from ingestion.sync.progress import PassSummary, list_file_failures, summarize_pass
from ingestion.sync.read_queue import ReadQueue
from ingestion.sync.retries import ReadingMeans
from knowledge.core.documents import SEARCHABLE_STATES, Document, DocumentState

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection, Mapping

    from ingestion.access.policy import AccessPolicy
    from ingestion.embedding.early_embedding import EarlyEmbedding
    from ingestion.reader_processes.pool import AnyReaderPool
    from ingestion.rollout.reuse import PreviousVersion
    from ingestion.settings import IngestionSettings
    from knowledge.core.failures import Failure
    from knowledge.storage.document_ledger import DocumentLedger
    from knowledge.storage.inventory import PassageInventory
    from knowledge.storage.passage_writer import PassageWriter
    from knowledge.storage.worker_requests import FolderProblems

log = logging.getLogger(__name__)

_PREPARED_FORMATS = 3  # whose parsers are loaded while their files settle: each takes memory
# For more documents, one query for the whole index costs less than one for each: it grows with the index.
_FEW_DOCUMENTS, _A_WHOLE_COUNT_TAKES = 20, 500


class DeletionPermits(Protocol):
    """Says whether documents may be deleted now."""

    def allow_deletions(self, missing: Collection[str], known: int, *, recognised: bool) -> bool:
        """Say whether the `missing` paths may be forgotten; `recognised`: the folder holds a document of the index."""

    def record_clean_pass(self) -> None:
        """Note that a pass ended and held nothing back."""


@dataclass(frozen=True, slots=True)
class WatchedFolder:
    """The folder at `root`: who permits deletions in it, and where its problems are told.

    For `scan_cache_seconds` after a full comparison, an unchanged folder needs no pass and the ledger is taken from
    memory. After that time, and after every failure, index, ledger and folder are compared again.
    """

    root: Path
    deletions: DeletionPermits | None = None
    problems: FolderProblems | None = None
    scan_cache_seconds: float = 0


@dataclass(frozen=True, slots=True)
class IndexTarget:
    """The index version to fill, and its ledger; `pipeline` is the version of reading, saved with each document.

    With `previous`, this is the next version, and what has not changed is taken over from the serving one.
    """

    index: PassageWriter
    ledger: DocumentLedger
    pipeline: str = PIPELINE_VERSION
    previous: PreviousVersion | None = None
    early_embedding: EarlyEmbedding | None = None


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """How documents are read: in which processes, and with which options; `find_means` says what it may take now."""

    pool: AnyReaderPool
    options: ReadOptions = field(default_factory=ReadOptions)
    find_means: Callable[[], ReadingMeans] | None = None

    @classmethod
    def from_settings(cls, settings: IngestionSettings, pool: AnyReaderPool) -> DocumentReading:
        """Read as the settings say."""
        find_means = partial(ReadingMeans.from_settings, settings, pool.find_installed_packages)
        return cls(pool, ReadOptions(comments=settings.read_comments == "on"), find_means)


class Reconciler:
    """Makes the index equal the folder; once `stop` is set, a pass ends after the current document."""

    def __init__(
        self,
        folder: WatchedFolder,
        target: IndexTarget,
        reading: DocumentReading,
        stop: threading.Event,
        clock: Callable[[], float] = time.time,
    ) -> None:
        root, previous = folder.root, target.previous
        self._stop = stop
        self._root = root
        self._index = target.index
        self._clock = clock
        self._reader_pool = reading.pool
        self._deletions = folder.deletions
        self._scan_cache = ScanCache(folder.scan_cache_seconds)
        self._reported_problems: dict[str, str] = {}
        self._name_pipeline = partial(reading.options.name_pipeline, target.pipeline)
        self._find_means = reading.find_means
        self._means: ReadingMeans | None = None
        self._has_refused = False
        self._early_embedding = target.early_embedding
        self._reads = ReadQueue()
        self.ledger_cache = LedgerCache(target.ledger, self._name_pipeline)
        self._operations = DocumentOperations(root, target.index, self.ledger_cache, reading.pool, clock, previous)
        self._hasher = FileHasher(self._operations, self._name_pipeline, clock, previous)
        self._access_applier = AccessApplier(root, self._operations, folder.problems)

    @property
    def reading_problem(self) -> Failure | None:
        """Why nothing can be read; None if reading works."""
        return self._reader_pool.reading_problem

    def expire_scan_cache(self) -> None:
        """Let the next pass compare index, ledger and folder."""
        self._scan_cache.begin_pass()

    def run_pass(
        self,
        listener: ProgressListener | None = None,
        *,
        quiet_seconds: float = 0,
        is_forced: Callable[[str], bool] | None = None,
        should_pause: Callable[[], bool] | None = None,
        max_seconds: float | None = None,
    ) -> PassSummary:
        """Scan the folder once and bring the index to it; read again what `is_forced` selects.

        Once `should_pause` returns true, or after about `max_seconds`, the pass ends: documents go on being read, and
        the next pass takes them in. So a change of audience waits for no document.
        """
        started = time.monotonic()
        checksum = compute_folder_checksum(self._root)
        last = None if is_forced else self._scan_cache.get_unchanged_summary(checksum)
        if last is not None:
            return replace(last, seconds=round(time.monotonic() - started, 3))
        is_trusted = self._scan_cache.begin_pass()
        control = PassControl(listener or SilentListener(), self._stop, should_pause or _never_pause, max_seconds)
        try:
            summary = self._run_full_pass(
                control, quiet_seconds, is_forced or _force_nothing, started, is_trusted=is_trusted
            )
        except BaseException:
            self.drop_reads()  # the next pass begins from what Qdrant holds
            raise
        unfinished = (
            self._stop.is_set()
            or summary.left
            or summary.waiting
            or summary.held
            or self._has_refused
            or self.ledger_cache.has_pending_documents()
        )
        self._scan_cache.end_pass(checksum, summary, is_settled=not unfinished)
        return summary

    def _run_full_pass(
        self,
        control: PassControl,
        quiet_seconds: float,
        is_forced: Callable[[str], bool],
        started: float,
        *,
        is_trusted: bool,
    ) -> PassSummary:
        now, full_scan = self._clock(), scan_folder(self._root)
        self._operations.begin_pass(full_scan.tree, quiet_seconds)
        self._log_unseen_files(full_scan)
        ledger, inventory = self._load_known_state(is_trusted=is_trusted)
        access, ledger = self._access_applier.apply_folder_rules(full_scan, ledger, inventory, now, quiet_seconds)
        scan = access.filter_scan(full_scan)
        unsettled = find_unsettled_files(scan, now, quiet_seconds) | access.settling_kept_out
        if unsettled:
            suffixes = {PurePosixPath(path).suffix.lower() for path in unsettled}
            self._reader_pool.prepare_readers(sorted(suffixes & FORMATS.keys())[:_PREPARED_FORMATS])
        settled = scan.leave_out(unsettled)
        mismatched = _find_mismatches(ledger, inventory)
        known = ledger.copy_documents(without=(*unsettled, *mismatched)) if unsettled or mismatched else ledger
        relabelled = access.find_relabelled_paths(settled, ledger)
        remedied = self._find_remedied_paths(ledger)
        forced = frozenset(p for p in settled.files if p in relabelled or p in remedied or is_forced(p))
        rule = ReadingRule(self._name_pipeline, now, forced)
        to_hash = select_files_to_hash(settled, known, rule)
        hashes, unhashed = self._hasher.hash_files(to_hash, settled, ledger, access, control, self._means)
        strays = {path for path in (inventory.by_path if inventory else ()) if path not in known} - unsettled
        operations = plan_operations(settled, hashes, known, rule, strays)
        operations, ledger = self._access_applier.narrow_moving_documents(
            operations, access, ledger, scan.files, unsettled | unhashed
        )
        operations, held = self._withhold_deletions(operations, ledger, access, full_scan)
        del known, strays, to_hash, inventory  # of a million documents, much memory
        changes = sum(not isinstance(operation, KeepDocument) for operation in operations)
        if is_trusted and changes > max(_FEW_DOCUMENTS, len(ledger) // _A_WHOLE_COUNT_TAKES):
            self._index.fetch_passage_inventory(ledger)
        factory = DocumentFactory(settled, hashes, ledger, access, self._name_pipeline, now)
        executor = PlanExecutor(
            self._operations, ledger, factory, control, self._reader_pool, self._reads, self._early_embedding
        )
        counts = executor.execute_plan(operations)
        counts["left"] += len(unhashed)
        self._index.clear_inventory_cache()  # the next pass may not use it: another worker may write meanwhile
        self._hasher.keep_hashes(executor.left_paths, hashes, settled)
        self._has_refused = bool(counts["refused"])
        if self._deletions and not held and scan.is_complete and not self._stop.is_set():
            self._deletions.record_clean_pass()
        return summarize_pass(
            counts,
            scan,
            self.ledger_cache.list_documents(),
            self._access_applier.problems,
            waiting=len(unsettled) + access.is_settling,
            held=held,
            seconds=time.monotonic() - started,
        )

    def _load_known_state(self, *, is_trusted: bool) -> tuple[PackedDocuments, PassageInventory | None]:
        """Load a copy of the ledger and what the index holds; if the cache is valid, the ledger in memory and None."""
        if is_trusted:
            self._index.clear_inventory_cache()
            return self.ledger_cache.list_documents().copy_documents(), None
        self._index.prepare()
        self.ledger_cache.invalidate_cache()
        ledger = self.ledger_cache.list_documents().copy_documents()
        return ledger, self._index.fetch_passage_inventory(ledger)

    def _find_remedied_paths(self, ledger: Mapping[str, Document]) -> frozenset[str]:
        """Find the documents that failed, or a member did, for a limit or a program that has changed since."""
        self._means = means = self._find_means() if self._find_means else None
        failures = ((path, one.failure) for path, d in iterate_shared_values(ledger) for one in list_file_failures(d))
        return frozenset(path for path, failure in failures if means and means.can_remedy(failure))

    def _withhold_deletions(
        self, operations: list[Operation], ledger: Mapping[str, Document], policy: AccessPolicy, scan: FolderScan
    ) -> tuple[list[Operation], int]:
        """Remove the deletions that must wait, and count them; what is kept out or was never read does not wait."""
        seen = policy.kept_out | scan.ignored
        missing = {
            one.path
            for one in operations
            if isinstance(one, ForgetDocument)
            and not (one.path in seen or is_left_out(one.path) or _was_never_read(ledger.get(one.path)))
        }
        known = sorted(missing & ledger.keys())
        recognised = holds_indexed_document(scan.files, ledger, operations)
        if self._deletions is None or self._deletions.allow_deletions(known, len(ledger), recognised=recognised):
            return operations, 0
        return [one for one in operations if not (isinstance(one, ForgetDocument) and one.path in missing)], len(known)

    def drop_reads(self) -> None:
        """Stop reading; what is not read yet is read by a later pass."""
        self._reads.drop_all()
        self._operations.end_pass(())
        if self._early_embedding:
            self._early_embedding.drop_all()
        self._hasher.forget_hashes()

    def _log_unseen_files(self, scan: FolderScan) -> None:
        """Log each path that could not be seen once."""
        problems = {**scan.unseen, **scan.badly_named}
        for path, reason in problems.items():
            if self._reported_problems.get(path) != reason:
                kept = "nothing is deleted until it is seen" if path in scan.unseen else "it is left out"
                log.warning("not seen, %s: path=%s reason=%s", kept, path, reason)
        self._reported_problems = problems


def _never_pause() -> bool:
    return False


def _force_nothing(_: str) -> bool:
    return False


def _was_never_read(document: Document | None) -> bool:
    """Say whether a document has no passages, of an older version of its file neither."""
    if document is None or document.state in SEARCHABLE_STATES:
        return False
    return document.passages == 0 and (document.state is DocumentState.FAILED or document.read_at is None)


def _find_mismatches(ledger: PackedDocuments, inventory: PassageInventory | None) -> list[str]:
    """Find finished documents of which the index holds other passages than the ledger names: a write may be lost."""
    if inventory is None:
        return []
    differing = (ledger[path] for path in inventory.by_path if path in ledger)
    return [
        document.path
        for document in differing
        if not (document.state is DocumentState.READING or document.retry_at is not None)
        and not inventory.matches_document(document)
    ]
