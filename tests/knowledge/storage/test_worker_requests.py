from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from qdrant_client import QdrantClient

from knowledge.core.failures import failure_from_sentence
from knowledge.storage.worker_requests import FileFailure, WorkerRequests


@pytest.fixture
def clock() -> Callable[[], float]:
    ticks = count(1000)
    return lambda: float(next(ticks))


@pytest.fixture
def requests(client: QdrantClient, prefix: str, clock: Callable[[], float]) -> WorkerRequests:
    return WorkerRequests(client, prefix, clock)


def test_nothing_was_asked_at_first(requests: WorkerRequests) -> None:
    assert requests.list_open_requests() == []
    assert requests.get_worker_request("00000000-0000-0000-0000-000000000001") is None
    requests.purge_worker_requests(1e12)


def test_requests_are_served_in_the_order_they_were_asked(requests: WorkerRequests) -> None:
    asked = [requests.create_worker_request(scope, "U1") for scope in ("b", "a", "all")]
    assert requests.list_open_requests() == asked


def test_a_request_outlives_who_asked_it(client: QdrantClient, prefix: str, requests: WorkerRequests) -> None:
    asked = requests.create_worker_request("all", "U1")
    assert WorkerRequests(client, prefix).list_open_requests() == [asked]


def test_progress_and_failures_are_read_back(requests: WorkerRequests) -> None:
    asked = requests.create_worker_request("all", "U1")
    failed = (FileFailure("a.pdf", failure=failure_from_sentence("illisible")),)
    changed = requests.update_worker_request(asked, "running", done=1, total=2, failed=failed)
    assert requests.get_worker_request(asked.id) == changed
    assert (changed.done, changed.total, changed.failed) == (1, 2, failed)
    assert changed.updated_at > asked.updated_at


def test_a_request_left_running_is_still_open(requests: WorkerRequests) -> None:
    running = requests.update_worker_request(requests.create_worker_request("all", "U1"), "running")
    assert requests.list_open_requests() == [running]


def test_a_request_that_is_done_is_closed(requests: WorkerRequests) -> None:
    requests.update_worker_request(requests.create_worker_request("all", "U1"), "done")
    assert requests.list_open_requests() == []


def test_only_old_requests_that_are_done_are_forgotten(requests: WorkerRequests) -> None:
    old = requests.update_worker_request(requests.create_worker_request("a", "U1"), "done")
    waiting = requests.create_worker_request("b", "U1")
    young = requests.update_worker_request(requests.create_worker_request("c", "U1"), "done")
    requests.purge_worker_requests(young.updated_at)
    assert [requests.get_worker_request(request.id) for request in (old, waiting, young)] == [None, waiting, young]
