"""Measure a pass over an unchanged folder beside the bare walk. `python -m bench.ingestion.unchanged_folder`.

Prints one JSON line: seconds of CPU (median) of both sides, alternating in one run, and their ratio. The documents are
in the ledger as if they had been read; reading is not measured.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ingestion.reader_processes.pool import ReaderPool
from ingestion.readers.chunking import PIPELINE_VERSION
from ingestion.scan.folder_scan import scan_folder
from ingestion.settings import IngestionSettings
from ingestion.sync.reconciler import DocumentReading, IndexTarget, Reconciler, WatchedFolder
from knowledge.core.access import EVERYONE
from knowledge.core.documents import Document, DocumentState
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.passage_writer import PassageWriter
from tests.doubles.temporary_qdrant import open_temporary_qdrant

_A_FOLDER = 1000  # files


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        _fill(root, arguments.files)
        worker = _worker(root)
        worker.run_pass()
        walks, passes = [], []
        for _ in range(arguments.rounds):
            walks.append(_seconds(lambda: _walk(root)))
            passes.append(_seconds(lambda: _unchanged(worker, arguments.files)))
    walk, pass_ = statistics.median(walks), statistics.median(passes)
    figures = {"files": arguments.files, "walk_s": round(walk, 3), "pass_s": round(pass_, 3)}
    print(json.dumps({**figures, "ratio": round(pass_ / walk, 2)}))


def _fill(root: Path, files: int) -> None:
    for n in range(files):
        folder = root / f"{n // _A_FOLDER:04}"
        if n % _A_FOLDER == 0:
            folder.mkdir()
        (folder / f"{n:06}.md").touch()


def _worker(root: Path) -> Reconciler:
    client, settings = open_temporary_qdrant(), IngestionSettings()
    index, ledger = PassageWriter(client, "bench", EmbeddingModel(settings)), DocumentLedger(client, "bench")
    ledger.save_documents(
        *(
            Document(
                path,
                print_,
                "0" * 64,
                "0",
                1,
                DocumentState.WORDS,
                pipeline=PIPELINE_VERSION,
                audience=frozenset({EVERYONE}),
            )
            for path, print_ in scan_folder(root).files.items()
        )
    )
    return Reconciler(
        WatchedFolder(root, scan_cache_seconds=3600),
        IndexTarget(index, ledger),
        DocumentReading(ReaderPool(settings)),
        threading.Event(),
    )


def _walk(root: Path) -> None:
    folders = [str(root)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                os.lstat(entry.path)


def _unchanged(worker: Reconciler, files: int) -> None:
    summary = worker.run_pass()
    if summary.unchanged != files:
        raise SystemExit(f"{files - summary.unchanged} of {files} documents did not count as unchanged: no figure.")


def _seconds(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
