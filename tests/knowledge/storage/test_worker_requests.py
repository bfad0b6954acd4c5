from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from qdrant_client import QdrantClient

from knowledge.storage.worker_requests import Failure, Requests


@pytest.fixture
def clock() -> Callable[[], float]:
    ticks = count(1000)
    return lambda: float(next(ticks))


@pytest.fixture
def requests(client: QdrantClient, prefix: str, clock: Callable[[], float]) -> Requests:
    return Requests(client, prefix, clock)


def test_nothing_was_asked_at_first(requests: Requests) -> None:
    assert requests.open() == []
    assert requests.get("00000000-0000-0000-0000-000000000001") is None
    requests.forget_before(1e12)


def test_requests_are_served_in_the_order_they_were_asked(requests: Requests) -> None:
    asked = [requests.ask(scope, "U1") for scope in ("b", "a", "all")]
    assert requests.open() == asked


def test_a_request_outlives_who_asked_it(client: QdrantClient, prefix: str, requests: Requests) -> None:
    asked = requests.ask("all", "U1")
    assert Requests(client, prefix).open() == [asked]


def test_progress_and_failures_are_read_back(requests: Requests) -> None:
    asked = requests.ask("all", "U1")
    failed = (Failure("a.pdf", "illisible"),)
    changed = requests.advance(asked, "running", done=1, total=2, failed=failed)
    assert requests.get(asked.id) == changed
    assert (changed.done, changed.total, changed.failed) == (1, 2, failed)
    assert changed.updated_at > asked.updated_at


def test_a_request_left_running_is_still_open(requests: Requests) -> None:
    running = requests.advance(requests.ask("all", "U1"), "running")
    assert requests.open() == [running]


def test_a_request_that_is_done_is_closed(requests: Requests) -> None:
    requests.advance(requests.ask("all", "U1"), "done")
    assert requests.open() == []


def test_only_old_requests_that_are_done_are_forgotten(requests: Requests) -> None:
    old = requests.advance(requests.ask("a", "U1"), "done")
    waiting = requests.ask("b", "U1")
    young = requests.advance(requests.ask("c", "U1"), "done")
    requests.forget_before(young.updated_at)
    assert [requests.get(request.id) for request in (old, waiting, young)] == [None, waiting, young]
