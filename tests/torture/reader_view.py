"""Judges what readers see while workers live and die: of each document one whole version, never two and never none."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ingestion.parsing.pool import DocumentContent
from ingestion.readers.chunking import PIPELINE_VERSION
from ingestion.scan.folder_scan import compute_content_hash, scan_folder
from knowledge.core.documents import SEARCHABLE_STATES, make_content_version
from knowledge.core.failures import BusyDocument
from tests.torture.inline_reader import read_outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.torture.verdict import Held, Point


class Answers:
    """What a folder has held since the last undisturbed pass, and what must answer from it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._due: set[str] = set()
        self._whole: dict[tuple[str, str], int] = {}

    def begin(self, found: Held) -> None:
        """After an undisturbed pass: what is searchable must stay so while its file stays readable."""
        self._due = {path for path, document in found.ledger.items() if document.state in SEARCHABLE_STATES}

    def nothing_is_due(self) -> None:
        """The folder changes under a worker, so that what it sees is not known; or the index is a new one."""
        self._due.clear()

    def look(self) -> None:
        """See the folder as the next worker will: what is gone or broken need not answer any more."""
        seen = scan_folder(self._root)
        if seen.is_complete:
            self._due &= seen.files.keys()
        for path in seen.files:
            self._see(path)

    def _see(self, path: str) -> None:
        try:
            version = make_content_version(compute_content_hash(self._root / path), PIPELINE_VERSION)
        except BusyDocument:
            return
        came = read_outcome(self._root / path)
        if isinstance(came, DocumentContent):
            self._whole[path, version] = len(came.excerpts)
        else:
            self._due.discard(path)

    def wrong(self, found: Held) -> Iterator[str]:
        """What a reader would miss or get twice."""
        visible = _visible(found)
        for path in sorted(self._due):
            points = visible.get(path, [])
            whole = self._whole.get((path, points[0].version), len(points)) if points else 1
            if len(points) != whole:
                yield f"{path} answers from {len(points)} of the {whole} passages of a version"


def _visible(found: Held) -> dict[str, list[Point]]:
    """The passages that readers keep: alive, and of the version whose generation is the highest."""
    alive: defaultdict[str, list[Point]] = defaultdict(list)
    for point in found.points.values():
        if point.live:
            alive[point.path].append(point)
    return {path: _newest(points) for path, points in alive.items()}


def _newest(points: list[Point]) -> list[Point]:
    newest = max(points, key=lambda point: point.generation)
    return [point for point in points if point.version == newest.version]
