"""Measure how fast the worker reads many small files, and what memory it takes. `python -m bench.ingestion.many_files`.

The files are of five text formats. Worker and readers are the real ones, over the stand-in for a Qdrant server, which
runs in a process of its own. Prints one JSON line: files a second; the worker's memory after a quarter, a half and all
of the files; the processor time of the worker, of its readers and of the server. `--profile` also prints what took the
worker's time.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import logging
import pstats
import tempfile
import threading
import time
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.ingestion.folder_growth import fill_folder
from bench.processes import listening_process, load, processor_seconds, served
from ingestion.reader_processes.pool import ReaderPool
from ingestion.settings import IngestionSettings
from ingestion.sync.reconciler import DocumentReading, IndexTarget, Reconciler, WatchedFolder
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.storage.client import open_qdrant
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.passage_writer import PassageWriter

_MB = 1 << 20


@dataclass(slots=True)
class MemoryWatch:
    """Notes the memory of this process and the time as the files are read; the numbers of files are in `moments`."""

    moments: tuple[int, ...]
    started: float = field(default_factory=time.perf_counter)
    rss_mb: dict[int, int] = field(default_factory=dict)
    seconds: dict[int, float] = field(default_factory=dict)

    def report_progress(self, done: int, total: int, path: str) -> None:  # noqa: ARG002  # the worker hands them over
        """Note the memory and the time, if the number of files is one of the moments."""
        if done in self.moments and done not in self.rss_mb:
            self.rss_mb[done] = psutil.Process().memory_info().rss // _MB
            self.seconds[done] = round(time.perf_counter() - self.started, 1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.ingestion.many_files", description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    profile = cProfile.Profile() if given.profile else None
    with tempfile.TemporaryDirectory() as scratch, served("bench.qdrant_server") as server:
        root = Path(scratch)
        fill_folder(root, given.files)
        print(json.dumps(measure(root, given.files, given.readers, server, profile)))
    if profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(60)


def measure(root: Path, files: int, readers: int, server: str, profile: cProfile.Profile | None) -> dict[str, object]:
    """Index the folder at `root` once."""
    settings = IngestionSettings(readers=readers, qdrant_url=server)
    client = open_qdrant(settings)
    watch = MemoryWatch((files // 4, files // 2, files))
    own_server = listening_process(server)
    before, server_before = time.process_time(), processor_seconds(own_server)
    with closing(ReaderPool(settings)) as pool, profile or nullcontext():
        index, ledger = PassageWriter(client, "bench", EmbeddingModel(settings)), DocumentLedger(client, "bench")
        summary = Reconciler(
            WatchedFolder(root), IndexTarget(index, ledger), DocumentReading(pool), threading.Event()
        ).run_pass(watch)
        taken = time.perf_counter() - watch.started
        readers_seconds = sum(map(processor_seconds, set(psutil.Process().children()) - {own_server}))
    if summary.indexed != files:
        raise SystemExit(f"{summary.indexed} of {files} files were indexed: no figure.")
    return {
        "files": files,
        "seconds": round(taken, 1),
        "files_per_second": round(files / taken, 1),
        "worker_rss_mb": list(watch.rss_mb.values()),
        "seconds_at": list(watch.seconds.values()),
        "worker_cpu_ms_per_file": round((time.process_time() - before) / files * 1000, 2),
        "readers_cpu_ms_per_file": round(readers_seconds / files * 1000, 2),
        "server_cpu_ms_per_file": round((processor_seconds(own_server) - server_before) / files * 1000, 2),
        "load": load(),
    }


if __name__ == "__main__":
    main()
