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

from ingestion.rollout.report import counted, sentences, standing
from ingestion.settings import IngestionSettings
from knowledge.core.documents import SEARCHABLE, Document, State
from knowledge.core.failures import SouffleurError
from knowledge.core.text import tame
from knowledge.runtime.heartbeat import Heartbeat
from knowledge.runtime.loading import at_one_go
from knowledge.runtime.log_setup import log_crashes, start_logging
from knowledge.runtime.proxies import arrange_proxies
from knowledge.runtime.redaction import redacted
from knowledge.runtime.settings import silence_telemetry
from knowledge.runtime.unknown_settings import warn_of_unknown_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingestion.rollout.rollout import Lanes
    from ingestion.sync.reconciler import Summary
    from knowledge.storage.held_deletions import Hold
    from knowledge.storage.index_versions import Build, Switch


_TRUST_SECONDS = 600.0  # then folder, ledger and index are compared anew, though nothing seems to have changed


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0, 1 where `health` finds the worker unwell, 2 where nothing was done."""
    arguments = _parser().parse_args(argv)
    silence_telemetry()
    try:
        settings = IngestionSettings.load(documents_dir=arguments.folder)
        arrange_proxies(settings.qdrant_url, settings.ollama_url)
        start_logging(settings.log_format, settings.log_level)
        warn_of_unknown_names()
        return _COMMANDS[arguments.command](settings, arguments)
    except SouffleurError as error:
        print(redacted(str(error)), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingestion", description="Keep the index equal to the folder.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, (_, what) in _HELP.items():
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


def _watch(settings: IngestionSettings, _: argparse.Namespace) -> int:
    from ingestion.scan.disk_events import Watch
    from ingestion.service import Service
    from knowledge.storage.worker_requests import Requests

    stop, woken = threading.Event(), threading.Event()
    _stop_on_signals(stop, woken)
    heartbeat = Heartbeat.of("ingestion", settings.heartbeat_dir)
    with _Parts(settings, stop) as parts, Watch(settings.documents_dir, woken):
        requests = Requests(parts.client, settings.collection)
        Service(settings, parts.lanes, requests, heartbeat).run(woken, stop)
    return 0


def _scan(settings: IngestionSettings, arguments: argparse.Namespace) -> int:
    from ingestion.sync.progress import Bar

    with _Parts(settings) as parts:
        parts.lanes.review()
        with Bar("reading") as bar:
            worker = parts.lanes.serving.worker
            summary = worker.run_pass(bar)
            if summary.held and arguments.confirm_deletes:
                parts.holds.confirm("the command line")
                summary = worker.run_pass(bar)
        if summary.held:
            print(_held_sentence(summary.held), file=sys.stderr)
        _enrich(parts.lanes)
        while parts.lanes.advance(lambda: False):
            pass
        for sentence in _of_the_index(settings, parts.lanes.standing(), (), summary.passages):
            print(sentence, file=sys.stderr)
    if arguments.json:
        print(json.dumps(_summary_json(summary), ensure_ascii=False))
    else:
        _print_summary(summary)
    return 0


def _enrich(lanes: Lanes) -> None:
    from tqdm import tqdm

    lane = lanes.serving
    passages = sum(document.passages for document in lane.enricher.waiting())
    with tqdm(desc="meaning", unit=" passages", total=passages, disable=None, leave=False) as bar:
        lanes.enrich(lane, step=bar.update)


def _status(settings: IngestionSettings, arguments: argparse.Namespace) -> int:
    from knowledge.storage.client import open_qdrant
    from knowledge.storage.held_deletions import Holds
    from knowledge.storage.index_versions import Builds

    with contextlib.closing(open_qdrant(settings)) as client:
        builds = Builds(client, settings.collection)
        documents = sorted(builds.ledger().all().values(), key=lambda document: document.path)
        hold = Holds(client, settings.collection).get()
        serving, switch, kept = builds.serving(), builds.switch(), builds.kept()
    if arguments.json:
        report = {**_status_json(documents, hold), "index": standing(serving, switch, kept)}
        print(json.dumps(report, ensure_ascii=False))
        return 0
    _print_status(documents)
    if hold:
        print(_held_sentence(hold.count))
    for sentence in _of_the_index(settings, switch, kept, _searchable(documents)):
        print(sentence)
    return 0


def _of_the_index(
    settings: IngestionSettings, switch: Switch | None, kept: Sequence[Build], passages: int
) -> Iterator[str]:
    hours, embedded = settings.keep_old_index_hours, settings.qdrant_url is None
    return sentences(switch, kept, passages, keep_hours=hours, embedded=embedded)


def _health(settings: IngestionSettings, _: argparse.Namespace) -> int:
    well, sentence = Heartbeat.of("ingestion", settings.heartbeat_dir).verdict(time.time)
    print(sentence)
    return 0 if well else 1


class _Parts:
    """The worker's parts, built for one command and closed after it."""

    def __init__(self, settings: IngestionSettings, stop: threading.Event | None = None) -> None:
        with at_one_go():
            from ingestion.deletions.folder_marker import Anchor
            from ingestion.deletions.guard import Deletions
            from ingestion.deletions.mass_deletion import Brake
            from ingestion.parsing.pool import Hands
            from ingestion.rollout.rollout import Lanes
            from knowledge.storage.client import open_qdrant
            from knowledge.storage.held_deletions import Holds

        folder = settings.documents_dir
        if not folder.is_dir():
            raise SouffleurError(_no_folder(folder))
        self.client = open_qdrant(settings)
        self.holds = Holds(self.client, settings.collection)
        self._hands = Hands(settings)
        self.lanes = Lanes(
            settings,
            self.client,
            self._hands,
            stop or threading.Event(),
            deletions=Deletions(
                Brake(settings.max_deletes, settings.max_deletes_percent),
                Anchor(folder, self.client, settings.collection),
                self.holds,
            ),
            trust_seconds=_TRUST_SECONDS,
        )

    def __enter__(self) -> _Parts:
        return self

    def __exit__(self, *_: object) -> None:
        self._hands.close()
        self.client.close()


