"""Sums up what a pass did, and which files cannot be found as they are. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.sync.packed_documents import iterate_shared_values
from knowledge.core.documents import SEARCHABLE_STATES, TITLE_SEPARATOR, Document, DocumentState, is_waiting
from knowledge.core.failures import failure_from_sentence
from knowledge.storage.worker_requests import FileFailure

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator, Mapping

    from ingestion.scan.folder_scan import FolderScan
    from knowledge.storage.worker_requests import FolderProblem


@dataclass(frozen=True, slots=True)
class PassSummary:
    """What a pass did, in numbers of documents, with the passages in the index and the seconds it took.

    `failed` has every file that cannot be found as it is, from this pass or an earlier one, and what could not be seen.
    `waiting` counts files that still change. `held` counts documents whose deletion waits for a confirmation. `left`
    counts operations that are not done because the pass was paused or its time was over.
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
        """Say whether the pass changed the index."""
        return bool(self.indexed or self.moved or self.deleted)


def summarize_pass(
    counts: Counter[str],
    scan: FolderScan,
    ledger: Mapping[str, Document],
    folder_problems: Iterable[FolderProblem],
    *,
    waiting: int,
    held: int,
    seconds: float,
) -> PassSummary:
    """Sum up a pass from its counts by outcome, what it saw, and the ledger after it."""
    failed: list[FileFailure] = []
    passages = changing = 0
    for path, document in iterate_shared_values(ledger):
        is_there = path in scan.files
        failed += list_file_failures(document) if is_there else ()
        passages += document.passages if document.state in SEARCHABLE_STATES else 0
        changing += is_there and is_waiting(document)
    failed += _list_unseen_files({**scan.unseen, **scan.badly_named})
    failed += [FileFailure(problem.folder, failure=problem.failure) for problem in folder_problems]
    return PassSummary(
        documents=len(scan.files),
        indexed=counts["indexed"],
        unchanged=counts["unchanged"],
        moved=counts["moved"],
        deleted=counts["deleted"],
        failed=tuple(sorted(failed, key=lambda failure: failure.path)),
        passages=passages,
        seconds=round(seconds, 3),
        waiting=waiting + changing,
        held=held,
        left=counts["left"],
    )


def list_file_failures(document: Document) -> Iterator[FileFailure]:
    """List a document that failed; of one that was read, each member that failed."""
    if document.state is DocumentState.FAILED:
        yield FileFailure(document.path, failure=document.failure)
    elif document.state in SEARCHABLE_STATES:
        for member in document.members:
            if member.failure:
                yield FileFailure(f"{document.path}{TITLE_SEPARATOR}{member.name}", failure=member.failure)


def _list_unseen_files(reasons: Mapping[str, str]) -> Iterator[FileFailure]:
    return (FileFailure(path, failure=failure_from_sentence(f"{path} {reason}.")) for path, reason in reasons.items())
