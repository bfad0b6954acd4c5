from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from ingestion import service as service_module
from ingestion.embedding import lane
from ingestion.reader_processes.pool import ReaderPool
from ingestion.rollout.rollout import IndexPlace, Rollout
from ingestion.scan.folder_scan import FolderScan, scan_folder
from ingestion.service import IngestionService
from ingestion.settings import IngestionSettings
from ingestion.sync import reconciler
from ingestion.sync.progress import WorkerHeartbeat
from knowledge.core.documents import SEARCHABLE_STATES, DocumentState
from knowledge.embeddings.embedding_model import EMBEDDING_BATCH_SIZE
from knowledge.runtime.heartbeat import Heartbeat
from knowledge.storage.client import open_qdrant
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.index_versions import IndexVersions
from knowledge.storage.worker_requests import WorkerRequests
from playground.qdrant.faults import FaultKind, QdrantFault
from playground.qdrant.server import QdrantServer, serve_qdrant
from tests.doubles.in_thread import in_thread
from tests.doubles.ollama import Faults, Ollama, ollama_in_thread
from tests.ingestion.worker_setup import until
from tests.knowledge.samples import list_points


@dataclass(slots=True)
class Office:
    """A service on a thread, and what a test does to it."""

    root: Path
    server: QdrantServer
    requests: WorkerRequests
    ledger: DocumentLedger
    builds: IndexVersions
    heartbeat: Heartbeat
    woken: threading.Event
    stop: threading.Event

    def drop(self, path: str, text: str) -> None:
        (self.root / path).write_text(text, encoding="utf-8")
        self.woken.set()

    def state(self, path: str) -> DocumentState | None:
        document = self.ledger.get_document(path)
        return document.state if document else None

    def beat_is(self, *, ready: bool) -> bool:
        return self.heartbeat.path.exists() and self.beat()["ready"] is ready

    def beat(self) -> dict[str, object]:
        beat: dict[str, object] = json.loads(self.heartbeat.path.read_text(encoding="utf-8"))
        return beat


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "_INDEX_RETRY_SECONDS", 0.2)
    monkeypatch.setattr(lane, "_RETRY_SECONDS", 0.2)
    monkeypatch.setattr(service_module, "_TICK_SECONDS", 0.05)
    monkeypatch.setattr(service_module, "_REQUESTS_EVERY_SECONDS", 0.1)


@contextmanager
def working(
    tmp_path: Path,
    server: QdrantServer,
    reader_pool: ReaderPool,
    ollama: Ollama,
    scan_seconds: float = 60,
    **changes: object,
) -> Iterator[Office]:
    root = tmp_path / "documents"
    settings = IngestionSettings(
        qdrant_url=server.url,
        ollama_url=ollama.url,
        documents_dir=root,
        collection="t",
        scan_seconds=scan_seconds,
        quiet_seconds=0,
    ).model_copy(update=changes)
    root.mkdir(exist_ok=True)
    # Two clients: the test asks on its own thread.
    client, asking = open_qdrant(settings), open_qdrant(settings)
    woken, stop = threading.Event(), threading.Event()
    rollout = Rollout(settings, IndexPlace.from_settings(settings, client), reader_pool, stop)
    heartbeat = Heartbeat("ingestion", tmp_path / "beats")
    service = IngestionService(settings, rollout, WorkerRequests(client, "t"), heartbeat)
    thread = threading.Thread(target=service.run_service, args=(woken, stop))
    thread.start()
    try:
        builds = IndexVersions(asking, "t")
        yield Office(
            root, server, WorkerRequests(asking, "t"), DocumentLedger(asking, "t"), builds, heartbeat, woken, stop
        )
    finally:
        stop.set()
        woken.set()
        thread.join(20)
        client.close()
        asking.close()
    assert not thread.is_alive()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[QdrantServer]:
    with in_thread(lambda: serve_qdrant(tmp_path / "q")) as server:
        yield server


@pytest.fixture
def office(tmp_path: Path, server: QdrantServer, reader_pool: ReaderPool, ollama: Ollama) -> Iterator[Office]:
    with working(tmp_path, server, reader_pool, ollama) as office:
        yield office


def done(requests: WorkerRequests, request_id: str) -> Callable[[], bool]:
    def holds() -> bool:
        request = requests.get_worker_request(request_id)
        return request is not None and request.state == "done"

    return holds


