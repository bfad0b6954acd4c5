"""Measure how the time to index a folder of small documents grows with their number.

The worker and its children are the real ones, over Qdrant's engine in memory, whose time is measured apart. Beside it,
a second engine gets the same points and no searches: the difference is what we cause.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from qdrant_client import QdrantClient, models

from bench.processes import load, seconds
from ingestion.reader_processes.pool import ReaderPool
from ingestion.settings import IngestionSettings
from ingestion.sync.reconciler import DocumentReading, IndexTarget, Reconciler, WatchedFolder
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.passage_writer import PassageWriter
from tests.doubles.temporary_qdrant import open_temporary_qdrant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_A_FOLDER = 100  # files
_AT_ONCE = 128  # points
_ENGINE = ("upsert", "scroll", "count", "delete", "set_payload", "facet", "retrieve", "get_collection")


@dataclass(slots=True)
class Clock:
    """The seconds that were spent in the embedded engine."""

    seconds: float = 0.0

    def around(self, call: Callable[..., object]) -> Callable[..., object]:
        """The same call, timed."""

        def timed(*arguments: object, **options: object) -> object:
            started = time.perf_counter()
            try:
                return call(*arguments, **options)
            finally:
                self.seconds += time.perf_counter() - started

        return timed


def growing(sizes: Sequence[int]) -> dict[str, object]:
    """For each size: files a second in all, and without what the engine took."""
    rows = {str(size): _indexed(size) for size in sizes}
    first, last = rows[str(sizes[0])], rows[str(sizes[-1])]
    more = sizes[-1] / sizes[0]
    growth = {
        f"{whose}_seconds_per_file_last_to_first": round(last[f"{whose}_seconds"] / first[f"{whose}_seconds"] / more, 2)
        for whose in ("own", "engine", "bare_engine")
    }
    return {"files": rows, **growth, "load": load()}


def _indexed(size: int) -> dict[str, float]:
    clock = Clock()
    client = open_temporary_qdrant()
    for name in _ENGINE:
        setattr(client, name, clock.around(getattr(client, name)))
    settings = IngestionSettings()
    with tempfile.TemporaryDirectory() as scratch, closing(ReaderPool(settings)) as hands:
        root = Path(scratch)
        fill_folder(root, size)
        index, ledger = PassageWriter(client, "bench", EmbeddingModel(settings)), DocumentLedger(client, "bench")
        worker = Reconciler(WatchedFolder(root), IndexTarget(index, ledger), DocumentReading(hands), threading.Event())
        started = time.perf_counter()
        summary = worker.run_pass()
        taken = time.perf_counter() - started
    engine, bare = clock.seconds, _bare(client)
    if summary.indexed != size:
        raise SystemExit(f"{summary.indexed} of {size} files were indexed: no figure.")
    own = max(taken - engine, 1e-9)
    return {
        "seconds": round(taken, 2),
        "own_seconds": round(own, 2),
        "engine_seconds": round(engine, 2),
        "bare_engine_seconds": round(bare, 2),
        "files_per_s": round(size / taken, 1),
        "own_files_per_s": round(size / own, 1),
    }


def _bare(filled: QdrantClient) -> float:
    """Seconds that another engine takes for the same points, given to it by hundreds and nothing else asked."""
    bare, taken = open_temporary_qdrant(), 0.0
    for collection in filled.get_collections().collections:
        params = filled.get_collection(collection.name).config.params
        bare.create_collection(collection.name, vectors_config={}, sparse_vectors_config=params.sparse_vectors or None)
        records, _ = filled.scroll(collection.name, limit=1_000_000, with_vectors=True)
        points = [
            models.PointStruct(id=one.id, vector=cast("models.VectorStruct", one.vector or {}), payload=one.payload)
            for one in records
        ]
        for at in range(0, len(points), _AT_ONCE):
            taken += seconds(partial(bare.upsert, collection.name, points[at : at + _AT_ONCE]))
    return taken


def fill_folder(root: Path, size: int) -> None:
    """Write small files of five formats into folders of a hundred."""
    for n in range(size):
        folder = root / f"{n // _A_FOLDER:04}"
        folder.mkdir(exist_ok=True)
        suffix, text = _KINDS[n % len(_KINDS)](n)
        (folder / f"{n:06}.{suffix}").write_text(text, encoding="utf-8")


def _markdown(n: int) -> tuple[str, str]:
    return "md", f"# Procedure {n}\n\nCall the workshop {n} before noon.\n\n## Tools\n\n- a lamp\n- a key of size {n}\n"


def _text(n: int) -> tuple[str, str]:
    return "txt", f"Note {n}\n\nThe door of house {n} is opened at seven and closed at nine in the evening.\n"


def _html(n: int) -> tuple[str, str]:
    return "html", f"<html><body><h1>Page {n}</h1><p>Lamp number {n} burns for forty hours.</p></body></html>"


def _table(n: int) -> tuple[str, str]:
    lines = io.StringIO()
    csv.writer(lines).writerows([["part", "price"], *([f"part {n}-{row}", str(row)] for row in range(8))])
    return "csv", lines.getvalue()


def _data(n: int) -> tuple[str, str]:
    return "json", json.dumps({"order": n, "customer": f"House {n}", "lines": [{"part": "lamp", "count": n % 7}]})


_KINDS = (_markdown, _text, _html, _table, _data)