def _no_folder(folder: Path) -> str:
    if folder.exists():
        return f"{folder} is a file, not a folder: name the folder that it is in, or set DOCUMENTS_DIR."
    return f"The folder {folder} does not exist: make it, or set DOCUMENTS_DIR."


def _stop_on_signals(stop: threading.Event, woken: threading.Event) -> None:
    def end(*_: object) -> None:
        stop.set()
        woken.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


def _summary_json(summary: Summary) -> dict[str, object]:
    fields = dataclasses.asdict(summary)
    return {name: value for name, value in fields.items() if name not in ("waiting", "left")}


def _print_summary(summary: Summary) -> None:
    print(
        f"{counted(summary.documents, 'document')}: {summary.indexed} indexed, {summary.unchanged} unchanged, "
        f"{summary.moved} moved, {summary.deleted} deleted, {len(summary.failed)} failed; "
        f"{counted(summary.passages, 'passage')}; {summary.seconds:.1f} s."
    )
    for failure in summary.failed:
        print(tame(f"  {failure.path}: {failure.reason}"))


def _status_json(documents: list[Document], hold: Hold | None) -> dict[str, object]:
    return {
        "documents": [_document_json(document) for document in documents],
        "searchable": sum(document.state in SEARCHABLE for document in documents),
        "failed": sum(document.state is State.FAILED for document in documents),
        "passages": _searchable(documents),
        "held": dataclasses.asdict(hold) if hold else None,
    }


def _searchable(documents: Sequence[Document]) -> int:
    """How many passages a search looks through."""
    return sum(document.passages for document in documents if document.state in SEARCHABLE)


def _held_sentence(count: int) -> str:
    missing, they = ("is missing", "it is") if count == 1 else ("are missing", "they are")
    return (
        f"{counted(count, 'document')} {missing} from the folder, to be found until somebody confirms that {they} "
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
        "changed_at": _iso(document.changed_at),
        "read_at": _iso(document.read_at),
    }


def _print_status(documents: list[Document]) -> None:
    if not documents:
        print("No document is known yet: drop files into the folder and run `python -m ingestion scan`.")
    for document in documents:
        pages = f"{counted(document.pages, 'page')}, " if document.pages else ""
        hidden = f", hidden text left out: {counted(document.hidden, 'place')}" if document.hidden else ""
        plain = f", a step of reading failed: {counted(document.plain_pages, 'page')}" if document.plain_pages else ""
        detail = f"{pages}{counted(document.passages, 'passage')}{hidden}{plain}"
        if document.reason:
            detail = f"{detail}; {document.reason}" if document.state in SEARCHABLE else document.reason
        print(tame(f"{document.state.value:<8} {document.path}: {detail}"))


def _iso(seconds: float | None) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds else None


_HELP = {
    "watch": (_watch, "Watch the folder and keep the index equal to it (the default)."),
    "scan": (_scan, "Look at the folder once, bring the index to it, and say what was done."),
    "status": (_status, "Show what the ledger knows of each document."),
    "health": (_health, "Say whether the worker is alive (exit status 0 or 1)."),
}
_COMMANDS = {name: command for name, (command, _) in _HELP.items()}


if __name__ == "__main__":
    log_crashes()
    sys.exit(main())
