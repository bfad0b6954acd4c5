"""Measure scan, ledger and caches over a folder of very many paths. `python -m bench.ingestion.many_paths --paths N`.

The files are empty and real; Qdrant is a stand-in in this process that makes up the records of the ledger and the
counts of passages as they are asked for, so that neither reading nor the engine is measured. Prints one JSON line:
seconds of processor time of the bare walk (os.scandir and stat), of the first pass, which compares folder, ledger and
index, without what the stand-in takes, and of passes after it; this process's memory; how often the ledger was read
whole.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psutil
from qdrant_client import QdrantClient
from qdrant_client.models import FieldCondition, Filter, MatchAny

from bench.processes import load
from ingestion.reader_processes.pool import ReaderPool
from ingestion.readers.chunking import PIPELINE_VERSION
from ingestion.scan.folder_scan import scan_folder
from ingestion.settings import IngestionSettings
from ingestion.sync.reconciler import DocumentReading, IndexTarget, Reconciler, WatchedFolder
from knowledge.core.access import EVERYONE
from knowledge.core.documents import Document, DocumentState, Fingerprint, make_content_version
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.inventory import make_passage_version_key
from knowledge.storage.passage_writer import PassageWriter
from knowledge.storage.record_repository import format_record

_A_FOLDER, _A_TOP_FOLDER = 100, 10_000  # files in a folder, and below a folder of the root
_MB = 1 << 20


class StandIn:
    """Answers as Qdrant does for an index that equals the folder; what is written is forgotten."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._pages: Iterator[Document] = iter(())
        self._to_count: Iterator[Document] = iter(())
        self._counted = 0
        self._template = ""
        self.ledger_reads = 0
        self.seconds = 0.0  # of processor time that it took itself

    def scroll(self, collection: str, *_: object, **options: Any) -> tuple[list[SimpleNamespace], int | None]:
        """A page of the ledger; a first page begins a whole reading of it. Of one document, no passage."""
        if collection.endswith("_passages"):
            return [], None
        started = time.process_time()
        if options.get("offset") is None:
            self.ledger_reads += 1
            self._pages = _list_documents(self._root)
            first = next(_list_documents(self._root))
            self._template = json.dumps(format_record(first), default=list)
        documents = islice(self._pages, options["limit"])
        page = [SimpleNamespace(id=one.path, payload=_as_received(one, self._template)) for one in documents]
        self.seconds += time.process_time() - started
        return page, 1 if len(page) == options["limit"] else None

    def facet(self, *_: object, facet_filter: Filter | None, **__: object) -> SimpleNamespace:
        """The number of passages of each version of the documents that are asked for, in the order of the ledger."""
        started = time.process_time()
        asked = _list_ids(facet_filter)
        if self._counted == 0:
            self._to_count = _list_documents(self._root)
        documents = [*islice(self._to_count, len(asked) or None)]
        if asked and [one.id for one in documents] != asked:
            raise SystemExit("The documents were counted in another order: no figure.")
        self._counted += len(documents)
        hits = [SimpleNamespace(value=make_passage_version_key(one, live=True), count=1) for one in documents]
        self.seconds += time.process_time() - started
        return SimpleNamespace(hits=hits)

    def retrieve(self, *_: object, **__: object) -> list[SimpleNamespace]:
        """No point at all."""
        return []

    def count(self, *_: object, **__: object) -> SimpleNamespace:
        """The number of all passages."""
        counted, self._counted = self._counted, 0
        return SimpleNamespace(count=counted)

    def __getattr__(self, name: str) -> Any:
        """Any other call succeeds and says nothing."""
        shape = SimpleNamespace(params=SimpleNamespace(vectors=None), quantization_config=None, metadata={})
        return lambda *_, **__: SimpleNamespace(status="completed", payload_schema={}, config=shape)


