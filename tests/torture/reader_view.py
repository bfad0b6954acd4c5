"""Checks what a search sees while workers are killed: one whole version of each document, never two or none."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ingestion.access.rules import read_folder_rules
from ingestion.reader_processes.pool import DocumentContent
from ingestion.readers.chunking import PIPELINE_VERSION
from ingestion.scan.document_file import DocumentFile
from ingestion.scan.folder_scan import scan_folder
from ingestion.scan.safe_open import FolderTree
from knowledge.core.access import combine_requirements
from knowledge.core.documents import SEARCHABLE_STATES, make_content_version
from knowledge.core.failures import BusyDocument
from tests.torture.worker_runs import read_outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingestion.scan.folder_scan import FolderScan
    from knowledge.core.documents import Document
    from tests.torture.index_comparison import IndexContents, Point


class ReaderView:
    """Knows what the folder has held since the last undisturbed pass, and which documents must be found."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._expected: set[str] = set()
        self._known: dict[str, Document] = {}
        self._narrowest: dict[str, frozenset[str]] = {}
        self._passage_counts: dict[tuple[str, str], int] = {}

    def expect_searchable(self, found: IndexContents) -> None:
        """Expect every searchable document to stay so while its file stays readable."""
        self._known = {path: one for path, one in found.ledger.items() if one.state in SEARCHABLE_STATES}
        self._expected = set(self._known)
        self._narrowest = {path: one.audience for path, one in self._known.items()}

    def expect_nothing(self) -> None:
        """Expect nothing: the folder changed during a run, or the index is a new one."""
        self._expected.clear()

    def note_folder(self) -> None:
        """Note the files as the next worker will see them; expect no missing or broken one."""
        seen = scan_folder(self._root)
        if seen.is_complete:
            self._expected &= seen.files.keys()
        self._expect_no_replaced_file(seen)
        for path in seen.files:
            self._see(path)

    def _expect_no_replaced_file(self, seen: FolderScan) -> None:
        """Expect no file that may be another one and is for more people now: its old passages go before it is read."""
        rules = read_folder_rules(seen.tree, seen.rule_files, seen.near_rule_files)
        for path in self._expected & seen.files.keys():
            audience = rules.resolve_audience(path)
            self._narrowest[path] = combine_requirements({*self._narrowest[path], *audience})
            if self._narrowest[path] != audience and seen.files[path] != self._known[path].fingerprint:
                self._expected.discard(path)

    def _see(self, path: str) -> None:
        try:
            version = make_content_version(
                DocumentFile(FolderTree(self._root), path).compute_content_hash(), PIPELINE_VERSION
            )
        except BusyDocument:
            return
        outcome = read_outcome(self._root / path)
        if isinstance(outcome, DocumentContent):
            self._passage_counts[path, version] = len(outcome.excerpts)
        else:
            self._expected.discard(path)

    def find_faults(self, found: IndexContents) -> Iterator[str]:
        """Yield a sentence for each document that is not found as one whole version."""
        visible = _visible(found)
        for path in sorted(self._expected):
            points = visible.get(path, [])
            whole = self._passage_counts.get((path, points[0].version), len(points)) if points else 1
            if len(points) != whole:
                yield f"{path} answers from {len(points)} of the {whole} passages of a version"


def _visible(found: IndexContents) -> dict[str, list[Point]]:
    """Return the passages that a search keeps: live ones of the highest generation, by path."""
    alive: defaultdict[str, list[Point]] = defaultdict(list)
    for point in found.points.values():
        if point.live:
            alive[point.path].append(point)
    return {path: _newest(points) for path, points in alive.items()}


def _newest(points: list[Point]) -> list[Point]:
    newest = max(points, key=lambda point: point.generation)
    return [point for point in points if point.version == newest.version]
