"""Shows how a pass goes: a bar on a terminal, a request's record for Slack."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from knowledge.core.documents import State
from knowledge.storage.worker_requests import Failure

if TYPE_CHECKING:
    from ingestion.sync.ledger_cache import Books
    from ingestion.sync.worker_heartbeat import Pulse
    from knowledge.core.documents import Document
    from knowledge.storage.worker_requests import Request, Requests, RequestState

_WRITE_SECONDS = 0.5


class Bar:
    """A bar on standard error, if that is a terminal."""

    def __init__(self, what: str) -> None:
        from tqdm import tqdm

        self._bar = tqdm(desc=what, unit=" documents", disable=None, leave=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def step(self, done: int, total: int, path: str) -> None:
        """Move the bar."""
        self._bar.total = total
        self._bar.set_postfix_str(path[-40:], refresh=False)
        self._bar.update(done - self._bar.n)


class Report:
    """Writes a request's progress down for whoever asked, at most twice a second."""

    def __init__(self, requests: Requests, request: Request, books: Books, pulse: Pulse, since: float) -> None:
        self._pulse = pulse
        self._requests = requests
        self._request = request
        self._books = books
        self._since = since
        self._written = 0.0

    def step(self, done: int, total: int, path: str) -> None:
        """Write the numbers down."""
        self._pulse.step(done, total, path)
        if time.monotonic() - self._written >= _WRITE_SECONDS:
            self._written = time.monotonic()
            self._advance("running", done, total, self._failures())

    def end(self, done: int, in_scope: frozenset[str]) -> None:
        """Write down how it ended for the `done` documents of `in_scope`."""
        failures = tuple(failure for failure in self._failures(before=True) if failure.path in in_scope)
        self._advance("done", done, done, failures)

    def _advance(self, state: RequestState, done: int, total: int, failed: tuple[Failure, ...]) -> None:
        pages = sum(_pages_read(document, self._since) for document in self._books.all().values())
        self._request = self._requests.advance(self._request, state, done=done, total=total, pages=pages, failed=failed)

    def _failures(self, *, before: bool = False) -> tuple[Failure, ...]:
        """What failed since the request began; with `before`, what had failed then already too."""
        return tuple(
            Failure(document.path, document.reason or "")
            for document in self._books.all().values()
            if document.state is State.FAILED and (before or document.seen_at >= self._since)
        )


def _pages_read(document: Document, since: float) -> int:
    """How many pages of a document have been read since then: all, or those of a long one so far."""
    if document.state is State.READING:
        return document.pages_read if document.seen_at >= since else 0
    return document.pages or 0 if (document.read_at or 0.0) >= since else 0
