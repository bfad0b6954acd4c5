"""Runs the worker's commands `watch`, `scan`, `status` and `check`: builds what each one needs and closes it after."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import signal
import sys
import threading
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.deletions import DeletionGuard, FolderMarker, MassDeletionLimit
from ingestion.reader_processes.confinement import LAYERS
from ingestion.reader_processes.pool import open_reader_pool
from ingestion.reader_processes.sandbox_pool import ReadLimits, SandboxPool
from ingestion.rollout.report import describe_index, rollout_to_json
from ingestion.rollout.rollout import IndexPlace, Rollout
from ingestion.scan.disk_events import DiskEventWatcher
from ingestion.service import IngestionService
from ingestion.status_report import (
    count_searchable_passages,
    describe_documents,
    describe_held_deletions,
    describe_summary,
    describe_unlisted_documents,
    list_document_rows,
    status_to_json,
    summary_to_json,
)
from ingestion.sync.progress import ProgressBar, draw_bar
from ingestion.sync.reconciler import WatchedFolder
from knowledge.backup.restore import refuse_unfinished_restore
from knowledge.core.failures import SouffleurError
from knowledge.runtime.heartbeat import Heartbeat
from knowledge.runtime.metrics import serve_metrics
from knowledge.runtime.privacy import is_inspection_forbidden
from knowledge.runtime.rich_output import is_terminal, print_table
from knowledge.storage.client import open_qdrant
from knowledge.storage.index_versions import IndexVersion, IndexVersions, RolloutState
from knowledge.storage.worker_requests import DeletionHolds, WorkerRequests

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from qdrant_client import QdrantClient

    from ingestion.settings import IngestionSettings

_SCAN_CACHE_SECONDS = 600.0  # then a pass compares folder, ledger and index again, whether or not the folder changed
_STATE_STYLES = {"failed": "bold red", "waiting": "yellow", "words": "green", "meaning": "green"}
# For each layer: what holds, and what to do where it does not.
_SENTENCES: Mapping[str, tuple[str, str]] = {
    "parent": (
        "no other process of this user can read this process's memory, environment or open files.",
        "another process of this user could read this process's environment: run it on Linux.",
    ),
    "privacy": (
        "readers cannot look into each other.",
        "readers could look into each other: run the worker on Linux.",
    ),
    "privileges": (
        "a reader has no right of root's, and gets none by starting a program.",
        "a reader keeps the rights of its user: run the worker on Linux, and not as root.",
    ),
    "network": (
        "a reader is in a network of its own, without any interface or route.",
        "a reader has no network of its own (user namespaces are not allowed here): system_calls must hold.",
    ),
    "files": (
        "a reader can open its document and the programs that read it; no other file, and none to write (Landlock).",
        "a reader could open other files of its user: use a kernel with Landlock (Linux 5.13 or later).",
    ),
    "system_calls": (
        "a reader can open no socket, look into no process and mount nothing (seccomp).",
        "a reader could open sockets: use a kernel with seccomp, on x86_64 or aarch64.",
    ),
}


def run_watch(settings: IngestionSettings, _: argparse.Namespace) -> None:
    """Keep the index equal to the folder until the process is told to stop."""
    stop, wake_up = threading.Event(), threading.Event()
    _stop_on_signals(stop, wake_up)
    heartbeat = Heartbeat.for_process("ingestion", settings.heartbeat_dir)
    with (
        serve_metrics(settings, heartbeat),
        _open_rollout(settings, stop) as (client, rollout),
        DiskEventWatcher(settings.documents_dir, wake_up),
    ):
        requests = WorkerRequests(client, settings.collection)
        IngestionService(settings, rollout, requests, heartbeat).run_service(wake_up, stop)


def run_scan(settings: IngestionSettings, arguments: argparse.Namespace) -> None:
    """Run one pass, embed what is new, and print what was done."""
    with _open_rollout(settings, threading.Event()) as (client, rollout):
        rollout.review_versions()
        reconciler = rollout.serving_worker.reconciler
        with draw_bar("reading", "documents") as bar:
            summary = reconciler.run_pass(ProgressBar(bar))
            if summary.held and arguments.confirm_deletes:
                DeletionHolds(client, settings.collection).confirm_held_deletions("the command line")
                summary = reconciler.run_pass(ProgressBar(bar))
        if summary.held:
            print(describe_held_deletions(summary.held), file=sys.stderr)
        _fill_embeddings(rollout)
        while rollout.advance_rollout(lambda: False):
            pass
        for sentence in _describe_index_state(settings, rollout.get_rollout_state(), (), summary.passages):
            print(sentence, file=sys.stderr)
    if arguments.json:
        print(json.dumps(summary_to_json(summary), ensure_ascii=False))
    else:
        _print_lines(describe_summary(summary))


def run_status(settings: IngestionSettings, arguments: argparse.Namespace) -> None:
    """Print what the ledger knows of each document, and how the index stands."""
    with contextlib.closing(open_qdrant(settings)) as client:
        versions = IndexVersions(client, settings.collection)
        documents = sorted(versions.open_serving_ledger().list_documents().values(), key=lambda document: document.path)
        hold = DeletionHolds(client, settings.collection).get_deletion_hold()
        serving, rollout, kept = (
            versions.get_serving_version(),
            versions.fetch_rollout_state(),
            versions.list_retired_versions(),
        )
    if arguments.json:
        report = {**status_to_json(documents, hold), "index": rollout_to_json(serving, rollout, kept)}
        print(json.dumps(report, ensure_ascii=False))
        return
    if documents and is_terminal():
        print_table(("state", "document", "what became of it"), list_document_rows(documents), _STATE_STYLES)
        _print_lines(describe_unlisted_documents(documents))
    else:
        _print_lines(describe_documents(documents))
    if hold:
        print(describe_held_deletions(hold.count))
    _print_lines(_describe_index_state(settings, rollout, kept, count_searchable_passages(documents)))


def run_check(settings: IngestionSettings, arguments: argparse.Namespace) -> None:
    """Print for each layer of protection whether readers have it here; a reader is started and asked."""
    findings = check_protection(ReadLimits.from_settings(settings))
    if arguments.json:
        print(json.dumps([dataclasses.asdict(finding) for finding in findings]))
        return
    rows = [("✓" if finding.holds else "!", finding.layer, finding.sentence) for finding in findings]
    if is_terminal():
        print_table(("", "layer", "finding"), rows, {"✓": "green", "!": "yellow"})
    else:
        _print_lines(f"{sign} {layer}: {sentence}" for sign, layer, sentence in rows)


@contextlib.contextmanager
def _open_rollout(settings: IngestionSettings, stop: threading.Event) -> Iterator[tuple[QdrantClient, Rollout]]:
    """Build the client and what fills the index; end the readers and close the client after the block."""
    folder = settings.documents_dir
    if not folder.is_dir():
        raise SouffleurError(_describe_missing_folder(folder))
    with contextlib.ExitStack() as stack:
        client = stack.enter_context(contextlib.closing(open_qdrant(settings)))
        refuse_unfinished_restore(client, settings.collection)
        reader_pool = stack.enter_context(contextlib.closing(open_reader_pool(settings)))
        deletions = DeletionGuard(
            MassDeletionLimit(settings.max_deletes, settings.max_deletes_percent),
            FolderMarker(folder, client, settings.collection),
            DeletionHolds(client, settings.collection),
        )
        watched = WatchedFolder(folder, deletions, scan_cache_seconds=_SCAN_CACHE_SECONDS)
        yield (
            client,
            Rollout(settings, IndexPlace.from_settings(settings, client), reader_pool, stop, folder=watched),
        )


def _describe_missing_folder(folder: Path) -> str:
    if folder.exists():
        return f"{folder} is a file, not a folder: name the folder that it is in, or set DOCUMENTS_DIR."
    return f"The folder {folder} does not exist: make it, or set DOCUMENTS_DIR."


def _fill_embeddings(rollout: Rollout) -> None:
    worker = rollout.serving_worker
    passages = worker.backfill.count_pending_passages()
    with draw_bar("meaning", "passages", passages) as bar:
        rollout.fill_version_embeddings(worker, on_progress=bar.update)


def _describe_index_state(
    settings: IngestionSettings, rollout: RolloutState | None, kept_versions: Sequence[IndexVersion], passages: int
) -> Iterator[str]:
    hours, embedded = settings.keep_old_index_hours, settings.qdrant_url is None
    return describe_index(rollout, kept_versions, passages, keep_hours=hours, is_embedded=embedded)


def _stop_on_signals(stop: threading.Event, wake_up: threading.Event) -> None:
    def end(*_: object) -> None:
        stop.set()
        wake_up.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


@dataclass(frozen=True, slots=True)
class ProtectionFinding:
    """Whether one layer of protection holds; `sentence` says what follows, and what to do where it does not."""

    layer: str
    holds: bool
    sentence: str


def check_protection(limits: ReadLimits) -> list[ProtectionFinding]:
    """Start a reader as the worker does, and ask it what holds."""
    with closing(SandboxPool()) as pool:
        holding = pool.fetch_layers(limits)
    found: dict[str, bool] = {"parent": is_inspection_forbidden()}
    found |= {layer: layer in holding for layer in LAYERS}
    return [ProtectionFinding(layer, holds, _SENTENCES[layer][not holds]) for layer, holds in found.items()]
