"""Plans what must be done so that the index equals the folder. Pure: time and content hashes are arguments."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ingestion.sync.ledger_cache import get_shared_values, is_of_file
from ingestion.sync.retries import MAX_RETRY_SECONDS
from knowledge.core.documents import (
    SEARCHABLE_STATES,
    Document,
    DocumentState,
    Fingerprint,
    is_waiting,
    make_content_version,
)
from knowledge.core.failure_codes import CUT_SHORT, FailureCode

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Mapping

    from ingestion.scan.folder_scan import FolderScan, PackedFingerprints
    from knowledge.core.failures import Failure


@dataclass(frozen=True, slots=True)
class KeepDocument:
    """Keep a document that has not changed; `new_fingerprint` is set if only its fingerprint changed."""

    path: str
    new_fingerprint: Fingerprint | None = None


@dataclass(frozen=True, slots=True)
class CopyDocument:
    """Copy the passages of `source`, which has the same content; `moved`: the source is gone."""

    path: str
    source: str
    moved: bool


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """Read a document from its file."""

    path: str


@dataclass(frozen=True, slots=True)
class ForgetDocument:
    """Delete a document whose file is gone."""

    path: str


Operation = KeepDocument | CopyDocument | ReadDocument | ForgetDocument


def find_unsettled_files(scan: FolderScan, now: float, quiet_seconds: float) -> frozenset[str]:
    """Find files that changed less than `quiet_seconds` ago by the disk's clock; the next pass takes them."""
    return frozenset(
        path for path, ctime_ns in scan.files.iterate_change_times() if 0 <= now - ctime_ns / 1e9 < quiet_seconds
    )


def holds_indexed_document(files: Container[str], ledger: Iterable[str], operations: Iterable[Operation]) -> bool:
    """Say whether the folder holds a document that the ledger knows, under its path or another."""
    return any(path in files for path in ledger) or any(isinstance(one, CopyDocument) for one in operations)


@dataclass(frozen=True, slots=True)
class ReadingRule:
    """Decides which documents are up to date `now`; `forced` files are read in any case."""

    name_pipeline: Callable[[str], str]
    now: float
    forced: frozenset[str] = frozenset()

    def is_up_to_date(self, path: str, ledger: Mapping[str, Document], files: PackedFingerprints) -> bool:
        """Say whether the file at `path` is the document as it was read, and needs no new reading."""
        document = get_shared_values(ledger, path)
        return (
            path not in self.forced
            and document is not None
            and is_of_file(ledger, path, files)
            and document.pipeline == self.name_pipeline(path)
            and _is_state_valid(document, self.now)
        )


def select_files_to_hash(scan: FolderScan, ledger: Mapping[str, Document], rule: ReadingRule) -> list[str]:
    """List the files whose content must be hashed before `plan_operations` can decide."""
    return [path for path in scan.files if not rule.is_up_to_date(path, ledger, scan.files)]


def plan_operations(
    scan: FolderScan,
    hashes: Mapping[str, str],
    ledger: Mapping[str, Document],
    rule: ReadingRule,
    strays: Iterable[str] = (),
) -> list[Operation]:
    """Plan the operations in an order that survives a stop after any step: copies, reads, deletions.

    `hashes` has the content hash of each file that `select_files_to_hash` named and that could be read; a file without
    one is left for the next pass. `strays` are paths that have passages and may have no file.
    """
    keeps: list[Operation] = []
    copies: list[CopyDocument] = []
    reads: list[Operation] = []
    moved: set[str] = set()
    versions = {path: make_content_version(sha256, rule.name_pipeline(path)) for path, sha256 in hashes.items()}
    sources = _documents_by_version(ledger, frozenset(versions.values()))
    for path in scan.files:
        if rule.is_up_to_date(path, ledger, scan.files):
            keeps.append(KeepDocument(path))
            continue
        if path not in hashes:
            continue
        known = ledger.get(path)
        version = versions[path]
        source = _choose_copy_source(path, sources.get(version, []), scan, moved)
        if path in rule.forced:
            reads.append(ReadDocument(path))
        elif known and known.version == version and _is_state_valid(known, rule.now) and not _failed_temporarily(known):
            keeps.append(KeepDocument(path, new_fingerprint=scan.files[path]))
        elif source:
            gone = _is_gone(source, scan, moved)
            copies.append(CopyDocument(path, source.path, moved=gone))
            moved |= {source.path} if gone else set()
        else:
            reads.append(ReadDocument(path))
    copies.sort(key=lambda copy: copy.moved)  # last: a move deletes its source
    forgets = _plan_deletions(scan, chain(ledger, strays), moved)
    return [*keeps, *copies, *reads, *forgets]


def _documents_by_version(ledger: Mapping[str, Document], wanted: Collection[str]) -> dict[str, list[Document]]:
    sources: dict[str, list[Document]] = {}
    for document in ledger.values() if wanted else ():
        if document.version in wanted and document.state in SEARCHABLE_STATES:
            sources.setdefault(document.version, []).append(document)
    return sources


def _choose_copy_source(path: str, same: list[Document], scan: FolderScan, moved: set[str]) -> Document | None:
    """Choose whose passages are copied to `path`: a document that is gone before one that stays."""
    fitting = [document for document in same if document.path != path and _has_same_passages(document, path)]
    return next((document for document in fitting if _is_gone(document, scan, moved)), next(iter(fitting), None))


def _is_gone(document: Document, scan: FolderScan, moved: set[str]) -> bool:
    return scan.is_complete and document.path not in scan.files and document.path not in moved


def _has_same_passages(document: Document, path: str) -> bool:
    """Say whether reading `path` would give the same passages: suffix and title by name must fit."""
    here, there = PurePosixPath(document.path), PurePosixPath(path)
    titled_by_name = document.title == document.label.prefix_title(unicodedata.normalize("NFC", here.stem))
    return here.suffix.lower() == there.suffix.lower() and (not titled_by_name or here.stem == there.stem)


def _plan_deletions(scan: FolderScan, known: Iterable[str], moved: set[str]) -> list[Operation]:
    """Plan deletions only if the whole folder was seen: else a missing file proves nothing."""
    gone = {path for path in known if path not in scan.files} - moved if scan.is_complete else set()
    return [ForgetDocument(path) for path in sorted(gone)]


def is_file_changing(document: Document, failure: Failure, now: float, copy_seconds: float) -> bool:
    """Say whether a failure shows a file that still changes, or that a slow copy may still write to."""
    is_young = 0 <= now - document.fingerprint.ctime_ns / 1e9 < copy_seconds
    return failure.code is FailureCode.CHANGED or (is_young and failure.code in CUT_SHORT)


def _failed_temporarily(document: Document) -> bool:
    """Say whether a document failed or waits for a temporary reason, which a change of its file may have solved."""
    return document.state not in SEARCHABLE_STATES and document.retry_at is not None


def _is_state_valid(document: Document, now: float) -> bool:
    """Say whether a document needs no new reading: it was read, failed for good, or failed or waits since recently."""
    if document.state is DocumentState.FAILED or is_waiting(document):
        # A longer wait than the longest shows that the clock was set back.
        return document.retry_at is None or 0 < document.retry_at - now <= MAX_RETRY_SECONDS
    return document.state in SEARCHABLE_STATES