def _list_documents(root: Path) -> Iterator[Document]:
    """The ledger's record of every file, as if each had been read to one passage."""
    for path, entry in _walk(root):
        status = entry.stat(follow_symlinks=False)
        print_ = Fingerprint(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        sha256 = f"{status.st_ino:064x}"
        yield Document(
            path,
            print_,
            sha256,
            make_content_version(sha256, PIPELINE_VERSION),
            1,
            DocumentState.MEANING,
            title=entry.name.partition(".")[0],
            passages=1,
            pipeline=PIPELINE_VERSION,
            embedding_model="bge-m3",
            audience=frozenset({EVERYONE}),
            seen_at=status.st_mtime,
            read_at=status.st_mtime,
            changed_at=status.st_mtime,
        )


def _list_ids(condition: Filter | None) -> list[str]:
    match condition:
        case Filter(must=[FieldCondition(match=MatchAny(any=ids))]):
            return [str(one) for one in ids]
    return []


def _as_received(document: Document, template: str) -> object:
    """A record as it comes over HTTP: no object of it is shared with another record."""
    record = json.loads(template)
    for name in ("path", "sha256", "version", "title", "seen_at", "read_at", "changed_at"):
        record[name] = getattr(document, name)
    for name in record["fingerprint"]:
        record["fingerprint"][name] = getattr(document.fingerprint, name)
    return record


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.ingestion.many_paths", description=__doc__)
    parser.add_argument("--paths", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the files are made, and left; else a temporary folder")
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as scratch:
        root = given.folder or Path(scratch) / "documents"
        fill_folder(root, given.paths)
        print(json.dumps(measure(root, given.paths, given.rounds)))


def measure(root: Path, paths: int, rounds: int) -> dict[str, object]:
    """The figures of the passes over a folder that does not change, but for one file at the end."""
    stand_in, settings = StandIn(root), IngestionSettings()
    client = cast("QdrantClient", stand_in)
    memory = {"start": _rss_mb()}
    with closing(ReaderPool(settings)) as pool:
        index, ledger = PassageWriter(client, "bench", EmbeddingModel(settings)), DocumentLedger(client, "bench")
        folder = WatchedFolder(root, scan_cache_seconds=1e9)
        worker = Reconciler(folder, IndexTarget(index, ledger), DocumentReading(pool), threading.Event())
        walks, scans, unchanged = [], [], []
        walks.append(_cpu(lambda: _bare_walk(root)))
        first = _cpu(lambda: _run(worker, paths)) - stand_in.seconds
        memory["first pass"] = _rss_mb()
        for _ in range(rounds):
            walks.append(_cpu(lambda: _bare_walk(root)))
            unchanged.append(_cpu(lambda: _run(worker, paths)))
        memory["unchanged passes"] = _rss_mb()
        reads = stand_in.ledger_reads
        (root / "new.unknown").write_text("x", encoding="ascii")
        with_new_file = _cpu(lambda: worker.run_pass())
        (root / "new.unknown").unlink()
        memory["pass with a new file"] = _rss_mb()
        scans.append(_cpu(lambda: scan_folder(root)))
    walk = statistics.median(walks)
    return {
        "paths": paths,
        "bare_walk_s": round(walk, 2),
        "unchanged_pass_s": round(statistics.median(unchanged), 2),
        "unchanged_to_walk": round(statistics.median(unchanged) / walk, 2),
        "first_pass_s": round(first, 1),
        "pass_with_a_new_file_s": round(with_new_file, 1),
        "scan_s": round(statistics.median(scans), 1),
        "ledger_reads": [reads, stand_in.ledger_reads],
        "rss_mb": memory,
        "peak_mb": _peak_mb(),
        "load": load(),
    }


def fill_folder(root: Path, paths: int) -> None:
    """Make empty files in folders of a hundred; those that are there already stay."""
    there: set[str] = set()
    needed = paths + paths // _A_FOLDER
    root.mkdir(parents=True, exist_ok=True)
    if os.statvfs(root).f_favail < needed:
        raise SystemExit(f"{root} has no room for {needed} files and folders: say where with --folder.")
    for n in range(paths):
        folder = f"{root}/team-{n // _A_TOP_FOLDER:03}/{n // _A_FOLDER:06}"
        if n % _A_FOLDER == 0:
            Path(folder).mkdir(parents=True, exist_ok=True)
            there = set(os.listdir(folder))
        if f"note-{n:07}.txt" not in there:
            os.close(os.open(f"{folder}/note-{n:07}.txt", os.O_CREAT | os.O_WRONLY, 0o644))


def _run(worker: Reconciler, paths: int) -> None:
    summary = worker.run_pass()
    if summary.unchanged != paths:
        raise SystemExit(f"{paths - summary.unchanged} of {paths} documents did not count as unchanged: no figure.")


def _walk(root: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    folders = [""]
    while folders:
        folder = folders.pop()
        with os.scandir(root / folder) as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    folders.append(path)
                elif entry.name.endswith(".txt"):
                    yield path, entry


def _bare_walk(root: Path) -> None:
    for _, entry in _walk(root):
        entry.stat(follow_symlinks=False)


def _cpu(work: Any) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _rss_mb() -> int:
    return int(psutil.Process().memory_info().rss) // _MB


def _peak_mb() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


if __name__ == "__main__":
    main()
