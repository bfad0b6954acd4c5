"""Tests reading with a real scheduler and real workers that are killed: the index must equal the folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from distributed.cfexecutor import ClientExecutor

from ingestion.reader_processes import dask_cluster
from ingestion.reader_processes.dask_cluster import read_on_worker
from ingestion.reader_processes.pool import AnyReaderPool, ReaderPool, open_reader_pool
from ingestion.reader_processes.sandbox_pool import ReadLimits
from ingestion.readers.reading_options import TESSERACT, TESSERACT_PACKAGES
from ingestion.settings import IngestionSettings
from ingestion.sync.retries import ReadingMeans
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import BusyDocument, ReaderUnavailable, SettingsError, UnreadableDocument, make_failure
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.passage_writer import PassageWriter
from tests.ingestion.process_tree import descendants_of, seconds_of
from tests.ingestion.worker_setup import Bench, counts, document_file, until
from tests.knowledge.samples import count_passages_by_path

ROOT = Path(__file__).parents[3]
LARGE = "Une phrase de plus, puis une autre encore.\n\n" * 400_000  # many seconds of reading
PAGES = "# Page {}\n\n" + "Une phrase de la page, qui compte quelques mots.\n\n" * 1000


@dataclass
class Machines:
    """Starts a scheduler and workers as processes of this machine."""

    folder: Path
    started: ExitStack
    certificate: Path | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    scheduler: subprocess.Popen[bytes] = field(init=False)
    address: str = field(init=False)

    def __post_init__(self) -> None:
        self.address = f"{'tls' if self.certificate else 'tcp'}://127.0.0.1:0"
        self.start_scheduler()

    def start_scheduler(self) -> None:
        """Start the scheduler; the second time at the same address."""
        where = self.folder / "scheduler.json"
        where.unlink(missing_ok=True)
        port = self.address.rpartition(":")[2]
        self.scheduler = self._start("scheduler", "--port", port, "--scheduler-file", str(where))
        until(lambda: where.exists() and where.stat().st_size > 0)
        self.address = json.loads(where.read_text(encoding="utf-8"))["address"]

    def add_worker(self, *options: str) -> subprocess.Popen[bytes]:
        """Start a worker; without `--nanny` nothing restarts it after a kill."""
        folder = self.folder / f"worker{len(self.workers)}"
        options = (*(options or ["--no-nanny"]), "--nthreads", "1", "--local-directory", str(folder))
        self.workers.append(self._start("worker", self.address, *options))
        return self.workers[-1]

    def reading_workers(self) -> list[subprocess.Popen[bytes]]:
        """Return the workers that are reading."""
        return [worker for worker in self.workers if worker.poll() is None and descendants_of(worker.pid)]

    def _start(self, role: str, *options: str) -> subprocess.Popen[bytes]:
        if self.certificate:
            options = (*options, "--protocol", "tls", "--tls-ca-file", str(self.certificate))
            options = (*options, "--tls-cert", str(self.certificate), "--tls-key", str(self.certificate))
        with (self.folder / f"{role}.log").open("ab") as written:
            process = subprocess.Popen(  # noqa: S603  # this very program
                [
                    sys.executable,
                    "-m",
                    f"distributed.cli.dask_{role}",
                    "--host",
                    "127.0.0.1",
                    "--no-dashboard",
                    *options,
                ],
                cwd=ROOT,
                stdout=written,
                stderr=written,
                start_new_session=True,
            )
        self.started.callback(_end, process)
        return process


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    folder = tmp_path / "machines"
    folder.mkdir()
    with ExitStack() as started:
        yield Machines(folder, started)


@pytest.fixture
def reader_pool(machines: Machines) -> Iterator[AnyReaderPool]:
    with closing(open_reader_pool(settings_for(machines))) as reader_pool:
        yield reader_pool


def settings_for(machines: Machines) -> IngestionSettings:
    return IngestionSettings(dask_scheduler=machines.address)


def wait_for_workers(count: int, reader_pool: AnyReaderPool, machines: Machines) -> None:
    """Wait until so many workers are known."""
    small = machines.folder / "small.txt"
    small.write_text("Un texte.", encoding="utf-8")

    def holds() -> bool:
        reader_pool.submit_document(document_file(small)).exception()
        return reader_pool.concurrency == count and reader_pool.reading_problem is None

    until(holds)


def find_busy_worker(machines: Machines) -> subprocess.Popen[bytes]:
    """Return the worker that is reading the large document."""
    found: list[subprocess.Popen[bytes]] = []

    def holds() -> bool:
        found[:] = [
            worker
            for worker in machines.reading_workers()
            if any(seconds_of(child) > 1.5 for child in descendants_of(worker.pid))
        ]
        return len(found) == 1

    until(holds)
    return found[0]


@dataclass
class At:
    """Calls a function once, after so many documents."""

    documents: int
    call: Callable[[], object]

    def report_progress(self, done: int, total: int, path: str) -> None:
        if done == self.documents:
            self.call()


def test_a_worker_that_is_killed_in_mid_run_leaves_the_index_equal_to_the_folder(
    machines: Machines, bench: Bench, reader_pool: AnyReaderPool
) -> None:
    mortal, kept = machines.add_worker(), machines.add_worker("--nanny")
    for number in range(12):
        bench.drop(f"{number}.md", PAGES.format(number))
    wait_for_workers(2, reader_pool, machines)
    summary = bench.worker.run_pass(At(3, mortal.kill))
    assert mortal.wait() == -signal.SIGKILL
    assert kept.poll() is None
    assert counts(summary) == {"indexed": 12}
    clean = Bench(
        bench.root,
        bench.client,
        PassageWriter(bench.client, "clean", bench.meaning),
        DocumentLedger(bench.client, "clean"),
        ReaderPool(IngestionSettings()),
        bench.meaning,
        threading.Event(),
    )
    with closing(clean.reader_pool):
        clean.scan()
    assert count_passages_by_path(bench.index) == count_passages_by_path(clean.index)
    assert bench.found("page 7") >= {"7.md"}
    assert counts(bench.scan()) == {"unchanged": 12}


def test_what_is_read_before_it_is_told_as_given_is_read_once(
    machines: Machines, bench: Bench, reader_pool: AnyReaderPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        machines.add_worker()
    wait_for_workers(2, reader_pool, machines)
    files = [bench.drop(f"{number}.txt", f"Texte {number}.") for number in range(7)]
    given: list[str] = []
    submit: Callable[..., Future[object]] = ClientExecutor.submit

    def done_when_submitted(
        self: ClientExecutor, fn: object, root: str, path: str, *rest: object, **where: object
    ) -> Future[object]:
        given.append(path)
        future = submit(self, fn, root, path, *rest, **where)
        future.exception(60)
        return future

    monkeypatch.setattr(ClientExecutor, "submit", done_when_submitted)
    readings = [reader_pool.submit_document(document_file(file)) for file in files]
    assert [reading.result(60).excerpts[0].text for reading in readings] == [f"Texte {n}." for n in range(7)]
    assert given == [file.name for file in files]


def test_a_connection_that_closes_as_a_document_is_given_makes_it_wait(
    machines: Machines, bench: Bench, reader_pool: AnyReaderPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines.add_worker()
    wait_for_workers(1, reader_pool, machines)
    file = bench.drop("a.txt", "Un texte.")
    submit: Callable[..., Future[object]] = ClientExecutor.submit

    def closed_when_submitted(self: ClientExecutor, *given: object, **where: object) -> Future[object]:
        self._client.close(timeout=1)
        return submit(self, *given, **where)

    with monkeypatch.context() as patched:
        patched.setattr(ClientExecutor, "submit", closed_when_submitted)
        with pytest.raises(
            ReaderUnavailable, match=r"^a\.txt waits: the Dask scheduler tcp://\S+ went away: start it again"
        ):
            reader_pool.submit_document(document_file(file)).result(60)
    assert reader_pool.submit_document(document_file(file)).result(60).excerpts[0].text == "Un texte."


def test_what_killed_two_workers_is_set_aside_and_no_other(
    machines: Machines, bench: Bench, reader_pool: AnyReaderPool
) -> None:
    for _ in range(3):
        machines.add_worker()
    wait_for_workers(3, reader_pool, machines)
    large, small = bench.drop("large.txt", LARGE), bench.drop("small.txt", "Un texte.")
    reading = reader_pool.submit_document(document_file(large))
    others = [reader_pool.submit_document(document_file(small)) for _ in range(6)]
    for _ in range(2):
        worker = find_busy_worker(machines)
        worker.kill()
        worker.wait()
    with pytest.raises(UnreadableDocument, match=r"^large\.txt was being read when 2 workers of the cluster died: see"):
        reading.result()
    assert {other.result().excerpts[0].text for other in others} == {"Un texte."}


def test_a_cluster_without_workers_makes_documents_wait(
    machines: Machines, bench: Bench, reader_pool: AnyReaderPool
) -> None:
    bench.drop("a.md", "un texte")
    summary = bench.scan()
    sentence = f"a.md waits: the Dask cluster {machines.address} has no worker: start one."
    assert [failure.reason for failure in summary.failed] == [sentence]
    assert str(reader_pool.reading_problem) == sentence.removeprefix("a.md waits: ")
    machines.add_worker()
    until(lambda: reader_pool.reading_problem is None)
    bench.ahead = 60
    assert counts(bench.scan()) == {"indexed": 1}


def test_a_scheduler_that_goes_makes_documents_wait_until_it_is_back(
    machines: Machines, bench: Bench, reader_pool: AnyReaderPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster, "_CONNECT_SECONDS", 1)
    monkeypatch.setattr(dask_cluster, "_RETRY_SECONDS", 0.0)
    machines.add_worker()
    wait_for_workers(1, reader_pool, machines)
    reading = reader_pool.submit_document(document_file(bench.drop("large.txt", LARGE)))
    until(lambda: bool(machines.reading_workers()))
    machines.scheduler.kill()
    with pytest.raises(
        BusyDocument, match=r"^large\.txt waits: the Dask scheduler tcp://\S+ went away: start it again"
    ):
        reading.result()
    bench.drop("large.txt", "Un texte court.")
    assert [failure.reason for failure in bench.scan().failed] == [
        f"large.txt waits: the Dask scheduler {machines.address} cannot be reached (OSError): start it, or correct "
        "DASK_SCHEDULER and DASK_TLS_*."
    ]
    machines.start_scheduler()
    machines.add_worker()
    wait_for_workers(1, reader_pool, machines)
    bench.ahead = 60
    assert counts(bench.scan()) == {"indexed": 1}


def test_documents_are_read_over_tls(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with ExitStack() as started:
        machines = Machines(tmp_path, started, certificate)
        machines.add_worker()
        settings = settings_for(machines).model_copy(
            update=dict.fromkeys(("dask_tls_ca", "dask_tls_cert", "dask_tls_key"), certificate)
        )
        with closing(open_reader_pool(settings)) as reader_pool:
            wait_for_workers(1, reader_pool, machines)
            small = tmp_path / "small.txt"
            assert reader_pool.submit_document(document_file(small)).result(60).excerpts[0].text == "Un texte."
    assert machines.address.startswith("tls://")


def self_signed(folder: Path) -> Path:
    """Make a file with a key and its self-signed certificate."""
    key, certificate, both = (folder / name for name in ("key.pem", "certificate.pem", "both.pem"))
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    where = ["-days", "2", "-subj", "/CN=souffleur", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command, *where], check=True, capture_output=True, timeout=60)  # noqa: S603  # fixed arguments
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both


def test_a_worker_that_sees_another_file_reads_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("un texte", encoding="utf-8")
    answer = read_on_worker(str(tmp_path), path.name, ReadLimits.from_settings(IngestionSettings()), "0" * 64)
    assert isinstance(answer, BusyDocument)
    assert str(answer) == "a.txt is another file on the cluster's workers, or changed while it was read."


@pytest.mark.parametrize("address", ["dask:8786", "tls://:8786", "https://dask:8786", "tls://dask"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match=r"^DASK_SCHEDULER is not usable \(must be tls://host:port"):
        IngestionSettings.load(dask_scheduler=address)


def test_certificates_that_are_missing_or_none_are_told_at_the_start(tmp_path: Path) -> None:
    address, file = "tls://127.0.0.1:8786", tmp_path / "cert.pem"
    file.write_text("no certificate", encoding="ascii")
    with pytest.raises(
        SettingsError, match=r"^DASK_SCHEDULER is tls:// and lacks its files: set DASK_TLS_CA, DASK_TLS"
    ):
        open_reader_pool(IngestionSettings(dask_scheduler=address))
    with pytest.raises(SettingsError, match=r"^DASK_TLS_CA, DASK_TLS_CERT or DASK_TLS_KEY is not usable \("):
        open_reader_pool(
            IngestionSettings(dask_scheduler=address, dask_tls_ca=file, dask_tls_cert=file, dask_tls_key=file)
        )


def test_what_every_worker_has_installed_is_a_remedy(
    machines: Machines, reader_pool: AnyReaderPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / TESSERACT).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(programs))
    machines.add_worker()
    means = ReadingMeans.from_settings(settings_for(machines), reader_pool.find_installed_packages)
    assert not means.can_remedy(make_failure(FailureCode.PICTURE, name="a.png", packages=TESSERACT_PACKAGES))
    until(lambda: reader_pool.find_installed_packages() == {TESSERACT_PACKAGES})
    means = ReadingMeans.from_settings(settings_for(machines), reader_pool.find_installed_packages)
    assert means.can_remedy(make_failure(FailureCode.PICTURE, name="a.png", packages=TESSERACT_PACKAGES))
    monkeypatch.setenv("PATH", str(tmp_path))
    machines.add_worker()
    until(lambda: not reader_pool.find_installed_packages())
