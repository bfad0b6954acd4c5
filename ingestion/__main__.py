"""`python -m ingestion watch | scan | status | health`: builds the worker's parts and hands them to each other."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import signal
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.rollout.report import describe_index, format_count, rollout_to_json
from ingestion.settings import IngestionSettings
from knowledge.core.documents import SEARCHABLE_STATES, Document, DocumentState
from knowledge.core.failures import SouffleurError
from knowledge.core.text import mask_control_characters
from knowledge.runtime.heartbeat import Heartbeat
from knowledge.runtime.loading import pause_garbage_collection
from knowledge.runtime.log_setup import configure_logging, log_uncaught_exceptions
from knowledge.runtime.proxies import configure_proxies
from knowledge.runtime.redaction import redact_secrets
from knowledge.runtime.settings import disable_telemetry
from knowledge.runtime.unknown_settings import warn_unknown_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingestion.rollout.rollout import Rollout
    from ingestion.sync.reconciler import PassSummary
    from knowledge.storage.held_deletions import DeletionHold
    from knowledge.storage.index_versions import IndexVersion, RolloutState


_SCAN_CACHE_SECONDS = 600.0  # then folder, ledger and index are compared anew, though nothing seems to have changed


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0, 1 where `health` finds the worker unwell, 2 where nothing was done."""
    arguments = _build_parser().parse_args(argv)
    disable_telemetry()
    try:
        settings = IngestionSettings.load(documents_dir=arguments.folder)
        configure_proxies(settings.qdrant_url, settings.ollama_url)
        configure_logging(settings.log_format, settings.log_level)
        warn_unknown_settings()
        return _COMMANDS[arguments.command](settings, arguments)
    except SouffleurError as error:
        print(redact_secrets(str(error)), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingestion", description="Keep the index equal to the folder.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, (_, what) in _COMMAND_HELP.items():
        command = commands.add_parser(name, help=what, description=what)
        if name in ("watch", "scan"):
            command.add_argument("--folder", type=Path, help="the folder (default: DOCUMENTS_DIR)")
        if name in ("scan", "status"):
            command.add_argument("--json", action="store_true", help="print JSON")
        if name == "scan":
            command.add_argument(
                "--confirm-deletes", action="store_true", help="let deletions that are held go through"
            )
    parser.set_defaults(command="watch", folder=None)
    return parser


def _run_watch(settings: IngestionSettings, _: argparse.Namespace) -> int:
    from ingestion.scan.disk_events import DiskEventWatcher
    from ingestion.service import IngestionService
    from knowledge.storage.worker_requests import WorkerRequests

    stop, woken = threading.Event(), threading.Event()
    _stop_on_signals(stop, woken)
    heartbeat = Heartbeat.for_process("ingestion", settings.heartbeat_dir)
    with _Components(settings, stop) as parts, DiskEventWatcher(settings.documents_dir, woken):
        requests = WorkerRequests(parts.client, settings.collection)
        IngestionService(settings, parts.rollout, requests, heartbeat).run_service(woken, stop)
    return 0


def _run_scan(settings: IngestionSettings, arguments: argparse.Namespace) -> int:
    from ingestion.sync.progress import ProgressBar

    with _Components(settings) as parts:
        parts.rollout.review_versions()
        with ProgressBar("reading") as bar:
            worker = parts.rollout.serving_worker.reconciler
            summary = worker.run_pass(bar)
            if summary.held and arguments.confirm_deletes:
                parts.holds.confirm_held_deletions("the command line")
                summary = worker.run_pass(bar)
        if summary.held:
            print(_held_sentence(summary.held), file=sys.stderr)
        _fill_embeddings(parts.rollout)
        while parts.rollout.advance_rollout(lambda: False):
            pass
        for sentence in _describe_index_state(settings, parts.rollout.get_rollout_state(), (), summary.passages):
            print(sentence, file=sys.stderr)
    if arguments.json:
        print(json.dumps(_summary_json(summary), ensure_ascii=False))
    else:
        _print_summary(summary)
    return 0


def _fill_embeddings(rollout: Rollout) -> None:
    from tqdm import tqdm

    lane = rollout.serving_worker
    passages = sum(document.passages for document in lane.backfill.list_pending_documents())
    with tqdm(desc="meaning", unit=" passages", total=passages, disable=None, leave=False) as bar:
        rollout.fill_version_embeddings(lane, on_progress=bar.update)


def _run_status(settings: IngestionSettings, arguments: argparse.Namespace) -> int:
    from knowledge.storage.client import open_qdrant
    from knowledge.storage.held_deletions import DeletionHolds
    from knowledge.storage.index_versions import IndexVersions

    with contextlib.closing(open_qdrant(settings)) as client:
        builds = IndexVersions(client, settings.collection)
        documents = sorted(builds.open_serving_ledger().list_documents().values(), key=lambda document: document.path)
        hold = DeletionHolds(client, settings.collection).get_deletion_hold()
        serving, switch, kept = (
            builds.get_serving_version(),
            builds.fetch_rollout_state(),
            builds.list_retired_versions(),
        )
    if arguments.json:
        report = {**_status_json(documents, hold), "index": rollout_to_json(serving, switch, kept)}
        print(json.dumps(report, ensure_ascii=False))
        return 0
    _print_status(documents)
    if hold:
        print(_held_sentence(hold.count))
    for sentence in _describe_index_state(settings, switch, kept, _count_searchable_passages(documents)):
        print(sentence)
    return 0


def _describe_index_state(
    settings: IngestionSettings, rollout: RolloutState | None, kept_versions: Sequence[IndexVersion], passages: int
) -> Iterator[str]:
    hours, embedded = settings.keep_old_index_hours, settings.qdrant_url is None
    return describe_index(rollout, kept_versions, passages, keep_hours=hours, is_embedded=embedded)


def _run_health(settings: IngestionSettings, _: argparse.Namespace) -> int:
    well, sentence = Heartbeat.for_process("ingestion", settings.heartbeat_dir).check_heartbeat(time.time)
    print(sentence)
    return 0 if well else 1


class _Components:
    """The worker's parts, built for one command and closed after it."""

    def __init__(self, settings: IngestionSettings, stop: threading.Event | None = None) -> None:
        with pause_garbage_collection():
            from ingestion.deletions.folder_marker import FolderMarker
            from ingestion.deletions.guard import DeletionGuard
            from ingestion.deletions.mass_deletion import MassDeletionLimit
            from ingestion.parsing.pool import ReaderPool
            from ingestion.rollout.rollout import Rollout
            from knowledge.storage.client import open_qdrant
            from knowledge.storage.held_deletions import DeletionHolds

        folder = settings.documents_dir
        if not folder.is_dir():
            raise SouffleurError(_missing_folder_message(folder))
        self.client = open_qdrant(settings)
        self.holds = DeletionHolds(self.client, settings.collection)
        self._reader_pool = ReaderPool(settings)
        self.rollout = Rollout(
            settings,
            self.client,
            self._reader_pool,
            stop or threading.Event(),
            deletions=DeletionGuard(
                MassDeletionLimit(settings.max_deletes, settings.max_deletes_percent),
                FolderMarker(folder, self.client, settings.collection),
                self.holds,
            ),
            scan_cache_seconds=_SCAN_CACHE_SECONDS,
        )

    def __enter__(self) -> _Components:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader_pool.close()
        self.client.close()


def _missing_folder_message(folder: Path) -> str:
    if folder.exists():
        return f"{folder} is a file, not a folder: name the folder that it is in, or set DOCUMENTS_DIR."
    return f"The folder {folder} does not exist: make it, or set DOCUMENTS_DIR."


def _stop_on_signals(stop: threading.Event, wake_up: threading.Event) -> None:
    def end(*_: object) -> None:
        stop.set()
        wake_up.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


def _summary_json(summary: PassSummary) -> dict[str, object]:
    fields = dataclasses.asdict(summary)
    return {name: value for name, value in fields.items() if name not in ("waiting", "left")}


def _print_summary(summary: PassSummary) -> None:
    print(
        f"{format_count(summary.documents, 'document')}: {summary.indexed} indexed, {summary.unchanged} unchanged, "
        f"{summary.moved} moved, {summary.deleted} deleted, {len(summary.failed)} failed; "
        f"{format_count(summary.passages, 'passage')}; {summary.seconds:.1f} s."
    )
    for failure in summary.failed:
        print(mask_control_characters(f"  {failure.path}: {failure.reason}"))


def _status_json(documents: list[Document], hold: DeletionHold | None) -> dict[str, object]:
    return {
        "documents": [_document_json(document) for document in documents],
        "searchable": sum(document.state in SEARCHABLE_STATES for document in documents),
        "failed": sum(document.state is DocumentState.FAILED for document in documents),
        "passages": _count_searchable_passages(documents),
        "held": dataclasses.asdict(hold) if hold else None,
    }


def _count_searchable_passages(documents: Sequence[Document]) -> int:
    """How many passages a search looks through."""
    return sum(document.passages for document in documents if document.state in SEARCHABLE_STATES)


def _held_sentence(count: int) -> str:
    missing, they = ("is missing", "it is") if count == 1 else ("are missing", "they are")
    return (
        f"{format_count(count, 'document')} {missing} from the folder, to be found until somebody confirms that {they} "
        "gone: see that the folder is mounted, then run `python -m ingestion scan --confirm-deletes`."
    )


def _document_json(document: Document) -> dict[str, object]:
    return {
        "path": document.path,
        "title": document.title,
        "state": document.state.value,
        "pages": document.pages,
        "passages": document.passages,
        "words_only": document.words_only,
        "hidden": document.hidden,
        "plain_pages": document.plain_pages,
        "reason": document.reason,
        "size": document.fingerprint.size,
        "sha256": document.sha256,
        "pipeline": document.pipeline,
        "embedding_model": document.embedding_model,
        "changed_at": _iso_time(document.changed_at),
        "read_at": _iso_time(document.read_at),
    }


def _print_status(documents: list[Document]) -> None:
    if not documents:
        print("No document is known yet: drop files into the folder and run `python -m ingestion scan`.")
    for document in documents:
        pages = f"{format_count(document.pages, 'page')}, " if document.pages else ""
        hidden = f", hidden text left out: {format_count(document.hidden, 'place')}" if document.hidden else ""
        plain = (
            f", a step of reading failed: {format_count(document.plain_pages, 'page')}" if document.plain_pages else ""
        )
        detail = f"{pages}{format_count(document.passages, 'passage')}{hidden}{plain}"
        if document.reason:
            detail = f"{detail}; {document.reason}" if document.state in SEARCHABLE_STATES else document.reason
        print(mask_control_characters(f"{document.state.value:<8} {document.path}: {detail}"))


def _iso_time(seconds: float | None) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds else None


_COMMAND_HELP = {
    "watch": (_run_watch, "Watch the folder and keep the index equal to it (the default)."),
    "scan": (_run_scan, "Look at the folder once, bring the index to it, and say what was done."),
    "status": (_run_status, "Show what the ledger knows of each document."),
    "health": (_run_health, "Say whether the worker is alive (exit status 0 or 1)."),
}
_COMMANDS = {name: command for name, (command, _) in _COMMAND_HELP.items()}


if __name__ == "__main__":
    log_uncaught_exceptions()
    sys.exit(main())
