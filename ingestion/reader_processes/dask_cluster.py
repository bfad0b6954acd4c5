"""Has documents read by the workers of a Dask cluster, one document for each worker at a time.

Dask keeps the connection, runs the tasks and brings their results back. Three things are done here, because
`distributed` does not offer them:

- Each task is pinned to one worker. Dask blames a worker's death on every task that waited on that worker, and only
  the scheduler's own settings say how many deaths are too many.
- The events of the topic "all" tell which workers come and go. A pinned task whose worker died waits for ever, and
  Dask does not tell the client.
- Each worker has one document at a time: Dask takes any number of tasks and never makes the caller wait.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import Counter, deque
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from distributed import Client, KilledWorker, Security
from distributed.client import ClosedClientError

from ingestion.reader_processes.sandbox_pool import DocumentContent, PageRange, ReadLimits, read_with_shared_pool
from ingestion.readers.reading_options import find_installed_packages
from ingestion.scan.document_file import DocumentFile
from ingestion.scan.safe_open import FolderTree
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import (
    BusyDocument,
    Failure,
    ReaderUnavailable,
    SettingsError,
    SouffleurError,
    VanishedDocument,
    make_failure,
    make_unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from ingestion.settings import IngestionSettings

log = logging.getLogger(__name__)

_CONNECT_SECONDS = 10
_RETRY_SECONDS = 10.0  # before a scheduler that could not be reached is tried again
_MAX_WORKER_DEATHS = 2  # workers that one document may cost
_SUBSCRIBED_TOPIC = "souffleur-welcome"


class _WorkerEvent(TypedDict, total=False):
    """What the scheduler reports of a worker; `expected` is true where the worker was asked to leave."""

    action: Literal["add-worker", "remove-worker"]
    worker: str
    expected: bool


class _ClusterRead(Future[DocumentContent]):
    """A document, or some of its pages, to be read; `task` is the Dask task while a worker has it."""

    def __init__(self, file: DocumentFile, pages: PageRange | None) -> None:
        super().__init__()
        self.root = file.tree.root.absolute()
        self.path = file.path
        self.name = file.name
        self.pages = pages
        self.sha256 = ""
        self.task: Future[DocumentContent | SouffleurError] | None = None

    def finish(self, outcome: DocumentContent | BaseException) -> None:
        """Give the outcome to the caller, unless the caller has cancelled."""
        self.task = None
        if not self.set_running_or_notify_cancel():
            return
        if isinstance(outcome, DocumentContent):
            self.set_result(outcome)
        else:
            self.set_exception(outcome)


class DaskReaderPool:
    """Reads documents on a cluster that somebody else runs.

    While the scheduler is away or has no worker, documents wait for a later pass; none is read on this machine. All
    state is changed by one thread, `_dispatcher`: callers and Dask's callbacks only add steps for it.
    """

    def __init__(self, settings: IngestionSettings) -> None:
        """Check the certificates; the first document connects."""
        self.reading_problem: Failure | None = None
        self._settings = settings
        self._security = security_from_settings(settings)
        self._limits = ReadLimits.from_settings(settings)
        self._dispatcher = ThreadPoolExecutor(1, "dask-dispatcher")
        self._client: Client | None = None
        self._executor: Executor | None = None
        self._retry_after = 0.0
        self._waiting: deque[_ClusterRead] = deque()
        self._reads_by_worker: dict[str, _ClusterRead | None] = {}  # by the worker's address; None: it is free
        self._packages_by_worker: dict[str, frozenset[str]] = {}
        self._deaths: Counter[tuple[str, str]] = Counter()  # by path and content hash

    @property
    def concurrency(self) -> int:
        """How many workers the cluster has, at least 1."""
        return max(len(self._reads_by_worker), 1)

    def find_installed_packages(self) -> frozenset[str]:
        """The packages that every worker has; none before all have answered. The first call connects."""
        if self._client is None:
            self._add_step(self._try_to_connect)
        known = [self._packages_by_worker.get(worker, frozenset()) for worker in list(self._reads_by_worker)]
        return frozenset.intersection(*known) if known else frozenset()

    def prepare_readers(self, suffixes: Collection[str]) -> None:
        """Do nothing: each worker loads its parsers once."""

    def submit_document(self, file: DocumentFile, pages: PageRange | None = None) -> Future[DocumentContent]:
        """Have a document, or some of its pages, read by the first worker that is free."""
        read = _ClusterRead(file, pages)
        try:
            read.sha256 = file.sha256 or file.compute_content_hash()
        except SouffleurError as error:
            read.finish(error)
        else:
            self._add_step(self._accept_read, read)
        return read

    def close(self) -> None:
        """Leave the cluster and cancel every document that is not read yet."""
        self._add_step(self._leave_cluster)
        self._dispatcher.shutdown()

    def _add_step(self, step: Callable[..., None], *arguments: object) -> None:
        with contextlib.suppress(RuntimeError):  # closed: nobody waits for an outcome any more
            self._dispatcher.submit(self._run_step, step, *arguments)

    def _run_step(self, step: Callable[..., None], *arguments: object) -> None:
        try:
            step(*arguments)
        except Exception:  # of any kind: Dask names none; no caller may wait for ever
            log.exception("a step on the cluster failed")
            self._drop_scheduler()

    def _accept_read(self, read: _ClusterRead) -> None:
        if self._client and self._client.status != "running":
            self._drop_scheduler()
        self._waiting.append(read)
        if self._client is None:
            self._try_to_connect()
        if self._reads_by_worker:
            self._assign_reads()
        else:
            self._postpone_reads()

    def _try_to_connect(self) -> None:
        if time.monotonic() < self._retry_after:
            return
        try:
            self._connect()
        except (OSError, ImportError) as error:  # ImportError: the versions of Dask do not fit together
            log.debug("no connection to the scheduler", exc_info=error)
            self._disconnect()
            self._retry_after = time.monotonic() + _RETRY_SECONDS
            name = type(error).__name__
            self._set_reading_problem(
                make_failure(FailureCode.NO_SCHEDULER, scheduler=self._settings.dask_scheduler, error=name)
            )

    def _connect(self) -> None:
        self._client = client = Client(
            self._settings.dask_scheduler,
            security=self._security,
            timeout=_CONNECT_SECONDS,
            set_as_default=False,
        )
        self._executor = client.get_executor(pure=False)
        self._subscribe_to_workers(client)
        self._reads_by_worker = dict.fromkeys(client.scheduler_info(n_workers=-1)["workers"])
        for worker in self._reads_by_worker:
            self._ask_for_packages(worker)
        self._check_workers()
        log.info("reading on a cluster: workers=%d", len(self._reads_by_worker))

    def _subscribe_to_workers(self, client: Client) -> None:
        """Subscribe to workers that come and go; return once the scheduler has taken the subscription.

        Subscriptions take effect in order: an event of our own topic proves that the first one is in force.
        """
        subscribed = threading.Event()
        client.subscribe_topic("all", lambda event: self._add_step(self._handle_worker_event, client, event))
        client.subscribe_topic(_SUBSCRIBED_TOPIC, lambda _: subscribed.set())
        until = time.monotonic() + _CONNECT_SECONDS
        while not subscribed.wait(0.05):
            if time.monotonic() > until:
                raise TimeoutError("the scheduler does not report its workers")
            client.log_event(_SUBSCRIBED_TOPIC, "")

    def _disconnect(self) -> None:
        client, self._client, self._executor = self._client, None, None
        self._reads_by_worker = {}
        if client:
            with contextlib.suppress(OSError):  # the scheduler may be gone already
                client.close(timeout=_CONNECT_SECONDS)

    def _leave_cluster(self) -> None:
        for read in self._take_unfinished_reads():
            read.cancel()
        self._disconnect()

    def _handle_worker_event(self, client: Client, event: tuple[float, _WorkerEvent]) -> None:
        if client is not self._client:
            return
        match event[1]:
            case {"action": "add-worker", "worker": worker}:
                self._reads_by_worker.setdefault(worker, None)
                self._ask_for_packages(worker)
                self._check_workers()
                self._assign_reads()
            case {"action": "remove-worker", "worker": worker, **rest}:
                self._remove_worker(worker, is_expected=bool(rest.get("expected")))

    def _ask_for_packages(self, worker: str) -> None:
        if self._executor:
            task = self._executor.submit(find_installed_packages, **_only_on(worker))
            task.add_done_callback(partial(self._add_step, self._note_packages, worker))

    def _note_packages(self, worker: str, task: Future[frozenset[str]]) -> None:
        if not task.cancelled() and task.exception() is None:
            self._packages_by_worker[worker] = task.result()

    def _assign_reads(self) -> None:
        """Give each free worker one document."""
        while self._waiting and self._executor and (worker := self._find_free_worker()):
            read = self._waiting.popleft()
            if not read.cancelled():
                self._submit_to_worker(read, worker, self._executor)

    def _find_free_worker(self) -> str | None:
        return next((worker for worker, read in self._reads_by_worker.items() if read is None), None)

    def _submit_to_worker(self, read: _ClusterRead, worker: str, executor: Executor) -> None:
        self._reads_by_worker[worker] = read
        try:
            task = executor.submit(
                read_on_worker, str(read.root), read.path, self._limits, read.sha256, read.pages, **_only_on(worker)
            )
        except ClosedClientError:
            self._drop_scheduler()
            return
        read.task = task
        task.add_done_callback(partial(self._add_step, self._handle_task_done, read, worker))

    def _handle_task_done(
        self, read: _ClusterRead, worker: str, task: Future[DocumentContent | SouffleurError]
    ) -> None:
        if read.task is not task:
            return  # its worker went away, and the document went to another one
        if task.cancelled():
            self._drop_scheduler()
        elif isinstance(task.exception(), KilledWorker):
            self._remove_worker(worker, is_expected=False)
        else:
            self._reads_by_worker[worker] = None
            self._deaths.pop((read.path, read.sha256), None)
            read.finish(_outcome_from_task(task, read))
            self._assign_reads()

    def _remove_worker(self, worker: str, *, is_expected: bool) -> None:
        if read := self._reads_by_worker.pop(worker, None):
            self._requeue_read(read, is_expected=is_expected)
        self._check_workers()
        self._assign_reads()

    def _requeue_read(self, read: _ClusterRead, *, is_expected: bool) -> None:
        task, read.task = read.task, None
        if task:  # or a worker that comes back at the same address would read it too
            task.cancel()
        key = (read.path, read.sha256)
        self._deaths[key] += not is_expected
        log.warning("a worker went while it read: expected=%s deaths=%d", is_expected, self._deaths[key])
        if self._deaths[key] < _MAX_WORKER_DEATHS:
            self._waiting.appendleft(read)
            return
        del self._deaths[key]
        read.finish(make_unreadable(FailureCode.WORKERS_DIED, name=read.name, deaths=_MAX_WORKER_DEATHS))

    def _check_workers(self) -> None:
        if self._reads_by_worker:
            self.reading_problem = None
            return
        self._set_reading_problem(self._no_worker())
        self._postpone_reads()

    def _drop_scheduler(self) -> None:
        """Postpone every document and close the connection; the next document connects again."""
        self._set_reading_problem(make_failure(FailureCode.SCHEDULER_GONE, scheduler=self._settings.dask_scheduler))
        self._waiting = deque(self._take_unfinished_reads())
        self._postpone_reads()
        self._disconnect()

    def _take_unfinished_reads(self) -> list[_ClusterRead]:
        reads = [*filter(None, self._reads_by_worker.values()), *self._waiting]
        self._reads_by_worker, self._waiting = {}, deque()
        return reads

    def _postpone_reads(self) -> None:
        waiting, self._waiting = self._waiting, deque()
        for read in waiting:
            why = self.reading_problem or self._no_worker()
            read.finish(ReaderUnavailable(make_failure(FailureCode.WAITS, name=read.name, why=why)))

    def _no_worker(self) -> Failure:
        return make_failure(FailureCode.NO_WORKER, scheduler=self._settings.dask_scheduler)

    def _set_reading_problem(self, problem: Failure) -> None:
        if self.reading_problem != problem:
            log.warning("documents wait to be read: %s", problem)
        self.reading_problem = problem


def _only_on(worker: str) -> dict[str, Any]:
    return {"workers": [worker], "allow_other_workers": False}


def security_from_settings(settings: IngestionSettings) -> Security:
    """The certificates for the connection; Dask takes those that are not set from its own configuration."""
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
    root: str,
    path: str,
    limits: ReadLimits,
    sha256: str,
    pages: PageRange | None = None,
) -> DocumentContent | SouffleurError:
    """Runs on a worker of the cluster: reads the file at `path` below `root` if its content hash is `sha256`.

    A worker sees the folder by a mount of its own, so folders have other identities there; it follows no link either,
    and the hash, taken from the copy that is read, says that it is the content whose audience was decided. Returns a
    refusal in place of raising it: Dask would log the exception together with the arguments.
    """
    file = DocumentFile(FolderTree(Path(root)), path, sha256=sha256)
    try:
        return read_with_shared_pool(file, limits, pages)
    except VanishedDocument as error:
        return error
    except BusyDocument as error:
        if error.failure.code is FailureCode.CHANGED:
            return BusyDocument(make_failure(FailureCode.ANOTHER_THERE, name=file.name))
        return error
    except SouffleurError as error:
        return error
    finally:
        file.close()


def _outcome_from_task(
    task: Future[DocumentContent | SouffleurError], read: _ClusterRead
) -> DocumentContent | BaseException:
    if error := task.exception():
        log.warning("a worker of the cluster could not begin: error=%s", type(error).__name__)
        return ReaderUnavailable(make_failure(FailureCode.WORKER_FAILED, name=read.name, error=type(error).__name__))
    outcome = task.result()
    if isinstance(outcome, VanishedDocument) and (read.root / read.path).exists():
        folder = (read.root / read.path).parent
        return ReaderUnavailable(make_failure(FailureCode.NOT_MOUNTED, name=read.name, folder=folder))
    return outcome