def test_a_dropped_file_becomes_searchable_by_meaning_once_it_has_rested(
    tmp_path: Path, server: QdrantServer, reader_pool: ReaderPool, ollama: Ollama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "_TICK_SECONDS", 3600)
    with working(tmp_path, server, reader_pool, ollama, scan_seconds=3600, quiet_seconds=0.3) as office:
        until(lambda: office.beat_is(ready=True))
        office.drop("a.md", "un texte")
        until(lambda: office.state("a.md") is DocumentState.MEANING)


def test_a_file_of_which_no_event_tells_is_found_by_the_next_scan(
    tmp_path: Path, server: QdrantServer, reader_pool: ReaderPool, ollama: Ollama
) -> None:
    with working(tmp_path, server, reader_pool, ollama, scan_seconds=0.2) as office:
        until(lambda: office.beat_is(ready=True))
        (office.root / "a.md").write_text("un texte", encoding="utf-8")
        until(lambda: office.state("a.md") is not None)
        (office.root / "a.md").unlink()
        until(lambda: office.state("a.md") is None)


def test_a_request_is_served_and_its_failures_told(office: Office) -> None:
    office.drop("a.md", "un texte")
    office.drop("b.doc", "x")
    until(lambda: office.state("b.doc") is DocumentState.FAILED)
    asked = office.requests.create_worker_request("all", "U1")
    until(done(office.requests, asked.id))
    served = office.requests.get_worker_request(asked.id)
    assert served is not None
    assert (served.done, served.total) == (2, 2)
    assert [failure.path for failure in served.failed] == ["b.doc"]


def test_a_request_leaves_a_file_that_is_still_being_written(
    tmp_path: Path, server: QdrantServer, reader_pool: ReaderPool, ollama: Ollama
) -> None:
    with working(tmp_path, server, reader_pool, ollama, quiet_seconds=3600) as office:
        office.drop("b.md", "la moitié d'un")
        asked = office.requests.create_worker_request("all", "U1")
        until(done(office.requests, asked.id))
        assert office.state("b.md") is None


@pytest.mark.parametrize(("scope", "total"), [("f", 2), ("/f/", 2), ("f/a.md", 1), ("nowhere", 0)])
def test_a_request_reads_its_scope_alone(office: Office, scope: str, total: int) -> None:
    (office.root / "f").mkdir()
    for path in ("f/a.md", "f/b.md", "fa.md"):
        office.drop(path, f"# {path}\n\nun texte")
    until(lambda: all(office.state(path) for path in ("f/a.md", "f/b.md", "fa.md")))
    asked = office.requests.create_worker_request(scope, "U1")
    until(done(office.requests, asked.id))
    served = office.requests.get_worker_request(asked.id)
    assert served is not None
    assert served.total == total


def test_a_request_that_a_stop_interrupts_is_served_by_the_next_worker(
    tmp_path: Path, server: QdrantServer, reader_pool: ReaderPool, ollama: Ollama
) -> None:
    with working(tmp_path, server, reader_pool, ollama) as office:
        for n in range(30):
            office.drop(f"{n}.md", f"texte {n}")
        until(lambda: len(office.ledger.list_documents()) == 30)
        server.faults.add_fault(QdrantFault(FaultKind.SLOW, times=None, route="PUT .*documents/points", delay_ms=50))
        asked = office.requests.create_worker_request("all", "U1")
        until(
            lambda: (request := office.requests.get_worker_request(asked.id)) is not None and request.state == "running"
        )
        office.stop.set()
    server.faults.clear_faults()
    with working(tmp_path, server, reader_pool, ollama) as office:
        until(done(office.requests, asked.id))
        served = office.requests.get_worker_request(asked.id)
    assert served is not None
    assert (served.done, served.total) == (30, 30)


def test_the_heartbeat_says_when_all_that_lay_in_the_folder_is_read(
    tmp_path: Path, server: QdrantServer, reader_pool: ReaderPool, ollama: Ollama
) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.md").write_text("un texte", encoding="utf-8")
    with working(tmp_path, server, reader_pool, ollama, quiet_seconds=0.3) as office:
        until(lambda: office.beat_is(ready=True) and office.beat()["folder_read"] is True)
        assert office.state("a.md") in SEARCHABLE_STATES


