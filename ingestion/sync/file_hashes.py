"""Finds the content hash of each file that is new or changed: known from before, or computed within a pass's time."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from ingestion.scan.document_file import DocumentFile
from ingestion.sync.read_queue import take_turns
from knowledge.core.documents import Document, DocumentState, Fingerprint, make_document_id
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import (
    BusyDocument,
    IndexUnavailable,
    RequestRefused,
    SouffleurError,
    VanishedDocument,
    make_unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from ingestion.access.policy import AccessPolicy
    from ingestion.rollout.reuse import PreviousVersion
    from ingestion.scan.folder_scan import FolderScan
    from ingestion.sync.document_operations import DocumentOperations
    from ingestion.sync.executor import PassControl
    from ingestion.sync.retries import ReadingMeans

log = logging.getLogger(__name__)


class FileHasher:
    """Hashes files; a file that cannot be hashed has failed. It keeps the hashes of files that are not read yet."""

    def __init__(
        self,
        operations: DocumentOperations,
        name_pipeline: Callable[[str], str],
        clock: Callable[[], float],
        previous: PreviousVersion | None = None,
    ) -> None:
        self._operations = operations
        self._name_pipeline = name_pipeline
        self._clock = clock
        self._previous = previous
        self._kept: dict[str, tuple[Fingerprint, str]] = {}

    def hash_files(
        self,
        paths: list[str],
        scan: FolderScan,
        ledger: Mapping[str, Document],
        policy: AccessPolicy,
        control: PassControl,
        means: ReadingMeans | None,
    ) -> tuple[dict[str, str], frozenset[str]]:
        """Hash files until half of the pass's time is over; return the hashes, and the files that are left."""
        hashes: dict[str, str] = {}
        ordered, is_over = take_turns(paths), control.begin_step()
        for done, path in enumerate(ordered):
            if control.must_end() or (done and is_over()):
                return hashes, frozenset(ordered[done:])
            try:
                hashes[path] = self._find_hash(path, scan, means)
            except VanishedDocument:
                log.info(
                    "vanished after the scan, the next pass decides: document=%s path=%s", make_document_id(path), path
                )
            except IndexUnavailable:
                raise
            except SouffleurError as error:
                self._record_failure(path, error, scan.files[path], ledger.get(path), policy)
        return hashes, frozenset()

    def keep_hashes(self, paths: Collection[str], hashes: Mapping[str, str], scan: FolderScan) -> None:
        """Keep the hashes of these files, which are not read yet, for the next pass; forget all others."""
        self._kept = {path: (scan.files[path], hashes[path]) for path in paths if path in hashes}

    def forget_hashes(self) -> None:
        """Hash every file anew from now on."""
        self._kept = {}

    def _find_hash(self, path: str, scan: FolderScan, means: ReadingMeans | None) -> str:
        """Return the hash of a file: from a pass that has not read it yet, of the serving index, or computed."""
        fingerprint = scan.files[path]
        if means and fingerprint.size > means.file_mb << 20:
            name, size = path.rpartition("/")[2], fingerprint.size >> 20
            raise make_unreadable(FailureCode.TOO_LARGE, name=name, mb=size, most=means.file_mb)
        known = self._kept.get(path)
        if known and known[0] == fingerprint:
            return known[1]
        served = self._previous.find_file_hash(path, fingerprint) if self._previous else None
        return served or DocumentFile(scan.tree, path, fingerprint).compute_content_hash()

    def _record_failure(
        self, path: str, error: SouffleurError, fingerprint: Fingerprint, known: Document | None, policy: AccessPolicy
    ) -> None:
        unread = Document(path, fingerprint, "", "", 0, DocumentState.READING, audience=policy.find_audience(path))
        document = replace(
            known or unread,
            fingerprint=fingerprint,
            pipeline=self._name_pipeline(path),
            label=policy.find_label(path),
            seen_at=self._clock(),
        )
        with suppress(RequestRefused):  # the next pass tries again
            is_temporary = isinstance(error, BusyDocument)
            self._operations.record_failure(document, error.failure, is_temporary=is_temporary)
