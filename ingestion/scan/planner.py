"""Decides what must be done so that the index equals the folder. Pure: time and content hashes are handed in."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from knowledge.core.documents import SEARCHABLE_STATES, DocumentState, make_content_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ingestion.scan.folder_scan import FolderScan
    from knowledge.core.documents import Document, Fingerprint


@dataclass(frozen=True, slots=True)
class KeepDocument:
    """The document is known as it is. `touched` is its new fingerprint if only that has changed."""

    path: str
    new_fingerprint: Fingerprint | None = None


@dataclass(frozen=True, slots=True)
class CopyDocument:
    """The document has the content of `source`, which is indexed: take its passages. `moved`: source is gone."""

    path: str
    source: str
    moved: bool


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """The document must be read."""

    path: str


@dataclass(frozen=True, slots=True)
class ForgetDocument:
    """The document is gone."""

    path: str


MAX_RETRY_SECONDS = 3600.0  # seconds that a document which failed for a passing reason waits at most
Operation = KeepDocument | CopyDocument | ReadDocument | ForgetDocument
DocumentsByPath = dict[str, "Document"]


def find_unsettled_files(scan: FolderScan, now: float, quiet_seconds: float) -> frozenset[str]:
    """Files that changed less than `quiet_seconds` ago by the disk's own clock: they are left for the next pass."""
    return frozenset(path for path, print_ in scan.files.items() if 0 <= now - print_.ctime_ns / 1e9 < quiet_seconds)


def select_files_to_hash(
    scan: FolderScan, ledger: DocumentsByPath, pipeline: str, now: float, forced: frozenset[str] = frozenset()
) -> list[str]:
    """Files whose content must be hashed before `plan` can decide about them."""
    return [
        path
        for path, print_ in scan.files.items()
        if path in forced or not _is_up_to_date(ledger.get(path), print_, pipeline, now)
    ]


def plan_operations(
    scan: FolderScan,
    hashes: Mapping[str, str],
    ledger: DocumentsByPath,
    pipeline: str,
    *,
    now: float,
    strays: Iterable[str] = (),
    forced: frozenset[str] = frozenset(),
) -> list[Operation]:
    """What to do, in an order that survives a stop after any step: takes, then reads, then forgets.

    `hashes` holds the content hash of each file that `to_hash` named and that could be read; one that is
    missing there is left for the next look. `strays` are paths with passages but without a file. `forced`
    files are read whatever is known of them.
    """
    keeps: list[Operation] = []
    takes: list[CopyDocument] = []
    reads: list[Operation] = []
    moved: set[str] = set()
    sources = _documents_by_version(ledger)
    for path, print_ in scan.files.items():
        known = ledger.get(path)
        if path not in forced and _is_up_to_date(known, print_, pipeline, now):
            keeps.append(KeepDocument(path))
            continue
        if path not in hashes:
            continue
        version = make_content_version(hashes[path], pipeline)
        source = _choose_copy_source(path, sources.get(version, []), scan, moved)
        if path in forced:
            reads.append(ReadDocument(path))
        elif known and known.version == version and _is_state_valid(known, now) and not _failed_temporarily(known):
            keeps.append(KeepDocument(path, new_fingerprint=print_))
        elif source:
            gone = _is_gone(source, scan, moved)
            takes.append(CopyDocument(path, source.path, moved=gone))
            moved |= {source.path} if gone else set()
        else:
            reads.append(ReadDocument(path))
    takes.sort(key=lambda take: take.moved)  # a move takes its source away
    forgets = _plan_deletions(scan, {*ledger, *strays} - moved)
    return [*keeps, *takes, *reads, *forgets]


def _documents_by_version(ledger: DocumentsByPath) -> dict[str, list[Document]]:
    sources: dict[str, list[Document]] = {}
    for document in ledger.values():
        if document.state in SEARCHABLE_STATES:
            sources.setdefault(document.version, []).append(document)
    return sources


def _choose_copy_source(path: str, same: list[Document], scan: FolderScan, moved: set[str]) -> Document | None:
    """Which document of the same content gives its passages to `path`: one that is gone before one that stays."""
    fitting = [document for document in same if document.path != path and _has_same_passages(document, path)]
    return next((document for document in fitting if _is_gone(document, scan, moved)), next(iter(fitting), None))


def _is_gone(document: Document, scan: FolderScan, moved: set[str]) -> bool:
    return scan.is_complete and document.path not in scan.files and document.path not in moved


def _has_same_passages(document: Document, path: str) -> bool:
    """Whether reading `path` would give the same passages: a suffix chooses the reader, a name may be the title."""
    here, there = PurePosixPath(document.path), PurePosixPath(path)
    titled_by_name = document.title == document.label.prefix_title(unicodedata.normalize("NFC", here.stem))
    return here.suffix.lower() == there.suffix.lower() and (not titled_by_name or here.stem == there.stem)


def _plan_deletions(scan: FolderScan, known: set[str]) -> list[Operation]:
    """Absence proves nothing where a part of the folder could not be seen."""
    return [ForgetDocument(path) for path in sorted(known - set(scan.files))] if scan.is_complete else []


def _is_up_to_date(document: Document | None, fingerprint: Fingerprint, pipeline: str, now: float) -> bool:
    return (
        document is not None
        and document.fingerprint == fingerprint
        and document.pipeline == pipeline
        and _is_state_valid(document, now)
    )


def _failed_temporarily(document: Document) -> bool:
    """Whether a document failed for a reason that passes: what is done to its file may be the remedy."""
    return document.state is DocumentState.FAILED and document.retry_at is not None


def _is_state_valid(document: Document, now: float) -> bool:
    """Whether the verdict on a document holds: it was read, or it failed for good or not long ago."""
    if document.state is DocumentState.FAILED:
        # A rest longer than any that is given was written down before the clock was put back.
        return document.retry_at is None or 0 < document.retry_at - now <= MAX_RETRY_SECONDS
    return document.state in SEARCHABLE_STATES