def test_an_index_that_is_away_is_waited_for(office: Office) -> None:
    until(lambda: office.heartbeat.path.exists())
    office.server.faults.add_fault(QdrantFault(FaultKind.CUT, times=None))
    office.drop("a.md", "un texte")
    until(lambda: office.beat().get("ready") is False)
    assert not office.heartbeat.check_heartbeat()[0]
    office.server.faults.clear_faults()
    until(lambda: office.state("a.md") is DocumentState.MEANING)
    until(lambda: office.beat()["ready"] is True)


def test_a_model_that_is_away_is_told_and_holds_nothing_up(office: Office, ollama: Ollama) -> None:
    ollama.faults = Faults(status=500)
    office.drop("a.md", "un texte")
    until(lambda: office.state("a.md") is DocumentState.WORDS)
    until(lambda: office.beat().get("meaning") == "away")
    assert office.heartbeat.check_heartbeat()[0]
    ollama.faults = Faults()
    office.drop("b.md", "un autre texte")
    until(lambda: office.beat().get("meaning") == "on", limit=30)


def test_a_model_that_nobody_needed_yet_is_neither_on_nor_away(office: Office) -> None:
    until(lambda: office.beat_is(ready=True))
    assert office.beat()["meaning"] == "untried"


def test_an_index_that_is_away_at_the_start_is_waited_for_and_told_once(
    tmp_path: Path, server: QdrantServer, reader_pool: ReaderPool, ollama: Ollama, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults.add_fault(QdrantFault(FaultKind.CUT, times=None))
    with working(tmp_path, server, reader_pool, ollama) as office:
        (office.root / "a.md").write_text("un texte", encoding="utf-8")
        until(lambda: server.faults.taken > 10)
        assert office.beat()["ready"] is False
        assert caplog.text.count("the index is away") == 1
        server.faults.clear_faults()
        until(lambda: office.state("a.md") is not None)
        until(lambda: office.beat_is(ready=True))


def test_the_sign_of_life_goes_with_the_service(
    tmp_path: Path, server: QdrantServer, reader_pool: ReaderPool, ollama: Ollama
) -> None:
    with working(tmp_path, server, reader_pool, ollama) as office:
        until(lambda: office.heartbeat.path.exists())
    assert not office.heartbeat.path.exists()


def test_a_long_step_does_not_silence_the_pulse_but_a_hang_does(tmp_path: Path) -> None:
    heartbeat, now = Heartbeat("ingestion", tmp_path), [0.0]

    def beaten_since(moment: float) -> bool:
        at = json.loads(heartbeat.path.read_text(encoding="utf-8"))["at"]
        return isinstance(at, float) and at > moment

    with WorkerHeartbeat(heartbeat, max_step_seconds=60, interval=0.01, clock=lambda: now[0]) as pulse:
        pulse.report_state(ready=True)
        now[0] = 59.0
        moment = time.time()
        until(lambda: beaten_since(moment))
        now[0] = 61.0
        threading.Event().wait(0.1)  # a beat that had begun may end
        moment = time.time()
        assert not threading.Event().wait(0.2)
        assert not beaten_since(moment)
        pulse.report_progress()
        until(lambda: beaten_since(moment))


def test_a_sign_of_life_that_cannot_be_written_does_not_end_the_work(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "beats").write_text("a file where a folder should be")
    pulse = WorkerHeartbeat(Heartbeat("ingestion", tmp_path / "beats"), max_step_seconds=60)
    pulse.report_state(ready=True)
    assert "the sign of life cannot be written: File exists" in caplog.text


NEXT_MODEL = "nomic-embed-text"


def waits(office: Office) -> str | None:
    switch = office.builds.fetch_rollout_state()
    return switch.waiting_for if switch else None


def answering(office: Office) -> str | None:
    serving = office.builds.get_serving_version()
    return serving.recipe.model if serving and serving.recipe else None


def test_a_switch_waits_for_its_model_then_for_the_gate_while_the_index_before_it_follows_the_folder(
    tmp_path: Path, server: QdrantServer, reader_pool: ReaderPool
) -> None:
    gate = tmp_path / "gate.jsonl"
    gate.write_text(json.dumps({"lang": "fr", "question": "texte", "must_contain": ["texte"]}), encoding="utf-8")
    with ollama_in_thread(("bge-m3", NEXT_MODEL)) as both:
        with working(tmp_path, server, reader_pool, both) as office:
            office.drop("a.md", "un texte")
            until(lambda: office.state("a.md") is DocumentState.MEANING)
        both.faults = Faults(missing=(NEXT_MODEL,))
        with working(tmp_path, server, reader_pool, both, embedding_model=NEXT_MODEL) as office:
            until(lambda: waits(office) == "meaning")
            office.drop("b.md", "un autre texte")
            until(lambda: office.state("b.md") is DocumentState.MEANING)
            assert answering(office) == "bge-m3"
            until(lambda: (switch := office.builds.fetch_rollout_state()) is not None and not switch.unread_paths)
        both.faults = Faults()
        spoil(server)
        with working(tmp_path, server, reader_pool, both, embedding_model=NEXT_MODEL, switch_gate=gate) as office:
            until(lambda: waits(office) == "refused")
            office.drop("c.md", "un troisième")
            until(lambda: office.state("c.md") is DocumentState.MEANING)
            assert (answering(office), office.beat_is(ready=True)) == ("bge-m3", True)
        with working(tmp_path, server, reader_pool, both, embedding_model=NEXT_MODEL) as office:
            until(lambda: answering(office) == NEXT_MODEL)
            assert office.builds.open_serving_ledger().list_documents().keys() == {"a.md", "b.md", "c.md"}


def spoil(server: QdrantServer) -> None:
    """Let the next index lose what its passages say."""
    client = open_qdrant(IngestionSettings(qdrant_url=server.url))
    for point in list_points(client, "t_passages_2"):
        client.set_payload("t_passages_2", {"page_content": "rien"}, [point.id])
    client.close()


def test_an_embedded_index_that_has_become_slow_is_told_once(
    tmp_path: Path,
    reader_pool: ReaderPool,
    ollama: Ollama,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(service_module, "EMBEDDED_PASSAGES_LIMIT", 0)
    settings = IngestionSettings(
        qdrant_url=None, qdrant_path=tmp_path / "q", ollama_url=ollama.url, documents_dir=tmp_path, quiet_seconds=0
    )
    settings = settings.model_copy(update={"scan_seconds": 0.05})
    (tmp_path / "a.md").write_text("un texte", encoding="utf-8")
    client, stop, woken = open_qdrant(settings), threading.Event(), threading.Event()
    rollout = Rollout(settings, IndexPlace.from_settings(settings, client), reader_pool, stop)
    service = IngestionService(
        settings, rollout, WorkerRequests(client, "t"), Heartbeat("ingestion", tmp_path / "beats")
    )
    thread = threading.Thread(target=service.run_service, args=(woken, stop))
    thread.start()

    def known(path: str) -> bool:
        return path in rollout.serving_worker.reconciler.ledger_cache.list_documents()

    try:
        for n in range(3):  # a pass each
            (tmp_path / f"{n}.md").write_text(f"texte {n}", encoding="utf-8")
            until(partial(known, f"{n}.md"))
    finally:
        stop.set()
        woken.set()
        thread.join(20)
        client.close()
    assert caplog.text.count("and was measured up to") == 1


def audience_is(office: Office, path: str, audience: str) -> bool:
    document = office.ledger.get_document(path)
    return document is not None and document.audience == {audience}


def test_one_batch_at_most_is_embedded_before_an_audience_changes(
    tmp_path: Path, server: QdrantServer, reader_pool: ReaderPool, ollama: Ollama, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One request to the model may last EMBEDDING_TIMEOUT; the next one waits until the folder was looked at."""
    asked_at_scans: list[int] = []

    def scan(root: Path) -> FolderScan:
        asked_at_scans.append(len(ollama.bodies("/api/embed")))
        return scan_folder(root)

    monkeypatch.setattr(reconciler, "scan_folder", scan)
    ollama.faults = Faults(first_token=1.0)
    (tmp_path / "documents" / "open").mkdir(parents=True)
    parts = (f"# Part {n}\n\n" + f"The budget of part {n} is {n} euros. " * 30 for n in range(3 * EMBEDDING_BATCH_SIZE))
    (tmp_path / "documents" / "open" / "a.md").write_text("\n\n".join(parts))
    with working(tmp_path, server, reader_pool, ollama, scan_seconds=0.2) as office:
        until(lambda: len(ollama.bodies("/api/embed")) >= 1)
        before, scans = len(ollama.bodies("/api/embed")), len(asked_at_scans)
        (office.root / "open" / ".souffleur.toml").write_text('audience = "#finance"')
        office.woken.set()
        until(partial(audience_is, office, "open/a.md", "#finance"))
        assert asked_at_scans[scans] == before
        ollama.faults = Faults()
