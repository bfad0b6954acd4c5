"""Walks through the operations of a plan: has each carried out, and keeps the readers busy. Decides none of them."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ingestion.scan.planner import Forget, Keep, Operation, Read, Take
from knowledge.core.documents import SEARCHABLE, Document, Fingerprint, State, content_version

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from ingestion.access.policy import Access
    from ingestion.parsing.pool import Content, Hands
    from ingestion.scan.folder_scan import Look
    from ingestion.sync.document_operations import Operations

_STOP_SECONDS = 0.5  # how long a reader is waited for before it is asked again whether to stop


class Watcher(Protocol):
    """Whoever is told how a pass goes: a bar on a terminal, a request in Qdrant."""

    def step(self, done: int, total: int, path: str) -> None:
        """`done` of `total` documents are through; `path` was the last."""


class Nobody:
    """A watcher that looks away."""

    def step(self, done: int, total: int, path: str) -> None:
        """Ignore the step."""


@dataclass(frozen=True, slots=True)
class Going:
    """Who is told how a pass goes, and who may end it: `stop` at once, `pause` once what was begun is done."""

    watcher: Watcher
    stop: threading.Event
    pause: Callable[[], bool]


class Walk:
    """One walk through the operations of one plan."""

    def __init__(
        self,
        operations: Operations,
        ledger: dict[str, Document],
        hashes: dict[str, str],
        seen: Look,
        access: Access,
        going: Going,
        hands: Hands,
        pipeline: str,
        now: float,
    ) -> None:
        self._operations = operations
        self._hands = hands
        self._stop = going.stop
        self._pause = going.pause
        self._pipeline = pipeline
        self._now = now
        self._ledger = ledger
        self._hashes = hashes
        self._seen = seen
        self._access = access
        self._watcher = going.watcher
        self._counts: Counter[str] = Counter()
        self._done = 0
        self._total = 0
        self._reading: dict[Future[Content], tuple[Document, int]] = {}

    def carry_out(self, operations: Sequence[Operation]) -> Counter[str]:
        """Do all of it, unless told to stop or to pause; what became of the documents, in numbers by outcome."""
        work = [operation for operation in operations if not (isinstance(operation, Keep) and not operation.touched)]
        self._counts["unchanged"] = sum(self._is_unchanged(operation) for operation in operations)
        self._total = len(work)
        try:
            for begun, operation in enumerate(work):
                if self._stop.is_set() or self._pause():
                    self._counts["left"] = len(work) - begun
                    break
                self._start(operation)
            while self._reading and not self._stop.is_set():
                self._finish_some()
        finally:
            for future in self._reading:
                future.cancel()
        return self._counts

    def _is_unchanged(self, operation: Operation) -> bool:
        return isinstance(operation, Keep) and self._ledger[operation.path].state in SEARCHABLE

    def _start(self, operation: Operation) -> None:
        match operation:
            case Keep(path, touched=Fingerprint() as touched):
                self._operations.touch(self._ledger[path], touched)
                self._step(path, "touched")
            case Take(path, source, moved):
                taken = self._operations.take(self._document(path), self._ledger[source], moved=moved)
                if taken and self._ledger[source].label == self._access.labels[path]:
                    self._step(path, "moved" if moved else "indexed")
                else:  # what was taken answers until the file is read as its new folder says
                    self._read(path)
            case Read(path):
                self._read(path)
            case Forget(path):
                self._operations.forget(path)
                self._step(path, "deleted")

    def _read(self, path: str) -> None:
        document = self._document(path)
        if self._operations.adopt(document):
            self._step(path, "indexed")
            return
        self._reading[self._operations.start(document)] = document, 0
        while len(self._reading) >= 2 * self._hands.many and not self._stop.is_set():
            self._finish_some()

    def _finish_some(self) -> None:
        for future in wait(self._reading, _STOP_SECONDS, return_when=FIRST_COMPLETED).done:
            if future not in self._reading:
                continue
            document, part = self._reading.pop(future)
            step = self._operations.take_in(document, part, future)
            self._reading |= {more: (document, n) for n, more in enumerate(step.more, 1)}
            if step.outcome == "failed":
                self._give_up(document)
            if step.outcome == "reading":
                self._watcher.step(self._done, self._total, document.path)
            else:
                self._step(document.path, step.outcome)

    def _give_up(self, document: Document) -> None:
        """Stop reading the other parts of a document."""
        for future in [future for future, (other, _) in self._reading.items() if other is document]:
            del self._reading[future]
            future.cancel()

    def _step(self, path: str, outcome: str) -> None:
        self._counts[outcome] += 1
        self._done += 1
        self._watcher.step(self._done, self._total, path)

    def _document(self, path: str) -> Document:
        known = self._ledger.get(path)
        sha256 = self._hashes[path]
        version = content_version(sha256, self._pipeline)
        print_ = self._seen.files[path]
        return Document(
            path=path,
            fingerprint=print_,
            sha256=sha256,
            version=version,
            generation=known.generation + 1 if known else 1,
            state=State.READING,
            title=path.rsplit("/", 1)[-1],
            seen_at=self._now,
            changed_at=print_.mtime_ns / 1e9,
            pipeline=self._pipeline,
            attempts=known.attempts if known and known.version == version else 0,
            audience=self._access.audiences[path],
            label=self._access.labels[path],
        )
