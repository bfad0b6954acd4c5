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

from ingestion.parsing.sandbox import Content, Limits, Pages, read
from ingestion.scan.folder_scan import content_hash
from knowledge.core.failure_reasons import Reason
from knowledge.core.failures import (
    BusyDocument,
    NoReader,
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
_DEATHS = 2  # workers that one document may cost
_WELCOME = "souffleur-welcome"


class _Event(TypedDict, total=False):
    """What the scheduler tells of a worker; `expected` where it was asked to go."""

    action: Literal["add-worker", "remove-worker"]
    worker: str
    expected: bool


class _Errand(Future[Content]):
    """A document on its way, and the task by which a worker has it."""

    def __init__(self, path: Path, pages: Pages | None) -> None:
        super().__init__()
        self.path = path
        self.pages = pages
        self.sha256 = ""
        self.task: Future[Content | SouffleurError] | None = None

    def end(self, outcome: Content | BaseException) -> None:
        """Be done, unless nobody waits any more."""
        if not self.set_running_or_notify_cancel():
            return
        if isinstance(outcome, Content):
            self.set_result(outcome)
        else:
            self.set_exception(outcome)

    def waits(self, why: str) -> None:
        """Be done for now."""
        self.end(NoReader(Reason.WAITS.about(name=self.path.name, why=why)))


class Cluster:
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
        self._security = _security(settings)
        self._limits = Limits.of(settings)
        self._lock = threading.RLock()
        self._client: Client | None = None
        self._executor: Executor | None = None
        self._rests_until = 0.0
        self._waiting: deque[_Errand] = deque()
        self._at: dict[str, _Errand | None] = {}  # by the addresses of the workers
        self._sending = False
        self._deaths: Counter[tuple[Path, str]] = Counter()
        self.trouble: str | None = None

    @property
    def many(self) -> int:
        """How many workers there are."""
        return max(len(self._at), 1)

    def read(self, path: Path, pages: Pages | None = None) -> Future[Content]:
        """Have a document, or some pages of it, read by the first worker that is free."""
        errand = _Errand(path.absolute(), pages)
        if why := self._away():
            errand.waits(why)
            return errand
        try:
            errand.sha256 = content_hash(path)
        except SouffleurError as error:
            errand.end(error)
            return errand
        with self._lock:
            self._waiting.append(errand)
            if self._executor and self._at:
                self._send()
            else:  # it went while the file was looked at
                self._let_wait(self._waiting)
        return errand

    def close(self) -> None:
        """Leave the cluster; what its workers are reading is dropped."""
        with self._lock:
            errands = [*self._waiting, *filter(None, self._at.values())]
            self._waiting.clear()
            self._at.clear()
        for errand in errands:
            errand.cancel()
        self._leave()

    def _away(self) -> str | None:
        """Connect where there is no connection; why there is none, or nobody at its other end."""
        if self._client and self._executor and self._client.status == "running":
            return None if self._at else self.trouble
        self._leave()
        with self._lock:
            if any(self._at.values()):
                self._lose()
        if time.monotonic() < self._rests_until:
            return self.trouble
        try:
            self._connect()
        except (OSError, ImportError) as error:  # ImportError: the versions of Dask do not go together
            log.debug("no connection to the scheduler", exc_info=error)
            self._leave()
            self._rests_until = time.monotonic() + _REST_SECONDS
            self._be_in_trouble(
                Reason.NO_SCHEDULER.about(scheduler=self._settings.dask_scheduler, error=type(error).__name__)
            )
        return None if self._at else self.trouble

    def _connect(self) -> None:
        from distributed import Client

        self._client = client = Client(
            self._settings.dask_scheduler,
            security=self._security,
            timeout=_CONNECT_SECONDS,
            set_as_default=False,
        )
        self._executor, self._at = client.get_executor(pure=False), {}
        self._hear(client)
        workers = client.scheduler_info(n_workers=-1)["workers"]
        with self._lock:
            for worker in workers:
                self._at.setdefault(worker, None)
            self._see_who_is_there()
        log.info("reading on a cluster: workers=%d", len(workers))

    def _hear(self, client: Client) -> None:
        """Be told of workers that come and go, from here on: what is subscribed to first is in force first."""
        heard = threading.Event()
        client.subscribe_topic("all", self._heard)
        client.subscribe_topic(_WELCOME, lambda _: heard.set())
        until = time.monotonic() + _CONNECT_SECONDS
        while not heard.wait(0.05):
            if time.monotonic() > until:
                raise TimeoutError("the scheduler does not tell of its workers")
            client.log_event(_WELCOME, "")

    def _leave(self) -> None:
        client, self._client, self._executor = self._client, None, None
        if client:
            client.close(timeout=_CONNECT_SECONDS)

    def _heard(self, event: tuple[float, _Event]) -> None:
        _, told = event
        match told.get("action"):
            case "add-worker":
                with self._lock:
                    if self._executor:
                        self._at.setdefault(told["worker"], None)
                        self._see_who_is_there()
                        self._send()
            case "remove-worker":
                self._gone(told["worker"], expected=told.get("expected", False))

    def _send(self) -> None:
        """Give each free worker a document. The lock is held.

        What is read at once is done, on this thread, before it is given: who is free may be another after each one.
        """
        if self._sending:
            return
        self._sending = True
        try:
            while self._waiting and self._executor and (worker := self._free()):
                errand = self._waiting.popleft()
                if not errand.cancelled():
                    self._give(errand, worker, self._executor)
        finally:
            self._sending = False

    def _free(self) -> str | None:
        return next((worker for worker, errand in self._at.items() if errand is None), None)

    def _give(self, errand: _Errand, worker: str, executor: Executor) -> None:
        from distributed.client import ClosedClientError

        self._at[worker] = errand
        where = {"workers": [worker], "allow_other_workers": False}
        try:
            errand.task = executor.submit(
                read_there, str(errand.path), self._limits, errand.sha256, errand.pages, **where
            )
        except ClosedClientError:
            self._lose()
            return
        errand.task.add_done_callback(partial(self._done, errand, worker))

    def _done(self, errand: _Errand, worker: str, task: Future[Content | SouffleurError]) -> None:
        from distributed import KilledWorker

        with self._lock:
            if self._at.get(worker) is not errand or errand.task is not task:
                return  # the worker is gone, and the errand went to another
            if task.cancelled():
                self._lose()
                return
            if isinstance(task.exception(), KilledWorker):
                self._gone(worker, expected=False)
                return
            self._at[worker] = None
            self._send()
        self._deaths.pop((errand.path, errand.sha256), None)
        errand.end(_outcome(task, errand.path))

    def _gone(self, worker: str, *, expected: bool) -> None:
        with self._lock:
            errand = self._at.pop(worker, None)
            if errand:
                self._take_back(errand, expected=expected)
            self._see_who_is_there()
            self._send()

    def _take_back(self, errand: _Errand, *, expected: bool) -> None:
        task, errand.task = errand.task, None
        if task:  # else a worker that comes back under its address would read it; waits for the thread we are on
            threading.Thread(target=task.cancel, daemon=True).start()
        key = (errand.path, errand.sha256)
        self._deaths[key] += not expected
        log.warning("a worker went while it read: expected=%s deaths=%d", expected, self._deaths[key])
        if self._deaths[key] < _DEATHS:
            self._waiting.appendleft(errand)
            return
        del self._deaths[key]
        errand.end(UnreadableDocument(Reason.WORKERS_DIED.about(name=errand.path.name, deaths=_DEATHS)))

    def _see_who_is_there(self) -> None:
        if self._at:
            self.trouble = None
            return
        self._be_in_trouble(Reason.NO_WORKER.about(scheduler=self._settings.dask_scheduler))
        self._let_wait(self._waiting)

    def _lose(self) -> None:
        """The scheduler went, and every task with it."""
        self._be_in_trouble(Reason.SCHEDULER_GONE.about(scheduler=self._settings.dask_scheduler))
        self._executor = None  # the next document connects anew, on its own thread
        errands = [*filter(None, self._at.values()), *self._waiting]
        self._at = {}
        self._let_wait(deque(errands))

    def _let_wait(self, errands: deque[_Errand]) -> None:
        waiting = list(errands)
        self._waiting.clear()
        for errand in waiting:
            errand.task = None
            errand.waits(str(self.trouble))

    def _be_in_trouble(self, why: str) -> None:
        if self.trouble != why:
            log.warning("documents wait to be read: %s", why)
        self.trouble = why


def _security(settings: IngestionSettings) -> Security:
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


def read_there(path: str, limits: Limits, sha256: str, pages: Pages | None = None) -> Content | SouffleurError:
    """On a worker of the cluster: read a file, if it is the one that was meant.

    A refusal is a result like another: Dask would log an exception along with the arguments.
    """
    there = Path(path)
    try:
        _check_same(there, sha256)
        content = read(there, limits, pages)
        _check_same(there, sha256)
    except SouffleurError as error:
        return error
    return content


def _check_same(there: Path, sha256: str) -> None:
    if content_hash(there) != sha256:
        raise BusyDocument(Reason.ANOTHER_THERE.about(name=there.name))


def _outcome(task: Future[Content | SouffleurError], path: Path) -> Content | BaseException:
    if error := task.exception():
        log.warning("a worker of the cluster could not begin: error=%s", type(error).__name__)
        return NoReader(Reason.WORKER_FAILED.about(name=path.name, error=type(error).__name__))
    outcome = task.result()
    if isinstance(outcome, VanishedDocument) and path.exists():
        return NoReader(Reason.NOT_MOUNTED.about(name=path.name, folder=path.parent))
    return outcome
