from __future__ import annotations

import contextlib
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest
from qdrant_client import QdrantClient

from knowledge.core.failures import IndexUnavailable, RequestRefused
from knowledge.core.stored_record import StoredRecord
from knowledge.storage.record_repository import MemoryRepository, Repository
from playground.qdrant.faults import FaultKind, QdrantFault
from playground.qdrant.server import QdrantServer
from tests.doubles.temporary_qdrant import open_temporary_qdrant

ONE, OTHER = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))


@pytest.fixture
def records(client: QdrantClient, prefix: str) -> Repository[dict[str, Any]]:
    return Repository(client, f"{prefix}_things", dict[str, Any])


def test_without_a_collection_there_is_nothing(records: Repository[dict[str, Any]]) -> None:
    assert records.get_record(ONE) is None
    assert list(records.list_records()) == []
    records.delete_records([ONE])


def test_a_record_is_put_whole(records: Repository[dict[str, Any]]) -> None:
    records.put_record(ONE, {"a": 1, "b": [1, {"c": None}]})
    records.put_record(ONE, {"a": 2})
    assert records.get_record(ONE) == {"a": 2}


def test_an_empty_record_is_a_record(records: Repository[dict[str, Any]]) -> None:
    records.put_record(ONE, {})
    assert records.get_record(ONE) == {}


def test_deleting_is_safe_to_repeat(records: Repository[dict[str, Any]]) -> None:
    records.put_records([(ONE, {"n": 1}), (OTHER, {"n": 2})])
    records.delete_records([ONE])
    records.delete_records([ONE])
    records.delete_records([])
    assert list(records.list_records()) == [{"n": 2}]


def test_two_owners_of_one_collection_see_each_other(client: QdrantClient, records: Repository[dict[str, Any]]) -> None:
    other = Repository(client, records.collection, dict[str, Any])
    assert other.get_record(ONE) is None
    records.put_record(ONE, {"n": 1})
    assert other.get_record(ONE) == {"n": 1}


def test_records_that_are_too_large_together_are_written_in_several_requests(server: QdrantServer) -> None:
    """Qdrant takes 32 MB in a request: 200 records of 300 KB each are twice as much."""
    with contextlib.closing(QdrantClient(url=server.url, check_compatibility=False)) as client:
        records = Repository(client, "things", dict[str, Any])
        records.put_records([(str(uuid.UUID(int=n)), {"n": n, "text": "x" * 300_000}) for n in range(200)])
        assert sorted(one["n"] for one in records.list_records()) == list(range(200))


def test_a_record_that_is_too_large_alone_is_refused_and_costs_no_other(server: QdrantServer) -> None:
    with contextlib.closing(QdrantClient(url=server.url, check_compatibility=False)) as client:
        records = Repository(client, "things", dict[str, Any])
        wanted = [(str(uuid.UUID(int=n)), {"n": n, "text": "x" * (34_000_000 if n == 3 else 1)}) for n in range(1, 6)]
        with pytest.raises(RequestRefused, match="413"):
            records.put_records(wanted)
        assert sorted(one["n"] for one in records.list_records()) == [1, 2, 4, 5]


def test_a_collection_that_somebody_dropped_is_made_again(server: QdrantServer) -> None:
    client = QdrantClient(url=server.url, check_compatibility=False)
    records = Repository(client, "things", dict[str, Any])
    records.put_record(ONE, {"n": 1})
    assert records.get_record(ONE) == {"n": 1}
    client.delete_collection("things")
    with pytest.raises(IndexUnavailable):
        records.get_record(ONE)
    records.put_record(OTHER, {"n": 2})
    assert list(records.list_records()) == [{"n": 2}]
    client.close()


@pytest.mark.parametrize("write", ["put", "delete"])
def test_a_write_that_is_not_applied_yet_is_no_success(server: QdrantServer, write: str) -> None:
    client = QdrantClient(url=server.url, check_compatibility=False)
    records = Repository(client, "things", dict[str, Any])
    records.put_record(ONE, {"n": 1})
    server.faults.add_fault(QdrantFault(FaultKind.WAIT_TIMEOUT))
    with pytest.raises(IndexUnavailable, match="wait_timeout"):
        records.put_record(OTHER, {}) if write == "put" else records.delete_records([ONE])
    client.close()


def test_threads_that_write_at_once_do_not_disturb_each_other(records: Repository[dict[str, Any]]) -> None:
    ids = [str(uuid.UUID(int=n)) for n in range(1, 41)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda id_: records.put_record(id_, {"id": id_}), ids))
    assert sorted(record["id"] for record in records.list_records()) == sorted(ids)


FIRST, SECOND = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"


@dataclass(frozen=True, slots=True)
class Note(StoredRecord):
    name: str
    claim: str = ""


@pytest.fixture(params=["memory", "qdrant"])
def notes(request: pytest.FixtureRequest) -> MemoryRepository[Note] | Repository[Note]:
    if request.param == "memory":
        return MemoryRepository()
    return Repository(open_temporary_qdrant(), "notes", Note)


def test_records_are_written_read_found_and_deleted(notes: MemoryRepository[Note] | Repository[Note]) -> None:
    assert notes.get_record(FIRST) is None
    assert [*notes.list_records()] == []
    notes.put_record(FIRST, Note("a"))
    notes.put_record(SECOND, Note("b"))
    notes.put_record(SECOND, Note("c"))
    assert notes.get_record(SECOND) == Note("c")
    assert {note.name for note in notes.list_records()} == {"a", "c"}
    assert [*notes.find_records(name="c")] == [Note("c")]
    notes.delete_records([SECOND, "00000000-0000-0000-0000-000000000009"])
    assert [*notes.list_records()] == [Note("a")]


def test_a_record_is_replaced_only_if_it_holds_what_is_expected(
    notes: MemoryRepository[Note] | Repository[Note],
) -> None:
    notes.replace_record(FIRST, Note("a", "mine"), claim="")
    assert notes.get_record(FIRST) is None
    notes.put_record(FIRST, Note("a"))
    notes.replace_record(FIRST, replace(Note("a"), claim="mine"), claim="")
    notes.replace_record(FIRST, replace(Note("a"), claim="yours"), claim="")
    assert notes.get_record(FIRST) == Note("a", "mine")
