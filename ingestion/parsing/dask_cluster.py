"""Has documents read by the workers of a Dask cluster, one by each at a time. Knows no index.

Each document is sent to one worker, so that a worker's death tells which document it was at: Dask by itself would
blame those as well that only waited there, and after how many deaths is the cluster's setting and not ours.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from concurrent.futures import Executor, Future
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict

from ingestion.parsing.sandbox import DocumentContent, PageRange, ReadLimits, read_with_shared_pool
from ingestion.scan.folder_scan import compute_content_hash
from knowledge.core.failure_reasons import FailureReason
from knowledge.core.failures import (
    BusyDocument,
    ReaderUnavailable,
    SettingsError,
    SouffleurError,
    UnreadableDocument,
    VanishedDocument,
)

if TYPE_CHECKING:
    from distributed import Client, Security

    from ingestion.settings import IngestionSettings

log = logging.getLogger(__name__)

_CONNECT_SECONDS = 10
_REST_SECONDS = 10.0  # before a scheduler that was away is asked again
_MAX_WORKER_DEATHS = 2  # workers that one document may cost
_WELCOME_TOPIC = "souffleur-welcome"


class _WorkerEvent(TypedDict, total=False):
    """What the scheduler tells of a worker; `expected` where it was asked to go."""

    action: Literal["add-worker", "remove-worker"]
    worker: str
    expected: bool


class _ClusterRead(Future[DocumentContent]):
    """A document on its way, and the task by which a worker has it."""

    def __init__(self, path: Path, pages: PageRange | None) -> None:
        super().__init__()
        self.path = path
        self.pages = pages
        self.sha256 = ""
        self.task: Future[DocumentContent | SouffleurError] | None = None

    def finish(self, outcome: DocumentContent | BaseException) -> None:
        """Be done, unless nobody waits any more."""
        if not self.set_running_or_notify_cancel():
            return
        if isinstance(outcome, DocumentContent):
            self.set_result(outcome)
        else:
            self.set_exception(outcome)

    def postpone(self, why: str) -> None:
        """Be done for now."""
        self.finish(ReaderUnavailable(FailureReason.WAITS.to_sentence(name=self.path.name, why=why)))


class DaskReaderEngine:
    """The workers of a cluster that somebody else runs, and the documents that wait for one of them to be free.

    A scheduler that is away, or has no worker, is a failure that passes: documents wait, and nothing is read here.
    """

    def __init__(self, settings: IngestionSettings) -> None:
        """Connect to nothing yet.

        Raises:
            SettingsError: Dask is not installed, or the certificates that it takes to be heard cannot be used.
        """
        if find_spec("distributed") is None:
            raise SettingsError("DASK_SCHEDULER is set and Dask is not installed: install souffleur[cluster].")
        self._settings = settings
        self._security = _security_from_settings(settings)
        self._limits = ReadLimits.from_settings(settings)
        self._lock = threading.RLock()
        self._client: Client | None = None
        self._executor: Executor | None = None
        self._retry_after = 0.0
        self._waiting: deque[_ClusterRead] = deque()
        self._reads_by_worker: dict[str, _ClusterRead | None] = {}  # by the addresses of the workers
        self._is_assigning = False
        self._deaths: Counter[tuple[Path, str]] = Counter()
        self.reading_problem: str | None = None

    @property
    def concurrency(self) -> int:
        """How many workers there are."""
        return max(len(self._reads_by_worker), 1)

    def submit_document(self, path: Path, pages: PageRange | None = None) -> Future[DocumentContent]:
        """Have a document, or some pages of it, read by the first worker that is free."""
        errand = _ClusterRead(path.absolute(), pages)
        if why := self._ensure_connection():
            errand.postpone(why)
            return errand
        try:
            errand.sha256 = compute_content_hash(path)
        except SouffleurError as error:
            errand.finish(error)
            return errand
        with self._lock:
            self._waiting.append(errand)
            if self._executor and self._reads_by_worker:
                self._assign_reads()
            else:  # it went while the file was looked at
                self._postpone_reads(self._waiting)
        return errand

    def close(self) -> None:
        """Leave the cluster; what its workers are reading is dropped."""
        with self._lock:
            errands = [*self._waiting, *filter(None, self._reads_by_worker.values())]
            self._waiting.clear()
            self._reads_by_worker.clear()
        for errand in errands:
            errand.cancel()
        self._disconnect()

    def _ensure_connection(self) -> str | None:
        """Connect where there is no connection; why there is none, or nobody at its other end."""
        if self._client and self._executor and self._client.status == "running":
            return None if self._reads_by_worker else self.reading_problem
        self._disconnect()
        with self._lock:
            if any(self._reads_by_worker.values()):
                self._handle_lost_scheduler()
        if time.monotonic() < self._retry_after:
            return self.reading_problem
        try:
            self._connect()
        except (OSError, ImportError) as error:  # ImportError: the versions of Dask do not go together
            log.debug("no connection to the scheduler", exc_info=error)
            self._disconnect()
            self._retry_after = time.monotonic() + _REST_SECONDS
            self._set_reading_problem(
                FailureReason.NO_SCHEDULER.to_sentence(
                    scheduler=self._settings.dask_scheduler, error=type(error).__name__
                )
            )
        return None if self._reads_by_worker else self.reading_problem

    def _connect(self) -> None:
        from distributed import Client

        self._client = client = Client(
            self._settings.dask_scheduler,
            security=self._security,
            timeout=_CONNECT_SECONDS,
            set_as_default=False,
        )
        self._executor, self._reads_by_worker = client.get_executor(pure=False), {}
        self._subscribe_to_workers(client)
        workers = client.scheduler_info(n_workers=-1)["workers"]
        with self._lock:
            for worker in workers:
                self._reads_by_worker.setdefault(worker, None)
            self._check_workers()
        log.info("reading on a cluster: workers=%d", len(workers))

    def _subscribe_to_workers(self, client: Client) -> None:
        """Be told of workers that come and go, from here on: what is subscribed to first is in force first."""
        heard = threading.Event()
        client.subscribe_topic("all", self._on_worker_event)
        client.subscribe_topic(_WELCOME_TOPIC, lambda _: heard.set())
        until = time.monotonic() + _CONNECT_SECONDS
        while not heard.wait(0.05):
            if time.monotonic() > until:
                raise TimeoutError("the scheduler does not tell of its workers")
            client.log_event(_WELCOME_TOPIC, "")

    def _disconnect(self) -> None:
        client, self._client, self._executor = self._client, None, None
        if client:
            client.close(timeout=_CONNECT_SECONDS)

    def _on_worker_event(self, event: tuple[float, _WorkerEvent]) -> None:
        _, told = event
        match told.get("action"):
            case "add-worker":
                with self._lock:
                    if self._executor:
                        self._reads_by_worker.setdefault(told["worker"], None)
                        self._check_workers()
                        self._assign_reads()
            case "remove-worker":
                self._remove_worker(told["worker"], is_expected=told.get("expected", False))

    def _assign_reads(self) -> None:
        """Give each free worker a document. The lock is held.

        What is read at once is done, on this thread, before it is given: who is free may be another after each one.
        """
        if self._is_assigning:
            return
        self._is_assigning = True
        try:
            while self._waiting and self._executor and (worker := self._find_free_worker()):
                errand = self._waiting.popleft()
                if not errand.cancelled():
                    self._submit_to_worker(errand, worker, self._executor)
        finally:
            self._is_assigning = False

    def _find_free_worker(self) -> str | None:
        return next((worker for worker, errand in self._reads_by_worker.items() if errand is None), None)

    def _submit_to_worker(self, cluster_read: _ClusterRead, worker: str, executor: Executor) -> None:
        from distributed.client import ClosedClientError

        self._reads_by_worker[worker] = cluster_read
        where = {"workers": [worker], "allow_other_workers": False}
        try:
            cluster_read.task = executor.submit(
                read_on_worker, str(cluster_read.path), self._limits, cluster_read.sha256, cluster_read.pages, **where
            )
        except ClosedClientError:
            self._handle_lost_scheduler()
            return
        cluster_read.task.add_done_callback(partial(self._on_task_done, cluster_read, worker))

    def _on_task_done(
        self, cluster_read: _ClusterRead, worker: str, task: Future[DocumentContent | SouffleurError]
    ) -> None:
        from distributed import KilledWorker

        with self._lock:
            if self._reads_by_worker.get(worker) is not cluster_read or cluster_read.task is not task:
                return  # the worker is gone, and the errand went to another
            if task.cancelled():
                self._handle_lost_scheduler()
                return
            if isinstance(task.exception(), KilledWorker):
                self._remove_worker(worker, is_expected=False)
                return
            self._reads_by_worker[worker] = None
            self._assign_reads()
        self._deaths.pop((cluster_read.path, cluster_read.sha256), None)
        cluster_read.finish(_outcome_from_task(task, cluster_read.path))

    def _remove_worker(self, worker: str, *, is_expected: bool) -> None:
        with self._lock:
            errand = self._reads_by_worker.pop(worker, None)
            if errand:
                self._requeue_read(errand, is_expected=is_expected)
            self._check_workers()
            self._assign_reads()

    def _requeue_read(self, cluster_read: _ClusterRead, *, is_expected: bool) -> None:
        task, cluster_read.task = cluster_read.task, None
        if task:  # else a worker that comes back under its address would read it; waits for the thread we are on
            threading.Thread(target=task.cancel, daemon=True).start()
        key = (cluster_read.path, cluster_read.sha256)
        self._deaths[key] += not is_expected
        log.warning("a worker went while it read: expected=%s deaths=%d", is_expected, self._deaths[key])
        if self._deaths[key] < _MAX_WORKER_DEATHS:
            self._waiting.appendleft(cluster_read)
            return
        del self._deaths[key]
        cluster_read.finish(
            UnreadableDocument(
                FailureReason.WORKERS_DIED.to_sentence(name=cluster_read.path.name, deaths=_MAX_WORKER_DEATHS)
            )
        )

    def _check_workers(self) -> None:
        if self._reads_by_worker:
            self.reading_problem = None
            return
        self._set_reading_problem(FailureReason.NO_WORKER.to_sentence(scheduler=self._settings.dask_scheduler))
        self._postpone_reads(self._waiting)

    def _handle_lost_scheduler(self) -> None:
        """The scheduler went, and every task with it."""
        self._set_reading_problem(FailureReason.SCHEDULER_GONE.to_sentence(scheduler=self._settings.dask_scheduler))
        self._executor = None  # the next document connects anew, on its own thread
        errands = [*filter(None, self._reads_by_worker.values()), *self._waiting]
        self._reads_by_worker = {}
        self._postpone_reads(deque(errands))

    def _postpone_reads(self, reads: deque[_ClusterRead]) -> None:
        waiting = list(reads)
        self._waiting.clear()
        for errand in waiting:
            errand.task = None
            errand.postpone(str(self.reading_problem))

    def _set_reading_problem(self, problem: str) -> None:
        if self.reading_problem != problem:
            log.warning("documents wait to be read: %s", problem)
        self.reading_problem = problem


def _security_from_settings(settings: IngestionSettings) -> Security:
    """By what both sides know each other. What is not set, Dask takes from its own configuration."""
    from distributed import Security

    given = {
        "tls_ca_file": settings.dask_tls_ca,
        "tls_client_cert": settings.dask_tls_cert,
        "tls_client_key": settings.dask_tls_key,
    }
    encrypted = str(settings.dask_scheduler).startswith("tls:")
    files = {name: str(path) for name, path in given.items() if path is not None}
    security = Security(require_encryption=encrypted, **files)
    try:
        usable = security.get_connection_args("client").get("ssl_context") is not None
    except OSError as error:  # ssl's errors are of these
        raise SettingsError(
            f"DASK_TLS_CA, DASK_TLS_CERT or DASK_TLS_KEY is not usable ({error}): correct it."
        ) from None
    if encrypted and not usable:
        raise SettingsError(
            "DASK_SCHEDULER is tls:// and lacks its files: set DASK_TLS_CA, DASK_TLS_CERT, DASK_TLS_KEY."
        )
    return security


def read_on_worker(
    path: str, limits: ReadLimits, sha256: str, pages: PageRange | None = None
) -> DocumentContent | SouffleurError:
    """On a worker of the cluster: read a file, if it is the one that was meant.

    A refusal is a result like another: Dask would log an exception along with the arguments.
    """
    there = Path(path)
    try:
        _check_same_content(there, sha256)
        content = read_with_shared_pool(there, limits, pages)
        _check_same_content(there, sha256)
    except SouffleurError as error:
        return error
    return content


def _check_same_content(there: Path, sha256: str) -> None:
    if compute_content_hash(there) != sha256:
        raise BusyDocument(FailureReason.ANOTHER_THERE.to_sentence(name=there.name))


def _outcome_from_task(task: Future[DocumentContent | SouffleurError], path: Path) -> DocumentContent | BaseException:
    if error := task.exception():
        log.warning("a worker of the cluster could not begin: error=%s", type(error).__name__)
        return ReaderUnavailable(FailureReason.WORKER_FAILED.to_sentence(name=path.name, error=type(error).__name__))
    outcome = task.result()
    if isinstance(outcome, VanishedDocument) and path.exists():
        return ReaderUnavailable(FailureReason.NOT_MOUNTED.to_sentence(name=path.name, folder=path.parent))
    return outcome
